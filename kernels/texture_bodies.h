// Bodies of the texture operations. Windows of neighbouring pixels are read at the same distance from each pixel in the
// row-major raster: lanes that would leave the raster sideways compute on other pixels and are thrown away.
#pragma once
#include "kernels/lanes.h"
#include "kernels/ops_texture.h"
#include "kernels/series_bodies.h"
#include "kernels/special_functions.h"

namespace fw {

/// Grey level of every pixel; -1 without a value.
struct GreyLevelsBody {
  const float* x;
  GreyLevels grey;
  int16_t* level;
  FW_HD float load(size_t i) const { return x[i]; }
  FW_HD void store(size_t i, float v) const {
    const double low = static_cast<double>(grey.low), high = static_cast<double>(grey.high);
    const double place = clip((static_cast<double>(v) - low) * grey.levels / (high - low), 0.0, grey.levels - 1.0);
    level[i] = static_cast<int16_t>(is_finite(v) ? static_cast<int>(place) : -1);
  }
};

/// What both bodies know of the raster.
struct TextureRaster {
  const int16_t* level;
  int rows, cols, window;

  FW_HD size_t pixels() const { return static_cast<size_t>(rows) * static_cast<size_t>(cols); }
  FW_HD bool window_inside(size_t i) const {
    const int half = window / 2;
    const int r = static_cast<int>(i / static_cast<size_t>(cols)), c = static_cast<int>(i % static_cast<size_t>(cols));
    return r >= half && r + half < rows && c >= half && c + half < cols;
  }
  /// Whether the windows of pixels p .. p+L-1 can be read, wherever they end sideways.
  template <int L>
  FW_HD bool readable(size_t p) const {
    const size_t half = static_cast<size_t>(window / 2), reach = half * static_cast<size_t>(cols) + half;
    return p >= reach && p + static_cast<size_t>(L) + reach <= pixels();
  }
  FW_HD const int16_t* at(size_t p, int row, int col) const {
    return level + (static_cast<std::ptrdiff_t>(p) + static_cast<std::ptrdiff_t>(row) * cols + col);
  }
  FW_HD uint8_t reason(size_t i, bool has_value) const {
    if (has_value) return number(Reason::value);
    return number(level[i] < 0 ? Reason::not_observed : Reason::not_assessed);
  }
  /// The first pixel of a pair, as far as it moves inside the window: rows and columns begin .. begin + count - 1.
  struct Span {
    int begin, count;
  };
  FW_HD Span span(int step) const {
    const int half = window / 2;
    return step >= 0 ? Span{-half, window - step} : Span{-half - step, window + step};
  }
};

/// Calls compute<L>(p), or compute<1> for the pixels of the block whose window lies inside; blank(i) for the others.
template <int L, class Body>
FW_HD void texture_block(const TextureRaster& raster, const Body& body, size_t p) {
  if constexpr (L > 1) {
    if (raster.readable<L>(p)) {
      body.template compute<L>(p);
      for (size_t i = p; i < p + static_cast<size_t>(L); ++i)
        if (!raster.window_inside(i)) body.blank(i);
      return;
    }
  }
  for (size_t i = p; i < p + static_cast<size_t>(L); ++i) {
    if (raster.window_inside(i))
      body.template compute<1>(i);
    else
      body.blank(i);
  }
}

struct PanTexBody {
  PanTex op;
  TextureRaster raster;
  static constexpr size_t work_floats(int) { return 0; }

