// Keys of vaults: from files and from the environment, never from a configuration.
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/evidence/vault_file.h"

namespace fw {
namespace {

constexpr size_t longest_secret = 1024;
constexpr size_t shortest_passphrase = 20;
constexpr const char* variable = "FOREWARN_VAULT_KEY";

SecretBytes read_key_file(const std::string& file) {
  const std::string name = "The key file " + printable(file, 300);
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) throw ConfigError("VAULT_KEY_MISSING", name + " cannot be read. Check its name and permissions.");
  SecretBytes bytes(longest_secret + 1);
  struct stat info {};
  const bool known = ::fstat(fd, &info) == 0;
  const ssize_t got = known && S_ISREG(info.st_mode) ? ::read(fd, bytes.data(), bytes.size()) : -1;
  ::close(fd);
  if (got < 0) throw ConfigError("VAULT_KEY_MISSING", name + " is no plain file, or cannot be read.");
  if ((info.st_mode & 077) != 0 || (info.st_uid != ::geteuid() && info.st_uid != 0))
    throw ConfigError("VAULT_KEY_PERMISSIONS",
                      name + " can be read by others or belongs to somebody else. Make it yours alone (chmod 600).");
  if (static_cast<size_t>(got) > longest_secret)
    throw ConfigError("VAULT_KEY_WEAK", name + " is too long to be a key. It holds 64 hex digits or a passphrase.");
  return SecretBytes(bytes.view().substr(0, static_cast<size_t>(got)));
}

SecretBytes read_variable() {
  char* value = std::getenv(variable);
  if (!value || !*value)
    throw ConfigError("VAULT_KEY_MISSING",
                      std::string("No key for the vault. Give --key-file FILE, or set ") + variable + ".");
  SecretBytes bytes{std::string_view(value)};
  sodium_memzero(value, bytes.size());
  ::unsetenv(variable);
  return bytes;
}

}  // namespace

VaultSecret load_vault_secret(const std::string& key_file) {
  forbid_core_dumps();
  const SecretBytes text = key_file.empty() ? read_variable() : read_key_file(key_file);
  std::string_view given = text.view();
  while (!given.empty() && (given.back() == '\n' || given.back() == '\r')) given.remove_suffix(1);
  constexpr size_t key_bytes = 32;
  VaultSecret secret;
  if (given.size() == 2 * key_bytes && given.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos) {
    secret.bytes = SecretBytes(key_bytes);
    sodium_hex2bin(secret.bytes.data(), key_bytes, given.data(), given.size(), nullptr, nullptr, nullptr);
    return secret;
  }
  if (given.size() < shortest_passphrase)
    throw ConfigError("VAULT_KEY_WEAK",
                      "The vault's key is neither 64 hex digits nor a passphrase of 20 bytes or more. Make one with "
                      "'forewarn vault new-key FILE'.");
  secret.bytes = SecretBytes(given);
  secret.is_passphrase = true;
  return secret;
}

void write_new_key(const std::filesystem::path& file) {
  forbid_core_dumps();
  const SecretBytes key = random_secret(32);
  SecretBytes hex(2 * key.size() + 1);
  sodium_bin2hex(reinterpret_cast<char*>(hex.data()), hex.size(), key.data(), key.size());
  hex.data()[2 * key.size()] = '\n';
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0 && errno == EEXIST)
    throw OutputError("EXISTS",
                      printable(file.string(), 300) + " exists. A key is never overwritten; choose another name.");
  const bool written =
      fd >= 0 && ::write(fd, hex.data(), hex.size()) == static_cast<ssize_t>(hex.size()) && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!written) {
    if (fd >= 0) ::unlink(file.c_str());
    throw OutputError("WRITE_FAILED",
                      "The key cannot be written to " + printable(file.string(), 300) + ". Check folder and disk.");
  }
}

}  // namespace fw
