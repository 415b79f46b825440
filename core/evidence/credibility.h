// How credible one statement is beside the others about the same unit, period and kind. Judged apart from the
// reliability of who made it.
#pragma once
#include <string>
#include <vector>

namespace fw {

/// What one independent voice says.
struct Statement {
  std::string organisation;
  double value = 0;  ///< 0..1
};

/// Admiralty credibility of each statement, 1..6. With c other organisations that confirm it (one of their statements
/// within 0.25) and x that only contradict it (all of theirs more than 0.5 away):
/// 1 confirmed: c >= 1, x = 0; 2 probably true: c > x >= 1; 3 possibly true: c = x >= 1, or c = x = 0 and another voice
/// of its own organisation, or an organisation that neither confirms nor contradicts, is there; 4 doubtful: x > c, x -
/// c = 1; 5 improbable: x - c >= 2; 6 cannot be judged: nobody else spoke.
/// Source: NATO AJP-2.1 (words of the six grades); the counts are a choice of this project.
std::vector<int> judge_credibility(const std::vector<Statement>& statements);

}  // namespace fw
