// Which scenes make the series of 'forewarn series', and the further ones beside it.
#pragma once
#include <string>
#include <vector>

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

}  // namespace fw
