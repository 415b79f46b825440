// Bodies of the operations on water.
#pragma once
#include "kernels/otsu.h"
#include "kernels/series_input.h"

namespace fw {

/// Rows of a block that one thread counts: each strip has a histogram of its own, which are added afterwards.
inline constexpr int histogram_strip_rows = 8;

struct StripHistogramsBody {
  BlockHistograms op;
  int block_cols, strips;  ///< strips per block
  uint32_t* partial;       ///< [block][strip][256]
  static constexpr size_t scratch_per_pixel() { return 0; }

  template <int L>
  FW_HD void block(size_t first, Scratch<L>) const {
    for (size_t s = first; s < first + static_cast<size_t>(L); ++s) count_strip(s);
  }

 private:
  FW_HD void count_strip(size_t strip) const {
    uint32_t* counts = partial + strip * histogram_bins;
    for (int b = 0; b < histogram_bins; ++b) counts[b] = 0;
    const int where = static_cast<int>(strip / static_cast<size_t>(strips));
    const int block_row = where / block_cols, block_col = where % block_cols;
    const int begin =
        block_row * op.block + static_cast<int>(strip % static_cast<size_t>(strips)) * histogram_strip_rows;
    const int block_end = (block_row + 1) * op.block < op.rows ? (block_row + 1) * op.block : op.rows;
    const int end = begin + histogram_strip_rows < block_end ? begin + histogram_strip_rows : block_end;
    const int left = block_col * op.block, right = left + op.block < op.cols ? left + op.block : op.cols;
    for (int r = begin; r < end; ++r) {
      const float* row = op.x + static_cast<size_t>(r) * static_cast<size_t>(op.cols);
      for (int c = left; c < right; ++c) {
        const int bin = histogram_bin(row[c], op.low, op.high);
        if (bin >= 0) ++counts[bin];
      }
    }
  }
};

/// Adds up the strips of a block; i is a bin of a block.
struct AddStripsBody {
  const uint32_t* partial;
  int strips;
  uint32_t* counts;
  FW_HD size_t load(size_t i) const { return i; }
  FW_HD void store(size_t i, size_t) const {
    const size_t block = i / histogram_bins, bin = i % histogram_bins;
    uint32_t sum = 0;
    for (int s = 0; s < strips; ++s)
      sum += partial[(block * static_cast<size_t>(strips) + static_cast<size_t>(s)) * histogram_bins + bin];
    counts[i] = sum;
  }
};

struct OtsuThresholdsBody {
  OtsuThresholds op;
  FW_HD size_t load(size_t i) const { return i; }
  FW_HD void store(size_t i, size_t) const {
    const int row = static_cast<int>(i) / op.block_cols, col = static_cast<int>(i) % op.block_cols;
    const int top = row > op.radius ? row - op.radius : 0, left = col > op.radius ? col - op.radius : 0;
    const int bottom = op.block_rows - 1 - row < op.radius ? op.block_rows - 1 : row + op.radius;
    const int right = op.block_cols - 1 - col < op.radius ? op.block_cols - 1 : col + op.radius;
    double counts[histogram_bins];
    FW_UNROLL_FOUR
    for (double& n : counts) n = 0.0;
    for (int r = top; r <= bottom; ++r)
      for (int c = left; c <= right; ++c) {
        const size_t block = static_cast<size_t>(r) * static_cast<size_t>(op.block_cols) + static_cast<size_t>(c);
        FW_UNROLL_FOUR
        for (int b = 0; b < histogram_bins; ++b)
          counts[b] += static_cast<double>(op.counts[block * histogram_bins + static_cast<size_t>(b)]);
      }
    const OtsuSplit split = find_otsu_split(counts);
    double threshold = static_cast<double>(op.fallback);
    OtsuStatus status = OtsuStatus::accepted;
    if (split.count < static_cast<double>(op.min_count) || split.count <= 0.0) {
      status = OtsuStatus::empty;
    } else if (split.bin < 0) {
      status = OtsuStatus::flat;
    } else if (!(split.separation > static_cast<double>(op.min_separation) &&
                 split.share > static_cast<double>(op.min_share) &&
                 split.valley <= static_cast<double>(op.max_valley))) {
      status = OtsuStatus::not_bimodal;
    } else {
      const double edge = upper_edge(split.bin, op.low, op.high);
      threshold = clip(edge, static_cast<double>(op.limit_low), static_cast<double>(op.limit_high));
      if (threshold != edge) status = OtsuStatus::clamped;
    }
    op.threshold[i] = to_float(threshold);
    if (op.status) op.status[i] = static_cast<uint8_t>(status);
    if (op.separation) op.separation[i] = split.bin < 0 ? nan_f() : to_float(split.separation);
    if (op.share) op.share[i] = split.bin < 0 ? nan_f() : to_float(split.share);
  }
};

/// n / by for 0 <= n < 2^31, by one multiplication: processors divide slowly, and a GPU many times so.
/// Source: Granlund & Montgomery 1994, Division by invariant integers using multiplication, theorem 4.2.
class DivideBy {
 public:
  DivideBy() = default;
  /// by: 1 .. 2^31 - 1.
  explicit DivideBy(uint32_t by) {
    while ((uint64_t{1} << bits_) < by) ++bits_;
    factor_ = (uint64_t{1} << (31 + bits_)) / by + 1;
  }
  FW_HD uint32_t operator()(uint32_t n) const { return static_cast<uint32_t>(n * factor_ >> (31 + bits_)); }

