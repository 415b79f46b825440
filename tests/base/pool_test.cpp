// Lent tools are used by one at a time, made only when needed, and not lent again after a failure.
#include "core/base/pool.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace fw {
namespace {

TEST(Pool, MakesAToolOnlyWhileAllAreInUse) {
  int made = 0;
  Pool<int> pool([&] { return std::make_unique<int>(++made); });
  pool.lend([&](int& outer) {
    EXPECT_EQ(outer, 1);
    pool.lend([](int& inner) { EXPECT_EQ(inner, 2); });
    pool.lend([](int& inner) { EXPECT_EQ(inner, 2) << "given back"; });
  });
  EXPECT_EQ(made, 2);
}

TEST(Pool, AToolWhoseUseFailedIsNotLentAgain) {
  int made = 0;
  Pool<int> pool([&] { return std::make_unique<int>(++made); });
  EXPECT_THROW(pool.lend([](int&) { throw std::runtime_error("broken"); }), std::runtime_error);
  pool.lend([](int& tool) { EXPECT_EQ(tool, 2); });
}

}  // namespace
}  // namespace fw
