#include <gdal_priv.h>
#include <gdal_rat.h>
#include <gtest/gtest.h>
#include <ogrsf_frmts.h>

#include <pugixml.hpp>

#include "core/geo/open_scene.h"
#include "core/output/class_tables.h"
#include "core/output/qml.h"
#include "tests/output/rasters.h"

using namespace fw;
using namespace fw::test;

TEST(ClassStyle, ListsExactlyTheClassesWithNamesAndColours) {
  pugi::xml_document xml;
  ASSERT_TRUE(xml.load_string(raster_qml(class_spec(utm_grid(1, 1))).c_str(), pugi::parse_full));
  const auto renderer = xml.select_node("//rasterrenderer").node();
  EXPECT_STREQ(renderer.attribute("type").value(), "paletted");
  std::vector<std::string> got;
  for (const auto& e : xml.select_nodes("//paletteEntry"))
    got.push_back(std::string(e.node().attribute("value").value()) + " " + e.node().attribute("label").value() + " " +
                  e.node().attribute("color").value());
  EXPECT_EQ(got, (std::vector<std::string>{"1 Risk class 1 #cdfacd", "2 Risk class 2 #fae61e", "0 Not assessed #969696",
                                           "9 Out of season #d9d2e9"}));
}

TEST(ContinuousStyle, HasTheFixedRangeAndRamp) {
  auto spec = continuous_spec(utm_grid(1, 1));
  spec.style_min = -2;
  spec.style_max = 3;
  spec.style_colours = {"#FFFFFF", "#808080", "#FF0000"};
  pugi::xml_document xml;
  ASSERT_TRUE(xml.load_string(raster_qml(spec).c_str(), pugi::parse_full));
  const auto shader = xml.select_node("//colorrampshader").node();
  EXPECT_EQ(shader.attribute("minimumValue").as_double(), -2);
  EXPECT_EQ(shader.attribute("maximumValue").as_double(), 3);
  std::vector<double> values;
  for (const auto& i : xml.select_nodes("//item")) values.push_back(i.node().attribute("value").as_double());
  EXPECT_EQ(values, (std::vector<double>{-2, 0.5, 3}));
}

TEST(UnitStyle, HatchesWhatIsNotAssessed) {
  pugi::xml_document xml;
  ASSERT_TRUE(xml.load_string(unit_qml(risk_scheme(), "risk_class").c_str(), pugi::parse_full));
  EXPECT_STREQ(xml.select_node("//renderer-v2").node().attribute("attr").value(), "risk_class");
  const auto category = xml.select_node("//category[@label='Not assessed']").node();
  const std::string path = std::string("//symbol[@name='") + category.attribute("symbol").value() + "']/layer";
  EXPECT_EQ(xml.select_nodes(path.c_str()).size(), 2U);  // colour and hatching
  EXPECT_STREQ(category.attribute("value").value(), "0");
}

TEST(ClassTables, AreReadByGdalAsAttributeTableAndCategories) {
  TempDir dir;
  publish_sample(dir / "out");
  const auto tif = dir / "out" / (class_spec(utm_grid(1, 1)).stem + ".tif");
  // A plain reader: the policy of open_scene leaves side files out on purpose.
  const std::string command = "env -u GDAL_PAM_ENABLED gdalinfo -json '" + tif.string() + "' > '" +
                              (dir / "info.json").string() + "' 2>/dev/null";
  if (std::system(command.c_str()) != 0) GTEST_SKIP() << "needs gdalinfo (gdal-bin)";
  const std::string info = read_text(dir / "info.json");
  EXPECT_NE(info.find("\"Not assessed\""), std::string::npos);
  EXPECT_NE(info.find("Least <severe> & \\\"calm\\\""), std::string::npos);
  EXPECT_NE(info.find("\"tableType\":\"thematic\""), std::string::npos);
}

