// Numbers that cannot be what the product says they are: reflectance given as DN, and DN given as reflectance.
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/base/text.h"
#include "core/scene/scan_parts.h"

namespace fw::scan_parts {
namespace {

constexpr int looks = 5, look_size = 64, most_look_size = 1024;  // windows a side, and their pixels
constexpr size_t enough = 1000;                                  // numbers
constexpr float most_reflectance = 2;  // glint and snow in the sun stay below it; DN begin far above
constexpr float most_dn = 1e6F;        // more is no-data that the file does not declare

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
/// Where to look, the middle first: most scenes tell there. Whole blocks, where they are larger: no more is decoded.
std::vector<Window> places_to_look(const Grid& g, const RasterInfo& info) {
  const auto part = [](int k, int of, int block) {
    const int at = std::max(0, of - look_size) * k / (looks - 1), begin = block > look_size ? at / block * block : at;
    return std::pair(begin, std::min(std::clamp(block, look_size, most_look_size), of - begin));
  };
  std::vector<Window> places;
  for (int k = 0; k < looks * looks; ++k) {
    const int at = (k + looks * looks / 2) % (looks * looks);
    const auto [row, rows] = part(at / looks, g.rows, info.block_rows);
    const auto [col, cols] = part(at % looks, g.cols, info.block_cols);
    places.push_back({row, col, rows, cols});
  }
  return places;
}

/// By band. stated: sizes are of what a person's scale and offset make of the numbers.
std::vector<Sizes> look_at(SceneFile& file, const Scene& scene, const BandsOfFile& of, bool stated) {
  std::vector<Sizes> sizes(of.bands.size());
  const auto is_enough = [](const Sizes& s) { return s.small + s.large >= enough; };
  for (const Window& place : places_to_look(of.first->grid, file.info())) {
    if (std::all_of(sizes.begin(), sizes.end(), is_enough)) break;
    file.visit_strips(of.bands, place, [&](int, int rows, const std::vector<const float*>& numbers) {
      for (size_t k = 0; k < sizes.size(); ++k) {
        const SceneBand& band = scene.bands.at(of.roles[k]);
        const float scale = stated ? static_cast<float>(band.scale) : 1,
                    offset = stated ? static_cast<float>(band.offset) : 0,
                    fill = band.fill ? static_cast<float>(*band.fill) : std::numeric_limits<float>::quiet_NaN();
        for (int i = 0; i < rows * place.cols; ++i) {
          const float number = numbers[k][i], v = number * scale + offset;
          sizes[k].small += number != fill && std::fabs(v) <= most_reflectance;
          sizes[k].large += number != fill && v > most_reflectance && v < most_dn;
        }
      }
    });
  }
  return sizes;
}

/// Errors: SCALE_IMPLAUSIBLE.
void judge(const std::string& role, const SceneBand& band, const Sizes& sizes, bool stated) {
  const bool expects_dn = !stated && std::fabs(band.scale) < 0.1;
  const std::string what = "Band '" + role + "' holds numbers ";
  if (expects_dn && sizes.small > sizes.large)
    throw InputError("SCALE_IMPLAUSIBLE",
                     what + "of at most 2, which are reflectance already; the product scales by " +
                         format_number(band.scale) +
                         ". State scale = 1 and offset = 0 of this input, or choose reflectance-tif.");
  if (!expects_dn && sizes.large > sizes.small)
    throw InputError("SCALE_IMPLAUSIBLE", what + "above 2" + (stated ? " by the scale that is stated" : "") +
                                              ", which are no reflectance 0..1. State scale and offset that make it "
                                              "so.");
}

}  // namespace

void check_scale(const Task& task, const Scene& scene, OpenFiles& files) {
  const bool stated = task.input.scale || task.input.offset;
  if (stated && !task.product.plausible) return;
  const auto is_asked = [&](const std::string& role) { return is_reflectance(role, scene.bands.at(role)); };
  for (const BandsOfFile& of : bands_by_file(scene, is_asked)) {
    SceneFile& file = files.open(*of.first);
    const auto is_float = [&](int band) {
      return file.info().bands[static_cast<size_t>(band - 1)].type.starts_with("Float");
    };
    if (!stated && std::none_of(of.bands.begin(), of.bands.end(), is_float)) continue;
    const std::vector<Sizes> sizes = look_at(file, scene, of, stated);
    for (size_t k = 0; k < sizes.size(); ++k)
      if (stated || is_float(of.bands[k])) judge(of.roles[k], scene.bands.at(of.roles[k]), sizes[k], stated);
  }
}

}  // namespace fw::scan_parts
