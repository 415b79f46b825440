// Administrative units from a file of polygons.
#include <cpl_string.h>
#include <gdal_priv.h>
#include <geodesic.h>
#include <ogrsf_frmts.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/base/config.h"
#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/geo/admin_impl.h"
#include "core/geo/content_type.h"
#include "core/geo/crs.h"
#include "core/geo/gdal_errors.h"
#include "core/geo/input_file.h"
#include "core/geo/open_scene.h"

namespace fw {
namespace fs = std::filesystem;
namespace {

struct Close {
  void operator()(GDALDataset* dataset) const { GDALClose(dataset); }
};
using Polygons = std::unique_ptr<OGRMultiPolygon>;

class Reader {
 public:
  explicit Reader(const AdminUnits::Request& request) : request_(request) {}

  /// By p-code.
  void read(std::map<std::string, std::pair<AdminUnit, Polygons>>* found) {
    open();
    OGRLayer& layer = chosen_layer();
    if (layer.GetFeatureCount() == 0) fail("ADMIN_UNREADABLE", "holds no polygon");
    const OGRSpatialReference* crs = layer.GetSpatialRef();
    if (!crs || crs->IsEmpty())
      fail("CRS_MISSING", "names no coordinate reference system. Set its CRS; none is guessed");
    const std::string text = crs_text(*crs);
    if (!same_crs(text, wgs84_crs)) {
      to_lonlat_ = transformation(text, wgs84_crs);
      if (!to_lonlat_) fail("CRS_MISSING", "is in a CRS that PROJ cannot turn into longitudes and latitudes");
    }
    const int pcode = field(layer, request_.pcode_field), name = field(layer, request_.name_field),
              parent = field(layer, request_.parent_field);
    if (pcode < 0) fail("FIELD_MISSING", "needs a p-code field, and none is named. It has: " + fields(layer));
    layer.ResetReading();
    for (std::unique_ptr<OGRFeature> feature(layer.GetNextFeature()); feature; feature.reset(layer.GetNextFeature())) {
      ++count_;
      AdminUnit unit{value(*feature, pcode), value(*feature, name), value(*feature, parent)};
      if (unit.pcode.empty())
        fail("PCODE_MISSING", "has a polygon (number " + std::to_string(count_) + ") without a p-code in '" +
                                  request_.pcode_field + "'");
      auto& place = (*found)[unit.pcode];
      if (!place.second) {
        place.first = std::move(unit);
        place.second = std::make_unique<OGRMultiPolygon>();
      }
      add(*feature, place.first.pcode, *place.second);
    }
    // GDAL's complaints about geometries that were read again are answered; nothing else may be missing.
    const bool whole = document_ ? count_ == (*document_)["features"].size() : !errors_.failed();
    if (!whole) fail("ADMIN_UNREADABLE", "cannot be read whole (" + errors_.text() + ")");
    for (auto& [code, entry] : *found) repaired_ += make_valid(code, &entry.second);
  }
  const std::string& sha256() const { return sha256_; }
  int repaired() const { return repaired_; }

 private:
  [[noreturn]] void fail(const char* code, const std::string& problem) const {
    throw InputError(
        code, "Admin boundaries " + printable(request_.file.filename().string()) + ": the file " + problem + ".");
  }

  void open() {
    prepare_gdal();
    file_ = checked_input(request_.file, request_.root);
    const fs::path& file = file_;
    const std::string content = content_type(file);
    if (content != "GeoJSON" && content != "GPKG" && content != "ESRI Shapefile")
      fail("ADMIN_UNREADABLE", "is no GeoJSON, GeoPackage or Shapefile");
    std::vector<std::string> parts = {file.filename().string()};
    sha256_ = remembered_sha256(file, identify(file));
    if (content == "ESRI Shapefile") {  // one data set in several files: all of them count
      std::string all = sha256_;
      for (const char* extension : {".cpg", ".dbf", ".prj", ".shx"})
        if (fs::path part = fs::path(file).replace_extension(extension); fs::exists(part)) {
          part = checked_input(part, request_.root.empty() ? file.parent_path() : request_.root);
          parts.push_back(part.filename().string());
          all += "\n" + remembered_sha256(part, identify(part));
        }
      sha256_ = sha256_of(all);
    }
    CPLStringList siblings;
    for (const auto& part : parts) siblings.AddString(part.c_str());
    const char* const drivers[] = {content.c_str(), nullptr};
    dataset_.reset(GDALDataset::Open(file.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR, drivers,
                                     nullptr, siblings.List()));
    if (!dataset_) fail("ADMIN_UNREADABLE", "cannot be opened (" + errors_.text() + ")");
  }

