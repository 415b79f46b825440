// Published figures and real boundary files.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/config.h"
#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/geo/admin_units.h"
#include "core/geo/open_scene.h"
#include "tests/support.h"

namespace {

using fw::AdminUnits;

AdminUnits::Request request_for(const std::filesystem::path& file, const std::string& pcode, const std::string& name,
                                int level) {
  AdminUnits::Request request;
  request.file = file;
  request.pcode_field = pcode;
  request.name_field = name;
  request.level = level;
  return request;
}

struct Sum {
  double total = 0, low = 1e30, high = -1e30;
  int n = 0;
};

TEST(AdminOracle, PixelCentresReproduceThePublishedZonalMeansOfEastAfrica) {
  FW_NEEDS_SHARED(dir, "data/ea_chirps_mam2022");
  fw::OpenRequest open;
  open.file = dir / "ea_chirps_seasaccum_anom_marmay_202230_lta.tif";
  auto scene = fw::open_scene(open);
  const auto& grid = scene.info().grid;
  std::vector<float> values(grid.pixels());
  scene.read(1, grid.whole(), values.data());
  // One region at a time, as published: neighbours overlap by a pixel here and there.
  std::map<std::string, Sum> sums;
  const auto units = AdminUnits::read(request_for(dir / "polbnda_adm1_1m_ocha.geojson", "ADM1_PCODE", "ADM1_REF", 1));
  for (size_t u = 0; u < units.units().size(); ++u) {
    const auto zones = units.rasterise_one(static_cast<int>(u), grid, grid.whole());
    Sum& s = sums[units.units()[u].pcode];
    for (size_t i = 0; i < zones.size(); ++i) {
      if (zones[i] < 0 || std::isnan(values[i])) continue;
      s.total += values[i];
      s.low = std::min<double>(s.low, values[i]);
      s.high = std::max<double>(s.high, values[i]);
      ++s.n;
    }
  }
  const auto rows = fw::parse_csv(fw::read_file(dir / "subnational_anomaly_statistics.csv"));
  ASSERT_EQ(rows.size(), 19U);
  for (size_t i = 1; i < rows.size(); ++i) {
    const auto& cells = rows[i].cells;
    const Sum& s = sums[cells[6]];
    ASSERT_GT(s.n, 0) << cells[6];
    EXPECT_NEAR(s.total / s.n, *fw::parse_number(cells[9]), 1e-5) << cells[7] << ", mm";
    EXPECT_NEAR(s.low, *fw::parse_number(cells[10]), 1e-5) << cells[7];
    EXPECT_NEAR(s.high, *fw::parse_number(cells[11]), 1e-5) << cells[7];
  }
}

TEST(AdminOracle, EthiopianZonesComeWholeFromTheirShapefile) {
  FW_NEEDS_SHARED(file, "data/eth_food/admin/ET_Admin2_OCHA_2019/eth_admbnda_adm2_csa_bofed_20190827.shp");
  auto request = request_for(file, "ADM2_PCODE", "ADM2_EN", 2);
  request.parent_field = "ADM1_PCODE";
  const auto units = AdminUnits::read(request);
  ASSERT_EQ(units.units().size(), 91U);
  double total = 0;
  std::set<std::string> parents;
  for (size_t u = 0; u < 91; ++u) {
    EXPECT_EQ(units.units()[u].pcode.rfind("ET", 0), 0U);
    parents.insert(units.units()[u].parent);
    total += units.area_km2(static_cast<int>(u));
  }
  EXPECT_EQ(parents.size(), 11U);
  EXPECT_NEAR(total, 1.13e6, 0.02e6) << "Ethiopia, km²";
  const auto bale = units.locate(39.9, 6.9);  // Bale Mountains
  ASSERT_TRUE(bale);
  EXPECT_EQ(units.units()[static_cast<size_t>(*bale)].name, "Bale");
}

TEST(AdminOracle, PolygonsWithTheCoordinatesOfMultipolygonsAreUnderstood) {
  FW_NEEDS_SHARED(file, "data/admin_ibf/ETH_adm2.json");
  const auto units = AdminUnits::read(request_for(file, "ADM2_PCODE", "ADM2_EN", 2));
  ASSERT_EQ(units.units().size(), 92U);
  EXPECT_GE(units.repaired(), 84) << "polygons whose coordinates are nested like a multipolygon's";
  const auto bale = units.locate(39.9, 6.9);
  ASSERT_TRUE(bale);
  EXPECT_EQ(units.units()[static_cast<size_t>(*bale)].name, "Bale");
}

TEST(AdminOracle, BoundariesOfFiveCountriesAreRead) {
  FW_NEEDS_SHARED(dir, "data/admin_ibf");
  const std::vector<std::tuple<const char*, int, size_t>> files = {
      {"ETH_adm1.json", 1, 12}, {"ETH_adm2.json", 2, 92},  {"MLI_adm1.json", 1, 10}, {"MLI_adm2.json", 2, 53},
      {"MWI_adm2.json", 2, 32}, {"NGA_adm2.json", 2, 774}, {"UGA_adm2.json", 2, 135}};
  for (const auto& [name, level, features] : files) {
    const std::string prefix = "ADM" + std::to_string(level);
    const auto units = AdminUnits::read(request_for(dir / name, prefix + "_PCODE", prefix + "_EN", level));
    EXPECT_LE(units.units().size(), features) << name;
    EXPECT_GE(units.units().size(), features * 9 / 10) << name;
    for (size_t u = 0; u < units.units().size(); ++u)
      EXPECT_GT(units.area_km2(static_cast<int>(u)), 0) << name << units.units()[u].pcode;
    ::testing::Test::RecordProperty(
        name, std::to_string(units.units().size()) + " units, " + std::to_string(units.repaired()) + " repaired");
  }
}

TEST(AdminOracle, AreaOfTheBurntPixelsIsThatOfThePolygons) {
  FW_NEEDS_SHARED(file, "data/admin_ibf/UGA_adm2.json");
  const auto units = AdminUnits::read(request_for(file, "ADM2_PCODE", "ADM2_EN", 2));
  const fw::Grid grid{"EPSG:32636", 0, 480000, 500, 500, 1500, 1500};
  const auto zones = units.rasterise(grid, grid.whole());
  const auto areas = fw::cell_areas_km2(grid, grid.whole());
  std::vector<double> burnt(units.units().size(), 0);
  for (size_t i = 0; i < zones.size(); ++i)
    if (zones[i] >= 0) burnt[static_cast<size_t>(zones[i])] += areas[i];
  double total = 0, polygons = 0;
  for (size_t u = 0; u < burnt.size(); ++u) {
    total += burnt[u];
    polygons += units.area_km2(static_cast<int>(u));
    if (units.area_km2(static_cast<int>(u)) > 500) {
      EXPECT_NEAR(burnt[u] / units.area_km2(static_cast<int>(u)), 1, 0.02) << units.units()[u].name;
    }
  }
  EXPECT_NEAR(total / polygons, 1, 2e-3);
}

}  // namespace
