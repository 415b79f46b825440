#include "jobs/evidence_files.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/evidence/observation_account.h"
#include "core/evidence/report_reader.h"
#include "jobs/given_files.h"
#include "jobs/run_context.h"

namespace fw {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;
constexpr size_t largest_file = 512U << 20;

std::vector<AdminUnits> read_levels(const EvidenceFilesOptions& o, const fs::path& config, const fs::path& root,
                                    std::string* iso3) {
  std::vector<AdminUnits> levels;
  if (!o.region.empty()) {
    if (!is_safe_id(o.region)) throw ConfigError("ID_INVALID", "--region is the name of a file in config/regions.");
    const Region region = read_region(ConfigNode::load((config / "regions" / (o.region + ".toml")).string()), root);
    *iso3 = region.iso3;
    for (const auto& request : region.admin) levels.push_back(AdminUnits::read(request));
  } else if (!o.admin.empty()) {
    AdminUnits::Request request;
    request.file = given_path(o.admin);
    request.layer = o.layer;
    request.pcode_field = o.pcode;
    request.name_field = o.name;
    request.parent_field = o.parent;
    request.level = o.level;
    levels.push_back(AdminUnits::read(request));
  }
  return levels;
}

Json refused_file(const std::string& shown, const std::string& code, const std::string& why, std::string* text) {
  *text += shown + ": refused: " + code + ": " + why + "\n";
  return {{"file", shown}, {"refused", {{"code", code}, {"why", why}}}};
}

/// Reads a file as field reports; the words and JSON of what became of them.
Json read_reports(const std::string& name, const fs::path& root, const EvidenceFilesOptions& o,
                  const std::map<std::string, std::string>& columns, const Registry& registry,
                  const std::vector<AdminUnits>& levels, std::string* text, RunReport& report) {
  const std::string shown = printable(name);
  EvidenceRequest request;
  request.root = root.string();
  request.inputs = {{name, o.format, columns}};
  request.registry = registry;
  for (const auto& level : levels)
    for (const auto& unit : level.units()) request.pcodes.push_back(unit.pcode);
  if (!levels.empty())
    request.locate = [&](double lon, double lat) -> std::optional<std::string> {
      const auto at = levels.back().locate(lon, lat);
      return at ? std::optional(levels.back().units()[static_cast<size_t>(*at)].pcode) : std::nullopt;
    };
  const auto as_of = o.as_of.empty() ? parse_datetime("2200-01-01") : parse_datetime(o.as_of);
  if (!as_of) throw ConfigError("DATE", "--as-of must be a day, YYYY-MM-DD.");
  request.as_of = *as_of;
  const EvidenceTable t = read_evidence(request, report);
  if (t.files_refused > 0) {
    std::string code, why;
    for (const Rejection& r : report.sorted())
      if (r.item == shown && r.verdict == Verdict::refused) code = r.code, why = r.detail;
    return refused_file(shown, code, why, text);
  }
  *text += shown + ": field reports, " + std::to_string(t.read) + " rows: " + std::to_string(t.accepted) +
           " accepted, " + std::to_string(t.refused) + " refused, " + std::to_string(t.quarantined) + " quarantined, " +
           std::to_string(t.duplicates) + " duplicates; " + std::to_string(t.unweighted) + " without weight; " +
           std::to_string(t.rows.size()) + " rows of evidence\n";
  return {{"file", shown},
          {"format", "reports"},
          {"rows", t.read},
          {"accepted", t.accepted},
          {"refused_rows", t.refused},
          {"quarantined", t.quarantined},
          {"duplicates", t.duplicates},
          {"unweighted", t.unweighted},
          {"evidence_rows", t.rows.size()}};
}

std::string left_out(const RunReport& report) {
  constexpr size_t most_lines = 5;
  std::map<std::string, std::vector<const Rejection*>> by_code;
  const std::vector<Rejection> all = report.sorted();
  for (const Rejection& r : all) by_code[std::string(1, static_cast<char>(r.verdict)) + " " + r.code].push_back(&r);
  std::string text;
  for (const auto& [code, list] : by_code) {
    text += "  " + code + ": " + std::to_string(list.size()) + "\n";
    for (size_t i = 0; i < std::min(most_lines, list.size()); ++i)
      text += "    " + list[i]->item + ": " + list[i]->detail + "\n";
  }
  return text.empty() ? text : "Left out or noted (R refused, Q set aside, N noted):\n" + text;
}

}  // namespace

bool EvidenceFilesOptions::any() const {
  return !set.empty() || !region.empty() || !admin.empty() || !aliases.empty() || format != "auto" ||
         !registry.empty() || json || !as_of.empty();
}

