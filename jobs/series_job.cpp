// 'forewarn series': statistics of a time series of scenes, per pixel, one raster each.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/series/indicator.h"
#include "core/series/scene_compute.h"
#include "core/series/series_statistics.h"
#include "jobs/jobs.h"
#include "jobs/scene_job.h"

namespace fw {
namespace {

struct SeriesOptions {
  std::shared_ptr<SceneJobOptions> scenes;
  std::vector<std::string> stats = {"count", "mean", "std", "min", "max"};
  std::string name, from, to, cadence = "month", composite = "max", target, reference_from, reference_to, monitor_from;
  SeriesSettings settings;
};

/// Bytes of memory that one tile may take; the tile is halved until it fits.
constexpr size_t tile_memory = size_t{512} << 20;

std::optional<Date> date_of(const std::string& text) {
  if (text.empty()) return {};
  const auto t = parse_datetime(text);
  if (!t) throw ConfigError("DATE", "'" + printable(text, 40) + "' is no date. Write YYYY-MM-DD.");
  return t->date;
}

std::vector<const Scene*> chosen(const SeriesOptions& o, const Catalogue& catalogue, std::string& name,
                                 RunReport& report) {
  const Date from = date_of(o.from).value_or(Date{0, 1, 1}), to = date_of(o.to).value_or(Date{9999, 12, 31});
  if (name.empty()) name = catalogue.scenes.front().bands.begin()->first;
  std::vector<const Scene*> scenes;
  for (const auto& scene : catalogue.scenes) {
    if (scene.time.date < from || to < scene.time.date) continue;
    if (offer_of(scene, name))
      scenes.push_back(&scene);
    else
      report.add({scene.id, "series", "BAND_MISSING",
                  "the scene has neither " + name + " nor the bands it is computed from", Verdict::refused});
  }
  if (scenes.empty())
    throw InputError("NO_SCENES", "No scene between the dates offers " + printable(name, 40) +
                                      ". See 'forewarn describe' for names.");
  return scenes;
}

/// The series of one run: scenes in order of time, the statistics asked for, and the equal steps that some of them
/// need.
class SeriesRun {
 public:
  SeriesRun(const SeriesOptions& o, const Catalogue& catalogue, std::vector<const Scene*> scenes, std::string name,
            const ChosenDevice& device, Publication& publication, RunReport& report)
      : o_(o),
        scenes_(std::move(scenes)),
        name_(std::move(name)),
        report_(report),
        publication_(publication),
        grid_(scenes_.front()->bands.begin()->second.grid),
        backend_(make_backend(device)),
        reader_(catalogue, grid_) {
    for (const auto& stat : o.stats) statistics_.push_back(&series_statistic(stat));
    if (!std::any_of(statistics_.begin(), statistics_.end(), [](const auto* s) { return s->needs_steps; })) return;
    const Cadence cadence = o.cadence == "dekad" ? Cadence::dekad : Cadence::month;
    const Period first = period_of(scenes_.front()->time.date, cadence),
                 last = period_of(scenes_.back()->time.date, cadence);
    for (int n = first.number; n <= last.number; ++n) periods_.push_back({cadence, n});
    composite_ = *composite_by_name(o.composite);
    settings_ = o.settings;
    settings_.reference_from = date_of(o.reference_from);
    settings_.reference_to = date_of(o.reference_to);
    settings_.monitor_from = date_of(o.monitor_from);
    if (!o.target.empty()) {
      settings_.target = parse_period(o.target);
      if (!settings_.target || settings_.target->cadence != cadence)
        throw ConfigError("RANGE", "--target '" + printable(o.target, 40) + "' is no " + o.cadence + ". Write " +
                                       (cadence == Cadence::dekad ? "2024-05-d3." : "2024-05."));
    }
  }

  void run() {
    for (const auto* statistic : statistics_) writers_.push_back(publication_.raster(spec_of(*statistic)));
    int size = o_.scenes->tile_size;
    while (size > 32 && static_cast<size_t>(size) * static_cast<size_t>(size) * pixel_bytes() > tile_memory) size /= 2;
    const auto windows = tiles(grid_, size);
    Progress progress("tiles", windows.size());
    for (const Window& w : windows) {
      tile(w);
      progress.step();
    }
    for (const auto& writer : writers_) publication_.finish_raster(writer);
  }

 private:
  size_t pixel_bytes() const {
    size_t most = 0;
    for (const auto* s : statistics_) most = std::max(most, statistic_bytes(*s, static_cast<int>(periods_.size())));
    return (scenes_.size() + periods_.size()) * (sizeof(float) + 1) + most + 16 * sizeof(float);
  }

