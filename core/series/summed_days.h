// Amounts added up over a period (rain): a sum speaks of all its days, or of none.
#pragma once
#include <cstdint>
#include <vector>

#include "core/base/date.h"
#include "core/scene/catalogue.h"

namespace fw {

/// Errors: ConfigError CADENCE where a scene adds up more days than a period of the cadence has.
void refuse_longer_than_period(const std::vector<const Scene*>& scenes, Cadence cadence);

/// Makes sums over scenes that say how many days they add up sums of the whole period: scaled by its days to those
/// that count at the pixel (a day that two scenes hold is then the mean of both); no value, not assessed, where they
/// are fewer than four fifths, as in a window of periods. Scenes that do not say it: left as they are.
/// In: days: of each scene (Scene::days); value, outcome: [scene][pixel] as Composite takes them.
/// In, out: sum (mm), reason: [pixel], of Composite.
void scale_to_period(Period period, const std::vector<int>& days, const float* value, const uint8_t* outcome,
                     size_t pixels, float* sum, uint8_t* reason);
/// False where scale_to_period changes nothing, whatever the values are.
bool needs_scaling(Period period, const std::vector<int>& days);

}  // namespace fw