PcodeMatcher make_matcher(const std::vector<AdminUnits>& levels, const std::string& iso3, const fs::path& config,
                          const std::string& aliases) {
  std::vector<KnownUnit> units;
  for (const AdminUnits& level : levels)
    for (const AdminUnit& u : level.units()) units.push_back({u.pcode, u.name, u.parent, level.level()});
  AliasTable table;
  if (!aliases.empty()) {
    if (!is_safe_id(aliases))
      throw ConfigError("ID_INVALID", "Aliases are named as a file in config/aliases, without .toml.");
    table = load_aliases((config / "aliases" / (aliases + ".toml")).string());
  }
  std::function<std::optional<std::string>(double, double)> locate;
  if (!levels.empty())
    locate = [finest = levels.back()](double lon, double lat) -> std::optional<std::string> {
      const auto at = finest.locate(lon, lat);
      return at ? std::optional(finest.units()[static_cast<size_t>(*at)].pcode) : std::nullopt;
    };
  return PcodeMatcher(std::move(units), iso3, std::move(table), std::move(locate));
}

void declare_evidence_files(CLI::App& app, EvidenceFilesOptions* o) {
  app.add_option("--region", o->region, "files: match places with the units of this region (config/regions)");
  app.add_option("--admin", o->admin, "files: match places with these polygons instead");
  app.add_option("--layer", o->layer, "layer of a GeoPackage with them");
  app.add_option("--pcode-field", o->pcode, "field with the p-code");
  app.add_option("--name-field", o->name, "field with the name");
  app.add_option("--parent-field", o->parent, "field with the p-code one level up");
  app.add_option("--level", o->level, "admin level of the polygons")->check(CLI::Range(0, 9))->capture_default_str();
  app.add_option("--aliases", o->aliases, "files: names and codes that mean a unit (config/aliases)");
  app.add_option("--format", o->format, "files: format instead of what the columns say; see 'forewarn describe'");
  app.add_option("--set", o->set, "files: KEY=VALUE of the column map, as year=2024 or price=Preis (repeatable)")
      ->allow_extra_args(false);
  app.add_option("--registry", o->registry, "files: who may report (config/reporters)");
  app.add_option("--as-of", o->as_of, "files: reports after this day are refused");
  app.add_flag("--json", o->json, "files: machine-readable");
}

bool is_run_config(const std::vector<std::string>& files) {
  if (files.size() != 1) return false;
  const std::string extension = lower(fs::path(files[0]).extension().string());
  if (extension == ".toml") return true;
  if (extension != ".json") return false;
  try {
    const Json json = parse_json_strict(read_file(files[0]));
    return json.is_object() && json.contains("region");
  } catch (const InputError&) {
    return false;
  }
}

int run_evidence_files(const EvidenceFilesOptions& o, const std::vector<std::string>& files,
                       const std::string& config_dir_asked, const std::string& input_root) {
  const fs::path config = config_dir(config_dir_asked);
  ObservationInput input;
  input.format = o.format;
  for (const std::string& pair : o.set) {
    const size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0) throw ConfigError("SET", "--set takes KEY=VALUE, as year=2024.");
    input.columns[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  std::string iso3;
  const std::vector<AdminUnits> levels = read_levels(
      o, config, fs::weakly_canonical(input_root.empty() ? fs::current_path() : fs::path(input_root)), &iso3);
  std::optional<PcodeMatcher> matcher;
  if (!levels.empty()) matcher.emplace(make_matcher(levels, iso3, config, o.aliases));
  const Registry registry =
      o.registry.empty() ? Registry() : load_registry((config / "reporters" / (o.registry + ".toml")).string());
  RunReport report;
  std::string text;
  Json list = Json::array();
  size_t read = 0;
  GivenFiles given;
  struct Given {
    std::string name;
    fs::path path;
    std::optional<InputError> missing;
  };
  std::vector<Given> all;
  for (const std::string& name : files) try {
      all.push_back({name, given.add(name), {}});
    } catch (const InputError& e) {
      all.push_back({name, {}, e});
    }
  for (const Given& file : all) {
    const std::string name = file.missing ? file.name : given.relative(file.path), shown = printable(name);
    std::string bytes;
    try {
      if (file.missing) throw *file.missing;
      bytes = read_file(file.path.string(), largest_file);
    } catch (const InputError& e) {
      report.add({shown, "evidence", e.code(), e.what(), Verdict::refused});
      list.push_back(refused_file(shown, e.code(), e.what(), &text));
      continue;
    }
    if (is_report_file(shown, bytes, o.format, input.columns) && !is_observation_file(shown, bytes, input)) {
      list.push_back(read_reports(name, given.root(), o, input.columns, registry, levels, &text, report));
      read += !list.back().contains("refused");
      continue;
    }
    const FileAccount account =
        account_for(shown, std::move(bytes), input, matcher ? &*matcher : nullptr, nullptr, report);
    read += account.refused.empty();
    text += accounts_text({account});
    list.push_back(Json::parse(accounts_json({account}))[0]);
  }
  if (o.json) {
    Json rejections = Json::array();
    for (const Rejection& r : report.sorted())
      rejections.push_back({{"item", r.item},
                            {"verdict", std::string(1, static_cast<char>(r.verdict))},
                            {"code", r.code},
                            {"detail", r.detail}});
    std::cout << Json({{"forewarn_evidence_files", 1}, {"files", list}, {"rejections", rejections}}).dump(2) << "\n";
  } else {
    std::cout << text << left_out(report);
  }
  return static_cast<int>(read == 0 ? Exit::data : report.rejected() ? Exit::rejections : Exit::ok);
}

}  // namespace fw
