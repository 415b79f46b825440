#include "jobs/series_run.h"

#include <algorithm>
#include <mutex>
#include <optional>

#include "core/base/class_scheme.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/base/text.h"
#include "jobs/series_part.h"

namespace fw {
namespace {

std::vector<std::string> common_bands(const std::vector<const Scene*>& scenes) {
  static const std::vector<std::string> order = {"blue", "green", "red", "nir", "swir1", "swir2", "thermal_k"};
  std::vector<std::string> bands;
  for (const auto& role : order)
    if (std::all_of(scenes.begin(), scenes.end(), [&](const Scene* s) { return s->bands.count(role) > 0; }))
      bands.push_back(role);
  return bands;
}

constexpr size_t updated_part_pixels = size_t{1} << 14;

std::string dashed(std::string id) {
  std::replace(id.begin(), id.end(), '_', '-');
  return id;
}

}  // namespace

SeriesRun::SeriesRun(const SeriesOptions& o, const Catalogue& catalogue, SceneTracks tracks, const ChosenDevice& device,
                     RunReport& report, SeriesState* state)
    : options_(o),
      state_(state),
      tracks_(std::move(tracks)),
      report_(report),
      grid_(tracks_.main.scenes.front()->bands.begin()->second.grid),
      backends_([device] { return make_backend(device); }),
      device_(device) {
  note_elsewhere(catalogue, grid_, report_);
  for (const auto& stat : o.stats) {
    const SeriesStatistic* statistic = &series_statistic(stat);
    if (std::find(statistics_.begin(), statistics_.end(), statistic) == statistics_.end())
      statistics_.push_back(statistic);
  }
  for (const Scene* scene : tracks_.main.scenes) shape_.dates.push_back(scene->time.date);
  for (const auto& track : tracks_.further) shape_.further.insert(track.name);
  shape_.bands = common_bands(tracks_.main.scenes);
  if (needs(StatisticInput::steps)) {
    const Cadence cadence = cadence_of(o);
    const Period first = period_of(shape_.dates.front(), cadence), last = period_of(shape_.dates.back(), cadence);
    for (int n = first.number; n <= last.number; ++n) shape_.periods.push_back({cadence, n});
  }
  for (const auto* s : statistics_) check_series_statistic(*s, o.settings, shape_);
  read_ = state_ ? state_->plan(tracks_, shape_, grid_) : tracks_;
  const bool steps = needs(StatisticInput::steps), bands = needs(StatisticInput::bands);
  layout_ =
      lay_out(read_, steps || needs(StatisticInput::dates), steps, bands ? shape_.bands : std::vector<std::string>());
  visits_ = std::make_unique<SceneVisits>(catalogue, grid_, layout_.visits, report_);
}

bool SeriesRun::needs(StatisticInput input) const {
  return std::any_of(statistics_.begin(), statistics_.end(), [&](const auto* s) { return s->input == input; });
}

void SeriesRun::run(Publication& publication) {
  for (const auto* s : statistics_)
    outputs_.push_back(
        {s, publication.raster(spec_of(*s)), s->has_flags ? publication.raster(flag_spec(*s)) : nullptr});
  const bool steps = needs(StatisticInput::steps);
  const BlockPassPlan plan = plan_of_pass(publication.scratch());
  Progress progress("blocks", tiles(grid_, plan.block_rows, plan.block_cols).size());
  std::mutex mutex;
  std::optional<WrongTemperature> wrong;
  BlockWork work;
  work.visit_date = [&](size_t number, const Window& w, const std::vector<DateSeries>& series) {
    visits_->visit(number, w, series);
  };
  work.visit_part = [&](const SeriesPart& part) {
    backends_.lend([&](Backend& backend) {
      const LoadedPart loaded(backend, part, layout_, read_, shape_, grid_, steps, state_);
      if (loaded.wrong()) {
        const std::lock_guard lock(mutex);
        if (!wrong || *loaded.wrong() < *wrong) wrong = loaded.wrong();
      } else {
        compute(loaded.tile(), part.window);
        if (state_) state_->keep(part.window, loaded.tile());
      }
    });
  };
  work.finish_block = [&](const Window&) {
    if (wrong)
      throw InputError("TEMPERATURE_UNIT", "--with " + tracks_.further[wrong->track].name + " holds " +
                                               format_number(wrong->value) +
                                               ", which is no temperature in degrees C. State scale and offset, or "
                                               "unit=K.");
    progress.step();
  };
  run_block_pass(plan, work);
  publication.finish_rasters();
}

void SeriesRun::compute(const SeriesTile& tile, const Window& w) {
  const size_t n = w.pixels();
  for (const auto& output : outputs_) {
    const StatisticResult result = run_series_statistic(*output.statistic, options_.settings, tile);
    for (size_t band = 0; band < result.values.size() / n; ++band)
      output.values->write(static_cast<int>(band + 1), w, result.values.data() + band * n);
    for (size_t band = 0; band < result.flags.size() / n; ++band)
      output.flags->write(static_cast<int>(band + 1), w, result.flags.data() + band * n);
  }
}

BlockPassPlan SeriesRun::plan_of_pass(const std::filesystem::path& scratch) {
  BlockPassPlan plan = visits_->plan(options_.memory_bytes, scratch, device_, pixel_bytes());
  // Few scenes are read then: what the part takes from the state is much more than its series.
  if (state_ && state_->updating() && plan.part_pixels == 0) plan.part_pixels = updated_part_pixels;
  return plan;
}

size_t SeriesRun::pixel_bytes() const {
  const size_t held = state_ ? state_->rows_held() : shape_.periods.size();
  size_t most = 0, cells = read_.main.scenes.size() + held * (1 + tracks_.further.size());
  for (const auto* s : statistics_) most = std::max(most, statistic_bytes(*s, options_.settings, shape_));
  for (const auto& track : tracks_.further) cells = std::max(cells, track.scenes.size() + shape_.periods.size());
  if (needs(StatisticInput::bands)) cells += shape_.dates.size() * shape_.bands.size();
  return cells * (sizeof(float) + 1) + most + 16 * sizeof(float);
}

RasterSpec SeriesRun::spec_of(const SeriesStatistic& statistic) const {
  const auto& scenes = tracks_.main.scenes;
  const bool of_bands = statistic.input == StatisticInput::bands;
  const std::string name = of_bands ? "bands" : tracks_.main.name;
  const std::string unit = of_bands ? "1" : tracks_.main.unit;
  const std::string first = to_string(shape_.dates.front()), last = to_string(shape_.dates.back());
  RasterSpec spec;
  spec.layer = dashed(lower(name)) + "-" + dashed(statistic.name);
  spec.stem = spec.layer + "_" + first + "_" + last;
  spec.title = statistic.title + " of " + name + ", " + first + " to " + last;
  spec.grid = grid_;
  for (const auto& b : statistic_bands(statistic, options_.settings, shape_))
    spec.bands.push_back({b.name, b.unit.rfind('x', 0) == 0 ? unit + b.unit.substr(1) : b.unit});
  spec.style_min = statistic.style_min;
  spec.style_max = statistic.name == "count" ? static_cast<double>(scenes.size()) : statistic.style_max;
  spec.mantissa_bits = 23;
  spec.first_day = first;
  spec.last_day = last;
  spec.metadata = {{"STATISTIC", statistic.name}, {"SOURCE", statistic.source}};
  return spec;
}

RasterSpec SeriesRun::flag_spec(const SeriesStatistic& statistic) const {
  RasterSpec spec = spec_of(statistic);
  spec.layer += "-flags";
  spec.stem = spec.layer + "_" + spec.first_day + "_" + spec.last_day;
  spec.title = "What stands behind: " + spec.title;
  spec.bands.clear();
  for (const auto& name : flag_bands(statistic, options_.settings, shape_)) spec.bands.push_back({name, "1"});
  spec.classes = load_class_scheme(config_dir(options_.scenes->config_dir).string(), "series-flag");
  return spec;
}

}  // namespace fw
