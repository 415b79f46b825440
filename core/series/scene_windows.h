// Work on one scene after another, window by window, on several threads.
#pragma once
#include <functional>
#include <vector>

#include "core/base/pool.h"
#include "core/series/scene_values.h"

namespace fw {

/// Scenes of a catalogue on one grid. Thread-safe; catalogue, backends and report outlive it.
class SceneWindows {
 public:
  SceneWindows(const Catalogue& catalogue, const Grid& grid, Pool<Backend>& backends, RunReport& report);
  /// Windows in which the scene is best read: the blocks in which it is stored; sides are multiples of `step`, but at
  /// the end of the grid.
  std::vector<Window> windows(const Scene& scene, const ScenePlan& plan, int step = 1);
  using Take = std::function<void(Backend&, const Window&, const SceneValues&)>;
  /// As compute_values().
  void read(const Scene& scene, const ScenePlan& plan, const Window& window, const Take& take);
  /// The same for each window, several at once.
  void read(const Scene& scene, const ScenePlan& plan, const std::vector<Window>& windows, const Take& take);
  /// Calls work for each window, several at once.
  void each(const std::vector<Window>& windows, const std::function<void(Backend&, const Window&)>& work);
  /// Calls work once, with a backend that no other thread uses.
  void lend(const std::function<void(Backend&)>& work) { backends_.lend(work); }

 private:
  Pool<Backend>& backends_;
  Pool<SceneReader> readers_;
  Grid grid_;
  RunReport& report_;
};

}  // namespace fw
