#include "jobs/series_options.h"

#include <CLI/CLI.hpp>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {
namespace {

bool is_lambda(const std::string& text) {
  const auto n = parse_number(text);
  return text == "v-curve" || text == "gcv" || text == "robust-gcv" || (n && *n > 0);
}

std::string statistics_help() {
  std::string text, family;
  for (const auto& s : series_statistics()) {
    if (s.family != family) text += (family.empty() ? "" : "\n") + (family = s.family) + ":\n";
    std::string name = s.name;
    name.resize(std::max<size_t>(28, name.size() + 1), ' ');
    text += "  " + name + s.title + " [" + s.unit + "]" + (s.needs_steps() ? "; steps" : "") +
            (s.has_flags ? "; flags" : "") + (s.source.empty() ? "" : "; " + s.source) + "\n";
  }
  return text +
         "\nx: unit of the series. steps: works on composites of --cadence. flags: a raster -flags says what stands "
         "behind each value.\n"
         "Examples: forewarn series -p time-stack --role ndvi --scale 0.0001 -s mk,sen,whittaker -o out/kafa "
         "stack.tif\n"
         "          forewarn series -p time-stack --role rain_mm -s spi,spei --spi-scale 1,3,12 --with t_mean=t.tif -o "
         "out/spi rain.tif\n"
         "          forewarn series -p landsat-tm-c2-l2 -s ccdc -o out/segments scenes/\n"
         "          forewarn series -p modis-ndvi -s bfast --monitor-from 2023-01-01 --state out/watch-state -o "
         "out/watch "
         "scenes/\n"
         "          and when scenes came in, the same with --update";
}

void declare_record(CLI::App& app, SeriesOptions& o) {
  const std::string group = "Record";
  app.add_option("-i,--index", o.name, "index or role (default: the first role of the product)")->group(group);
  app.add_option("--from", o.from, "first date, YYYY-MM-DD")->group(group);
  app.add_option("--to", o.to, "last date, YYYY-MM-DD")->group(group);
  app.add_option("--last", o.last,
                 "only the last so many steps up to the last scene: as smoothing near the present needs")
      ->check(CLI::Range(2, 100000))
      ->group(group);
  app.add_option("--cadence", o.cadence, "steps of statistics that need equal ones")
      ->check(CLI::IsMember({"dekad", "month"}))
      ->capture_default_str()
      ->group(group);
  app.add_option("--composite", o.composite,
                 "how the scenes of a step become one value (default: sum for roles in mm, else max)")
      ->check(CLI::IsMember({"max", "median", "mean", "sum", "last"}))
      ->group(group);
  app.add_option("--with", o.with,
                 "a further stack: lst=FILE, pet=FILE, t_mean=FILE, t_min=FILE or t_max=FILE, then keys separated by "
                 "commas: dates, scale, offset, unit, qa, product, role, composite (default: mean; pet: sum)")
      ->group(group);
  app.add_flag("--dates-as-given", o.dates_as_given,
               "take stacks whose bands are not in the order of time, or hold a date twice")
      ->group(group);
}

void declare_state(CLI::App& app, SeriesOptions& o) {
  const std::string group = "Going on (bfast; with --last every statistic of steps)";
  auto* state = app.add_option("--state", o.state, "also keep in this folder what the next run goes on from");
  auto* update = app.add_flag("--update", o.update, "go on from the state: read the scenes that are new alone");
  auto* rescan = app.add_flag("--rescan", o.rescan,
                              "with --update: hash every file again, also those whose size, times and inode are as the "
                              "state knows them");
  for (auto* option : {state, update, rescan}) option->group(group);
  update->needs(state);
  rescan->needs(update);
}

void declare_comparison(CLI::App& app, SeriesOptions& o) {
  const std::string group =
      "Against other years (climatology, diff, pct_median, z, detrended_z, vci, tci, vhi, spi, spei, phenology)";
  app.add_option("--target", o.target, "period, 2024-05 or 2024-05-d3 (default: the last); also of runs and ccdc")
      ->group(group);
  app.add_option("--reference-from", o.reference_from, "first day of the reference (default: the whole record)")
      ->group(group);
  app.add_option("--reference-to", o.reference_to, "last day of the reference")->group(group);
  app.add_option("--min-years", o.settings.min_years, "other years that must have a value")
      ->check(CLI::Range(2, 100))
      ->capture_default_str()
      ->group(group);
  app.add_option("--std-floor", o.settings.std_floor, "z: a smaller spread is flat, in units of the series")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str()
      ->group(group);
  app.add_option("--percentiles", o.settings.percentiles, "climatology: at most 9, 0..100")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->capture_default_str()
      ->group(group);
  app.add_option("--vhi-alpha", o.settings.vhi_alpha, "vhi: share of VCI, the rest is TCI")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str()
      ->group(group);
}

void declare_smoothing(CLI::App& app, SmoothSettings& s, std::string& lambda) {
  const std::string group = "Smoothing (whittaker, savgol)";
  app.add_option("--lambda", lambda, "whittaker: strength above 0, or what chooses it: v-curve, gcv, robust-gcv")
      ->check(CLI::Validator(
          [](const std::string& t) { return is_lambda(t) ? "" : "no number above 0, v-curve, gcv or robust-gcv"; }, ""))
      ->capture_default_str()
      ->group(group);
  app.add_option("--asymmetry", s.asymmetry,
                 "whittaker: weight of values above the curve; 0.9 follows the upper envelope")
      ->capture_default_str()
      ->group(group);
  app.add_option("--max-gap", s.max_gap,
                 "longest gap, in steps, that counts as filled; beyond it as interpolated (default: 3 dekads, 1 month)")
      ->check(CLI::Range(0, 1000))
      ->group(group);
  app.add_option("--max-interpolation", s.max_interpolation,
                 "longest gap, in steps, that gets values at all (default: a year)")
      ->check(CLI::Range(1, 1000))
      ->group(group);
  app.add_option("--max-extrapolation", s.max_extrapolation,
                 "whittaker: steps before the first and after the last value that get one, flagged")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str()
      ->group(group);
  app.add_option("--write-last", s.write_last, "only the last so many steps, from all that are read (default: all)")
      ->check(CLI::Range(1, 100000))
      ->group(group);
  app.add_option("--window", s.window, "savgol: window, odd")
      ->check(CLI::Range(3, 71))
      ->capture_default_str()
      ->group(group);
  app.add_option("--order", s.order, "savgol: order of the polynomial")
      ->check(CLI::Range(0, 6))
      ->capture_default_str()
      ->group(group);
}

void declare_rain(CLI::App& app, SeriesOptions& o) {
  const std::string group = "Rain (spi, spei)";
  app.add_option("--spi-scale", o.settings.spi.scales, "steps summed, one band each, separated by commas")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::Range(1, max_spi_scale))
      ->capture_default_str()
      ->group(group);
  app.add_option("--distribution", o.distribution, "spi: gamma (maximum likelihood) or gamma-thom")
      ->check(CLI::IsMember({"gamma", "gamma-thom"}))
      ->capture_default_str()
      ->group(group);
  app.add_option(
         "--zero-rule", o.zero_rule,
         "spi: probability of no rain: center (middle of the share of zeros) or upper (all of it, at most a half)")
      ->check(CLI::IsMember({"center", "upper"}))
      ->capture_default_str()
      ->group(group);
}

