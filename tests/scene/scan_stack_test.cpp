// Layout `stack`: one band per date.
#include "core/base/error.h"
#include "tests/scene/raster_maker.h"
#include "tests/support.h"

namespace fw {
namespace {

using Codes = std::vector<std::string>;

test::MadeRaster stack(const std::vector<std::string>& descriptions, const std::string& type = "Float32") {
  test::MadeRaster r;
  r.type = type;
  for (size_t i = 0; i < descriptions.size(); ++i)
    r.bands.push_back({{static_cast<double>(i), 0, 1, 2}, descriptions[i], std::nullopt});
  return r;
}

TEST(ScanStack, MakesOneScenePerBandByItsDescription) {
  test::TempDir dir;
  test::make_raster(dir / "s.tif",
                    stack({"2015-07-11T10:00:08", "1984-06-06_LT51700551984158XXX01", "20160101", "no date"}));
  ScanInput input{"time-stack", {"s.tif"}};
  input.roles["value"] = "ndvi";
  const Catalogue c = test::scan_one(dir.path(), input);
  ASSERT_EQ(c.scenes.size(), 3u);
  EXPECT_EQ(c.scenes[0].id, "s_19840606");
  EXPECT_EQ(c.scenes[0].bands.at("ndvi").band, 2);
  EXPECT_EQ(c.scenes[1].id, "s_20150711T100008");
  EXPECT_EQ(c.scenes[2].id, "s_20160101");
  EXPECT_EQ(test::codes(c), (Codes{"s.tif#4: TIME_INVALID"}));
}

TEST(ScanStack, TakesDatesFromACsv) {
  test::TempDir dir;
  test::make_raster(dir / "s.tif", stack({"", "", ""}));
  test::write_text(dir / "dates.csv", "band,date,scene\n1,2001-01-01,a\n3,2001-03-01,c\n");
  ScanInput input{"time-stack", {"s.tif"}, "dates.csv"};
  const Catalogue c = test::scan_one(dir.path(), input);
  ASSERT_EQ(c.scenes.size(), 2u);
  EXPECT_EQ(c.scenes[1].bands.at("value").band, 3);
  EXPECT_EQ(test::codes(c), (Codes{"s.tif#2: TIME_MISSING"}));
  for (const char* bad : {"band,day\n1,2001-01-01\n", "band,date\n4,2001-01-01\n", "band,date\n1,2001-02-30\n",
                          "band,date\n1,2001-01-01\n1,2001-01-02\n"}) {
    test::write_text(dir / "dates.csv", bad);
    EXPECT_EQ(test::codes(test::scan_one(dir.path(), input)), (Codes{"s.tif: DATES_CSV"})) << bad;
  }
}

TEST(ScanStack, KeepsTwoBandsOfOneDayApart) {
  test::TempDir dir;
  test::make_raster(dir / "s.tif", stack({"2001-01-01_LT5", "2001-01-01_LE7"}));
  const Catalogue c = test::scan_one(dir.path(), {"time-stack", {"s.tif"}});
  ASSERT_EQ(c.scenes.size(), 2u);
  EXPECT_EQ(c.scenes[0].id, "s_20010101_b1");
  EXPECT_EQ(c.scenes[1].id, "s_20010101_b2");
}

TEST(ScanStack, PairsAMaskStackByDate) {
  test::TempDir dir;
  test::make_raster(dir / "ndvi.tif", stack({"2001-01-01", "2001-01-11", "2001-01-21"}));
  test::make_raster(dir / "mask.tif", stack({"2001-01-21", "2001-01-01"}, "Byte"));
  ScanInput input{"time-stack", {"ndvi.tif"}};
  input.qa = "mask.tif";
  const Catalogue c = test::scan_one(dir.path(), input);
  ASSERT_EQ(c.scenes.size(), 2u);
  EXPECT_EQ(c.scenes[0].qa->band, 2);
  EXPECT_EQ(c.scenes[1].qa->band, 1);
  EXPECT_EQ(test::codes(c), (Codes{"ndvi.tif#2: BAND_MISSING:qa"}));
}

TEST(ScanStack, RefusesTheSameStackTwiceInOneRow) {
  test::TempDir dir;
  test::make_raster(dir / "a.tif", stack({"2001-01-01", "2001-01-11"}));
  std::filesystem::copy(dir / "a.tif", dir / "b.tif");
  const Catalogue c = test::scan_one(dir.path(), {"time-stack", {"."}});
  EXPECT_EQ(c.scenes.size(), 2u);
  EXPECT_EQ(test::codes(c), (Codes{"b.tif: DUPLICATE"}));
}

TEST(Scan, SaysWhenNothingAtAllIsUsable) {
  test::TempDir dir;
  test::make_raster(dir / "a.tif", stack({"x"}));
  ScanRequest request;
  request.config_dir = test::products_dir();
  request.root = dir.path();
  request.inputs = {{"time-stack", {"a.tif"}}};
  RunReport report;
  try {
    scan(request, report);
    FAIL() << "scanned";
  } catch (const InputError& e) {
    EXPECT_EQ(e.code(), "NO_SCENES");
  }
  EXPECT_EQ(report.rejected(), 1u);
}

}  // namespace
}  // namespace fw
