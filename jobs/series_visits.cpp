#include "jobs/series_visits.h"

#include <tbb/task_arena.h>

#include <algorithm>
#include <map>

#include "core/base/error.h"
#include "core/series/seen_value.h"

namespace fw {
namespace {

constexpr size_t most_readers = 64, files_open = 384;
constexpr size_t stack_bytes = size_t{8} << 20;  // of all scenes of a stack at once

void fill_unobserved(const DateSeries& series, const Window& w) {
  for (int r = 0, together = 0; r < w.rows; r += together) {
    float* to = series.rows(r, together);
    std::fill_n(to, static_cast<size_t>(together) * static_cast<size_t>(w.cols), nan_f());
  }
}

}  // namespace

SeriesVisits::SeriesVisits(const Catalogue& catalogue, const Grid& grid, const SceneTracks& tracks, bool values,
                           bool further, const std::vector<std::string>& bands, RunReport& report)
    : report_(report),
      stack_readers_([&catalogue, grid] { return std::make_unique<SceneReader>(catalogue, grid, 4); }) {
  if (values) add_track(tracks.main);
  if (bands.empty()) join_stacks(0);
  for (const auto& track : tracks.further) {
    const size_t first = visits_.size();
    if (further) add_track(track);
    join_stacks(first);
  }
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

void SeriesVisits::join_stacks(size_t first) {
  std::map<std::pair<std::string, std::string>, std::vector<size_t>> by_file;
  for (size_t v = first; v < visits_.size(); ++v) {
    const Visit& visit = visits_[v];
    if (visit.together.program || visit.together.roles.size() != 1 || visit.together.roles[0].index) continue;
    const SceneBand& band = visit.scene->bands.at(visit.together.roles[0].role);
    by_file[{band.file, band.subdataset}].push_back(v);
  }
  std::vector<bool> joined(visits_.size());
  std::vector<Visit> stacks;
  for (const auto& [file, members] : by_file) {
    Visit stack = visits_[members.front()];
    const std::string role = stack.together.roles[0].role;
    stack_readers_.lend([&](SceneReader& reader) {
      const int block_rows = members.size() < 2 ? 0 : reader.interleaved_rows(*stack.scene, role);
      if (block_rows == 0) return;
      stack.places.clear();
      for (const size_t v : members) {
        stack.stack.push_back(visits_[v].scene);
        stack.places.push_back(visits_[v].places.front());
        joined[v] = true;
      }
      const BlockShape blocks = reader.blocks_of(*stack.scene, {role});
      const size_t row_bytes = 4 * members.size() * static_cast<size_t>(blocks.cols);
      stack.rows =
          block_rows * static_cast<int>(std::max<size_t>(1, stack_bytes / row_bytes / static_cast<size_t>(block_rows)));
      stacks.push_back(stack);
    });
  }
  std::vector<Visit> kept(visits_.begin(), visits_.begin() + static_cast<std::ptrdiff_t>(first));
  kept.insert(kept.end(), stacks.begin(), stacks.end());  // the longest work first
  for (size_t v = first; v < visits_.size(); ++v)
    if (!joined[v]) kept.push_back(visits_[v]);
  visits_ = std::move(kept);
}

std::vector<int> SeriesVisits::rows() const {
  std::vector<int> rows;
  for (const auto& visit : visits_) rows.push_back(visit.rows);
  return rows;
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

namespace {

/// Into the series; rows of the strip are those of the visited window.
void put(const ValueStrip& strip, size_t name, int cols, const DateSeries& series) {
  for (int r = 0, together = 0; r < strip.rows; r += together) {
    float* to = series.rows(strip.row + r, together);
    together = std::min(together, strip.rows - r);
    const size_t width = static_cast<size_t>(cols), from = static_cast<size_t>(r) * width;
    put_seen(strip.value[name] + from, strip.reason[name] + from, static_cast<size_t>(together) * width, to);
  }
}

}  // namespace

void SeriesVisits::take(Runner& runner, SceneReader& reader, const Scene& scene, const ScenePlan& plan,
                        const Window& window, const DateSeries* series) {
  const bool touches = runner.plans.run(reader, scene, plan, window, [&](const ValueStrip& strip) {
    for (size_t k = 0; k < plan.names.size(); ++k) put(strip, k, window.cols, series[k]);
  });
  for (size_t k = 0; k < plan.names.size() && !touches; ++k) fill_unobserved(series[k], window);
}

void SeriesVisits::read_stack(const Visit& visit, const Window& window, const std::vector<DateSeries>& series) {
  const ScenePlan& plan = visit.together;
  runners_.lend([&](Runner& runner) {
    stack_readers_.lend([&](SceneReader& reader) {
      const auto put_strip = [&](size_t k, const SceneStrip& strip) {
        runner.plans.run(*visit.stack[k], plan, strip, window.cols,
                         [&](const ValueStrip& values) { put(values, 0, window.cols, series[k]); });
      };
      try {
        if (reader.visit_stack(visit.stack, plan.roles[0].role, window, put_strip)) return;
      } catch (const Error&) {  // some of them may still be had
      }
      for (size_t k = 0; k < visit.stack.size(); ++k) try {
          take(runner, reader, *visit.stack[k], plan, window, &series[k]);
        } catch (const Error& e) {
          report_unread(*visit.stack[k], e, report_);
          fill_unobserved(series[k], window);
        }
    });
  });
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
    if (!visits_[number].stack.empty()) return read_stack(visits_[number], window, series);
    const std::lock_guard lock(reader.mutex);
    runners_.lend([&](Runner& runner) { read(visits_[number], runner, *reader.reader, window, series); });
  });
}

}  // namespace fw
