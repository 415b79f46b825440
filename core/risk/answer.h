// Yes, no, or not known: what a rule says when data are missing. Absent is never "no".
#pragma once
#include <cstdint>

#include "kernels/hd.h"

namespace fw {

enum class Answer : uint8_t { no = 0, yes = 1, unknown = 2 };

FW_HD Answer answer_of(bool yes) { return yes ? Answer::yes : Answer::no; }
FW_HD Answer either(Answer a, Answer b) {
  if (a == Answer::yes || b == Answer::yes) return Answer::yes;
  return a == Answer::unknown || b == Answer::unknown ? Answer::unknown : Answer::no;
}
FW_HD Answer both(Answer a, Answer b) {
  if (a == Answer::no || b == Answer::no) return Answer::no;
  return a == Answer::unknown || b == Answer::unknown ? Answer::unknown : Answer::yes;
}

/// Does a share of a total reach a limit, when part of the total has no value? `yes` of `total` (same unit, >= 0) hold,
/// `missing` of it may or may not. Yes from exactly the limit on. In: limit 0..1. Out: unknown where the missing part
/// could turn the answer, and where total is 0.
FW_HD Answer reaches_share(double yes, double missing, double total, double limit) {
  if (!(total > 0.0)) return Answer::unknown;
  if (yes >= limit * total) return Answer::yes;
  return yes + missing >= limit * total ? Answer::unknown : Answer::no;
}

}  // namespace fw
