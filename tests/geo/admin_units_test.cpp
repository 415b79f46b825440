#include "core/geo/admin_units.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "tests/support.h"

namespace {

using fw::AdminUnits;
using fw::Grid;
using fw::Window;
using fw::test::TempDir;

std::string feature(const std::string& pcode, const std::string& coordinates, const std::string& type = "Polygon") {
  return R"({"type":"Feature","properties":{"PCODE":)" + pcode + R"(,"NAME":"n )" +
         (pcode.size() > 2 ? pcode.substr(1, pcode.size() - 2) : "") + R"(","PARENT":"P"},"geometry":{"type":")" +
         type + R"(","coordinates":)" + coordinates + "}}";
}
std::string box(double w, double s, double e, double n) {
  const auto p = [](double x, double y) { return "[" + std::to_string(x) + "," + std::to_string(y) + "]"; };
  return "[[" + p(w, s) + "," + p(e, s) + "," + p(e, n) + "," + p(w, n) + "," + p(w, s) + "]]";
}
std::string collection(const std::vector<std::string>& features) {
  std::string text = R"({"type":"FeatureCollection","features":[)";
  for (size_t i = 0; i < features.size(); ++i) text += (i ? "," : "") + features[i];
  return text + "]}";
}
AdminUnits read(const TempDir& dir, const std::vector<std::string>& features) {
  fw::test::write_text(dir / "units.geojson", collection(features));
  AdminUnits::Request request;
  request.file = dir / "units.geojson";
  request.pcode_field = "PCODE";
  request.name_field = "NAME";
  request.parent_field = "PARENT";
  return AdminUnits::read(request);
}
std::string code_of(const TempDir& dir, const std::vector<std::string>& features) {
  try {
    read(dir, features);
    return "";
  } catch (const fw::InputError& e) {
    return e.code();
  }
}

TEST(AdminUnits, ComeInTheOrderOfTheirPCodesWithPartsMerged) {
  TempDir dir;
  const auto units = read(dir, {feature("\"B2\"", box(1, 0, 2, 1)), feature("\"A1\"", box(0, 0, 1, 1)),
                                feature("\"B2\"", box(3, 0, 4, 1))});
  ASSERT_EQ(units.units().size(), 2U);
  EXPECT_EQ(units.units()[0].pcode, "A1");
  EXPECT_EQ(units.units()[1].pcode, "B2");
  EXPECT_EQ(units.units()[1].name, "n B2");
  EXPECT_EQ(units.units()[1].parent, "P");
  EXPECT_EQ(units.locate(3.5, 0.5), 1);
  EXPECT_EQ(units.locate(2.5, 0.5), std::nullopt);
  EXPECT_EQ(units.sha256(), fw::sha256_of_file(dir / "units.geojson"));
  EXPECT_NEAR(units.area_km2(0), 12308.778, 0.001) << "a degree at the equator, geodesic sides";
  EXPECT_NEAR(units.area_km2(1), 2 * 12308.778, 0.002);
}

TEST(AdminUnits, HavePCodesAsTextWhateverTheFileSays) {
  TempDir dir;
  const auto units = read(dir, {feature("101", box(0, 0, 1, 1)), feature("7", box(1, 0, 2, 1))});
  EXPECT_EQ(units.units()[0].pcode, "101");
  EXPECT_EQ(units.units()[1].pcode, "7");
  EXPECT_EQ(read(dir, {feature("12.0", box(0, 0, 1, 1)), feature("7.0", box(1, 0, 2, 1))}).units()[0].pcode, "12");
  EXPECT_EQ(read(dir, {feature("\" 007 \"", box(0, 0, 1, 1))}).units()[0].pcode, "007");
}

TEST(AdminUnits, SayWhatIsWrongWithTheFile) {
  TempDir dir;
  EXPECT_EQ(code_of(dir, {feature("null", box(0, 0, 1, 1))}), "PCODE_MISSING");
  EXPECT_EQ(code_of(dir, {feature("\"  \"", box(0, 0, 1, 1))}), "PCODE_MISSING");
  EXPECT_EQ(code_of(dir, {feature("\"A\"", "[1,2]", "Point")}), "GEOMETRY_INVALID");
  EXPECT_EQ(code_of(dir, {feature("\"A\"", "[[[0,0],[1,1],[2,2],[0,0]]]")}), "GEOMETRY_INVALID") << "a line is no area";
  EXPECT_EQ(code_of(dir, {feature("\"A\"", box(500000, 0, 500001, 1))}), "GEOMETRY_INVALID") << "metres called degrees";
  EXPECT_EQ(code_of(dir, {}), "ADMIN_UNREADABLE");
  AdminUnits::Request request;
  request.file = dir / "units.geojson";
  fw::test::write_text(request.file, collection({feature("\"A\"", box(0, 0, 1, 1))}));
  request.pcode_field = "CODE";
  try {
    AdminUnits::read(request);
    ADD_FAILURE();
  } catch (const fw::InputError& e) {
    EXPECT_EQ(e.code(), "FIELD_MISSING");
    EXPECT_NE(std::string(e.what()).find("PCODE, NAME, PARENT"), std::string::npos) << e.what();
  }
  fw::test::write_text(request.file, "<kml/>");
  EXPECT_THROW(AdminUnits::read(request), fw::InputError);
  request.root = dir / "elsewhere";
  EXPECT_THROW(AdminUnits::read(request), fw::InputError);
}

