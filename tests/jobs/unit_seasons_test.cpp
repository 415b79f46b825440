#include "jobs/unit_seasons.h"

#include <cmath>

#include "tests/support.h"

namespace fw {
namespace {

std::string square(const std::string& fields, double west) {
  const std::string w = std::to_string(west), e = std::to_string(west + 1);
  return R"({"type":"Feature","properties":{)" + fields + R"(},"geometry":{"type":"Polygon","coordinates":[[[)" + w +
         ",0],[" + e + ",0],[" + e + ",1],[" + w + ",1],[" + w + ",0]]]}}";
}
std::string collection(const std::string& features) {
  return R"({"type":"FeatureCollection","features":[)" + features + "]}";
}

/// X1 holds X11, X2 holds X21 and X22; the region's season is June to October.
struct Land {
  Land() {
    test::write_text(dir / "1.geojson", collection(square(R"("code":"X1")", 0) + "," + square(R"("code":"X2")", 1)));
    test::write_text(dir / "2.geojson",
                     collection(square(R"("code":"X11","up":"X1")", 0) + "," + square(R"("code":"X21","up":"X2")", 1) +
                                "," + square(R"("code":"X22","up":"X2")", 2)));
    levels = {AdminUnits::read({dir / "1.geojson", dir.path(), "", "code", "", "", 1}),
              AdminUnits::read({dir / "2.geojson", dir.path(), "", "code", "", "up", 2})};
    region.season = Season{15, 29};
  }
  test::TempDir dir;
  std::vector<AdminUnits> levels;
  Region region;
};
const Period august{Cadence::dekad, 36 * 2023 + 22}, december{Cadence::dekad, 36 * 2023 + 34};

TEST(UnitSeasons, AreTheirOwnOrThatOfTheUnitAboveOrTheRegions) {
  Land land;
  land.region.unit_seasons = {{{"X2"}, {30, 8}}, {{"X22"}, {0, 35}}};
  const UnitSeasons seasons(land.region, land.levels);
  EXPECT_TRUE(seasons.holds("X11", august));
  EXPECT_FALSE(seasons.holds("X11", december));
  EXPECT_FALSE(seasons.holds("X21", august)) << "as X2";
  EXPECT_TRUE(seasons.holds("X21", december));
  EXPECT_TRUE(seasons.holds("X22", august)) << "its own goes before";
  land.region.season.reset();
  EXPECT_TRUE(UnitSeasons(land.region, land.levels).holds("X11", december)) << "no season declared";
}

TEST(UnitSeasons, OfUnknownUnitsAreRefused) {
  Land land;
  land.region.unit_seasons = {{{"X99"}, {30, 8}}};
  EXPECT_THROW(UnitSeasons(land.region, land.levels), ConfigError);
}

TEST(UnitSeasons, TakeValuesOfSeasonalIndicatorsOutOfRowsAndPixels) {
  Land land;
  land.region.unit_seasons = {{{"X21"}, {30, 8}}};
  const UnitSeasons seasons(land.region, land.levels);
  std::vector<Indicator> indicators(2);
  indicators[0].id = "ndvi_z";
  indicators[0].seasonal = true;
  indicators[1].id = "water";
  IndicatorTable table;
  for (const char* pcode : {"X11", "X21"})
    for (const char* id : {"ndvi_z", "water"}) {
      IndicatorRow row{};
      row.pcode = pcode;
      row.indicator = id;
      row.period = august;
      row.mean = -2;
      row.valid_fraction = 1;
      table.rows.push_back(row);
    }
  seasons.gate(indicators, table);
  for (const IndicatorRow& row : table.rows) {
    const bool off = row.pcode == "X21" && row.indicator == "ndvi_z";
    EXPECT_EQ(std::isnan(row.mean), off);
    EXPECT_EQ(row.reason, off ? Reason::not_in_season : Reason::value);
  }
  const Grid grid{"EPSG:4326", 0, 1, 1, 1, 1, 4};  // X11, X21, X22, nothing
  std::vector<float> value(4, 1);
  std::vector<uint8_t> reason(4, 0);
  seasons.gate(grid, grid.whole(), august, value.data(), reason.data());
  EXPECT_EQ(reason, (std::vector<uint8_t>{0, 3, 0, 0}));
  EXPECT_TRUE(std::isnan(value[1]));
  seasons.gate(grid, grid.whole(), december, value.data(), reason.data());
  EXPECT_EQ(reason, (std::vector<uint8_t>{3, 3, 3, 3})) << "pixels of no unit follow the region";
}

}  // namespace
}  // namespace fw
