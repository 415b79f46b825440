// The one door through which rasters come in. See docs/decisions for the policy and the attacks it answers.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/geo/grid.h"

namespace fw {

/// What may be opened, and how. Defaults suit a GeoTIFF from a stranger.
struct OpenRequest {
  std::filesystem::path file;                    ///< absolute; checked to be beneath `root`
  std::filesystem::path root;                    ///< input root; empty: the file's own folder
  std::vector<std::string> drivers = {"GTiff"};  ///< of: GTiff, JP2OpenJPEG, HDF4, HDF5, netCDF
  std::string subdataset;  ///< HDF/netCDF: name of the variable, or its last part ("1 km 16 days NDVI"); else empty
  std::string sha256;      ///< expected hash; empty: not checked, only computed
  bool hashed = true;      ///< false: the bytes are not hashed and RasterInfo::sha256 is empty (measurements only)
  double max_pixels = 4e8;
  int max_bands = 64;              ///< time stacks raise it
  double max_block_bytes = 256e6;  ///< of one decoded block (all bands of it where pixels are interleaved)
  bool allow_sparse = false;       ///< GeoTIFF blocks that were never written read as no-data instead of INCOMPLETE
  bool need_georeference = true;
  bool in_parts =
      false;        ///< blocks are used in part, too many between two uses to be kept: GDAL, which would, is left out
  std::string crs;  ///< checked CRS for a file that has a geotransform but declares none, stated by a product or a
                    ///< person, never guessed (flag CRS_STATED); empty: such a file is CRS_MISSING
  std::optional<Grid> near;  ///< declared area: its extent must touch the file's (CRS_EXTENT_MISMATCH)
};

struct BandInfo {
  std::string description, type;  ///< type: Byte, Int8, UInt16, Int16, UInt32, Int32, UInt64, Int64, Float32, Float64
  std::optional<double> nodata;   ///< only where representable in the type (else dropped and flagged NODATA_IGNORED)
  double scale = 1, offset = 0;   ///< as declared in the file
  bool has_scale = false;
  std::map<std::string, std::string> metadata;
};

struct RasterInfo {
  Grid grid;  ///< north-up; south-up and 0..360 files are normalised by the reader; 1x1 cells at 0,0 without
              ///< georeference
  std::string driver, sha256, interleave, compression;
  uintmax_t bytes = 0;
  int block_rows = 0, block_cols = 0;
  std::vector<BandInfo> bands;
  std::map<std::string, std::string>
      metadata;  ///< default domain (and SUBDATASET-level attributes), at most 256 KiB in all
  std::vector<std::string>
      flags;  ///< SOUTH_UP, LON_NORMALISED, NODATA_IGNORED, PIXEL_IS_POINT, ROTATED, ANTIMERIDIAN, MASK_BAND,
              ///< CRS_FROM_CF (netCDF in degrees_north/_east without a datum: taken as WGS 84), CRS_STATED
};

/// Takes rows [row, row + rows) of a window: band[k] points at their pixels, one row after another.
using StripVisitor = std::function<void(int row, int rows, const std::vector<const float*>& band)>;

/// A raster that was opened and checked. Several threads may read at once. Plain GeoTIFFs are opened for each read, if
/// they are still the file that was checked, and closed after it: any number of them may be kept.
class SceneFile {
 public:
  ~SceneFile();
  SceneFile(SceneFile&&) noexcept;
  const RasterInfo& info() const;
  /// Does it keep neither a file nor a dataset open?
  bool is_light() const;
  /// Pixels of band (from 1) in the window as Float32, row-major. Pixels outside the raster, equal to the declared
  /// nodata, NaN or infinite are NaN. Integers beyond 2^24 lose their last bits. Errors: InputError INCOMPLETE (read
  /// error, truncated).
  void read(int band, const Window& window, float* out);
  /// Several bands of one window at once: out[k] takes bands[k]. A block that holds them all is decoded once.
  void read(const std::vector<int>& bands, const Window& window, const std::vector<float*>& out);
  /// The same by several threads at once. False, and `out` undefined: only read() can say what these pixels are.
  bool read_shared(const std::vector<int>& bands, const Window& window, const std::vector<float*>& out) const;
  /// The same as read(), a few rows at a time, so that what is made of them finds them in the cache. From the first row
  /// to the last.
  void visit_strips(const std::vector<int>& bands, const Window& window, const StripVisitor& visit);
  /// The same as double (Float64 and 32-bit integer data).
  void read(int band, const Window& window, double* out);

 private:
  friend SceneFile open_scene(const OpenRequest&);
  struct Impl;
  explicit SceneFile(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Opens a raster by the policy: bytes hashed first, only the drivers asked for, OVERVIEW_LEVEL=NONE, no PAM, no
/// siblings, size checked before any read, geotransform and CRS checked. Errors: InputError NOT_A_RASTER,
/// DRIVER_NOT_ALLOWED, TOO_LARGE, TOO_MANY_BANDS, BLOCK_TOO_LARGE, DTYPE_UNSUPPORTED, CRS_MISSING, GEOREF_INVALID,
/// GEOREF_UNSUPPORTED (rotated), CRS_EXTENT_MISMATCH, SCALE_INVALID, HASH_MISMATCH, INCOMPLETE, SUBDATASET_MISSING,
/// META_TOO_LARGE, PATH_OUTSIDE_ROOT, INPUT_SCHEME (/vsi…, XML, driver prefix), INPUT_UNREADABLE, EXTERNAL_REFERENCE
/// (an HDF file whose data lie in other files).
SceneFile open_scene(const OpenRequest& request);

/// Names of the sub-datasets of an HDF or netCDF file (variables), opened by the same policy.
std::vector<std::string> list_subdatasets(const OpenRequest& request);

/// Registers only the drivers of the policy, refuses network handlers, sets GDAL's options. Called by open_scene and
/// the writers; harmless to call again.
void prepare_gdal();

/// Blocks that GDAL keeps decoded take at most this many bytes, of all files together; 64 MiB unless told.
void limit_raster_cache(size_t bytes);

}  // namespace fw
