// What hostile reporters can do to the evidence of a cell: ctest -L poisoning. 200 seeds; prints the effect of each
// attack.
#include <gtest/gtest.h>

#include <cstdio>

#include "core/base/class_scheme.h"
#include "tests/evidence/poisoned_cell.h"

namespace fw::test {
namespace {

constexpr uint32_t seeds = 200;

double value_of(const Outcome& outcome) {
  EXPECT_EQ(outcome.table.rows.size(), 1U);
  return outcome.table.rows.empty() ? -1 : outcome.table.rows[0].value;
}

int class_of(double value) {
  static const ClassScheme scheme = load_class_scheme(std::string(FW_SOURCE_DIR) + "/config", "risk5");
  return scheme.classify(value);
}

TEST(Poisoning, WithThreeOfTenHostileTheClassMovesAtMostOneStep) {
  std::printf("%-24s %8s %12s %12s %10s %14s\n", "attack", "hostile", "mean shift", "worst shift", "steps",
              "over one step");
  for (const auto& [attack, name] : attacks)
    for (const double share : {0.0, 0.1, 0.2, 0.3, 0.4, 0.5}) {
      double sum = 0, worst = 0;
      int most = 0, over = 0;
      for (uint32_t seed = 1; seed <= seeds; ++seed) {
        Cell cell(seed);
        const double before = value_of(cell.clean()), after = value_of(cell.attacked(attack, share));
        const int steps = std::abs(class_of(after) - class_of(before));
        sum += std::abs(after - before);
        worst = std::max(worst, std::abs(after - before));
        most = std::max(most, steps);
        over += steps > 1;
      }
      std::printf("%-24s %7.0f%% %12.3f %12.3f %10d %13.1f%%\n", name.c_str(), 100 * share, sum / seeds, worst, most,
                  100.0 * over / seeds);
      if (share <= 0.3) {
        EXPECT_LE(most, 1) << name << " with " << share;
      }
      if (share == 0) {
        EXPECT_EQ(worst, 0) << "without an attack nothing moves";
      }
    }
}

TEST(Poisoning, SybilsMoveNothingAndTheirBurstsAreFound) {
  for (const size_t n : {size_t{10}, size_t{30}, size_t{100}, size_t{300}, size_t{1000}}) {
    int found = 0;
    for (uint32_t seed = 1; seed <= seeds; ++seed) {
      Cell cell(seed);
      const Outcome before = cell.clean(), after = cell.with_sybils(n);
      found += after.has(Verdict::noted, "CLUSTER_SUSPECT");
      EXPECT_EQ(value_of(after), value_of(before));
      EXPECT_EQ(after.table.rows.at(0).weight, before.table.rows.at(0).weight);
    }
    std::printf("sybil burst of %4zu: found %.1f %%, evidence moved 0\n", n, 100.0 * found / seeds);
    EXPECT_GE(found, seeds * 95 / 100) << n;
  }
}

TEST(Poisoning, HonestBurstsAreSeldomSuspected) {
  int flagged = 0;
  for (uint32_t seed = 1; seed <= seeds; ++seed)
    flagged += Cell(seed).with_honest_burst().has(Verdict::noted, "CLUSTER_SUSPECT");
  std::printf("honest bursts suspected: %.1f %%\n", 100.0 * flagged / seeds);
  EXPECT_LE(flagged * 100, static_cast<int>(seeds) * 2);
}

}  // namespace
}  // namespace fw::test
