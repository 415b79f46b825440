#include "jobs/series_tracks.h"

#include <algorithm>
#include <map>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/series/indicator.h"
#include "core/series/summed_days.h"

namespace fw {
namespace {

/// The file of the scene's first band that stands in a stack, and the band in it.
std::pair<std::string, int> place_in_stack(const Scene& scene) {
  const SceneBand& band = scene.bands.begin()->second;
  return {band.file + "#" + band.subdataset, band.band};
}

/// A stack whose bands are not in the order of time, or that has a date twice, is most often one with the wrong dates.
void check_dates(const SceneTrack& track) {
  std::map<std::string, std::vector<std::pair<int, const Scene*>>> stacks;
  for (const Scene* scene : track.scenes) {
    const auto [file, band] = place_in_stack(*scene);
    stacks[file].emplace_back(band, scene);
  }
  for (auto& [file, bands] : stacks) {
    std::sort(bands.begin(), bands.end());
    for (size_t i = 1; i < bands.size(); ++i) {
      const Scene &before = *bands[i - 1].second, &here = *bands[i].second;
      const std::string where = printable(file.substr(0, file.find('#')), 200) + ": band " +
                                std::to_string(bands[i].first) + " (" + to_string(here.time) + ")";
      if (here.time < before.time)
        throw InputError("DATES_UNSORTED", where +
                                               " is earlier than the band before it. Check the dates; if they are "
                                               "right, say --dates-as-given.");
      if (here.time == before.time)
        throw InputError("DATES_DUPLICATE", where +
                                                " has the date of the band before it. Check the dates; if they are "
                                                "right, say --dates-as-given.");
    }
  }
}

/// Keeps the scenes that offer the track's name: as a role or built-in index, else as an index of the catalogue.
void keep_offering(SceneTrack& track, const IndexCatalogue& indices, RunReport& report) {
  const auto offers = [&](const Scene* scene) { return offer_of(*scene, track.name).has_value(); };
  std::vector<const Scene*> kept;
  if (std::any_of(track.scenes.begin(), track.scenes.end(), offers)) {
    for (const Scene* scene : track.scenes)
      if (offers(scene))
        kept.push_back(scene);
      else
        report.add({scene->id, "series", "BAND_MISSING",
                    "the scene has neither " + track.name + " nor the bands it is computed from", Verdict::refused});
    const auto role = kept.front()->bands.find(track.name);
    if (role != kept.front()->bands.end()) track.unit = role->second.unit;
  } else if (!track.scenes.empty()) {
    track.unit = indices.find(track.name).unit;
    for (const Scene* scene : track.scenes) {
      ScenePlan plan = plan_scene(*scene, indices, {track.name}, "series", report);
      if (plan.names.empty()) continue;
      kept.push_back(scene);
      track.plans.push_back(std::move(plan));
    }
  }
  track.scenes = std::move(kept);
}

CompositeMethod composite_of(const SeriesOptions& o, const std::string& name) {
  if (!o.composite.empty()) return composite_by_name(o.composite).value();
  const bool amount = name.size() > 3 && name.substr(name.size() - 3) == "_mm";
  return amount ? CompositeMethod::sum : CompositeMethod::max;
}

/// Drops what lies before the last `count` periods of the main track.
void keep_last(SceneTracks& tracks, int count, Cadence cadence) {
  const Period last = period_of(tracks.main.scenes.back()->time.date, cadence);
  const auto old = [&](const Scene* s) { return period_of(s->time.date, cadence).number <= last.number - count; };
  const auto trim = [&](SceneTrack& track) {
    const auto drop = std::find_if_not(track.scenes.begin(), track.scenes.end(), old) - track.scenes.begin();
    track.scenes.erase(track.scenes.begin(), track.scenes.begin() + drop);
    if (!track.plans.empty()) track.plans.erase(track.plans.begin(), track.plans.begin() + drop);
  };
  trim(tracks.main);
  for (auto& track : tracks.further) trim(track);
}

}  // namespace

SceneTracks choose_tracks(const SeriesOptions& o, const Catalogue& catalogue, const IndexCatalogue& indices,
                          RunReport& report) {
  const auto [from, to] = days_between(o.from, o.to);
  SceneTracks tracks;
  for (const auto& [name, method] : o.further_composite) tracks.further.push_back({name, {}, method});
  const auto track_of = [&](const Scene& scene) -> SceneTrack* {
    for (auto& track : tracks.further)
      if (scene.bands.count(track.name)) return &track;
    return &tracks.main;
  };
  tracks.main.name = o.name;
  for (const auto& scene : catalogue.scenes) {
    SceneTrack& track = *track_of(scene);
    if (&track == &tracks.main && track.name.empty()) track.name = scene.bands.begin()->first;
    if (scene.time.date < from || to < scene.time.date) continue;
    track.scenes.push_back(&scene);
  }
  if (tracks.main.scenes.empty())
    throw InputError("NO_SCENES", "No scene lies between the dates. Check --from and --to.");
  keep_offering(tracks.main, indices, report);
  tracks.main.composite = composite_of(o, tracks.main.name);
  if (tracks.main.scenes.empty())
    throw InputError("NO_SCENES",
                     "No scene offers " + printable(tracks.main.name, 40) + ". See 'forewarn describe' for names.");
  if (tracks.main.composite == CompositeMethod::sum) refuse_longer_than_period(tracks.main.scenes, cadence_of(o));
  if (o.last) keep_last(tracks, *o.last, cadence_of(o));
  for (const auto& track : tracks.further)
    if (track.scenes.empty())
      throw InputError("NO_SCENES", "No scene of --with " + track.name + " lies between the dates. Check its dates.");
  if (!o.dates_as_given) {
    check_dates(tracks.main);
    for (const auto& track : tracks.further) check_dates(track);
  }
  return tracks;
}

}  // namespace fw
