// The encrypted file of a vault: bytes in, bytes out, all or nothing. Format: docs/formats.md#vault.
#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/evidence/secret_bytes.h"

namespace fw {

/// What opens vaults: 32 bytes as 64 hex digits, or a passphrase.
struct VaultSecret {
  SecretBytes bytes;  ///< the 32 bytes, or the passphrase
  bool is_passphrase = false;
};
/// From a key file (a plain file that only its owner can read) or, where `key_file` is empty, from the environment
/// variable FOREWARN_VAULT_KEY, which is removed from the environment. Line ends at the end do not count.
/// Errors: ConfigError VAULT_KEY_MISSING, VAULT_KEY_PERMISSIONS, VAULT_KEY_WEAK (a passphrase of fewer than 20 bytes).
VaultSecret load_vault_secret(const std::string& key_file);
/// Writes a new random key, mode 0600, into a file that must not exist. Errors: OutputError EXISTS, WRITE_FAILED.
void write_new_key(const std::filesystem::path& file);

/// The unencrypted head of a vault and the key that belongs to it. Copies of one vault file share both.
class VaultLock {
 public:
  /// For a new vault: random salt; passphrases go through Argon2id (256 MiB, 3 passes).
  static VaultLock make(const VaultSecret& secret);
  /// For an existing one. Errors: InputError VAULT_INVALID (no vault), VAULT_VERSION (of a newer program),
  /// VAULT_REFUSED.
  static VaultLock of(std::string_view sealed, const VaultSecret& secret);
  /// The whole file for a content.
  std::string seal(const SecretBytes& content) const;
  /// The content, only when every byte of the file is authentic. Errors: InputError VAULT_REFUSED.
  SecretBytes unseal(std::string_view sealed) const;

 private:
  std::string head_;
  SecretBytes key_;
};

/// Whether the bytes begin as a vault does.
bool is_vault(std::string_view bytes);

/// Keeps other vault commands out of a folder while one changes a vault. Errors: OutputError BUSY, WRITE_FAILED.
class FolderLock {
 public:
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int fd_;
};

/// Puts a file (mode 0600) in the place of another in one step: temporary file in the same folder, fsync, read back,
/// rename, fsync of the folder. On a failure the old file stands and nothing else is left.
/// Errors: OutputError WRITE_FAILED, DISK_FULL.
void replace_file(const std::filesystem::path& file, std::string_view bytes);

}  // namespace fw
