// catalogue.json: readable, the same bytes for the same scenes, without paths of the machine.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/base/config.h"
#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/scene/catalogue.h"

namespace fw {
namespace {

using Json = nlohmann::ordered_json;
constexpr int format_version = 1;
constexpr size_t largest_bytes = 1u << 30;

Json grid_json(const Grid& g) {
  return {{"crs", g.crs}, {"x0", g.x0}, {"y0", g.y0}, {"dx", g.dx}, {"dy", g.dy}, {"rows", g.rows}, {"cols", g.cols}};
}
Grid read_grid(const Json& j) {
  Grid g{j.at("crs"), j.at("x0"), j.at("y0"), j.at("dx"), j.at("dy"), j.at("rows"), j.at("cols")};
  if (!(g.dx > 0 && g.dy > 0 && g.rows > 0 && g.cols > 0))
    throw InputError("CATALOGUE_INVALID", "A grid has no cells.");
  return g;
}

/// Grids and files are named once; bands refer to them.
struct Tables {
  std::vector<Grid> grids;
  std::map<std::string, std::pair<std::string, std::string>> files;  ///< file → sha256, driver
  size_t grid(const Grid& g) {
    const auto it = std::find(grids.begin(), grids.end(), g);
    if (it != grids.end()) return static_cast<size_t>(it - grids.begin());
    grids.push_back(g);
    return grids.size() - 1;
  }
};

Json band_json(const SceneBand& b, Tables& tables) {
  tables.files[b.file] = {b.sha256, b.driver};
  Json j = {
      {"file", b.file}, {"band", b.band}, {"grid", tables.grid(b.grid)}, {"scale", b.scale}, {"offset", b.offset}};
  if (!b.subdataset.empty()) j["subdataset"] = b.subdataset;
  if (b.fill) j["fill"] = *b.fill;
  if (std::isfinite(b.valid_min)) j["valid_min"] = b.valid_min;
  if (std::isfinite(b.valid_max)) j["valid_max"] = b.valid_max;
  j["unit"] = b.unit;
  j["resampling"] = std::string(name_of(b.resampling));
  return j;
}

SceneBand read_band(const Json& j, const Tables& tables) {
  SceneBand b;
  b.file = j.at("file");
  const auto& [sha256, driver] = tables.files.at(b.file);
  b.sha256 = sha256;
  b.driver = driver;
  b.band = j.at("band");
  b.grid = tables.grids.at(j.at("grid").get<size_t>());
  b.scale = j.at("scale");
  b.offset = j.at("offset");
  b.subdataset = j.value("subdataset", "");
  if (j.contains("fill")) b.fill = j["fill"].get<double>();
  b.valid_min = j.value("valid_min", b.valid_min);
  b.valid_max = j.value("valid_max", b.valid_max);
  b.unit = j.at("unit");
  b.resampling = resampling_by_name(j.at("resampling").get<std::string>());
  return b;
}

Json scene_json(const Scene& s, Tables& tables) {
  Json j = {{"id", s.id}, {"product", s.product}, {"time", to_string(s.time)}};
  if (s.days > 0) j["days"] = s.days;
  if (!s.baseline.empty()) j["baseline"] = s.baseline;
  if (!s.flags.empty()) j["flags"] = s.flags;
  for (const auto& [role, band] : s.bands) j["bands"][role] = band_json(band, tables);
  if (s.qa) {
    j["qa"] = band_json(*s.qa, tables);
    for (const auto& r : s.qa_rules)
      j["qa"]["rules"].push_back({{"shift", r.shift},
                                  {"width", r.width},
                                  {"values", r.values},
                                  {"outcome", r.outcome == MaskOutcome::masked ? "masked" : "not_observed"}});
  }
  if (!s.metadata_files.empty()) j["metadata_files"] = s.metadata_files;
  return j;
}

Scene read_scene(const Json& j, const Tables& tables) {
  Scene s;
  s.id = j.at("id");
  s.product = j.at("product");
  if (!is_safe_id(s.id) || !is_safe_id(s.product)) throw InputError("CATALOGUE_INVALID", "A scene has an unsafe id.");
  const auto time = parse_datetime(j.at("time").get<std::string>());
  if (!time) throw InputError("CATALOGUE_INVALID", "The time of scene " + s.id + " is no date.");
  s.time = *time;
  s.days = j.value("days", 0);
  if (s.days < 0) throw InputError("CATALOGUE_INVALID", "Scene " + s.id + " adds up less than a day.");
  s.baseline = j.value("baseline", "");
  if (j.contains("flags")) s.flags = j["flags"].get<std::vector<std::string>>();
  for (const auto& [role, band] : j.at("bands").items()) s.bands.emplace(role, read_band(band, tables));
  if (s.bands.empty()) throw InputError("CATALOGUE_INVALID", "Scene " + s.id + " has no bands.");
  if (j.contains("qa")) {
    s.qa = read_band(j["qa"], tables);
    for (const auto& r : j["qa"].at("rules")) {
      QaRule rule{r.at("shift"), r.at("width"), r.at("values"),
                  r.at("outcome") == "masked" ? MaskOutcome::masked : MaskOutcome::not_observed};
      if (rule.shift > 15 || rule.width < 1 || rule.width > 5)
        throw InputError("CATALOGUE_INVALID", "A quality rule of scene " + s.id + " is out of range.");
      s.qa_rules.push_back(rule);
    }
    if (s.qa_rules.size() > max_qa_rules)
      throw InputError("CATALOGUE_INVALID", "Scene " + s.id + " has too many quality rules.");
  }
  if (j.contains("metadata_files")) s.metadata_files = j["metadata_files"].get<std::map<std::string, std::string>>();
  return s;
}

}  // namespace

std::string catalogue_json(const Catalogue& catalogue) {
  Tables tables;
  Json scenes = Json::array();
  for (const auto& scene : catalogue.scenes) scenes.push_back(scene_json(scene, tables));
  Json files = Json::object(), grids = Json::array(), rejections = Json::array();
  auto& members = files.get_ref<Json::object_t&>();
  for (const auto& [file, facts] : tables.files)  // as many as scenes: put in their order, none is looked for
    members.emplace_back(file, Json{{"sha256", facts.first}, {"driver", facts.second}});
  for (const auto& grid : tables.grids) grids.push_back(grid_json(grid));
  for (const auto& r : catalogue.rejections)
    rejections.push_back({{"item", r.item},
                          {"stage", r.stage},
                          {"code", r.code},
                          {"detail", r.detail},
                          {"verdict", std::string(1, static_cast<char>(r.verdict))}});
  const Json all = {{"forewarn_catalogue", format_version},
                    {"files", files},
                    {"grids", grids},
                    {"scenes", scenes},
                    {"rejections", rejections}};
  return all.dump(1) + "\n";
}

Catalogue load_catalogue(const std::filesystem::path& file, const std::filesystem::path& root) {
  return parse_catalogue([&] { return read_file(file.string(), largest_bytes); }, file.filename().string(), root);
}

Catalogue parse_catalogue(const std::function<std::string()>& text, const std::string& file,
                          const std::filesystem::path& root) {
  const std::string shown = printable(file);
  try {
    const Json all = parse_json_strict(text());
    if (!all.is_object() || !all.contains("forewarn_catalogue"))
      throw InputError("CATALOGUE_INVALID", shown + " is not a catalogue. Run scan.");
    if (all["forewarn_catalogue"] != format_version)
      throw InputError("CATALOGUE_VERSION", shown + " has catalogue format " + all["forewarn_catalogue"].dump() +
                                                ", this program reads " + std::to_string(format_version) +
                                                ". Run scan again.");
    Tables tables;
    for (const auto& grid : all.at("grids")) tables.grids.push_back(read_grid(grid));
    for (const auto& [name, facts] : all.at("files").items())
      tables.files[name] = {facts.at("sha256"), facts.at("driver")};
    Catalogue catalogue;
    catalogue.root = root.string();
    for (const auto& scene : all.at("scenes")) catalogue.scenes.push_back(read_scene(scene, tables));
    for (const auto& r : all.at("rejections")) {
      const std::string verdict = r.at("verdict");
      catalogue.rejections.push_back({r.at("item"), r.at("stage"), r.at("code"), r.at("detail"),
                                      verdict == "R"   ? Verdict::refused
                                      : verdict == "N" ? Verdict::noted
                                                       : Verdict::quarantined});
    }
    return catalogue;
  } catch (const InputError& e) {
    if (e.code().rfind("JSON_", 0) == 0) throw InputError("CATALOGUE_INVALID", shown + ": " + e.what());
    throw;
  } catch (const Error& e) {
    throw InputError("CATALOGUE_INVALID", shown + ": " + e.what());
  } catch (const std::exception& e) {
    throw InputError("CATALOGUE_INVALID", shown + " is damaged (" + printable(e.what()) + "). Run scan again.");
  }
}

}  // namespace fw
