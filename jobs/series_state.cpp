#include "jobs/series_state.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/output/manifest.h"
#include "core/scene/same_scene.h"
#include "jobs/run_context.h"

namespace fw {
namespace {

/// Everything that a kept number depends on beside the scenes.
std::string configuration_of(const SeriesOptions& o, const SceneTrack& track, const Grid& g, Cadence cadence) {
  nlohmann::ordered_json all = {{"series", track.name},
                                {"composite", static_cast<int>(track.composite)},
                                {"cadence", periods_per_year(cadence)},
                                {"grid", {g.crs, g.x0, g.y0, g.dx, g.dy, g.rows, g.cols}}};
  const BreakSettings& b = o.settings.breaks;
  if (o.last)
    all["last"] = *o.last;
  else
    all["breaks"] = {o.monitor_from,
                     o.settings.harmonics,
                     static_cast<int>(b.process),
                     static_cast<int>(b.history),
                     b.window,
                     b.level,
                     o.from};
  return all.dump();
}

std::string leaving_name(size_t plane) { return "leaving/" + std::to_string(plane); }

/// A catalogue of the track's scenes alone.
Catalogue catalogue_of(const SceneTrack& track) {
  Catalogue some;
  for (const Scene* s : track.scenes) some.scenes.push_back(*s);
  return some;
}

}  // namespace

SeriesState::SeriesState(const SeriesOptions& o, const StoredState* last)
    : options_(o), last_(last), next_({o.state, last || o.scenes->overwrite}) {
  const auto refuse = [](const std::string& why) { throw ConfigError("STATE_STATISTIC", why); };
  if (!o.with.empty()) refuse("A state keeps one series. Leave --with or --state out.");
  for (const auto& name : o.stats) {
    if (!series_statistic(name).needs_steps())
      refuse("'" + name + "' is computed from every date, which a state does not keep. Leave it or --state out.");
    if (!o.last && name != "bfast")
      refuse("'" + name +
             "' looks at the whole record, which a state does not keep. Say how many periods it may look " +
             "at with --last, or ask for bfast alone.");
    if (o.last && name == "bfast")
      refuse("bfast goes on from its history, not from the last periods. Ask for it alone, without --last.");
  }
  if (!o.last && o.monitor_from.empty())
    refuse("A monitor that goes on needs a history that stays. Say where it ends with --monitor-from.");
}

SceneTracks SeriesState::plan(const SceneTracks& all, const SeriesShape& shape, const Grid& grid) {
  all_ = &all;
  periods_ = shape.periods;
  configuration_ = configuration_of(options_, all.main, grid, periods_.front().cadence);
  store_ = std::make_unique<StepStore>(next_, last_, grid);
  const size_t times = periods_.size();
  if (monitors()) monitor_from_ = static_cast<size_t>(first_monitored(options_.settings, shape));
  const BreakSettings& breaks = options_.settings.breaks;
  if (monitors() && breaks.process == BreakProcess::mosum)
    window_planes_ = static_cast<size_t>(break_window_planes(breaks.window, static_cast<int>(monitor_from_)));
  leaving_from_ = window_planes_;
  stored_.assign(times, false);
  most_rows_ = times;
  if (!last_) return all;

  check_span();
  const std::vector<bool> changed = changed_rows(all);
  for (size_t row = 0; row < times; ++row)
    stored_[row] = periods_[row] <= last_->span().to && !changed[row] && store_->has(periods_[row]);
  const auto fresh = [&](const Scene* s) {
    const auto row = static_cast<size_t>(row_of(*s));
    return !stored_[row] && row >= monitor_from_;
  };
  if (std::none_of(all.main.scenes.begin(), all.main.scenes.end(), fresh))
    stored_[times - 1] = false;  // scenes are gone
  most_rows_ = times - monitor_from_;
  SceneTracks some{all.main, {}};
  some.main.scenes.clear();
  some.main.plans.clear();
  for (size_t k = 0; k < all.main.scenes.size(); ++k) {
    if (!fresh(all.main.scenes[k])) continue;
    some.main.scenes.push_back(all.main.scenes[k]);
    if (!all.main.plans.empty()) some.main.plans.push_back(all.main.plans[k]);
  }
  log_info("update: reading " + std::to_string(some.main.scenes.size()) + " of " +
           std::to_string(all.main.scenes.size()) + " scenes");
  return some;
}

int SeriesState::row_of(const Scene& scene) const {
  return period_of(scene.time.date, periods_.front().cadence).number - periods_.front().number;
}

void SeriesState::check_span() const {
  const StoredSpan& span = last_->span();
  if (last_->configuration() != configuration_)
    throw InputError("STATE_OTHER_CONFIG", "The state was made of another series, grid or settings.");
  if (periods_.back() < span.to)
    throw InputError("STATE_ORDER", "The scenes end with " + label(periods_.back()) + ", the state already holds " +
                                        label(span.to) + ". Give all scenes, and a later --to.");
  if (monitors() && periods_.front() != span.record_first)
    throw InputError("STATE_RECORD", "The record begins with " + label(periods_.front()) + ", that of the state with " +
                                         label(span.record_first) + " (scenes before it came or went).");
}

/// Rows of which a scene came, was replaced or went since the last state. Errors: as plan().
std::vector<bool> SeriesState::changed_rows(const SceneTracks& all) const {
  const StoredSpan& span = last_->span();
  const Catalogue before = load_catalogue(last_->checked("scenes.json")), now = catalogue_of(all.main);
  const auto counts = [&](const Scene& s) { return row_of(s) >= 0; };
  const size_t was_next_from = next_from(static_cast<size_t>(span.to.number - periods_.front().number + 1));
  std::vector<bool> changed(periods_.size(), false);
  size_t seen = 0;
  for (const Scene* s : changed_scenes(before, now, counts)) {
    const auto row = static_cast<size_t>(row_of(*s));
    const std::string scene = "Scene " + s->id + " of " + label(periods_[row]) + " is new, replaced or gone and ";
    if (monitors() && row < monitor_from_)
      throw InputError("STATE_REFERENCE", scene + "belongs to the history, which the state holds only as a model.");
    if (monitors() && row < was_next_from)
      throw InputError("STATE_LATE", scene + "older than " + std::to_string(late_periods) +
                                         " periods; the monitor no longer goes back so far.");
    changed[row] = true;
    ++seen;
  }
  if (seen == 0)
    throw InputError("NO_NEW_SCENES", "No scene is new since the state was made; " + label(span.to) +
                                          " is already in it. There is nothing to do.");
  return changed;
}

/// A scene may still come late, or be replaced, in the last periods: the monitor goes on from before them.
size_t SeriesState::next_from(size_t times) const {
  return std::max(monitor_from_, times - std::min<size_t>(times, late_periods));
}

SeriesState::Part SeriesState::begin(const Window& window) const {
  Part part;
  if (!monitors()) return part;
  KeptBreaks& kept = part.monitor.emplace();
  kept.next_from = next_from(periods_.size());
  if (!last_) return part;
  kept.resume_from = next_from(static_cast<size_t>(last_->span().to.number - periods_.front().number + 1));
  kept.model =
      store_->load_planes("model", static_cast<size_t>(break_model_planes(options_.settings.harmonics)), window);
  kept.progress = store_->load_planes("progress", break_progress_planes, window);
  load_leaving(kept, window);
  part.first_row = monitor_from_;
  return part;
}

/// The planes that some pixel needs: each value monitored anew pushes one out of the window.
void SeriesState::load_leaving(KeptBreaks& kept, const Window& window) const {
  const size_t pixels = window.pixels();
  size_t from = window_planes_, to = 0;
  for (size_t i = pixels; i < 2 * pixels; ++i) {
    if (is_nan(kept.progress[i])) continue;
    const auto monitored = static_cast<size_t>(kept.progress[i]);
    from = std::min(from, monitored);
    to = std::max(to, std::min(window_planes_, monitored + periods_.size() - kept.resume_from));
  }
  kept.leaving_from = from;
  for (size_t plane = from; plane < to; ++plane) {
    const auto values = store_->load_planes(leaving_name(plane), 1, window);
    kept.leaving.insert(kept.leaving.end(), values.begin(), values.end());
  }
}

void SeriesState::load(size_t row, const Window& window, float* value, uint8_t* reason) const {
  store_->load(periods_[row], window, value, reason);
}

void SeriesState::keep(const Window& window, const SeriesTile& tile) {
  if (const KeptBreaks* kept = tile.monitor) {
    const size_t n = window.pixels();
    size_t from = window_planes_;
    for (size_t i = n; i < 2 * n; ++i)
      if (kept->progress[i] < static_cast<double>(from)) from = static_cast<size_t>(kept->progress[i]);
    for (size_t known = leaving_from_; from < known && !leaving_from_.compare_exchange_weak(known, from);) {
    }
    store_->keep_planes("progress", window, kept->progress);
    if (!last_) {
      store_->keep_planes("model", window, kept->model);
      for (size_t plane = 0; plane < window_planes_; ++plane)
        store_->keep_planes(leaving_name(plane), window, {kept->leaving.data() + plane * n, n});
    }
  }
  std::vector<float> value(window.pixels());
  std::vector<uint8_t> reason(window.pixels());
  for (size_t row = std::max(tile.first_row, monitor_from_); row < periods_.size(); ++row) {
    if (stored_[row]) continue;
    const size_t at = (row - tile.first_row) * tile.pixels;
    tile.backend.download(value.data(), tile.steps + at, value.size() * sizeof(float));
    tile.backend.download(reason.data(), tile.reason + at, reason.size());
    store_->keep(periods_[row], window, value.data(), reason.data());
  }
}

void SeriesState::complete(RunReport& report) const {
  if (!last_) return;
  std::set<std::string> ids;
  for (const Scene* s : all_->main.scenes) {
    const auto row = static_cast<size_t>(row_of(*s));
    if (stored_[row] || row < monitor_from_) ids.insert(s->id);
  }
  for (const auto& r : last_->rejections())
    if (ids.count(r.item)) report.add(r);
}

void SeriesState::publish(const Catalogue& catalogue, const ScanMemory& scanned, const RunReport& report,
                          const ChosenDevice& device) {
  for (size_t row = 0; row < periods_.size(); ++row)
    if (stored_[row]) store_->take_over(periods_[row]);
  if (last_ && monitors()) {
    store_->take_over_planes("model");
    for (size_t plane = leaving_from_; plane < window_planes_; ++plane) store_->take_over_planes(leaving_name(plane));
  }
  std::vector<Rejection> unread;
  for (const auto& r : report.sorted())
    if (r.stage == "read") unread.push_back(r);
  store_->finish(configuration_, {periods_.front(), periods_[monitor_from_], periods_.back()}, catalogue_of(all_->main),
                 scanned, unread);
  ManifestInfo info;
  info.job = "state";
  info.inputs = inputs_of(catalogue);
  info.run_id = sha256_of(configuration_ + label(periods_.back())).substr(0, 16);
  info.device = device.device == DeviceChoice::cuda ? "cuda" : "cpu";
  next_.finish(info);
  log_info("state: published " + options_.state);
}

}  // namespace fw
