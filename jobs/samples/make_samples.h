// A small region of the Sahel that does not exist, with everything a run needs and the truth beside it.
#pragma once
#include <cstdint>
#include <filesystem>

namespace fw {

struct SampleOptions {
  int first_year = 2018, last_year = 2023;  ///< of scenes and rain; the truth always covers 2018..2023
  uint64_t seed = 2018;
  bool overwrite = false;  ///< false: refuses a folder that already holds samples
};

/// Writes scenes/, rain/, admin/, reports/ and truth/ into the folder (made when absent); sample_scenes/README.md
/// describes them. Pixel values and texts are the same on every machine; the bytes of the GeoTIFFs also depend on the
/// versions of GDAL and zlib. These are inputs, so they do not go through publish. About 50 MB and 10 s for all years.
/// Errors: OutputError EXISTS, WRITE_FAILED.
void make_samples(const std::filesystem::path& folder, const SampleOptions& options);

}  // namespace fw
