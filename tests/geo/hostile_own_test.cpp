// The project's own hostile rasters end as their table says, as far as the door decides (names of bands, dates,
// saturation and duplicates are for core/scene).
#include <cmath>
#include <numeric>
#include <regex>
#include <set>

#include "core/base/csv.h"
#include "core/base/sha256.h"
#include "tests/geo/make_tif.h"
#include "tests/support.h"

namespace {

namespace fs = std::filesystem;
using fw::OpenRequest;
using fw::test::has_flag;
using fw::test::open_file;
using fw::test::outcome;
using fw::test::read_whole;

const fw::Grid sahel{"EPSG:32636", 500000, 1660000, 10, 10, 6000, 6000};

fs::path hostile(const std::string& name) {
  for (const char* extension : {".tif", ".vrt"})
    if (const auto file = fw::test::shared_dir() / "hostile/own/raster" / (name + extension); fs::exists(file))
      return file;
  return {};
}
fw::SceneFile scene(const std::string& name) { return open_file(hostile(name)); }

/// Codes that later stages give; the door lets such files in.
const std::set<std::string> of_later_stages = {"SATURATED",        "BAND_MISSING",  "BAND_AMBIGUOUS", "TIME_INVALID",
                                               "TIME_IMPLAUSIBLE", "ID_INVALID",    "GRID_MISMATCH",  "DUPLICATE",
                                               "HASH_MISMATCH",    "NODATA_IGNORED"};

TEST(HostileRasters, EndAsTheTableSays) {
  FW_NEEDS_SHARED(table, "hostile/EXPECTED.tsv");
  int rows = 0;
  for (const auto& row : fw::parse_csv(fw::read_file(table), '\t')) {
    if (row.cells.size() < 4 || row.cells[0] != "raster") continue;
    const std::string &name = row.cells[1], &required = row.cells[3];
    OpenRequest request;
    request.file = hostile(name);
    ASSERT_FALSE(request.file.empty()) << name;
    if (name.rfind("r10", 0) == 0) request.near = sahel;
    if (name.rfind("r54", 0) == 0) request.need_georeference = false;  // its CRS lies in the sidecar, which is not read
    const std::string code = outcome(request);
    std::set<std::string> allowed;
    static const std::regex word("[A-Z][A-Z0-9_]{4,}");
    for (std::sregex_iterator it(required.begin(), required.end(), word), end; it != end; ++it) {
      allowed.insert(of_later_stages.count(it->str()) ? "" : it->str());
    }
    if (required[0] == 'A') allowed.insert("");
    if (allowed.empty()) {
      EXPECT_NE(code, "") << name << ": " << required;
    } else {
      EXPECT_TRUE(allowed.count(code)) << name << " ended as '" << code << "', required: " << required;
    }
    ++rows;
  }
  EXPECT_EQ(rows, 63);
}

TEST(HostileRasters, WithFlippedBitsOrMoreBytesAreFoundByTheirHash) {
  FW_NEEDS_SHARED(good, "hostile/own/raster/r00_good_reference.tif");
  OpenRequest request;
  request.sha256 = fw::sha256_of_file(good);
  for (const char* name : {"r41_trailing_garbage", "r42_bitflip_deflate", "r43_bitflip_uncompressed"}) {
    request.file = hostile(name);
    EXPECT_EQ(outcome(request), "HASH_MISMATCH") << name;
  }
  request.file = hostile("r60_duplicate_of_r00");
  EXPECT_EQ(outcome(request), "");
}

TEST(HostileRasters, SouthUpHoldsTheSameValuesPerPlace) {
  FW_NEEDS_SHARED(dir, "hostile/own/raster");
  auto north = scene("r00_good_reference"), south = scene("r06_south_up");
  int row = -1, col = -1;
  ASSERT_TRUE(fw::aligned(north.info().grid, south.info().grid, &row, &col));
  EXPECT_EQ(row, 0);
  EXPECT_EQ(col, 0);
  const auto a = read_whole(north), b = read_whole(south);
  EXPECT_EQ(b[0], b[0]) << "has values";
  for (size_t i = 0; i < a.size(); ++i)
    if (!std::isnan(a[i])) {
      // The reference and its twin differ by nothing but the order of their rows.
      ASSERT_TRUE(a[i] == b[i] || a[i] == b[(31 - i / 32) * 32 + i % 32]) << i;
    }
}

TEST(HostileRasters, AtTheAntimeridianHaveTheAreaOfBothParts) {
  FW_NEEDS_SHARED(dir, "hostile/own/raster");
  const fw::Grid g = scene("r11_antimeridian").info().grid;
  const auto sum = [](const fw::Grid& grid) {
    const auto areas = fw::cell_areas_km2(grid, grid.whole());
    return std::accumulate(areas.begin(), areas.end(), 0.0);
  };
  fw::Grid west = g, east = g;
  west.cols = 10;
  east.x0 = -180;
  east.cols = 22;
  EXPECT_NEAR(sum(g) / (sum(west) + sum(east)), 1, 1e-9);
}

TEST(HostileRasters, From0To360EqualTheirTwin) {
  FW_NEEDS_SHARED(dir, "hostile/own/raster");
  const auto shifted = scene("r13_lon_0_360");
  EXPECT_DOUBLE_EQ(shifted.info().grid.x0, -0.1);
  EXPECT_TRUE(has_flag(shifted.info(), "LON_NORMALISED"));
}

TEST(HostileRasters, MaskWhatIsNoValueAndNothingElse) {
  FW_NEEDS_SHARED(dir, "hostile/own/raster");
  const auto valid = [](const char* name) {
    auto s = scene(name);
    const auto values = read_whole(s);
    return std::count_if(values.begin(), values.end(), [](float v) { return !std::isnan(v); });
  };
  EXPECT_EQ(valid("r14_nodata_not_representable"), 1024);
  EXPECT_TRUE(has_flag(scene("r14_nodata_not_representable").info(), "NODATA_IGNORED"));
  EXPECT_LT(valid("r15_nodata_nan"), 1024);
  EXPECT_GT(valid("r15_nodata_nan"), 0);
  EXPECT_EQ(valid("r16_all_nodata"), 0);
  EXPECT_EQ(valid("r17_all_nan_no_nodata"), 0);
  EXPECT_EQ(valid("r19_denormals"), 1024);
  EXPECT_EQ(valid("r21_one_pixel"), 1);
  auto s = scene("r18_inf_and_flt_max");
  for (float v : read_whole(s)) EXPECT_FALSE(std::isinf(v));
}

TEST(HostileRasters, KeepTheirPlaceToThePixelsCorner) {
  FW_NEEDS_SHARED(dir, "hostile/own/raster");
  EXPECT_EQ(scene("r29_half_pixel_point").info().grid.x0, 33);
  EXPECT_NEAR(scene("r30_shifted_half_pixel").info().grid.x0, 33.005, 1e-12);
  EXPECT_EQ(scene("r31_other_resolution").info().grid.dx, 0.02);
}

}  // namespace
