#include <cmath>

#include "kernels/check_fits.h"
#include "kernels/expect.h"

namespace fw {
namespace {

template <class Real>
void check_whittaker(const Whittaker<Real>& op) {
  expect(op.times >= 0, "Whittaker", "times is negative");
  if (op.times > 0) expect_memory(op.pixels, "Whittaker", op.x, op.out);
  expect(op.choice != LambdaChoice::fixed || (std::isfinite(op.lambda) && op.lambda > 0.0), "Whittaker",
         "lambda must be > 0");
  expect(op.choice == LambdaChoice::fixed || (op.grid.count >= 2 && op.grid.count <= max_lambda_grid), "Whittaker",
         "a grid of lambda needs 2..max_lambda_grid places");
  const double last = op.grid.first + op.grid.step * (op.grid.count - 1);
  expect(op.choice == LambdaChoice::fixed || (op.grid.step > 0.0 && op.grid.first >= -9.0 && last <= 9.0), "Whittaker",
         "a grid of lambda needs a step > 0 and log10 within -9..9");
  expect(op.p > 0.0 && op.p < 1.0, "Whittaker", "p outside 0..1");
  expect(op.choice != LambdaChoice::gcv || op.p == 0.5, "Whittaker", "gcv is symmetric: p must be 0.5");
  expect(!op.robust || op.choice == LambdaChoice::gcv, "Whittaker", "robust goes with gcv only");
  expect(op.min_valid >= 1 && op.max_gap >= 0 && op.max_extrapolation >= 0, "Whittaker",
         "min_valid must be >= 1, max_gap and max_extrapolation >= 0");
}

template <class Real>
void check_savitzky_golay(const SavitzkyGolay<Real>& op) {
  expect(op.times >= 0, "SavitzkyGolay", "times is negative");
  if (op.times > 0) expect_memory(op.pixels, "SavitzkyGolay", op.x, op.out);
  expect(op.window >= 3 && op.window <= max_smoothing_window && op.window % 2 == 1, "SavitzkyGolay",
         "window must be odd, 3..max_smoothing_window");
  expect(op.order >= 0 && op.order <= 6 && op.order < op.window, "SavitzkyGolay", "order outside 0..6 or >= window");
  expect(op.min_valid >= 1 && op.max_gap >= 0, "SavitzkyGolay", "min_valid must be >= 1 and max_gap >= 0");
}

}  // namespace

void check(const Whittaker<float>& op) { check_whittaker(op); }
void check(const Whittaker<double>& op) { check_whittaker(op); }
void check(const SavitzkyGolay<float>& op) { check_savitzky_golay(op); }
void check(const SavitzkyGolay<double>& op) { check_savitzky_golay(op); }

void savitzky_golay_weights(int window, int order, double* weights) {
  // Projection on the polynomials that are orthogonal over the places of the window: sum_k P_k(i) P_k(j) / |P_k|^2 with
  // P_0 = 1, P_1 = u, P_k+1 = u P_k - b_k P_k-1, u centred.
  const double half = 0.5 * (window - 1);
  double before[max_smoothing_window] = {}, now[max_smoothing_window];
  for (int i = 0; i < window; ++i) now[i] = 1.0;
  for (int i = 0; i < window * window; ++i) weights[i] = 0.0;
  double norm_before = 0.0;
  for (int k = 0; k <= order; ++k) {
    double norm = 0.0;
    for (int i = 0; i < window; ++i) norm += now[i] * now[i];
    for (int i = 0; i < window; ++i)
      for (int j = 0; j < window; ++j) weights[i * window + j] += now[i] * now[j] / norm;
    const double b = k > 0 ? norm / norm_before : 0.0;
    for (int i = 0; i < window; ++i) {
      const double next = (i - half) / half * now[i] - b * before[i];
      before[i] = now[i];
      now[i] = next;
    }
    norm_before = norm;
  }
}

}  // namespace fw
