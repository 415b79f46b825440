// Values of a scene by name: roles as the product delivers them, catalogue indices by one compiled program; masked,
// with the reason where there is none.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/series/index_catalogue.h"
#include "core/series/scene_compute.h"

namespace fw {

/// How a scene gives the names asked for.
struct ScenePlan {
  std::vector<std::string> names;                 ///< in the order asked for, without those it cannot give
  std::vector<SceneSeries> roles;                 ///< read and masked, each once
  std::shared_ptr<const FormulaProgram> program;  ///< null where no index is computed
  std::vector<size_t> program_bands;              ///< places of the program's bands in `roles`
  /// By name: is it computed, and its place: output of the program, or of `roles`.
  std::vector<std::pair<bool, size_t>> source;
  std::vector<std::vector<size_t>> masks;  ///< by name: the places in `roles` that it needs
};

/// `asked`: names, or the single name "all": every index that the scene's roles allow. A product that delivers an index
/// itself (MOD13's NDVI) is taken at its word. A name whose bands the scene lacks is refused in the report
/// (BAND_MISSING). Errors: ConfigError UNKNOWN_INDEX.
ScenePlan plan_scene(const Scene& scene, const IndexCatalogue& catalogue, const std::vector<std::string>& asked,
                     const std::string& stage, RunReport& report);

/// The series themselves as a plan: names are those of the indices and roles.
ScenePlan plan_of(const std::vector<SceneSeries>& series);
/// Both, the names of `first` before those of `second`, so that a scene is read once for both.
ScenePlan join(ScenePlan first, const ScenePlan& second);

/// Rows of a window: values by name, and why there is none (Reason): NaN exactly where that is not `value`.
struct ValueStrip {
  int row, rows;
  size_t pixels;
  const std::vector<const float*>& value;
  const std::vector<const uint8_t*>& reason;
};
using TakeValues = std::function<void(const ValueStrip&)>;

/// Computes plans over scenes: on the CPU a few rows at a time, on a device the whole window. Keeps its memory from
/// call to call; used by one thread at a time.
class PlanRunner {
 public:
  explicit PlanRunner(Backend& backend) : backend_(backend) {}
  /// False: the scene does not touch the window, and nothing was taken. Errors: as SceneReader::read, before anything
  /// is taken.
  bool run(SceneReader& reader, const Scene& scene, const ScenePlan& plan, const Window& window,
           const TakeValues& take);
  /// The same of rows that were read; cols: of the window.
  void run(const Scene& scene, const ScenePlan& plan, const SceneStrip& strip, int cols, const TakeValues& take);

 private:
  void make_room(const ScenePlan& plan, size_t pixels);
  void compute(const Scene& scene, const ScenePlan& plan, const SceneStrip& strip, const TakeValues& take);

  Backend& backend_;
  size_t room_ = 0, roles_ = 0, outputs_ = 0;  ///< pixels; planes of what follows
  std::unique_ptr<SceneCompute> computer_;
  Buffer<float> values_, computed_;
  Buffer<uint8_t> outcomes_;
  std::vector<float> host_;  ///< of a device
  std::vector<uint8_t> host_outcome_, reason_, worst_;
};

/// By name, row-major: NaN exactly where reason (Reason) is not `value`.
struct SceneValues {
  std::vector<std::vector<float>> value;
  std::vector<std::vector<uint8_t>> reason;
};

/// Values in a window. A scene that does not touch it, or cannot be read there (reported, stage "read"), is
/// not_observed.
SceneValues compute_values(Backend& backend, SceneReader& reader, const Scene& scene, const ScenePlan& plan,
                           const Window& window, RunReport& report);

/// The grid of a scene: that of its first role.
const Grid& grid_of(const Scene& scene);

}  // namespace fw
