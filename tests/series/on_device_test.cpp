#include "core/series/on_device.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/kernels/fake_device.h"

namespace fw {
namespace {

using test::FakeApi;

/// y = 1 where x > 2.
std::vector<float> threshold(Backend& backend, const std::vector<float>& x) {
  Buffer<float> in(backend, x.size()), out(backend, x.size());
  backend.upload(in.data(), x.data(), x.size() * sizeof(float));
  backend.run(Threshold{in.data(), out.data(), x.size(), 2.0F});
  std::vector<float> y(x.size());
  backend.download(y.data(), out.data(), y.size() * sizeof(float));
  return y;
}
const std::vector<float> x{1, 2, 3, 4}, y{0, 0, 1, 1};

TEST(BackendPool, ComputesOnTheCpuWhatADeviceCannot) {
  const auto whole = std::make_shared<FakeApi>();
  RunReport none;
  BackendPool(test::choose_fakes({whole}), none).run([](Backend& b) { EXPECT_EQ(threshold(b, x), y); });
  EXPECT_TRUE(none.empty());
  for (long call = 0; call < whole->calls(); ++call) {
    const auto api = std::make_shared<FakeApi>(test::FakeBehaviour{.lost_at_call = call});
    RunReport report;
    {
      BackendPool pool(test::choose_fakes({api}), report);
      for (int k = 0; k < 3; ++k) {
        std::vector<float> found;
        pool.run([&](Backend& b) { found = threshold(b, x); });
        EXPECT_EQ(found, y) << call;
      }
    }
    ASSERT_EQ(report.sorted().size(), 1u) << call;
    EXPECT_EQ(report.sorted()[0].code, "GPU_FAILED");
    EXPECT_EQ(report.rejected(), 0u);
    EXPECT_EQ(api->alive(), 0u);
  }
}

TEST(BackendPool, KeepsADeviceThatWasShortOnce) {
  const auto api = std::make_shared<FakeApi>(test::FakeBehaviour{.memory_bytes = 300});
  RunReport report;
  {
    BackendPool pool(test::choose_fakes({api}, {256, 256, 0, 64, 0}), report);
    pool.run([](Backend& b) { EXPECT_EQ(threshold(b, x), y); });
    api->set({});
    pool.run([](Backend& b) {
      EXPECT_TRUE(b.is_device());
      EXPECT_EQ(threshold(b, x), y);
    });
  }
  ASSERT_EQ(report.sorted().size(), 1u);
  EXPECT_EQ(report.sorted()[0].code, "GPU_MEMORY");
}

TEST(BackendPool, SharesDevicesAmongThreads) {
  std::vector<std::shared_ptr<FakeApi>> fakes;
  for (int k = 0; k < 3; ++k) fakes.push_back(std::make_shared<FakeApi>(test::FakeBehaviour{.seed = 7}));
  RunReport report;
  {
    BackendPool pool(test::choose_fakes(fakes), report);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int k = 0; k < 20; ++k) pool.run([](Backend& b) { EXPECT_EQ(threshold(b, x), y); });
      });
    for (auto& t : threads) t.join();
  }
  for (const auto& api : fakes) EXPECT_EQ(api->alive(), 0u);
  EXPECT_TRUE(report.empty());
}

TEST(BackendPool, PassesOnWhatIsNoFaultOfTheDevice) {
  RunReport report;
  BackendPool pool(test::choose_fakes({std::make_shared<FakeApi>()}), report);
  EXPECT_THROW(pool.run([](Backend&) { throw OutputError("DISK_FULL", "full"); }), OutputError);
  EXPECT_TRUE(report.empty());
}

TEST(RunJobOn, CallsAJobAgainWithTheCpu) {
  const ChosenDevice device = test::choose_fakes({std::make_shared<FakeApi>()});
  RunReport report;
  std::vector<DeviceChoice> seen;
  const int code = run_job_on(device, report, [&](const ChosenDevice& d) {
    seen.push_back(d.device);
    if (d.device == DeviceChoice::cuda) throw DeviceError("FAKE: lost");
    return 3;
  });
  EXPECT_EQ(code, 3);
  EXPECT_EQ(seen, (std::vector{DeviceChoice::cuda, DeviceChoice::cpu}));
  ASSERT_EQ(report.sorted().size(), 1u);
  EXPECT_EQ(report.sorted()[0].code, "GPU_FAILED");
  EXPECT_THROW(run_job_on({DeviceChoice::cpu, ""}, report, [](const ChosenDevice&) -> int { throw DeviceError("no"); }),
               DeviceError);
}

}  // namespace
}  // namespace fw
