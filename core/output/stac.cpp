#include "core/output/stac.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/output/footprint.h"
#include "core/output/qml.h"

namespace fw {
namespace {

using Json = nlohmann::ordered_json;
const char* const stac_version = "1.1.0";
const char* const extension_projection = "https://stac-extensions.github.io/projection/v2.0.0/schema.json";
const char* const extension_raster = "https://stac-extensions.github.io/raster/v2.0.0/schema.json";
const char* const extension_classification = "https://stac-extensions.github.io/classification/v2.0.0/schema.json";
const char* const extension_processing = "https://stac-extensions.github.io/processing/v1.2.0/schema.json";
const char* const extension_file = "https://stac-extensions.github.io/file/v2.1.0/schema.json";

std::string dumped(const Json& j) { return j.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// Media type, role and title of a published file by its name.
struct FileKind {
  const char *end, *type, *role, *title, *key;
};
constexpr FileKind file_kinds[] = {
    {".tif.aux.xml", "application/xml", "metadata", "Attribute table of the classes (GDAL)", "attributes"},
    {".tif.vat.dbf", "application/dbase", "metadata", "Attribute table of the classes (dBASE)", "vat"},
    {".tif", "image/tiff; application=geotiff; profile=cloud-optimized", "data", "", "data"},
    {".qml", "application/xml", "style", "Style for QGIS", "style"},
    {".gpkg", "application/geopackage+sqlite3", "data", "Admin units (GeoPackage)", ""},
    {".csv", "text/csv", "data", "Table (CSV)", ""},
    {".txt", "text/plain", "metadata", "Summary (text)", ""},
    {".json", "application/json", "metadata", "Record (JSON)", ""},
    {".toml", "application/toml", "metadata", "Configuration (TOML)", ""},
    {".xml", "application/xml", "metadata", "Record (XML)", ""}};

const FileKind* kind_of(const std::string& path) {
  for (const auto& k : file_kinds)
    if (ends_with(path, k.end)) return &k;
  return nullptr;
}

Json asset_of(const FileRecord& file, const std::string& up) {
  const FileKind* kind = kind_of(file.path);
  Json asset = {{"href", up + file.path}};
  if (kind) asset["type"] = kind->type;
  if (kind && *kind->title) asset["title"] = kind->title;
  asset["roles"] = {kind ? kind->role : "metadata"};
  asset["file:size"] = file.bytes;
  asset["file:checksum"] = multihash(file.sha256);
  return asset;
}

/// STAC wants [0-9A-Za-z-_]+ for the name of a class; its title carries the label.
std::string class_name(const std::string& label) {
  std::string name;
  for (const char c : lower(label)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain)
      name += c;
    else if (!name.empty() && name.back() != '_')
      name += '_';
  }
  while (!name.empty() && name.back() == '_') name.pop_back();
  return name.empty() ? "class" : name;
}

Json classes_of(const ClassScheme& scheme, const BandStatistics& statistics) {
  Json classes = Json::array();
  for (const auto& e : scheme.classes) {
    std::string hint = html_colour(e).substr(1);
    std::transform(hint.begin(), hint.end(), hint.begin(),
                   [](char c) { return c >= 'a' ? static_cast<char>(c - 32) : c; });
    classes.push_back({{"value", e.value},
                       {"name", class_name(e.label)},
                       {"title", e.label},
                       {"description", e.meaning},
                       {"color_hint", hint},
                       {"count", e.value >= 0 && e.value < 256 ? statistics.counts[static_cast<size_t>(e.value)] : 0}});
  }
  const auto nodata = static_cast<size_t>(scheme.nodata & 0xff);
  classes.push_back({{"value", scheme.nodata},
                     {"name", "nodata"},
                     {"title", "Outside"},
                     {"description", "Outside the region"},
                     {"nodata", true},
                     {"count", statistics.counts[nodata]}});
  return classes;
}

Json bands_of(const PublishedRaster& raster) {
  Json bands = Json::array();
  for (size_t b = 0; b < raster.spec.bands.size(); ++b) {
    const auto& band = raster.spec.bands[b];
    const auto& s = raster.statistics.at(b);
    Json j = {{"name", band.description.empty() ? "band " + std::to_string(b + 1) : band.description}};
    if (!band.description.empty()) j["description"] = band.description;
    j["data_type"] = raster.spec.classes ? "uint8" : "float32";
    if (raster.spec.classes)
      j["nodata"] = raster.spec.classes->nodata;
    else
      j["nodata"] = "nan";
    if (!band.unit.empty()) j["unit"] = band.unit;
    j["raster:sampling"] = "area";
    const double percent = s.pixels ? 100.0 * static_cast<double>(s.valid) / static_cast<double>(s.pixels) : 0;
    if (!raster.spec.classes && s.valid > 0)
      j["statistics"] = {{"minimum", s.min}, {"maximum", s.max}, {"mean", s.mean},
                         {"stddev", s.std},  {"count", s.valid}, {"valid_percent", percent}};
    if (raster.spec.classes) j["classification:classes"] = classes_of(*raster.spec.classes, s);
    bands.push_back(j);
  }
  return bands;
}

void put_projection(Json& properties, const Grid& g) {
  const bool coded = g.crs.rfind("EPSG:", 0) == 0;
  properties["proj:code"] = coded ? Json(g.crs) : Json(nullptr);
  if (!coded) properties["proj:wkt2"] = g.crs;
  properties["proj:shape"] = {g.rows, g.cols};
  properties["proj:transform"] = {g.dx, 0.0, g.x0, 0.0, -g.dy, g.y0};
  properties["proj:bbox"] = {g.x0, g.y0 - g.rows * g.dy, g.x0 + g.cols * g.dx, g.y0};
}

Json units_of(const RasterSpec& spec) {
  Json out = Json::object();
  for (const auto& [status, units] : spec.units) {
    Json list = Json::array();
    for (const UnitNote& unit : units) {
      Json entry = {{"pcode", unit.pcode}};
      if (!unit.reason.empty()) entry["reason"] = unit.reason;
      list.push_back(entry);
    }
    out[status] = list;
  }
  return out;
}

Json geometry_of(const Footprint& f) {
  const auto ring = [](const std::vector<LonLat>& points) {
    Json out = Json::array();
    for (const auto& [lon, lat] : points) out.push_back({lon, lat});
    return out;
  };
  Json coordinates = Json::array();
  if (f.polygons.size() == 1) {
    coordinates.push_back(ring(f.polygons[0]));
    return {{"type", "Polygon"}, {"coordinates", coordinates}};
  }
  for (const auto& polygon : f.polygons) coordinates.push_back(Json::array({ring(polygon)}));
  return {{"type", "MultiPolygon"}, {"coordinates", coordinates}};
}

Json software() { return {{"Forewarn", program_version()}}; }

void put_run_properties(Json& properties, const std::map<std::string, std::string>& given) {
  for (const auto& [key, value] : given)
    if (key != "license") properties[key.find(':') == std::string::npos ? "forewarn:" + key : key] = value;
}

std::string licence_of(const StacCollection& c) {
  const auto found = c.properties.find("license");
  return found == c.properties.end() || found->second.empty() ? "other" : found->second;
}

}  // namespace

std::string multihash(const std::string& sha256) { return "1220" + sha256; }

std::string stac_item_json(const PublishedRaster& raster, const StacCollection& collection) {
  const RasterSpec& spec = raster.spec;
  const Footprint f = footprint_of(spec.grid);
  Json properties = {{"title", spec.title},
                     {"datetime", nullptr},
                     {"start_datetime", spec.first_day + "T00:00:00Z"},
                     {"end_datetime", spec.last_day + "T23:59:59Z"},
                     {"license", licence_of(collection)}};
  if (!spec.layer.empty()) properties["forewarn:layer"] = spec.layer;
  if (!spec.period.empty()) properties["forewarn:period"] = spec.period;
  if (!spec.units.empty()) properties["forewarn:units"] = units_of(spec);
  put_projection(properties, spec.grid);
  properties["processing:software"] = software();
  put_run_properties(properties, collection.properties);

  Json extensions = {extension_projection, extension_raster, extension_processing, extension_file};
  if (spec.classes) extensions.push_back(extension_classification);
  Json assets = Json::object();
  for (const auto& file : raster.files) {
    const FileKind* kind = kind_of(file.path);
    Json asset = asset_of(file, "../");
    if (kind && std::string(kind->key) == "data") {
      asset["title"] = spec.title;
      asset["bands"] = bands_of(raster);
    }
    assets[kind && *kind->key ? kind->key : file.path] = asset;
  }
  const Json links = {
      {{"rel", "root"}, {"href", "../collection.json"}, {"type", "application/json"}, {"title", collection.title}},
      {{"rel", "parent"}, {"href", "../collection.json"}, {"type", "application/json"}, {"title", collection.title}},
      {{"rel", "collection"},
       {"href", "../collection.json"},
       {"type", "application/json"},
       {"title", collection.title}}};
  return dumped({{"type", "Feature"},
                 {"stac_version", stac_version},
                 {"stac_extensions", extensions},
                 {"id", spec.stem},
                 {"collection", collection.id},
                 {"geometry", geometry_of(f)},
                 {"bbox", f.bbox},
                 {"properties", properties},
                 {"links", links},
                 {"assets", assets}});
}

std::string stac_collection_json(const std::vector<PublishedRaster>& rasters, const std::vector<FileRecord>& other,
                                 const StacCollection& collection) {
  Json boxes = Json::array(), links = Json::array();
  std::string first, last;
  double west = 180, south = 90, east = -180, north = -90;
  bool crosses = false;
  links.push_back(
      {{"rel", "root"}, {"href", "./collection.json"}, {"type", "application/json"}, {"title", collection.title}});
  for (const auto& r : rasters) {
    const auto box = footprint_of(r.spec.grid).bbox;
    crosses = crosses || box[0] > box[2];
    west = std::min(west, box[0]);
    south = std::min(south, box[1]);
    east = std::max(east, box[2]);
    north = std::max(north, box[3]);
    if (first.empty() || r.spec.first_day < first) first = r.spec.first_day;
    last = std::max(last, r.spec.last_day);
    links.push_back({{"rel", "item"},
                     {"href", "./items/" + r.spec.stem + ".json"},
                     {"type", "application/geo+json"},
                     {"title", r.spec.title}});
  }
  if (crosses) west = -180, east = 180;  // the union of boxes on both sides of the antimeridian, kept simple
  boxes.push_back(rasters.empty() ? Json({-180.0, -90.0, 180.0, 90.0}) : Json({west, south, east, north}));
  const Json start = first.empty() ? Json(nullptr) : Json(first + "T00:00:00Z"),
             end = last.empty() ? Json(nullptr) : Json(last + "T23:59:59Z");
  Json assets = Json::object();
  for (const auto& file : other) assets[file.path] = asset_of(file, "./");
  Json j = {{"type", "Collection"},
            {"stac_version", stac_version},
            {"stac_extensions", {extension_file, extension_processing}},
            {"id", collection.id},
            {"title", collection.title},
            {"description", collection.title + ". Made by Forewarn; model-indicated, not an official assessment."},
            {"license", licence_of(collection)},
            {"providers", {{{"name", "Forewarn"}, {"roles", {"processor"}}, {"processing:software", software()}}}},
            {"extent",
             {{"spatial", {{"bbox", boxes}}}, {"temporal", {{"interval", Json::array({Json::array({start, end})})}}}}},
            {"links", links}};
  put_run_properties(j, collection.properties);
  if (!assets.empty()) j["assets"] = assets;
  return dumped(j);
}

}  // namespace fw
