// Body of BandComposite.
#pragma once
#include "kernels/ops_band_composite.h"
#include "kernels/series_fit.h"

namespace fw {

struct BandCompositeBody {
  BandComposite op;

  /// The bands of the scenes that count, [scene][band], and their distances or numbers.
  size_t scratch_per_pixel() const { return static_cast<size_t>(op.scenes) * static_cast<size_t>(op.bands + 2); }

  template <int L>
  FW_HD void block(size_t p, Scratch<L> scratch) const {
    for (int l = 0; l < L; ++l) combine<L>(scratch, p + static_cast<size_t>(l), l);
  }

 private:
  static constexpr int max_steps = 500;
  static constexpr double small_step = 1e-9;

  template <int L>
  FW_HD void combine(Scratch<L> scenes, size_t pixel, int l) const {
    const Scratch<L> which = scenes.from(op.scenes * op.bands), distance = which.from(op.scenes);
    int n = 0;
    bool observed = false;
    for (int s = 0; s < op.scenes; ++s) {
      const uint8_t seen = op.outcome[static_cast<size_t>(s) * op.pixels + pixel];
      observed = observed || seen != static_cast<uint8_t>(MaskOutcome::not_observed);
      if (seen != static_cast<uint8_t>(MaskOutcome::clear)) continue;
      bool whole = true;
      for (int b = 0; b < op.bands; ++b) {
        const float v =
            op.value[(static_cast<size_t>(s) * static_cast<size_t>(op.bands) + static_cast<size_t>(b)) * op.pixels +
                     pixel];
        whole = whole && is_finite(v);
        scenes.at(n * op.bands + b, l) = static_cast<double>(v);
      }
      which.at(n, l) = static_cast<double>(s);
      n += whole;
    }
    double point[max_composite_bands];
    int chosen = -1;
    bool fallback = false;
    if (n > 0 && op.method == BandCompositeMethod::medoid) {
      const int m = medoid<L>(scenes, distance, n, l);
      for (int b = 0; b < op.bands; ++b) point[b] = scenes.at(m * op.bands + b, l);
      chosen = static_cast<int>(which.at(m, l));
    } else if (n > 0) {
      fallback = n < 3;
      average<L>(scenes, n, l, point);
      if (!fallback) geomedian<L>(scenes, distance, n, l, point);
    }
    for (int b = 0; b < op.bands; ++b)
      put_value(op.out[static_cast<size_t>(b) * op.pixels + pixel], n > 0 ? point[b] : nan_d());
    if (op.scene) op.scene[pixel] = static_cast<int16_t>(chosen);
    if (op.valid) op.valid[pixel] = static_cast<uint16_t>(n < 65535 ? n : 65535);
    if (op.flags) op.flags[pixel] = static_cast<uint8_t>(fallback ? flag_fallback : 0);
    if (op.reason)
      op.reason[pixel] = number(n > 0 ? Reason::value : (observed ? Reason::masked : Reason::not_observed));
  }

  /// A distance is the same both ways: it is computed once and added for both scenes, to each in the order of the
  /// others.
  template <int L>
  FW_HD int medoid(Scratch<L> scenes, Scratch<L> sum, int n, int l) const {
    for (int i = 0; i < n; ++i) sum.at(i, l) = 0.0;
    for (int i = 0; i < n; ++i)
      for (int j = i + 1; j < n; ++j) {
        double squares = 0.0;
        for (int b = 0; b < op.bands; ++b) {
          const double d = scenes.at(i * op.bands + b, l) - scenes.at(j * op.bands + b, l);
          squares += d * d;
        }
        const double distance = sqrt(squares);
        sum.at(i, l) += distance;
        sum.at(j, l) += distance;
      }
    int best = 0;
    for (int i = 1; i < n; ++i)
      if (sum.at(i, l) < sum.at(best, l)) best = i;
    return best;
  }

  template <int L>
  FW_HD void average(Scratch<L> scenes, int n, int l, double (&point)[max_composite_bands]) const {
    for (int b = 0; b < op.bands; ++b) {
      double sum = 0.0;
      for (int i = 0; i < n; ++i) sum += scenes.at(i * op.bands + b, l);
      point[b] = sum / static_cast<double>(n);
    }
  }

  /// Weiszfeld's iteration with Vardi and Zhang's step where the point meets a scene.
  template <int L>
  FW_HD void geomedian(Scratch<L> scenes, Scratch<L> distance, int n, int l,
                       double (&point)[max_composite_bands]) const {
    for (int step = 0; step < max_steps; ++step) {
      int met = 0;
      double inverse = 0.0;
      for (int i = 0; i < n; ++i) {
        double squares = 0.0;
        for (int b = 0; b < op.bands; ++b) {
          const double d = scenes.at(i * op.bands + b, l) - point[b];
          squares += d * d;
        }
        const double d = sqrt(squares);
        distance.at(i, l) = d;
        if (d > 0.0)
          inverse += 1.0 / d;
        else
          ++met;
      }
      if (met == n) return;
      double next[max_composite_bands], pull = 0.0;
      for (int b = 0; b < op.bands; ++b) {
        double sum = 0.0;
        for (int i = 0; i < n; ++i)
          if (distance.at(i, l) > 0.0) sum += scenes.at(i * op.bands + b, l) / distance.at(i, l);
        next[b] = sum / inverse;
        const double r = (next[b] - point[b]) * inverse;
        pull += r * r;
      }
      const double held = met == 0 ? 0.0 : (pull > 0.0 ? static_cast<double>(met) / sqrt(pull) : 1.0);
      const double stay = held > 1.0 ? 1.0 : held;
      double moved = 0.0, size = 0.0;
      for (int b = 0; b < op.bands; ++b) {
        const double to = (1.0 - stay) * next[b] + stay * point[b], d = to - point[b];
        moved += d * d;
        size += to * to;
        point[b] = to;
      }
      if (!(moved > small_step * small_step * size)) return;
    }
  }
};

}  // namespace fw
