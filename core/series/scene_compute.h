// One scene in one window: DN to masked physical values and indices on a backend. Used by the pipeline and by 'forewarn
// index'.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/scene/scene_reader.h"
#include "kernels/backend.h"

namespace fw {

/// Takes one value per pixel out of a scene: an index computed from bands, or a role as it is.
struct SceneSeries {
  std::optional<IndexId> index;
  std::string role;  ///< used where index is empty
};

/// Roles that the series need, without repeats, in alphabetical order.
std::vector<std::string> roles_of(const std::vector<SceneSeries>& series);
/// How a scene offers `name` (an index or a role): the role itself where the product delivers it (MOD13's NDVI), else
/// the index from bands; nothing when neither is there.
std::optional<SceneSeries> offer_of(const Scene& scene, const std::string& name);

/// Reports that a scene could not be read and is left out where that happened (stage "read").
void report_unread(const Scene& scene, const Error& why, RunReport& report);

class SceneCompute {
 public:
  /// pixels: the most that run() is given.
  SceneCompute(Backend& backend, size_t pixels);
  /// value[k], outcome[k]: backend memory, `pixels` long. A value is NaN exactly where its outcome (MaskOutcome) is not
  /// clear: not_observed outside the scene and where a band needed is fill; masked where the quality band says so or an
  /// index is undefined.
  void run(const Scene& scene, const SceneTile& tile, const std::vector<SceneSeries>& series,
           const std::vector<float*>& value, const std::vector<uint8_t*>& outcome);
  /// The same of some rows.
  void run(const Scene& scene, const SceneStrip& strip, const std::vector<SceneSeries>& series,
           const std::vector<float*>& value, const std::vector<uint8_t*>& outcome);

 private:
  void quality(const Scene& scene, const SceneStrip& strip);
  void physical(const Scene& scene, const SceneStrip& strip, const std::string& role, float* out);
  /// The host's numbers where operations can read them.
  const float* on_backend(const float* host, float* place, size_t pixels);

  Backend& backend_;
  size_t pixels_;
  Buffer<float> band_[6], qa_;
  Buffer<uint8_t> scene_outcome_;
};

}  // namespace fw
