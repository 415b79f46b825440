#include "core/series/settlement_map.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/series/period_pass.h"
#include "core/series/send.h"
#include "core/series/series_statistics.h"

namespace fw {
namespace {

/// Bytes that planes of the window take, those of followed sites among them.
size_t plane_bytes(const SettlementPlan& plan) { return 40 * plan.grid.pixels(); }

/// Memory of the pass beside planes that are kept in memory.
size_t pass_memory(const SettlementPlan& plan) {
  return plan.store().folder.empty() ? plan.memory_bytes - std::min(plan.memory_bytes, plane_bytes(plan))
                                     : plan.memory_bytes;
}

/// The built-up score of a period, of its greatest NDVI and the medians of NDBI and MNDWI.
std::vector<float> score(Backend& backend, const BandValues& greenest, const BandValues& median, const BuiltUpModel& m,
                         size_t n) {
  const OnBackend<float> ndvi(backend, greenest.value), ndbi(backend, median.value.data(), n);
  Buffer<float> out(backend, n);
  backend.run(BuiltUp{ndvi.data(), ndbi.data(), nullptr, 1, n, 1, 1, static_cast<float>(m.a0),
                      static_cast<float>(m.a_ndbi), static_cast<float>(m.a_ndvi), out.data(), nullptr});
  std::vector<float> values = fetch(backend, out, n);
  for (size_t i = 0; i < n; ++i)
    if (!is_nan(values[i]) && median.value[n + i] > 0) values[i] = 0;
  return values;
}

double years_of(Period p) { return static_cast<double>(p.number) / periods_per_year(p.cadence); }

/// Mean difference of the rows from `from` on to the rows before it in the same places of the year; NaN without any.
float seasonal_step(const std::vector<float>& x, const std::vector<Period>& periods, size_t n, size_t pixel,
                    size_t from) {
  double before[36] = {}, sum = 0;
  int seen[36] = {}, count = 0;
  for (size_t t = 0; t < periods.size(); ++t) {
    const float v = x[t * n + pixel];
    const auto at = static_cast<size_t>(place_in_year(periods[t]));
    if (is_nan(v)) continue;
    if (t < from) {
      before[at] += static_cast<double>(v);
      ++seen[at];
    } else if (seen[at] > 0) {
      sum += static_cast<double>(v) - before[at] / seen[at];
      ++count;
    }
  }
  return count > 0 ? static_cast<float>(sum / count) : nan_f();
}

/// The record in equal steps, and what is asked of it.
struct Steps {
  std::vector<Period> periods;
  std::vector<PeriodBands> bands;
  std::vector<size_t> end_rows;  ///< the last row of each end
  size_t monitor_row = 0;
};

Steps steps_of(const BreakSearch& s, const std::vector<const Scene*>& scenes, const IndexCatalogue& indices,
               RunReport& report) {
  Steps steps;
  const Period first = period_of(scenes.front()->time.date, s.cadence),
               last = period_of(scenes.back()->time.date, s.cadence);
  const auto row_of = [&](Date day, const std::string& what) {
    const int row = period_of(day, s.cadence).number - first.number;
    if (row < 1 || row > last.number - first.number)
      throw ConfigError("RANGE", what + " " + to_string(day) + " must lie inside the record (" + label(first) + " to " +
                                     label(last) + "), after some history.");
    return static_cast<size_t>(row);
  };
  steps.monitor_row = row_of(s.monitor_from, "The monitoring from");
  for (const Date day : s.ends) {
    steps.end_rows.push_back(row_of(day, "The end"));
    const size_t before = steps.end_rows.size() > 1 ? steps.end_rows[steps.end_rows.size() - 2] + 1 : steps.monitor_row;
    if (steps.end_rows.back() < before)
      throw ConfigError("RANGE", "The ends must rise and follow the first day monitored.");
  }
  for (int number = first.number; number <= last.number; ++number) {
    const Period period{s.cadence, number};
    std::vector<const Scene*> in_period;
    for (const Scene* scene : scenes)
      if (period_of(scene->time.date, s.cadence) == period) in_period.push_back(scene);
    steps.periods.push_back(period);
    steps.bands.emplace_back(indices, in_period, std::vector<std::string>{"NDVI", s.brightness}, PeriodMethod::median,
                             "settlement", report);
  }
  return steps;
}

/// Cells with enough composites since the end before `e`, of those assessed. ndvi: [period][cell].
std::vector<uint8_t> observed_at(size_t e, const Steps& steps, const std::vector<float>& ndvi,
                                 const std::vector<uint8_t>& assessed, int min_observed) {
  const size_t n = assessed.size(), begin = e > 0 ? steps.end_rows[e - 1] + 1 : steps.monitor_row,
               end = steps.end_rows[e] + 1;
  const int needed = std::min(min_observed, static_cast<int>(end - begin));
  std::vector<uint8_t> observed(n);
  for (size_t i = 0; i < n; ++i) {
    int seen = 0;
    for (size_t t = begin; t < end; ++t) seen += !is_nan(ndvi[t * n + i]);
    observed[i] = assessed[i] && seen >= needed;
  }
  return observed;
}

}  // namespace

PlaneStore SettlementPlan::store() const {
  return {plane_bytes(*this) > memory_bytes / 8 ? scratch_dir : std::filesystem::path()};
}

double cell_side_m(const Grid& grid) {
  return std::sqrt(cell_areas_km2(grid, {grid.rows / 2, grid.cols / 2, 1, 1})[0]) * 1000;
}

std::vector<double> row_areas_ha(const Grid& grid) {
  std::vector<double> areas;
  for (int r = 0; r < grid.rows; ++r) areas.push_back(100 * cell_areas_km2(grid, {r, grid.cols / 2, 1, 1})[0]);
  return areas;
}

Grid part_of(const Grid& grid, const Window& w) {
  Grid part = grid;
  part.x0 += w.col * grid.dx;
  part.y0 -= w.row * grid.dy;
  part.rows = w.rows;
  part.cols = w.cols;
  return part;
}

Window settlement_window(const Grid& grid, const std::vector<ReportedSite>& places, double reach_m) {
  Window window = grid.whole();
  if (!places.empty()) {
    const double reach = reach_m / cell_side_m(grid);
    double top = 1e300, left = 1e300, bottom = -1e300, right = -1e300;
    for (const auto& p : places) {
      const bool near = p.row > -reach && p.row < grid.rows + reach && p.col > -reach && p.col < grid.cols + reach;
      if (!near) continue;  // also a place that the CRS does not have
      top = std::min(top, p.row - reach), bottom = std::max(bottom, p.row + reach);
      left = std::min(left, p.col - reach), right = std::max(right, p.col + reach);
    }
    const int row = std::max(0, static_cast<int>(std::floor(std::max(top, 0.0)))),
              col = std::max(0, static_cast<int>(std::floor(std::max(left, 0.0))));
    window = {row, col, std::min(grid.rows, static_cast<int>(std::ceil(std::min(bottom + 1, 1e9)))) - row,
              std::min(grid.cols, static_cast<int>(std::ceil(std::min(right + 1, 1e9)))) - col};
    if (bottom < top || window.rows < 1 || window.cols < 1)
      throw ConfigError("SETTLEMENT_AREA",
                        "No reported place lies within reach of the scenes. Check the places' "
                        "coordinates.");
  }
  return window;
}

BuiltUpScores score_built_up(const SettlementPlan& plan, const std::vector<const Scene*>& before,
                             const std::vector<const Scene*>& after, const BuiltUpModel& model,
                             const Catalogue& catalogue, const IndexCatalogue& indices, const ChosenDevice& device,
                             RunReport& report) {
  std::vector<PeriodBands> bands;  // of both periods: the greenest, then the median
  for (const bool is_after : {false, true}) {
    const auto& scenes = is_after ? after : before;
    bands.emplace_back(indices, scenes, std::vector<std::string>{"NDVI"}, PeriodMethod::max, "settlement", report);
    bands.emplace_back(indices, scenes, std::vector<std::string>{"NDBI", "MNDWI"}, PeriodMethod::median, "settlement",
                       report);
    if (bands[bands.size() - 2].scenes() == 0 || bands.back().scenes() == 0)
      throw InputError("NO_SCENES", std::string("No scene of the period ") + (is_after ? "after" : "before") +
                                        " has the bands for NDVI, NDBI and MNDWI.");
  }
  const PlaneStore store = plan.store();
  const int rows = plan.grid.rows, cols = plan.grid.cols;
  BuiltUpScores out{{store, rows, cols}, {store, rows, cols}};
  Progress progress("built-up", plan.grid.pixels());
  PeriodPass pass{plan.grid, pass_memory(plan), plan.scratch_dir, {}};
  pass.take = [&](Backend& backend, const Window& w, std::vector<BandValues>& values) {
    out.before.put(w, score(backend, values[0], values[1], model, w.pixels()).data());
    out.after.put(w, score(backend, values[2], values[3], model, w.pixels()).data());
    progress.step(w.pixels());
  };
  composite_periods(bands, catalogue, device, pass, report);
  return out;
}

BreakPlanes find_ground_breaks(const SettlementPlan& plan, const BreakSearch& s,
                               const std::vector<const Scene*>& scenes, const Catalogue& catalogue,
                               const IndexCatalogue& indices, const ChosenDevice& device, RunReport& report) {
  if (scenes.empty()) throw InputError("NO_SCENES", "No scene to look for breaks in.");
  const Steps steps = steps_of(s, scenes, indices, report);
  const PlaneStore store = plan.store();
  const int rows = plan.grid.rows, cols = plan.grid.cols;
  BreakPlanes out{{{store, rows, cols}, {store, rows, cols}, {store, rows, cols}, {store, rows, cols}}, {}, {}};
  for (size_t e = 0; e < s.ends.size(); ++e) out.observed.emplace_back(store, rows, cols);
  for (const size_t row : steps.end_rows) out.ends.push_back(years_of(steps.periods[row]));
  const SeriesStatistic& bfast = series_statistic("bfast");
  SeriesSettings settings;
  settings.breaks.monitor_from = s.monitor_from;
  SeriesShape shape;
  shape.periods = steps.periods;
  check_series_statistic(bfast, settings, shape);
  Progress progress("breaks", plan.grid.pixels());
  PeriodPass pass{plan.grid, pass_memory(plan), plan.scratch_dir, {}};
  pass.pixel_bytes = 4 * steps.periods.size() + statistic_bytes(bfast, settings, shape) + 128;
  pass.take = [&](Backend& backend, const Window& w, std::vector<BandValues>& of_period) {
    const size_t n = w.pixels();
    std::vector<float> ndvi, bright;
    for (const BandValues& v : of_period) {
      const auto middle = v.value.begin() + static_cast<std::ptrdiff_t>(n);
      ndvi.insert(ndvi.end(), v.value.begin(), middle);
      bright.insert(bright.end(), middle, v.value.end());
    }
    const OnBackend<float> series(backend, ndvi);
    SeriesTile tile{backend, shape, n};
    tile.steps = series.data();
    const auto found = run_series_statistic(bfast, settings, tile).values;
    std::vector<float> date(n, nan_f()), drop(n, nan_f()), rise(n, nan_f());
    std::vector<uint8_t> assessed(n);
    for (size_t i = 0; i < n; ++i) {
      assessed[i] = !is_nan(found[i]);
      if (!(found[i] > 0)) continue;
      date[i] = found[n + i];
      const double first = years_of(steps.periods.front());
      const auto row =
          static_cast<size_t>(std::lround((static_cast<double>(date[i]) - first) * periods_per_year(s.cadence)));
      const float change = seasonal_step(ndvi, steps.periods, n, i, row);
      if (static_cast<double>(change) <= -s.min_drop) drop[i] = change;
      rise[i] = seasonal_step(bright, steps.periods, n, i, row);
    }
    out.breaks.date.put(w, date.data());
    out.breaks.ndvi_change.put(w, drop.data());
    out.breaks.brightness_change.put(w, rise.data());
    out.breaks.assessed.put(w, assessed.data());
    for (size_t e = 0; e < steps.end_rows.size(); ++e)
      out.observed[e].put(w, observed_at(e, steps, ndvi, assessed, s.min_observed).data());
    progress.step(n);
  };
  composite_periods(steps.bands, catalogue, device, pass, report);
  return out;
}

}  // namespace fw
