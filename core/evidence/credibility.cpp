#include "core/evidence/credibility.h"

#include <cmath>
#include <map>

namespace fw {
namespace {

constexpr double confirms_within = 0.25, contradicts_beyond = 0.5, rounding = 1e-9;

}  // namespace

std::vector<int> judge_credibility(const std::vector<Statement>& statements) {
  std::map<std::string, std::vector<double>> by_organisation;
  for (const Statement& s : statements) by_organisation[s.organisation].push_back(s.value);
  std::vector<int> grades;
  for (const Statement& s : statements) {
    int confirm = 0, contradict = 0;
    for (const auto& [organisation, values] : by_organisation) {
      if (organisation == s.organisation) continue;
      bool near = false, far = true;
      for (const double v : values) {
        near |= std::abs(v - s.value) <= confirms_within + rounding;
        far &= std::abs(v - s.value) > contradicts_beyond + rounding;
      }
      confirm += near;
      contradict += far;
    }
    const int excess = contradict - confirm;
    if (excess >= 2)
      grades.push_back(5);
    else if (excess == 1)
      grades.push_back(4);
    else if (confirm > 0)
      grades.push_back(contradict == 0 ? 1 : excess < 0 ? 2 : 3);
    else
      grades.push_back(statements.size() > 1 ? 3 : 6);
  }
  return grades;
}

}  // namespace fw