  RasterSpec spec_of(const SeriesStatistic& statistic) const {
    const auto band = scenes_.front()->bands.find(name_);
    const std::string unit = band == scenes_.front()->bands.end() ? "1" : band->second.unit;
    const std::string first = to_string(scenes_.front()->time.date), last = to_string(scenes_.back()->time.date);
    RasterSpec spec;
    std::string id = lower(name_);
    std::replace(id.begin(), id.end(), '_', '-');
    std::string stat = statistic.name;
    std::replace(stat.begin(), stat.end(), '_', '-');
    spec.stem = id + "-" + stat + "_" + first + "_" + last;
    spec.title = statistic.title + " of " + name_ + ", " + first + " to " + last;
    spec.grid = grid_;
    std::string result_unit = statistic.unit;
    if (result_unit.rfind('x', 0) == 0) result_unit = unit + result_unit.substr(1);
    for (const auto& b : band_names(statistic, periods_)) spec.bands.push_back({b, result_unit});
    spec.style_max = statistic.name == "count" ? static_cast<double>(scenes_.size()) : 1;
    spec.mantissa_bits = 23;
    spec.layer = id + "-" + stat;
    spec.first_day = first;
    spec.last_day = last;
    spec.metadata = {{"STATISTIC", statistic.name}, {"SOURCE", statistic.source}};
    return spec;
  }

  void read(const Window& w, Buffer<float>& x, Buffer<uint8_t>& outcome) {
    const size_t n = w.pixels();
    SceneCompute computer(*backend_, n);
    backend_->fill(x.data(), 0xFF, x.size() * sizeof(float));  // all bits set is a NaN
    backend_->fill(outcome.data(), static_cast<unsigned char>(MaskOutcome::not_observed), outcome.size());
    for (size_t t = 0; t < scenes_.size(); ++t) try {
        const std::vector<SceneSeries> series = {*offer_of(*scenes_[t], name_)};
        const SceneTile tile = reader_.read(*scenes_[t], roles_of(series), w);
        if (tile.touches) computer.run(*scenes_[t], tile, series, {x.at(t * n)}, {outcome.at(t * n)});
      } catch (const Error& e) {
        report_.add({scenes_[t]->id, "read", e.code(), printable(e.what(), 400), Verdict::refused});
      }
  }

  /// Scenes of each period to one value.
  void composite(size_t n, Buffer<float>& x, Buffer<uint8_t>& outcome, Buffer<float>& y, Buffer<uint8_t>& reason) {
    Buffer<uint16_t> valid(*backend_, n);
    size_t begin = 0;
    for (size_t p = 0; p < periods_.size(); ++p) {
      size_t end = begin;
      while (end < scenes_.size() && period_of(scenes_[end]->time.date, periods_[p].cadence) == periods_[p]) ++end;
      const size_t count = std::min(end - begin, static_cast<size_t>(max_scenes_per_period));
      for (size_t k = begin + count; k < end; ++k)
        report_.add({scenes_[k]->id, "read", "TOO_MANY_SCENES",
                     "more than " + std::to_string(max_scenes_per_period) + " scenes in one period", Verdict::refused});
      if (count == 0) {
        backend_->fill(y.at(p * n), 0xFF, n * sizeof(float));
        backend_->fill(reason.at(p * n), static_cast<unsigned char>(Reason::not_observed), n);
      } else {
        backend_->run(Composite{x.at(begin * n), outcome.at(begin * n), static_cast<int>(count), n, composite_,
                                y.at(p * n), valid.data(), reason.at(p * n)});
      }
      begin = end;
    }
  }

  void tile(const Window& w) {
    const size_t n = w.pixels();
    Buffer<float> x(*backend_, scenes_.size() * n), y(*backend_, std::max<size_t>(1, periods_.size() * n));
    Buffer<uint8_t> outcome(*backend_, scenes_.size() * n), reason(*backend_, std::max<size_t>(1, periods_.size() * n));
    read(w, x, outcome);
    if (!periods_.empty()) composite(n, x, outcome, y, reason);
    static const std::vector<Period> no_steps;
    for (size_t k = 0; k < statistics_.size(); ++k) {
      const bool steps = statistics_[k]->needs_steps;
      const SeriesTile tile{*backend_,
                            steps ? y.data() : x.data(),
                            steps ? reason.data() : nullptr,
                            static_cast<int>(steps ? periods_.size() : scenes_.size()),
                            n,
                            steps ? periods_ : no_steps};
      const auto values = run_series_statistic(*statistics_[k], settings_, tile);
      for (size_t band = 0; band < values.size() / n; ++band)
        writers_[k]->write(static_cast<int>(band + 1), w, values.data() + band * n);
    }
  }

