#include "core/evidence/vault_file.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {
namespace fs = std::filesystem;
namespace {

// Head: magic 8, version 1, derivation 1, zeros 2, passes u32, memory u64, salt 16; little-endian.
constexpr std::string_view magic("FWVAULT\0", 8);
constexpr unsigned char version = 1;
constexpr size_t salt_at = 24, head_bytes = salt_at + crypto_pwhash_SALTBYTES;
constexpr size_t stream_bytes = crypto_secretstream_xchacha20poly1305_HEADERBYTES;
constexpr size_t tag_bytes = crypto_secretstream_xchacha20poly1305_ABYTES;
constexpr size_t chunk_bytes = 64 << 10;
constexpr unsigned char with_key = 0, with_passphrase = 1;
constexpr uint32_t passes = crypto_pwhash_OPSLIMIT_MODERATE;
constexpr uint64_t memory = crypto_pwhash_MEMLIMIT_MODERATE;
constexpr uint32_t most_passes = 16;
constexpr uint64_t most_memory = 1ULL << 30;
static_assert(head_bytes == 40);

InputError refused() {
  return {"VAULT_REFUSED",
          "The vault does not open (another key, or the file was changed or cut). Nothing of it was used. Check the "
          "key; restore the file from a copy."};
}

template <class Number>
void put(std::string& head, Number n) {
  for (size_t i = 0; i < sizeof(Number); ++i) head += static_cast<char>(n >> (8 * i));
}
template <class Number>
Number take(std::string_view head, size_t at) {
  Number n = 0;
  for (size_t i = 0; i < sizeof(Number); ++i)
    n |= static_cast<Number>(static_cast<unsigned char>(head[at + i])) << (8 * i);
  return n;
}

const unsigned char* raw(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }

SecretBytes derive(std::string_view head, const VaultSecret& secret) {
  SecretBytes key(crypto_secretstream_xchacha20poly1305_KEYBYTES);
  const unsigned char* salt = raw(head.substr(salt_at));
  const bool made =
      secret.is_passphrase
          ? crypto_pwhash(key.data(), key.size(), reinterpret_cast<const char*>(secret.bytes.data()),
                          secret.bytes.size(), salt, take<uint32_t>(head, 12),
                          static_cast<size_t>(take<uint64_t>(head, 16)), crypto_pwhash_ALG_ARGON2ID13) == 0
          : crypto_generichash(key.data(), key.size(), salt, crypto_pwhash_SALTBYTES, secret.bytes.data(),
                               secret.bytes.size()) == 0;
  if (!made)
    throw Error(Exit::temporary, "MEMORY",
                "The key of the vault cannot be derived (too little memory). Free some and try again.");
  return key;
}

OutputError write_failure(const char* doing, const fs::path& file, int number) {
  if (number == ENOSPC || number == EDQUOT)
    return {"DISK_FULL", std::string("Cannot ") + doing + " " + printable(file.string(), 300) +
                             " (no space left). The old file stands; free space."};
  return {"WRITE_FAILED", std::string("Cannot ") + doing + " " + printable(file.string(), 300) + " (" +
                              std::strerror(number) + "). The old file stands; check folder and disk."};
}

}  // namespace

bool is_vault(std::string_view bytes) { return bytes.substr(0, magic.size()) == magic; }

VaultLock VaultLock::make(const VaultSecret& secret) {
  VaultLock lock;
  lock.head_ = magic;
  lock.head_ += static_cast<char>(version);
  lock.head_ += static_cast<char>(secret.is_passphrase ? with_passphrase : with_key);
  put<uint16_t>(lock.head_, 0);
  put<uint32_t>(lock.head_, secret.is_passphrase ? passes : 0);
  put<uint64_t>(lock.head_, secret.is_passphrase ? memory : 0);
  const SecretBytes salt = random_secret(crypto_pwhash_SALTBYTES);
  lock.head_.append(salt.view());
  lock.key_ = derive(lock.head_, secret);
  return lock;
}

