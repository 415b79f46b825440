#include "core/series/settlement_map.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/series/send.h"
#include "core/series/series_statistics.h"

namespace fw {
namespace {

/// Copies a tile into an array of the whole window.
template <class T>
void place(const T* tile, const Window& w, int cols, std::vector<T>& whole) {
  for (int r = 0; r < w.rows; ++r)
    std::copy_n(tile + static_cast<std::ptrdiff_t>(r) * w.cols, w.cols,
                whole.begin() + static_cast<std::ptrdiff_t>(w.row + r) * cols + w.col);
}

std::vector<Window> settlement_tiles(const SettlementPlan& plan, size_t bytes_per_pixel) {
  return tiles(plan.grid, fit_tile_size(plan.tile_size, bytes_per_pixel, plan.memory_bytes));
}

/// One tile of the built-up score of one period.
std::vector<float> score(Backend& backend, PeriodReader& reader, const PeriodBands& greenest, const PeriodBands& median,
                         const BuiltUpModel& m, const Window& w) {
  const size_t n = w.pixels();
  const BandValues green = reader.composite(greenest, w), others = reader.composite(median, w);  // NDBI, MNDWI
  Buffer<float> ndvi(backend, n), ndbi(backend, n), out(backend, n);
  backend.upload(ndvi.data(), green.value.data(), n * sizeof(float));
  backend.upload(ndbi.data(), others.value.data(), n * sizeof(float));
  backend.run(BuiltUp{ndvi.data(), ndbi.data(), nullptr, 1, n, 1, 1, static_cast<float>(m.a0),
                      static_cast<float>(m.a_ndbi), static_cast<float>(m.a_ndvi), out.data(), nullptr});
  std::vector<float> values = fetch(backend, out, n);
  for (size_t i = 0; i < n; ++i)
    if (!is_nan(values[i]) && others.value[n + i] > 0) values[i] = 0;
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

}  // namespace

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
  if (window.pixels() > max_settlement_cells)
    throw ConfigError("SETTLEMENT_AREA", "The area has " + std::to_string(window.pixels()) + " cells, more than " +
                                             std::to_string(max_settlement_cells) +
                                             ". Name places (--places) or lower --reach-km.");
  return window;
}

BuiltUpScores score_built_up(const SettlementPlan& plan, const std::vector<const Scene*>& before,
                             const std::vector<const Scene*>& after, const BuiltUpModel& model,
                             const Catalogue& catalogue, const IndexCatalogue& indices, const ChosenDevice& device,
                             RunReport& report) {
  const auto backend = make_backend(device);
  SceneReader files(catalogue, plan.grid);
  PeriodReader reader(*backend, files, report);
  BuiltUpScores out;
  for (const bool is_after : {false, true}) {
    const auto& scenes = is_after ? after : before;
    const PeriodBands greenest(indices, scenes, {"NDVI"}, PeriodMethod::max, "settlement", report),
        median(indices, scenes, {"NDBI", "MNDWI"}, PeriodMethod::median, "settlement", report);
    if (greenest.scenes() == 0 || median.scenes() == 0)
      throw InputError("NO_SCENES", std::string("No scene of the period ") + (is_after ? "after" : "before") +
                                        " has the bands for NDVI, NDBI and MNDWI.");
    auto& whole = is_after ? out.after : out.before;
    whole.assign(plan.grid.pixels(), nan_f());
    const auto windows = settlement_tiles(plan, 64 + scenes.size() * 24);
    Progress progress(is_after ? "built-up, after" : "built-up, before", windows.size());
    for (const Window& w : windows) {
      place(score(*backend, reader, greenest, median, model, w).data(), w, plan.grid.cols, whole);
      progress.step();
    }
  }
  return out;
}

BreakPlanes find_ground_breaks(const SettlementPlan& plan, const BreakSearch& s,
                               const std::vector<const Scene*>& scenes, const Catalogue& catalogue,
                               const IndexCatalogue& indices, const ChosenDevice& device, RunReport& report) {
  if (scenes.empty()) throw InputError("NO_SCENES", "No scene to look for breaks in.");
  const auto backend = make_backend(device);
  SceneReader files(catalogue, plan.grid);
  PeriodReader reader(*backend, files, report);
  const Steps steps = steps_of(s, scenes, indices, report);
  const size_t cells = plan.grid.pixels(), times = steps.periods.size();
  BreakPlanes out{std::vector<float>(cells, nan_f()),
                  std::vector<float>(cells, nan_f()),
                  std::vector<float>(cells, nan_f()),
                  std::vector<uint8_t>(cells),
                  {},
                  {}};
  out.observed.assign(s.ends.size(), std::vector<uint8_t>(cells));
  for (const size_t row : steps.end_rows) out.ends.push_back(years_of(steps.periods[row]));
  const SeriesStatistic& bfast = series_statistic("bfast");
  SeriesSettings settings;
  settings.breaks.monitor_from = s.monitor_from;
  SeriesShape shape;
  shape.periods = steps.periods;
  check_series_statistic(bfast, settings, shape);
  const auto windows = settlement_tiles(plan, times * 12 + statistic_bytes(bfast, settings, shape) + 128);
  Progress progress("breaks", windows.size());
  for (const Window& w : windows) {
    const size_t n = w.pixels();
    std::vector<float> ndvi(times * n), bright(times * n);
    for (size_t t = 0; t < times; ++t) {
      const BandValues v = reader.composite(steps.bands[t], w);
      std::copy_n(v.value.begin(), n, ndvi.begin() + static_cast<std::ptrdiff_t>(t * n));
      std::copy_n(v.value.begin() + static_cast<std::ptrdiff_t>(n), n,
                  bright.begin() + static_cast<std::ptrdiff_t>(t * n));
    }
    Buffer<float> series(*backend, times * n);
    backend->upload(series.data(), ndvi.data(), ndvi.size() * sizeof(float));
    SeriesTile tile{*backend, shape, n};
    tile.steps = series.data();
    const auto found = run_series_statistic(bfast, settings, tile).values;
    std::vector<float> date(n, nan_f()), drop(n, nan_f()), rise(n, nan_f());
    std::vector<uint8_t> assessed(n), observed(n);
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
    place(date.data(), w, plan.grid.cols, out.date);
    place(drop.data(), w, plan.grid.cols, out.ndvi_change);
    place(rise.data(), w, plan.grid.cols, out.brightness_change);
    place(assessed.data(), w, plan.grid.cols, out.assessed);
    size_t begin = steps.monitor_row;
    for (size_t e = 0; e < steps.end_rows.size(); ++e) {
      const size_t end = steps.end_rows[e] + 1;
      const int needed = std::min(s.min_observed, static_cast<int>(end - begin));
      for (size_t i = 0; i < n; ++i) {
        int seen = 0;
        for (size_t t = begin; t < end; ++t) seen += !is_nan(ndvi[t * n + i]);
        observed[i] = assessed[i] && seen >= needed;
      }
      place(observed.data(), w, plan.grid.cols, out.observed[e]);
      begin = end;
    }
    progress.step();
  }
  return out;
}

}  // namespace fw