 private:
  uint64_t factor_ = 0;  // up to 2^32
  uint32_t bits_ = 0;
};

struct ThresholdByBlockBody {
  ThresholdByBlock op;
  int block_cols;
  DivideBy cols, block;
  explicit ThresholdByBlockBody(const ThresholdByBlock& from)
      : op(from),
        block_cols(blocks_along(from.cols, from.block)),
        cols(static_cast<uint32_t>(from.cols)),
        block(static_cast<uint32_t>(from.block)) {}
  struct In {
    float x, limit;
  };
  FW_HD In load(size_t i) const { return {op.x[i], op.threshold[block_of(i)]}; }
  FW_HD void store(size_t i, In in) const { op.out[i] = is_nan(in.x) ? nan_f() : (in.x > in.limit ? 1.0f : 0.0f); }

 private:
  FW_HD size_t block_of(size_t i) const {
    if (i >= size_t{1} << 31) {
      const size_t of_row = static_cast<size_t>(op.cols), side = static_cast<size_t>(op.block);
      return i / of_row / side * static_cast<size_t>(block_cols) + i % of_row / side;
    }
    const uint32_t row = cols(static_cast<uint32_t>(i)),
                   col = static_cast<uint32_t>(i) - row * static_cast<uint32_t>(op.cols);
    return static_cast<size_t>(block(row)) * static_cast<size_t>(block_cols) + block(col);
  }
};

struct WaterTreeBody {
  struct In {
    float blue, green, red, nir, swir1, swir2;
    uint8_t quality;
  };
  WaterTree op;
  FW_HD In load(size_t i) const {
    return {op.blue[i],
            op.green[i],
            op.red[i],
            op.nir[i],
            op.swir1[i],
            op.swir2[i],
            op.quality ? op.quality[i] : uint8_t{0}};
  }
  FW_HD void store(size_t i, In in) const {
    // Float, as the tree was grown: its limits on ratios are met exactly by whole numbers.
    const float b1 = scaled(in.blue), b2 = scaled(in.green), b3 = scaled(in.red), b4 = scaled(in.nir),
                b5 = scaled(in.swir1), b7 = scaled(in.swir2);
    const float r52 = (b5 - b2) / (b5 + b2), r43 = (b4 - b3) / (b4 + b3), r72 = (b7 - b2) / (b7 + b2);
    const bool known =
        is_finite(r52) & is_finite(r43) & is_finite(r72) & is_finite(b1) & ((in.quality & water_no_data) == 0);
    const bool bright = (b7 > 323.5f) & (b1 <= 2083.5f), dark = (b7 <= 323.5f) & (b1 <= 2083.5f);
    const bool green_first = (dark & (r43 <= 0.61f)) | (bright & (b1 > 1400.5f) & (r43 <= -0.01f)) |
                             (bright & (b1 <= 1400.5f) & (r72 > -0.23f) & (b1 <= 379.0f)) |
                             (bright & (b1 <= 1400.5f) & (r72 <= -0.23f) & ((r43 <= 0.22f) | (b1 <= 473.0f)));
    const bool close = (b1 <= 334.5f) & (r43 <= 0.54f) &
                       ((r52 <= 0.12f) | ((b3 <= 364.5f) & (b1 <= 129.5f)) | ((b3 > 364.5f) & (b1 <= 300.5f)));
    const bool far = (r52 <= 0.34f) & (r43 <= 0.45f) & (b3 <= 364.5f) & (b1 <= 129.5f);
    const bool wet = known & (r52 <= -0.01f ? green_first : (r52 <= 0.23f ? close : far));
    const unsigned flags =
        (in.quality & ~unsigned{water_wet}) | (known ? 0u : unsigned{water_no_data}) | (wet ? unsigned{water_wet} : 0u);
    const bool usable = flags == 0u || flags == unsigned{water_wet};
    if (op.flags) op.flags[i] = static_cast<uint8_t>(flags);
    if (op.water) op.water[i] = usable ? (flags ? 1.0f : 0.0f) : nan_f();
    if (op.reason) {
      const Reason why = (flags & water_no_data) ? Reason::not_observed : Reason::masked;
      op.reason[i] = number(usable ? Reason::value : why);
    }
  }

 private:
  FW_HD float scaled(float v) const { return static_cast<float>(static_cast<double>(v) * op.scale); }
};

}  // namespace fw
