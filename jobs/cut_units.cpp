#include "jobs/cut_units.h"

#include <algorithm>
#include <map>

#include "core/base/text.h"

namespace fw {
namespace {

constexpr double whole_share = 0.95;

/// Does the unit hold the centre of a cell at the grid's border? Elsewhere a smaller area is one of coarse cells.
bool reaches_border(const AdminUnits& units, int unit, const Grid& g) {
  const Window sides[] = {{0, 0, 1, g.cols}, {g.rows - 1, 0, 1, g.cols}, {0, 0, g.rows, 1}, {0, g.cols - 1, g.rows, 1}};
  return std::any_of(std::begin(sides), std::end(sides), [&](const Window& side) {
    const Window part = units.part_with(unit, g, side);
    if (part.pixels() == 0) return false;
    const auto inside = units.rasterise_one(unit, g, part);
    return std::find(inside.begin(), inside.end(), unit) != inside.end();
  });
}

}  // namespace

void note_cut_units(const Grid& grid, const std::vector<AdminUnits>& levels, const IndicatorTable& table,
                    RunReport& report) {
  std::map<std::pair<int, std::string>, double> area_km2;  // of the unit's cells, by level and p-code
  for (const IndicatorRow& row : table.rows) area_km2[{row.level, row.pcode}] = row.area_km2;
  for (const AdminUnits& units : levels)
    for (size_t u = 0; u < units.units().size(); ++u) {
      const std::string& pcode = units.units()[u].pcode;
      const auto within = area_km2.find({units.level(), pcode});
      if (within == area_km2.end() || !(within->second > 0)) continue;
      const double share = within->second / units.area_km2(static_cast<int>(u));
      if (share >= whole_share || !reaches_border(units, static_cast<int>(u), grid)) continue;
      report.add({pcode, "indicators", "UNIT_CUT",
                  "only " + format_fixed(100 * share, 1) +
                      " % of the unit's area lies in the region's grid; its numbers, and its share with a value, "
                      "speak of that part alone. Widen the grid to hold it",
                  Verdict::noted});
    }
}

}  // namespace fw
