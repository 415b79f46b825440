#include <cstring>
#include <numeric>

#include "on_each_backend.h"

namespace fw {

FW_ON_EACH_BACKEND(OnEachBackend);

TEST(ChooseDevice, TakesTheCpuWhenAskedAndSaysSo) {
  const ChosenDevice chosen = choose_device(DeviceChoice::cpu);
  EXPECT_EQ(chosen.device, DeviceChoice::cpu);
  EXPECT_EQ(chosen.why, "cpu: asked for");
}

TEST(ChooseDevice, AutomaticGivesABackendAndAReason) {
  const ChosenDevice chosen = choose_device(DeviceChoice::automatic);
  const auto backend = make_backend(chosen);
  EXPECT_EQ(backend->is_device(), chosen.device == DeviceChoice::cuda);
  EXPECT_EQ(backend->name().substr(0, 3), chosen.why.substr(0, 3));
  EXPECT_GT(chosen.why.size(), 5u);
}

TEST(ChooseDevice, RefusesCudaWhereThereIsNoneAndSaysWhatToDo) {
  if (choose_device(DeviceChoice::automatic).device == DeviceChoice::cuda) GTEST_SKIP() << "a CUDA device is here";
  try {
    choose_device(DeviceChoice::cuda);
    FAIL() << "no error";
  } catch (const DeviceError& e) {
    EXPECT_NE(std::string(e.what()).find("CUDA was asked for and cannot be used ("), std::string::npos) << e.what();
    EXPECT_NE(std::string(e.what()).find("'cpu'"), std::string::npos) << e.what();
  }
}

TEST(MakeBackend, RefusesAChoiceThatWasNotDecided) {
  EXPECT_THROW(make_backend({DeviceChoice::automatic, "nobody chose"}), DeviceError);
}

TEST(CpuBackend, AlignsMemoryTo64Bytes) {
  const auto cpu = make_backend({DeviceChoice::cpu, ""});
  for (const size_t bytes : {0u, 1u, 63u, 64u, 1000u}) {
    void* memory = cpu->allocate(bytes);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(memory) % 64, 0u);
    cpu->release(memory);
  }
}

TEST_P(OnEachBackend, MemoryComesBackAsItWent) {
  std::vector<float> host(1000);
  std::iota(host.begin(), host.end(), 0.5f);
  Buffer<float> a = up(host), b = room<float>(host.size());
  backend().copy(b.data(), a.data(), host.size() * sizeof(float));
  backend().synchronize();
  EXPECT_EQ(down(b), host);
  backend().fill(b.data(), 0, 10 * sizeof(float));
  EXPECT_EQ(down(b)[9], 0.0f);
  EXPECT_EQ(down(b)[10], 10.5f);
}

TEST_P(OnEachBackend, BuffersMoveAndAreFreedOnce) {
  Buffer<float> a = up(Values{1, 2, 3});
  const float* memory = a.data();
  Buffer<float> b = std::move(a);
  EXPECT_EQ(b.data(), memory);
  EXPECT_EQ(b.at(1), memory + 1);
  Buffer<float> c;
  c = std::move(b);
  EXPECT_EQ(down(c), (Values{1, 2, 3}));
}

TEST_P(OnEachBackend, NoPixelsIsNoWork) {
  EXPECT_NO_THROW(backend().run(Threshold{nullptr, nullptr, 0, 0.0f}));
  EXPECT_NO_THROW(backend().run(SeriesStats{nullptr, 0, 0, nullptr, nullptr, nullptr, nullptr, nullptr}));
}

TEST_P(OnEachBackend, TimesWork) {
  Buffer<float> a = up(Values(1000, 1.0f)), b = room<float>(1000);
  bool ran = false;
  const double ms = backend().time_ms([&] {
    backend().run(Threshold{a.data(), b.data(), 1000, 0.0f});
    ran = true;
  });
  EXPECT_TRUE(ran);
  EXPECT_GE(ms, 0.0);
}

}  // namespace fw
