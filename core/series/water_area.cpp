#include "core/series/water_area.h"

#include <cmath>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {

void WaterAreas::add(const std::vector<std::vector<uint8_t>>& state, const std::vector<double>& cells_km2) {
  FW_EXPECT(state.size() == sums_.size(), "every scene has a state");
  const auto seen = [&](size_t s, size_t i) { return !state[s].empty() && state[s][i] <= wet; };
  for (size_t i = 0; i < cells_km2.size(); ++i) {
    bool common = true;
    for (size_t s = 0; s < state.size(); ++s) common = common && (state[s].empty() || seen(s, i));
    for (size_t s = 0; s < state.size(); ++s) {
      if (!seen(s, i)) continue;
      const bool water = state[s][i] == wet;
      sums_[s].valid.add(cells_km2[i]);
      if (water) sums_[s].water.add(cells_km2[i]);
      if (common) sums_[s].common.add(cells_km2[i]);
      if (common && water) sums_[s].common_water.add(cells_km2[i]);
    }
  }
}

void WaterAreas::merge(const WaterAreas& other) {
  FW_EXPECT(other.sums_.size() == sums_.size(), "the same scenes");
  for (size_t s = 0; s < sums_.size(); ++s) {
    sums_[s].valid.merge(other.sums_[s].valid);
    sums_[s].water.merge(other.sums_[s].water);
    sums_[s].common.merge(other.sums_[s].common);
    sums_[s].common_water.merge(other.sums_[s].common_water);
  }
}

std::string WaterAreas::csv(const std::vector<const Scene*>& scenes, const std::string& method) const {
  FW_EXPECT(scenes.size() == sums_.size(), "every scene has a row");
  std::string out =
      "date,scene,index,valid_km2,water_km2,common_valid_km2,common_water_km2,change_since_first_km2,change_since_"
      "first_percent\n";
  const double first = sums_.empty() ? 0 : sums_[0].common_water.value();
  for (size_t s = 0; s < scenes.size(); ++s) {
    const bool comparable = sums_[s].common.value() > 0;
    const double now = sums_[s].common_water.value(), none = std::nan("");
    out += to_string(scenes[s]->time.date) + "," + csv_text(scenes[s]->id) + "," + csv_text(method);
    for (const double v : {sums_[s].valid.value(), sums_[s].valid.value() > 0 ? sums_[s].water.value() : none,
                           sums_[s].common.value(), comparable ? now : none, comparable ? now - first : none,
                           comparable && first > 0 ? 100 * (now - first) / first : none})
      out += "," + format_number(v);
    out += "\n";
  }
  return out;
}

}  // namespace fw
