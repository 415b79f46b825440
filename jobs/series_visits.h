// What is read for 'forewarn series', and where it lies in the series of the block pass.
#pragma once
#include <string>
#include <vector>

#include "core/series/scene_visits.h"
#include "jobs/series_tracks.h"

namespace fw {

/// Where the values of a track begin in the series of the pass, one place per scene.
struct SeriesLayout {
  std::vector<size_t> tracks;  ///< the main one, then the further ones; those that are not read are missing
  std::vector<size_t> bands;   ///< reflectance bands of the main one's scenes
  size_t places = 0;           ///< in all
  std::vector<SceneVisit> visits;
};

/// values, further: whether the tracks themselves are read; bands: roles read of each scene of the main one.
SeriesLayout lay_out(const SceneTracks& tracks, bool values, bool further, const std::vector<std::string>& bands);

}  // namespace fw
