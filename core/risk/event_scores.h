// How good were warnings? Hits, misses and false alarms at a threshold, ROC, and the value for a user's cost and loss.
// Names: false-alarm *ratio* is false alarms per warning; POFD (false-alarm rate) is false alarms per non-event.
#pragma once
#include <span>
#include <vector>

#include "core/risk/brier_scores.h"

namespace fw {

struct Contingency {
  int hits = 0, false_alarms = 0, misses = 0, correct_negatives = 0;
  int pairs() const { return hits + false_alarms + misses + correct_negatives; }
};
/// Warned from exactly the threshold on.
Contingency count_warnings(std::span<const Verified> pairs, double threshold);

/// NaN where a denominator is 0.
struct EventScores {
  double pod, pofd, false_alarm_ratio, precision, csi, bias, peirce, heidke, ets, f1, matthews, sedi;
};
/// Source: Jolliffe & Stephenson 2012, Forecast Verification, ch. 3; SEDI Ferro & Stephenson 2011, Weather Forecast.
/// 26:699.
EventScores score_events(const Contingency& c);
/// Value for a user who pays `cost_loss` (0..1) of the loss to be safe: 1 perfect, 0 as good as climatology, negative
/// worse. NaN where there is nothing to gain. Source: Richardson 2000, Q. J. R. Meteorol. Soc. 126:649.
double economic_value(const Contingency& c, double cost_loss);

struct RocPoint {
  double threshold, pofd, pod;
};
/// From (0, 0) at a threshold of infinity, by falling distinct forecasts.
std::vector<RocPoint> roc_curve(std::span<const Verified> pairs);
/// Chance that an event had the higher forecast than a non-event, ties half; NaN without events or without non-events.
/// Source: Mason & Graham 2002, Q. J. R. Meteorol. Soc. 128:2145.
double roc_area(std::span<const Verified> pairs);
/// Its variance. Source: DeLong et al. 1988, Biometrics 44:837.
double roc_area_variance(std::span<const Verified> pairs);
/// Area under precision against recall, by steps.
double average_precision(std::span<const Verified> pairs);

}  // namespace fw