void declare_season(CLI::App& app, SeriesOptions& o) {
  const std::string group = "Season and breaks (harmonic, bfast, phenology, ccdc)";
  app.add_option("--harmonics", o.settings.harmonics, "harmonic, bfast: waves a year")
      ->check(CLI::Range(1, max_harmonics))
      ->capture_default_str()
      ->group(group);
  app.add_option("--monitor-from", o.monitor_from,
                 "bfast: first day monitored (default: the last quarter of the record)")
      ->group(group);
  app.add_option("--break-process", o.process, "bfast: mosum (last residuals) or cusum (all of them)")
      ->check(CLI::IsMember({"mosum", "cusum"}))
      ->capture_default_str()
      ->group(group);
  app.add_option("--break-history", o.history, "bfast: all of the history, or what is stable by reversed CUSUM (roc)")
      ->check(CLI::IsMember({"all", "roc"}))
      ->capture_default_str()
      ->group(group);
  app.add_option("--break-window", o.settings.breaks.window, "bfast mosum: share of the history: 0.25, 0.5 or 1")
      ->capture_default_str()
      ->group(group);
  app.add_option("--break-level", o.settings.breaks.level, "bfast: share of false alarms, 0.001..0.05")
      ->capture_default_str()
      ->group(group);
  app.add_option("--season-levels", o.season_levels, "phenology: shares of the amplitude at start, senescence, end")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->expected(3)
      ->capture_default_str()
      ->group(group);
  app.add_option("--season-amplitude", o.settings.season.min_amplitude, "phenology: least amplitude of a season")
      ->capture_default_str()
      ->group(group);
  app.add_option("--max-segments", o.settings.max_segments, "ccdc: segments kept")
      ->check(CLI::Range(1, 64))
      ->capture_default_str()
      ->group(group);
}

