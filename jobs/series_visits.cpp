#include "jobs/series_visits.h"

#include <tbb/task_arena.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/series/seen_value.h"

namespace fw {
namespace {

constexpr size_t most_readers = 64, files_open = 384;

void fill_unobserved(const DateSeries& series, const Window& w) {
  for (int r = 0, together = 0; r < w.rows; r += together) {
    float* to = series.rows(r, together);
    std::fill_n(to, static_cast<size_t>(together) * static_cast<size_t>(w.cols), nan_f());
  }
}

}  // namespace

SeriesVisits::SeriesVisits(const Catalogue& catalogue, const Grid& grid, const SceneTracks& tracks, bool values,
                           bool further, const std::vector<std::string>& bands, RunReport& report)
    : report_(report) {
  if (values) add_track(tracks.main);
  for (const auto& track : tracks.further)
    if (further) add_track(track);
  if (!bands.empty()) add_bands(tracks.main, bands, values);
  const size_t readers = std::clamp<size_t>(visits_.size(), 1, most_readers);
  const auto open = static_cast<int>(std::min<size_t>(64, files_open / readers));
  for (size_t k = 0; k < readers; ++k) {
    readers_.push_back(std::make_unique<Reader>());
    readers_.back()->reader = std::make_unique<SceneReader>(catalogue, grid, open);
  }
}

void SeriesVisits::add_track(const SceneTrack& track) {
  layout_.tracks.push_back(layout_.places);
  for (size_t t = 0; t < track.scenes.size(); ++t) {
    const Scene& scene = *track.scenes[t];
    ScenePlan plan = track.plans.empty() ? plan_of({*offer_of(scene, track.name)}) : track.plans[t];
    visits_.push_back({&scene, {plan}, plan, {layout_.places++}});
  }
}

void SeriesVisits::add_bands(const SceneTrack& track, const std::vector<std::string>& bands, bool with_values) {
  const size_t scenes = track.scenes.size();
  std::vector<SceneSeries> series;
  for (const auto& role : bands) {
    series.push_back({{}, role});
    layout_.bands.push_back(layout_.places);
    layout_.places += scenes;
  }
  const ScenePlan plan = plan_of(series);
  for (size_t t = 0; t < scenes; ++t) {
    if (!with_values) visits_.push_back({track.scenes[t], {}, {}, {}});
    Visit& visit = visits_[t];  // the main track comes first
    visit.plans.push_back(plan);
    visit.together = visit.plans.size() == 1 ? plan : join(visit.together, plan);
    for (const size_t first : layout_.bands) visit.places.push_back(first + t);
  }
}

std::vector<std::vector<size_t>> SeriesVisits::places() const {
  std::vector<std::vector<size_t>> all;
  for (const auto& visit : visits_) all.push_back(visit.places);
  return all;
}

BlockShape SeriesVisits::blocks() {
  const Visit& first = visits_.front();
  return reader_of(0).reader->blocks_of(*first.scene, roles_of(first.together.roles));
}

void SeriesVisits::take(Runner& runner, SceneReader& reader, const Scene& scene, const ScenePlan& plan,
                        const Window& window, const DateSeries* series) {
  const bool touches = runner.plans.run(reader, scene, plan, window, [&](const ValueStrip& strip) {
    for (size_t k = 0; k < plan.names.size(); ++k)
      for (int r = 0, together = 0; r < strip.rows; r += together) {
        float* to = series[k].rows(strip.row + r, together);
        together = std::min(together, strip.rows - r);
        const auto cols = static_cast<size_t>(window.cols), from = static_cast<size_t>(r) * cols;
        put_seen(strip.value[k] + from, strip.reason[k] + from, static_cast<size_t>(together) * cols, to);
      }
  });
  for (size_t k = 0; k < plan.names.size() && !touches; ++k) fill_unobserved(series[k], window);
}

void SeriesVisits::read(const Visit& visit, Runner& runner, SceneReader& reader, const Window& window,
                        const std::vector<DateSeries>& series) {
  if (visit.plans.size() > 1) try {
      return take(runner, reader, *visit.scene, visit.together, window, series.data());
    } catch (const Error&) {  // one of them may still be had
    }
  const DateSeries* to = series.data();
  for (const auto& plan : visit.plans) {
    try {
      take(runner, reader, *visit.scene, plan, window, to);
    } catch (const Error& e) {
      report_unread(*visit.scene, e, report_);
      for (size_t k = 0; k < plan.names.size(); ++k) fill_unobserved(to[k], window);
    }
    to += plan.names.size();
  }
}

void SeriesVisits::visit(size_t number, const Window& window, const std::vector<DateSeries>& series) {
  Reader& reader = reader_of(number);
  // isolate: a thread that holds a reader must not take up another scene
  tbb::this_task_arena::isolate([&] {
    const std::lock_guard lock(reader.mutex);
    runners_.lend([&](Runner& runner) { read(visits_[number], runner, *reader.reader, window, series); });
  });
}

}  // namespace fw
