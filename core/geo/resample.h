// From one grid to another (GDAL's warper with exact transforms, so that tiles do not show).
#pragma once
#include <string_view>

#include "core/geo/grid.h"

namespace fw {

enum class Resampling { nearest, bilinear, average };
Resampling resampling_by_name(std::string_view name);  ///< Errors: ConfigError RESAMPLING
std::string_view name_of(Resampling r);

/// Window of `source` that holds everything `target_window` of `target` needs (margin for the kernel included), clipped
/// to the source; rows or cols 0 when they do not meet.
Window source_window(const Grid& source, const Grid& target, const Window& target_window, Resampling method);

/// values: source pixels of `window` of `source`, NaN is no-data. Out: target_window, NaN where no valid source pixel
/// contributes. The value of a target pixel does not depend on the target window it is computed through.
void resample(const float* values, const Grid& source, const Window& window, const Grid& target,
              const Window& target_window, Resampling method, float* out);

}  // namespace fw
