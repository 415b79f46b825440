// Host numbers to a backend, and its numbers to the host.
#pragma once
#include <algorithm>
#include <vector>

#include "kernels/backend.h"

namespace fw {

/// A copy of `host` in the backend's memory (at least one element long).
template <class T>
Buffer<T> send(Backend& backend, const std::vector<T>& host) {
  Buffer<T> buffer(backend, std::max<size_t>(1, host.size()));
  backend.upload(buffer.data(), host.data(), host.size() * sizeof(T));
  return buffer;
}

/// Numbers of the host where the backend can read them: on the CPU themselves, which must outlive this, else a copy.
template <class T>
class OnBackend {
 public:
  OnBackend(Backend& backend, const T* host, size_t count) : data_(host) {
    if (!backend.is_device()) return;
    copy_ = Buffer<T>(backend, std::max<size_t>(1, count));
    backend.upload(copy_.data(), host, count * sizeof(T));
    data_ = copy_.data();
  }
  OnBackend(Backend& backend, const std::vector<T>& host) : OnBackend(backend, host.data(), host.size()) {}
  const T* data() const { return data_; }

 private:
  Buffer<T> copy_;
  const T* data_;
};

/// Gives every NaN the same bits: results do not tell which machine or order of operations made them.
inline void use_one_nan(std::vector<float>& values) {
  for (float& v : values)
    if (is_nan(v)) v = nan_f();
}

/// The first `count` numbers of a backend's memory, with one NaN.
inline std::vector<float> fetch(Backend& backend, const Buffer<float>& from, size_t count) {
  std::vector<float> host(count);
  backend.download(host.data(), from.data(), count * sizeof(float));
  use_one_nan(host);
  return host;
}

}  // namespace fw