VaultLock VaultLock::of(std::string_view sealed, const VaultSecret& secret) {
  if (!is_vault(sealed))
    throw InputError("VAULT_INVALID", "The file is no vault. Name a file made with 'forewarn vault init'.");
  if (sealed.size() < head_bytes + stream_bytes + tag_bytes) throw refused();
  const std::string_view head = sealed.substr(0, head_bytes);
  if (static_cast<unsigned char>(head[8]) != version)
    throw InputError("VAULT_VERSION", "The vault has a version that this program does not know. Use a newer forewarn.");
  const bool passphrase = static_cast<unsigned char>(head[9]) == with_passphrase;
  const auto asked_passes = take<uint32_t>(head, 12);
  const auto asked_memory = take<uint64_t>(head, 16);
  // What a stranger may have written must not cost more than a vault of ours does.
  const bool sound = passphrase
                         ? asked_passes >= crypto_pwhash_OPSLIMIT_MIN && asked_passes <= most_passes &&
                               asked_memory >= crypto_pwhash_MEMLIMIT_MIN && asked_memory <= most_memory
                         : static_cast<unsigned char>(head[9]) == with_key && asked_passes == 0 && asked_memory == 0;
  if (!sound || take<uint16_t>(head, 10) != 0 || passphrase != secret.is_passphrase) throw refused();
  VaultLock lock;
  lock.head_ = head;
  lock.key_ = derive(head, secret);
  return lock;
}

std::string VaultLock::seal(const SecretBytes& content) const {
  crypto_secretstream_xchacha20poly1305_state state;
  std::string sealed = head_;
  sealed.resize(head_bytes + stream_bytes);
  auto* out = reinterpret_cast<unsigned char*>(sealed.data());
  crypto_secretstream_xchacha20poly1305_init_push(&state, out + head_bytes, key_.data());
  size_t at = 0;
  do {
    const size_t n = std::min(chunk_bytes, content.size() - at);
    const bool last = at + n == content.size();
    const size_t end = sealed.size();
    sealed.resize(end + n + tag_bytes);
    crypto_secretstream_xchacha20poly1305_push(&state, reinterpret_cast<unsigned char*>(sealed.data()) + end, nullptr,
                                               content.data() + at, n, raw(head_), head_.size(),
                                               last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
    at += n;
  } while (at < content.size());
  sodium_memzero(&state, sizeof state);
  return sealed;
}

SecretBytes VaultLock::unseal(std::string_view sealed) const {
  if (sealed.size() < head_bytes + stream_bytes + tag_bytes || sealed.substr(0, head_bytes) != head_) throw refused();
  crypto_secretstream_xchacha20poly1305_state state;
  struct Wiper {
    crypto_secretstream_xchacha20poly1305_state& s;
    ~Wiper() { sodium_memzero(&s, sizeof s); }
  } const wiper{state};
  if (crypto_secretstream_xchacha20poly1305_init_pull(&state, raw(sealed) + head_bytes, key_.data()) != 0)
    throw refused();
  std::string_view rest = sealed.substr(head_bytes + stream_bytes);
  SecretBytes content(rest.size());  // more than needed: the tags are no content
  size_t size = 0;
  unsigned char tag = 0;
  while (tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL) {
    const size_t n = std::min(chunk_bytes + tag_bytes, rest.size());
    if (n < tag_bytes || crypto_secretstream_xchacha20poly1305_pull(&state, content.data() + size, nullptr, &tag,
                                                                    raw(rest), n, raw(head_), head_.size()) != 0)
      throw refused();
    size += n - tag_bytes;
    rest.remove_prefix(n);
  }
  if (!rest.empty()) throw refused();
  return SecretBytes(content.view().substr(0, size));
}

FolderLock::FolderLock(const fs::path& folder) : fd_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (fd_ < 0) throw write_failure("open", folder, errno);
  if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    ::close(fd_);
    throw OutputError("BUSY",
                      "Another command changes a vault in " + printable(folder.string(), 300) + ". Wait for it.");
  }
}
FolderLock::~FolderLock() { ::close(fd_); }

void replace_file(const fs::path& file, std::string_view bytes) {
  const fs::path folder = fs::absolute(file).parent_path();
  std::string temporary = (folder / ("." + file.filename().string() + ".XXXXXX")).string();
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) throw write_failure("write", file, errno);
  const auto give_up = [&](const char* doing) {
    const int number = errno;
    ::close(fd);
    ::unlink(temporary.c_str());
    return write_failure(doing, file, number);
  };
  for (size_t at = 0; at < bytes.size();) {
    const ssize_t n = ::write(fd, bytes.data() + at, bytes.size() - at);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw give_up("write");
    at += static_cast<size_t>(n);
  }
  if (::fsync(fd) != 0) throw give_up("flush");
  try {
    if (read_file(temporary, bytes.size()) != bytes) throw InputError("INCOMPLETE", "");
  } catch (const InputError&) {
    errno = EIO;
    throw give_up("read back");
  }
  if (::rename(temporary.c_str(), file.c_str()) != 0) throw give_up("replace");
  ::close(fd);
  const int dir = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = dir >= 0 && ::fsync(dir) == 0;
  const int number = errno;
  if (dir >= 0) ::close(dir);
  if (!synced) throw write_failure("flush the folder of", file, number);
}

}  // namespace fw
