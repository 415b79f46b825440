// 'forewarn composite': the scenes of a period as one raster of several bands.
#include <tbb/global_control.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "core/base/class_scheme.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/series/period_pass.h"
#include "core/series/send.h"
#include "jobs/jobs.h"
#include "jobs/scene_job.h"
#include "jobs/series_options.h"

namespace fw {
namespace {

struct CompositeOptions {
  std::shared_ptr<SceneJobOptions> scenes;
  std::string method = "medoid", period = "month", from, to, memory = "1GiB";
  size_t memory_bytes = 0;
  std::vector<std::string> bands;
};

/// A period's name, days and scenes.
struct ScenesOfPeriod {
  std::string name, first_day, last_day;
  std::vector<const Scene*> scenes;
};

std::vector<ScenesOfPeriod> periods_of(const CompositeOptions& o, const Catalogue& catalogue) {
  const auto [from, to] = days_between(o.from, o.to);
  std::vector<ScenesOfPeriod> periods;
  for (const auto& scene : catalogue.scenes) {  // in order of time
    const Date day = scene.time.date;
    if (day < from || to < day) continue;
    if (o.period == "all") {
      if (periods.empty()) periods.push_back({"", to_string(day), "", {}});
      periods.back().last_day = to_string(day);
    } else {
      const Period p = period_of(day, o.period == "dekad" ? Cadence::dekad : Cadence::month);
      if (periods.empty() || periods.back().name != label(p))
        periods.push_back({label(p), to_string(first_day(p)), to_string(last_day(p)), {}});
    }
    periods.back().scenes.push_back(&scene);
  }
  if (periods.empty()) throw InputError("NO_SCENES", "No scene lies between the dates. Check --from and --to.");
  if (o.period == "all") periods.back().name = periods.back().first_day + "_" + periods.back().last_day;
  return periods;
}

/// Roles that every scene has, in the order of their names.
std::vector<std::string> common_roles(const std::vector<ScenesOfPeriod>& periods) {
  std::vector<std::string> roles;
  for (const auto& [role, band] : periods.front().scenes.front()->bands) roles.push_back(role);
  for (const auto& period : periods)
    for (const Scene* scene : period.scenes)
      std::erase_if(roles, [&](const std::string& role) { return !scene->bands.count(role); });
  return roles;
}

class CompositeRun {
 public:
  CompositeRun(const CompositeOptions& o, const Catalogue& catalogue, const ChosenDevice& device, RunReport& report)
      : o_(o),
        catalogue_(catalogue),
        device_(device),
        indices_(IndexCatalogue::load(config_dir(o.scenes->config_dir).string())),
        periods_(periods_of(o, catalogue)),
        bands_(o.bands.empty() ? common_roles(periods_) : o.bands),
        grid_(grid_of(*periods_.front().scenes.front())),
        report_(report) {
    note_elsewhere(catalogue_, grid_, report_);
    if (bands_.empty() || bands_.size() > static_cast<size_t>(max_composite_bands))
      throw ConfigError("RANGE", "A composite has 1 to " + std::to_string(max_composite_bands) + " bands, not " +
                                     std::to_string(bands_.size()) + ". Name them with --bands.");
  }

  /// Periods go together until their scenes keep all threads busy; their rasters are finished before further ones are
  /// opened.
  void run(Publication& publication) {
    const size_t threads = tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism);
    Progress progress("composites", periods_.size() * grid_.pixels());
    for (size_t first = 0, last = 0; first < periods_.size(); first = last) {
      for (size_t scenes = 0; last < periods_.size() && last - first < threads && scenes < 2 * threads; ++last)
        scenes += periods_[last].scenes.size();
      together(first, last, publication, progress);
    }
  }
  const std::vector<std::string>& bands() const { return bands_; }
  size_t periods() const { return periods_.size(); }

 private:
  struct Rasters {
    std::shared_ptr<RasterWriter> values, flags;
  };

  void together(size_t first, size_t last, Publication& publication, Progress& progress) {
    std::vector<PeriodBands> periods;
    std::vector<Rasters> rasters;
    for (size_t p = first; p < last; ++p) {
      periods.emplace_back(indices_, periods_[p].scenes, bands_, *period_method_by_name(o_.method), "composite",
                           report_);
      const size_t scenes = periods.back().scenes();
      rasters.push_back({publication.raster(spec_of(periods_[p], scenes)),
                         o_.method == "geomedian" ? publication.raster(flag_spec(periods_[p], scenes)) : nullptr});
    }
    PeriodPass pass;
    pass.grid = grid_;
    pass.memory_bytes = o_.memory_bytes;
    pass.scratch_dir = publication.scratch();
    pass.take = [&](Backend&, const Window& w, std::vector<BandValues>& of_period) {
      for (size_t p = 0; p < rasters.size(); ++p) write(rasters[p], w, of_period[p]);
      progress.step(rasters.size() * w.pixels());
    };
    composite_periods(periods, catalogue_, device_, pass, report_);
    publication.finish_rasters();
  }