  OGRLayer& chosen_layer() const {
    std::string names;
    for (auto* layer : dataset_->GetLayers()) {
      if (request_.layer == layer->GetName()) return *layer;
      names += (names.empty() ? "" : ", ") + printable(layer->GetName(), 60);
    }
    if (!request_.layer.empty())
      fail("ADMIN_UNREADABLE", "has no layer '" + printable(request_.layer, 60) + "'; it has: " + names);
    if (dataset_->GetLayerCount() != 1) fail("ADMIN_UNREADABLE", "has several layers; name one of: " + names);
    return *dataset_->GetLayer(0);
  }

  std::string fields(OGRLayer& layer) const {
    std::string names;
    for (int i = 0; i < layer.GetLayerDefn()->GetFieldCount(); ++i)
      names += (i ? ", " : "") + printable(layer.GetLayerDefn()->GetFieldDefn(i)->GetNameRef(), 60);
    return names.empty() ? "no fields" : names;
  }

  /// Index of a field; -1 for an empty name.
  int field(OGRLayer& layer, const std::string& name) const {
    if (name.empty()) return -1;
    const int index = layer.GetLayerDefn()->GetFieldIndex(name.c_str());
    if (index < 0) fail("FIELD_MISSING", "has no field '" + printable(name, 60) + "'; it has: " + fields(layer));
    return index;
  }

  /// As text without blanks round it; a whole number in a decimal field has no ".0".
  static std::string value(const OGRFeature& feature, int index) {
    if (index < 0 || !feature.IsFieldSetAndNotNull(index)) return {};
    std::string text = feature.GetFieldDefnRef(index)->GetType() == OFTReal
                           ? format_number(feature.GetFieldAsDouble(index))
                           : feature.GetFieldAsString(index);
    const size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) return {};
    return printable(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
  }

  static void collect(const OGRGeometry& geometry, OGRMultiPolygon& into) {
    const auto type = wkbFlatten(geometry.getGeometryType());
    if (type == wkbPolygon && !geometry.IsEmpty()) into.addGeometry(&geometry);
    if (OGR_GT_IsSubClassOf(type, wkbGeometryCollection))
      for (const auto* part : *geometry.toGeometryCollection()) collect(*part, into);
  }

  /// Boundary files in use call multipolygons "Polygon", and the reverse; GDAL then reads no geometry. The nesting of
  /// the coordinates tells which it is. Null where that is not the matter.
  OGRGeometry* reread_geometry() {
    if (dataset_->GetDriver() != GetGDALDriverManager()->GetDriverByName("GeoJSON")) return nullptr;
    if (!document_) document_ = std::make_unique<nlohmann::ordered_json>(parse_json_strict(read_file(file_.string())));
    const auto features = document_->find("features");
    if (features == document_->end() || !features->is_array() || count_ > features->size()) return nullptr;
    const auto& feature = (*features)[count_ - 1];
    if (!feature.is_object() || !feature.contains("geometry") || !feature["geometry"].is_object()) return nullptr;
    nlohmann::ordered_json geometry = feature["geometry"];
    const auto type = geometry.find("type");
    const auto coordinates = geometry.find("coordinates");
    if (type == geometry.end() || coordinates == geometry.end()) return nullptr;
    if (*type != "Polygon" && *type != "MultiPolygon") return nullptr;
    int depth = 0;
    for (const auto* level = &*coordinates; level->is_array() && !level->empty(); level = &level->front()) ++depth;
    if (depth != 3 && depth != 4) return nullptr;
    *type = depth == 3 ? "Polygon" : "MultiPolygon";
    ++repaired_;
    return OGRGeometryFactory::createFromGeoJson(geometry.dump().c_str());
  }

