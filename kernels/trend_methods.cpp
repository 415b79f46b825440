// The table's rows for ops_trend.h, ops_harmonic.h, ops_break.h and ops_ccdc.h.
#include "kernels/method_table.h"

namespace fw {
namespace {

constexpr std::string_view few = "fewer than 4 values";
constexpr std::string_view whitened =
    "fewer than 4 values; values that are missing close up before the autocorrelation";
constexpr std::string_view break_limits =
    "none with a history shorter than 12 values or the model's terms, a history without residuals, or nothing "
    "observed since; noise passes the boundary at the level asked for";
constexpr std::string_view break_parameters =
    "harmonics 3 (1..3); history roc (all, roc); process mosum (mosum, cusum); window 0.25 (0.25, 0.5, 1); period 10 "
    "(2, 4, 6, 8, 10); level 0.05 (0.001..0.05); min_history 12";

constexpr MethodInfo methods[] = {
    {"mk", "Mann-Kendall test for a trend: z and two-sided p, seasonal", "1", "z: any; p: 0..1", "Hirsch & Slack 1984",
     few, "period (dates per year); min_valid 4"},
    {"mk_original", "Mann-Kendall test, variance corrected for ties", "1", "z: any; p: 0..1", "Mann 1945; Kendall 1975",
     few, "min_valid 4"},
    {"mk_hamed_rao", "Mann-Kendall test, variance for autocorrelated ranks", "1", "z: any; p: 0..1",
     "Hamed & Rao 1998, J. Hydrology 204:182; never below the plain variance, as in pyMannKendall", whitened,
     "autocorrelation_z 1.96 (significance of a lag); min_valid 4"},
    {"mk_yue_wang", "Mann-Kendall test, variance for autocorrelated values", "1", "z: any; p: 0..1",
     "Yue & Wang 2004, Water Resour. Manag. 18:201", whitened, "min_valid 4"},
    {"mk_pre_whitening", "Mann-Kendall test of the series less its lag-1 autocorrelation", "1", "z: any; p: 0..1",
     "Yue & Wang 2002, Water Resour. Res. 38(6)", whitened, "min_valid 4"},
    {"mk_trend_free_pre_whitening", "the same of the series less its trend, which is added again", "1",
     "z: any; p: 0..1", "Yue & Wang 2002, Water Resour. Res. 38(6)", whitened, "min_valid 4"},
    {"sen", "Theil-Sen slope, exact median of all pairwise slopes", "as input per date or year", "any",
     "Sen 1968; Hirsch, Slack & Smith 1982", few, "period 1 (or dates per year); min_valid 4"},
    {"least_squares", "line by least squares: slope, standard error, two-sided p, r2", "as input per unit of time",
     "p, r2: 0..1", "ordinary least squares, t distribution",
     "fewer than 3 values; p takes residuals as independent, which dekads are not", "min_valid 3"},
    {"harmonic", "level, trend and waves of a year by least squares: amplitude, phase, sigma, r2", "as input; radians",
     "phase: -pi..pi; r2: 0..1", "least squares on 1, t, cos and sin of 2 pi k t",
     "fewer than 12 values or dates that cannot tell the waves apart",
     "harmonics 1 (1..3); min_valid 12 (above 2 + 2 harmonics)"},
    {"bfast", "first date on which a series leaves its season and trend, and the median difference since",
     "date; as input", "a date of the series, or none",
     "Verbesselt, Zeileis & Herold 2012, Remote Sens. Environ. 123:98", break_limits, break_parameters},
    {"ccdc", "segments of a stable seasonal model over six or seven bands, with the days of change", "days; as input",
     "0..max_segments segments", "Zhu & Woodcock 2014, Remote Sens. Environ. 144:152; USGS lcmap-pyccd 2018.10.17",
     "none with 12 usable observations or fewer; one model without a claim of stability where a quarter of the scenes "
     "is not clear",
     "max_segments 10 (1..64)"},
};

}  // namespace

std::span<const MethodInfo> trend_methods() { return methods; }

}  // namespace fw
