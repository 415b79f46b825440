// Host numbers to a backend.
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

}  // namespace fw
