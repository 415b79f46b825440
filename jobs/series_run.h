// The statistics of one series of scenes, block by block, into rasters.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "core/base/pool.h"
#include "core/output/publication.h"
#include "jobs/series_visits.h"

namespace fw {

class SeriesRun {
 public:
  /// Errors: ConfigError of a statistic whose settings or inputs cannot be meant.
  SeriesRun(const SeriesOptions& options, const Catalogue& catalogue, SceneTracks tracks, const ChosenDevice& device,
            RunReport& report);
  /// Errors: OutputError, DeviceError, InputError TEMPERATURE_UNIT.
  void run(Publication& publication);
  const SceneTracks& tracks() const { return tracks_; }

 private:
  struct Output {
    const SeriesStatistic* statistic;
    std::shared_ptr<RasterWriter> values, flags;
  };
  bool needs(StatisticInput input) const;
  size_t pixel_bytes() const;
  void compute(const SeriesTile& tile, const Window& window);
  BlockPassPlan plan_of_pass(const std::filesystem::path& scratch);
  RasterSpec spec_of(const SeriesStatistic& statistic) const;
  RasterSpec flag_spec(const SeriesStatistic& statistic) const;

  const SeriesOptions& options_;
  SceneTracks tracks_;
  RunReport& report_;
  Grid grid_;
  std::vector<const SeriesStatistic*> statistics_;
  SeriesShape shape_;
  SeriesLayout layout_;
  std::unique_ptr<SceneVisits> visits_;
  Pool<Backend> backends_;
  ChosenDevice device_;
  std::vector<Output> outputs_;
};

}  // namespace fw
