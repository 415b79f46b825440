// The bands of a period: its scenes, brought to one value per pixel and band.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/series/scene_visits.h"

namespace fw {

/// median, mean, max: band by band, over the scenes in which all bands have a value; medoid, geomedian: all bands
/// together (kernels/ops_band_composite.h); max_ndvi: all bands of the scene with the greatest NDVI (ties: the
/// earliest).
enum class PeriodMethod : uint8_t { median, mean, max, medoid, geomedian, max_ndvi };
/// "median", "mean", "max", "medoid", "geomedian", "max_ndvi"; nothing for another name.
std::optional<PeriodMethod> period_method_by_name(const std::string& name);

/// [band][pixel] of a window, all bands NaN where one is; reason (Reason), valid (scenes that counted) and flags
/// (SeriesFlag) [pixel].
struct BandValues {
  std::vector<float> value;
  std::vector<uint8_t> reason;
  std::vector<uint16_t> valid;
  std::vector<uint8_t> flags;
};

class PeriodBands {
 public:
  /// Scenes that lack one of the names are reported (BAND_MISSING, `stage`) and left out. Errors: ConfigError
  /// UNKNOWN_INDEX.
  PeriodBands(const IndexCatalogue& indices, const std::vector<const Scene*>& scenes,
              const std::vector<std::string>& names, PeriodMethod method, const std::string& stage, RunReport& report);
  /// Scenes that count.
  size_t scenes() const { return scenes_.size(); }
  /// Values of a pixel that composite() takes: so many places of a series.
  size_t places() const { return scenes_.size() * read_; }
  /// How the scenes fill the places from `first` on.
  std::vector<SceneVisit> visits(size_t first) const;
  /// series: [place][pixel], on the host, as put_seen() leaves values.
  BandValues composite(Backend& backend, const float* series, size_t pixels) const;

 private:
  struct Planned {
    const Scene* scene;
    ScenePlan plan;
  };
  /// Do the bands of a scene lie together, [scene][band], or the scenes of a band, [band][scene]?
  bool by_scene() const { return method_ == PeriodMethod::medoid || method_ == PeriodMethod::geomedian; }
  size_t place(size_t scene, size_t band) const {
    return by_scene() ? scene * bands_ + band : band * scenes_.size() + scene;
  }
  BandValues greenest(const float* series, const std::vector<uint8_t>& outcome, size_t pixels) const;

  PeriodMethod method_;
  size_t bands_;        ///< asked for
  size_t read_, ndvi_;  ///< bands of a scene (NDVI may follow those asked for), and which is NDVI
  std::vector<Planned> scenes_;
};

}  // namespace fw
