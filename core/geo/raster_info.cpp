// What an opened raster says about itself, checked before a pixel is read.
#include <cpl_string.h>
#include <gdal_priv.h>
#include <ogr_spatialref.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>

#include "core/base/text.h"
#include "core/geo/crs.h"
#include "core/geo/opening.h"

namespace fw {
namespace {

constexpr size_t max_metadata_bytes = 256U << 10;
constexpr double max_blocks = 4e6;  // per band; their list alone would otherwise cost gigabytes

std::string item(GDALMajorObject& of, const char* key, const char* domain) {
  const char* value = of.GetMetadataItem(key, domain);
  return value ? value : "";
}

std::map<std::string, std::string> metadata_of(GDALMajorObject& of, const std::string& shown) {
  std::map<std::string, std::string> all;
  size_t bytes = 0;
  for (char** entry = of.GetMetadata(); entry && *entry; ++entry) {
    const std::string text = *entry;
    bytes += text.size();
    if (bytes > max_metadata_bytes)
      throw InputError("META_TOO_LARGE",
                       shown + " carries more than " + format_bytes(max_metadata_bytes) + " of metadata. Strip it.");
    if (const size_t equals = text.find('='); equals != std::string::npos)
      all[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return all;
}

bool is_integer_in(double v, double lo, double hi) { return v == std::floor(v) && v >= lo && v <= hi; }

/// A no-data value that pixels of the type can have; nothing otherwise.
std::optional<double> representable(double v, const std::string& type) {
  if (type == "Int8") {
    if (is_integer_in(v, 128, 255)) return v - 256;
    return is_integer_in(v, -128, 127) ? std::optional(v) : std::nullopt;
  }
  if (type == "Byte") return is_integer_in(v, 0, 255) ? std::optional(v) : std::nullopt;
  if (type == "UInt16") return is_integer_in(v, 0, 65535) ? std::optional(v) : std::nullopt;
  if (type == "Int16") return is_integer_in(v, -32768, 32767) ? std::optional(v) : std::nullopt;
  if (type == "UInt32") return is_integer_in(v, 0, 4294967295.0) ? std::optional(v) : std::nullopt;
  if (type == "Int32") return is_integer_in(v, -2147483648.0, 2147483647.0) ? std::optional(v) : std::nullopt;
  if (type == "Float32")
    return std::isfinite(v) && std::fabs(v) > FLT_MAX * (1 + 1e-6) ? std::nullopt : std::optional(v);
  return v;
}

BandInfo band_info(GDALRasterBand& band, const std::string& shown, bool signed_byte, bool* nodata_ignored) {
  BandInfo info;
  const GDALDataType type = band.GetRasterDataType();
  info.type = GDALGetDataTypeName(type);
  if (type == GDT_Unknown || GDALDataTypeIsComplex(type))
    throw InputError("DTYPE_UNSUPPORTED", shown + " has " + info.type + " pixels. Convert them to real numbers.");
  if (type == GDT_Byte && (signed_byte || item(band, "PIXELTYPE", "IMAGE_STRUCTURE") == "SIGNEDBYTE"))
    info.type = "Int8";
  info.description = band.GetDescription();
  info.metadata = metadata_of(band, shown);
  if (const std::string unit = band.GetUnitType(); !unit.empty()) info.metadata.try_emplace("units", unit);

  int has = 0;
  double nodata = 0;
  if (type == GDT_Int64)
    nodata = static_cast<double>(band.GetNoDataValueAsInt64(&has));
  else if (type == GDT_UInt64)
    nodata = static_cast<double>(band.GetNoDataValueAsUInt64(&has));
  else
    nodata = band.GetNoDataValue(&has);
  if (has) {
    info.nodata = representable(nodata, info.type);
    if (!info.nodata) *nodata_ignored = true;
  }
  int has_scale = 0, has_offset = 0;
  info.scale = band.GetScale(&has_scale);
  info.offset = band.GetOffset(&has_offset);
  info.has_scale = has_scale || has_offset;
  if (info.scale == 0 || !std::isfinite(info.scale) || !std::isfinite(info.offset))
    throw InputError("SCALE_INVALID", shown + " declares a scale of " + format_number(info.scale) +
                                          " and an offset of " + format_number(info.offset) +
                                          ". Ask the supplier for a corrected file.");
  return info;
}

bool contains(const RasterInfo& info, const char* value) {
  return std::any_of(info.metadata.begin(), info.metadata.end(), [value](const auto& entry) {
    return entry.second == value && entry.first.size() > 6 &&
           entry.first.compare(entry.first.size() - 6, 6, "#units") == 0;
  });
}

}  // namespace

RasterInfo raster_info(GDALDataset& dataset, const OpenedFile& file, const OpenRequest& request, bool signed_byte) {
  const std::string shown = printable(file.path.filename().string());
  RasterInfo info;
  info.driver = file.driver;
  info.sha256 = file.sha256;
  info.bytes = static_cast<uintmax_t>(file.identity.size);
  const int rows = dataset.GetRasterYSize(), cols = dataset.GetRasterXSize(), bands = dataset.GetRasterCount();
  if (rows <= 0 || cols <= 0) throw InputError("NOT_A_RASTER", shown + " holds no pixels. Check the product.");
  if (static_cast<double>(rows) * cols > request.max_pixels)
    throw InputError("TOO_LARGE", shown + " declares " + std::to_string(cols) + " x " + std::to_string(rows) +
                                      " pixels; at most " + format_number(request.max_pixels) +
                                      " are read. Cut it into tiles.");
  if (bands > request.max_bands)
    throw InputError("TOO_MANY_BANDS", shown + " has " + std::to_string(bands) + " bands; at most " +
                                           std::to_string(request.max_bands) +
                                           " are read. Raise the product's limit if that is right.");
  info.grid.rows = rows;
  info.grid.cols = cols;
  info.interleave = item(dataset, "INTERLEAVE", "IMAGE_STRUCTURE");
  info.compression = item(dataset, "COMPRESSION", "IMAGE_STRUCTURE");
  bool nodata_ignored = false;
  for (int b = 1; b <= bands; ++b) {
    GDALRasterBand& band = *dataset.GetRasterBand(b);
    int block_cols = 0, block_rows = 0;
    band.GetBlockSize(&block_cols, &block_rows);
    const double pixel_bytes =
        GDALGetDataTypeSizeBytes(band.GetRasterDataType()) * (info.interleave == "PIXEL" ? bands : 1);
    if (static_cast<double>(block_cols) * block_rows * pixel_bytes > request.max_block_bytes)
      throw InputError("BLOCK_TOO_LARGE", shown + " is stored in blocks of " + std::to_string(block_cols) + " x " +
                                              std::to_string(block_rows) + " pixels. Store it in tiles of 512 x 512.");
    if (std::ceil(static_cast<double>(cols) / std::max(block_cols, 1)) *
            std::ceil(static_cast<double>(rows) / std::max(block_rows, 1)) >
        max_blocks)
      throw InputError("TOO_LARGE", shown + " is stored in millions of blocks. Store it in tiles of 512 x 512.");
    if (b == 1) {
      info.block_rows = block_rows;
      info.block_cols = block_cols;
    }
    info.bands.push_back(band_info(band, shown, signed_byte, &nodata_ignored));
    if (static_cast<size_t>(b) <= file.descriptions.size())
      info.bands.back().description = file.descriptions[static_cast<size_t>(b - 1)];
  }
  if (nodata_ignored) info.flags.emplace_back("NODATA_IGNORED");
  info.metadata = metadata_of(dataset, shown);
  if (info.metadata.count("AREA_OR_POINT") && info.metadata["AREA_OR_POINT"] == "Point")
    info.flags.emplace_back("PIXEL_IS_POINT");
  return info;
}

RawGeoreference raw_georeference(GDALDataset& dataset, const RasterInfo& info, std::vector<std::string>& flags) {
  RawGeoreference raw;
  raw.rows = info.grid.rows;
  raw.cols = info.grid.cols;
  raw.has_transform = dataset.GetGeoTransform(raw.transform) == CE_None;
  raw.has_control_points = dataset.GetGCPCount() > 0;
  if (const OGRSpatialReference* crs = dataset.GetSpatialRef()) {
    OGRSpatialReference flat(*crs);
    if (flat.IsCompound()) flat.StripVertical();
    raw.crs = crs_text(flat);
  }
  // CF: longitudes and latitudes are declared by the units of the coordinate variables; only the datum is left open.
  if (raw.crs.empty() && raw.has_transform && info.driver == "netCDF" && contains(info, "degrees_north") &&
      contains(info, "degrees_east")) {
    raw.crs = wgs84_crs;
    flags.emplace_back("CRS_FROM_CF");
  }
  return raw;
}

}  // namespace fw
