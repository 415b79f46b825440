#include "core/geo/resample.h"

#include <cpl_conv.h>
#include <gdal_priv.h>
#include <gdalwarper.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/geo/gdal_errors.h"
#include "core/geo/grid_mapping.h"
#include "core/geo/open_scene.h"

namespace fw {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

/// What GDAL's warper asks: target pixels of the target window to source pixels of the source window. Whole pixels are
/// added and taken off the coordinates of the grids, which is exact, so that a pixel's answer is the same in every
/// window.
struct WindowMapping {
  GridMapping grids;
  Window source, target;

  static int transform(void* self, int to_source, int n, double* x, double* y, double*, int* ok) {
    const auto& m = *static_cast<const WindowMapping*>(self);
    const Window& from = to_source ? m.target : m.source;
    const Window& to = to_source ? m.source : m.target;
    for (int i = 0; i < n; ++i) {
      x[i] += from.col;
      y[i] += from.row;
    }
    to_source ? m.grids.to_source(n, x, y, ok) : m.grids.to_target(n, x, y, ok);
    for (int i = 0; i < n; ++i) {
      x[i] -= to.col;
      y[i] -= to.row;
      if (!ok[i]) x[i] = y[i] = HUGE_VAL;
    }
    return TRUE;
  }
};

struct Close {
  void operator()(GDALDataset* dataset) const { GDALClose(dataset); }
};
using MemoryRaster = std::unique_ptr<GDALDataset, Close>;

/// A raster in memory over the caller's array (which GDAL does not own).
MemoryRaster wrap(const float* values, int rows, int cols) {
  prepare_gdal();
  MemoryRaster raster(GetGDALDriverManager()->GetDriverByName("MEM")->Create("", cols, rows, 0, GDT_Float32, nullptr));
  char pointer[64];
  pointer[CPLPrintPointer(pointer, const_cast<float*>(values), sizeof(pointer) - 1)] = 0;  // only read through
  char** options = CSLSetNameValue(nullptr, "DATAPOINTER", pointer);
  const CPLErr added = raster ? raster->AddBand(GDT_Float32, options) : CE_Failure;
  CSLDestroy(options);
  if (added != CE_None) throw std::bad_alloc();
  return raster;
}

GDALResampleAlg algorithm(Resampling method) {
  switch (method) {
    case Resampling::nearest:
      return GRA_NearestNeighbour;
    case Resampling::bilinear:
      return GRA_Bilinear;
    case Resampling::average:
      return GRA_Average;
  }
  FW_EXPECT(false, "resample: unknown method");
  return GRA_NearestNeighbour;
}

void copy_aligned(const float* values, const Window& window, const Window& target_window, int row_offset,
                  int col_offset, float* out) {
  for (int r = 0; r < target_window.rows; ++r) {
    const int from_row = target_window.row + r + row_offset - window.row;
    if (from_row < 0 || from_row >= window.rows) continue;
    const int shift = target_window.col + col_offset - window.col;  // source column of the target window's first
    const int begin = std::max(0, -shift), end = std::min(target_window.cols, window.cols - shift);
    if (begin < end)
      std::copy_n(values + static_cast<ptrdiff_t>(from_row) * window.cols + shift + begin, end - begin,
                  out + static_cast<ptrdiff_t>(r) * target_window.cols + begin);
  }
}

}  // namespace

Resampling resampling_by_name(std::string_view name) {
  for (Resampling r : {Resampling::nearest, Resampling::bilinear, Resampling::average})
    if (name == name_of(r)) return r;
  throw ConfigError("RESAMPLING",
                    "'" + printable(name, 40) + "' is no resampling method. Use nearest, bilinear or average.");
}

std::string_view name_of(Resampling r) {
  switch (r) {
    case Resampling::nearest:
      return "nearest";
    case Resampling::bilinear:
      return "bilinear";
    case Resampling::average:
      return "average";
  }
  return "";
}

void resample(const float* values, const Grid& source, const Window& window, const Grid& target,
              const Window& target_window, Resampling method, float* out) {
  FW_EXPECT(window.rows >= 0 && window.cols >= 0 && target_window.rows >= 0 && target_window.cols >= 0,
            "resample: negative window");
  FW_EXPECT(window.row >= 0 && window.col >= 0 && window.row + window.rows <= source.rows &&
                window.col + window.cols <= source.cols,
            "resample: the window is not inside the source");
  std::fill_n(out, target_window.pixels(), nan);
  if (window.pixels() == 0 || target_window.pixels() == 0) return;
  int row_offset = 0, col_offset = 0;
  if (aligned(source, target, &row_offset, &col_offset))
    return copy_aligned(values, window, target_window, row_offset, col_offset, out);

  WindowMapping mapping{GridMapping(source, target), window, target_window};
  GdalErrors errors;
  const MemoryRaster from = wrap(values, window.rows, window.cols),
                     to = wrap(out, target_window.rows, target_window.cols);
  std::unique_ptr<GDALWarpOptions, decltype(&GDALDestroyWarpOptions)> options(GDALCreateWarpOptions(),
                                                                              GDALDestroyWarpOptions);
  options->hSrcDS = from.get();
  options->hDstDS = to.get();
  options->eResampleAlg = algorithm(method);
  options->eWorkingDataType = GDT_Float32;
  options->pfnTransformer = WindowMapping::transform;
  options->pTransformerArg = &mapping;
  GDALWarpInitDefaultBandMapping(options.get(), 1);
  GDALWarpInitSrcNoDataReal(options.get(), nan);
  GDALWarpInitDstNoDataReal(options.get(), nan);
  // GDAL would otherwise take the scale from the two windows, and a pixel's value would depend on its tile.
  options->papszWarpOptions =
      CSLSetNameValue(options->papszWarpOptions, "XSCALE", format_number(1 / mapping.grids.cols_per_col()).c_str());
  options->papszWarpOptions =
      CSLSetNameValue(options->papszWarpOptions, "YSCALE", format_number(1 / mapping.grids.rows_per_row()).c_str());
  GDALWarpOperation operation;
  // The source window is given, not guessed: everything that was read takes part.
  const bool done = operation.Initialize(options.get()) == CE_None &&
                    operation.WarpRegionToBuffer(0, 0, target_window.cols, target_window.rows, out, GDT_Float32, 0, 0,
                                                 window.cols, window.rows) == CE_None;
  if (!done)
    throw InputError("RESAMPLING_FAILED",
                     "A window could not be resampled (" + errors.text() + "). Report this with the file.");
}

}  // namespace fw
