// Waves of the year, breaks against them, and the season of the mean year.
#include <cmath>

#include "core/series/season_gate.h"
#include "core/series/statistic_entry.h"

namespace fw {
namespace {

/// Rows of harmonic terms: years from the calendar, time the number of the period in the record from 1 on.
struct Waves {
  std::vector<double> years;
  double centre, scale;
  Buffer<double> terms;
};

/// Of the periods that the tile holds; time is centred on the first `centred` of the record.
Waves waves_of(const SeriesTile& tile, int harmonics, size_t centred) {
  Waves w;
  std::vector<double> number;
  for (size_t row = tile.first_row; row < tile.shape.periods.size(); ++row) {
    const Period p = tile.shape.periods[row];
    w.years.push_back(static_cast<double>(p.number) / periods_per_year(p.cadence));
    number.push_back(static_cast<double>(row + 1));
  }
  w.centre = (static_cast<double>(centred) + 1) / 2;
  w.scale = std::max(1.0, static_cast<double>(centred) / 2);
  w.terms = send(tile.backend, harmonic_terms(w.years, number, w.centre, w.scale, harmonics));
  return w;
}

StatisticResult harmonic(const SeriesSettings& s, const SeriesTile& tile) {
  const Waves waves = waves_of(tile, s.harmonics, tile.shape.periods.size());
  const auto count = static_cast<size_t>(s.harmonics);
  Results out(tile, 2 * count + 3);
  auto op = on_steps<HarmonicFit<float>>(tile);
  op.harmonics = s.harmonics;
  op.terms = waves.terms.data();
  op.centre = waves.centre;
  op.scale = waves.scale;
  for (size_t k = 0; k < count; ++k) {
    op.amplitude[k] = out.at(2 * k);
    op.phase[k] = out.at(2 * k + 1);
  }
  op.coefficient[1] = out.at(2 * count);
  op.sigma = out.at(2 * count + 1);
  op.r2 = out.at(2 * count + 2);
  tile.backend.run(op);
  std::vector<float> values = out.host();
  const auto per_year = static_cast<float>(periods_per_year(tile.shape.periods.front().cadence));
  for (size_t i = 0; i < tile.pixels; ++i) values[2 * count * tile.pixels + i] *= per_year;
  return {std::move(values), {}};
}

std::vector<SeriesBand> harmonic_bands(const SeriesSettings& s, const SeriesShape&) {
  std::vector<SeriesBand> bands;
  for (int k = 1; k <= s.harmonics; ++k) {
    bands.push_back({"amplitude-" + std::to_string(k), "x"});
    bands.push_back({"phase-" + std::to_string(k), "radians"});
  }
  for (const SeriesBand& b : {SeriesBand{"trend", "x per year"}, {"sigma", "x"}, {"r2", "1"}}) bands.push_back(b);
  return bands;
}

void check_harmonics(const SeriesSettings& s, const SeriesShape&) {
  if (s.harmonics < 1 || s.harmonics > max_harmonics)
    throw ConfigError("RANGE", "--harmonics is 1 to " + std::to_string(max_harmonics) + ".");
}

/// How often the length of the history the record may reach, for the table of critical values.
constexpr int monitoring_period = 10;

/// Rows of the record become rows of the tile and the other way round. NaN and -1 stay.
void move_rows(std::vector<double>& planes, size_t plane, size_t pixels, double by) {
  for (size_t i = plane * pixels; i < (plane + 1) * pixels; ++i)
    if (planes[i] >= 0) planes[i] += by;
}

/// What a monitor goes on from, and what it leaves, in the backend's memory.
class KeptMonitor {
 public:
  KeptMonitor(const SeriesTile& tile, BreakMonitor<float>& op) : tile_(tile), kept_(tile.monitor) {
    if (!kept_) return;
    const auto row_of_tile = [&](size_t row) { return static_cast<int>(row - tile.first_row); };
    op.progress_at = row_of_tile(kept_->next_from);
    progress_out_ = Buffer<double>(tile.backend, break_progress_planes * tile.pixels);
    op.progress_out = progress_out_.data();
    if (kept_->model.empty()) {
      const bool mosum = op.process == BreakProcess::mosum;
      model_ = Buffer<double>(tile.backend, static_cast<size_t>(break_model_planes(op.harmonics)) * tile.pixels);
      leaving_ = Buffer<double>(
          tile.backend, mosum ? static_cast<size_t>(break_window_planes(op.window, op.monitor_from)) * tile.pixels : 0);
      op.model_out = model_.data();
      if (leaving_.size() > 0) op.leaving_out = leaving_.data();
      return;
    }
    std::vector<double> progress = kept_->progress;
    move_rows(progress, broken_plane, tile.pixels, -static_cast<double>(tile.first_row));
    model_ = send(tile.backend, kept_->model);
    progress_in_ = send(tile.backend, progress);
    leaving_ = send(tile.backend, kept_->leaving);
    op.model = model_.data();
    op.progress = progress_in_.data();
    op.resume_from = row_of_tile(kept_->resume_from);
    op.leaving = leaving_.data();
    op.leaving_from = static_cast<int>(kept_->leaving_from);
    op.leaving_planes = static_cast<int>(kept_->leaving.size() / tile.pixels);
  }
  void save() {
    if (!kept_) return;
    const auto take = [&](std::vector<double>& to, const Buffer<double>& from) {
      to.resize(from.size());
      tile_.backend.download(to.data(), from.data(), to.size() * sizeof(double));
    };
    if (kept_->model.empty()) {
      take(kept_->model, model_);
      take(kept_->leaving, leaving_);
    }
    take(kept_->progress, progress_out_);
    move_rows(kept_->progress, broken_plane, tile_.pixels, static_cast<double>(tile_.first_row));
  }