  template <int L>
  FW_HD void block(size_t p, float*) const {
    texture_block<L>(raster, *this, p);
  }
  FW_HD void blank(size_t i) const {
    op.out[i] = nan_f();
    if (op.reason) op.reason[i] = raster.reason(i, false);
  }
  template <int L>
  FW_HD void compute(size_t p) const {
    constexpr int row_step[10] = {1, 1, 2, 1, 2, 0, 0, 1, 1, 2}, col_step[10] = {-2, -1, -1, 0, 0, 1, 2, 1, 2, 1};
    double least[L];
    bool enough[L];
    for (int l = 0; l < L; ++l) least[l] = infinity_d(), enough[l] = raster.level[p + static_cast<size_t>(l)] >= 0;
    for (int k = 0; k < 10; ++k) {
      // Sums down the columns first, then of neighbouring columns: exact in integers.
      const TextureRaster::Span r = raster.span(row_step[k]), c = raster.span(col_step[k]);
      constexpr int widest = L + max_texture_window;
      int32_t column[widest], column_pairs[widest];
      const int columns = L - 1 + c.count;
      for (int x = 0; x < columns; ++x) column[x] = column_pairs[x] = 0;
      for (int row = r.begin; row < r.begin + r.count; ++row) {
        const int16_t* first = raster.at(p, row, c.begin);
        const int16_t* second = raster.at(p, row + row_step[k], c.begin + col_step[k]);
        for (int x = 0; x < columns; ++x) {
          const int32_t d = first[x] - second[x], there = (first[x] >= 0) & (second[x] >= 0);
          column[x] += there ? d * d : 0;
          column_pairs[x] += there;
        }
      }
      int32_t sum[L], pairs[L];
      for (int l = 0; l < L; ++l) sum[l] = pairs[l] = 0;
      for (int x = 0; x < c.count; ++x)
        for (int l = 0; l < L; ++l) sum[l] += column[x + l], pairs[l] += column_pairs[x + l];
      const double needed = (static_cast<double>(op.min_share) - share_tolerance) * (r.count * c.count);
      for (int l = 0; l < L; ++l) {
        enough[l] = enough[l] & (pairs[l] > 0) & (pairs[l] >= needed);
        const double contrast = static_cast<double>(sum[l]) / pairs[l];
        least[l] = contrast < least[l] ? contrast : least[l];
      }
    }
    for (int l = 0; l < L; ++l) {
      const size_t i = p + static_cast<size_t>(l);
      op.out[i] = enough[l] ? to_float(least[l]) : nan_f();
      if (op.reason) op.reason[i] = raster.reason(i, enough[l]);
    }
  }
};

inline constexpr int max_texture_pairs = max_texture_window * max_texture_window;

/// k ln k for k = 0 .. max_texture_pairs.
struct ListEntropies {
  double* k_log_k;
  FW_HD double load(size_t k) const { return static_cast<double>(k); }
  FW_HD void store(size_t k, double v) const { k_log_k[k] = v > 0.0 ? v * log_exact(v) : 0.0; }
};

struct GlcmTextureBody {
  GlcmTexture op;
  TextureRaster raster;
  const double* k_log_k;
  static constexpr size_t work_floats(int) { return 0; }

  template <int L>
  FW_HD void block(size_t p, float*) const {
    texture_block<L>(raster, *this, p);
  }
  FW_HD void blank(size_t i) const {
    for (int f = 0; f < texture_feature_count; ++f)
      if (op.out[f]) op.out[f][i] = nan_f();
    if (op.reason) op.reason[i] = raster.reason(i, false);
  }
  template <int L>
  FW_HD void compute(size_t p) const {
    double feature[texture_feature_count][L];
    bool enough[L];
    for (int f = 0; f < texture_feature_count; ++f)
      for (int l = 0; l < L; ++l) feature[f][l] = 0.0;
    for (int l = 0; l < L; ++l) enough[l] = raster.level[p + static_cast<size_t>(l)] >= 0;
    for (int k = 0; k < op.offsets; ++k) add_offset<L>(p, k, feature, enough);
    for (int l = 0; l < L; ++l) {
      const size_t i = p + static_cast<size_t>(l);
      for (int f = 0; f < texture_feature_count; ++f)
        if (op.out[f]) op.out[f][i] = enough[l] ? to_float(feature[f][l] / op.offsets) : nan_f();
      if (op.reason) op.reason[i] = raster.reason(i, enough[l]);
    }
  }

 private:
  FW_HD bool asked(TextureFeature f) const { return op.out[static_cast<int>(f)]; }

