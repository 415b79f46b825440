#include "core/series/area_interval.h"

#include <algorithm>
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
/// uniform_at() of what was mixed of the others.
double uniform_of(uint64_t mixed, uint64_t c) { return static_cast<double>(mix(mixed ^ c) >> 11) * 0x1p-53; }

}  // namespace

double uniform_at(uint64_t seed, uint64_t a, uint64_t b, uint64_t c) {
  return uniform_of(mix(mix(mix(seed) ^ a) ^ b), c);
}

void check(const BorderBootstrap& settings) {
  FW_EXPECT(settings.inside_certainty >= 0.5 && settings.inside_certainty <= 1.0, "inside_certainty within 0.5..1");
  FW_EXPECT(settings.block_cells >= 1, "a block has a cell");
  FW_EXPECT(settings.draws >= 100 && settings.draws <= 100000, "draws within 100..100000");
  FW_EXPECT(settings.level > 0.0 && settings.level < 1.0, "level within 0..1");
}

void find_borders(const BorderRows& rows, const std::function<void(int, uint32_t, bool)>& take) {
  constexpr int step = 64;
  const auto nothing = [](const uint32_t* row, int from, int last) {
    uint32_t any = 0;
    for (int c = from; row && c < last; ++c) any |= row[c];
    return any == 0;
  };
  for (int from = 0; from < rows.cols; from += step) {
    const int last = std::min(from + step, rows.cols);
    if (nothing(rows.here, std::max(from - 1, 0), std::min(last + 1, rows.cols)) && nothing(rows.above, from, last) &&
        nothing(rows.below, from, last))
      continue;
    for (int c = from; c < last; ++c) {
      const uint32_t here = rows.here[c], up = rows.above ? rows.above[c] : here,
                     down = rows.below ? rows.below[c] : here, left = c > 0 ? rows.here[c - 1] : here,
                     right = c + 1 < rows.cols ? rows.here[c + 1] : here;
      if (up == here && down == here && left == here && right == here) continue;
      uint32_t object = here;
      for (const uint32_t beside : {up, down, left, right})
        if (here == 0 && beside != 0 && (object == 0 || beside < object)) object = beside;
      take(c, object, here != 0);
    }
  }
}

double border_probability(const BorderArea& border, bool inside, const BorderBootstrap& settings) {
  if (inside) return settings.inside_certainty;
  const double missing = (1.0 - settings.inside_certainty) * border.inside_ha;
  return border.outside_ha > 0.0 ? std::min(settings.inside_certainty, missing / border.outside_ha) : 0.0;
}

AreaDraws::AreaDraws(double certain_ha, const BorderBootstrap& settings, uint64_t stream)
    : seed_(settings.seed), stream_(stream) {
  check(settings);
  areas_.assign(static_cast<size_t>(settings.draws), certain_ha);
}

void AreaDraws::add(std::vector<UncertainCell>& cells) {
  // Cells of a block by falling probability: a draw takes the first ones.
  std::sort(cells.begin(), cells.end(), [](const UncertainCell& a, const UncertainCell& b) {
    if (a.block != b.block) return a.block < b.block;
    return a.probability != b.probability ? a.probability > b.probability : a.area_ha < b.area_ha;
  });
  std::vector<double> chance(areas_.size());
  for (size_t i = 0; i < cells.size(); ++i) {
    const UncertainCell cell = cells[i];
    if (i == 0 || cells[i - 1].block != cell.block) {
      const uint64_t mixed = mix(mix(mix(seed_) ^ stream_) ^ cell.block);
      for (size_t d = 0; d < areas_.size(); ++d) chance[d] = uniform_of(mixed, d);
    }
    for (size_t d = 0; d < areas_.size(); ++d) areas_[d] += cell.probability > chance[d] ? cell.area_ha : 0.0;
  }
  cells.clear();
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
