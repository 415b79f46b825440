// Belief functions (Dempster-Shafer) over few hypotheses, for statements of sources that may be wrong or ignorant.
// A set of hypotheses is a bit mask: of {risk, none} risk is 1, none is 2, "one of both" is 3. Masses are 0..1 and add
// up to 1; a mass on the empty set (0) is contradiction that a rule left open.
// Source: Shafer 1976, A Mathematical Theory of Evidence; Smets 1990 (pignistic); Yager 1987; Dezert & Smarandache 2006
// (PCR5); Denoeux 2008, Artif. Intell. 172:234 (cautious rule).
#pragma once
#include <vector>

namespace fw {

struct Belief {
  int hypotheses = 2;        ///< 1..8
  std::vector<double> mass;  ///< by set, 2^hypotheses values
};

/// Knows nothing: all mass on the set of all hypotheses.
Belief vacuous(int hypotheses);
/// Statement about a yes-or-no question from a degree 0..1: 1/2 says nothing, 1 says yes, 0 says no, as far as the
/// source is reliable (0..1). Its pignistic probability is 1/2 + reliability (degree - 1/2).
Belief state(double degree, double reliability);
/// Keeps the share `reliability` (0..1) of every statement; the rest is ignorance.
Belief discount(const Belief& b, double reliability);

/// K: mass that two sources give to sets without a common hypothesis, 0..1.
double conflict_of(const Belief& a, const Belief& b);
/// K above which statements are taken together with doubt, and above which they are not taken together at all.
/// Source: this project (docs/decisions/0011); Dempster's rule gives 0.5 to 0.99 against 0.99, where K is 0.98.
inline constexpr double cautious_conflict = 0.3, contested_conflict = 0.6;
/// Both hold; contradiction stays on the empty set. Associative.
Belief combine_conjunctive(const Belief& a, const Belief& b);
/// Both hold, contradiction divided out. Errors: std::logic_error where K is 1 (nothing in common).
Belief combine_dempster(const Belief& a, const Belief& b);
/// Both hold, contradiction becomes ignorance. Not associative: combine conjunctively first where there are several.
Belief combine_yager(const Belief& a, const Belief& b);
/// Both hold, each contradiction goes back to the two sets in proportion to their masses. Two sources only.
Belief combine_pcr5(const Belief& a, const Belief& b);
/// At least one holds.
Belief combine_disjunctive(const Belief& a, const Belief& b);
/// Both hold but may rest on the same observations: nothing counts twice (idempotent).
/// Errors: std::logic_error where a source leaves no ignorance (mass 0 on the set of all hypotheses).
Belief combine_cautious(const Belief& a, const Belief& b);

/// What the source says for sure about a set, and what it does not rule out.
double belief_of(const Belief& b, unsigned set);
double plausibility_of(const Belief& b, unsigned set);
/// Probability of one hypothesis for a decision: every set shares its mass equally.
double pignistic_of(const Belief& b, int hypothesis);

}  // namespace fw
