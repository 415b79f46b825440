#include "core/geo/resample.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "core/base/error.h"

namespace {

using fw::Grid;
using fw::Resampling;
using fw::Window;

constexpr float nan = std::numeric_limits<float>::quiet_NaN();
const Grid degrees{"EPSG:4326", 38.9, 14.6, 0.001, 0.001, 200, 240};
const Grid utm{"EPSG:32637", 490000, 1613000, 100, 100, 200, 250};

std::vector<float> cut(const std::vector<float>& values, const Grid& g, const Window& w) {
  std::vector<float> part(w.pixels());
  for (int r = 0; r < w.rows; ++r)
    for (int c = 0; c < w.cols; ++c)
      part[static_cast<size_t>(r) * w.cols + c] = values[static_cast<size_t>(w.row + r) * g.cols + w.col + c];
  return part;
}

/// As a job does it: only the source window is read.
std::vector<float> resampled(const std::vector<float>& values, const Grid& source, const Grid& target, const Window& w,
                             Resampling method) {
  const Window from = fw::source_window(source, target, w, method);
  std::vector<float> out(w.pixels(), -1);
  fw::resample(cut(values, source, from).data(), source, from, target, w, method, out.data());
  return out;
}

template <class F>
std::vector<float> filled(const Grid& g, F value) {
  std::vector<float> values(g.pixels());
  for (int r = 0; r < g.rows; ++r)
    for (int c = 0; c < g.cols; ++c) values[static_cast<size_t>(r) * g.cols + c] = value(r, c);
  return values;
}

std::vector<float> noise(const Grid& g, unsigned seed) {
  std::mt19937 random(seed);
  return filled(g, [&](int, int) { return random() % 7 == 0 ? nan : static_cast<float>(random() % 10000) / 100.0f; });
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

struct Case {
  const char* name;
  Grid source, target;
};

Grid finer(Grid g, double times) {
  g.dx /= times;
  g.dy /= times;
  g.rows = static_cast<int>(g.rows * times);
  g.cols = static_cast<int>(g.cols * times);
  return g;
}

class Tiles : public testing::TestWithParam<std::tuple<Case, Resampling>> {};

TEST_P(Tiles, DoNotShow) {
  const auto& [c, method] = GetParam();
  const auto values = noise(c.source, 7);
  const auto whole = resampled(values, c.source, c.target, c.target.whole(), method);
  size_t valid = 0;
  for (float v : whole) valid += v == v;
  ASSERT_GT(valid, whole.size() / 4) << "the grids must meet for this test to say anything";
  for (int size : {41, 97, 128}) {
    for (const Window& w : fw::tiles(c.target, size))
      ASSERT_TRUE(same_bits(resampled(values, c.source, c.target, w, method), cut(whole, c.target, w)))
          << w.row << " " << w.col << " of size " << size;
  }
}

Grid shifted(Grid g, double cells) {
  g.x0 += cells * g.dx;
  g.y0 -= cells * g.dy;
  return g;
}

INSTANTIATE_TEST_SUITE_P(
    Grids, Tiles,
    testing::Combine(
        testing::Values(
            Case{"degrees_to_utm", degrees, {"EPSG:32637", 490000, 1613000, 100, 100, 200, 250}},
            Case{"utm_to_degrees", utm, degrees}, Case{"twice_as_fine", utm, finer(shifted(utm, 0.3), 2)},
            Case{"half_as_fine", utm, finer(shifted(utm, 0.3), 0.5)},
            Case{"a_fifth_as_fine_across_crs", {"EPSG:32637", 490000, 1613000, 20, 20, 900, 1000}, finer(degrees, 1)},
            Case{"half_a_cell_off", utm, shifted(utm, 0.5)},
            Case{"across_zones", {"EPSG:32636", 1140000, 1620000, 100, 100, 260, 300}, utm}),
        testing::Values(Resampling::nearest, Resampling::bilinear, Resampling::average)),
    [](const auto& param) {
      return std::string(std::get<0>(param.param).name) + "_" + std::string(name_of(std::get<1>(param.param)));
    });

TEST(Resample, CopiesWhenTheGridsAreAligned) {
  const auto values = noise(utm, 3);
  Grid target = utm;
  target.x0 -= 300;
  target.y0 += 200;
  for (Resampling method : {Resampling::nearest, Resampling::bilinear, Resampling::average}) {
    const auto out = resampled(values, utm, target, {0, 0, 10, 10}, method);
    for (int r = 0; r < 10; ++r)
      for (int c = 0; c < 10; ++c) {
        const float v = out[static_cast<size_t>(r * 10 + c)];
        if (r < 2 || c < 3) {
          EXPECT_TRUE(std::isnan(v));
        } else {
          EXPECT_EQ(std::memcmp(&v, &values[static_cast<size_t>((r - 2) * utm.cols + c - 3)], sizeof v), 0);
        }
      }
  }
}

TEST(Resample, NearestTakesTheCellThatHoldsTheCentre) {
  const Grid source{"EPSG:4326", 0, 2, 1, 1, 2, 2};
  const Grid target{"EPSG:4326", 0.25, 1.75, 0.4, 0.4, 3, 3};  // centres at 0.45, 0.85, 1.25
  const auto out = resampled({1, 2, 3, 4}, source, target, target.whole(), Resampling::nearest);
  EXPECT_EQ(out, (std::vector<float>{1, 1, 2, 1, 1, 2, 3, 3, 4}));
}

TEST(Resample, BilinearIsExactOnAPlane) {
  const Grid source{"EPSG:32637", 500000, 1600000, 10, 10, 50, 50};
  const Grid target{"EPSG:32637", 500103, 1599897, 7, 7, 40, 40};
  const auto plane = filled(source, [](int r, int c) { return static_cast<float>(2 * c + 3 * r); });
  const auto out = resampled(plane, source, target, target.whole(), Resampling::bilinear);
  for (int r = 0; r < 40; ++r)
    for (int c = 0; c < 40; ++c) {
      const double col = (103 + 7 * (c + 0.5)) / 10 - 0.5, row = (103 + 7 * (r + 0.5)) / 10 - 0.5;
      EXPECT_NEAR(out[static_cast<size_t>(r * 40 + c)], 2 * col + 3 * row, 1e-3);
    }
}

TEST(Resample, AverageOfFourCellsIsTheirMeanAndLeavesOutNoData) {
  const Grid source{"EPSG:32637", 500000, 1600000, 10, 10, 4, 4};
  const Grid target{"EPSG:32637", 500000, 1600000, 20, 20, 2, 2};
  const std::vector<float> values = {1, 2, nan, nan, 3, 4, nan, 8, 5, 5, nan, nan, 5, 5, nan, nan};
  const auto out = resampled(values, source, target, target.whole(), Resampling::average);
  EXPECT_FLOAT_EQ(out[0], 2.5f);
  EXPECT_FLOAT_EQ(out[1], 8) << "one valid of four";
  EXPECT_FLOAT_EQ(out[2], 5);
  EXPECT_TRUE(std::isnan(out[3])) << "no valid pixel is no value, never zero";
}

TEST(Resample, BilinearDoesNotSpreadNoDataNorFillIt) {
  const Grid source{"EPSG:32637", 500000, 1600000, 10, 10, 6, 6};
  const Grid target{"EPSG:32637", 500000, 1600000, 5, 5, 12, 12};
  auto values = filled(source, [](int, int) { return 7.0f; });
  for (int r = 0; r < 6; ++r)
    for (int c = 0; c < 3; ++c) values[static_cast<size_t>(r * 6 + c)] = nan;
  const auto out = resampled(values, source, target, target.whole(), Resampling::bilinear);
  for (int r = 0; r < 12; ++r) {
    EXPECT_TRUE(std::isnan(out[static_cast<size_t>(r * 12)]));
    EXPECT_TRUE(std::isnan(out[static_cast<size_t>(r * 12 + 3)]));
    EXPECT_FLOAT_EQ(out[static_cast<size_t>(r * 12 + 6)], 7);
    EXPECT_FLOAT_EQ(out[static_cast<size_t>(r * 12 + 11)], 7);
  }
}

TEST(Resample, AcrossCrsEqualsPointwiseTransformation) {
  const auto values = filled(degrees, [](int r, int c) { return static_cast<float>(r * 1000 + c); });
  const auto out = resampled(values, degrees, utm, utm.whole(), Resampling::nearest);
  size_t compared = 0;
  for (int r = 0; r < utm.rows; r += 13)
    for (int c = 0; c < utm.cols; c += 11) {
      double lon = 0, lat = 0;
      fw::pixel_lonlat(utm, r, c, &lon, &lat);
      const double col = (lon - degrees.x0) / degrees.dx, row = (degrees.y0 - lat) / degrees.dy;
      const float v = out[static_cast<size_t>(r) * utm.cols + c];
      if (col < 0 || row < 0 || col >= degrees.cols || row >= degrees.rows) {
        EXPECT_TRUE(std::isnan(v));
        continue;
      }
      ++compared;
      EXPECT_EQ(v, std::floor(row) * 1000 + std::floor(col));
    }
  EXPECT_GT(compared, 100U);
}

TEST(Resample, CrossesTheAntimeridian) {
  const Grid source{"EPSG:4326", 179.9, -17, 0.01, 0.01, 20, 20};
  const auto values = filled(source, [](int r, int c) { return static_cast<float>(100 * r + c); });
  const Grid east{"EPSG:4326", -180, -17, 0.005, 0.005, 40, 20};
  const auto out = resampled(values, source, east, east.whole(), Resampling::nearest);
  EXPECT_EQ(out[0], 10) << "180 degrees is ten cells into the source";
  EXPECT_EQ(out[19], 19);
  EXPECT_EQ(out[20 * 39 + 19], 1919);
}

TEST(Resample, OfGridsThatDoNotMeetIsNoValue) {
  const Grid far{"EPSG:32637", 100000, 100000, 100, 100, 10, 10};
  EXPECT_EQ(fw::source_window(degrees, far, far.whole(), Resampling::bilinear).pixels(), 0U);
  const auto out = resampled(noise(degrees, 1), degrees, far, far.whole(), Resampling::bilinear);
  for (float v : out) EXPECT_TRUE(std::isnan(v));
}

TEST(Resample, KnowsItsMethodsByName) {
  for (Resampling r : {Resampling::nearest, Resampling::bilinear, Resampling::average})
    EXPECT_EQ(fw::resampling_by_name(name_of(r)), r);
  EXPECT_THROW(fw::resampling_by_name("cubic"), fw::ConfigError);
}

}  // namespace
