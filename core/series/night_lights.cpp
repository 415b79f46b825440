#include "core/series/night_lights.h"

#include <algorithm>
#include <mutex>
#include <set>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/series/scene_visits.h"
#include "core/series/seen_value.h"
#include "core/series/send.h"

namespace fw {
namespace {

struct Nights {
  std::vector<const Scene*> scenes;
  std::vector<uint8_t> role;
};

Nights choose_nights(const NightLightPlan& plan, const Catalogue& catalogue, RunReport& report) {
  const auto within = [](Date day, Date from, Date to) { return !(day < from) && !(to < day); };
  std::vector<const Scene*> usable;
  std::set<int> months;
  for (const auto& scene : catalogue.scenes) {
    if (!scene.bands.count(plan.role)) {
      report.add({scene.id, "change", "BAND_MISSING:" + plan.role, "the scene has no " + plan.role, Verdict::refused});
      continue;
    }
    usable.push_back(&scene);
    if (within(scene.time.date, plan.after_from, plan.after_to)) months.insert(scene.time.date.month);
  }
  Nights nights;
  for (const Scene* scene : usable) {
    const Date day = scene->time.date;
    const bool recent = within(day, plan.after_from, plan.after_to);
    if (!recent && !(within(day, plan.before_from, plan.before_to) && months.count(day.month))) continue;
    nights.scenes.push_back(scene);
    nights.role.push_back(static_cast<uint8_t>(recent ? NightRole::recent : NightRole::reference));
  }
  return nights;
}

std::vector<SceneVisit> visits_of(const NightLightPlan& plan, const Nights& nights) {
  std::vector<SceneVisit> visits;
  for (size_t k = 0; k < nights.scenes.size(); ++k)
    visits.push_back({nights.scenes[k], {plan_of({{{}, plan.role}})}, {k}});
  return visits;
}

}  // namespace

NightLightSummary map_night_light_loss(const NightLightPlan& plan, const Catalogue& catalogue,
                                       const ChosenDevice& device, NightLightSink& sink, RunReport& report) {
  if (plan.before_to < plan.before_from || plan.after_to < plan.after_from || !(plan.before_to < plan.after_from))
    throw ConfigError("RANGE", "The period before must end before the period after begins.");
  const Nights nights = choose_nights(plan, catalogue, report);
  NightLightSummary summary;
  for (const uint8_t role : nights.role)
    ++(role == static_cast<uint8_t>(NightRole::recent) ? summary.recent : summary.reference);
  if (summary.recent == 0 || summary.reference == 0)
    throw InputError("NO_SCENES", std::string("No night ") +
                                      (summary.recent == 0 ? "lies in the period after"
                                                           : "of the period before lies in the calendar months of the "
                                                             "period after (other months do not compare)") +
                                      ". Widen the period.");
  SceneVisits visits(catalogue, plan.grid, visits_of(plan, nights), report);
  Pool<Backend> backends([device] { return make_backend(device); });
  std::mutex mutex;
  Progress progress("night lights", plan.grid.pixels());
  const auto assess = [&](Backend& backend, const SeriesPart& part) {
    const Window& w = part.window;
    const size_t n = w.pixels();
    const size_t cells = nights.scenes.size() * n;
    std::vector<uint8_t> reasons(cells);
    take_reasons(part.series, cells, reasons.data());
    const OnBackend<float> value_of(backend, part.series, cells);
    const OnBackend<uint8_t> reason(backend, reasons);
    const Buffer<uint8_t> role = send(backend, nights.role);
    Buffer<float> out(backend, 3 * n);
    Buffer<uint16_t> seen(backend, 2 * n);
    NightLightLoss op{};
    op.radiance = value_of.data();
    op.night_reason = reason.data();
    op.role = role.data();
    op.nights = static_cast<int>(nights.scenes.size());
    op.pixels = n;
    op.min_nights = plan.min_nights;
    op.min_radiance = static_cast<float>(plan.min_radiance);
    op.loss = out.at(0);
    op.reference = out.at(n);
    op.recent = out.at(2 * n);
    op.reference_nights = seen.at(0);
    op.recent_nights = seen.at(n);
    backend.run(op);
    std::vector<float> value = fetch(backend, out, 3 * n), count(n);
    std::vector<uint16_t> counts(2 * n);
    std::vector<uint8_t> gap(n);
    NightLightSummary here;
    backend.download(counts.data(), seen.data(), counts.size() * sizeof(uint16_t));
    for (size_t i = 0; i < n; ++i) value[i] = is_nan(value[i]) ? nan_f() : 100 * value[i];
    for (size_t i = 0; i < n; ++i) {
      const bool enough = counts[i] >= plan.min_nights && counts[n + i] >= plan.min_nights;
      const NightLightGap why = !is_nan(value[i]) ? NightLightGap::none
                                : enough          ? NightLightGap::not_lit
                                                  : NightLightGap::not_assessed;
      gap[i] = static_cast<uint8_t>(why);
      ++(why == NightLightGap::none ? here.lit : why == NightLightGap::not_lit ? here.not_lit : here.not_assessed);
    }
    sink.write(NightLightLayer::loss, w, value.data());
    sink.write(NightLightLayer::reference, w, value.data() + n);
    sink.write(NightLightLayer::recent, w, value.data() + 2 * n);
    for (size_t k = 0; k < 2; ++k) {
      for (size_t i = 0; i < n; ++i) count[i] = static_cast<float>(counts[k * n + i]);
      sink.write(k == 0 ? NightLightLayer::reference_nights : NightLightLayer::recent_nights, w, count.data());
    }
    sink.gaps(w, value.data(), gap.data());
    const std::lock_guard lock(mutex);
    summary.lit += here.lit;
    summary.not_lit += here.not_lit;
    summary.not_assessed += here.not_assessed;
    progress.step(n);
  };
  BlockWork work;
  work.visit_date = [&](size_t number, const Window& w, const std::vector<DateSeries>& series) {
    visits.visit(number, w, series);
  };
  work.visit_part = [&](const SeriesPart& part) { backends.lend([&](Backend& backend) { assess(backend, part); }); };
  run_block_pass(visits.plan(plan.memory_bytes, plan.scratch_dir, device, nights.scenes.size() * 10 + 128), work);
  return summary;
}

}  // namespace fw
