// Every test of an operation runs on each backend; on CUDA it is skipped, with the reason, where there is no device.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <ostream>
#include <vector>

#include "kernels/backend.h"

namespace fw {

inline void PrintTo(DeviceChoice d, std::ostream* out) { *out << (d == DeviceChoice::cpu ? "cpu" : "cuda"); }

inline constexpr float nan_v = std::numeric_limits<float>::quiet_NaN();
inline constexpr float inf_v = std::numeric_limits<float>::infinity();

inline uint8_t code(Reason r) { return static_cast<uint8_t>(r); }
inline uint8_t code(MaskOutcome o) { return static_cast<uint8_t>(o); }

using Values = std::vector<float>;
using Codes = std::vector<uint8_t>;

class OnEachBackend : public ::testing::TestWithParam<DeviceChoice> {
 protected:
  void SetUp() override {
    try {
      backend_ = make_backend(choose_device(GetParam()));
    } catch (const DeviceError& e) {
      GTEST_SKIP() << e.what();
    }
  }
  template <class T>
  Buffer<T> up(const std::vector<T>& host) {
    Buffer<T> buffer(*backend_, host.size());
    backend_->upload(buffer.data(), host.data(), host.size() * sizeof(T));
    return buffer;
  }
  /// Filled with 0xCD, so that an element nobody wrote shows.
  template <class T>
  Buffer<T> room(size_t count) {
    Buffer<T> buffer(*backend_, count);
    backend_->fill(buffer.data(), 0xCD, count * sizeof(T));
    return buffer;
  }
  template <class T>
  std::vector<T> down(const Buffer<T>& buffer) {
    std::vector<T> host(buffer.size());
    backend_->download(host.data(), buffer.data(), host.size() * sizeof(T));
    return host;
  }
  Backend& backend() { return *backend_; }

 private:
  std::unique_ptr<Backend> backend_;
};

#define FW_ON_EACH_BACKEND(Suite)                                                                    \
  INSTANTIATE_TEST_SUITE_P(Kernels, Suite, ::testing::Values(DeviceChoice::cpu, DeviceChoice::cuda), \
                           [](const auto& i) { return i.param == DeviceChoice::cpu ? "cpu" : "cuda"; })

/// NaN equals NaN; numbers within `tolerance` of the larger of 1 and the expected value (0: equal).
inline void expect_values(const Values& got, const Values& expected, double tolerance = 0.0) {
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) {
    if (expected[i] != expected[i]) {
      EXPECT_TRUE(got[i] != got[i]) << "element " << i << " is " << got[i] << ", expected no-data";
    } else if (tolerance == 0.0) {
      EXPECT_EQ(got[i], expected[i]) << "element " << i;
    } else {
      EXPECT_NEAR(got[i], expected[i], tolerance * std::max(1.0, std::abs(static_cast<double>(expected[i]))))
          << "element " << i;
    }
  }
}

}  // namespace fw
