// The table's rows for ops_water.h, ops_change.h and ops_texture.h.
#include "kernels/method_table.h"

namespace fw {
namespace {

constexpr std::string_view gsw = "Pekel et al. 2016, Nature 540:418";
constexpr std::string_view haralick = "Haralick, Shanmugam & Dinstein 1973, IEEE Trans. SMC 3:610";
constexpr std::string_view mad = "Nielsen 2007, IEEE Trans. Image Process. 16:463";
constexpr std::string_view malila = "Malila 1980, LARS Symposia 385";
constexpr std::string_view window_limits =
    "none at the edge of the raster, or with fewer than min_share of the window's pairs; levels are fixed per sensor, "
    "never per scene";
constexpr std::string_view window_parameters =
    "window 9 (odd, 3..21); levels 32 (2..256) between low and high; min_share 0.5; offsets (0,1) (1,1) (1,0) (1,-1)";
constexpr std::string_view mad_limits =
    "none where a band of either date is constant or made of the others; the sign of a variate has no meaning";
constexpr std::string_view mad_parameters = "rounds 50 (1: plain MAD); tolerance 0.001; min_effective_share 0.1";
constexpr std::string_view nights =
    "none with fewer than min_nights at either time or where the reference is not above min_radiance: camps are mostly "
    "unlit; power cuts, snow and the moon look alike";
constexpr std::string_view night_parameters = "min_nights 10; min_radiance 1 nW cm-2 sr-1";

constexpr MethodInfo series[] = {
    {"water_occurrence", "Share of time with water, every calendar month weighing the same", "%", "0..100", gsw,
     "none where no month is observed; of few months it says little: see water_observed", ""},
    {"water_share", "Share of observations with water", "%", "0..100", "count",
     "favours the months that are seen most, mostly dry ones", ""},
    {"water_recurrence", "Share of judged years with water", "%", "0..100", gsw,
     "none without a judged year (one with min_months observed)", "min_months 6 (1..12)"},
    {"water_seasonality", "Months with water in the last judged year", "months", "0..12", gsw,
     "none without a judged year; months not observed do not count", "min_months 6 (1..12)"},
    {"water_change", "Change of occurrence from epoch 1 to epoch 2 over the calendar months seen in both",
     "per cent points", "-100..100", gsw, "none without such a month", "two epochs"},
    {"water_transition", "Class of change from the first to the last judged year", "class", "0..10, 255", gsw,
     "not assessed with fewer than two judged years", "min_months 6 (1..12)"},
    {"water_observed", "Months observed", "months", ">= 0", "count", "always there", ""},
    {"night_light_loss", "Loss of night light against the same months of earlier years", "share", "<= 1",
     "own: 1 - ratio of medians", nights, night_parameters},
};

constexpr MethodInfo dates[] = {
    {"otsu_threshold", "Local threshold between land and water of MNDWI or AWEI", "as input", "-0.2..0.3",
     "Otsu 1979, IEEE Trans. SMC 9:62; Ashman, Bird & Zepf 1994",
     "0, and said so, where the values are not in two classes (D <= 2, eta <= 0.6, or no valley)",
     "block 256 pixels; radius 1 block; min_separation 2; min_share 0.6; max_valley 0.8; min_count 100"},
    {"wofs", "Water by the WOfS decision tree", "flags", "0 dry, 128 water, others not usable",
     "Mueller et al. 2016, Remote Sens. Environ. 174:341",
     "grown on Landsat surface reflectance of Australia; none where a ratio divides by 0", ""},
    {"change_magnitude", "Length of the change vector", "as input", ">= 0", malila,
     "none where a band of either date is missing; includes season and haze", ""},
    {"change_angle", "Direction of the change in two bands", "radians", "-pi..pi", malila,
     "none where neither band changes", "x_band; y_band"},
    {"mad_chi2", "Multivariate alteration: squared variates over their variances", "1", ">= 0", mad, mad_limits,
     mad_parameters},
    {"mad_no_change", "Probability of a chi-square as large without change", "1", "0..1", mad, mad_limits,
     mad_parameters},
    {"pantex", "Least texture contrast over ten directions", "levels squared", "0..(levels-1)^2",
     "Pesaresi, Gerhardinger & Kayitakire 2008, IEEE JSTARS 1:180", window_limits,
     "window 9 (odd, 5..21); levels 64 (2..256) between low and high; min_share 0.5"},
    {"glcm_contrast", "Texture contrast", "levels squared", "0..(levels-1)^2", haralick, window_limits,
     window_parameters},
    {"glcm_dissimilarity", "Texture dissimilarity", "levels", "0..levels-1", haralick, window_limits,
     window_parameters},
    {"glcm_homogeneity", "Texture homogeneity", "1", "0..1", haralick, window_limits, window_parameters},
    {"glcm_asm", "Angular second moment", "1", "0..1", haralick, window_limits, window_parameters},
    {"glcm_energy", "Root of the angular second moment", "1", "0..1", haralick, window_limits, window_parameters},
    {"glcm_correlation", "Correlation of neighbouring levels", "1", "-1..1", haralick,
     "none in a window of one level; else as glcm_contrast", window_parameters},
    {"glcm_entropy", "Entropy of pairs of levels, natural logarithm", "1", ">= 0", haralick, window_limits,
     window_parameters},
};

}  // namespace

std::span<const MethodInfo> water_methods() { return series; }
std::span<const MethodInfo> change_methods() { return dates; }

}  // namespace fw