TEST(ClassTables, EveryBandOfAClassRasterHasItsOwnCountsAndNoPalette) {
  TempDir dir;
  // Four Byte bands: a reader must not take them for red, green, blue and alpha.
  RasterSpec spec = class_spec(utm_grid(2, 2));
  spec.bands = {{"2024-01", ""}, {"2024-02", ""}, {"2024-03", ""}, {"2024-04", ""}};
  Publication publication({dir / "out"});
  const auto writer = publication.raster(spec);
  const uint8_t values[4][4] = {{1, 1, 1, 1}, {2, 2, 2, 255}, {0, 0, 9, 9}, {1, 2, 0, 9}};
  for (int band = 1; band <= 4; ++band) writer->write(band, spec.grid.whole(), values[band - 1]);
  publication.finish_raster(writer);
  publication.finish(manifest_info());
  EXPECT_FALSE(std::filesystem::exists(dir / ("out/" + spec.stem + ".tif.vat.dbf"))) << "a VAT has one count per class";
  EXPECT_TRUE(verify_publication(dir / "out").empty());
  prepare_gdal();
  const std::unique_ptr<GDALDataset> file(
      GDALDataset::Open((dir / ("out/" + spec.stem + ".tif")).c_str(), GDAL_OF_RASTER));
  ASSERT_TRUE(file);
  ASSERT_EQ(file->GetRasterCount(), 4);
  for (int band = 1; band <= 4; ++band) {
    GDALRasterBand* b = file->GetRasterBand(band);
    EXPECT_EQ(b->GetColorInterpretation(), band == 1 ? GCI_GrayIndex : GCI_Undefined) << band;
    uint8_t back[4] = {};
    ASSERT_EQ(b->RasterIO(GF_Read, 0, 0, 2, 2, back, 2, 2, GDT_Byte, 0, 0), CE_None);
    EXPECT_TRUE(std::equal(back, back + 4, values[band - 1]));
  }
  pugi::xml_document xml;
  ASSERT_TRUE(xml.load_string(read_text(dir / ("out/" + spec.stem + ".tif.aux.xml")).c_str()));
  for (const auto& [band, ones] : {std::pair{1, "4"}, {2, "0"}, {4, "1"}}) {
    const std::string row = "//PAMRasterBand[@band='" + std::to_string(band) + "']//Row[@index='0']/F[2]";
    EXPECT_STREQ(xml.select_node(row.c_str()).node().text().get(), ones) << "pixels of class 1 in band " << band;
  }
}

TEST(ClassTables, WriteADbfThatAnIndependentReaderReads) {
  TempDir dir;
  std::array<uint64_t, 256> counts{};
  counts[1] = 12345678901ULL;
  counts[9] = 3;
  write_text(dir / "vat.dbf", class_vat_dbf(class_spec(utm_grid(1, 1)), counts));
  prepare_gdal();
  const char* const drivers[] = {"ESRI Shapefile", nullptr};
  const std::unique_ptr<GDALDataset> table(GDALDataset::Open((dir / "vat.dbf").c_str(), GDAL_OF_VECTOR, drivers));
  ASSERT_TRUE(table);
  OGRLayer* layer = table->GetLayer(0);
  ASSERT_EQ(layer->GetFeatureCount(), 4);
  const std::unique_ptr<OGRFeature> row(layer->GetNextFeature());
  EXPECT_EQ(row->GetFieldAsInteger("Value"), 1);
  EXPECT_EQ(row->GetFieldAsInteger64("Count"), 12345678901LL);
  EXPECT_STREQ(row->GetFieldAsString("Label"), "Risk class 1");
  EXPECT_EQ(row->GetFieldAsInteger("Red"), 0xcd);
  EXPECT_EQ(row->GetFieldAsInteger("Green"), 0xfa);
  EXPECT_EQ(row->GetFieldAsInteger("Blue"), 0xcd);
}

TEST(ClassTables, CutALongLabelOnACharacterBoundary) {
  auto spec = class_spec(utm_grid(1, 1));
  spec.classes->classes[0].label = std::string(79, 'x') + "é";  // the é would end at byte 81
  const std::string dbf = class_vat_dbf(spec, {});
  EXPECT_NE(dbf.find(std::string(79, 'x') + " "), std::string::npos);
}
