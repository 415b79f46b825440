// Monitoring a series per pixel for a break in its season and trend.
#pragma once
#include "kernels/hd.h"
#include "kernels/ops_harmonic.h"

namespace fw {

/// mosum: sum of the last floor(window x history count) residuals; cusum: sum of all residuals since the history began.
enum class BreakProcess : uint8_t { mosum, cusum };
/// Which history is stable. all: from the first row on. roc: from behind the point where the recursive CUSUM of the
/// history in reverse order leaves its boundary, if it does.
enum class StableHistory : uint8_t { all, roc };

/// Critical values of the processes at a level (share of false alarms).
/// mosum: window 0.25, 0.5 or 1; period 2, 4, 6, 8 or 10 (how often the length of the history the record may reach);
/// level 0.001..0.05. Errors: std::logic_error for anything else.
/// Source: simulated by Zeileis, Leisch, Kleiber & Hornik 2005, J. Appl. Econometrics 20:99; the numbers are those of
/// R's strucchange 1.5-3.
double mosum_critical_value(double window, int period, double level);
/// Source: Chu, Stinchcombe & White 1996, Econometrica 64:1045: 2 - 2 (Phi(c) - c phi(c)) = level. level: 0 < level
/// < 1.
double cusum_critical_value(double level);
/// Of the recursive CUSUM with linear boundaries. Source: Zeileis, Leisch, Hornik & Kleiber 2002, J. Stat. Softw. 7(2).
double recursive_cusum_critical_value(double level);

struct BreakMonitorSettings {
  const uint8_t* reason = nullptr;  ///< [time][pixel] of x; null, or `value` beside a NaN: not_observed
  int times = 0;
  size_t pixels = 0;
  int harmonics = 3;              ///< 1..max_harmonics
  const double* terms = nullptr;  ///< harmonic_terms, memory of the backend; time is the number of the date from 1 on
  double centre = 0.0, scale = 1.0;  ///< as given to harmonic_terms
  int monitor_from = 0;              ///< the first row that is monitored; rows before it are history
  BreakProcess process = BreakProcess::mosum;
  StableHistory history = StableHistory::roc;
  double window = 0.25;       ///< mosum: share of the history, 0 < window <= 1
  double critical = 0.0;      ///< mosum_critical_value or cusum_critical_value, > 0
  double roc_critical = 0.0;  ///< roc: recursive_cusum_critical_value, > 0
  int min_history = 12;       ///< values in the stable history, > harmonic_terms_of(harmonics)
  uint8_t* reason_out = nullptr;

  double* model_out = nullptr;     ///< [break_model_planes(harmonics)][pixel]: what the history gives
  double* leaving_out = nullptr;   ///< [break_window_planes][pixel], mosum: residuals of the window before the
                                   ///< monitored rows, oldest first; NaN behind the last
  double* progress_out = nullptr;  ///< [break_progress_planes][pixel]: the process before row progress_at
  int progress_at = -1;            ///< with progress_out: monitor_from..times, not before resume_from
  // To go on from there:
  const double* model = nullptr;
  const double* progress = nullptr;
  int resume_from = 0;                       ///< progress_at of then, as a row of x now
  const double* leaving = nullptr;           ///< mosum: planes of leaving_out
  int leaving_from = 0, leaving_planes = 0;  ///< the first of them, and how many
};
/// Most values in the window of a history of so many rows.
FW_HD int break_window_planes(double window, int history_rows) {
  return static_cast<int>(window * static_cast<double>(history_rows));
}
/// Values of the history, sum of squares (NaN: no model) and sum of their residuals, first row, coefficients of terms.
constexpr int break_model_planes(int harmonics) { return 4 + harmonic_terms_of(harmonics); }
/// Sum of the process, values monitored, row where it passed its boundary or -1; the first two NaN where nothing is
/// assessed.
inline constexpr int break_progress_planes = 3;

/// BFAST-monitor: the harmonic model is fitted to the stable history; the residuals after it are summed up and compared
/// with a boundary that noise passes at the level of the critical value.
/// With n values in the stable history and sigma from its residuals (n less terms), at the m-th value of all:
///   mosum: |sum of the last K residuals| / (sigma sqrt n), K = floor(window n); critical sqrt(2 max(1, ln(m / n)))
///   cusum: |sum of all residuals| / (sigma sqrt n); sqrt(q (q - 1) (critical^2 + ln(q / (q - 1)))), q = m / n
/// Fewer than min_history values in the stable history, K < 2, dates that cannot tell the terms apart, a history that
/// the model fits without a residual (a constant one), or no value in the monitored rows: NaN (history_count stays),
/// not_assessed or the reason of the series. Out [pixel] each: breakpoint: row of x where the process first passes its
/// boundary, -1 where it never does; magnitude: median residual of the monitored rows; history_start: row;
/// history_count; sigma; coefficient: as in HarmonicFit. process, boundary: [row - monitor_from][pixel], NaN where x
/// has no value.
/// With model and progress of an earlier record, x (and terms) hold the monitored rows alone (monitor_from 0), and
/// `leaving` the planes from the fewest values monitored then to the most now. Outputs are bit for bit those of the
/// whole record, but for rows, which are those of x; process and boundary are NaN before resume_from.
/// Source: Verbesselt, Zeileis & Herold 2012, Remote Sens. Environ. 123:98.
template <class Real>
struct BreakMonitor : BreakMonitorSettings {
  const Real* x = nullptr;
  Real *breakpoint = nullptr, *magnitude = nullptr, *history_start = nullptr, *history_count = nullptr;
  Real *sigma = nullptr, *coefficient[2 + 2 * max_harmonics] = {};
  Real *process_out = nullptr, *boundary_out = nullptr;
};

}  // namespace fw
