#include "core/output/overviews.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/output/block_layout.h"

namespace fw {
namespace {

/// What lies under one pixel of an overview along one axis.
struct Span {
  int from, to;        ///< pixels of the source [from, to)
  double first, last;  ///< share of the first and of the last of them; those between count whole
};

/// GDAL's rule (gcore/overview.cpp, 3.6): an edge that is off a whole pixel by less than 1e-8 lies on it.
std::vector<Span> spans(int source, int target, int begin, int count) {
  const double ratio = static_cast<double>(source) / target;
  std::vector<Span> out;
  for (int i = begin; i < begin + count; ++i) {
    const double left = i * ratio, right = (i + 1) * ratio;
    const int from = static_cast<int>(left + 1e-8);
    int to = static_cast<int>(std::ceil(right - 1e-8));
    if (to == from) ++to;
    to = std::min(to, source);
    out.push_back({from, to, to == from + 1 ? 1.0 : 1 - (left - from), 1 - (to - right)});
  }
  return out;
}

bool are_pairs(const std::vector<Span>& all) {
  return std::all_of(all.begin(), all.end(),
                     [](const Span& s) { return s.to == s.from + 2 && s.first == 1 && s.last == 1; });
}

constexpr float nan_value = std::numeric_limits<float>::quiet_NaN();

/// Means of two rows of pixels by twos.
void average_pairs(const float* above, const float* below, size_t n, float* out) {
  for (size_t i = 0; i < n; ++i) {
    const float a = above[2 * i], b = above[2 * i + 1], c = below[2 * i], d = below[2 * i + 1];
    const double upper = (a == a ? static_cast<double>(a) : 0.0) + (b == b ? static_cast<double>(b) : 0.0);
    const double lower = (c == c ? static_cast<double>(c) : 0.0) + (d == d ? static_cast<double>(d) : 0.0);
    const double weight = (a == a ? 1.0 : 0.0) + (b == b ? 1.0 : 0.0) + (c == c ? 1.0 : 0.0) + (d == d ? 1.0 : 0.0);
    const auto mean = static_cast<float>((0.0 + upper + lower) / weight);
    out[i] = weight > 0 ? mean : nan_value;
  }
}

float average(const float* source, size_t stride, const Span& y, const Span& x) {
  double total = 0, weight = 0;
  bool any = false;
  for (int r = y.from; r < y.to; ++r) {
    const float* row = source + static_cast<size_t>(r - y.from) * stride;
    double line = 0, line_weight = 0;
    for (int c = x.from; c < x.to; ++c) {
      const float v = row[c - x.from];
      if (std::isnan(v)) continue;
      any = true;
      const double share = c == x.from ? x.first : c + 1 == x.to ? x.last : 1.0;
      line += static_cast<double>(v) * share;
      line_weight += share;
    }
    const double share = r == y.from ? y.first : r + 1 == y.to ? y.last : 1.0;
    total += line * share;
    weight += line_weight * share;
  }
  return any ? static_cast<float>(total / weight) : nan_value;
}

/// Counts are all 0 before and after.
uint8_t most_frequent(const uint8_t* source, size_t stride, int rows, int cols, uint8_t nodata,
                      std::array<int, 256>& counts) {
  if (rows == 2 && cols == 2 && source[0] == source[1] && source[0] == source[stride] &&
      source[0] == source[stride + 1])
    return source[0];
  int most = 0;
  uint8_t value = nodata;
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < cols; ++c) {
      const uint8_t v = source[static_cast<size_t>(r) * stride + static_cast<size_t>(c)];
      if (v != nodata && ++counts[v] > most) {
        most = counts[v];
        value = v;
      }
    }
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < cols; ++c) counts[source[static_cast<size_t>(r) * stride + static_cast<size_t>(c)]] = 0;
  return value;
}

struct Source {
  std::vector<Span> y, x;
  Window window;
  size_t stride() const { return static_cast<size_t>(window.cols); }
};

