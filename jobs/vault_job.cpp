// 'forewarn vault': the encrypted store of raw reports.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/evidence/data_terms.h"
#include "core/evidence/vault.h"
#include "jobs/jobs.h"
#include "jobs/vault_export.h"

namespace fw {
namespace {

namespace fs = std::filesystem;

struct VaultOptions {
  std::string vault, key_file, format = "auto", as_of;
  std::vector<std::string> files, columns;
  std::map<std::string, std::string> terms;
  WithdrawalRequest withdrawal;
  std::string reporter;
  bool json = false;
  VaultExport features;
};

fs::path folder_of(const VaultOptions& o) { return fs::absolute(o.vault).parent_path(); }
Vault open(const VaultOptions& o) { return Vault::open(o.vault, load_vault_secret(o.key_file)); }

std::map<std::string, std::string> column_map(const std::vector<std::string>& given) {
  std::map<std::string, std::string> columns;
  for (const std::string& pair : given) {
    const size_t at = pair.find('=');
    if (at == 0 || at == std::string::npos)
      throw Error(Exit::usage, "USAGE",
                  "--column '" + printable(pair, 60) + "' is not FIELD=COLUMN. See 'forewarn vault add --help'.");
    columns[pair.substr(0, at)] = pair.substr(at + 1);
  }
  return columns;
}

int add(const VaultOptions& o) {
  const FolderLock lock(folder_of(o));
  Vault vault = open(o);
  AddCounts sum;
  RunReport report;
  std::map<std::string, std::string> stated;
  for (const auto& [field, value] : o.terms)
    if (!value.empty()) stated[field] = value;
  for (const std::string& name : o.files) {
    const ReportFile file(fs::path(name).filename().string(), read_file(name), column_map(o.columns), stated);
    std::vector<RawReport> rows = choose_reader(o.format, file).read(file, report);
    apply_stated(rows, stated);
    const AddCounts counts = vault.add(rows);
    sum.added += counts.added;
    sum.known += counts.known;
    sum.consent_no += counts.consent_no;
    sum.withdrawn += counts.withdrawn;
  }
  vault.save(o.vault);
  for (const Rejection& r : report.sorted()) log_warning(r.item + ": " + r.code + ": " + r.detail);
  std::cout << "added " << sum.added << ", already there " << sum.known << ", consent refused " << sum.consent_no
            << ", withdrawn before " << sum.withdrawn << ", unreadable " << report.rejected() << "\n";
  return static_cast<int>(report.rejected() ? Exit::rejections : Exit::ok);
}

int withdraw(const VaultOptions& o) {
  const WithdrawalRequest& w = o.withdrawal;
  if ((w.report_id + w.reporter + w.owner).empty())
    throw Error(Exit::usage, "USAGE", "Nothing is named. Give --report, --reporter or --owner.");
  const FolderLock lock(folder_of(o));
  Vault vault = open(o);
  const size_t n = vault.withdraw(w);
  if (n > 0) vault.save(o.vault);
  std::cout << "withdrawn " << n << ". Run again what was made with this vault.\n";
  return 0;
}

int purge(const VaultOptions& o) {
  const auto day = parse_datetime(o.as_of);
  if (!day) throw Error(Exit::usage, "USAGE", "--as-of must be a day, YYYY-MM-DD.");
  const FolderLock lock(folder_of(o));
  Vault vault = open(o);
  const size_t n = vault.purge(day->date);
  if (n > 0) vault.save(o.vault);
  std::cout << "purged " << n << "\n";
  return 0;
}

/// Counts only: per sensitivity, and how many have terms and consent.
int list(const VaultOptions& o) {
  const Vault vault = open(o);
  std::map<std::string, size_t> classes = {{"low", 0}, {"moderate", 0}, {"high", 0}, {"severe", 0}};
  size_t without_consent = 0;
  for (const RawReport& r : vault.reports("vault")) {
    ++classes[name_of(parse_sensitivity(r[Field::sensitivity]).value_or(Sensitivity::severe))];
    without_consent += trim(r[Field::consent]).empty();
  }
  if (o.json) {
    std::cout << nlohmann::ordered_json{{"reports", vault.size()},
                                        {"withdrawn", vault.withdrawn()},
                                        {"sensitivity", classes},
                                        {"without_consent", without_consent},
                                        {"digest", vault.digest()}}
                     .dump(2)
              << "\n";
    return 0;
  }
  std::cout << "reports: " << vault.size() << "\nwithdrawn: " << vault.withdrawn() << "\n";
  for (const auto& [name, n] : classes) std::cout << name << ": " << n << "\n";
  std::cout << "without consent (not used): " << without_consent << "\ndigest: " << vault.digest() << "\n";
  return 0;
}

}  // namespace

std::function<int()> declare_vault(CLI::App& app) {
  auto o = std::make_shared<VaultOptions>();
  auto run = std::make_shared<std::function<int()>>();
  app.require_subcommand(1);
  app.footer(
      "Example:\n  forewarn vault new-key ~/vault.key\n  forewarn vault init reports.vault --key-file ~/vault.key\n"
      "  forewarn vault add reports.vault may.csv --owner villages --purpose 'early warning' --retention '1 year' "
      "--sensitivity moderate --key-file ~/vault.key\n"
      "  forewarn run watch.toml --key-file ~/vault.key      # with [[reports]] path = \"reports.vault\"\n"
      "The key comes from --key-file or FOREWARN_VAULT_KEY, never from a configuration.");
  const auto sub = [&](const char* name, const char* what, std::function<int()> job, bool with_vault = true) {
    CLI::App* s = app.add_subcommand(name, what);
    if (with_vault) {
      s->add_option("VAULT", o->vault, "file of the vault")->required();
      s->add_option("--key-file", o->key_file, "file with the key (mode 0600); else FOREWARN_VAULT_KEY");
    }
    s->callback([run, job = std::move(job)] {
      *run = [job] {
        start_log({});
        return job();
      };
    });
    return s;
  };
  sub(
      "new-key", "write a new random key",
      [o] {
        write_new_key(o->vault);
        return 0;
      },
      false)
      ->add_option("FILE", o->vault, "file to make, mode 0600")
      ->required();
  sub("init", "make an empty vault", [o] {
    const FolderLock lock(folder_of(*o));
    Vault::create(o->vault, load_vault_secret(o->key_file));
    return 0;
  });
  CLI::App* adding = sub("add", "take the reports of files in", [o] { return add(*o); });
  adding->add_option("FILES", o->files, "report files")->required();
  adding->add_option("--format", o->format, "format of the files, as in [[reports]]")->capture_default_str();
  adding->add_option("--column", o->columns, "FIELD=COLUMN, as in [reports.columns]");
  for (const char* term : {"owner", "purpose", "retention", "sensitivity", "consent"})
    adding->add_option(std::string("--") + term, o->terms[term], "what rows without it have, as in [reports.defaults]");
  sub("list", "count what is there; nothing of a report is shown", [o] {
    return list(*o);
  })->add_flag("--json", o->json, "machine-readable");
  CLI::App* leaving = sub("withdraw", "remove reports and their influence", [o] { return withdraw(*o); });
  leaving->add_option("--report", o->withdrawal.report_id, "report id");
  leaving->add_option("--reporter", o->withdrawal.reporter, "reporter key");
  leaving->add_option("--owner", o->withdrawal.owner, "owner community");
  sub("purge", "remove reports whose retention ended", [o] { return purge(*o); })
      ->add_option("--as-of", o->as_of, "today, YYYY-MM-DD")
      ->required();
  sub("verify", "check that every byte is authentic", [o] {
    std::cout << "authentic, " << open(*o).size() << " reports\n";
    return 0;
  });
  sub("pseudonym", "name of a reporter in exported features, for the registry of who reads them",
      [o] {
        std::cout << open(*o).pseudonym(o->reporter) << "\n";
        return 0;
      })
      ->add_option("--reporter", o->reporter, "reporter key")
      ->required();
  declare_vault_export(
      *sub("export-features", "write reports without names, words and exact places (internal, partner)",
           [o] { return export_features(open(*o), o->features); }),
      o->features);
  return [run] { return (*run)(); };
}

}  // namespace fw
