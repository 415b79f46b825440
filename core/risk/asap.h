// Warning levels of JRC's ASAP for one admin unit and one land cover (crop and rangeland apart), per dekad.
// Area counts, not pixels; the 25 % rule is on the active area. Where missing values could turn an answer, the level is
// a range. Order of adding does not matter and tallies merge: areas are whole square metres.
// Source: Rembold et al. 2019, Agric. Syst. 168:247 (ASAP); its rules, version 8, as OCHA digests them.
#pragma once
#include <cstdint>
#include <string>

#include "core/risk/answer.h"
#include "kernels/nodata.h"
#include "kernels/ops_phenology.h"

namespace fw {

inline constexpr float asap_critical_z = -1.0f;       ///< critical strictly below
inline constexpr double asap_critical_share = 0.25;   ///< of the active area, from exactly this on
inline constexpr double asap_in_season_share = 0.15;  ///< of the area with a season, that is active
inline constexpr double asap_senescent_share = 0.50;  ///< of the active area, past senescence

/// z values of one pixel; NaN where missing. spi3 and wsi_z tell the water balance (a product without one of them
/// leaves it out by has_spi3, has_wsi), biomass_z the season-cumulative fAPAR or NDVI.
struct AsapPixel {
  float spi3, wsi_z, biomass_z;
  uint8_t season;  ///< of SeasonState: 0 off season, 1 growing, 2 senescent, season_unknown
};

struct AsapTally {
  uint64_t seasonal = 0, active = 0, senescent = 0;                 ///< m2; pixels without a known season count nowhere
  uint64_t low_spi3 = 0, low_wsi = 0, low_biomass = 0;              ///< m2 of the active area, critical
  uint64_t missing_spi3 = 0, missing_wsi = 0, missing_biomass = 0;  ///< m2 of the active area, no value

  FW_HD void add(const AsapPixel& pixel, uint64_t area_m2) {
    if (pixel.season == season_unknown) return;
    seasonal += area_m2;
    if (pixel.season == 0) return;
    active += area_m2;
    if (pixel.season == 2) senescent += area_m2;
    count(pixel.spi3, area_m2, low_spi3, missing_spi3);
    count(pixel.wsi_z, area_m2, low_wsi, missing_wsi);
    count(pixel.biomass_z, area_m2, low_biomass, missing_biomass);
  }
  FW_HD void merge(const AsapTally& other) {
    seasonal += other.seasonal, active += other.active, senescent += other.senescent;
    low_spi3 += other.low_spi3, low_wsi += other.low_wsi, low_biomass += other.low_biomass;
    missing_spi3 += other.missing_spi3, missing_wsi += other.missing_wsi, missing_biomass += other.missing_biomass;
  }

 private:
  FW_HD static void count(float z, uint64_t area_m2, uint64_t& low, uint64_t& missing) {
    if (is_nan(z))
      missing += area_m2;
    else if (z < asap_critical_z)
      low += area_m2;
  }
};

enum class AsapSeason : uint8_t { unknown, off, growing, senescent };

struct AsapWarning {
  AsapSeason season = AsapSeason::unknown;
  bool assessed =
      false;        ///< false: off season, no known season, or missing values leave open whether there is a warning
  int level = 0;    ///< 0..4: what is certain
  int at_most = 0;  ///< what missing values leave open; equal to level where nothing is
};
/// What the product offers and when.
struct AsapOptions {
  bool has_spi3 = true, has_wsi = true;
  bool after_reference_dekad = false;  ///< level 4 is no longer given
};

/// Level 1 water balance low, 2 biomass low, 3 both (growing season); 4 biomass low after senescence. After senescence
/// the water balance has no say [own reading]. In: tally of the whole unit.
AsapWarning warn_asap(const AsapTally& tally, const AsapOptions& options = {});

/// Level of a code that ASAP publishes (0 … 4), 98 and 99 and any other code: -1 (off season, or unknown code).
int asap_level_of_code(int code);
/// "level 2 (biomass below normal)", "off season", "not assessed" …
std::string describe(const AsapWarning& warning);

}  // namespace fw
