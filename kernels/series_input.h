// What a fit over series reads and writes, whether its operation is in float (rasters) or in double.
#pragma once
#include "kernels/series_fit.h"

namespace fw {

/// A series [time][pixel]; what is not finite is no value.
struct SeriesInput {
  const float* f32 = nullptr;
  const double* f64 = nullptr;
  SeriesInput(const float* x) : f32(x) {}
  SeriesInput(const double* x) : f64(x) {}

  /// Copies pixels p .. p+L-1 to rows 0.. of y.
  template <int L>
  FW_HD void read(int times, size_t pixels, size_t p, Scratch<L> y) const {
    if (f64)
      read_series<L>(f64, times, pixels, p, y);
    else
      read_series<L>(f32, times, pixels, p, y);
  }
  /// Calls use(t, row) for every row of pixels p .. p+L-1, which read() put in y. A GPU thread reads where they are
  /// instead and needs no y: that takes less memory traffic than its copy in double.
  template <int L, class Use>
  FW_HD void each(int times, size_t pixels, size_t p, [[maybe_unused]] Scratch<L> y, const Use& use) const {
    if constexpr (L == 1) {
      const auto convert = [&](int t, const auto* value) {
        const double v = static_cast<double>(*value), finite = is_finite(v) ? v : nan_d();
        use(t, &finite);
      };
      if (f64)
        each_row<1>(times, pixels, convert, f64 + p);
      else
        each_row<1>(times, pixels, convert, f32 + p);
    } else {
      for (int t = 0; t < times; ++t) use(t, static_cast<const double*>(y.row(t)));
    }
  }
  FW_HD double at(size_t i) const {
    const double v = f64 ? f64[i] : static_cast<double>(f32[i]);
    return is_finite(v) ? v : nan_d();
  }
};

/// A plane of results, or none where it was not asked for.
struct ResultOutput {
  float* f32 = nullptr;
  double* f64 = nullptr;
  ResultOutput() = default;
  ResultOutput(float* out) : f32(out) {}
  ResultOutput(double* out) : f64(out) {}

  FW_HD bool asked() const { return f32 || f64; }
  FW_HD void put(size_t i, double v) const {
    if (f32) put_value(f32[i], v);
    if (f64) put_value(f64[i], v);
  }
};

/// Why a whole series has no result: `not_assessed` where it has any value, else masked where a scene saw the pixel at
/// any time (reason [time][pixel], may be null), else not_observed.
FW_HD uint8_t reason_of_series(bool any_value, const uint8_t* reason, int times, size_t pixels, size_t p) {
  if (any_value) return number(Reason::not_assessed);
  for (int t = 0; reason && t < times; ++t)
    if (reason[static_cast<size_t>(t) * pixels + p] == number(Reason::masked)) return number(Reason::masked);
  return number(Reason::not_observed);
}

}  // namespace fw
