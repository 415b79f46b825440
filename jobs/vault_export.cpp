#include "jobs/vault_export.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/evidence/displace.h"
#include "core/evidence/validate.h"
#include "core/geo/admin_units.h"
#include "jobs/given_files.h"

namespace fw {
namespace fs = std::filesystem;
namespace {

struct Place {
  std::string pcode;
  std::optional<GeoPoint> shown;
};

/// Nothing where no unit is known: an exact point is then no place to name.
std::optional<Place> place_of(const Report& r, const VaultExport& o, const std::optional<AdminUnits>& units,
                              const SecretBytes& secret) {
  Place place{r.pcode, {}};
  const std::optional<int> unit = r.lat && units ? units->locate(*r.lon, *r.lat) : std::nullopt;
  if (place.pcode.empty() && unit) place.pcode = units->units()[static_cast<size_t>(*unit)].pcode;
  if (units) {
    const auto& all = units->units();
    if (std::none_of(all.begin(), all.end(), [&](const AdminUnit& u) { return u.pcode == place.pcode; })) return {};
  }
  if (place.pcode.empty() || (!units && !is_safe_id(place.pcode))) return {};
  if (unit && o.place == "displaced")
    place.shown = displace(secret, {*r.lat, *r.lon}, Settlement::rural,
                           [&](GeoPoint p) { return units->locate(p.lon, p.lat) == unit; });
  if (r.lat && o.place == "grid") place.shown = snap_to_grid({*r.lat, *r.lon});
  return place;
}

std::string line_of(const Vault& vault, const Report& r, const Place& place, const std::string& purpose) {
  const auto number = [](const std::optional<double>& v) { return v ? format_number(*v) : ""; };
  const std::vector<std::string> cells = {"f" + keyed_hash(vault.salt(), "feature\n" + r.item, 16).substr(0, 24),
                                          vault.pseudonym(r.reporter),
                                          csv_text(r.organisation),
                                          csv_text(place.pcode),
                                          place.shown ? format_fixed(place.shown->lat, 4) : "",
                                          place.shown ? format_fixed(place.shown->lon, 4) : "",
                                          to_string(r.time.date),
                                          r.kind,
                                          format_number(r.severity),
                                          number(r.people),
                                          "yes",
                                          name_of(r.sensitivity),
                                          "o" + keyed_hash(vault.salt(), "owner\n" + r.owner, 16).substr(0, 24),
                                          csv_text(purpose),
                                          to_string(r.keep_until)};
  return join(cells, ",") + "\n";
}

}  // namespace

void declare_vault_export(CLI::App& app, VaultExport& o) {
  app.add_option("-o,--output", o.out, "CSV file to make")->required();
  app.add_option("-r,--registry", o.registry, "registry in config/reporters: organisations and kinds that may be named")
      ->required();
  app.add_option("--as-of", o.as_of, "analysis date, YYYY-MM-DD: later and expired reports stay inside")->required();
  app.add_option("-a,--admin", o.admin, "polygons of admin units, for reports with a point");
  app.add_option("--pcode", o.admin_pcode, "their field with the p-code");
  app.add_option("--place", o.place,
                 "unit: p-code only; displaced: up to 5 km (1 in 100: 10 km) within the unit; grid: cells of 5 km")
      ->check(CLI::IsMember({"unit", "displaced", "grid"}))
      ->capture_default_str();
  app.add_option("--audience", o.audience, "partner leaves severe reports out; single reports are never public")
      ->check(CLI::IsMember({"internal", "partner"}))
      ->capture_default_str();
  app.add_option("--purpose", o.purpose, "reports given for nothing of the kind stay inside")->capture_default_str();
  app.add_option("--config-dir", o.config_dir, "folder with reporters");
}

int export_features(const Vault& vault, const VaultExport& o) {
  const auto as_of = parse_datetime(o.as_of);
  if (!as_of) throw Error(Exit::usage, "USAGE", "--as-of must be a day, YYYY-MM-DD.");
  if (fs::exists(o.out)) throw OutputError("EXISTS", printable(o.out, 300) + " exists. Choose another name.");
  if (o.place == "displaced" && o.admin.empty())
    throw Error(Exit::usage, "USAGE", "--place displaced needs --admin and --pcode: a place must stay in its unit.");
  EvidenceRequest request;
  request.registry = load_registry((config_dir(o.config_dir) / "reporters" / (o.registry + ".toml")).string());
  request.as_of = {as_of->date, 86399, true, true};
  request.purpose = o.purpose;
  std::optional<AdminUnits> units;
  if (!o.admin.empty()) {
    AdminUnits::Request admin;
    admin.file = given_path(o.admin);
    admin.pcode_field = o.admin_pcode;
    units = AdminUnits::read(admin);
  }
  std::string csv =
      "report_id,reporter_id,org,pcode,lat,lon,time,category,severity,people,consent,sensitivity,owner,purpose,"
      "retention\n";
  size_t written = 0, kept = 0;
  for (const RawReport& raw : vault.reports("vault")) {
    const Judgement judged = judge_row(raw, request);
    const bool leaves = judged.report && (o.audience == "internal" || judged.report->sensitivity < Sensitivity::severe);
    const std::optional<Place> place = leaves ? place_of(*judged.report, o, units, vault.salt()) : std::nullopt;
    if (place) csv += line_of(vault, *judged.report, *place, o.purpose);
    ++(place ? written : kept);
  }
  replace_file(o.out, csv);
  std::cout << "written " << written << ", kept inside " << kept << "\n";
  return 0;
}

}  // namespace fw
