#include "core/risk/reasons.h"

#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/evidence/belief.h"

namespace fw {
namespace {

std::string percent(double v) { return format_fixed(100 * v, 0) + " %"; }

void replace(std::string& text, const std::string& what, const std::string& with) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
}

struct Driver {
  double contribution;
  std::string words;
};

std::string describe_reports(const FieldState& f) {
  const std::string severity = f.evidence->kind + ": severity " + percent(f.value);
  std::string out = f.reports == 0
                        ? "Published figures on " + severity + ", no field report"
                        : "Field reports on " + severity + ", " + std::to_string(f.reports) +
                              (f.reports == 1 ? " report" : " reports") + " from " + std::to_string(f.organisations) +
                              (f.organisations == 1 ? " organisation" : " organisations");
  if (f.age > 0) out += ", " + std::to_string(f.age) + (f.age == 1 ? " period old" : " periods old");
  return out;
}

void explain_field(const std::vector<FieldState>& field, const Fusion& fusion, bool beneath,
                   std::vector<std::string>& reasons) {
  for (const FieldState& f : field) {
    if (f.outdated) reasons.push_back("Field reports on " + f.evidence->kind + " are too old to count");
    if (std::find(f.flags.begin(), f.flags.end(), "CONFLICT") != f.flags.end())
      reasons.push_back("Organisations disagree in their reports on " + f.evidence->kind);
  }
  if (std::isnan(fusion.field)) {
    if (!beneath) reasons.push_back("No field report counts here: unobserved on the ground");
    return;
  }
  const std::string both = format_fixed(fusion.satellite, 2) + " against " + format_fixed(fusion.field, 2);
  if (fusion.contested && fusion.satellite > fusion.field)
    reasons.push_back(std::string(words_contested) + "satellites show risk, field reports do not (" + both +
                      "). Verification is asked for. The reports do not lower the score; check irrigation, season, "
                      "land cover and where the reports come from");
  else if (fusion.contested)
    reasons.push_back(std::string(words_contested) + "field reports show risk, satellites do not (" + both +
                      "). Verification is asked for. A cause satellites do not see is possible (price, conflict, "
                      "pests); the reports are kept");
  else if (fusion.satellite > fusion.field)
    reasons.push_back("Field reports are milder than what satellites show (" + both + "); they do not lower the score");
}

}  // namespace

std::string describe_reason(Reason reason) {
  switch (reason) {
    case Reason::value:
      return "the row has no number";
    case Reason::not_observed:
      return "no scene covers the unit in this period";
    case Reason::masked:
      return "all scenes were masked (cloud, shadow or quality)";
    case Reason::not_in_season:
      return "out of season";
    case Reason::not_assessed:
      return "observed, but too little to compare with";
  }
  return "unknown";
}

std::string describe_factor(const RiskFactor& factor, double value) {
  std::string phrase = factor.phrase.empty() ? "is {value}" : factor.phrase;
  replace(phrase, "{value}", format_fixed(value, 1));
  replace(phrase, "{abs}", format_fixed(std::abs(value), 1));
  replace(phrase, "{percent}", format_fixed(100 * value, 0));
  replace(phrase, "{below}", value < 0 ? "below" : "above");
  return factor.title + " " + phrase;
}

std::string describe_silence(const CoverageRow* coverage) {
  const std::string nothing(words_silence);
  if (!coverage) return nothing + ": how far anybody here could report is not known";
  const CoverageRow& row = *coverage;
  if (row.coverage > 0)
    return "Silence: an event would have been reported with probability " + format_fixed(row.coverage, 2) +
           " (log-odds of an event " + format_fixed(row.silence, 2) + "). It does not lower the score";
  if (row.unknown.empty()) return nothing + ": nobody here could have reported";
  return nothing + ", for lack of figures on " + join(split(row.unknown, ';'), ", ");
}

std::string describe_beneath(size_t units) {
  return "No field report is of the unit as a whole; those of " + std::to_string(units) +
         (units == 1 ? " unit" : " units") + " within it count there, not here";
}

