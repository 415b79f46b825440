#include "core/scene/open_rasters.h"

#include <algorithm>

namespace fw {
namespace {

constexpr size_t most_light = 16384;  // some kilobytes each

}  // namespace

OpenRasters::OpenRasters(int max_open, bool in_parts)
    : max_open_(static_cast<size_t>(std::max(1, max_open))), in_parts_(in_parts) {}

std::shared_ptr<SceneFile> OpenRasters::get(const std::string& name, const std::function<SceneFile()>& open) {
  std::shared_ptr<Slot> slot;
  {
    const std::lock_guard lock(mutex_);
    auto& here = slots_[name];
    if (here) {
      order_.splice(order_.begin(), order_, here->place);
    } else {
      here = std::make_shared<Slot>();
      here->place = order_.insert(order_.begin(), name);
      slot = here;  // in use: not given up at once
      make_room();
    }
    slot = here;
  }
  const std::lock_guard lock(slot->opening);
  if (!slot->file) slot->file = std::make_unique<SceneFile>(open());
  return {slot, slot->file.get()};
}

void OpenRasters::make_room() {
  if (order_.size() <= max_open_) return;
  size_t heavy = 0, light = 0;
  for (auto it = order_.begin(); it != order_.end();) {
    const auto at = slots_.find(*it);
    const auto& slot = at->second;
    const bool in_use = slot.use_count() > 1;
    const bool is_light = in_use || !slot->file || slot->file->is_light();
    if (!in_use && (is_light ? ++light > most_light : ++heavy > max_open_)) {
      slots_.erase(at);
      it = order_.erase(it);
    } else {
      ++it;
    }
  }
}

}  // namespace fw
