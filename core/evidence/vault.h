// The vault: where raw reports are kept. Names, words and exact places stay inside; what a run takes from it lives in
// memory only, what is written from it carries pseudonyms. Threats covered and not: docs/decisions.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/base/date.h"
#include "core/evidence/report_reader.h"
#include "core/evidence/vault_file.h"

namespace fw {

/// Which reports are withdrawn: all fields given must fit; empty ones do not count.
struct WithdrawalRequest {
  std::string report_id, reporter, owner;
};
struct AddCounts {
  size_t added = 0, consent_no = 0, withdrawn = 0, known = 0;
};

/// Not thread-safe. Wipes what it holds when it goes.
class Vault {
 public:
  /// A new, empty vault in a file that must not exist. Errors: OutputError EXISTS, WRITE_FAILED, DISK_FULL.
  static Vault create(const std::filesystem::path& file, const VaultSecret& secret);
  /// Errors: InputError INPUT_UNREADABLE, TOO_LARGE (1 GiB), VAULT_INVALID, VAULT_VERSION, VAULT_REFUSED.
  static Vault open(const std::filesystem::path& file, const VaultSecret& secret);
  Vault(Vault&&) = default;
  Vault& operator=(Vault&&) = default;
  ~Vault();

  /// Replaces the file. Errors: as replace_file.
  void save(const std::filesystem::path& file) const;

  /// Takes rows in. Of a row that says no to consent nothing is kept, and an earlier report with its id and reporter
  /// goes; a withdrawn report does not come back; the same row counts once.
  AddCounts add(const std::vector<RawReport>& rows);
  /// Removes reports, and all that the vault knows of them but a keyed hash. Out: how many.
  size_t withdraw(const WithdrawalRequest& request);
  /// Removes reports whose retention ended before `day`. Out: how many.
  size_t purge(Date day);

  /// The reports as rows of a file `name`, in an order that does not depend on when they came; items are
  /// "<name>:<hash>", the same for the same report whatever else is in the vault.
  std::vector<RawReport> reports(const std::string& name) const;
  size_t size() const { return records_.size(); }
  size_t withdrawn() const { return log_.size(); }
  /// Name of a reporter outside: keyed with this vault's own secret, so that no list of names leads back.
  std::string pseudonym(const std::string& reporter) const;
  /// Of the reports that are there, whatever was withdrawn before: the same before an addition and after its
  /// withdrawal. 64 hex digits, keyed.
  std::string digest() const;
  /// Key for what must be fixed for each report and secret (displacement).
  const SecretBytes& salt() const { return salt_; }

 private:
  explicit Vault(VaultLock lock) : lock_(std::move(lock)) {}
  SecretBytes content() const;
  void parse(const SecretBytes& content);
  std::string record_hash(const RawReport& record) const;
  /// Of reporter and id; of what is said where there is no id.
  std::string report_hash(const RawReport& report) const;
  template <class Fits>
  size_t remove(Fits fits, bool log);

  VaultLock lock_;
  SecretBytes salt_;
  std::map<std::string, RawReport> records_;  ///< by record_hash
  std::vector<std::string> log_;              ///< report_hash of what was withdrawn, sorted
};

/// Whether the file begins as a vault does; false where it cannot be read.
bool is_vault_file(const std::filesystem::path& file);

}  // namespace fw
