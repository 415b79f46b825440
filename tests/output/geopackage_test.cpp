#include <gdal_priv.h>
#include <gtest/gtest.h>
#include <ogrsf_frmts.h>

#include "core/base/sha256.h"
#include "core/geo/open_scene.h"
#include "core/output/publication.h"
#include "tests/output/rasters.h"

using namespace fw;
using namespace fw::test;
namespace fs = std::filesystem;

namespace {

AdminUnits two_units(const fs::path& dir) {
  write_text(dir / "admin.geojson", R"({"type": "FeatureCollection", "features": [
    {"type": "Feature", "properties": {"code": "ET02", "label": "Süd"}, "geometry": {"type": "Polygon", "coordinates": [[[39, 6], [40, 6], [40, 7], [39, 7], [39, 6]]]}},
    {"type": "Feature", "properties": {"code": "ET01", "label": "O'North"}, "geometry": {"type": "Polygon", "coordinates": [[[39, 7], [40, 7], [40, 8], [39, 8], [39, 7]]]}}]})");
  AdminUnits::Request request;
  request.file = dir / "admin.geojson";
  request.root = dir;
  request.pcode_field = "code";
  request.name_field = "label";
  return AdminUnits::read(request);
}

UnitTable table(const std::string& layer, const std::string& title) {
  UnitTable t;
  t.layer = layer;
  t.title = title;
  t.text_columns = {"reasons"};
  t.number_columns = {"likelihood", "risk_class"};
  t.rows = {{0, {"low rain; 'dry'"}, {0.75, 2}, 2}, {1, {""}, {std::nan(""), 0}, 0}};
  t.class_column = "risk_class";
  return t;
}

void publish(const fs::path& folder, const AdminUnits& units) {
  Publication p({folder, false});
  p.geopackage("risk.gpkg", units, {table("drought_adm2", "Drought risk"), table("famine_adm2", "Drought risk")},
               risk_scheme());
  p.finish(manifest_info());
}

std::unique_ptr<GDALDataset> open(const fs::path& file) {
  const char* const drivers[] = {"GPKG", nullptr};
  return std::unique_ptr<GDALDataset>(GDALDataset::Open(file.c_str(), GDAL_OF_VECTOR, drivers));
}

}  // namespace

TEST(GeoPackage, HoldsEveryUnitWithItsValues) {
  TempDir dir;
  publish(dir / "out", two_units(dir.path()));
  const auto gpkg = open(dir / "out" / "risk.gpkg");
  ASSERT_TRUE(gpkg);
  OGRLayer* layer = gpkg->GetLayerByName("drought_adm2");
  ASSERT_NE(layer, nullptr);
  EXPECT_EQ(layer->GetFeatureCount(), 2);
  const std::unique_ptr<OGRFeature> first(layer->GetNextFeature()), second(layer->GetNextFeature());
  EXPECT_STREQ(first->GetFieldAsString("pcode"), "ET01");
  EXPECT_STREQ(first->GetFieldAsString("name"), "O'North");
  EXPECT_STREQ(first->GetFieldAsString("reasons"), "low rain; 'dry'");
  EXPECT_EQ(first->GetFieldAsDouble("likelihood"), 0.75);
  EXPECT_EQ(first->GetFieldAsInteger("risk_class"), 2);
  EXPECT_STREQ(first->GetFieldAsString("risk_class_label"), "Risk class 2");
  OGREnvelope box;
  first->GetGeometryRef()->getEnvelope(&box);
  EXPECT_EQ(box.MinX, 39);
  EXPECT_EQ(box.MaxY, 8);
  EXPECT_STREQ(second->GetFieldAsString("name"), "Süd");
  EXPECT_TRUE(second->IsFieldNull(second->GetFieldIndex("likelihood")));
  EXPECT_STREQ(second->GetFieldAsString("risk_class_label"), "Not assessed");
}

TEST(GeoPackage, CarriesADefaultStylePerLayerWithoutTheClock) {
  TempDir dir;
  publish(dir / "out", two_units(dir.path()));
  const auto gpkg = open(dir / "out" / "risk.gpkg");
  OGRLayer* styles = gpkg->ExecuteSQL(
      "SELECT f_table_name, styleQML, useAsDefault, update_time FROM layer_styles ORDER BY id", nullptr, "SQLITE");
  ASSERT_NE(styles, nullptr);
  ASSERT_EQ(styles->GetFeatureCount(), 2);
  const std::unique_ptr<OGRFeature> row(styles->GetNextFeature());
  EXPECT_STREQ(row->GetFieldAsString(0), "drought_adm2");
  EXPECT_NE(std::string(row->GetFieldAsString(1)).find("categorizedSymbol"), std::string::npos);
  EXPECT_EQ(row->GetFieldAsInteger(2), 1);
  EXPECT_EQ(std::string(row->GetFieldAsString(3)).rfind("2000", 0), 0U);
  gpkg->ReleaseResultSet(styles);
  OGRLayer* contents =
      gpkg->ExecuteSQL("SELECT count(*) FROM gpkg_contents WHERE last_change NOT LIKE '2000-01-01%'", nullptr, nullptr);
  const std::unique_ptr<OGRFeature> count(contents->GetNextFeature());
  EXPECT_EQ(count->GetFieldAsInteger(0), 0);
  gpkg->ReleaseResultSet(contents);
}

TEST(GeoPackage, IsTheSameBytesTwice) {
  TempDir dir;
  const auto units = two_units(dir.path());
  publish(dir / "one", units);
  publish(dir / "two", units);
  EXPECT_EQ(sha256_of_file(dir / "one" / "risk.gpkg"), sha256_of_file(dir / "two" / "risk.gpkg"));
}
