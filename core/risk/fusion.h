// How the factors of one unit become a score, a confidence and contributions. Pure numbers, no tables.
//
// Satellites: S = sum(w m) / sum(w) over the factors present. A missing factor is left out, never counted as 0.
// Field:      F = sum(w e v) / sum(w e) over the kinds reported, with w the bearing of the kind on the layer (0..1), e
// the trust in its
//             reports (0..1, faded by age) and v their severity (0..1). Trust in the field as a whole: T = 1 - prod(1 -
//             w e).
// Together:   score = S where F <= S, else S + lift. Both are read as statements about "risk or none" (state() in
//             core/evidence/belief.h: 1/2 says nothing): K = seen T max(0, 1 - 2S) max(0, 2F - 1), or the same the
//             other way round, is their conflict, seen the share of the factor weight that satellites saw. lift = T
//             times the part of F - S that is claimed with K <= 0.3, plus half of T times the part with 0.3 < K <= 0.6
//             (cautious); what is claimed beyond K = 0.6 (contested) is not combined: S and F stand side by side.
// So trusted reports of a cause that satellites do not see (price, conflict, pests) carry the score with them, one weak
// report moves it little, a claim that contradicts what is seen moves it less the louder it is, and reassuring reports
// never lower what the satellites show: who can report is not who is worst off. The score never falls when a factor or
// a report gets worse, and does not jump where the two begin to contest. Nothing is averaged silently: S, F and K stand
// beside the score; K > 0.6 or |S - F| > contested_difference is flagged for a person to judge.
// Confidence: evidence x agreement. C = sqrt(sum_ij w_i w_j c_i c_j (1 - |m_i - m_j|)) with weights adding up to 1 over
// all factors and c the share of the area seen (0 for a missing factor): the share of the evidence that is there and
// agrees, so that losing a factor or a part of the area never raises it. confidence = C (1/2 + T a / 2), a = 1 - max(|S
// - F|, disagreement among organisations): reports that agree add to it, reports that contest add nothing, and so
// taking reports away never raises it. One kind of source alone, or two that contradict each other, are medium at best.
// Source: design of this project; thresholds of K: docs/decisions/0011; evidence x agreement and its words after the
// IPCC uncertainty guidance note (2010), figure 1.
#pragma once
#include <vector>

namespace fw {

struct FactorInput {
  double weight;      ///< >= 0
  double membership;  ///< 0..1, NaN where missing
  double coverage;    ///< share of the unit's area with a value, 0..1
};
struct FieldInput {
  double bearing;       ///< weight of the kind, 0..1
  double trust;         ///< effective weight of its reports, 0..1; 0 is no report
  double value;         ///< severity, 0..1
  double disagreement;  ///< among organisations, 0..0.5
};

struct Fusion {
  double satellite, field;  ///< NaN where nothing is present
  double share;             ///< of the factor weight present, 0..1
  double trust;             ///< T above
  double score;             ///< NaN without satellites
  double confidence;        ///< 0 without satellites
  double conflict = 0;      ///< K above, 0..1
  bool cautious = false;    ///< 0.3 < K <= 0.6
  bool contested = false;   ///< K > 0.6, or the difference above contested_difference
  std::vector<double> factor_contribution, field_contribution;  ///< add up to score; NaN where missing
};

/// Trust below which a difference is no contest: one unreliable report (E, 0.15) of a kind that bears little.
inline constexpr double contest_min_trust = 0.1;
/// Share of the confidence that satellites reach alone.
inline constexpr double satellite_only_confidence = 0.5;

/// Membership of a value on a ramp: 0 at `zero`, 1 at `one`, linear between, clipped; NaN stays NaN.
double ramp(double value, double zero, double one);
double logistic_of(double logit);
/// Lift of the header: by how much a field score raises a satellite score. In: all 0..1. Out: 0 where field <=
/// satellite.
double lift_of(double satellite, double field, double trust, double seen);
Fusion fuse(const std::vector<FactorInput>& factors, const std::vector<FieldInput>& field, double contested_difference);

}  // namespace fw
