// Smaller copies of a raster, each half the size of the one before, as GDAL makes them.
#pragma once
#include <filesystem>
#include <memory>
#include <vector>

#include "core/output/staged_pixels.h"

namespace fw {

/// Shapes of the overviews: halved, rounded down, until no side is longer than `block`.
std::vector<Grid> overview_grids(const Grid& grid, int block);

/// Pixels of an overview: floats are the mean of what lies under a pixel, weighed by the share that does, without
/// no-data; classes the most frequent value, the one that first came to that number row by row where several are.
/// Thread-safe. Out: into `to`, the pixels of `window`. Same arithmetic as GDAL's AVERAGE and MODE.
void make_overview(const StagedPixels& from, StagedPixels& to, int band, const Window& window);

/// All overviews of the pixels, the largest first, on all threads: each from the one before, or, where the columns of
/// floats cannot be halved any more, from the pixels themselves. The same pixels as GDAL's, but for class rasters above
/// 10 MB as Float32 with an odd number of rows: GDAL takes them in chunks and leaves out what a pixel covers of the
/// next. Scratch files go into `folder`. Errors: OutputError.
std::vector<std::unique_ptr<StagedPixels>> make_overviews(const StagedPixels& pixels,
                                                          const std::filesystem::path& folder);

}  // namespace fw
