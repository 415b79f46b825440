#include "jobs/series_visits.h"

namespace fw {
namespace {

void add_track(SeriesLayout& layout, const SceneTrack& track) {
  layout.tracks.push_back(layout.places);
  for (size_t t = 0; t < track.scenes.size(); ++t) {
    const Scene& scene = *track.scenes[t];
    const ScenePlan plan = track.plans.empty() ? plan_of({*offer_of(scene, track.name)}) : track.plans[t];
    layout.visits.push_back({&scene, {plan}, {layout.places++}});
  }
}

/// Each scene of the track is read once for its value and the bands. The track comes first.
void add_bands(SeriesLayout& layout, const SceneTrack& track, const std::vector<std::string>& bands) {
  const size_t scenes = track.scenes.size();
  std::vector<SceneSeries> series;
  for (const auto& role : bands) {
    series.push_back({{}, role});
    layout.bands.push_back(layout.places);
    layout.places += scenes;
  }
  const ScenePlan plan = plan_of(series);
  for (size_t t = 0; t < scenes; ++t) {
    if (layout.visits.size() <= t) layout.visits.push_back({track.scenes[t], {}, {}});
    layout.visits[t].plans.push_back(plan);
    for (const size_t first : layout.bands) layout.visits[t].places.push_back(first + t);
  }
}

}  // namespace

SeriesLayout lay_out(const SceneTracks& tracks, bool values, bool further, const std::vector<std::string>& bands) {
  SeriesLayout layout;
  if (values) add_track(layout, tracks.main);
  if (!bands.empty()) add_bands(layout, tracks.main, bands);
  for (const auto& track : tracks.further)
    if (further) add_track(layout, track);
  return layout;
}

}  // namespace fw
