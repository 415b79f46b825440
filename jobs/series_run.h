// The statistics of one series of scenes, tile by tile, into rasters.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/output/publication.h"
#include "core/series/scene_values.h"
#include "jobs/series_options.h"

namespace fw {

/// Scenes that offer one name, in order of time, and how those of a step become one value.
struct SceneTrack {
  std::string name;
  std::vector<const Scene*> scenes;
  CompositeMethod composite = CompositeMethod::max;
  std::vector<ScenePlan> plans = {};  ///< by scene, of an index of the catalogue; empty where scenes offer the name
  std::string unit = "1";
};
/// The series itself and the further ones.
struct SceneTracks {
  SceneTrack main;
  std::vector<SceneTrack> further;
};
/// Which scenes of a catalogue the options mean. Scenes without the name are rejected (BAND_MISSING).
/// Errors: InputError NO_SCENES, DATES_UNSORTED, DATES_DUPLICATE; ConfigError UNKNOWN_INDEX.
SceneTracks choose_tracks(const SeriesOptions& options, const Catalogue& catalogue, const IndexCatalogue& indices,
                          RunReport& report);

class SeriesRun {
 public:
  /// Errors: ConfigError of a statistic whose settings or inputs cannot be meant.
  SeriesRun(const SeriesOptions& options, const Catalogue& catalogue, SceneTracks tracks, const ChosenDevice& device,
            RunReport& report);
  /// Errors: OutputError, DeviceError.
  void run(Publication& publication);
  const SceneTracks& tracks() const { return tracks_; }

 private:
  struct Output {
    const SeriesStatistic* statistic;
    std::shared_ptr<RasterWriter> values, flags;
  };
  bool needs(StatisticInput input) const;
  size_t pixel_bytes() const;
  RasterSpec spec_of(const SeriesStatistic& statistic) const;
  RasterSpec flag_spec(const SeriesStatistic& statistic) const;
  void compute(const Window& window);
  void read(const SceneTrack& track, const Window& window, Buffer<float>& value, Buffer<uint8_t>& outcome);
  void read_bands(const Window& window, std::vector<Buffer<float>>& bands, Buffer<uint8_t>& pixel_class);
  void composite(const SceneTrack& track, size_t pixels, Buffer<float>& x, Buffer<uint8_t>& outcome, Buffer<float>& y,
                 Buffer<uint8_t>& reason);

  const SeriesOptions& options_;
  SceneTracks tracks_;
  RunReport& report_;
  Grid grid_;
  std::unique_ptr<Backend> backend_;
  SceneReader reader_;
  std::vector<const SeriesStatistic*> statistics_;
  SeriesShape shape_;
  std::vector<Output> outputs_;
};

}  // namespace fw