void declare_runs(CLI::App& app, SeriesOptions& o) {
  const std::string group = "Runs (runs)";
  app.add_option("--threshold", o.settings.runs.threshold, "what values are compared with")->group(group);
  app.add_option("--run-side", o.run_side, "which values count")
      ->check(CLI::IsMember({"below", "above"}))
      ->capture_default_str()
      ->group(group);
  app.add_option("--run-length", o.settings.runs.needed, "steps in a row that are asked for")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str()
      ->group(group);
}

}  // namespace

std::shared_ptr<SeriesOptions> declare_series_options(CLI::App& app) {
  auto o = std::make_shared<SeriesOptions>();
  o->scenes = declare_scene_options(app, false);
  declare_memory(app, o->memory);
  std::vector<std::string> known;
  for (const auto& s : series_statistics()) known.push_back(s.name);
  app.add_option("-s,--stat", o->stats, "statistics, separated by commas; see below")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember(known))
      ->capture_default_str();
  declare_record(app, *o);
  declare_state(app, *o);
  declare_comparison(app, *o);
  declare_smoothing(app, o->settings.smooth, o->lambda);
  declare_rain(app, *o);
  declare_season(app, *o);
  declare_runs(app, *o);
  app.footer(statistics_help());
  return o;
}

void read_series_options(SeriesOptions& o) {
  o.memory_bytes = use_memory(o.memory);
  SeriesSettings& s = o.settings;
  s.reference_from = day_of(o.reference_from);
  s.reference_to = day_of(o.reference_to);
  s.breaks.monitor_from = day_of(o.monitor_from);
  const Cadence cadence = cadence_of(o);
  if (!o.target.empty()) {
    s.target = parse_period(o.target);
    if (!s.target || s.target->cadence != cadence)
      throw ConfigError("RANGE", "--target '" + printable(o.target, 40) + "' is no " + o.cadence + ". Write " +
                                     (cadence == Cadence::dekad ? "2024-05-d3." : "2024-05."));
  }
  const auto number = parse_number(o.lambda);
  s.smooth.choice = number ? LambdaChoice::fixed : o.lambda == "v-curve" ? LambdaChoice::v_curve : LambdaChoice::gcv;
  s.smooth.lambda = number.value_or(s.smooth.lambda);
  s.smooth.robust = o.lambda == "robust-gcv";
  s.spi.zero_rule = o.zero_rule == "upper" ? ZeroRule::upper : ZeroRule::center;
  s.spi.distribution = o.distribution == "gamma-thom" ? SpiDistribution::gamma_thom : SpiDistribution::gamma_mle;
  s.breaks.process = o.process == "cusum" ? BreakProcess::cusum : BreakProcess::mosum;
  s.breaks.history = o.history == "all" ? StableHistory::all : StableHistory::roc;
  s.season.start = o.season_levels.at(0);
  s.season.senescence = o.season_levels.at(1);
  s.season.end = o.season_levels.at(2);
  s.runs.side = o.run_side == "above" ? RunSide::above : RunSide::below;
  read_further_stacks(o);
}

}  // namespace fw
