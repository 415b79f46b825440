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

std::vector<double> share_say(const std::vector<double>& weights) {
  const double best = weights.empty() ? 0 : *std::max_element(weights.begin(), weights.end());
  std::vector<double> say;
  for (const double w : weights) say.push_back(w < no_say * best ? 0 : std::max(w, least_say * best));
  return say;
}

}  // namespace fw
