#include "core/series/scene_windows.h"

#include <tbb/parallel_for.h>

namespace fw {

SceneWindows::SceneWindows(const Catalogue& catalogue, const Grid& grid, const ChosenDevice& device, RunReport& report)
    : backends_([device] { return make_backend(device); }),
      // Files are opened by each of the readers: few stay open.
      readers_([&catalogue, grid] { return std::make_unique<SceneReader>(catalogue, grid, 8); }),
      grid_(grid),
      report_(report) {}

std::vector<Window> SceneWindows::windows(const Scene& scene, const ScenePlan& plan, int step) {
  BlockShape shape;
  readers_.lend([&](SceneReader& reader) { shape = reader.blocks_of(scene, roles_of(plan.roles)); });
  const auto whole = [&](int size) { return (size + step - 1) / step * step; };
  return tiles(grid_, whole(shape.rows), whole(shape.cols));
}

void SceneWindows::read(const Scene& scene, const ScenePlan& plan, const std::vector<Window>& windows,
                        const std::function<void(Backend&, const Window&, const SceneValues&)>& take) {
  each(windows, [&](Backend& backend, const Window& w) {
    SceneValues values;
    readers_.lend([&](SceneReader& reader) { values = compute_values(backend, reader, scene, plan, w, report_); });
    take(backend, w, values);
  });
}

void SceneWindows::each(const std::vector<Window>& windows, const std::function<void(Backend&, const Window&)>& work) {
  tbb::parallel_for(
      size_t{0}, windows.size(),
      [&](size_t i) { backends_.lend([&](Backend& backend) { work(backend, windows[i]); }); },
      tbb::simple_partitioner());
}

}  // namespace fw
