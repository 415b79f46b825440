// The statistics of one series of scenes, block by block, into rasters.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "core/base/pool.h"
#include "core/output/publication.h"
#include "jobs/series_state.h"
#include "jobs/series_visits.h"

namespace fw {

class SeriesRun {
 public:
  /// state: what is kept, and gone on from; outlives it. Errors: ConfigError of a statistic whose settings or inputs
  /// cannot be meant; InputError of a state that does not fit.
  SeriesRun(const SeriesOptions& options, const Catalogue& catalogue, SceneTracks tracks, const ChosenDevice& device,
            RunReport& report, SeriesState* state = nullptr);
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
  SeriesState* state_;
  SceneTracks tracks_, read_;  ///< of the record; those that are read
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