  const SeriesOptions& o_;
  std::vector<const Scene*> scenes_;
  std::string name_;
  RunReport& report_;
  Publication& publication_;
  Grid grid_;
  std::unique_ptr<Backend> backend_;
  SceneReader reader_;
  std::vector<const SeriesStatistic*> statistics_;
  std::vector<Period> periods_;
  CompositeMethod composite_ = CompositeMethod::max;
  SeriesSettings settings_;
  std::vector<std::shared_ptr<RasterWriter>> writers_;
};

std::string statistics_help() {
  std::string text = "Statistics:\n";
  for (const auto& s : series_statistics()) {
    std::string name = s.name;
    name.resize(std::max<size_t>(13, name.size() + 1), ' ');
    text += "  " + name + s.title + " [" + s.unit + "]" + (s.needs_steps ? ", on composites of --cadence" : "") +
            (s.source.empty() ? "" : "; " + s.source) + "\n";
  }
  return text +
         "x: unit of the series.\nExamples: forewarn series -p time-stack --role ndvi --scale 0.0001 -o out/kafa "
         "stack.tif\n"
         "          forewarn series -p time-stack --role rain_mm --composite sum -s spi --spi-scale 3 -o out/spi "
         "rain.tif";
}

}  // namespace

std::function<int()> declare_series(CLI::App& app) {
  auto o = std::make_shared<SeriesOptions>();
  o->scenes = declare_scene_options(app);
  std::vector<std::string> known;
  for (const auto& s : series_statistics()) known.push_back(s.name);
  app.add_option("-s,--stat", o->stats, "statistics, separated by commas; see below")
      ->delimiter(',')
      ->check(CLI::IsMember(known))
      ->capture_default_str();
  app.add_option("-i,--index", o->name, "index or role (default: the first role of the product)");
  app.add_option("--from", o->from, "first date, YYYY-MM-DD");
  app.add_option("--to", o->to, "last date, YYYY-MM-DD");
  app.add_option("--cadence", o->cadence, "steps of statistics that need equal ones")
      ->check(CLI::IsMember({"dekad", "month"}))
      ->capture_default_str();
  app.add_option("--composite", o->composite, "how the scenes of a step become one value")
      ->check(CLI::IsMember({"max", "median", "mean", "sum", "last"}))
      ->capture_default_str();
  app.add_option("--target", o->target, "period of vci, z, detrended_z, spi (default: the last)");
  app.add_option("--reference-from", o->reference_from, "first day of the reference (default: the whole record)");
  app.add_option("--reference-to", o->reference_to, "last day of the reference");
  app.add_option("--monitor-from", o->monitor_from,
                 "bfast: first day monitored (default: the last quarter of the record)");
  app.add_option("--min-years", o->settings.min_years, "other years that must have a value")
      ->check(CLI::Range(2, 100))
      ->capture_default_str();
  app.add_option("--lambda", o->settings.lambda, "Whittaker: strength; without it the V-curve chooses")
      ->check(CLI::PositiveNumber);
  app.add_option("--window", o->settings.savgol_window, "Savitzky-Golay: window, odd")
      ->check(CLI::Range(3, 71))
      ->capture_default_str();
  app.add_option("--order", o->settings.savgol_order, "Savitzky-Golay: order of the polynomial")
      ->check(CLI::Range(0, 6))
      ->capture_default_str();
  app.add_option("--spi-scale", o->settings.spi_scale, "SPI: periods summed")
      ->check(CLI::Range(1, 72))
      ->capture_default_str();
  app.footer(statistics_help());
  return [o] {
    start_log({o->scenes->quiet, o->scenes->log_json});
    RunReport report;
    const Catalogue catalogue = scan_given(*o->scenes, report);
    const ChosenDevice device = choose_named_device(o->scenes->device);
    std::string name = o->name;
    const auto scenes = chosen(*o, catalogue, name, report);
    Publication publication({o->scenes->out, o->scenes->overwrite});
    SeriesRun run(*o, catalogue, scenes, name, device, publication, report);
    run.run();
    return finish_scene_job(*o->scenes, "series", publication, catalogue, report, device,
                            {{"statistics", join(o->stats, ",")},
                             {"series", name},
                             {"dates", std::to_string(scenes.size())},
                             {"cadence", o->cadence},
                             {"composite", o->composite}});
  };
}

}  // namespace fw
