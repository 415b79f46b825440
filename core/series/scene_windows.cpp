#include "core/series/scene_windows.h"

#include <tbb/parallel_for.h>

namespace fw {
namespace {

template <class Work>
void each_of(const std::vector<Window>& windows, const Work& work) {
  tbb::parallel_for(
      size_t{0}, windows.size(), [&](size_t i) { work(windows[i]); }, tbb::simple_partitioner());
}

}  // namespace

SceneWindows::SceneWindows(const Catalogue& catalogue, const Grid& grid, Pool<Backend>& backends, RunReport& report)
    : backends_(backends),
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

void SceneWindows::read(const Scene& scene, const ScenePlan& plan, const Window& window, const Take& take) {
  backends_.lend([&](Backend& backend) {
    SceneValues values;
    readers_.lend([&](SceneReader& reader) { values = compute_values(backend, reader, scene, plan, window, report_); });
    take(backend, window, values);
  });
}

void SceneWindows::read(const Scene& scene, const ScenePlan& plan, const std::vector<Window>& windows,
                        const Take& take) {
  each_of(windows, [&](const Window& w) { read(scene, plan, w, take); });
}

void SceneWindows::each(const std::vector<Window>& windows, const std::function<void(Backend&, const Window&)>& work) {
  each_of(windows, [&](const Window& w) { backends_.lend([&](Backend& backend) { work(backend, w); }); });
}

}  // namespace fw