TEST(AdminUnits, AreRepairedWhereTheyCrossThemselves) {
  TempDir dir;
  const auto units =
      read(dir, {feature("\"A\"", "[[[0,0],[2,2],[2,0],[0,2],[0,0]]]"), feature("\"B\"", box(5, 0, 6, 1))});
  EXPECT_EQ(units.repaired(), 1);
  EXPECT_EQ(units.locate(1.8, 1.0), 0) << "right half of the bow-tie";
  EXPECT_EQ(units.locate(0.2, 1.0), 0) << "left half";
  EXPECT_EQ(units.locate(1.0, 1.8), std::nullopt);
}

TEST(AdminUnits, OverlappingPartsOfOneUnitAreOneArea) {
  TempDir dir;
  const auto units = read(dir, {feature("\"A\"", box(0, 0, 2, 1)), feature("\"A\"", box(1, 0, 3, 1))});
  EXPECT_EQ(units.locate(1.5, 0.5), 0) << "the overlap is not a hole";
  EXPECT_NEAR(units.area_km2(0), 3 * 12308.778, 1);
}

TEST(AdminUnits, HolesAreOutside) {
  TempDir dir;
  const std::string ring = "[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[1,1],[1,3],[3,3],[3,1],[1,1]]]";
  const auto units = read(dir, {feature("\"A\"", ring), feature("\"B\"", box(1.5, 1.5, 2.5, 2.5))});
  EXPECT_EQ(units.locate(1.2, 1.2), std::nullopt);
  EXPECT_EQ(units.locate(2, 2), 1);
  EXPECT_NEAR(units.area_km2(0) / 12308.778, 12, 0.02);
}

TEST(AdminUnits, AreBurntByPixelCentresFirstInPCodeOrder) {
  TempDir dir;
  const auto units = read(dir, {feature("\"B\"", box(0.6, 0, 4, 2)), feature("\"A\"", box(0, 0, 1.4, 2))});
  const Grid g{"EPSG:4326", 0, 2, 1, 1, 2, 5};  // centres at 0.5, 1.5, 2.5, 3.5, 4.5
  EXPECT_EQ(units.rasterise(g, g.whole()), (std::vector<int32_t>{0, 1, 1, 1, -1, 0, 1, 1, 1, -1}));
  const auto overlap = read(dir, {feature("\"B\"", box(0, 0, 4, 2)), feature("\"A\"", box(0, 0, 2, 2))});
  EXPECT_EQ(overlap.rasterise(g, {0, 0, 1, 5}), (std::vector<int32_t>{0, 0, 1, 1, -1}));
}

TEST(AdminUnits, ThatShareABorderLeaveNoPixelOutAndTakeNoneTwice) {
  TempDir dir;
  // A border through pixel centres, drawn in opposite directions by its two neighbours.
  std::mt19937 random(11);
  std::string up, down;
  std::vector<std::pair<double, double>> border;
  for (int i = 0; i <= 40; ++i)
    border.emplace_back(i == 0 || i == 40 ? 2.05 : 2.05 + (static_cast<int>(random() % 5) - 2) * 0.1, 0.05 + i * 0.1);
  for (const auto& [x, y] : border) {
    const std::string p = "[" + std::to_string(x) + "," + std::to_string(y) + "]";
    up += (up.empty() ? "" : ",") + p;
    down = p + (down.empty() ? "" : ",") + down;
  }
  const auto units = read(dir, {feature("\"W\"", "[[[0,4.05],[0,0.05]," + up + ",[0,4.05]]]"),
                                feature("\"A\"", "[[[4,0.05],[4,4.05]," + down + ",[4,0.05]]]")});
  ASSERT_EQ(units.repaired(), 0);
  const Grid g{"EPSG:4326", 0, 4.1, 0.1, 0.1, 41, 40};
  const auto burnt = units.rasterise(g, g.whole());
  size_t inside = 0;
  for (int r = 1; r < 40; ++r)
    for (int c = 0; c < 40; ++c) {
      inside += burnt[static_cast<size_t>(r * 40 + c)] >= 0;
      double lon = 0, lat = 0;
      fw::pixel_lonlat(g, r, c, &lon, &lat);
      EXPECT_EQ(burnt[static_cast<size_t>(r * 40 + c)], units.locate(lon, lat).value_or(-1)) << r << " " << c;
    }
  EXPECT_EQ(inside, 39U * 40U);
}

