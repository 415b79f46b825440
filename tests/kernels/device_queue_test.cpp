// The order of work on a device, on a device that does everything as late, or as unevenly, as it may.
#include "kernels/device_queue.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <numeric>

#include "fake_device.h"
#include "kernels/device_error.h"

namespace fw {
namespace {

using test::FakeApi;
using test::FakeBehaviour;
using Bytes = std::vector<unsigned char>;

/// Small, so that halves fill up, turn and are reused.
constexpr QueueLimits small{1000, 600, 4000, 7, 64};

struct AddArgument {
  unsigned char *to, *from;
  size_t bytes;
  int64_t times;  // no padding: programs are compared byte by byte
};
void add_kernel(const void* argument, unsigned, unsigned) {
  const auto& a = *static_cast<const AddArgument*>(argument);
  for (size_t i = 0; i < a.bytes; ++i) a.to[i] = static_cast<unsigned char>(a.to[i] + a.times * a.from[i] + 1);
}
void launch_add(DeviceQueue& queue, void* to, void* from, size_t bytes, int times) {
  const AddArgument argument{static_cast<unsigned char*>(to), static_cast<unsigned char*>(from), bytes, times};
  queue.launch({reinterpret_cast<const void*>(&add_kernel), 1, 1, &argument, sizeof argument});
}

void expect_clean(const FakeApi& api, const std::string& where) {
  for (const std::string& p : api.problems()) ADD_FAILURE() << where << ": " << p;
  EXPECT_EQ(api.alive(), 0u) << where << ": not everything was dropped";
}

/// 400 random steps on six pieces of memory, against the same on plain vectors.
void play(DeviceQueue& queue, uint64_t seed) {
  std::mt19937_64 random(seed);
  constexpr size_t pieces = 6;
  std::array<Bytes, pieces> expected;
  std::array<void*, pieces> memory{};
  const auto make = [&](size_t k) {
    expected[k].assign(1 + random() % 2500, 0);
    memory[k] = queue.allocate(expected[k].size());
    queue.fill(memory[k], 0, expected[k].size());
  };
  struct Release {
    DeviceQueue& queue;
    std::array<void*, pieces>& memory;
    ~Release() {
      for (void* m : memory)
        if (m) queue.release(m);
    }
  } release{queue, memory};
  for (size_t k = 0; k < pieces; ++k) make(k);
  for (int step = 0; step < 400; ++step) {
    const size_t a = random() % pieces, b = (a + 1 + random() % (pieces - 1)) % pieces;
    const size_t n = std::min(expected[a].size(), expected[b].size());
    switch (random() % 8) {
      case 0:
      case 1: {
        Bytes host(expected[a].size());
        for (auto& v : host) v = static_cast<unsigned char>(random());
        queue.upload(memory[a], host.data(), host.size());
        expected[a] = host;
        std::fill(host.begin(), host.end(), 0);  // ours again
        break;
      }
      case 2:
        queue.copy(memory[a], memory[b], n);
        std::copy_n(expected[b].begin(), n, expected[a].begin());
        break;
      case 3:
        queue.fill(memory[a], 7, n);
        std::fill_n(expected[a].begin(), n, 7);
        break;
      case 4:
      case 5: {
        const int times = static_cast<int>(random() % 5);
        launch_add(queue, memory[a], memory[b], n, times);
        const AddArgument same{expected[a].data(), expected[b].data(), n, times};
        add_kernel(&same, 1, 1);
        break;
      }
      case 6: {
        Bytes got(expected[a].size());
        queue.download(got.data(), memory[a], got.size());
        ASSERT_EQ(got, expected[a]) << "step " << step << ", seed " << seed;
        break;
      }
      default:
        queue.release(std::exchange(memory[a], nullptr));
        make(a);
    }
  }
}

TEST(DeviceQueue, GivesWhatWasAskedForHoweverTheStreamsRun) {
  for (uint64_t seed = 0; seed < 40; ++seed) {
    FakeApi api({.seed = seed});
    {
      DeviceQueue queue(api, small);
      play(queue, 100 + seed);
    }
    expect_clean(api, "seed " + std::to_string(seed));
  }
}

TEST(DeviceQueue, LeavesNothingBehindWhereverTheDeviceIsLost) {
  FakeApi whole;
  long calls = 0;  // without those of the destructor, which swallows what goes wrong
  {
    DeviceQueue queue(whole, small);
    play(queue, 3);
    queue.synchronize();
    calls = whole.calls();
  }
  ASSERT_GT(calls, 300);
  for (long call = 0; call < calls; ++call) {
    FakeApi api({.lost_at_call = call});
    EXPECT_THROW(
        {
          DeviceQueue queue(api, small);
          play(queue, 3);
          queue.synchronize();
        },
        DeviceError)
        << "call " << call;
    expect_clean(api, "lost at call " + std::to_string(call));
  }
}

TEST(DeviceQueue, OneShortageChangesNothing) {
  FakeApi whole;
  {
    DeviceQueue queue(whole, small);
    play(queue, 5);
  }
  for (long n = 0; n < whole.allocations(); ++n) {
    FakeApi api({.short_at = {n}});
    {
      DeviceQueue queue(api, small);
      EXPECT_NO_THROW(play(queue, 5)) << "allocation " << n;
    }
    expect_clean(api, "short at allocation " + std::to_string(n));
  }
}

TEST(DeviceQueue, GoesOnAfterItSaidThatMemoryIsShort) {
  FakeApi whole;
  {
    DeviceQueue queue(whole, small);
    play(queue, 5);
  }
  for (long n = 0; n < whole.allocations(); ++n) {
    FakeApi api({.short_at = {n, n + 1, n + 2, n + 3}});
    {
      DeviceQueue queue(api, small);
      try {
        play(queue, 5);
      } catch (const DeviceMemoryError&) {
      }
      api.set({});
      EXPECT_NO_THROW(play(queue, 6)) << "allocation " << n;
    }
    expect_clean(api, "short from allocation " + std::to_string(n));
  }
}

TEST(DeviceQueue, CopiesGoAheadOfTheWorkBeforeThem) {
  FakeApi api;
  {
    DeviceQueue queue(api, small);
    void *const x = queue.allocate(200), *const y = queue.allocate(200);
    const Bytes host(200, 1);
    queue.upload(x, host.data(), host.size());
    launch_add(queue, y, x, 200, 1);
    for (int k = 0; k < 7; ++k) launch_add(queue, y, x, 200, 1);  // the first part is asked of the stream
    queue.upload(x, host.data(), host.size());
    EXPECT_TRUE(api.history().empty()) << "the host waited for something";
    api.run_uploads();
    EXPECT_EQ(api.history(), (std::vector<std::string>{"to_device", "to_device"})) << "no work was needed for them";
    queue.release(x);
    queue.release(y);
  }
  expect_clean(api, "");
}

TEST(DeviceQueue, WaitsOnlyWhenBothHalvesAreUnderWay) {
  FakeApi api;
  {
    DeviceQueue queue(api, small);
    void* const x = queue.allocate(1000);
    const Bytes host(1000, 1);
    queue.upload(x, host.data(), 1000);
    queue.upload(x, host.data(), 1000);
    EXPECT_TRUE(api.history().empty());
    queue.upload(x, host.data(), 1000);
    EXPECT_FALSE(api.history().empty());
    queue.release(x);
  }
  expect_clean(api, "");
}

/// One tile: upload, six launches, download.
Bytes tile(DeviceQueue& queue, unsigned char value, int times) {
  void *const x = queue.allocate(100), *const y = queue.allocate(100);
  const Bytes host(100, value);
  queue.upload(x, host.data(), 100);
  queue.fill(y, 0, 100);
  for (int k = 0; k < 3; ++k) launch_add(queue, y, x, 100, times);
  Bytes got(100);
  queue.download(got.data(), y, 100);
  queue.release(y);  // as owners do: the last made goes first, and what comes next gets the same places
  queue.release(x);
  return got;
}

TEST(DeviceQueue, ReplaysATileThatComesAgainAsAGraph) {
  FakeApi api;
  {
    DeviceQueue queue(api);
    for (unsigned char value = 1; value < 6; ++value)
      EXPECT_EQ(tile(queue, value, 2), Bytes(100, static_cast<unsigned char>(3 * (2 * value + 1))));
    EXPECT_EQ(api.replays(), 4u) << "the first time it is asked command by command";
    EXPECT_EQ(tile(queue, 1, 5), Bytes(100, 18)) << "another argument is another program";
    EXPECT_EQ(api.replays(), 4u);
    EXPECT_EQ(tile(queue, 1, 2), Bytes(100, 9));
    EXPECT_EQ(api.replays(), 5u);
  }
  expect_clean(api, "");
}

TEST(DeviceQueue, ForgetsTheOldestPrograms) {
  QueueLimits limits;
  limits.cached_commands = 12;  // two tiles of five
  FakeApi api;
  {
    DeviceQueue queue(api, limits);
    for (int round = 0; round < 4; ++round)
      for (int times = 0; times < 3; ++times) EXPECT_EQ(tile(queue, 2, times)[0], 3 * (2 * times + 1));
    EXPECT_EQ(api.replays(), 0u);
    tile(queue, 2, 2);
    EXPECT_EQ(api.replays(), 1u);
  }
  expect_clean(api, "");
}

TEST(DeviceQueue, DoesWithoutGraphsWhereOneCannotBeMade) {
  FakeApi whole;
  {
    DeviceQueue queue(whole);
    tile(queue, 1, 1);
  }
  FakeApi api({.short_at = {whole.allocations()}});  // that of the capture
  {
    DeviceQueue queue(api);
    for (int k = 0; k < 4; ++k) EXPECT_EQ(tile(queue, 1, 1), Bytes(100, 6));
    EXPECT_EQ(api.replays(), 0u);
  }
  expect_clean(api, "");
}

TEST(DeviceQueue, HandsOutReleasedMemoryAgainAndGivesItBackWhenMemoryIsShort) {
  FakeApi api({.memory_bytes = 100'000});
  {
    QueueLimits limits;
    limits.upload_bytes = limits.download_bytes = 1024;
    DeviceQueue queue(api, limits);
    for (int k = 0; k < 50; ++k) queue.release(queue.allocate(30'000));
    EXPECT_EQ(api.allocations(), 1);
    for (int k = 0; k < 3; ++k) queue.release(queue.allocate(60'000));
    void* const most = queue.allocate(90'000);  // only with what is idle given back
    EXPECT_THROW(queue.allocate(20'000), DeviceMemoryError);
    queue.release(most);
  }
  expect_clean(api, "");
}

TEST(DeviceQueue, TakesSmallerHalvesWhereMemoryIsShort) {
  FakeApi api({.memory_bytes = size_t{600} << 10});
  {
    DeviceQueue queue(api);  // two halves of 8 MiB asked for
    Bytes host(300'000);
    std::iota(host.begin(), host.end(), static_cast<unsigned char>(0));
    void* const x = queue.allocate(host.size());
    queue.upload(x, host.data(), host.size());
    Bytes got(host.size());
    queue.download(got.data(), x, got.size());
    EXPECT_EQ(got, host);
    queue.release(x);
  }
  expect_clean(api, "");
}

TEST(DeviceQueue, TimesWhatIsAskedMeanwhile) {
  FakeApi api;
  {
    DeviceQueue queue(api);
    void* const x = queue.allocate(10);
    EXPECT_EQ(queue.time_ms([&] { queue.fill(x, 1, 10); }), 0.5);
    EXPECT_EQ(api.history(), std::vector<std::string>{"fill"}) << "and not later";
    queue.release(x);
  }
  expect_clean(api, "");
}

}  // namespace
}  // namespace fw
