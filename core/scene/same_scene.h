// Are two entries of catalogues one scene, read the same way?
#pragma once
#include "core/scene/catalogue.h"

namespace fw {

/// Everything that a pixel of the scene depends on is the same: files by content, bands, scaling, grid, quality rules.
bool same_scene(const Scene& a, const Scene& b);

}  // namespace fw
