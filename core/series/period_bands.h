// The bands of a period: its scenes, brought to one value per pixel and band.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/series/scene_values.h"

namespace fw {

/// median, mean, max: band by band, over the scenes in which all bands have a value; medoid, geomedian: all bands
/// together (kernels/ops_band_composite.h).
enum class PeriodMethod : uint8_t { median, mean, max, medoid, geomedian };
/// "median", "mean", "max", "medoid", "geomedian"; nothing for another name.
std::optional<PeriodMethod> period_method_by_name(const std::string& name);

/// [band][pixel] of a window, all bands NaN where one is; reason (Reason) [pixel].
struct BandValues {
  std::vector<float> value;
  std::vector<uint8_t> reason;
};

class PeriodBands {
 public:
  /// Scenes that lack one of the names are reported (BAND_MISSING), and those beyond max_scenes_per_period
  /// (TOO_MANY_SCENES); both are left out. Errors: ConfigError UNKNOWN_INDEX.
  PeriodBands(Backend& backend, SceneReader& reader, const IndexCatalogue& indices,
              const std::vector<const Scene*>& scenes, const std::vector<std::string>& names, PeriodMethod method,
              RunReport& report);
  /// Scenes that count.
  size_t scenes() const { return scenes_.size(); }
  BandValues composite(const Window& window);

 private:
  struct Planned {
    const Scene* scene;
    ScenePlan plan;
  };
  Backend& backend_;
  SceneReader& reader_;
  RunReport& report_;
  PeriodMethod method_;
  size_t bands_;
  std::vector<Planned> scenes_;
};

}  // namespace fw
