// What a block pass reads of scenes: each once per block, its values into the series of the pass.
#pragma once
#include <memory>
#include <mutex>
#include <vector>

#include "core/base/pool.h"
#include "core/series/block_pass.h"
#include "core/series/scene_values.h"

namespace fw {

/// A scene and where its values go.
struct SceneVisit {
  const Scene* scene = nullptr;
  std::vector<ScenePlan> plans;  ///< read together; one by one where the scene cannot be read for all at once
  std::vector<size_t> places;    ///< in the series, one for each name of the plans, in order
};

class SceneVisits {
 public:
  /// Catalogue and report outlive it.
  SceneVisits(const Catalogue& catalogue, const Grid& grid, const std::vector<SceneVisit>& visits, RunReport& report);
  /// A pass over these visits that keeps their series, block by block as the scenes are stored, within the memory;
  /// scratch: for what is beyond it. device: where parts are computed; pixel_bytes: of a part there, with its results.
  /// At least one visit.
  BlockPassPlan plan(size_t memory_bytes, const std::filesystem::path& scratch, const ChosenDevice& device,
                     size_t pixel_bytes);
  /// As BlockWork::visit_date; values as put_seen() leaves them. Scenes that cannot be read are reported and count as
  /// not observed.
  void visit(size_t number, const Window& window, const std::vector<DateSeries>& series);

 private:
  struct Visit {
    SceneVisit what;
    std::vector<ScenePlan> together;       ///< the plans, plain ones joined: run on what is read once
    std::vector<std::string> roles;        ///< of all of them
    std::vector<const Scene*> stack = {};  ///< scenes in the blocks of one file, read together; one place each
    int rows = 0;                          ///< of a stack at once
  };
  /// Scenes share readers, so that not more files are open than a process may have.
  struct Reader {
    std::mutex mutex;
    std::unique_ptr<SceneReader> reader;
  };
  struct Runner {
    std::unique_ptr<Backend> backend = make_backend({DeviceChoice::cpu, "cpu: scenes are decoded there"});
    PlanRunner plans{*backend};
  };
  /// Makes one visit of those whose scenes lie in the blocks of one file.
  void join_stacks();
  /// Blocks of the first scene, and where the grid begins in them.
  void lay_out(BlockPassPlan& plan);
  /// Is what a window wants of a block all that is wanted of it? GDAL need not keep blocks then, those of all scenes.
  bool uses_blocks_once();
  Reader& reader_of(size_t number) { return *readers_[number * readers_.size() / visits_.size()]; }
  void read(const Visit& visit, Runner& runner, SceneReader& reader, const Window& window,
            const std::vector<DateSeries>& series);
  void read_stack(const Visit& visit, const Window& window, const std::vector<DateSeries>& series);
  static void take(Runner& runner, SceneReader& reader, const Scene& scene, const std::vector<ScenePlan>& plans,
                   const std::vector<std::string>& roles, const Window& window, const DateSeries* series);

  Grid grid_;
  RunReport& report_;
  std::vector<Visit> visits_;
  std::vector<std::unique_ptr<Reader>> readers_;
  Pool<SceneReader> stack_readers_;
  Pool<Runner> runners_{[] { return std::make_unique<Runner>(); }};
};

}  // namespace fw
