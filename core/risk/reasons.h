// What a risk row says to people, in plain words.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/risk/fusion.h"
#include "core/risk/risk.h"

namespace fw {

/// A factor of one unit and period, with why it is missing where it is.
struct FactorState {
  const RiskFactor* factor;
  double value;         ///< of the unit's statistic, NaN where missing
  std::string lacking;  ///< why it is missing, in words; empty where it is there
};
/// The reports of one kind that count for one unit and period.
struct FieldState {
  const RiskEvidence* evidence;
  double trust = 0, value = 0, disagreement = 0;
  int reports = 0, organisations = 0, clusters = 0;  ///< of the newest row that counts
  int age = -1;                                      ///< periods since the newest row; -1: no report
  bool outdated = false;                             ///< there are only reports older than max_age_periods
  std::vector<std::string> flags;
};

/// How the sentences begin that a unit's status rests on (core/risk/unit_status.h).
inline constexpr std::string_view words_not_assessed = "Not assessed: ", words_out_of_season = "Out of season: ",
                                  words_contested = "Contested: ", words_silence = "Silence says nothing",
                                  words_contradict = "Satellites and field reports contradict each other";

/// "all scenes were masked (cloud, shadow or quality)"
std::string describe_reason(Reason reason);
/// "NDVI of the last three months is 1.8 standard deviations below its mean"
std::string describe_factor(const RiskFactor& factor, double value);
/// What the lack of reports says: nothing, or how far it speaks against an event.
/// Null: nothing is known of the unit's coverage.
std::string describe_silence(const CoverageRow* row);
/// IPCC words ("likely" above 0.66 …) for a likelihood; "very low" … "very high" for a confidence, in five equal steps.
std::string likelihood_word(double likelihood);
std::string confidence_word(double confidence);

/// "No field report is of the unit as a whole; those of 3 units within it count there, not here"
std::string describe_beneath(size_t units);
/// Reasons of an assessed row: what drives it, what shows no risk, what is missing, what the field says, what
/// disagrees, how sure. In: beneath: whether units within it have reports that count.
std::vector<std::string> explain(const std::vector<FactorState>& factors, const std::vector<FieldState>& field,
                                 const Fusion& fusion, double likelihood, bool beneath = false);
/// Reasons of a row without class: why, and what is missing.
std::vector<std::string> explain_absence(const RiskLayer& layer, const std::vector<FactorState>& factors,
                                         const Fusion& fusion, bool out_of_season);

}  // namespace fw
