// Bytes that must not outlive their use: guarded, locked in memory where the system allows, wiped when let go.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace fw {

class SecretBytes {
 public:
  SecretBytes() = default;
  /// Zeroes. Errors: std::bad_alloc.
  explicit SecretBytes(size_t size);
  explicit SecretBytes(std::string_view text);
  ~SecretBytes();
  SecretBytes(SecretBytes&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  unsigned char* data() { return data_; }
  const unsigned char* data() const { return data_; }
  size_t size() const { return size_; }
  std::string_view view() const { return {reinterpret_cast<const char*>(data_), size_}; }

 private:
  unsigned char* data_ = nullptr;
  size_t size_ = 0;
};

/// Overwrites the text and empties it.
void wipe(std::string& text);
/// No core file and no memory for other processes of the same user from here on. Call before a secret is read.
void forbid_core_dumps();
/// Random bytes for keys and salts.
SecretBytes random_secret(size_t size);
/// Keyed BLAKE2b of `text` as lower-case hex, `bytes` 16..64 long.
std::string keyed_hash(const SecretBytes& key, std::string_view text, size_t bytes = 32);

}  // namespace fw
