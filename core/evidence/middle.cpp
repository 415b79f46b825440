#include "core/evidence/middle.h"

#include <algorithm>

#include "core/base/error.h"

namespace fw {

double middle_fifth(std::vector<Weighed> voices) {
  FW_EXPECT(!voices.empty(), "somebody must speak");
  std::sort(voices.begin(), voices.end(), [](const Weighed& a, const Weighed& b) {
    return a.value != b.value ? a.value < b.value : a.weight < b.weight;
  });
  double total = 0;
  for (const Weighed& v : voices) total += v.weight;
  const double begin = 0.4 * total, end = 0.6 * total;
  double below = 0, sum = 0, inside = 0;
  for (const Weighed& v : voices) {
    const double part = std::max(0.0, std::min(below + v.weight, end) - std::max(below, begin));
    sum += part * v.value;
    inside += part;
    below += v.weight;
  }
  return sum / inside;
}

std::vector<double> share_say(const std::vector<double>& weights, const std::vector<double>& worth) {
  FW_EXPECT(weights.size() == worth.size() && !weights.empty(), "one worth per weight");
  const double best_worth = *std::max_element(worth.begin(), worth.end());
  double best = 0;
  for (size_t i = 0; i < weights.size(); ++i)
    if (worth[i] >= no_say * best_worth) best = std::max(best, weights[i]);
  std::vector<double> say;
  for (size_t i = 0; i < weights.size(); ++i)
    say.push_back(worth[i] < no_say * best_worth ? 0 : std::max(weights[i], least_say * best));
  return say;
}

}  // namespace fw
