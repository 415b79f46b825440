// Operations on water, texture and change that take more than one body, or a raster of rows and columns.
#pragma once
#include "kernels/backend.h"
#include "kernels/change_bodies.h"
#include "kernels/texture_bodies.h"
#include "kernels/water_bodies.h"
#include "kernels/water_history_body.h"

namespace fw {

inline size_t cells(int rows, int cols) { return static_cast<size_t>(rows) * static_cast<size_t>(cols); }

template <class Device>
void launch(Backend& backend, Device& device, const BlockHistograms& op) {
  check(op);
  const size_t blocks = cells(blocks_along(op.rows, op.block), blocks_along(op.cols, op.block));
  if (blocks == 0) return;
  const int strips = blocks_along(op.block < op.rows ? op.block : op.rows, histogram_strip_rows);
  const size_t all = blocks * static_cast<size_t>(strips);
  Buffer<uint32_t> partial(backend, all * histogram_bins);
  device.for_fits(all, StripHistogramsBody{op, blocks_along(op.cols, op.block), strips, partial.data()});
  device.for_pixels(blocks * histogram_bins, AddStripsBody{partial.data(), strips, op.counts});
}

template <class Device>
void launch(Backend&, Device& device, const OtsuThresholds& op) {
  check(op);
  const size_t blocks = cells(op.block_rows, op.block_cols);
  if (blocks > 0) device.for_pixels(blocks, OtsuThresholdsBody{op});
}

template <class Device>
void launch(Backend&, Device& device, const ThresholdByBlock& op) {
  check(op);
  const size_t pixels = cells(op.rows, op.cols);
  if (pixels > 0) device.for_pixels(pixels, ThresholdByBlockBody(op));
}

template <class Device>
void launch(Backend&, Device& device, const Moments& op) {
  check(op);
  if (op.pixels > 0) device.for_fits((op.pixels + moment_chunk - 1) / moment_chunk, MomentsBody{op});
}

template <class Device, class Texture, class Run>
void launch_texture(Backend& backend, Device& device, const Texture& op, const Run& run) {
  check(op);
  const size_t pixels = cells(op.rows, op.cols);
  if (pixels == 0) return;
  Buffer<int16_t> level(backend, pixels);
  device.for_pixels(pixels, GreyLevelsBody{op.x, op.grey, level.data()});
  run(pixels, TextureRaster{level.data(), op.rows, op.cols, op.window});
}

template <class Device>
void launch(Backend& backend, Device& device, const PanTex& op) {
  launch_texture(backend, device, op, [&](size_t pixels, const TextureRaster& raster) {
    device.for_series(pixels, PanTexBody{op, raster});
  });
}

template <class Device>
void launch(Backend& backend, Device& device, const GlcmTexture& op) {
  launch_texture(backend, device, op, [&](size_t pixels, const TextureRaster& raster) {
    Buffer<double> k_log_k(backend, max_texture_pairs + 1);
    device.for_pixels(k_log_k.size(), ListEntropies{k_log_k.data()});
    device.for_series(pixels, GlcmTextureBody{op, raster, k_log_k.data()});
  });
}

}  // namespace fw
