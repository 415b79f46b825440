#include "core/output/raster_index.h"

#include <nlohmann/json.hpp>

#include "core/base/config.h"
#include "core/base/csv.h"
#include "core/base/text.h"

namespace fw {
namespace {

using Json = nlohmann::ordered_json;
constexpr int index_version = 1;

Json json_of(const ClassScheme& s) {
  Json classes = Json::array();
  for (const auto& e : s.classes)
    classes.push_back({{"value", e.value},
                       {"label", e.label},
                       {"meaning", e.meaning},
                       {"colour", {e.red, e.green, e.blue}},
                       {"from_cuts", e.from_cuts}});
  return {{"id", s.id},
          {"title", s.title},
          {"source", s.source},
          {"unit", s.unit},
          {"closed_left", s.closed_left},
          {"cuts", s.cuts},
          {"nodata", s.nodata},
          {"not_assessed", s.not_assessed},
          {"not_in_season", s.not_in_season},
          {"classes", classes}};
}

ClassScheme scheme_of(const Json& j) {
  ClassScheme s;
  j.at("id").get_to(s.id);
  j.at("title").get_to(s.title);
  j.at("source").get_to(s.source);
  j.at("unit").get_to(s.unit);
  j.at("closed_left").get_to(s.closed_left);
  j.at("cuts").get_to(s.cuts);
  j.at("nodata").get_to(s.nodata);
  j.at("not_assessed").get_to(s.not_assessed);
  j.at("not_in_season").get_to(s.not_in_season);
  for (const auto& c : j.at("classes")) {
    ClassEntry e;
    c.at("value").get_to(e.value);
    c.at("label").get_to(e.label);
    c.at("meaning").get_to(e.meaning);
    const auto colour = c.at("colour").get<std::vector<int>>();
    if (colour.size() != 3) throw InputError("SET_INVALID", "a colour is not three numbers");
    for (const int part : colour)
      if (part < 0 || part > 255) throw InputError("SET_INVALID", "a colour is outside 0..255");
    e.red = static_cast<uint8_t>(colour[0]);
    e.green = static_cast<uint8_t>(colour[1]);
    e.blue = static_cast<uint8_t>(colour[2]);
    c.at("from_cuts").get_to(e.from_cuts);
    s.classes.push_back(e);
  }
  return s;
}

Json json_of(const RasterSpec& s) {
  Json bands = Json::array();
  for (const auto& b : s.bands) bands.push_back({{"description", b.description}, {"unit", b.unit}});
  Json j = {{"stem", s.stem},
            {"title", s.title},
            {"layer", s.layer},
            {"period", s.period},
            {"first_day", s.first_day},
            {"last_day", s.last_day},
            {"grid",
             {{"crs", s.grid.crs},
              {"x0", s.grid.x0},
              {"y0", s.grid.y0},
              {"dx", s.grid.dx},
              {"dy", s.grid.dy},
              {"rows", s.grid.rows},
              {"cols", s.grid.cols}}},
            {"bands", bands},
            {"mantissa_bits", s.mantissa_bits},
            {"style", {{"min", s.style_min}, {"max", s.style_max}, {"colours", s.style_colours}}},
            {"metadata", s.metadata}};
  if (s.classes) j["classes"] = json_of(*s.classes);
  for (const auto& [status, units] : s.units)
    for (const UnitNote& unit : units) j["units"][status].push_back({unit.pcode, unit.reason});
  return j;
}

RasterSpec spec_of(const Json& j) {
  RasterSpec s;
  j.at("stem").get_to(s.stem);
  if (!is_safe_id(s.stem))
    throw InputError("SET_INVALID", "the stem '" + printable(s.stem, 60) + "' is not a safe file name");
  j.at("title").get_to(s.title);
  j.at("layer").get_to(s.layer);
  j.at("period").get_to(s.period);
  j.at("first_day").get_to(s.first_day);
  j.at("last_day").get_to(s.last_day);
  const Json& g = j.at("grid");
  g.at("crs").get_to(s.grid.crs);
  g.at("x0").get_to(s.grid.x0);
  g.at("y0").get_to(s.grid.y0);
  g.at("dx").get_to(s.grid.dx);
  g.at("dy").get_to(s.grid.dy);
  g.at("rows").get_to(s.grid.rows);
  g.at("cols").get_to(s.grid.cols);
  if (s.grid.rows <= 0 || s.grid.cols <= 0 || !(s.grid.dx > 0) || !(s.grid.dy > 0))
    throw InputError("SET_INVALID", "a grid has no area");
  for (const auto& b : j.at("bands"))
    s.bands.push_back({b.at("description").get<std::string>(), b.at("unit").get<std::string>()});
  if (s.bands.empty()) throw InputError("SET_INVALID", "raster '" + s.stem + "' has no bands");
  j.at("mantissa_bits").get_to(s.mantissa_bits);
  j.at("style").at("min").get_to(s.style_min);
  j.at("style").at("max").get_to(s.style_max);
  j.at("style").at("colours").get_to(s.style_colours);
  j.at("metadata").get_to(s.metadata);
  if (j.contains("units"))
    for (const auto& [status, units] : j.at("units").items())
      for (const Json& unit : units)
        s.units[status].push_back({unit.at(0).get<std::string>(), unit.at(1).get<std::string>()});
  if (j.contains("classes")) s.classes = scheme_of(j.at("classes"));
  return s;
}

}  // namespace

std::string raster_index_json(const std::vector<RasterSpec>& specs) {
  Json rasters = Json::array();
  for (const auto& s : specs) rasters.push_back(json_of(s));
  const Json index = {{"forewarn_rasters", index_version}, {"rasters", rasters}};
  return index.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::vector<RasterSpec> load_raster_index(const std::filesystem::path& folder) {
  const auto file = folder / "rasters.json";
  const std::string shown = printable(file.string(), 300);
  try {
    const Json index = parse_json_strict(read_file(file.string(), 64U << 20));
    if (index.at("forewarn_rasters").get<int>() != index_version)
      throw InputError("SET_INVALID", "its version is not known here");
    std::vector<RasterSpec> specs;
    for (const auto& j : index.at("rasters")) specs.push_back(spec_of(j));
    return specs;
  } catch (const InputError& e) {
    throw InputError("SET_INVALID", shown + " cannot be used (" + e.what() + "). Publish the set again.");
  } catch (const Json::exception& e) {
    throw InputError("SET_INVALID", shown + " cannot be used (" + printable(e.what()) + "). Publish the set again.");
  }
}

}  // namespace fw
