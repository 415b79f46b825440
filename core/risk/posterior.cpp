#include "core/risk/posterior.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/evidence/belief.h"
#include "core/evidence/log_odds.h"
#include "core/risk/fusion.h"

namespace fw {

double weight_of_kind(const KindReports& kind) {
  if (!(kind.trust > 0)) return 0;
  const double organisations = std::max(1, kind.organisations);
  const double voices = std::max(1.0, kind.clusters / organisations);
  const double reliability = 1 - std::pow(1 - std::min(kind.trust, 1.0), 1 / organisations);
  const double one = weight_of_report(kind.value > 0.5, reliability, usual_sensitivity, usual_false_positive_rate) *
                     std::abs(2 * kind.value - 1);
  return kind.bearing * organisations * one * voices / dependence_of(voices, same_organisation_dependence);
}

Posterior posterior_of_unit(double satellite_log_odds, const std::vector<KindReports>& kinds, double silence,
                            double conflict) {
  Posterior out;
  bool reported = false;
  for (const KindReports& kind : kinds) {
    out.reports += weight_of_kind(kind);
    reported |= kind.trust > 0;
  }
  if (!reported) out.silence = silence;
  const double counts = conflict > contested_conflict  ? std::numeric_limits<double>::quiet_NaN()
                        : conflict > cautious_conflict ? 0.5
                                                       : 1;  // NaN is no conflict
  out.likelihood = logistic_of(satellite_log_odds + counts * out.reports + out.silence);
  return out;
}

bool rests_on_reports(const std::string& rule) {
  return rule == rule_posterior || rule == rule_reports || rule == rule_silence;
}

}  // namespace fw
