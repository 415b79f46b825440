// The map of the Combined Drought Indicator from tiles of indicators.
#include "jobs/cdi_sink.h"

#include "core/geo/open_scene.h"
#include "tests/support.h"

namespace fw {
namespace {

constexpr int dekads = 6;  // January and February
enum : size_t { spi1, spi3, soil, ndvi, other };

RunConfig config() {
  RunConfig c;
  c.config_dir = FW_SOURCE_DIR "/config";
  c.region.iso3 = "xsr";
  c.region.title = "Here";
  c.region.grid = {"EPSG:4326", 38, 8, 0.01, 0.01, 2, 4};
  c.cdi = "2021";
  c.from = {2020, 1, 1};
  return c;
}

/// Codes of the last dekad, two tiles of 2 x 2; fill(indicator, dekad, window column) is the value of all pixels of a
/// tile.
std::vector<uint8_t> map(bool has_soil, const std::function<float(size_t, size_t, int)>& fill,
                         bool off_season = false) {
  test::TempDir dir;
  const RunConfig c = config();
  SeriesPlan plan;
  plan.analysis_from = {Cadence::dekad, 2020 * 36};
  plan.analysis_to = {Cadence::dekad, 2020 * 36 + dekads - 1};
  for (const char* id : {"rain_spi1", "rain_spi3", "sm_z", "ndvi_z", "ndvi"}) {
    plan.indicators.emplace_back();
    plan.indicators.back().id = id;
  }
  Publication publication({dir / "out", false});
  CdiTiles cdi(publication, c, plan, has_soil);
  for (const int col : {2, 0}) {
    const Window w{0, col, 2, 2};
    for (size_t i = 0; i <= other; ++i)
      for (size_t t = 0; t < dekads; ++t) {
        cdi.ungated(i, t, w, std::vector<float>(4, fill(i, t, col)).data());
        const Reason why = off_season && i == ndvi && t == 5 ? Reason::not_in_season : Reason::value;
        cdi.reason(i, t, w, std::vector<uint8_t>(4, static_cast<uint8_t>(why)).data());
      }
    cdi.tile_done(w);
  }
  publication.finish_rasters();
  publication.finish({});
  OpenRequest request;
  request.file = dir / "out/xsr_cdi-2021_2020-02-d3_v01.tif";
  request.root = dir / "out";
  std::vector<float> codes(8);
  open_scene(request).read(1, {0, 0, 2, 4}, codes.data());
  return {codes.begin(), codes.end()};
}

TEST(CdiTiles, MapWhatTheRulesSayOfEachTile) {
  const auto codes =
      map(true, [](size_t i, size_t, int col) { return col == 0 && (i == spi3 || i == ndvi) ? -1.5F : 0.5F; });
  EXPECT_EQ(codes, (std::vector<uint8_t>{3, 3, 0, 0, 3, 3, 0, 0})) << "alert in the west, no drought in the east";
}

TEST(CdiTiles, AreNotAssessedWithoutSoilMoisture) {
  const auto codes = map(false, [](size_t, size_t, int) { return -2.5F; });
  EXPECT_EQ(codes, std::vector<uint8_t>(8, cdi_not_assessed));
}

TEST(CdiTiles, SayOutOfSeasonWhereVegetationIs) {
  const auto codes = map(
      true, [](size_t, size_t, int) { return -2.5F; }, true);
  EXPECT_EQ(codes, std::vector<uint8_t>(8, 9));
}

}  // namespace
}  // namespace fw
