#include "core/evidence/belief.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/base/error.h"

namespace fw {
namespace {

unsigned all_of(const Belief& b) { return (1U << b.hypotheses) - 1; }

Belief empty(int hypotheses) { return {hypotheses, std::vector<double>(size_t{1} << hypotheses, 0.0)}; }

template <class Meet>
Belief combine(const Belief& a, const Belief& b, Meet meet) {
  FW_EXPECT(a.hypotheses == b.hypotheses, "beliefs about the same question");
  Belief out = empty(a.hypotheses);
  for (unsigned x = 0; x < a.mass.size(); ++x)
    for (unsigned y = 0; y < b.mass.size(); ++y) out.mass[meet(x, y)] += a.mass[x] * b.mass[y];
  return out;
}

/// q(A): mass of all sets that hold A.
std::vector<double> commonality(const Belief& b) {
  std::vector<double> q(b.mass.size(), 0.0);
  for (unsigned a = 0; a < q.size(); ++a)
    for (unsigned s = 0; s < q.size(); ++s)
      if ((s & a) == a) q[a] += b.mass[s];
  return q;
}

/// Weights of the conjunctive decomposition, ln w(A) for every set but the whole.
std::vector<double> log_weights(const Belief& b) {
  const std::vector<double> q = commonality(b);
  std::vector<double> w(q.size(), 0.0);
  for (unsigned a = 0; a < all_of(b); ++a)
    for (unsigned s = a; s < q.size(); ++s)
      if ((s & a) == a) w[a] += (std::popcount(s ^ a) % 2 ? 1 : -1) * std::log(q[s]);
  return w;
}

}  // namespace

Belief vacuous(int hypotheses) {
  FW_EXPECT(hypotheses >= 1 && hypotheses <= 8, "1 to 8 hypotheses");
  Belief out = empty(hypotheses);
  out.mass.back() = 1;
  return out;
}

Belief state(double degree, double reliability) {
  const double says = 2 * std::clamp(degree, 0.0, 1.0) - 1, r = std::clamp(reliability, 0.0, 1.0);
  return {2, {0, r * std::max(says, 0.0), r * std::max(-says, 0.0), 1 - r * std::abs(says)}};
}

Belief discount(const Belief& b, double reliability) {
  Belief out = b;
  for (double& m : out.mass) m *= reliability;
  out.mass.back() += 1 - reliability;
  return out;
}

double conflict_of(const Belief& a, const Belief& b) { return combine_conjunctive(a, b).mass[0]; }

Belief combine_conjunctive(const Belief& a, const Belief& b) {
  return combine(a, b, [](unsigned x, unsigned y) { return x & y; });
}

Belief combine_dempster(const Belief& a, const Belief& b) {
  Belief out = combine_conjunctive(a, b);
  const double agreed = 1 - out.mass[0];
  FW_EXPECT(agreed > 0, "sources in full contradiction cannot be combined");
  out.mass[0] = 0;
  for (double& m : out.mass) m /= agreed;
  return out;
}

Belief combine_yager(const Belief& a, const Belief& b) {
  Belief out = combine_conjunctive(a, b);
  out.mass.back() += out.mass[0];
  out.mass[0] = 0;
  return out;
}

Belief combine_pcr5(const Belief& a, const Belief& b) {
  Belief out = combine_conjunctive(a, b);
  out.mass[0] = 0;
  for (unsigned x = 1; x < a.mass.size(); ++x)
    for (unsigned y = 1; y < b.mass.size(); ++y) {
      const double m = a.mass[x], n = b.mass[y];
      if ((x & y) != 0 || m + n <= 0) continue;
      out.mass[x] += m * m * n / (m + n);
      out.mass[y] += n * n * m / (m + n);
    }
  return out;
}

Belief combine_disjunctive(const Belief& a, const Belief& b) {
  return combine(a, b, [](unsigned x, unsigned y) { return x | y; });
}

Belief combine_cautious(const Belief& a, const Belief& b) {
  FW_EXPECT(a.hypotheses == b.hypotheses, "beliefs about the same question");
  FW_EXPECT(a.mass.back() > 0 && b.mass.back() > 0, "the cautious rule needs sources that leave some ignorance");
  const std::vector<double> v = log_weights(a), w = log_weights(b);
  Belief q = empty(a.hypotheses), out = q;
  for (unsigned s = 0; s < q.mass.size(); ++s) {
    double sum = 0;
    for (unsigned x = 0; x < all_of(a); ++x)
      if ((x & s) != s) sum += std::min(v[x], w[x]);
    q.mass[s] = std::exp(sum);
  }
  // Commonalities back to masses; the empty set takes what is left, as it does in every conjunctive combination.
  double rest = 1;
  for (unsigned s = 1; s < q.mass.size(); ++s) {
    for (unsigned x = s; x < q.mass.size(); ++x)
      if ((x & s) == s) out.mass[s] += (std::popcount(x ^ s) % 2 ? -1 : 1) * q.mass[x];
    out.mass[s] = std::max(out.mass[s], 0.0);
    rest -= out.mass[s];
  }
  out.mass[0] = std::max(rest, 0.0);
  return out;
}

double belief_of(const Belief& b, unsigned set) {
  double sum = 0;
  for (unsigned x = 1; x < b.mass.size(); ++x)
    if ((x & ~set) == 0) sum += b.mass[x];
  return sum;
}

double plausibility_of(const Belief& b, unsigned set) {
  double sum = 0;
  for (unsigned x = 1; x < b.mass.size(); ++x)
    if ((x & set) != 0) sum += b.mass[x];
  return sum;
}

double pignistic_of(const Belief& b, int hypothesis) {
  double sum = 0;
  for (unsigned x = 1; x < b.mass.size(); ++x)
    if (x >> hypothesis & 1U) sum += b.mass[x] / std::popcount(x);
  return sum / (1 - b.mass[0]);
}

}  // namespace fw
