// What a GPU thread keeps in registers, on the host: sorts and medians of fixed sizes, rows read ahead, division.
#include "kernels/held_values.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "../gpu/every_op.h"
#include "kernels/each_row.h"
#include "kernels/water_bodies.h"
#include "on_each_backend.h"

namespace fw {
namespace {

template <class Check>
void for_each_size(const Check& check) {
  [&]<int... N>(std::integer_sequence<int, N...>) { (check(std::integral_constant<int, N>{}), ...); }
  (HeldSizes{});
}

TEST(SortHeld, SortsEverySize) {
  sample::Random random(3);
  for_each_size([&]<int N>(std::integral_constant<int, N>) {
    for (int round = 0; round < 500; ++round) {
      float v[N];
      for (float& x : v) x = static_cast<float>(random.below(round % 2 == 0 ? 2 : 30));
      Values expected(v, v + N);
      std::sort(expected.begin(), expected.end());
      sort_held(v);
      ASSERT_EQ(Values(v, v + N), expected) << N;
    }
  });
}

TEST(PickHeld, FindsEveryPlace) {
  for_each_size([]<int N>(std::integral_constant<int, N>) {
    float v[N];
    for (int k = 0; k < N; ++k) v[k] = static_cast<float>(k);
    for (int k = 0; k < N; ++k) EXPECT_EQ(pick_held(v, k), static_cast<float>(k)) << N;
  });
}

TEST(MedianHeld, IsTheMiddleOfTheValuesThereAre) {
  sample::Random random(5);
  for_each_size([&]<int N>(std::integral_constant<int, N>) {
    for (int round = 0; round < 1000; ++round) {
      float v[N];
      Values there;
      const int missing = random.below(5);
      for (float& x : v) {
        x = random.below(4) < missing ? nan_v : static_cast<float>(random.below(9)) - 4.0f;
        if (random.below(20) == 0) x = random.below(2) == 0 ? inf_v : -inf_v;
        if (x == x) there.push_back(x);
      }
      const double median = median_held(v);
      if (there.empty()) {
        ASSERT_TRUE(median != median);
        continue;
      }
      std::sort(there.begin(), there.end());
      const double low = there[(there.size() - 1) / 2], high = there[there.size() / 2];
      const double expected = low == high ? low : 0.5 * (low + high);
      if (expected == expected)
        ASSERT_EQ(median, expected) << there.size() << " of " << N;
      else
        ASSERT_TRUE(median != median);
      ASSERT_FALSE(median == 0.0 && std::signbit(median));
    }
  });
}

TEST(WithRoom, TakesTheSmallestSizeThatHoldsThem) {
  const auto size_for = [](int count) {
    int size = 0;
    return with_room(HeldSizes{}, count, [&](auto n) { size = n; }) ? size : -1;
  };
  EXPECT_EQ(size_for(0), 8);
  EXPECT_EQ(size_for(8), 8);
  EXPECT_EQ(size_for(9), 12);
  EXPECT_EQ(size_for(33), 64);
  EXPECT_EQ(size_for(64), 64);
  EXPECT_EQ(size_for(65), -1);
}

TEST(EachRow, GivesEveryRowOnceAndInOrderWhateverTheLanes) {
  constexpr int pixels = 4;
  for (const int rows : {0, 1, 7, 8, 9, 16, 37}) {
    Values x;
    std::vector<uint8_t> y;
    for (int k = 0; k < rows * pixels; ++k) x.push_back(static_cast<float>(k)), y.push_back(static_cast<uint8_t>(k));
    int next = 0;
    const auto of_pixel = [&](int t, const float* a, const uint8_t* b) {
      EXPECT_EQ(t, next++);
      EXPECT_EQ(*a, static_cast<float>(t * pixels + 2));
      EXPECT_EQ(*b, static_cast<uint8_t>(t * pixels + 2));
    };
    each_row<1>(rows, pixels, of_pixel, x.data() + 2, y.data() + 2);
    EXPECT_EQ(next, rows);
    next = 0;
    const auto of_lanes = [&](int t, const float* a) {
      EXPECT_EQ(t, next++);
      EXPECT_EQ(a[3], static_cast<float>(t * pixels + 3));
    };
    each_row<pixels>(rows, pixels, of_lanes, x.data());
    EXPECT_EQ(next, rows);
  }
}

TEST(DivideBy, IsTheQuotientOfWholeNumbers) {
  sample::Random random(11);
  constexpr uint32_t most = (1u << 31) - 1;
  for (const uint32_t by : {1u, 2u, 3u, 7u, 61u, 250u, 4096u, 10980u, 65535u, 65537u, 1u << 30, (1u << 30) + 1, most}) {
    const DivideBy divide(by);
    for (const uint32_t n : {0u, 1u, by - 1, by, std::min(by + 1, most), most - 1, most})
      EXPECT_EQ(divide(n), n / by) << n << " / " << by;
    for (int k = 0; k < 2000; ++k) {
      const uint32_t n = static_cast<uint32_t>(random.next() >> 33);
      ASSERT_EQ(divide(n), n / by) << n << " / " << by;
    }
  }
}

class MedianOfZeros : public OnEachBackend {};
TEST_P(MedianOfZeros, DoesNotDependOnTheOrderOfScenes) {
  Values scenes{-0.0f, 0.0f, -0.0f, 0.0f, -0.0f, -0.0f};
  for (int round = 0; round < 6; ++round) {
    std::rotate(scenes.begin(), scenes.begin() + 1, scenes.end());
    const auto value = up(scenes);
    const auto outcome = up(Codes(scenes.size(), 0));
    auto out = room<float>(1);
    backend().run(Composite{value.data(), outcome.data(), static_cast<int>(scenes.size()), 1, CompositeMethod::median,
                            out.data(), nullptr, nullptr});
    EXPECT_EQ(down(out)[0], 0.0f);
    EXPECT_FALSE(std::signbit(down(out)[0]));
  }
}
FW_ON_EACH_BACKEND(MedianOfZeros);

}  // namespace
}  // namespace fw
