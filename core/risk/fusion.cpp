#include "core/risk/fusion.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/evidence/belief.h"

namespace fw {
namespace {

constexpr double nan_d = std::numeric_limits<double>::quiet_NaN();

bool present(const FactorInput& f) { return !std::isnan(f.membership); }
bool present(const FieldInput& f) { return f.trust > 0; }

/// C of the header: the share of the evidence that is there and agrees.
double concordance(const std::vector<FactorInput>& factors, double total_weight) {
  double pairs = 0;
  for (const FactorInput& a : factors) {
    for (const FactorInput& b : factors) {
      if (!present(a) || !present(b)) continue;
      const double known = (a.weight / total_weight) * a.coverage * (b.weight / total_weight) * b.coverage;
      pairs += known * (1 - std::abs(a.membership - b.membership));
    }
  }
  return std::sqrt(std::clamp(pairs, 0.0, 1.0));
}

struct FieldScore {
  double score = nan_d, trust = 0, weight = 0, disagreement = 0;
};
FieldScore score_field(const std::vector<FieldInput>& field) {
  FieldScore out;
  double sum = 0, doubt = 1, disagreement = 0;
  for (const FieldInput& f : field) {
    if (!present(f)) continue;
    const double w = f.bearing * f.trust;
    out.weight += w;
    sum += w * f.value;
    disagreement += w * f.disagreement;
    doubt *= 1 - std::min(w, 1.0);
  }
  if (out.weight <= 0) return out;
  out.score = sum / out.weight;
  out.disagreement = disagreement / out.weight;
  out.trust = 1 - doubt;
  return out;
}

}  // namespace

double ramp(double value, double zero, double one) {
  return std::isnan(value) ? nan_d : std::clamp((value - zero) / (one - zero), 0.0, 1.0);
}

double lift_of(double satellite, double field, double trust, double seen) {
  if (!(field > satellite)) return 0;  // false where there is no field score (NaN)
  // K of a claim f is `slope * (f - 1/2)`: claims up to `free` are taken whole, up to `doubted` by half.
  const double slope = 2 * seen * trust * std::max(0.0, 1 - 2 * satellite);
  const double free = slope > 0 ? 0.5 + cautious_conflict / slope : 1, doubted = 0.5 + contested_conflict / slope;
  const double whole = std::min(field, free) - satellite;
  const double half = slope > 0 ? std::max(0.0, std::min(field, doubted) - free) : 0;
  return trust * (whole + half / 2);
}

double logistic_of(double logit) { return 1 / (1 + std::exp(-logit)); }

Fusion fuse(const std::vector<FactorInput>& factors, const std::vector<FieldInput>& field,
            double contested_difference) {
  Fusion out{};
  double total = 0, weight = 0, sum = 0, seen = 0;
  for (const FactorInput& f : factors) {
    total += f.weight;
    if (!present(f)) continue;
    weight += f.weight;
    sum += f.weight * f.membership;
    seen += f.weight * f.coverage;
  }
  const FieldScore ground = score_field(field);
  out.satellite = weight > 0 ? sum / weight : nan_d;
  out.field = ground.score;
  out.trust = ground.trust;
  out.share = total > 0 ? weight / total : 0;
  out.factor_contribution.assign(factors.size(), nan_d);
  out.field_contribution.assign(field.size(), nan_d);
  out.score = nan_d;
  if (weight <= 0) return out;

  seen = std::clamp(seen / total, 0.0, 1.0);
  const double lift = lift_of(out.satellite, ground.score, ground.trust, seen);
  const double pull = lift > 0 ? lift / (ground.score - out.satellite) : 0;
  out.score = 0;
  for (size_t k = 0; k < factors.size(); ++k) {
    if (!present(factors[k])) continue;
    out.factor_contribution[k] = (1 - pull) * factors[k].weight * factors[k].membership / weight;
    out.score += out.factor_contribution[k];
  }
  for (size_t k = 0; k < field.size(); ++k) {
    if (!present(field[k])) continue;
    const double w = field[k].bearing * field[k].trust;
    out.field_contribution[k] = w > 0 ? pull * w * field[k].value / ground.weight : 0;
    out.score += out.field_contribution[k];
  }
  const double gap = std::isnan(out.field) ? 0 : std::abs(out.satellite - out.field);
  if (!std::isnan(out.field)) out.conflict = conflict_of(state(out.satellite, seen), state(out.field, ground.trust));
  out.cautious = out.conflict > cautious_conflict && out.conflict <= contested_conflict;
  out.contested =
      out.conflict > contested_conflict || (ground.trust >= contest_min_trust && gap > contested_difference);
  const double agreement = 1 - std::max(gap, ground.disagreement);
  out.confidence =
      concordance(factors, total) *
      (satellite_only_confidence + (1 - satellite_only_confidence) * ground.trust * std::max(agreement, 0.0));
  return out;
}

}  // namespace fw
