// "So many periods in a row".
#pragma once
#include "core/risk/answer.h"

namespace fw {

/// Periods in a row that end now. A period without an answer ends what is certain; it does not end what is possible.
struct Run {
  int certain = 0, possible = 0;

  /// The first period in which the condition holds makes a run of 1.
  FW_HD void add(Answer holds) {
    certain = holds == Answer::yes ? certain + 1 : 0;
    possible = holds == Answer::no ? 0 : possible + 1;
  }
  /// In: needed >= 1 (OCHA ROSEA: 3 months of a level).
  FW_HD Answer reached(int needed) const {
    if (certain >= needed) return Answer::yes;
    return possible >= needed ? Answer::unknown : Answer::no;
  }
};

}  // namespace fw
