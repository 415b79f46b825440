#include "core/series/summed_days.h"

#include <algorithm>

#include "core/base/error.h"
#include "kernels/ops.h"

namespace fw {
namespace {

int days_of(Period p) { return static_cast<int>(days_since_epoch(last_day(p)) - days_since_epoch(first_day(p))) + 1; }

}  // namespace

void refuse_longer_than_period(const std::vector<const Scene*>& scenes, Cadence cadence) {
  for (const Scene* scene : scenes)
    if (const Period p = period_of(scene->time.date, cadence); scene->days > days_of(p))
      throw ConfigError("CADENCE", "Scene " + scene->id + " adds up " + std::to_string(scene->days) +
                                       " days, which cannot be shared out to " + label(p) +
                                       " and those after it. Set cadence to \"month\", or take such files out of the "
                                       "input.");
}

bool needs_scaling(Period period, const std::vector<int>& days) {
  if (days.empty() || std::find(days.begin(), days.end(), 0) != days.end()) return false;
  return days.size() > 1 || days.front() != days_of(period);
}

void scale_to_period(Period period, const std::vector<int>& days, const float* value, const uint8_t* outcome,
                     size_t pixels, float* sum, uint8_t* reason) {
  if (!needs_scaling(period, days)) return;
  const int whole = days_of(period);
  std::vector<int> held(pixels);
  for (size_t s = 0; s < days.size(); ++s)
    for (size_t i = 0; i < pixels; ++i) {
      const bool counts =
          outcome[s * pixels + i] == static_cast<uint8_t>(MaskOutcome::clear) && !is_nan(value[s * pixels + i]);
      held[i] += counts ? days[s] : 0;
    }
  for (size_t i = 0; i < pixels; ++i) {
    if (held[i] == 0 || held[i] == whole) continue;
    const bool enough = 5 * held[i] >= 4 * whole;
    sum[i] = enough ? static_cast<float>(static_cast<double>(sum[i]) * whole / held[i]) : nan_f();
    if (!enough) reason[i] = static_cast<uint8_t>(Reason::not_assessed);
  }
}

}  // namespace fw