Source source_of(const Grid& from, const Grid& to, const Window& w) {
  Source s{spans(from.rows, to.rows, w.row, w.rows), spans(from.cols, to.cols, w.col, w.cols), {}};
  s.window = {s.y.front().from, s.x.front().from, s.y.back().to - s.y.front().from, s.x.back().to - s.x.front().from};
  return s;
}

void make_floats(const StagedPixels& from, StagedPixels& to, int band, const Window& w) {
  thread_local std::vector<float> in, out;
  const Source s = source_of(from.grid(), to.grid(), w);
  const bool pairs = are_pairs(s.x);
  // Shares that are not whole may round the mean of one value.
  if (const auto one = from.uniform<float>(band, s.window); one && (std::isnan(*one) || (pairs && are_pairs(s.y))))
    return to.fill(band, w, std::isnan(*one) ? nan_value : 0.0F + *one);
  in.resize(s.window.pixels());
  out.resize(w.pixels());
  from.read(band, s.window, in.data());
  for (size_t r = 0; r < s.y.size(); ++r) {
    const float* row = in.data() + static_cast<size_t>(s.y[r].from - s.window.row) * s.stride();
    float* to_row = out.data() + r * s.x.size();
    if (pairs && are_pairs({s.y[r]}))
      average_pairs(row, row + s.stride(), s.x.size(), to_row);
    else
      for (size_t c = 0; c < s.x.size(); ++c)
        to_row[c] = average(row + (s.x[c].from - s.window.col), s.stride(), s.y[r], s.x[c]);
  }
  to.write(band, w, out.data());
}

void make_classes(const StagedPixels& from, StagedPixels& to, int band, const Window& w) {
  thread_local std::vector<uint8_t> in, out;
  const Source s = source_of(from.grid(), to.grid(), w);
  if (const auto one = from.uniform<uint8_t>(band, s.window)) return to.fill(band, w, *one);
  in.resize(s.window.pixels());
  out.resize(w.pixels());
  from.read(band, s.window, in.data());
  std::array<int, 256> counts{};
  for (size_t r = 0; r < s.y.size(); ++r)
    for (size_t c = 0; c < s.x.size(); ++c)
      out[r * s.x.size() + c] =
          most_frequent(in.data() + static_cast<size_t>(s.y[r].from - s.window.row) * s.stride() +
                            static_cast<size_t>(s.x[c].from - s.window.col),
                        s.stride(), s.y[r].to - s.y[r].from, s.x[c].to - s.x[c].from, from.nodata(), counts);
  to.write(band, w, out.data());
}

}  // namespace

std::vector<Grid> overview_grids(const Grid& grid, int block) {
  std::vector<Grid> all;
  for (Grid at = grid; at.rows > block || at.cols > block; all.push_back(at)) {
    at.rows = std::max(1, at.rows / 2);
    at.cols = std::max(1, at.cols / 2);
  }
  return all;
}

void make_overview(const StagedPixels& from, StagedPixels& to, int band, const Window& window) {
  if (from.type() == StagedPixels::Type::byte)
    make_classes(from, to, band, window);
  else
    make_floats(from, to, band, window);
}

std::vector<std::unique_ptr<StagedPixels>> make_overviews(const StagedPixels& pixels,
                                                          const std::filesystem::path& folder) {
  std::vector<std::unique_ptr<StagedPixels>> all;
  for (const Grid& grid : overview_grids(pixels.grid(), stored_block)) {
    auto to = std::make_unique<StagedPixels>(folder, grid, pixels.bands(), pixels.type(), pixels.nodata());
    const bool halved = !all.empty() && all.back()->grid().cols > grid.cols;
    const bool cascades = halved || (!all.empty() && pixels.type() == StagedPixels::Type::byte);
    const StagedPixels& from = cascades ? *all.back() : pixels;
    const auto windows = tiles(grid, stored_block);
    tbb::parallel_for(size_t{0}, windows.size() * static_cast<size_t>(pixels.bands()), [&](size_t i) {
      make_overview(from, *to, static_cast<int>(i / windows.size()) + 1, windows[i % windows.size()]);
    });
    all.push_back(std::move(to));
  }
  return all;
}

}  // namespace fw
