// Satellites and field reports as weights of evidence: what Bayes' rule makes of them, shown beside the score.
//
// log-odds = those of the satellites' likelihood + sum over kinds of bearing x weight of its reports + weight of
// silence. A kind's reports: m organisations speak apart, the n voices of one organisation partly repeat each other, so
// they count as n / (1 + rho (n - 1)) of one. Trust of one organisation: r with 1 - (1 - r)^m = the trust in the kind.
// A severity v is a yes above 1/2, a no below, as far as it is from 1/2: |2v - 1| of the weight of a plain yes or no.
// Satellites and reports in conflict K: up to 0.3 all of it counts, up to 0.6 half, beyond nothing is combined and
// there is no number. So far from the score, this one also falls: by milder reports and by silence where somebody could
// have spoken. Kinds are taken as independent observations. Why both stand side by side: docs/decisions/0014.
#pragma once
#include <string>
#include <vector>

namespace fw {

/// The reports of one kind that count for a unit and period.
struct KindReports {
  double bearing;     ///< weight of the kind in the layer, 0..1
  double trust;       ///< effective weight of its reports, 0..1, faded by age; 0 is no report
  double value;       ///< severity, 0..1
  int organisations;  ///< that speak; less than 1 counts as 1
  int clusters;       ///< independent voices over all organisations; fewer than organisations count as one each
};

/// rho: how far voices of one organisation repeat each other. Ten of them count as 1.2, any number as less than 1.25.
/// Source: this project; not measured.
inline constexpr double same_organisation_dependence = 0.8;

/// Nats by which the reports of one kind move the log-odds of an event; below 0 where they say none. Out: 0 without
/// reports, within +-2.8 per organisation.
double weight_of_kind(const KindReports& kind);

struct Posterior {
  double reports = 0;  ///< nats of all kinds, before the conflict with satellites is looked at
  double silence = 0;  ///< nats, 0 or less; 0 where there is a report
  double likelihood;   ///< 0..1; NaN where satellites say nothing or contradict the reports (K > 0.6)
};
/// In: satellite_log_odds of their likelihood, NaN without; silence of the coverage row; conflict K of satellites and
/// reports, 0..1 (NaN: none).
Posterior posterior_of_unit(double satellite_log_odds, const std::vector<KindReports>& kinds, double silence,
                            double conflict);

/// Rules of a risk row that are made of the above: not for the public, as field_score.
inline constexpr const char *rule_posterior = "posterior", *rule_reports = "report_weight",
                            *rule_silence = "silence_weight";
bool rests_on_reports(const std::string& rule);

}  // namespace fw
