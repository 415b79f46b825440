#include "core/base/sha256.h"

#include <openssl/evp.h>

#include <fstream>
#include <vector>

#include "core/base/error.h"

namespace fw {

struct Sha256::Impl {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~Impl() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : impl_(std::make_unique<Impl>()) {
  if (!impl_->context || EVP_DigestInit_ex(impl_->context, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("SHA-256 cannot be initialised (OpenSSL)");
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::add(const void* data, size_t bytes) {
  if (EVP_DigestUpdate(impl_->context, data, bytes) != 1) throw std::runtime_error("SHA-256 failed (OpenSSL)");
  return *this;
}

std::string Sha256::finish() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  if (EVP_DigestFinal_ex(impl_->context, digest, &length) != 1) throw std::runtime_error("SHA-256 failed (OpenSSL)");
  static constexpr char hex[] = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < length; ++i) {
    text += hex[digest[i] >> 4];
    text += hex[digest[i] & 15];
  }
  return text;
}

std::string sha256_of(std::string_view bytes) { return Sha256().add(bytes).finish(); }

std::string sha256_of_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw InputError("INPUT_UNREADABLE", file.string() + " cannot be read. Check that it exists and its permissions.");
  Sha256 hash;
  std::vector<char> block(1 << 17);  // stays in the cache between the kernel's copy and the hash
  while (in) {
    in.read(block.data(), static_cast<std::streamsize>(block.size()));
    if (in.gcount() > 0) hash.add(block.data(), static_cast<size_t>(in.gcount()));
  }
  if (in.bad()) throw InputError("INPUT_UNREADABLE", file.string() + " could not be read to its end (I/O error). Try again.");
  return hash.finish();
}

}  // namespace fw
