#include "core/series/clean_up.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "core/base/error.h"

namespace fw {
namespace {

constexpr double gap_m = 30;

/// io(byte in the file, memory, bytes) for each row of a window, and once for rows that lie one after another.
template <class Io>
void each_row(const Window& w, int cols, size_t pixel_bytes, Io io) {
  const int together = w.cols == cols ? w.rows : 1;
  const size_t bytes = static_cast<size_t>(together) * static_cast<size_t>(w.cols) * pixel_bytes;
  for (int r = 0; r < w.rows; r += together)
    io((static_cast<size_t>(w.row + r) * static_cast<size_t>(cols) + static_cast<size_t>(w.col)) * pixel_bytes,
       static_cast<size_t>(r) * static_cast<size_t>(w.cols) * pixel_bytes, bytes);
}

}  // namespace

ScratchRaster::ScratchRaster(const std::filesystem::path& folder, int rows, int cols, size_t pixel_bytes)
    : file_(folder, static_cast<size_t>(rows) * static_cast<size_t>(cols) * pixel_bytes),
      rows_(rows),
      cols_(cols),
      pixel_bytes_(pixel_bytes) {}
void ScratchRaster::check(const Window& w, size_t pixel_bytes) const {
  FW_EXPECT(w.row >= 0 && w.col >= 0 && w.row + w.rows <= rows_ && w.col + w.cols <= cols_,
            "window lies inside the raster");
  FW_EXPECT(pixel_bytes == pixel_bytes_, "a raster of this type");
}
void ScratchRaster::put(const Window& w, const void* values, size_t pixel_bytes) {
  check(w, pixel_bytes);
  each_row(w, cols_, pixel_bytes, [&](size_t at, size_t from, size_t bytes) {
    file_.write(at, static_cast<const char*>(values) + from, bytes);
  });
}
void ScratchRaster::get(const Window& w, void* values, size_t pixel_bytes) const {
  check(w, pixel_bytes);
  each_row(w, cols_, pixel_bytes,
           [&](size_t at, size_t from, size_t bytes) { file_.read(at, static_cast<char*>(values) + from, bytes); });
}
void ScratchRaster::write(const Window& w, const float* values) { put(w, values, sizeof *values); }
void ScratchRaster::read(const Window& w, float* values) const { get(w, values, sizeof *values); }
void ScratchRaster::write(const Window& w, const uint8_t* values) { put(w, values, sizeof *values); }
void ScratchRaster::read(const Window& w, uint8_t* values) const { get(w, values, sizeof *values); }

size_t ScratchRaster::tile_at(const Window& w) const {
  check(w, sizeof(float));
  return (static_cast<size_t>(w.row) * static_cast<size_t>(cols_) +
          static_cast<size_t>(w.rows) * static_cast<size_t>(w.col)) *
         sizeof(float);
}
void ScratchRaster::write_tile(const Window& w, const float* values) {
  file_.write(tile_at(w), values, w.pixels() * sizeof *values);
}
void ScratchRaster::read_tile(const Window& w, float* values) const {
  file_.read(tile_at(w), values, w.pixels() * sizeof *values);
}

CleanUp clean_up_of(const Indicator& indicator, const Grid& grid) {
  const double cell_km2 = cell_areas_km2(grid, {grid.rows / 2, grid.cols / 2, 1, 1})[0];
  const double cell_m = std::sqrt(cell_km2) * 1000;
  CleanUp how;
  how.min_pixels = std::max(1, static_cast<int>(std::ceil(indicator.min_object_ha * 0.01 / cell_km2 - 1e-9)));
  how.closing_radius = how.min_pixels > 1 ? std::max(1, static_cast<int>(std::lround(gap_m / 2 / cell_m))) : 0;
  if (how.min_pixels > 4096)
    throw ConfigError("RANGE", "min_object_ha of " + indicator.id + " is " + std::to_string(how.min_pixels) +
                                   " cells of this grid, more than 4096. Lower it.");
  return how;
}

void clean_window(const ScratchRaster& raster, const Grid& grid, const Window& window, const Indicator& indicator,
                  const CleanUp& how, float* out) {
  const int h = how.halo();
  const Window wide{std::max(0, window.row - h), std::max(0, window.col - h), 0, 0};
  const int rows = std::min(grid.rows, window.row + window.rows + h) - wide.row,
            cols = std::min(grid.cols, window.col + window.cols + h) - wide.col;
  const Window around{wide.row, wide.col, rows, cols};
  std::vector<float> values(around.pixels());
  raster.read(around, values.data());

  const auto threshold = static_cast<float>(indicator.threshold);
  cv::Mat beyond(rows, cols, CV_8U), closed, labels, stats, centroids;
  for (size_t i = 0; i < values.size(); ++i)
    beyond.data[i] = (indicator.above ? values[i] > threshold : values[i] < threshold) ? 255 : 0;
  if (how.closing_radius > 0) {
    // Off beyond the border of the grid, too: OpenCV alone would let objects grow into it.
    const int r = how.closing_radius, size = 2 * r + 1;
    cv::Mat padded;
    cv::copyMakeBorder(beyond, padded, r, r, r, r, cv::BORDER_CONSTANT, 0);
    cv::morphologyEx(padded, padded, cv::MORPH_CLOSE, cv::getStructuringElement(cv::MORPH_RECT, {size, size}));
    closed = padded(cv::Rect(r, r, cols, rows)).clone();
  } else {
    closed = beyond;
  }
  const int objects = cv::connectedComponentsWithStats(closed, labels, stats, centroids, 8, CV_32S);
  for (int r = 0; r < window.rows; ++r)
    for (int c = 0; c < window.cols; ++c) {
      const int wr = window.row + r - around.row, wc = window.col + c - around.col;
      float v = values[static_cast<size_t>(wr) * static_cast<size_t>(cols) + static_cast<size_t>(wc)];
      const int object = labels.at<int>(wr, wc);
      if (beyond.at<uchar>(wr, wc) && object > 0 && object < objects &&
          stats.at<int>(object, cv::CC_STAT_AREA) < how.min_pixels)
        v = threshold;
      out[static_cast<size_t>(r) * static_cast<size_t>(window.cols) + static_cast<size_t>(c)] = v;
    }
}

}  // namespace fw