  void add(const OGRFeature& feature, const std::string& pcode, OGRMultiPolygon& into) {
    const OGRGeometry* stored = feature.GetGeometryRef();
    std::unique_ptr<OGRGeometry> geometry(stored ? stored->getLinearGeometry() : reread_geometry());
    if (!geometry) fail("GEOMETRY_INVALID", "has no geometry for " + pcode + ", or one that cannot be understood");
    geometry->flattenTo2D();
    geometry->setMeasured(FALSE);
    if (to_lonlat_ && geometry->transform(to_lonlat_.get()) != OGRERR_NONE)
      fail("GEOMETRY_INVALID", "places " + pcode + " outside its own CRS");
    const int before = into.getNumGeometries();
    collect(*geometry, into);
    if (into.getNumGeometries() == before) fail("GEOMETRY_INVALID", "has no polygon for " + pcode);
    OGREnvelope box;
    into.getEnvelope(&box);
    if (!(box.MinX >= -360.001 && box.MaxX <= 360.001 && box.MinY >= -90.001 && box.MaxY <= 90.001))
      fail("GEOMETRY_INVALID", "places " + pcode + " outside the globe (is its CRS right?)");
  }

  /// Repairs self-crossing and overlapping parts. Returns 1 when there was something to repair.
  int make_valid(const std::string& pcode, Polygons* polygons) const {
    const GdalErrors quiet;
    if ((*polygons)->IsValid()) return 0;
    const std::unique_ptr<OGRGeometry> repaired((*polygons)->MakeValid());
    auto whole = std::make_unique<OGRMultiPolygon>();
    if (repaired) collect(*repaired, *whole);
    if (whole->IsEmpty())
      fail("GEOMETRY_INVALID", "has a polygon for " + pcode + " that cannot be repaired (" + quiet.text() + ")");
    *polygons = std::move(whole);
    return 1;
  }

  const AdminUnits::Request& request_;
  GdalErrors errors_;
  std::string sha256_;
  std::unique_ptr<GDALDataset, Close> dataset_;
  std::shared_ptr<OGRCoordinateTransformation> to_lonlat_;
  size_t count_ = 0;  ///< features so far
  fs::path file_;
  std::unique_ptr<nlohmann::ordered_json> document_;
  int repaired_ = 0;
};

UnitRings::Ring ring_of(const OGRLinearRing& ring, bool hole) {
  UnitRings::Ring r;
  r.hole = hole;
  int n = ring.getNumPoints();
  if (n > 1 && ring.getX(0) == ring.getX(n - 1) && ring.getY(0) == ring.getY(n - 1)) --n;
  for (int i = 0; i < n; ++i) {
    r.x.push_back(ring.getX(i));
    r.y.push_back(ring.getY(i));
  }
  return r;
}

double geodesic_area_km2(const UnitRings& unit) {
  geod_geodesic wgs84;
  geod_init(&wgs84, 6378137, 1 / 298.257223563);
  double total = 0;
  for (const auto& ring : unit.rings) {
    std::vector<double> lat = ring.y, lon = ring.x;
    double area = 0, perimeter = 0;
    geod_polygonarea(&wgs84, lat.data(), lon.data(), static_cast<int>(lat.size()), &area, &perimeter);
    total += (ring.hole ? -1 : 1) * std::fabs(area) / 1e6;
  }
  return total;
}

}  // namespace

AdminUnits AdminUnits::read(const Request& request) {
  auto impl = std::make_shared<Impl>();
  impl->level = request.level;
  std::map<std::string, std::pair<AdminUnit, Polygons>> found;
  Reader reader(request);
  reader.read(&found);
  impl->sha256 = reader.sha256();
  impl->repaired = reader.repaired();
  for (auto& [code, entry] : found) {
    UnitRings rings;
    for (const auto* polygon : *entry.second)
      for (int i = -1; i < polygon->getNumInteriorRings(); ++i)
        rings.rings.push_back(ring_of(i < 0 ? *polygon->getExteriorRing() : *polygon->getInteriorRing(i), i >= 0));
    PolygonEdges edges;
    for (const auto& ring : rings.rings) edges.add_ring(ring.x, ring.y);
    std::vector<unsigned char> wkb(entry.second->WkbSize());
    entry.second->exportToWkb(wkbNDR, wkb.data(), wkbVariantIso);
    impl->units.push_back(std::move(entry.first));
    impl->area_km2.push_back(geodesic_area_km2(rings));
    impl->rings.push_back(std::move(rings));
    impl->edges.push_back(std::move(edges));
    impl->wkb.push_back(std::move(wkb));
  }
  AdminUnits units;
  units.impl_ = std::move(impl);
  return units;
}

}  // namespace fw
