// Who may report, since when, and how far each is believed: config/reporters.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/date.h"

namespace fw {

class ConfigNode;

/// First and last day on which a key counts; nothing is open. The time of the report decides, never the clock.
struct Validity {
  std::optional<Date> from, to;
  bool holds(Date day) const { return (!from || *from <= day) && (!to || day <= *to); }
};

/// Reports of a source that turned out right or wrong.
struct Outcomes {
  int confirmed = 0, refuted = 0;
};

/// Registered sources. Reliability A–F (Admiralty) gives the prior weight, outcomes move it.
struct Registry {
  struct Organisation {
    std::string key, name;
    char reliability = 'F';
    Validity valid;
    Outcomes outcomes;
  };
  struct Reporter {
    std::string key, organisation;
    char reliability = 0;  ///< 0: that of the organisation
    Validity valid;
    Outcomes outcomes;
  };
  /// An organisation answers for a key that is not registered: its first `limit` reports from a day on have a weight.
  struct Vouching {
    std::string reporter, organisation;
    Validity valid;  ///< `from` is always given
    int limit = 0;   ///< reports
  };
  std::map<std::string, Organisation> organisations;
  std::map<std::string, Reporter> reporters;
  std::map<std::string, Vouching> vouched;   ///< by reporter
  std::map<char, double> weight;             ///< A .95 … F 0 (F: cannot be judged → no weight, shown)
  std::map<std::string, std::string> kinds;  ///< category in lower case → kind; the kinds themselves are always in it
  std::map<std::string, double> half_life_days;  ///< kind → days in which a report's weight halves
  std::map<std::string, double> reach_km;  ///< kind → how far around its place a report speaks; absent: its unit
  double prior_strength = 10;              ///< outcomes that weigh as much as the letter
  double organisation_dependence = 0.5;    ///< rho among reporters of one organisation, 0..1
};

/// Reads config/reporters/<name>.toml and, for the categories, kinds.toml beside it (when there is one).
/// Errors: ConfigError (DUPLICATE, UNKNOWN_ORG, RELIABILITY, UNKNOWN_KIND, VALIDITY, VOUCH_LIMIT, unknown keys…).
Registry load_registry(const std::string& file);
/// Errors: ConfigError UNKNOWN_KIND at the key where the kind is none of evidence_kinds.
void expect_kind(const ConfigNode& node, const std::string& key, const std::string& kind);

/// How far a source is believed on a day.
struct Standing {
  double weight = 0;        ///< 0..0.99; 0: no influence
  char reliability = 'F';   ///< the letter it rests on
  bool registered = false;  ///< or vouched for
  std::string why;          ///< code where the weight is 0: UNKNOWN_REPORTER, KEY_EXPIRED, RELIABILITY_F
};
/// Of an organisation. The key must be known.
Standing organisation_standing(const Registry& registry, const std::string& organisation, Date day);
/// Of a reporter under an organisation: never above the organisation's. A vouched key has reliability D at most.
Standing reporter_standing(const Registry& registry, const std::string& reporter, const std::string& organisation,
                           Date day);
/// Posterior mean of the share of true reports: (s m + confirmed) / (s + confirmed + refuted) with the letter's weight
/// m as a prior worth s reports, at most 0.99; 0 stays 0 (F cannot be judged by counting). Source: Beta-Binomial model,
/// Gelman et al., Bayesian Data Analysis, 2.4.
double learned_weight(double prior, Outcomes outcomes, double strength);

/// What outcomes have changed, a line per organisation that has any: "orgB: B 0.85, 0.925 after 10 confirmed, 0
/// refuted".
std::vector<std::string> describe_learning(const Registry& registry);

}  // namespace fw
