// The table's rows for ops_smooth.h, ops_spi.h, ops_climatology.h, ops_phenology.h and ops_band_composite.h.
#include "kernels/method_table.h"

namespace fw {
namespace {

constexpr std::string_view eilers = "Eilers 2003, Anal. Chem. 75:3631; Eilers, Pesendorfer & Bonifacio 2017";
constexpr std::string_view spi_source = "McKee, Doesken & Kleist 1993; Thom 1958; zeros: Stagge et al. 2015";
constexpr std::string_view spei_source = "Vicente-Serrano, Begueria & Lopez-Moreno 2010, J. Climate 23:1696";
constexpr std::string_view spi_parameters =
    "scale 3 (1..72 periods); calibration (first..last year); min_years 10; min_nonzero 5; max_zero_share 0.9; "
    "zero_rule center (center, upper)";
constexpr std::string_view timesat = "Jonsson & Eklundh 2004, Comput. Geosci. 30:833; senescence: JRC ASAP";
constexpr std::string_view season_limits =
    "of the long-term mean year, never of one year; none where a period has no mean or the amplitude is small";
constexpr std::string_view season_parameters =
    "start_fraction 0.2; senescence_fraction 0.75; end_fraction 0.2; min_amplitude 0.1; circular true";
constexpr std::string_view smooth_limits =
    "none with fewer than 5 values or a tenth of the times; filled, interpolated and extrapolated values are flagged "
    "and no alert may rest on the latter two";

constexpr MethodInfo methods[] = {
    {"whittaker", "Whittaker smoother with fixed lambda", "as input", "of the input", eilers, smooth_limits,
     "lambda 10 (> 0); p 0.5 (0.9: upper envelope); max_gap 3; max_extrapolation 0"},
    {"whittaker_vcurve", "Whittaker smoother, lambda by the V-curve", "as input", "of the input", eilers, smooth_limits,
     "grid 0..3 step 0.2 (log10 lambda; by lag-1 autocorrelation: -2..1 or 0..3); p 0.5; max_gap 3; max_extrapolation "
     "0"},
    {"whittaker_gcv", "Whittaker smoother, lambda by cross-validation", "as input", "of the input",
     "Garcia 2010, Comput. Stat. Data Anal. 54:1167", smooth_limits,
     "grid 0..3 step 0.2 (log10 lambda); robust true; max_gap 3; max_extrapolation 0"},
    {"savitzky_golay", "Savitzky-Golay filter", "as input", "of the input",
     "Savitzky & Golay 1964, Anal. Chem. 36:1627; Gorry 1990",
     "none where the span of values is shorter than the window; gaps are filled linearly and flagged",
     "window 7 (odd, 3..71); order 2 (0..6); min_valid 5; max_gap 3"},
    {"spi", "Standardised precipitation index", "standard deviations", "-3.09..3.09", spi_source,
     "none in months drier than max_zero_share or with too short a record; clipped values are flagged; no rain is "
     "never above 0",
     spi_parameters},
    {"spei", "Standardised precipitation-evapotranspiration index", "standard deviations", "-3.09..3.09", spei_source,
     "depends on the formula of evapotranspiration: state it; none with too short a record", spi_parameters},
    {"pet_thornthwaite", "Potential evapotranspiration by temperature", "mm per month", ">= 0",
     "Thornthwaite 1948, Geogr. Rev. 38:55", "0 where it freezes; low in dry climates; monthly only", ""},
    {"pet_hargreaves", "Potential evapotranspiration by temperature range", "mm per period", ">= 0",
     "Hargreaves & Samani 1985; FAO-56 eq. 52", "needs daily extremes; none where the least is above the greatest", ""},
    {"climatology", "Mean, standard deviation, extremes and percentiles by dekad or month of the year", "as input",
     "of the input", "Hyndman & Fan 1996, definition 8 (median-unbiased)",
     "none below min_years; percentiles below 10 and above 90 need 20 years",
     "reference (first..last year); min_years 10; min_years_tails 20; percentiles 5,10,20,50,80,90,95"},
    {"detrended_z", "z of the anomaly from the Theil-Sen line of the reference years", "standard deviations", "-6..6",
     "Sen 1968, J. Am. Stat. Assoc. 63:1379",
     "publish beside z: the difference is drift; none below min_years or where the record is flat",
     "reference (first..last year); min_years 10; std_floor 0.01"},
    {"tci", "Temperature condition index", "percent", "0..100 (100: coolest)", "Kogan 1995, Adv. Space Res. 15:91",
     "none where greatest and least are equal or below min_years", "reference (first..last year); min_years 10"},
    {"vhi", "Vegetation health index", "percent", "0..100", "Kogan 1995, Adv. Space Res. 15:91",
     "none where VCI or TCI is missing; heat is not always bad for plants (cold highlands)", "alpha 0.5 (0..1)"},
    {"season_start", "Start of the season", "periods from 0", "0..periods-1", timesat, season_limits,
     season_parameters},
    {"season_senescence", "Start of senescence", "periods from 0", "0..2 periods-1", timesat, season_limits,
     season_parameters},
    {"season_end", "End of the season", "periods from 0", "0..2 periods-1", timesat, season_limits, season_parameters},
    {"season_length", "Length of the season", "periods", "0..periods", timesat, season_limits, season_parameters},
    {"run_length", "Consecutive periods beyond a threshold, this one included", "periods", ">= 0", "count",
     "a period without a value has none and ends the run", "side below (below, above); threshold; needed 3"},
    {"medoid", "Scene in the middle of a period's scenes, all bands together", "as input", "of the input",
     "Flood 2013, Remote Sens. 5:6481", "scenes with a missing band do not count", ""},
    {"geomedian", "Geometric median of a period's scenes, all bands together", "as input", "of the input",
     "Roberts, Mueller & McIntyre 2017, IEEE TGRS 55:6254",
     "with fewer than 3 scenes their mean, flagged; scenes with a missing band do not count", ""},
};

}  // namespace

std::span<const MethodInfo> fit_methods() { return methods; }

}  // namespace fw