  template <int L>
  FW_HD void add_offset(size_t p, int k, double (&feature)[texture_feature_count][L], bool (&enough)[L]) const {
    const TextureRaster::Span r = raster.span(op.row_step[k]), c = raster.span(op.col_step[k]);
    int32_t pairs[L], sum[L], squares[L], products[L], apart[L], apart_squares[L];
    double close[L];
    for (int l = 0; l < L; ++l)
      pairs[l] = sum[l] = squares[l] = products[l] = apart[l] = apart_squares[l] = 0, close[l] = 0.0;
    // A pair is one number whichever way round: its level where both are equal, else above all levels.
    float code[max_texture_pairs][L];
    int n = 0;
    for (int row = r.begin; row < r.begin + r.count; ++row) {
      for (int col = c.begin; col < c.begin + c.count; ++col, ++n) {
        const int16_t* first = raster.at(p, row, col);
        const int16_t* second = raster.at(p, row + op.row_step[k], col + op.col_step[k]);
        for (int l = 0; l < L; ++l) {
          const int32_t i = first[l], j = second[l], there = (i >= 0) & (j >= 0), d = i - j;
          const int32_t low = d < 0 ? i : j, high = d < 0 ? j : i;
          pairs[l] += there;
          sum[l] += there ? i + j : 0;
          squares[l] += there ? i * i + j * j : 0;
          products[l] += there ? i * j : 0;
          apart[l] += there ? high - low : 0;
          apart_squares[l] += there ? d * d : 0;
          close[l] += there ? 1.0 / (1.0 + d * d) : 0.0;
          const int32_t pair = d == 0 ? i : (low + 1) * op.grey.levels + high;
          code[n][l] = there ? static_cast<float>(pair) : __builtin_inff();
        }
      }
    }
    double repeats[L], entropy[L];
    for (int l = 0; l < L; ++l) repeats[l] = entropy[l] = 0.0;
    if (asked(TextureFeature::asm_) || asked(TextureFeature::energy) || asked(TextureFeature::entropy)) {
      sort_lanes<L>(code, n);
      count_equal<L>(code, n, pairs, repeats, entropy);
    }
    const double needed = (static_cast<double>(op.min_share) - share_tolerance) * n;
    for (int l = 0; l < L; ++l) {
      enough[l] = enough[l] & (pairs[l] > 0) & (pairs[l] >= needed);
      const double count = pairs[l], mean = sum[l] / (2.0 * count);
      const double variance = squares[l] / (2.0 * count) - mean * mean;
      // Integers decide whether all levels are equal: 2 n sum(v^2) = sum(v)^2.
      const bool flat = 2 * static_cast<int64_t>(pairs[l]) * squares[l] == static_cast<int64_t>(sum[l]) * sum[l];
      const double second_moment = repeats[l] / (count * count);
      const double values[texture_feature_count] = {apart_squares[l] / count,
                                                    apart[l] / count,
                                                    close[l] / count,
                                                    second_moment,
                                                    sqrt(second_moment),
                                                    flat ? nan_d() : (products[l] / count - mean * mean) / variance,
                                                    entropy[l]};
      for (int f = 0; f < texture_feature_count; ++f) feature[f][l] += values[f];
    }
  }

  /// From sorted pairs: sum of p^2 times pairs^2, and the entropy, of the symmetric matrix.
  template <int L>
  FW_HD void count_equal(const float (*code)[L], int n, const int32_t (&pairs)[L], double (&repeats)[L],
                         double (&entropy)[L]) const {
    const float levels = static_cast<float>(op.grey.levels), infinity = __builtin_inff();
    int run[L], unlike[L];
    float before[L];
    double logs[L];
    for (int l = 0; l < L; ++l) run[l] = unlike[l] = 0, before[l] = -1.0f, logs[l] = 0.0;
    for (int q = 0; q < n; ++q) {
      for (int l = 0; l < L; ++l) {
        const float here = code[q][l];
        const bool there = here < infinity, differ = here >= levels;
        run[l] = here == before[l] ? run[l] + 1 : 1;
        before[l] = here;
        unlike[l] += there & differ;
        // (run)^2 and run ln(run), one step at a time; an unlike pair is in two cells of half the weight.
        repeats[l] += there ? (differ ? 0.5 : 1.0) * (2 * run[l] - 1) : 0.0;
        logs[l] += there ? k_log_k[run[l]] - k_log_k[run[l] - 1] : 0.0;
      }
    }
    for (int l = 0; l < L; ++l) {
      const double count = pairs[l];
      const double e = (k_log_k[pairs[l]] - logs[l] + unlike[l] * 0.6931471805599453) / count;
      entropy[l] = e < 0.0 ? 0.0 : e;  // a window of one level: rounding only
    }
  }
};

}  // namespace fw
