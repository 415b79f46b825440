// Every operation through streams, staging and graphs: the bytes of the CPU, however the device behaves.
#include <gtest/gtest.h>

#include "../gpu/every_op.h"
#include "fake_device.h"
#include "kernels/devices.h"

namespace fw {
namespace {

using test::FakeApi;
using test::FakeBehaviour;

std::vector<sample::Result> results_of(const sample::OpCase& op, Backend& backend, const sample::Inputs& in) {
  const sample::Prepared prepared = op.prepare(backend, in);
  prepared.launch();
  return prepared.collect();
}

void expect_same(const std::vector<sample::Result>& got, const std::vector<sample::Result>& expected,
                 const std::string& what) {
  ASSERT_EQ(got.size(), expected.size()) << what;
  for (size_t k = 0; k < got.size(); ++k) EXPECT_EQ(got[k].bytes, expected[k].bytes) << what << " " << got[k].name;
}

TEST(FakeBackend, ComputesEveryOperationAsTheCpuDoes) {
  const auto in = sample::make_inputs(1300, 24);
  const auto cpu = make_backend({DeviceChoice::cpu, ""});
  uint64_t seed = 0;
  for (const auto& op : sample::every_op()) {
    const auto expected = results_of(op, *cpu, in);
    for (const int capability : {0, 90}) {
      const auto api = std::make_shared<FakeApi>(FakeBehaviour{.seed = seed++, .capability = capability});
      {
        const auto fake = test::make_fake_backend(api, {4096, 1024, 1 << 20, 5, 64});
        expect_same(results_of(op, *fake, in), expected, op.name);
      }
      EXPECT_EQ(api->alive(), 0u) << op.name;
      EXPECT_EQ(api->problems(), std::vector<std::string>{}) << op.name;
    }
  }
}

TEST(FakeBackend, ComputesFewerPixelsAtATimeWhereMemoryForScratchIsShort) {
  const auto in = sample::make_inputs(4000, 12);
  const auto cpu = make_backend({DeviceChoice::cpu, ""});
  for (const auto& op : sample::every_op()) {
    if (!op.name.starts_with("Whittaker") && !op.name.starts_with("Trend")) continue;  // LinearTrend needs none
    FakeApi measured;
    const auto enough = std::make_shared<FakeApi>();
    results_of(op, *test::make_fake_backend(enough), in);
    // Two halves of 128 KiB and what the case holds fit; a good part of the scratch memory does not.
    const size_t staging = 2 * (size_t{8} << 20);
    const size_t held = enough->peak_bytes() - staging;
    const auto api = std::make_shared<FakeApi>(FakeBehaviour{.memory_bytes = held - held / 10});
    const auto fake = test::make_fake_backend(api, {4096, 4096, 0, 64, 0});
    expect_same(results_of(op, *fake, in), results_of(op, *cpu, in), op.name);
  }
}

TEST(Devices, AreTakenByTurnsUntilTheyFail) {
  for (size_t count = 1; count <= 4; ++count) {
    std::vector<std::shared_ptr<FakeApi>> fakes;
    for (size_t k = 0; k < count; ++k)
      fakes.push_back(std::make_shared<FakeApi>(FakeBehaviour{.name = "cuda:" + std::to_string(k) + " (Fake)"}));
    const ChosenDevice chosen = test::choose_fakes(fakes);
    EXPECT_EQ(chosen.devices->count(), count);
    for (size_t k = 0; k < 2 * count; ++k) EXPECT_EQ(make_backend(chosen)->name(), fakes[k % count]->name());
    for (size_t k = 0; k + 1 < count; ++k) chosen.devices->give_up(fakes[k]->name());
    for (size_t k = 0; k < count; ++k) EXPECT_EQ(make_backend(chosen)->name(), fakes[count - 1]->name());
    chosen.devices->give_up(fakes[count - 1]->name());
    EXPECT_THROW(make_backend(chosen), DeviceError);
  }
}

TEST(Devices, AreNamedByKind) {
  const auto fake = [](const char* name) { return std::make_shared<FakeApi>(FakeBehaviour{.name = name}); };
  EXPECT_EQ(test::choose_fakes({fake("cuda:0 (A)")}).why, "cuda: A, asked for");
  EXPECT_EQ(test::choose_fakes({fake("cuda:0 (A)"), fake("cuda:1 (B)"), fake("cuda:2 (A)")}).why,
            "cuda: 2 x A, B, asked for");
}

TEST(ParseDevice, TakesWhatTheOptionMayBe) {
  EXPECT_EQ(parse_device("auto")->choice, DeviceChoice::automatic);
  EXPECT_EQ(parse_device("cpu")->choice, DeviceChoice::cpu);
  EXPECT_EQ(parse_device("cuda")->choice, DeviceChoice::cuda);
  EXPECT_TRUE(parse_device("cuda")->ordinals.empty());
  EXPECT_EQ(parse_device("cuda:0")->ordinals, std::vector<int>{0});
  EXPECT_EQ(parse_device("cuda:2,0,2,13")->ordinals, (std::vector<int>{2, 0, 13}));
  for (const char* wrong : {"", "gpu", "cuda:", "cuda:-1", "cuda:a", "cuda:0,", "cuda:,0", "cuda:0 ", "cuda:0:1",
                            "cpu:0", "cuda:99999999999"})
    EXPECT_FALSE(parse_device(wrong)) << wrong;
}

}  // namespace
}  // namespace fw
