// The standard jobs of the benchmark: what programs that process time series of scenes are compared by.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "core/output/publication.h"

namespace fw {

/// A: NDVI, MNDWI, NDBI of each date (IDX_*.tif). BC: monthly mean, standard deviation (ddof 0), minimum and maximum of
/// NDVI (CLIM.tif), and VCI and z of the last date in it (ANOM.tif). D1: least squares (OLS.tif: slope per year,
/// intercept, r2). D2: Mann-Kendall S and Z, Theil-Sen slope per year (MK.tif). E: break monitoring of the last two
/// fifths (BREAK.tif: first date beyond the boundary or -1, magnitude).
struct StandardJob {
  std::string name;
  bool a = false, bc = false, d1 = false, d2 = false, e = false;
  bool has_series() const { return bc || d1 || d2 || e; }
};
/// By name: A, BC, D1, D2, E, and ABCD1 (all of these in one pass).
StandardJob standard_job(const std::string& name);

struct StandardRun {
  double wall = 0, cpu = 0;                  ///< seconds, until every file is written
  double read = 0, compute = 0, encode = 0;  ///< thread-seconds
  double publish = 0;                        ///< seconds: verify, flush, hash, swap into place
  size_t peak_bytes = 0, bytes_out = 0;
  size_t pixels = 0, dates = 0;
};

struct StandardOptions {
  int threads = 0;
  size_t memory_bytes = size_t{256} << 20;
};

/// The scenes S_YYYYMM.tif of a folder, in order. Errors: InputError NO_SCENES.
std::vector<std::filesystem::path> standard_scenes(const std::filesystem::path& folder);

/// Runs the job and publishes into `out`. Errors: InputError, OutputError; InputError STACK_MIXED: scenes of different
/// grids, or without four bands.
StandardRun run_standard_job(const StandardJob& job, const std::vector<std::filesystem::path>& scenes,
                             const std::filesystem::path& out, const StandardOptions& options);

}  // namespace fw