  void write(const Rasters& rasters, const Window& w, BandValues& result) const {
    const size_t n = w.pixels();
    use_one_nan(result.value);
    for (size_t b = 0; b < bands_.size(); ++b)
      rasters.values->write(static_cast<int>(b + 1), w, result.value.data() + b * n);
    const std::vector<float> valid(result.valid.begin(), result.valid.end());
    rasters.values->write(static_cast<int>(bands_.size() + 1), w, valid.data());
    for (size_t i = 0; i < n; ++i)
      if (result.reason[i] != static_cast<uint8_t>(Reason::value)) result.flags[i] = flag_no_value;
    if (rasters.flags) rasters.flags->write(w, result.flags.data());
  }

  RasterSpec spec_of(const ScenesOfPeriod& period, size_t scenes) const {
    std::string method = o_.method;
    std::replace(method.begin(), method.end(), '_', '-');
    RasterSpec spec;
    spec.layer = "composite-" + method;
    spec.stem = spec.layer + "_" + period.name;
    spec.title =
        o_.method + " of " + std::to_string(scenes) + " scenes, " + period.first_day + " to " + period.last_day;
    spec.grid = grid_;
    const auto& first = period.scenes.front()->bands;
    for (const auto& name : bands_) {
      const auto role = first.find(name);
      spec.bands.push_back({name, role != first.end() ? role->second.unit : indices_.find(name).unit});
    }
    spec.bands.push_back({"valid", "scenes"});
    spec.mantissa_bits = 23;
    if (o_.period != "all") spec.period = period.name;
    spec.first_day = period.first_day;
    spec.last_day = period.last_day;
    spec.metadata = {{"METHOD", o_.method}, {"SCENES", std::to_string(scenes)}};
    return spec;
  }

  RasterSpec flag_spec(const ScenesOfPeriod& period, size_t scenes) const {
    RasterSpec spec = spec_of(period, scenes);
    spec.layer += "-flags";
    spec.stem = spec.layer + "_" + period.name;
    spec.title = "What stands behind: " + spec.title;
    spec.bands = {{"flag", "1"}};
    spec.classes = load_class_scheme(config_dir(o_.scenes->config_dir).string(), "series-flag");
    return spec;
  }

  const CompositeOptions& o_;
  const Catalogue& catalogue_;
  ChosenDevice device_;
  IndexCatalogue indices_;
  std::vector<ScenesOfPeriod> periods_;
  std::vector<std::string> bands_;
  Grid grid_;
  RunReport& report_;
};

}  // namespace

std::function<int()> declare_composite(CLI::App& app) {
  auto o = std::make_shared<CompositeOptions>();
  o->scenes = declare_scene_options(app, false);
  declare_memory(app, o->memory);
  app.add_option("-m,--method", o->method, "how the scenes of a period become one; see below")
      ->check(CLI::IsMember({"max_ndvi", "medoid", "geomedian", "median", "mean", "max"}))
      ->capture_default_str();
  app.add_option("--period", o->period, "a raster per dekad, per month, or one of all scenes")
      ->check(CLI::IsMember({"dekad", "month", "all"}))
      ->capture_default_str();
  app.add_option("-b,--bands", o->bands,
                 "roles or indices, separated by commas (default: all roles that every scene has)")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--from", o->from, "first date, YYYY-MM-DD");
  app.add_option("--to", o->to, "last date, YYYY-MM-DD");
  app.footer(
      "Methods, over the scenes in which every band has a value at the pixel:\n"
      "  max_ndvi   all bands of the scene with the greatest NDVI\n"
      "  medoid     the scene with the least sum of distances to the others (Flood 2013)\n"
      "  geomedian  the point with the least sum of distances to the scenes (Roberts et al. 2017); with fewer than 3 "
      "scenes their mean, flagged\n"
      "  median, mean, max  band by band\n"
      "The last band, 'valid', counts those scenes.\n"
      "Example: forewarn composite -p sentinel2-l2a -m geomedian --period month -b red,green,blue,nir -o out scenes/");
  return [o] {
    const ThreadLimit threads = start_scene_job(*o->scenes);
    o->memory_bytes = use_memory(o->memory);
    RunReport report;
    const Catalogue catalogue = scan_given(*o->scenes, report);
    return run_job_on(choose_named_device(o->scenes->device), report, [&](const ChosenDevice& device) {
      CompositeRun run(*o, catalogue, device, report);
      Publication publication({o->scenes->out, o->scenes->overwrite});
      run.run(publication);
      return finish_scene_job(*o->scenes, "composite", publication, catalogue, report, device,
                              {{"method", o->method},
                               {"bands", join(run.bands(), ",")},
                               {"period", o->period},
                               {"periods", std::to_string(run.periods())},
                               {"from", o->from},
                               {"to", o->to}});
    });
  };
}

}  // namespace fw
