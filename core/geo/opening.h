// The steps of the opening policy, shared by open_scene and list_subdatasets. Internal to core/geo.
#pragma once
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/geo/georeference.h"
#include "core/geo/input_file.h"
#include "core/geo/open_scene.h"

class GDALDataset;

namespace fw {

struct CloseDataset {
  bool serial = false;
  void operator()(GDALDataset* dataset) const;
};
using DatasetPtr = std::unique_ptr<GDALDataset, CloseDataset>;

/// HDF and netCDF libraries are not thread-safe: every call into them holds this lock.
std::unique_lock<std::recursive_mutex> serial_libraries(bool needed);

/// A file that passed every check that needs no library, and the container opened.
struct OpenedFile {
  std::filesystem::path path;
  FileIdentity identity;
  std::string sha256, driver;  ///< driver: one of OpenRequest::drivers
  bool serial = false;
  std::vector<std::string> descriptions;  ///< of GeoTIFF bands
  DatasetPtr dataset;
};
OpenedFile open_container(const OpenRequest& request);

/// Opens a GDAL name by one driver of the policy. Null with the reason in `why` when GDAL refuses. overviews: not shut
/// out; nothing may then be read but the header.
DatasetPtr open_by_driver(const std::string& gdal_name, const std::filesystem::path& file, const std::string& driver,
                          bool subdataset, std::string* why, bool overviews = false);

struct Subdataset {
  std::string gdal_name, full_name, last_part;
  bool signed_byte = false;  ///< HDF4 says 8-bit integer, which GDAL 3.6 hands out as Byte
};
std::vector<Subdataset> subdatasets_of(GDALDataset& container, const std::filesystem::path& file);
/// Replaces file.dataset by the sub-dataset asked for. Errors: InputError SUBDATASET_MISSING.
Subdataset enter_subdataset(OpenedFile& file, const std::string& name);

/// Limits, types, scales, metadata. Errors: as open_scene.
RasterInfo raster_info(GDALDataset& dataset, const OpenedFile& file, const OpenRequest& request, bool signed_byte);
/// What the dataset says about its place; may add to flags.
RawGeoreference raw_georeference(GDALDataset& dataset, const RasterInfo& info, std::vector<std::string>& flags);
/// A GeoTIFF block that was never written, or ends behind the end of the file. Errors: InputError INCOMPLETE.
void check_blocks(GDALDataset& dataset, const OpenedFile& file, const RasterInfo& info, bool allow_sparse);

/// An HDF4 or HDF5 file may name other files as the place of its data. Errors: InputError EXTERNAL_REFERENCE,
/// NOT_A_RASTER.
void refuse_external_links(const std::filesystem::path& file, const std::string& content);

}  // namespace fw