 private:
  static constexpr size_t broken_plane = 2;
  const SeriesTile& tile_;
  KeptBreaks* kept_;
  Buffer<double> model_, leaving_, progress_in_, progress_out_;
};

/// Bands: 1 where the series left its season and trend, 0 where it was monitored and did not; year of the break; median
/// residual of the monitored periods.
StatisticResult break_monitor(const SeriesSettings& s, const SeriesTile& tile) {
  const int from = first_monitored(s, tile.shape);
  const Waves waves = waves_of(tile, s.harmonics, static_cast<size_t>(from));
  Results out(tile, 3);
  auto op = on_steps<BreakMonitor<float>>(tile);
  op.times = static_cast<int>(tile.rows());
  op.harmonics = s.harmonics;
  op.terms = waves.terms.data();
  op.centre = waves.centre;
  op.scale = waves.scale;
  op.monitor_from = from - static_cast<int>(tile.first_row);
  op.process = s.breaks.process;
  op.history = s.breaks.history;
  op.window = s.breaks.window;
  op.critical = s.breaks.process == BreakProcess::mosum
                    ? mosum_critical_value(s.breaks.window, monitoring_period, s.breaks.level)
                    : cusum_critical_value(s.breaks.level);
  op.roc_critical = recursive_cusum_critical_value(s.breaks.level);
  op.breakpoint = out.at(0);
  op.magnitude = out.at(2);
  KeptMonitor kept(tile, op);
  tile.backend.run(op);
  kept.save();
  std::vector<float> values = out.host();
  for (size_t i = 0; i < tile.pixels; ++i) {
    const float row = values[i];
    const bool found = row >= 0;
    values[tile.pixels + i] = found ? static_cast<float>(waves.years[static_cast<size_t>(row)]) : nan_f();
    if (!is_nan(row)) values[i] = found ? 1.0F : 0.0F;
  }
  return {std::move(values), {}};
}

void check_break(const SeriesSettings& s, const SeriesShape& shape) {
  check_harmonics(s, shape);
  const int from = first_monitored(s, shape), times = static_cast<int>(shape.periods.size());
  if (from < 1 || from >= times)
    throw ConfigError("RANGE", "Monitoring must begin inside the series (" + label(shape.periods.front()) + " to " +
                                   label(shape.periods.back()) + "), after some history. Correct --monitor-from.");
  if (times > monitoring_period * from)
    throw ConfigError("RANGE", "The history before --monitor-from is less than a tenth of the record. Begin later.");
  const double w = s.breaks.window;
  if (w != 0.25 && w != 0.5 && w != 1)
    throw ConfigError("RANGE", "--break-window is 0.25, 0.5 or 1 of the history (the critical values known).");
  if (!(s.breaks.level >= 0.001 && s.breaks.level <= 0.05))
    throw ConfigError("RANGE", "--break-level is 0.001 to 0.05.");
}

/// Season of the mean year, and its state at the target: 0 off season, 1 growing, 2 senescent.
StatisticResult phenology(const SeriesSettings& s, const SeriesTile& tile) {
  const auto& periods = tile.shape.periods;
  const TargetReference reference = target_reference(s, tile);
  const int per_year = periods_per_year(periods.front().cadence);
  Buffer<float> curve(tile.backend, static_cast<size_t>(per_year) * tile.pixels);
  Climatology mean{};
  mean.x = tile.steps;
  mean.times = static_cast<int>(periods.size());
  mean.pixels = tile.pixels;
  mean.group = reference.group();
  mean.in_reference = reference.in_reference();
  mean.groups = per_year;
  mean.min_years = mean.min_years_tails = s.min_years;
  mean.mean = curve.data();
  tile.backend.run(mean);
  Results out(tile, 5);
  Phenology op = find_season(s.season, curve.data(), per_year, tile.pixels);
  op.start = out.at(0);
  op.peak = out.at(1);
  op.senescence = out.at(2);
  op.end = out.at(3);
  op.length = out.at(4);
  tile.backend.run(op);
  const auto place = send(
      tile.backend, std::vector<int32_t>{place_in_year(periods[static_cast<size_t>(target_place(s, tile.shape))])});
  Buffer<uint8_t> state(tile.backend, tile.pixels);
  tile.backend.run(SeasonState{out.at(0), out.at(2), out.at(3), place.data(), 1, per_year, tile.pixels, state.data()});
  std::vector<float> values = out.host();
  for (const uint8_t v : host_row(tile, state, 0)) values.push_back(v == season_unknown ? nan_f() : v);
  return {std::move(values), {}};
}

void check_season(const SeriesSettings& s, const SeriesShape& shape) {
  target_place(s, shape);
  for (const double f : {s.season.start, s.season.senescence, s.season.end})
    if (!(f > 0 && f < 1))
      throw ConfigError("RANGE", "--season-levels are three shares of the amplitude between 0 and 1.");
  if (s.season.senescence < s.season.end)
    throw ConfigError("RANGE", "Senescence comes before the end. Give --season-levels as start, senescence, end.");
  if (!(s.season.min_amplitude >= 0)) throw ConfigError("RANGE", "--season-amplitude is 0 or more.");
  if (s.min_years < 1) throw ConfigError("RANGE", "--min-years is 1 or more.");
}

}  // namespace

int first_monitored(const SeriesSettings& s, const SeriesShape& shape) {
  const auto times = static_cast<int>(shape.periods.size());
  if (!s.breaks.monitor_from) return times - times / 4;
  return period_of(*s.breaks.monitor_from, shape.periods.front().cadence).number - shape.periods.front().number;
}

std::vector<StatisticEntry> season_statistics() {
  std::vector<StatisticEntry> list = {
      {{"harmonic",
        "season of --harmonics waves a year and a trend: amplitude and phase of each, trend, residual deviation, r2",
        "x"},
       harmonic_bands,
       harmonic,
       check_harmonics},
      {{"bfast", "break of season and trend: found, year, median residual of the monitored periods", "1"},
       fixed_bands({{"break", "1"}, {"year", "year"}, {"magnitude", "x"}}),
       break_monitor,
       check_break,
       16},
      {{"phenology",
        "start, peak, senescence, end and length of the mean season, in periods from the start of the year; state of "
        "the target (0 off season, 1 growing, 2 senescent)",
        "periods", "Jonsson & Eklundh 2004",
        "amplitude below --season-amplitude, or a period of the year with fewer than min-years values"},
       fixed_bands({{"start", "periods"},
                    {"peak", "periods"},
                    {"senescence", "periods"},
                    {"end", "periods"},
                    {"length", "periods"},
                    {"state", "1"}}),
       phenology,
       check_season,
       0,
       512}};
  for (auto& e : list) e.info.family = "Season and breaks";
  list.back().info.style_max = 36;
  return list;
}

}  // namespace fw
