// Are two entries of catalogues one scene, read the same way?
#pragma once
#include <functional>

#include "core/scene/catalogue.h"

namespace fw {

/// Everything that a pixel of the scene depends on is the same: files by content, bands, scaling, grid, quality rules.
bool same_scene(const Scene& a, const Scene& b);

/// Scenes that are not the same before and now, both versions where there are two, of those that count.
std::vector<const Scene*> changed_scenes(const Catalogue& before, const Catalogue& now,
                                         const std::function<bool(const Scene&)>& counts);

}  // namespace fw
