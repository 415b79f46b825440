#include "core/series/scene_visits.h"

#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "core/base/error.h"
#include "core/series/seen_value.h"

namespace fw {
namespace {

constexpr size_t most_readers = 64, files_open = 384;
constexpr size_t stack_bytes = size_t{8} << 20;  // of all scenes of a stack at once
constexpr size_t device_part_bytes = size_t{256} << 20;

void fill_unobserved(const DateSeries& series, const Window& w) {
  const std::vector<float> none(static_cast<size_t>(w.cols), nan_f());
  for (int r = 0; r < w.rows; ++r) series.put(r, 1, none.data());
}

}  // namespace

SceneVisits::SceneVisits(const Catalogue& catalogue, const Grid& grid, const std::vector<SceneVisit>& visits,
                         RunReport& report)
    : grid_(grid),
      report_(report),
      stack_readers_([&catalogue, grid] { return std::make_unique<SceneReader>(catalogue, grid, 4); }) {
  for (const auto& visit : visits) {
    FW_EXPECT(!visit.plans.empty(), "a visit reads something");
    std::vector<ScenePlan> together;
    std::vector<SceneSeries> roles;
    size_t names = 0;
    for (const auto& plan : visit.plans) {
      names += plan.names.size();
      roles.insert(roles.end(), plan.roles.begin(), plan.roles.end());
      if (together.empty() || plan.program)
        together.push_back(plan);
      else
        together.back() = join(std::move(together.back()), plan);
    }
    FW_EXPECT(visit.places.size() == names, "every name has a place");
    visits_.push_back({visit, std::move(together), roles_of(roles)});
  }
  join_stacks();
  const size_t readers = std::clamp<size_t>(visits_.size(), 1, most_readers);
  const auto open = static_cast<int>(std::min<size_t>(64, files_open / readers));
  const bool once = uses_blocks_once();
  for (size_t k = 0; k < readers; ++k) {
    readers_.push_back(std::make_unique<Reader>());
    readers_.back()->reader = std::make_unique<SceneReader>(catalogue, grid, std::make_shared<OpenRasters>(open, once));
  }
}

void SceneVisits::join_stacks() {
  std::map<std::tuple<std::string, std::string, std::string>, std::vector<size_t>> by_file;
  for (size_t v = 0; v < visits_.size(); ++v) {
    const ScenePlan& plan = visits_[v].together.front();
    if (visits_[v].together.size() > 1 || plan.program || plan.names.size() != 1 || plan.roles.size() != 1 ||
        plan.roles[0].index)
      continue;
    const SceneBand& band = visits_[v].what.scene->bands.at(plan.roles[0].role);
    by_file[{band.file, band.subdataset, plan.roles[0].role}].push_back(v);
  }
  std::vector<bool> joined(visits_.size());
  std::vector<Visit> kept;  // stacks first: the longest work
  for (const auto& [file, members] : by_file) {
    Visit stack = visits_[members.front()];
    const std::string role = stack.roles.front();
    stack_readers_.lend([&](SceneReader& reader) {
      const Scene& scene = *stack.what.scene;
      const int block_rows = members.size() < 2 ? 0 : reader.interleaved_rows(scene, role);
      if (block_rows == 0) return;
      stack.what.places.clear();
      for (const size_t v : members) {
        stack.stack.push_back(visits_[v].what.scene);
        stack.what.places.push_back(visits_[v].what.places.front());
        joined[v] = true;
      }
      const BlockShape blocks = reader.blocks_of(scene, {role});
      const size_t row_bytes = 4 * members.size() * static_cast<size_t>(blocks.cols);
      stack.rows =
          block_rows * static_cast<int>(std::max<size_t>(1, stack_bytes / row_bytes / static_cast<size_t>(block_rows)));
      kept.push_back(stack);
    });
  }
  for (size_t v = 0; v < visits_.size(); ++v)
    if (!joined[v]) kept.push_back(std::move(visits_[v]));
  visits_ = std::move(kept);
}

bool SceneVisits::uses_blocks_once() {
  const Grid* last = nullptr;
  for (const auto& visit : visits_)
    for (const auto& role : visit.roles) {
      const auto band = visit.what.scene->bands.find(role);
      if (band == visit.what.scene->bands.end() || (last && *last == band->second.grid)) continue;
      int row = 0, col = 0;
      if (!aligned(grid_, band->second.grid, &row, &col)) return false;
      last = &band->second.grid;
    }
  bool whole = false;
  if (!visits_.empty())
    stack_readers_.lend([&](SceneReader& reader) {
      whole = reader.blocks_of(*visits_.front().what.scene, visits_.front().roles).whole;
    });
  return whole;
}

void SceneVisits::lay_out(BlockPassPlan& plan) {
  const Visit& first = visits_.front();
  const BlockShape shape = reader_of(0).reader->blocks_of(*first.what.scene, first.roles);
  plan.block_rows = std::min(shape.rows, grid_.rows);
  plan.block_cols = std::min(shape.cols, grid_.cols);
  const auto band = first.what.scene->bands.find(first.roles.front());
  int row = 0, col = 0;
  if (band == first.what.scene->bands.end() || !aligned(grid_, band->second.grid, &row, &col)) return;
  plan.top_rows = std::min(first_part(row, shape.rows), plan.block_rows);
  plan.left_cols = std::min(first_part(col, shape.cols), plan.block_cols);
}

BlockPassPlan SceneVisits::plan(size_t memory_bytes, const std::filesystem::path& scratch, const ChosenDevice& device,
                                size_t pixel_bytes) {
  FW_EXPECT(!visits_.empty(), "a pass needs visits");
  BlockPassPlan plan;
  plan.grid = grid_;
  lay_out(plan);
  plan.dates = visits_.size();
  plan.keeps_series = true;
  for (const auto& visit : visits_) {
    plan.places.push_back(visit.what.places);
    plan.visit_rows.push_back(visit.rows);
  }
  plan.scratch_dir = scratch;
  plan.threads = static_cast<int>(tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism));
  const auto block = static_cast<size_t>(plan.block_rows) * static_cast<size_t>(plan.block_cols);
  plan.series_bytes = series_budget(memory_bytes, block, plan.threads);
  // A device takes few large parts: as much as fits, a quarter of the block at most so that copies and work overlap.
  if (device.device == DeviceChoice::cuda)
    plan.part_pixels = std::max<size_t>(1, std::min(block / 4, device_part_bytes / std::max<size_t>(1, pixel_bytes)));
  return plan;
}

