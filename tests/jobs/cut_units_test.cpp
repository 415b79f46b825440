#include "jobs/cut_units.h"

#include "tests/support.h"

namespace fw {
namespace {

std::string unit(const std::string& code, double west, double east) {
  const std::string w = std::to_string(west), e = std::to_string(east);
  return R"({"type":"Feature","properties":{"code":")" + code + R"("},"geometry":{"type":"Polygon","coordinates":[[[)" +
         w + ",0],[" + e + ",0],[" + e + ",1],[" + w + ",1],[" + w + ",0]]]}}";
}

TEST(CutUnits, AreNotedWithTheShareThatTheGridHolds) {
  test::TempDir dir;
  // The grid reaches from 0 to 4 degrees in cells of 0.5: A lies within, B to a quarter, C is elsewhere; D is within,
  // but holds two thirds of its area in centres of cells.
  test::write_text(dir / "a.geojson", R"({"type":"FeatureCollection","features":[)" + unit("A", 0, 2) + "," +
                                          unit("B", 3, 7) + "," + unit("C", 8, 9) + "," + unit("D", 2.2, 2.95) + "]}");
  const auto units = AdminUnits::read({dir / "a.geojson", dir.path(), "", "code", "", "", 1});
  const Grid grid{"EPSG:4326", 0, 1, 0.5, 0.5, 2, 8};
  IndicatorTable table;
  const auto zones = units.rasterise(grid, grid.whole());
  const auto areas = cell_areas_km2(grid, grid.whole());
  for (size_t u = 0; u < units.units().size(); ++u) {
    IndicatorRow row;
    row.pcode = units.units()[u].pcode;
    row.level = 1;
    row.area_km2 = 0;
    for (size_t i = 0; i < zones.size(); ++i) row.area_km2 += zones[i] == static_cast<int>(u) ? areas[i] : 0;
    table.rows.push_back(row);
  }
  RunReport report;
  note_cut_units(grid, {units}, table, report);
  ASSERT_EQ(report.sorted().size(), 1U);
  const Rejection note = report.sorted()[0];
  EXPECT_EQ(note.item, "B");
  EXPECT_EQ(note.code, "UNIT_CUT");
  EXPECT_EQ(note.verdict, Verdict::noted);
  EXPECT_NE(note.detail.find("only 25.0 %"), std::string::npos) << note.detail;
}

}  // namespace
}  // namespace fw
