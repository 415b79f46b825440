// The encrypted store of raw reports: what goes in comes out, and nothing else opens it.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>
#include <random>

#include "core/evidence/vault.h"
#include "tests/evidence/report_helpers.h"

namespace fw::test {
namespace {

namespace fs = std::filesystem;

VaultSecret key(const std::string& hex_pair = "5a") {
  TempDir dir;
  std::string text;
  for (int i = 0; i < 32; ++i) text += hex_pair;
  write_text(dir / "key", text + "\n");
  fs::permissions(dir / "key", fs::perms::owner_read | fs::perms::owner_write);
  return load_vault_secret((dir / "key").string());
}

RawReport report_row(const std::string& id, const std::string& reporter = "p7", const std::string& text = "well dry") {
  RawReport raw;
  const std::map<Field, std::string> cells = {{Field::id, id},
                                              {Field::reporter, reporter},
                                              {Field::org, reporter[0] == 'p' ? "orgA" : "orgB"},
                                              {Field::lat, "14.5"},
                                              {Field::lon, "33.2"},
                                              {Field::time, "2026-03-01T10:00:00Z"},
                                              {Field::category, "drought"},
                                              {Field::severity, "3"},
                                              {Field::consent, "yes"},
                                              {Field::text, text},
                                              {Field::sensitivity, "low"},
                                              {Field::owner, "village-" + reporter},
                                              {Field::purpose, "early warning"},
                                              {Field::retention, "90 days"}};
  for (const auto& [field, value] : cells) {
    raw.value[index(field)] = value;
    raw.given[index(field)] = true;
  }
  return raw;
}

std::vector<std::string> names(const fs::path& folder) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator(folder)) found.push_back(entry.path().filename().string());
  std::sort(found.begin(), found.end());
  return found;
}

