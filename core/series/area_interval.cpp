#include "core/series/area_interval.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/error.h"

namespace fw {
namespace {

uint64_t mix(uint64_t z) {
  z += 0x9e3779b97f4a7c15ull;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

}  // namespace

double uniform_at(uint64_t seed, uint64_t a, uint64_t b, uint64_t c) {
  return static_cast<double>(mix(mix(mix(mix(seed) ^ a) ^ b) ^ c) >> 11) * 0x1p-53;
}

void check(const BorderBootstrap& settings) {
  FW_EXPECT(settings.inside_certainty >= 0.5 && settings.inside_certainty <= 1.0, "inside_certainty within 0.5..1");
  FW_EXPECT(settings.block_cells >= 1, "a block has a cell");
  FW_EXPECT(settings.draws >= 100 && settings.draws <= 100000, "draws within 100..100000");
  FW_EXPECT(settings.level > 0.0 && settings.level < 1.0, "level within 0..1");
}

std::map<uint32_t, ObjectBorder> find_borders(const std::vector<uint32_t>& object, int rows, int cols,
                                              const uint8_t* usable, const std::vector<double>& row_area_ha,
                                              int block_cells) {
  constexpr std::array<std::array<int, 2>, 4> sides{{{-1, 0}, {0, -1}, {0, 1}, {1, 0}}};
  const auto at = [cols](int r, int c) {
    return static_cast<size_t>(r) * static_cast<size_t>(cols) + static_cast<size_t>(c);
  };
  const auto blocks_across = static_cast<uint64_t>((cols + block_cells - 1) / block_cells);
  std::map<uint32_t, ObjectBorder> borders;
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < cols; ++c) {
      if (usable && !usable[at(r, c)]) continue;
      const uint32_t here = object[at(r, c)];
      uint32_t beside = 0;
      bool border = false;
      for (const auto& side : sides) {
        const int row = r + side[0], col = c + side[1];
        if (row < 0 || col < 0 || row >= rows || col >= cols) continue;
        const uint32_t there = object[at(row, col)];
        border = border || there != here;
        if (there != 0 && (beside == 0 || there < beside)) beside = there;
      }
      if (!border || (here == 0 && beside == 0)) continue;
      const double ha = row_area_ha[static_cast<size_t>(r)];
      const uint64_t block =
          static_cast<uint64_t>(r / block_cells) * blocks_across + static_cast<uint64_t>(c / block_cells);
      ObjectBorder& b = borders[here != 0 ? here : beside];
      (here != 0 ? b.inside_ha : b.outside_ha) += ha;
      (here != 0 ? b.inside : b.outside).push_back({ha, 0.0, block});
    }
  return borders;
}

std::vector<double> draw_object_areas(double area_ha, const ObjectBorder& border, const BorderBootstrap& settings,
                                      uint64_t stream) {
  const double missing = (1.0 - settings.inside_certainty) * border.inside_ha;
  const double outside =
      border.outside_ha > 0.0 ? std::min(settings.inside_certainty, missing / border.outside_ha) : 0.0;
  std::vector<UncertainCell> cells = border.inside;
  for (UncertainCell& cell : cells) cell.probability = settings.inside_certainty;
  for (UncertainCell cell : border.outside) {
    cell.probability = outside;
    cells.push_back(cell);
  }
  return draw_areas(area_ha - border.inside_ha, cells, settings, stream);
}

std::vector<double> draw_areas(double certain_ha, const std::vector<UncertainCell>& cells,
                               const BorderBootstrap& settings, uint64_t stream) {
  check(settings);
  // Cells of a block by falling probability: a draw takes the first ones.
  std::vector<UncertainCell> sorted = cells;
  std::sort(sorted.begin(), sorted.end(), [](const UncertainCell& a, const UncertainCell& b) {
    if (a.block != b.block) return a.block < b.block;
    return a.probability != b.probability ? a.probability > b.probability : a.area_ha < b.area_ha;
  });
  std::vector<double> areas(static_cast<size_t>(settings.draws), certain_ha);
  for (size_t begin = 0; begin < sorted.size();) {
    size_t end = begin;
    while (end < sorted.size() && sorted[end].block == sorted[begin].block) ++end;
    for (size_t d = 0; d < areas.size(); ++d) {
      const double u = uniform_at(settings.seed, stream, sorted[begin].block, d);
      for (size_t i = begin; i < end && sorted[i].probability > u; ++i) areas[d] += sorted[i].area_ha;
    }
    begin = end;
  }
  return areas;
}

Interval middle_of(std::vector<double> draws, double level) {
  FW_EXPECT(!draws.empty() && level > 0.0 && level < 1.0, "there are draws and a level within 0..1");
  std::sort(draws.begin(), draws.end());
  const auto at = [&](double share) {
    const double place = share * static_cast<double>(draws.size() - 1);
    const auto below = static_cast<size_t>(place);
    const size_t above = std::min(below + 1, draws.size() - 1);
    return draws[below] + (place - static_cast<double>(below)) * (draws[above] - draws[below]);
  };
  return {at(0.5 * (1.0 - level)), at(0.5 * (1.0 + level))};
}

std::optional<double> growth_percent(double before, double after) {
  if (!(before > 0.0) || !std::isfinite(after)) return std::nullopt;
  return 100.0 * (after - before) / before;
}

}  // namespace fw
