// Windows of scenes on a target grid, as the backend wants them: DN and quality as float, no-data as NaN.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/scene/catalogue.h"
#include "core/scene/open_rasters.h"

namespace fw {

/// One scene in one window of the target grid. Everything row-major, window.pixels() long.
struct SceneTile {
  std::map<std::string, std::vector<float>>
      dn;                 ///< by role; NaN outside the scene and where the DN is fill or declared no-data
  std::vector<float> qa;  ///< empty where the product has none; NaN outside the scene
  bool touches = false;   ///< false: the scene does not cover the window at all (vectors empty)
};

/// Some rows of a window of a scene.
struct SceneStrip {
  int row, rows;  ///< of the window
  size_t pixels;
  const std::vector<std::string>& roles;
  const std::vector<const float*>& dn;  ///< by place in `roles`: as in SceneTile
  const float* qa;                      ///< null where the product has none
  bool fill_stands = false;             ///< true: a band's fill may still stand among its numbers
};
using VisitStrip = std::function<void(const SceneStrip&)>;

/// Rows and columns of the windows in which a scene is best read: whole blocks of its files, 256 to 1024 pixels a side;
/// strips are taken whole, some 512 x 512 pixels at once.
struct BlockShape {
  int rows = 512, cols = 512;
  bool whole = false;  ///< whole blocks of the file: none is larger
  bool operator==(const BlockShape&) const = default;
};
BlockShape block_shape(const RasterInfo& info);

/// Reads scenes onto one target grid. Aligned scenes are read directly; others are masked on their own grid first (so
/// that no cloud bleeds into a neighbour) and then resampled, quality bands nearest. Keeps at most `max_open` files
/// open. Not thread-safe: one per worker.
class SceneReader {
 public:
  SceneReader(const Catalogue& catalogue, Grid target, int max_open = 64);
  /// With files that readers of one catalogue share.
  SceneReader(const Catalogue& catalogue, Grid target, std::shared_ptr<OpenRasters> files);
  ~SceneReader();
  /// Does the scene's extent meet the window (cheap, no file opened)?
  bool touches(const Scene& scene, const Window& window) const;
  /// Errors: InputError (INCOMPLETE, HASH_MISMATCH, …): the caller turns it into a Rejection and goes on without the
  /// scene.
  SceneTile read(const Scene& scene, const std::vector<std::string>& roles, const Window& window);

  /// The same, from the first row to the last, a few at a time where the scene is stored so that they can be had.
  /// False: the scene does not cover the window at all. Errors: as read(), before the first strip.
  bool visit(const Scene& scene, const std::vector<std::string>& roles, const Window& window, const VisitStrip& visit);
  /// The same of one role of scenes whose bands lie in one file, aligned, and their quality in none or in one other: a
  /// block that holds them all is decoded once. Calls visit(k, strip) for scene k. False: they do not lie so.
  bool visit_stack(const std::vector<const Scene*>& scenes, const std::string& role, const Window& window,
                   const std::function<void(size_t, const SceneStrip&)>& visit);
  /// Rows of a block of the scene's file, where it holds more bands than are worth decoding for one of them; else 0.
  int interleaved_rows(const Scene& scene, const std::string& role);
  /// block_shape of the first of the roles' files; the usual one where it cannot be opened or has another grid.
  BlockShape blocks_of(const Scene& scene, const std::vector<std::string>& roles);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fw
