#include "jobs/unit_seasons.h"

#include <set>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {

UnitSeasons::UnitSeasons(const Region& region, const std::vector<AdminUnits>& levels)
    : region_(region), finest_(levels.back()) {
  for (const UnitSeason& s : region.unit_seasons)
    for (const std::string& pcode : s.pcodes) own_[pcode] = s.season;
  std::set<std::string> known;
  for (const AdminUnits& level : levels)  // coarse levels first
    for (const AdminUnit& unit : level.units()) {
      known.insert(unit.pcode);
      const auto above = own_.find(unit.parent);
      if (above != own_.end()) own_.emplace(unit.pcode, above->second);
    }
  for (const UnitSeason& s : region.unit_seasons)
    for (const std::string& pcode : s.pcodes)
      if (!known.count(pcode))
        throw ConfigError("PCODE_UNKNOWN", "A season is declared for " + printable(pcode, 40) +
                                               ", which is no admin unit of the region. Write its code as in the "
                                               "boundaries.");
}

bool UnitSeasons::holds(const std::string& pcode, Period period) const {
  const auto own = own_.find(pcode);
  if (own != own_.end()) return own->second.holds(period);
  return !region_.season || region_.season->holds(period);
}

void UnitSeasons::gate(const std::vector<Indicator>& indicators, IndicatorTable& table) const {
  if (!any()) return;
  std::set<std::string> seasonal;
  for (const Indicator& i : indicators)
    if (i.seasonal || i.gated) seasonal.insert(i.id);
  for (IndicatorRow& row : table.rows) {
    if (!seasonal.count(row.indicator) || holds(row.pcode, row.period)) continue;
    row.mean = row.stddev = row.min = row.max = row.fraction_beyond = row.of_mean = nan_f();
    row.valid_fraction = 0;
    row.valid_pixels = 0;
    row.reason = Reason::not_in_season;
  }
}

void UnitSeasons::gate(const Grid& grid, const Window& window, Period period, float* value, uint8_t* reason) const {
  if (!any()) return;
  const auto units = finest_.rasterise(grid, window);
  std::vector<char> in_season;
  for (const AdminUnit& unit : finest_.units()) in_season.push_back(holds(unit.pcode, period));
  const char elsewhere = holds("", period);
  for (size_t i = 0; i < units.size(); ++i) {
    if (units[i] < 0 ? elsewhere : in_season[static_cast<size_t>(units[i])]) continue;
    value[i] = nan_f();
    reason[i] = static_cast<uint8_t>(Reason::not_in_season);
  }
}

}  // namespace fw