namespace {

/// Into the series; rows of the strip are those of the visited window.
void put(const ValueStrip& strip, size_t name, int cols, const DateSeries& series) {
  thread_local std::vector<float> seen;
  seen.resize(static_cast<size_t>(strip.rows) * static_cast<size_t>(cols));
  put_seen(strip.value[name], strip.reason[name], seen.size(), seen.data());
  series.put(strip.row, strip.rows, seen.data());
}

}  // namespace

void SceneVisits::take(Runner& runner, SceneReader& reader, const Scene& scene, const std::vector<ScenePlan>& plans,
                       const std::vector<std::string>& roles, const Window& window, const DateSeries* series) {
  const bool touches = reader.visit(scene, roles, window, [&](const SceneStrip& strip) {
    const DateSeries* to = series;
    for (const auto& plan : plans) {
      runner.plans.run(scene, plan, strip, window.cols, [&](const ValueStrip& values) {
        for (size_t k = 0; k < plan.names.size(); ++k) put(values, k, window.cols, to[k]);
      });
      to += plan.names.size();
    }
  });
  if (touches) return;
  for (const auto& plan : plans)
    for (size_t k = 0; k < plan.names.size(); ++k) fill_unobserved(*series++, window);
}

void SceneVisits::read_stack(const Visit& visit, const Window& window, const std::vector<DateSeries>& series) {
  const ScenePlan& plan = visit.together.front();
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
          take(runner, reader, *visit.stack[k], visit.together, visit.roles, window, &series[k]);
        } catch (const Error& e) {
          report_unread(*visit.stack[k], e, report_);
          fill_unobserved(series[k], window);
        }
    });
  });
}

void SceneVisits::read(const Visit& visit, Runner& runner, SceneReader& reader, const Window& window,
                       const std::vector<DateSeries>& series) {
  if (visit.what.plans.size() > 1) try {
      return take(runner, reader, *visit.what.scene, visit.together, visit.roles, window, series.data());
    } catch (const Error&) {  // one of them may still be had
    }
  const DateSeries* to = series.data();
  for (const auto& plan : visit.what.plans) {
    try {
      take(runner, reader, *visit.what.scene, {plan}, roles_of(plan.roles), window, to);
    } catch (const Error& e) {
      report_unread(*visit.what.scene, e, report_);
      for (size_t k = 0; k < plan.names.size(); ++k) fill_unobserved(to[k], window);
    }
    to += plan.names.size();
  }
}

void SceneVisits::visit(size_t number, const Window& window, const std::vector<DateSeries>& series) {
  Reader& reader = reader_of(number);
  // isolate: a thread that holds a reader must not take up another scene
  tbb::this_task_arena::isolate([&] {
    if (!visits_[number].stack.empty()) return read_stack(visits_[number], window, series);
    const std::lock_guard lock(reader.mutex);
    runners_.lend([&](Runner& runner) { read(visits_[number], runner, *reader.reader, window, series); });
  });
}

}  // namespace fw
