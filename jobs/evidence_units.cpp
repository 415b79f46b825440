#include "jobs/evidence_units.h"

#include <cmath>
#include <numbers>

#include "core/base/log.h"
#include "core/evidence/coverage.h"

namespace fw {
namespace {

struct Middle {
  double rows = 0, cols = 0, pixels = 0;
};

std::vector<Middle> middles_of(const AdminUnits& level, const Grid& grid, int tile_size) {
  std::vector<Middle> middles(level.units().size());
  for (const Window& w : tiles(grid, tile_size)) {
    const std::vector<int32_t> units = level.rasterise(grid, w);
    for (int r = 0; r < w.rows; ++r) {
      const int32_t* const row = units.data() + static_cast<size_t>(r) * static_cast<size_t>(w.cols);
      for (int from = 0, to = 0; from < w.cols; from = to) {
        while (to < w.cols && row[to] == row[from]) ++to;
        if (row[from] < 0) continue;
        Middle& m = middles[static_cast<size_t>(row[from])];
        const double n = to - from;  // sums of whole numbers, exact in any order
        m.rows += n * (w.row + r);
        m.cols += n * (2.0 * w.col + from + to - 1) / 2;
        m.pixels += n;
      }
    }
  }
  return middles;
}

}  // namespace

std::vector<EvidenceUnit> evidence_units(const RunContext& context) {
  const RunConfig& config = context.config;
  std::vector<EvidenceUnit> units;
  for (const AdminUnits& level : context.levels()) {
    const std::vector<Middle> middles = middles_of(level, config.region.grid, config.tile_size);
    for (size_t i = 0; i < middles.size(); ++i) {
      const AdminUnit& from = level.units()[i];
      EvidenceUnit unit;
      unit.pcode = from.pcode;
      unit.parent = from.parent;
      unit.level = level.level();
      if (const Middle& m = middles[i]; m.pixels > 0) {
        pixel_lonlat(config.region.grid, m.rows / m.pixels, m.cols / m.pixels, &unit.lon, &unit.lat);
        unit.radius_km = std::sqrt(level.area_km2(static_cast<int>(i)) / std::numbers::pi);
      }
      units.push_back(std::move(unit));
    }
  }
  if (!config.people.empty()) {
    const size_t used = read_people((config.input_root / config.people).string(), units);
    log_info("people: " + std::to_string(used) + " of " + std::to_string(units.size()) + " units found in " +
             config.people);
  }
  return units;
}

UnitParents unit_parents(const std::vector<AdminUnits>& levels) {
  UnitParents parents;
  for (const auto& level : levels)
    for (const auto& unit : level.units())
      if (!unit.parent.empty()) parents[unit.pcode] = unit.parent;
  return parents;
}

}  // namespace fw
