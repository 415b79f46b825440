// TileZones: the same sums as pixel by pixel, whatever lies in the tile.
#include "core/series/tile_zones.h"

#include <limits>
#include <random>

#include "tests/support.h"

namespace fw {
namespace {

struct Tile {
  std::vector<std::vector<int32_t>> unit{2};
  std::vector<double> area;
  std::vector<float> value;
  std::vector<uint8_t> reason;
};

/// Two levels, the second with holes; values of every size up to `largest`, a third of them missing for some reason.
Tile random_tile(size_t pixels, double largest_area, float largest) {
  std::mt19937 random(11);
  std::uniform_real_distribution<double> share(0, 1);
  Tile tile;
  for (size_t i = 0; i < pixels; ++i) {
    const auto row = static_cast<int32_t>(i / 700);
    tile.unit[0].push_back(row % 3);
    tile.unit[1].push_back(row % 2 == 0 ? static_cast<int32_t>(i / 90 % 4) : -1);
    tile.area.push_back(largest_area * share(random));
    const bool valid = share(random) < 0.67;
    tile.value.push_back(valid ? largest * static_cast<float>(share(random) - 0.3) : nan_f());
    tile.reason.push_back(valid ? 0 : static_cast<uint8_t>(random() % reason_count));
  }
  return tile;
}

void expect_same(const ZonalAccumulator& a, const ZonalAccumulator& b) {
  for (int r = 0; r < reason_count; ++r) EXPECT_EQ(a.reason_pixels[r], b.reason_pixels[r]);
  EXPECT_EQ(a.area_km2(), b.area_km2());
  EXPECT_EQ(a.valid_fraction(), b.valid_fraction());
  EXPECT_EQ(a.mean(), b.mean());
  EXPECT_EQ(a.stddev(), b.stddev());
  EXPECT_EQ(a.min(), b.min());
  EXPECT_EQ(a.max(), b.max());
  EXPECT_EQ(a.fraction_beyond(), b.fraction_beyond());
  EXPECT_EQ(a.main_reason(), b.main_reason());
}

void expect_sums_of_pixels(const Tile& tile, bool above) {
  const TileZones zones(tile.unit, tile.area);
  std::vector<ZonalAccumulator> of_zone(zones.size());
  zones.add(tile.value.data(), tile.reason.data(), 0.25, above, of_zone);
  for (size_t level = 0; level < 2; ++level)
    for (int32_t unit = 0; unit < 4; ++unit) {
      ZonalAccumulator merged, by_pixel;
      for (size_t zone = 0; zone < zones.size(); ++zone)
        if (zones.unit(zone, level) == unit) merged.merge(of_zone[zone]);
      for (size_t i = 0; i < tile.value.size(); ++i)
        if (tile.unit[level][i] == unit)
          by_pixel.add(tile.value[i], static_cast<Reason>(tile.reason[i]), tile.area[i], 0.25, above);
      if (by_pixel.pixels() > 0) expect_same(merged, by_pixel);
    }
}

TEST(TileZones, SumAsPixelByPixel) {
  expect_sums_of_pixels(random_tile(20011, 4e-4, 1), true);
  expect_sums_of_pixels(random_tile(20011, 30, 500), false);
}

TEST(TileZones, SumValuesAndAreasThatAreTooLargeToBeSplit) {
  expect_sums_of_pixels(random_tile(5003, 5e6, 1), true);
  expect_sums_of_pixels(random_tile(5003, 30, 1e7F), true);
}

TEST(TileZones, SumSeriesAtTheTimesWanted) {
  const Tile first = random_tile(3001, 2, 1);
  Tile second = first;
  for (float& v : second.value) v *= 1e9F;  // too large to be split
  std::vector<float> series = first.value;
  series.insert(series.end(), first.value.begin(), first.value.end());
  series.insert(series.end(), second.value.begin(), second.value.end());
  const TileZones zones(first.unit, first.area);
  const size_t wanted[] = {0, 2};
  const auto sums = zones.sums(series.data(), 3, wanted);
  ASSERT_EQ(sums.size(), zones.size());
  for (size_t zone = 0; zone < zones.size(); ++zone) {
    FixedSum value[3], area[3], whole;
    for (size_t i = 0; i < first.area.size(); ++i) {
      if (first.unit[0][i] != zones.unit(zone, 0) || first.unit[1][i] != zones.unit(zone, 1)) continue;
      whole.add(first.area[i]);
      for (const size_t t : wanted) {
        const float v = series[t * first.area.size() + i];
        if (is_nan(v)) continue;
        value[t].add(static_cast<double>(v) * first.area[i]);
        area[t].add(first.area[i]);
      }
    }
    EXPECT_EQ(sums[zone].whole.value(), whole.value());
    for (size_t t = 0; t < 3; ++t) {
      EXPECT_EQ(sums[zone].value[t].value(), value[t].value());
      EXPECT_EQ(sums[zone].area[t].value(), area[t].value());
    }
  }
}

TEST(TileZones, OfNoUnitAreNone) {
  const TileZones outside({{-1, -1}}, {1, 1});
  EXPECT_TRUE(outside.empty());
  EXPECT_TRUE(TileZones().empty());
  EXPECT_EQ(TileZones({{-1, 0}}, {1, 1}).size(), 1U);
}

TEST(FixedSum, RoundsEveryTermToAUnitTiesToEven) {
  const double unit = 0x1p-40;
  const std::pair<double, double> cases[] = {{0.5 * unit, 0},
                                             {1.5 * unit, 2},
                                             {2.5 * unit, 2},
                                             {-0.5 * unit, 0},
                                             {-1.5 * unit, -2},
                                             {0.50001 * unit, 1},
                                             {0x1p22 + 0.25, 0x1p62 + 0x1p38},
                                             {0x1p40, 0x1p80}};
  for (const auto& [term, units] : cases) {
    FixedSum sum;
    sum.add(term);
    EXPECT_EQ(sum.value() * 0x1p40, units) << term;
  }
}

}  // namespace
}  // namespace fw
