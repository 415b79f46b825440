// What is read for 'forewarn series': every scene once per block, its values into the series of the block pass.
#pragma once
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/pool.h"
#include "core/series/block_pass.h"
#include "core/series/scene_values.h"
#include "jobs/series_tracks.h"

namespace fw {

/// Where the values of a track begin in the series of the pass, one place per scene.
struct SeriesLayout {
  std::vector<size_t> tracks;  ///< the main one, then the further ones; those that are not read are missing
  std::vector<size_t> bands;   ///< reflectance bands of the main one's scenes
  size_t places = 0;           ///< in all
};

class SeriesVisits {
 public:
  /// values, further: whether the tracks themselves are read; bands: roles read of each scene of the main one.
  SeriesVisits(const Catalogue& catalogue, const Grid& grid, const SceneTracks& tracks, bool values, bool further,
               const std::vector<std::string>& bands, RunReport& report);
  size_t count() const { return visits_.size(); }
  const SeriesLayout& layout() const { return layout_; }
  /// For BlockPassPlan::places.
  std::vector<std::vector<size_t>> places() const;
  /// For BlockPassPlan::visit_rows.
  std::vector<int> rows() const;
  /// How the scenes are stored.
  BlockShape blocks();
  /// As BlockWork::visit_date. Scenes that cannot be read are reported and count as not observed.
  void visit(size_t number, const Window& window, const std::vector<DateSeries>& series);

 private:
  struct Visit {
    const Scene* scene;
    std::vector<ScenePlan> plans;  ///< tried one by one where the scene cannot be read for all at once
    ScenePlan together;
    std::vector<size_t> places;
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
  void add_track(const SceneTrack& track);
  /// Makes one visit of the visits from `first` on whose scenes lie in the blocks of one file.
  void join_stacks(size_t first);
  void add_bands(const SceneTrack& track, const std::vector<std::string>& bands, bool with_values);
  Reader& reader_of(size_t number) { return *readers_[number * readers_.size() / visits_.size()]; }
  void read(const Visit& visit, Runner& runner, SceneReader& reader, const Window& window,
            const std::vector<DateSeries>& series);
  void read_stack(const Visit& visit, const Window& window, const std::vector<DateSeries>& series);
  void take(Runner& runner, SceneReader& reader, const Scene& scene, const ScenePlan& plan, const Window& window,
            const DateSeries* series);

  RunReport& report_;
  SeriesLayout layout_;
  std::vector<Visit> visits_;
  std::vector<std::unique_ptr<Reader>> readers_;
  Pool<SceneReader> stack_readers_;
  Pool<Runner> runners_{[] { return std::make_unique<Runner>(); }};
};

}  // namespace fw
