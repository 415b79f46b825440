#include "core/evidence/secret_bytes.h"

#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstring>
#include <new>
#include <stdexcept>
#include <vector>

namespace fw {
namespace {

void start_sodium() {
  static const int started = sodium_init();
  if (started < 0) throw std::runtime_error("libsodium cannot be initialised");
}

}  // namespace

SecretBytes::SecretBytes(size_t size) : size_(size) {
  start_sodium();
  data_ = static_cast<unsigned char*>(sodium_malloc(size == 0 ? 1 : size));
  if (!data_) throw std::bad_alloc();
  sodium_memzero(data_, size);
}

SecretBytes::SecretBytes(std::string_view text) : SecretBytes(text.size()) {
  if (!text.empty()) std::memcpy(data_, text.data(), text.size());
}

SecretBytes::~SecretBytes() {
  if (data_) sodium_free(data_);
}

void wipe(std::string& text) {
  if (!text.empty()) sodium_memzero(text.data(), text.size());
  text.clear();
}

void forbid_core_dumps() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

SecretBytes random_secret(size_t size) {
  SecretBytes secret(size);
  randombytes_buf(secret.data(), size);
  return secret;
}

std::string keyed_hash(const SecretBytes& key, std::string_view text, size_t bytes) {
  start_sodium();
  std::vector<unsigned char> hash(bytes);
  if (crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                         key.data(), key.size()) != 0)
    throw std::logic_error("keyed_hash: key or hash is too short or too long");
  std::string hex(bytes * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  hex.pop_back();
  return hex;
}

}  // namespace fw