TEST(AdminUnits, AreTheSameThroughAnyWindow) {
  TempDir dir;
  std::mt19937 random(5);
  std::vector<std::string> stars;
  for (int i = 0; i < 6; ++i) {
    std::string ring, first;
    const double x = 38.95 + 0.02 * (i % 3), y = 14.5 + 0.04 * (i / 3);
    for (int k = 0; k < 60; ++k) {
      const double radius = 0.005 + 0.012 * (random() % 1000) / 1000, angle = k * 2 * 3.14159265358979 / 60;
      const std::string p =
          "[" + std::to_string(x + radius * std::cos(angle)) + "," + std::to_string(y + radius * std::sin(angle)) + "]";
      if (k == 0) first = p;
      ring += p + ",";
    }
    stars.push_back(feature("\"S" + std::to_string(i) + "\"", "[[" + ring + first + "]]"));
  }
  const auto units = read(dir, stars);
  for (const Grid& g :
       {Grid{"EPSG:4326", 38.92, 14.57, 0.0005, 0.0005, 200, 200},
        Grid{"EPSG:32637", 491000, 1611000, 50, 50, 220, 220}, Grid{"EPSG:32601", 0, 0, 5e5, 5e5, 4, 4}}) {
    const auto whole = units.rasterise(g, g.whole());
    for (const Window& w : fw::tiles(g, 37)) {
      const auto part = units.rasterise(g, w);
      for (int r = 0; r < w.rows; ++r)
        for (int c = 0; c < w.cols; ++c)
          ASSERT_EQ(part[static_cast<size_t>(r) * w.cols + c],
                    whole[static_cast<size_t>(w.row + r) * g.cols + w.col + c])
              << g.crs;
      for (int unit = 0; unit < static_cast<int>(units.units().size()); ++unit) {
        const auto alone = units.rasterise_one(unit, g, w);
        const Window box = units.part_with(unit, g, w);
        for (int r = 0; r < w.rows; ++r)
          for (int c = 0; c < w.cols; ++c) {
            const int row = w.row + r, col = w.col + c;
            const bool in_box =
                row >= box.row && row < box.row + box.rows && col >= box.col && col < box.col + box.cols;
            ASSERT_TRUE(in_box || alone[static_cast<size_t>(r) * w.cols + c] < 0) << g.crs << ", unit " << unit;
          }
      }
    }
    size_t differ = 0, inside = 0;
    for (int r = 0; r < g.rows; ++r)
      for (int c = 0; c < g.cols; ++c) {
        double lon = 0, lat = 0;
        fw::pixel_lonlat(g, r, c, &lon, &lat);
        const int32_t value = whole[static_cast<size_t>(r) * g.cols + c];
        inside += value >= 0;
        differ += value != units.locate(lon, lat).value_or(-1);
      }
    EXPECT_EQ(differ, 0U) << g.crs;
    if (g.crs != "EPSG:32601") {
      EXPECT_GT(inside, 1000U);
    }
  }
}

TEST(AdminUnits, ReachAcrossTheAntimeridian) {
  TempDir dir;
  const auto units =
      read(dir, {feature("\"E\"", box(-180, -18, -179, -17)), feature("\"W\"", box(179, -18, 180, -17))});
  const Grid g{"EPSG:4326", 179.9, -17, 0.01, 0.01, 1, 32};
  const auto burnt = units.rasterise(g, g.whole());
  EXPECT_EQ(burnt[0], 1);
  EXPECT_EQ(burnt[9], 1);
  EXPECT_EQ(burnt[10], 0);
  EXPECT_EQ(burnt[31], 0);
  EXPECT_EQ(units.locate(180.5, -17.5), 0);
}

TEST(AdminUnits, GiveTheirPolygonsAsWkb) {
  TempDir dir;
  const auto units = read(dir, {feature("\"A\"", box(0, 0, 1, 1))});
  const auto wkb = units.wkb(0);
  ASSERT_EQ(wkb.size(), 9U + 5 + 4 + 4 + 5 * 16) << "multipolygon, one polygon, one ring of five points";
  EXPECT_EQ(wkb[0], 1) << "little-endian";
  EXPECT_EQ(wkb[1], 6) << "multipolygon";
}

}  // namespace