TEST(Vault, GivesBackWhatWentInAndShowsNothingOfItOutside) {
  TempDir dir;
  const fs::path file = dir / "r.vault";
  Vault vault = Vault::create(file, key());
  EXPECT_EQ(vault
                .add({report_row("R1"), report_row("R2-canary", "q0-canary", "Amina Okello, +249 912 345 678"),
                      report_row("R1")})
                .added,
            2U);
  vault.save(file);
  const auto rows = Vault::open(file, key()).reports("r.vault");
  ASSERT_EQ(rows.size(), 2U);
  const RawReport& second = rows[0][Field::id] == "R2-canary" ? rows[0] : rows[1];
  EXPECT_EQ(second[Field::text], "Amina Okello, +249 912 345 678");
  EXPECT_TRUE(second.given[index(Field::lat)]);
  EXPECT_FALSE(second.given[index(Field::pcode)]);
  const std::string bytes = read_text(file);
  // None so short that chance would write it among some hundred bytes of ciphertext.
  for (const char* canary : {"Amina", "+249", "q0-canary", "14.5", "R2-canary", "village"})
    EXPECT_EQ(bytes.find(canary), std::string::npos);
  struct stat info {};
  ASSERT_EQ(::stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  EXPECT_EQ(names(dir.path()), std::vector<std::string>{"r.vault"}) << "no temporary file is left";
  EXPECT_THROW(Vault::create(file, key()), OutputError);
}

TEST(Vault, TwoSavesOfOneContentShareNoCiphertext) {
  TempDir dir;
  Vault vault = Vault::create(dir / "a", key());
  vault.save(dir / "b");
  EXPECT_NE(read_text(dir / "a").substr(40), read_text(dir / "b").substr(40));
  EXPECT_EQ(Vault::open(dir / "b", key()).digest(), vault.digest());
}

TEST(Vault, RefusesOtherKeysAndOtherFiles) {
  TempDir dir;
  Vault::create(dir / "v", key());
  const auto code_of = [&](const fs::path& file, const VaultSecret& secret) -> std::string {
    try {
      Vault::open(file, secret);
    } catch (const Error& e) {
      return e.code();
    }
    return "opened";
  };
  EXPECT_EQ(code_of(dir / "v", key("5b")), "VAULT_REFUSED");
  VaultSecret passphrase;
  passphrase.bytes = SecretBytes(std::string_view("a long enough passphrase"));
  passphrase.is_passphrase = true;
  EXPECT_EQ(code_of(dir / "v", passphrase), "VAULT_REFUSED");
  write_text(dir / "csv", header + good_row);
  EXPECT_EQ(code_of(dir / "csv", key()), "VAULT_INVALID");
  std::string newer = read_text(dir / "v");
  newer[8] = 2;
  write_text(dir / "newer", newer);
  EXPECT_EQ(code_of(dir / "newer", key()), "VAULT_VERSION");
}

TEST(Vault, OpensWithThePassphraseItWasMadeWith) {
  TempDir dir;
  const auto secret = [](const char* text) {
    VaultSecret s;
    s.bytes = SecretBytes(std::string_view(text));
    s.is_passphrase = true;
    return s;
  };
  Vault vault = Vault::create(dir / "v", secret("correct horse battery staple"));
  vault.add({report_row("R1")});
  vault.save(dir / "v");
  EXPECT_EQ(Vault::open(dir / "v", secret("correct horse battery staple")).size(), 1U);
  EXPECT_THROW(Vault::open(dir / "v", secret("correct horse battery stapler")), InputError);
}

/// Changes of one vault file: flips of a bit, cuts, appended bytes, swapped blocks. All must be refused.
void expect_all_refused(int trials, uint64_t seed) {
  TempDir dir;
  Vault vault = Vault::create(dir / "v", key());
  std::vector<RawReport> rows;
  for (int i = 0; i < 400; ++i)
    rows.push_back(report_row("R" + std::to_string(i), "p" + std::to_string(i % 10), std::string(400, 'x')));
  vault.add(rows);
  vault.save(dir / "v");
  const std::string good = read_text(dir / "v");
  ASSERT_GT(good.size(), size_t{3} * (64 << 10)) << "several chunks";
  const VaultSecret secret = key();
  std::mt19937_64 random(seed);
  const auto below = [&](size_t n) { return static_cast<size_t>(random() % n); };
  constexpr size_t head = 64, chunk = (64 << 10) + 17;
  int opened = 0;
  for (int t = 0; t < trials; ++t) {
    std::string bad = good;
    switch (t % 6) {
      case 0:
        bad[below(bad.size())] ^= static_cast<char>(1 << below(8));
        break;
      case 1:
        bad[below(head)] ^= static_cast<char>(1 << below(8));
        break;
      case 2:
        bad.resize(below(bad.size()));
        break;
      case 3:
        bad.resize(head + chunk * below((bad.size() - head) / chunk + 1));
        break;  // at a seam
      case 4:
        bad += std::string(1 + below(100), static_cast<char>(below(256)));
        break;
      default: {
        const size_t a = below(3), b = (a + 1 + below(2)) % 3;
        const std::string one = bad.substr(head + a * chunk, chunk);
        bad.replace(head + a * chunk, chunk, good, head + b * chunk, chunk);
        bad.replace(head + b * chunk, chunk, one);
      }
    }
    try {
      if (VaultLock::of(bad, secret).unseal(bad).size() > 0) ++opened;
      ++opened;
    } catch (const InputError& e) {
      EXPECT_TRUE(e.code() == "VAULT_REFUSED" || e.code() == "VAULT_INVALID" || e.code() == "VAULT_VERSION")
          << e.code();
    }
  }
  EXPECT_EQ(opened, 0);
  EXPECT_EQ(names(dir.path()), std::vector<std::string>{"v"});
}
TEST(Vault, RefusesFiveThousandFlipsCutsAdditionsAndSwaps) { expect_all_refused(5000, 1); }

TEST(Vault, KeepsNothingOfARefusalAndTakesTheEarlierReportAway) {
  TempDir dir;
  Vault vault = Vault::create(dir / "v", key());
  vault.add({report_row("R1"), report_row("R2")});
  RawReport no = report_row("R1");
  no.value[index(Field::consent)] = "no";
  EXPECT_EQ(vault.add({no}).consent_no, 1U);
  EXPECT_EQ(vault.size(), 1U);
  EXPECT_EQ(vault.add({report_row("R1")}).withdrawn, 1U) << "a withdrawn report does not come back";
  EXPECT_EQ(vault.size(), 1U);
}

TEST(Vault, WithdrawsByReportReporterAndOwnerAndIsThenAsIfItNeverHadThem) {
  TempDir dir;
  Vault vault = Vault::create(dir / "v", key());
  vault.add({report_row("R1"), report_row("R2", "q0")});
  const std::string before = vault.digest();
  vault.add({report_row("R3"), report_row("R4", "q1"), report_row("R5", "q2")});
  EXPECT_EQ(vault.withdraw({"R3", "", ""}), 1U);
  EXPECT_EQ(vault.withdraw({"", "q1", ""}), 1U);
  EXPECT_EQ(vault.withdraw({"", "", "village-q2"}), 1U);
  EXPECT_EQ(vault.withdraw({"R3", "", ""}), 0U);
  EXPECT_EQ(vault.digest(), before);
  EXPECT_EQ(vault.withdrawn(), 3U);
  vault.save(dir / "v");
  EXPECT_EQ(Vault::open(dir / "v", key()).digest(), before);
  EXPECT_THROW(vault.withdraw({}), std::logic_error);
}

TEST(Vault, DoesNotTakeAWithdrawnReportWithoutAnIdBackFromItsFile) {
  TempDir dir;
  Vault vault = Vault::create(dir / "v", key());
  RawReport nameless = report_row("", "q1", "dry"), other = report_row("", "q1", "dry since May");
  vault.add({nameless});
  EXPECT_EQ(vault.withdraw({"", "q1", ""}), 1U);
  vault.save(dir / "v");
  Vault again = Vault::open(dir / "v", key());
  nameless.value[index(Field::retention)] = "2 years";
  const AddCounts counts = again.add({nameless, other});
  EXPECT_EQ(counts.withdrawn, 1U) << "whatever terms it comes with";
  EXPECT_EQ(counts.added, 1U) << "another report of the same person";
}

TEST(Vault, PurgesWhatWasToBeKeptUntilAnEarlierDay) {
  TempDir dir;
  Vault vault = Vault::create(dir / "v", key());
  vault.add({report_row("R1")});
  EXPECT_EQ(vault.purge({2026, 5, 30}), 0U) << "1 March and 90 days";
  EXPECT_EQ(vault.purge({2026, 5, 31}), 1U);
}

TEST(Vault, GivesEachVaultItsOwnPseudonyms) {
  TempDir dir;
  const Vault a = Vault::create(dir / "a", key()), b = Vault::create(dir / "b", key());
  EXPECT_EQ(a.pseudonym("p7"), Vault::open(dir / "a", key()).pseudonym("p7"));
  EXPECT_NE(a.pseudonym("p7"), a.pseudonym("p8"));
  EXPECT_NE(a.pseudonym("p7"), b.pseudonym("p7"));
}

TEST(VaultKey, MustBeThereStrongAndOnesOwn) {
  TempDir dir;
  const auto code_of = [&](const std::string& file) -> std::string {
    try {
      load_vault_secret(file);
    } catch (const Error& e) {
      return e.code();
    }
    return "loaded";
  };
  ::unsetenv("FOREWARN_VAULT_KEY");
  EXPECT_EQ(code_of(""), "VAULT_KEY_MISSING");
  EXPECT_EQ(code_of((dir / "none").string()), "VAULT_KEY_MISSING");
  EXPECT_EQ(code_of(dir.path().string()), "VAULT_KEY_MISSING");
  write_new_key(dir / "key");
  EXPECT_EQ(code_of((dir / "key").string()), "loaded");
  EXPECT_THROW(write_new_key(dir / "key"), OutputError);
  fs::permissions(dir / "key", fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(code_of((dir / "key").string()), "VAULT_KEY_PERMISSIONS");
  write_text(dir / "weak", "hunter2\n");
  fs::permissions(dir / "weak", fs::perms::owner_read);
  EXPECT_EQ(code_of((dir / "weak").string()), "VAULT_KEY_WEAK");
  ::setenv("FOREWARN_VAULT_KEY", std::string(64, 'a').c_str(), 1);
  EXPECT_EQ(code_of(""), "loaded");
  EXPECT_EQ(std::getenv("FOREWARN_VAULT_KEY"), nullptr) << "not handed on to children";
}

TEST(VaultKey, OnceReadLeavesNoCoreFileBehind) {
  TempDir dir;
  write_new_key(dir / "key");
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
    ::setrlimit(RLIMIT_CORE, &all);
    load_vault_secret((dir / "key").string());
    if (::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) ::_exit(1);
    std::signal(SIGABRT, SIG_DFL);
    ::raise(SIGABRT);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_FALSE(WCOREDUMP(status));
}

/// The evidence of a vault's reports, as the run reads it.
std::string evidence_of(const fs::path& dir, const std::string& vault, const fs::path& key_file,
                        std::vector<std::string>& notes) {
  EvidenceRequest request = request_for(dir);
  request.vault_key_file = key_file.string();
  request.inputs = {{vault, "auto", {}}};
  const Outcome outcome = read(request);
  for (const Rejection& r : outcome.notes) notes.push_back(r.item + " " + r.code + " " + r.detail);
  return evidence_csv(outcome.table, true) + coverage_csv(outcome.table, true) + outcome.table.vaults.at(vault);
}

TEST(Vault, IsReadByTheRunAndAWithdrawalLeavesNoTraceInTheEvidence) {
  TempDir dir;
  write_new_key(dir / "key");
  const VaultSecret secret = load_vault_secret((dir / "key").string());
  Vault vault = Vault::create(dir / "v", secret);
  vault.add({report_row("R1"), report_row("R2", "q0", "dry too"), report_row("R2b", "q0", "dry too")});
  vault.save(dir / "v");
  fs::copy_file(dir / "v", dir / "never");
  std::vector<std::string> never, with, after;
  const std::string base = evidence_of(dir.path(), "never", dir / "key", never);
  RawReport extra = report_row("R9", "p8", "call Amina +249 912 345 678");
  extra.value[index(Field::severity)] = "5";
  vault.add({extra, report_row("R10", "q1")});
  vault.save(dir / "v");
  EXPECT_NE(evidence_of(dir.path(), "v", dir / "key", with), base);
  vault.withdraw({"R9", "p8", ""});
  vault.withdraw({"", "q1", ""});
  vault.save(dir / "v");
  fs::rename(dir / "v", dir / "never");
  EXPECT_EQ(evidence_of(dir.path(), "never", dir / "key", after), base);
  EXPECT_EQ(after, never);
  // A vault that does not open is not an empty one.
  write_text(dir / "v", read_text(dir / "never").substr(0, 100));
  EXPECT_THROW(evidence_of(dir.path(), "v", dir / "key", after), InputError);
  EXPECT_THROW(evidence_of(dir.path(), "never", "", after), ConfigError);
}

}  // namespace
}  // namespace fw::test
