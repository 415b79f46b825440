#include "core/series/texture_map.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/series/clean_up.h"
#include "core/series/send.h"

namespace fw {
namespace {

Window with_halo(const Window& w, int halo, const Grid& grid) {
  const int top = std::max(0, w.row - halo), left = std::max(0, w.col - halo);
  return {top, left, std::min(grid.rows, w.row + w.rows + halo) - top,
          std::min(grid.cols, w.col + w.cols + halo) - left};
}

std::vector<float> cut(const std::vector<float>& from, const Window& wide, const Window& w) {
  std::vector<float> out;
  for (int r = 0; r < w.rows; ++r) {
    const auto begin =
        from.begin() + static_cast<std::ptrdiff_t>(w.row - wide.row + r) * wide.cols + (w.col - wide.col);
    out.insert(out.end(), begin, begin + w.cols);
  }
  use_one_nan(out);
  return out;
}

}  // namespace

const std::vector<std::string>& texture_features() {
  static const std::vector<std::string> names = {"pantex",   "glcm_contrast", "glcm_dissimilarity", "glcm_homogeneity",
                                                 "glcm_asm", "glcm_energy",   "glcm_correlation",   "glcm_entropy"};
  return names;
}

namespace {

TexturePlanes texture_of(Backend& backend, const TexturePlan& plan, const ScratchRaster& values, const Window& tile) {
  const auto& names = texture_features();
  const Window wide = with_halo(tile, plan.window / 2, plan.grid);
  const size_t n = wide.pixels();
  std::vector<float> host(n);
  values.read(wide, host.data());
  const Buffer<float> x = send(backend, host);
  Buffer<float> out(backend, names.size() * n);
  const auto wants = [&](const std::string& name) {
    return std::find(plan.features.begin(), plan.features.end(), name) != plan.features.end();
  };
  if (wants("pantex"))
    backend.run(PanTex{x.data(), wide.rows, wide.cols, plan.grey, plan.window, plan.min_share, out.at(0), nullptr});
  GlcmTexture glcm{};
  glcm.x = x.data();
  glcm.rows = wide.rows;
  glcm.cols = wide.cols;
  glcm.grey = plan.grey;
  glcm.window = plan.window;
  glcm.min_share = plan.min_share;
  constexpr int directions[4][2] = {{0, 1}, {1, 1}, {1, 0}, {1, -1}};
  for (const auto& d : directions) {
    glcm.row_step[glcm.offsets] = d[0];
    glcm.col_step[glcm.offsets++] = d[1];
  }
  bool any = false;
  for (size_t k = 0; k < static_cast<size_t>(texture_feature_count); ++k)
    if (wants(names[k + 1])) glcm.out[k] = out.at((k + 1) * n), any = true;
  if (any) backend.run(glcm);
  TexturePlanes planes;
  std::vector<float> whole(n);
  for (const auto& name : plan.features) {
    const auto at = std::find(names.begin(), names.end(), name);
    FW_EXPECT(at != names.end(), "no texture feature '" + name + "'");
    backend.download(whole.data(), out.at(static_cast<size_t>(at - names.begin()) * n), n * sizeof(float));
    planes.push_back(cut(whole, wide, tile));
  }
  return planes;
}

}  // namespace

void map_texture(SceneWindows& windows, const Scene& scene, const ScenePlan& values, const TexturePlan& plan,
                 const std::function<void(const Window&, const TexturePlanes&)>& take) {
  ScratchRaster scratch(plan.scratch_dir, plan.grid.rows, plan.grid.cols);
  windows.read(scene, values, windows.windows(scene, values),
               [&](Backend&, const Window& w, const SceneValues& v) { scratch.write(w, v.value.at(0).data()); });
  windows.each(tiles(plan.grid, plan.tile_size),
               [&](Backend& backend, const Window& w) { take(w, texture_of(backend, plan, scratch, w)); });
}

}  // namespace fw