std::string likelihood_word(double likelihood) {
  if (likelihood > 0.99) return "virtually certain";
  if (likelihood > 0.95) return "extremely likely";
  if (likelihood > 0.90) return "very likely";
  if (likelihood > 0.66) return "likely";
  if (likelihood > 0.50) return "more likely than not";
  if (likelihood >= 0.33) return "about as likely as not";
  if (likelihood >= 0.10) return "unlikely";
  if (likelihood >= 0.05) return "very unlikely";
  return likelihood >= 0.01 ? "extremely unlikely" : "exceptionally unlikely";
}

std::string confidence_word(double confidence) {
  static const char* const words[] = {"very low", "low", "medium", "high", "very high"};
  return words[std::clamp(static_cast<int>(std::floor(confidence * 5)), 0, 4)];
}

std::vector<std::string> explain(const std::vector<FactorState>& factors, const std::vector<FieldState>& field,
                                 const Fusion& fusion, double likelihood, bool beneath) {
  std::vector<Driver> drivers;
  std::vector<std::string> calm, missing;
  for (size_t k = 0; k < factors.size(); ++k) {
    const FactorState& f = factors[k];
    if (!f.lacking.empty()) {
      missing.push_back(f.factor->title + " is missing (" + f.lacking + "): this lowers the confidence, not the risk");
    } else if (fusion.factor_contribution[k] > 0) {
      drivers.push_back({fusion.factor_contribution[k], describe_factor(*f.factor, f.value)});
    } else {
      calm.push_back(f.factor->title);
    }
  }
  for (size_t k = 0; k < field.size(); ++k)
    if (fusion.field_contribution[k] > 0) drivers.push_back({fusion.field_contribution[k], describe_reports(field[k])});
  std::stable_sort(drivers.begin(), drivers.end(),
                   [](const Driver& a, const Driver& b) { return a.contribution > b.contribution; });

  std::vector<std::string> reasons;
  for (const Driver& d : drivers)
    reasons.push_back(d.words + " (drives " + percent(d.contribution / fusion.score) + " of the score)");
  if (!calm.empty()) reasons.push_back("No sign of risk in: " + join(calm, ", "));
  reasons.insert(reasons.end(), missing.begin(), missing.end());
  explain_field(field, fusion, beneath, reasons);
  if (fusion.cautious || fusion.conflict > contested_conflict)
    reasons.push_back(std::string(words_contradict) + " (K " + format_fixed(fusion.conflict, 2) + "): " +
                      (fusion.cautious ? "what contradicts counts half"
                                       : "what goes beyond K 0.6 is not combined; both stand in the table"));
  const bool sure = fusion.confidence >= 0.4;  // likelihood words only from medium confidence on (IPCC guidance)
  reasons.push_back("Likelihood " + format_fixed(likelihood, 2) +
                    (sure ? " (" + likelihood_word(likelihood) + ")" : "") + ", confidence " +
                    confidence_word(fusion.confidence) + " (" + format_fixed(fusion.confidence, 2) + ")");
  return reasons;
}

std::vector<std::string> explain_absence(const RiskLayer& layer, const std::vector<FactorState>& factors,
                                         const Fusion& fusion, bool out_of_season) {
  std::vector<std::string> reasons;
  if (out_of_season) {
    reasons.push_back(std::string(words_out_of_season) + "an alarm has no meaning now");
  } else {
    reasons.push_back(std::string(words_not_assessed) + percent(fusion.share) + " of the factor weight is there, " +
                      percent(layer.min_share) +
                      " and every required factor are needed. This says neither safe nor at risk");
  }
  for (const FactorState& f : factors)
    if (!f.lacking.empty())
      reasons.push_back(f.factor->title + (f.factor->required ? " (required)" : "") + " is missing: " + f.lacking);
  if (!std::isnan(fusion.field))
    reasons.push_back("Field reports alone give " + format_fixed(fusion.field, 2) + ": have a person look at them");
  return reasons;
}

}  // namespace fw
