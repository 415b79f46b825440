// Numbers that cannot be what the product says they are: reflectance given as DN, and DN given as reflectance.
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/base/text.h"
#include "core/scene/scan_parts.h"

namespace fw::scan_parts {
namespace {

constexpr int looks = 5, look_size = 64;  // windows a side, and their pixels
constexpr size_t enough = 1000;           // numbers
constexpr float most_reflectance = 2;     // glint and snow in the sun stay below it; DN begin far above
constexpr float most_dn = 1e6F;           // more is no-data that the file does not declare

/// Roles that hold reflectance, 0..1.
bool is_reflectance(const std::string& role, const SceneBand& band) {
  static const std::set<std::string> roles = {"coastal",    "blue",      "green1",    "green",     "yellow",
                                              "red",        "red_edge1", "red_edge2", "red_edge3", "nir",
                                              "nir_narrow", "swir1",     "swir2"};
  return band.unit == "1" && roles.count(role) > 0;
}

/// How many numbers of a sample are of the size of reflectance, and how many of that of DN. Others say nothing: no-data
/// that the file does not declare.
struct Sizes {
  size_t small = 0, large = 0;
};
/// stated: sizes are of what a person's scale and offset make of the numbers.
Sizes look_at(SceneFile& file, const SceneBand& band, bool stated) {
  const Grid& g = band.grid;
  const int rows = std::min(look_size, g.rows), cols = std::min(look_size, g.cols);
  const float fill = band.fill ? static_cast<float>(*band.fill) : std::numeric_limits<float>::quiet_NaN();
  const float scale = stated ? static_cast<float>(band.scale) : 1,
              offset = stated ? static_cast<float>(band.offset) : 0;
  std::vector<float> values(static_cast<size_t>(rows) * static_cast<size_t>(cols));
  Sizes sizes;
  // The middle first: most scenes tell there.
  for (int k = 0; k < looks * looks && sizes.small + sizes.large < enough; ++k) {
    const int at = (k + looks * looks / 2) % (looks * looks), i = at / looks, j = at % looks;
    file.read(band.band, {(g.rows - rows) * i / (looks - 1), (g.cols - cols) * j / (looks - 1), rows, cols},
              values.data());
    for (const float number : values) {
      const float v = number * scale + offset;
      sizes.small += number != fill && std::fabs(v) <= most_reflectance;
      sizes.large += number != fill && v > most_reflectance && v < most_dn;
    }
  }
  return sizes;
}

}  // namespace

void check_scale(const Task& task, const Scene& scene, OpenFiles& files) {
  const bool stated = task.input.scale || task.input.offset;
  if (stated && !task.product.plausible) return;
  for (const auto& [role, band] : scene.bands) {
    if (!is_reflectance(role, band)) continue;
    FoundFile f;
    f.relative = band.file;
    SceneFile& file = files.open(f, band.subdataset);
    if (!stated && file.info().bands[static_cast<size_t>(band.band - 1)].type.rfind("Float", 0) != 0) continue;
    const bool expects_dn = !stated && std::fabs(band.scale) < 0.1;
    const Sizes sizes = look_at(file, band, stated);
    const std::string what = "Band '" + role + "' holds numbers ";
    if (expects_dn && sizes.small > sizes.large)
      throw InputError("SCALE_IMPLAUSIBLE", what +
                                                "of at most 2, which are reflectance already; the product scales by " +
                                                format_number(band.scale) +
                                                ". State scale = 1 and offset = 0 of this "
                                                "input, or choose reflectance-tif.");
    if (!expects_dn && sizes.large > sizes.small)
      throw InputError("SCALE_IMPLAUSIBLE", what + "above 2" + (stated ? " by the scale that is stated" : "") +
                                                ", which are no reflectance 0..1. State scale and offset that make it "
                                                "so.");
  }
}

}  // namespace fw::scan_parts
