#include "core/series/plan.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/series/measure.h"
#include "core/series/scene_compute.h"
#include "core/series/summed_days.h"
#include "core/series/tile_season.h"

namespace fw {
namespace {

/// The series that an indicator rests on (derived ones rest on several).
std::vector<std::pair<std::string, CompositeMethod>> needed(const SeriesPlan& plan, const Indicator& i) {
  if (i.series == "water") return {{plan.water_index, CompositeMethod::median}};
  if (i.series == "built_up")
    return {
        {"NDVI", CompositeMethod::max}, {"NDBI", CompositeMethod::median}, {plan.water_index, CompositeMethod::median}};
  return {{i.series, i.composite}};
}

/// Resolves one series to a product of the catalogue; nothing when none offers it.
std::optional<BaseSeries> resolve(const SeriesPlan& plan, const Catalogue& catalogue, const std::string& name,
                                  CompositeMethod composite) {
  std::set<std::string> offers;
  for (const auto& scene : catalogue.scenes)
    if (!offers.count(scene.product) && offer_of(scene, name)) offers.insert(scene.product);
  if (const auto asked = plan.series_product.find(name); asked != plan.series_product.end()) {
    if (!offers.count(asked->second))
      throw ConfigError("SERIES_PRODUCT", "series_product." + name + ": no scene of product '" +
                                              printable(asked->second) + "' offers " + name + ".");
    offers = {asked->second};
  }
  if (offers.empty()) return {};
  if (offers.size() > 1)
    throw ConfigError("MIXED_PRODUCTS",
                      "The series " + name + " could come from " + join({offers.begin(), offers.end()}, " or ") +
                          " (sensors are never mixed in one series). Choose one with series_product." + name + ".");
  return BaseSeries{name, composite, *offers.begin()};
}

}  // namespace

bool Season::holds(Period p) const {
  const int first = p.cadence == Cadence::dekad ? place_in_year(p) : 3 * place_in_year(p);
  const int last = p.cadence == Cadence::dekad ? first : first + 2;
  for (int d = first; d <= last; ++d)
    if (from_dekad <= to_dekad ? d >= from_dekad && d <= to_dekad : d >= from_dekad || d <= to_dekad) return true;
  return false;
}

ReferenceCalendar reference_calendar(const SeriesPlan& plan, const RecordPlan& record) {
  return reference_calendar(record.first, record.periods, plan.reference_from, plan.reference_to);
}

int window_periods(int dekads, Cadence cadence) { return cadence == Cadence::dekad ? dekads : std::max(1, dekads / 3); }

int window_of(const SeriesPlan& plan, const Indicator& indicator) {
  return indicator.season_window ? periods_per_year(plan.cadence) : window_periods(indicator.window, plan.cadence);
}

RecordPlan plan_record(const SeriesPlan& plan, const Catalogue& catalogue) {
  FW_EXPECT(plan.analysis_from.cadence == plan.cadence && plan.analysis_to.cadence == plan.cadence,
            "analysis periods have the plan's cadence");
  if (plan.analysis_to < plan.analysis_from)
    throw ConfigError("RANGE", "The analysis ends before it begins (from, to). Exchange them.");
  RecordPlan record;
  int longest = 1;
  for (const auto& i : plan.indicators) {
    longest = std::max(longest, window_of(plan, i));
    if (i.series == "built_up") longest = std::max(longest, window_periods(plan.built_up.window_dekads, plan.cadence));
    for (const auto& [name, composite] : needed(plan, i)) {
      const auto series = resolve(plan, catalogue, name, composite);
      if (!series) {
        if (std::find(record.missing.begin(), record.missing.end(), name) == record.missing.end())
          record.missing.push_back(name);
      } else if (std::find(record.base.begin(), record.base.end(), *series) == record.base.end()) {
        record.base.push_back(*series);
      }
    }
  }
  for (const auto& i : plan.indicators) {
    const auto same = [&](const Indicator& o) {
      return o.series == i.series && o.composite == i.composite && o.window == i.window &&
             o.season_window == i.season_window && o.window_method == i.window_method;
    };
    record.unit_series.push_back(static_cast<size_t>(
        std::find_if(plan.indicators.begin(), plan.indicators.end(), same) - plan.indicators.begin()));
  }
  // The record: what the reference and the analysis with its trailing windows can use, as far as there are scenes.
  const Period wanted_first = std::min(period_of(plan.reference_from, plan.cadence), plan.analysis_from);
  const Period wanted_last = std::max(period_of(plan.reference_to, plan.cadence), plan.analysis_to);
  std::set<std::string> products;
  for (const auto& s : record.base) products.insert(s.product);
  std::optional<Period> first, last;
  for (const auto& scene : catalogue.scenes) {
    if (!products.count(scene.product)) continue;
    const Period p = period_of(scene.time.date, plan.cadence);
    if (p.number < wanted_first.number - longest + 1 || p > wanted_last) continue;
    first = first ? std::min(*first, p) : p;
    last = last ? std::max(*last, p) : p;
  }
  record.first = std::min(first.value_or(plan.analysis_from), plan.analysis_from);
  const Period end = std::max(last.value_or(plan.analysis_to), plan.analysis_to);
  record.periods = end.number - record.first.number + 1;
  if (record.periods > 4000)
    throw ConfigError("RANGE", "The record has " + std::to_string(record.periods) +
                                   " periods, more than 4000. Check 'from', 'to' and 'reference'.");
  for (const auto& product : products) record.scenes[product].resize(static_cast<size_t>(record.periods));
  for (const auto& scene : catalogue.scenes) {
    const auto at = record.scenes.find(scene.product);
    const int p = period_of(scene.time.date, plan.cadence).number - record.first.number;
    if (at != record.scenes.end() && p >= 0 && p < record.periods) at->second[static_cast<size_t>(p)].push_back(&scene);
  }
  for (auto& [product, periods] : record.scenes)
    for (auto& scenes : periods)
      std::sort(scenes.begin(), scenes.end(),
                [](const Scene* a, const Scene* b) { return std::tie(a->time, a->id) < std::tie(b->time, b->id); });
  for (const auto& s : record.base)
    if (s.composite == CompositeMethod::sum)
      for (const auto& scenes : record.scenes[s.product]) refuse_longer_than_period(scenes, plan.cadence);
  for (int t = plan.analysis_from.number; t <= plan.analysis_to.number; ++t)
    record.targets.push_back(t - record.first.number);
  return record;
}

size_t bytes_of_period(const RecordPlan& record) {
  size_t most_scenes = 1;
  for (const auto& [product, periods] : record.scenes)
    for (const auto& scenes : periods) most_scenes = std::max(most_scenes, scenes.size());
  return record.base.size() * most_scenes * (sizeof(float) + 1) + 18 * sizeof(float);
}

size_t tile_bytes(const SeriesPlan& plan, const RecordPlan& record, size_t pixels) {
  const size_t value_and_reason = sizeof(float) + 1;
  // Those of the block that is at least as large as the tile, and those of the tile.
  const size_t composites = 2 * record.base.size() * static_cast<size_t>(record.periods) * value_and_reason;
  size_t series_at_once = 0;  // that one indicator makes of others
  for (const auto& i : plan.indicators)
    series_at_once = std::max<size_t>(series_at_once, (i.series == "built_up" ? 3U
                                                       : i.series == "water"  ? 1U
                                                                              : 0U) +
                                                          (window_of(plan, i) > 1 ? 1U : 0U));
  const size_t derived = static_cast<size_t>(record.periods) *
                         (series_at_once * value_and_reason + sizeof(float));  // and its copy for means
  const size_t scenes = bytes_of_period(record);
  const size_t results = 2 * std::max<size_t>(1, record.targets.size()) * value_and_reason;
  size_t measures = 0;  // one indicator at a time
  for (const auto& i : plan.indicators) measures = std::max(measures, measure_bytes(plan, record, i));
  // The season of every place in the year, and the statistics it is found in.
  const size_t season =
      needs_season(plan)
          ? static_cast<size_t>(periods_per_year(plan.cadence)) * (2 * sizeof(double) + 2 * sizeof(float) + 2) +
                2 * place_bytes + value_and_reason * static_cast<size_t>(record.periods)
          : 0;
  return pixels * (plan.kept_bytes + season + composites + derived + scenes + results + measures + sizeof(int32_t) +
                   3 * sizeof(double) + (record.stored ? 2 * place_bytes : 0));
}

size_t usable_memory(const SeriesPlan& plan) { return plan.memory_bytes / 5 * 4; }

size_t room_for_work(const SeriesPlan& plan) {
  // The program and its libraries, GDAL's cache, and rasters that are made of the tiles.
  constexpr size_t besides = size_t{140} << 20;
  const size_t rest = plan.memory_bytes > besides ? plan.memory_bytes - besides : 0;
  return std::min(usable_memory(plan), std::max(plan.memory_bytes / 4, rest));
}

TileBudget tiles_of_blocks(const SeriesPlan& plan, const RecordPlan& record, const TileBudget& budget,
                           size_t block_pixels, size_t memory_bytes, int threads) {
  TileBudget best = budget;
  for (;;) {
    const auto side = static_cast<size_t>(best.tile_size);
    const size_t one = tile_bytes(
        plan, record,
        std::min(side, static_cast<size_t>(plan.grid.rows)) * std::min(side, static_cast<size_t>(plan.grid.cols)));
    best.tokens = static_cast<int>(std::clamp<size_t>(memory_bytes / one, 1, static_cast<size_t>(threads) + 1));
    const bool enough = best.tokens > threads && block_pixels >= 2 * static_cast<size_t>(threads) * side * side;
    if (enough || best.tile_size < 128) return best;
    best.tile_size /= 2;
  }
}

bool blocks_side_by_side(const SeriesPlan& plan, const RecordPlan& record, size_t blocks, size_t block_pixels,
                         int threads, TileBudget& budget) {
  const auto side = static_cast<size_t>(budget.tile_size), wanted = static_cast<size_t>(threads) + 1;
  if (threads < 2 || block_pixels > side * side || blocks < 2 * static_cast<size_t>(threads) ||
      tile_bytes(plan, record, block_pixels) > usable_memory(plan) / wanted)
    return false;
  budget.tokens = static_cast<int>(wanted);
  return true;
}

TileBudget budget_tiles(const SeriesPlan& plan, const RecordPlan& record, int threads) {
  const size_t usable = usable_memory(plan);
  TileBudget budget{plan.tile_size, 1};
  const auto pixels = [&] {
    return static_cast<size_t>(std::min(budget.tile_size, plan.grid.rows)) *
           static_cast<size_t>(std::min(budget.tile_size, plan.grid.cols));
  };
  constexpr int smallest = 32;
  while (budget.tile_size > smallest && tile_bytes(plan, record, pixels()) > usable)
    budget.tile_size = std::max(smallest, budget.tile_size / 2);
  const size_t one = tile_bytes(plan, record, pixels());
  if (one > usable)
    throw ConfigError(
        "MEMORY", "One tile of " + std::to_string(budget.tile_size) + " x " + std::to_string(budget.tile_size) +
                      " pixels needs " + format_bytes(static_cast<double>(one) * 1.25) + ", more than --memory " +
                      format_bytes(static_cast<double>(plan.memory_bytes)) + ". Raise --memory or shorten the record.");
  budget.tokens = static_cast<int>(std::clamp<size_t>(usable / one, 1, static_cast<size_t>(threads) + 1));
  return budget;
}

}  // namespace fw
