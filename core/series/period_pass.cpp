#include "core/series/period_pass.h"

#include <map>

namespace fw {
namespace {

/// Beside what others take of the scene, if any.
void add(SceneVisit&& visit, std::vector<SceneVisit>& visits, std::map<const Scene*, size_t>& visit_of) {
  const auto [at, is_first] = visit_of.emplace(visit.scene, visits.size());
  if (is_first) return visits.push_back(std::move(visit));
  SceneVisit& same = visits[at->second];
  same.plans.insert(same.plans.end(), visit.plans.begin(), visit.plans.end());
  same.places.insert(same.places.end(), visit.places.begin(), visit.places.end());
}

}  // namespace

void composite_periods(const std::vector<PeriodBands>& periods, const Catalogue& catalogue, const ChosenDevice& device,
                       const PeriodPass& pass, RunReport& report) {
  std::vector<SceneVisit> visits;
  std::map<const Scene*, size_t> visit_of;
  std::vector<size_t> first;
  size_t places = 0;
  for (const auto& period : periods) {
    first.push_back(places);
    for (auto& visit : period.visits(places)) add(std::move(visit), visits, visit_of);
    places += period.places();
  }
  Pool<Backend> backends([device] { return make_backend(device); });
  const auto make = [&](const Window& window, const float* series) {
    backends.lend([&](Backend& backend) {
      const size_t n = window.pixels();
      std::vector<BandValues> values;
      for (size_t p = 0; p < periods.size(); ++p)
        values.push_back(periods[p].composite(backend, series + first[p] * n, n));
      pass.take(backend, window, values);
    });
  };
  if (visits.empty()) {
    for (const Window& w : tiles(pass.grid, 512)) make(w, nullptr);
    return;
  }
  SceneVisits scenes(catalogue, pass.grid, visits, report);
  BlockWork work;
  work.visit_date = [&](size_t number, const Window& w, const std::vector<DateSeries>& series) {
    scenes.visit(number, w, series);
  };
  work.visit_part = [&](const SeriesPart& part) { make(part.window, part.series); };
  run_block_pass(scenes.plan(pass.memory_bytes, pass.scratch_dir, device, places * 10 + pass.pixel_bytes), work);
}

}  // namespace fw
