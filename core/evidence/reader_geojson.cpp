// GeoJSON (RFC 7946): Point features whose properties are the fields of a report.
#include <nlohmann/json.hpp>

#include "core/base/config.h"
#include "core/base/text.h"
#include "core/evidence/report_reader.h"

namespace fw {

InputError without_quotes(const InputError& e) {
  const std::string message = e.what();
  const size_t at = message.find("line "), end = message.find_first_not_of("0123456789lineco um,", at);
  const std::string where = at == std::string::npos ? "" : " at " + trim(message.substr(at, end - at));
  std::string problem = "Not valid JSON" + where + ". Check commas, quotes and brackets, and that the file is whole.";
  if (e.code() == "JSON_DEPTH") problem = "The JSON is nested too deeply for reports. Export it again as GeoJSON.";
  if (e.code() == "JSON_DUP_KEY") problem = "One object has the same key twice. Keep one of them.";
  if (e.code() == "JSON_NUMBER") problem = "A number is not finite or out of range" + where + ". Leave the value out.";
  if (e.code() == "ENCODING") problem = "The file is not UTF-8 text. Save it as UTF-8.";
  return {e.code(), problem};
}

namespace {

using Json = nlohmann::ordered_json;

struct Misfit {
  std::string code, problem;
};

std::optional<Misfit> take_geometry(const Json& feature, RawReport& raw) {
  if (!feature.contains("geometry")) return Misfit{"SCHEMA", "The feature has no geometry member."};
  const Json& geometry = feature["geometry"];
  if (geometry.is_null()) return {};
  if (!geometry.is_object() || !geometry.contains("type") || !geometry["type"].is_string())
    return Misfit{"SCHEMA", "The geometry has no type."};
  if (geometry["type"] != "Point")
    return Misfit{"GEOMETRY_INVALID", "A report is a Point; this geometry is something else."};
  const Json* at = geometry.contains("coordinates") ? &geometry["coordinates"] : nullptr;
  if (!at || !at->is_array() || at->size() < 2 || at->size() > 3 || !(*at)[0].is_number() || !(*at)[1].is_number())
    return Misfit{"SCHEMA", "The coordinates of a Point are [lon, lat] or [lon, lat, height], as numbers."};
  for (const auto& [field, n] : {std::pair{Field::lon, size_t{0}}, std::pair{Field::lat, size_t{1}}}) {
    raw.value[index(field)] = format_number((*at)[n].get<double>());
    raw.given[index(field)] = true;
  }
  return {};
}

std::optional<Misfit> take_properties(const ReportFile& file, const Json& feature, RawReport& raw) {
  const Json* properties = feature.contains("properties") ? &feature["properties"] : nullptr;
  if (!properties || !properties->is_object()) return Misfit{"SCHEMA", "The feature has no properties."};
  for (size_t f = 0; f < field_count; ++f) {
    const Field field = static_cast<Field>(f);
    if (field == Field::lat || field == Field::lon) continue;
    const auto found = properties->find(file.column(field));
    if (found == properties->end() || found->is_null()) continue;
    if (found->is_structured())
      return Misfit{"SCHEMA", std::string(field_names[f]) + " is a list or an object, not a value."};
    raw.given[f] = true;
    raw.value[f] = found->is_string()         ? found->get<std::string>()
                   : found->is_number_float() ? format_number(found->get<double>())
                                              : found->dump();
  }
  for (const Field field : {Field::reporter, Field::time, Field::category, Field::severity})
    if (!raw.given[index(field)])
      return Misfit{"SCHEMA", "The property " + printable(file.column(field), 60) + " is missing or null."};
  return {};
}

}  // namespace

bool recognises_geojson(const ReportFile& file) {
  std::string_view text = file.bytes();
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  const size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

std::vector<RawReport> read_geojson_reports(const ReportFile& file, RunReport& report) {
  Json root;
  try {
    root = parse_json_strict(file.bytes());
  } catch (const InputError& e) {
    throw without_quotes(e);
  }
  const auto type_is = [](const Json& j, const char* type) {
    return j.is_object() && j.contains("type") && j["type"] == type;
  };
  std::vector<const Json*> features;
  if (type_is(root, "Feature")) {
    features.push_back(&root);
  } else if (type_is(root, "FeatureCollection") && root.contains("features") && root["features"].is_array()) {
    for (const Json& f : root["features"]) features.push_back(&f);
  } else {
    throw InputError("SCHEMA", "The JSON is no GeoJSON FeatureCollection. Export the reports as GeoJSON points.");
  }
  std::vector<RawReport> rows;
  for (size_t i = 0; i < features.size(); ++i) {
    RawReport raw{file.name(), i + 1, file.name() + ":feature " + std::to_string(i + 1), {}, {}};
    std::optional<Misfit> misfit;
    if (!type_is(*features[i], "Feature")) misfit = Misfit{"SCHEMA", "The element is no Feature."};
    if (!misfit) misfit = take_geometry(*features[i], raw);
    if (!misfit) misfit = take_properties(file, *features[i], raw);
    if (misfit) {
      report.add({raw.item, "evidence", misfit->code, misfit->problem, Verdict::refused});
    } else {
      rows.push_back(std::move(raw));
    }
  }
  return rows;
}

}  // namespace fw
