// What no program can do without: fetching and inflating the input, deflating and writing the output.
#pragma once
#include <filesystem>
#include <vector>

#include "core/output/block_codec.h"

namespace fw {

struct Floor {
  double wall = 0, cpu = 0;  ///< seconds on `threads` threads; thread-seconds
  size_t raw_bytes = 0, packed_bytes = 0;
};

/// pread and libdeflate on every block of the files, nothing else. Errors: InputError INCOMPLETE (not plain GeoTIFFs of
/// DEFLATE, or damaged).
Floor decode_floor(const std::vector<std::filesystem::path>& files, int threads);
/// Deflating and pwrite of every block of the files (their own content; inflating it is not counted).
Floor encode_floor(const std::vector<std::filesystem::path>& files, int threads, Deflate how);

}  // namespace fw
