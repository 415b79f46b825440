// Body of BuiltUp. See lanes.h for L.
#pragma once
#include "kernels/series_bodies.h"

namespace fw {

struct BuiltUpBody {
  BuiltUp op;
  size_t work_floats(int lanes) const { return 2 * static_cast<size_t>(op.times) * static_cast<size_t>(lanes); }

  template <int L>
  FW_HD void block(size_t p, float* work) const {
    const SeriesView ndvi = stage<L>(op.ndvi, op.times, op.pixels, p, work);
    const SeriesView ndbi = stage<L>(op.ndbi, op.times, op.pixels, p, L > 1 ? work + op.times * L : work);
    const auto look = [&](int first, int length) {
      if constexpr (L == 1) {
        Window<1> w;
        if (with_room(WindowSizes{}, length,
                      [&](auto most) { w = look_back<1, decltype(most)::value>(ndvi, ndbi, first, length); }))
          return w;
      }
      return look_back<L, max_window>(ndvi, ndbi, first, length);
    };
    for (int t = 0; t < op.times; ++t) {
      const bool inside = t >= op.window - 1;
      const Window<L> window = look(t - op.window + 1, inside ? op.window : 0);
      bool enough[L];
      double built[L], logit[L];
      for (int l = 0; l < L; ++l) {
        enough[l] = inside && window.green_valid[l] >= op.min_valid && window.built_valid[l] >= op.min_valid;
        built[l] = enough[l] ? window.built[l] : 0.0;
      }
      for (int l = 0; l < L; ++l)
        logit[l] = static_cast<double>(op.a0) + static_cast<double>(op.a_ndbi) * built[l] +
                   static_cast<double>(op.a_ndvi) * static_cast<double>(window.greenest[l]);
      float score[L];
      for (int l = 0; l < L; ++l) score[l] = to_float(logistic(logit[l]));
      const size_t row = static_cast<size_t>(t) * op.pixels + p;
      for (int l = 0; l < L; ++l) op.out[row + static_cast<size_t>(l)] = enough[l] ? score[l] : nan_f();
      if (op.out_reason)
        for (int l = 0; l < L; ++l)
          op.out_reason[row + static_cast<size_t>(l)] =
              window_reason(enough[l], inside && (is_nan(ndvi.at(t, l)) || is_nan(ndbi.at(t, l))), op.reason,
                            row + static_cast<size_t>(l));
    }
  }

 private:
  using WindowSizes = std::integer_sequence<int, 12, 24, 36>;  // that a GPU thread holds
  template <int L>
  struct Window {
    float greenest[L];
    int green_valid[L], built_valid[L];
    double built[L];  ///< median, where there are enough
  };

  /// N: most values of the window.
  template <int L, int N>
  FW_HD Window<L> look_back(const SeriesView& ndvi, const SeriesView& ndbi, int first, int length) const {
    Window<L> w;
    for (int l = 0; l < L; ++l)
      w.greenest[l] = -__builtin_inff(), w.green_valid[l] = w.built_valid[l] = 0, w.built[l] = 0.0;
    const auto add = [&w](float green, float built, int l) {
      w.green_valid[l] += green == green;
      w.built_valid[l] += built == built;
      w.greenest[l] = green > w.greenest[l] ? green : w.greenest[l];
    };
    if constexpr (L == 1 && N < max_window) {
      float green[N], built[N];
      hold_rows(ndvi.first + first * static_cast<std::ptrdiff_t>(ndvi.stride), length, ndvi.stride, nan_f(), green);
      hold_rows(ndbi.first + first * static_cast<std::ptrdiff_t>(ndbi.stride), length, ndbi.stride, nan_f(), built);
      FW_UNROLL
      for (int k = 0; k < N; ++k) add(green[k], built[k], 0);
      w.built[0] = median_held(built);
    } else {
      float sorted[N][L];
      for (int l = 0; l < L; ++l) sorted[0][l] = 0.0f;
      for (int k = 0; k < length; ++k) {
        float green[L], built[L];  // copies, which are not written over to the compiler
        for (int l = 0; l < L; ++l) green[l] = ndvi.at(first + k, l), built[l] = ndbi.at(first + k, l);
        for (int l = 0; l < L; ++l) add(green[l], built[l], l);
        for (int l = 0; l < L; ++l) sorted[k][l] = built[l] == built[l] ? one_zero(built[l]) : __builtin_inff();
      }
      sort_lanes<L>(sorted, length);
      for (int l = 0; l < L; ++l)
        w.built[l] = w.built_valid[l] >= op.min_valid && w.built_valid[l] > 0
                         ? median_of_sorted<L>(sorted, w.built_valid[l], l)
                         : 0.0;
    }
    return w;
  }
};

}  // namespace fw
