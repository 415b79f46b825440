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
  FW_HD void block(size_t p, Scratch<L> scenes) const {
    const Scratch<L> which = scenes.from(op.scenes * op.bands), distance = which.from(op.scenes);
    int n[L], best[L];
    bool observed[L];
    for (int l = 0; l < L; ++l) gather<L>(scenes, which, p + static_cast<size_t>(l), l, n[l], observed[l]);
    if (op.method == BandCompositeMethod::medoid) medoid<L>(scenes, distance, n, best);
    for (int l = 0; l < L; ++l) {
      double point[max_composite_bands];
      int chosen = -1;
      bool fallback = false;
      if (n[l] > 0 && op.method == BandCompositeMethod::medoid) {
        for (int b = 0; b < op.bands; ++b) point[b] = scenes.at(best[l] * op.bands + b, l);
        chosen = static_cast<int>(which.at(best[l], l));
      } else if (n[l] > 0) {
        fallback = n[l] < 3;
        average<L>(scenes, n[l], l, point);
        if (!fallback) geomedian<L>(scenes, distance, n[l], l, point);
      }
      const size_t pixel = p + static_cast<size_t>(l);
      for (int b = 0; b < op.bands; ++b)
        put_value(op.out[static_cast<size_t>(b) * op.pixels + pixel], n[l] > 0 ? point[b] : nan_d());
      if (op.scene) op.scene[pixel] = static_cast<int16_t>(chosen);
      if (op.valid) op.valid[pixel] = static_cast<uint16_t>(n[l] < 65535 ? n[l] : 65535);
      if (op.flags) op.flags[pixel] = static_cast<uint8_t>(fallback ? flag_fallback : 0);
      if (op.reason)
        op.reason[pixel] = number(n[l] > 0 ? Reason::value : (observed[l] ? Reason::masked : Reason::not_observed));
    }
  }

 private:
  static constexpr int max_steps = 500;
  static constexpr double small_step = 1e-9;

  /// The bands of the scenes that count, and which they are.
  template <int L>
  FW_HD void gather(Scratch<L> scenes, Scratch<L> which, size_t pixel, int l, int& count, bool& observed) const {
    int n = 0;
    observed = false;
    for (int s = 0; s < op.scenes; ++s) {
      const uint8_t seen = op.outcome[static_cast<size_t>(s) * op.pixels + pixel];
      observed = observed || seen != static_cast<uint8_t>(MaskOutcome::not_observed);
      if (seen != static_cast<uint8_t>(MaskOutcome::clear)) continue;
      bool whole = true;
      const auto keep = [&](int b, const float* v) {
        whole = whole && is_finite(*v);
        scenes.at(n * op.bands + b, l) = static_cast<double>(*v);
      };
      each_row<L>(op.bands, op.pixels, keep,
                  op.value + static_cast<size_t>(s) * static_cast<size_t>(op.bands) * op.pixels + pixel);
      which.at(n, l) = static_cast<double>(s);
      n += whole;
    }
    count = n;
  }

  /// Places of the medoids among the scenes that count. A distance is the same both ways: it is computed once and added
  /// for both scenes, to each in the order of the others. Lanes with fewer scenes add 0.
  template <int L>
  FW_HD void medoid(Scratch<L> scenes, Scratch<L> sum, const int (&n)[L], int (&best)[L]) const {
    int most = 0;
    double count[L];
    for (int l = 0; l < L; ++l) {
      most = n[l] > most ? n[l] : most;
      count[l] = static_cast<double>(n[l]);
      best[l] = 0;
    }
    for (int i = 0; i < most; ++i)
      for (int l = 0; l < L; ++l) sum.at(i, l) = 0.0;
    for (int i = 0; i < most; ++i)
      for (int j = i + 1; j < most; ++j) {
        double distance[L];
        for (int l = 0; l < L; ++l) distance[l] = 0.0;
        for (int b = 0; b < op.bands; ++b) {
          const double *x = scenes.row(i * op.bands + b), *y = scenes.row(j * op.bands + b);
          for (int l = 0; l < L; ++l) {
            const double d = x[l] - y[l];
            distance[l] += d * d;
          }
        }
        const double last = static_cast<double>(j);
        for (int l = 0; l < L; ++l) distance[l] = last < count[l] ? sqrt(distance[l]) : 0.0;
        double *a = sum.row(i), *c = sum.row(j);
        for (int l = 0; l < L; ++l) a[l] += distance[l];
        for (int l = 0; l < L; ++l) c[l] += distance[l];
      }
    for (int i = 1; i < most; ++i)
      for (int l = 0; l < L; ++l)
        if (i < n[l] && sum.at(i, l) < sum.at(best[l], l)) best[l] = i;
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
