// How large a tile may be.
#pragma once
#include <cstddef>

namespace fw {

/// Memory that one tile of a job on given scenes may take, bytes.
inline constexpr size_t usual_tile_memory = size_t{512} << 20;

/// The side asked for, halved until a square tile of it fits the memory; never halved at 32 pixels or below.
inline int fit_tile_size(int asked, size_t bytes_per_pixel, size_t memory_bytes) {
  int size = asked;
  while (size > 32 && static_cast<size_t>(size) * static_cast<size_t>(size) * bytes_per_pixel > memory_bytes) size /= 2;
  return size;
}

}  // namespace fw
