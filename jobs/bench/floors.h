// What no program can do without: fetching and inflating the input, deflating and writing the output.
#pragma once
#include <filesystem>
#include <vector>

namespace fw {

struct Floor {
  double wall = 0, cpu = 0;  ///< seconds on `threads` threads; thread-seconds
  size_t raw_bytes = 0, packed_bytes = 0;
};

/// pread and libdeflate on every block of the files, nothing else. Errors: InputError INCOMPLETE (not plain GeoTIFFs of
/// DEFLATE, or damaged).
Floor decode_floor(const std::vector<std::filesystem::path>& files, int threads);
/// libdeflate at `level` and pwrite of every block of the files (their own content; inflating it is not counted).
Floor encode_floor(const std::vector<std::filesystem::path>& files, int threads, int level);

}  // namespace fw
