#include "core/risk/asap.h"

#include "core/base/error.h"

namespace fw {
namespace {

Answer is_low(uint64_t low, uint64_t missing, uint64_t active) {
  return reaches_share(static_cast<double>(low), static_cast<double>(missing), static_cast<double>(active),
                       asap_critical_share);
}
bool reached(uint64_t part, uint64_t whole, double share) {
  return whole > 0 && static_cast<double>(part) >= share * static_cast<double>(whole);
}
int level_of(bool water, bool biomass) { return (water ? 1 : 0) + (biomass ? 2 : 0); }

}  // namespace

AsapWarning warn_asap(const AsapTally& t, const AsapOptions& options) {
  FW_EXPECT(options.has_spi3 || options.has_wsi, "ASAP needs an indicator of the water balance");
  AsapWarning w;
  if (t.seasonal == 0) return w;
  if (!reached(t.active, t.seasonal, asap_in_season_share)) {
    w.season = AsapSeason::off;
    return w;
  }
  const Answer biomass = is_low(t.low_biomass, t.missing_biomass, t.active);
  if (reached(t.senescent, t.active, asap_senescent_share)) {
    w.season = AsapSeason::senescent;
    if (!options.after_reference_dekad) {
      w.level = biomass == Answer::yes ? 4 : 0;
      w.at_most = biomass == Answer::no ? 0 : 4;
    }
  } else {
    w.season = AsapSeason::growing;
    const Answer water = either(options.has_spi3 ? is_low(t.low_spi3, t.missing_spi3, t.active) : Answer::no,
                                options.has_wsi ? is_low(t.low_wsi, t.missing_wsi, t.active) : Answer::no);
    w.level = level_of(water == Answer::yes, biomass == Answer::yes);
    w.at_most = level_of(water != Answer::no, biomass != Answer::no);
  }
  w.assessed = w.level > 0 || w.at_most == 0;
  return w;
}

int asap_level_of_code(int code) {
  switch (code) {
    case 0:
    case 10:
    case 20:
      return 0;
    case 2:
    case 3:
    case 4:
    case 12:
    case 13:
    case 14:
      return 1;
    case 5:
      return 2;
    case 6:
    case 7:
    case 8:
      return 3;
    case 9:
      return 4;
    default:
      return -1;
  }
}

std::string describe(const AsapWarning& w) {
  if (w.season == AsapSeason::unknown) return "not assessed (no season is known)";
  if (w.season == AsapSeason::off) return "off season";
  if (!w.assessed) return "not assessed (values are missing; at most level " + std::to_string(w.at_most) + ")";
  constexpr const char* words[] = {"no warning", "water balance below normal", "biomass below normal",
                                   "water balance and biomass below normal",
                                   "biomass below normal at the season's end"};
  std::string text = "level " + std::to_string(w.level) + " (" + words[w.level];
  if (w.at_most > w.level) text += "; values are missing, up to level " + std::to_string(w.at_most) + " is possible";
  return text + ")";
}

}  // namespace fw
