// Preconditions of operations.
#pragma once
#include <gtest/gtest.h>

#include <stdexcept>

#include "kernels/check_ops.h"

namespace fw {

/// An operation that is right as it stands is refused once it is broken.
template <class Op, class Break>
void expect_refused(Op op, Break break_it) {
  EXPECT_NO_THROW(check(op));
  break_it(op);
  EXPECT_THROW(check(op), std::logic_error);
}

}  // namespace fw
