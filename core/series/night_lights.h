// Loss of night light: recent nights against the same calendar months of an earlier time.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "core/scene/catalogue.h"
#include "kernels/backend.h"

namespace fw {

struct NightLightPlan {
  Grid grid;
  std::string role = "radiance";  ///< nW cm-2 sr-1
  Date before_from, before_to;    ///< reference: scenes of these days in the calendar months of the recent ones
  Date after_from, after_to;      ///< recent
  int min_nights = 10;            ///< scenes with a value that each side needs
  double min_radiance = 1;        ///< median of the reference above which a place counts as lit
  size_t memory_bytes = size_t{1} << 30;
  std::filesystem::path scratch_dir;  ///< for values beyond the memory
};

enum class NightLightLayer : uint8_t { loss, reference, recent, reference_nights, recent_nights, count };

/// Why a pixel has no loss.
enum class NightLightGap : uint8_t {
  none = 0,          ///< it has one
  not_lit = 1,       ///< enough nights, and never lit: says nothing about what happened there (camps are mostly unlit)
  not_assessed = 2,  ///< too few nights with a value
};

/// Called from several threads at once.
class NightLightSink {
 public:
  virtual ~NightLightSink() = default;
  /// loss in per cent (at most 100, below 0 where it got brighter), radiance, number of nights; NaN: no-data.
  virtual void write(NightLightLayer layer, const Window& window, const float* values) = 0;
  /// NightLightGap of each pixel, beside its loss.
  virtual void gaps(const Window& window, const float* loss, const uint8_t* gap) = 0;
};

struct NightLightSummary {
  size_t reference = 0, recent = 0;               ///< scenes
  size_t lit = 0, not_lit = 0, not_assessed = 0;  ///< pixels
};

/// Errors: InputError NO_SCENES (a side without a scene: no other months stand in); ConfigError RANGE.
NightLightSummary map_night_light_loss(const NightLightPlan& plan, const Catalogue& catalogue,
                                       const ChosenDevice& device, NightLightSink& sink, RunReport& report);

}  // namespace fw
