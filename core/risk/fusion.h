// How the factors of one unit become a score, a confidence and contributions. Pure numbers, no tables.
//
// Satellites: S = sum(w m) / sum(w) over the factors present. A missing factor is left out, never counted as 0.
// Field:      F = sum(w e v) / sum(w e) over the kinds reported, with w the bearing of the kind on the layer (0..1), e
// the trust in its
//             reports (0..1, faded by age) and v their severity (0..1). Trust in the field as a whole: T = 1 - prod(1 -
//             w e).
// Together:   score = S where F <= S; S + T (F - S) where F > S.
// So trusted reports of a cause that satellites do not see (price, conflict, pests) carry the score with them, one weak
// report moves it little, and reassuring reports never lower what the satellites show: who can report is not who is
// worst off. The score never falls when a factor or a report gets worse, and does not jump where the two begin to
// contest. Nothing is averaged silently: S and F are published beside the score, and |S - F| > contested_difference is
// flagged for a person to judge. Confidence: evidence x agreement. C = sqrt(sum_ij w_i w_j c_i c_j (1 - |m_i - m_j|))
// with weights adding up to 1 over all factors and c the share of the area seen (0 for a missing factor): the share of
// the evidence that is there and agrees, so that losing a factor or a part of the area never raises it. One kind of
// source is never robust: alone, satellites give 0.8 C. With field reports, confidence = C (0.8 (1 - T) + T a), a = 1 -
// max(|S - F|, disagreement among organisations). Source: design of this project; evidence x agreement and its words
// after the IPCC uncertainty guidance note (2010).
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
  bool contested = false;
  std::vector<double> factor_contribution, field_contribution;  ///< add up to score; NaN where missing
};

/// Trust below which a difference is no contest: one unreliable report (E, 0.15) of a kind that bears little.
inline constexpr double contest_min_trust = 0.1;
/// Share of the confidence that satellites reach alone.
inline constexpr double satellite_only_confidence = 0.8;

/// Membership of a value on a ramp: 0 at `zero`, 1 at `one`, linear between, clipped; NaN stays NaN.
double ramp(double value, double zero, double one);
double logistic_of(double logit);
Fusion fuse(const std::vector<FactorInput>& factors, const std::vector<FieldInput>& field, double contested_difference);

}  // namespace fw
