#include "core/geo/open_scene.h"

#include <cpl_string.h>
#include <gdal_priv.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/geo/content_type.h"
#include "core/geo/gdal_errors.h"
#include "core/geo/opening.h"
#include "core/geo/scene_impl.h"

namespace fw {
namespace {

constexpr std::array allowed_drivers = {"GTiff", "JP2OpenJPEG", "HDF4", "HDF5", "netCDF"};

bool can_read(const std::string& driver, const std::string& content) {
  return driver == content || (driver == "netCDF" && content == "HDF5");
}

std::string chosen_driver(const OpenRequest& request, const std::string& content, const std::string& shown) {
  if (content.empty() || content == "GeoJSON" || content == "GPKG" || content == "ESRI Shapefile")
    throw InputError("NOT_A_RASTER",
                     shown + " is not a raster (its first bytes are of no raster format). Fetch it again.");
  for (const auto& driver : request.drivers)
    if (can_read(driver, content)) return driver;
  throw InputError("DRIVER_NOT_ALLOWED",
                   shown + " is " + content + " inside, which is not expected here. Convert it to GeoTIFF.");
}

}  // namespace

std::unique_lock<std::recursive_mutex> serial_libraries(bool needed) {
  static std::recursive_mutex mutex;
  return needed ? std::unique_lock(mutex) : std::unique_lock<std::recursive_mutex>();
}

void CloseDataset::operator()(GDALDataset* dataset) const {
  const auto lock = serial_libraries(serial);
  GdalErrors quiet;
  GDALClose(dataset);
}

DatasetPtr open_by_driver(const std::string& gdal_name, const std::filesystem::path& file, const std::string& driver,
                          bool subdataset, std::string* why, bool overviews) {
  const std::string exact = driver + (subdataset && (driver == "HDF4" || driver == "HDF5") ? "Image" : "");
  const char* const drivers[] = {exact.c_str(), nullptr};
  const std::string own_name = file.filename().string();
  const char* const siblings[] = {own_name.c_str(), nullptr};
  CPLStringList options;
  if (driver == "GTiff" && !overviews) options.SetNameValue("OVERVIEW_LEVEL", "NONE");
  if (driver == "GTiff" || driver == "JP2OpenJPEG") options.SetNameValue("GEOREF_SOURCES", "INTERNAL");
  const bool serial = driver != "GTiff" && driver != "JP2OpenJPEG";
  const auto lock = serial_libraries(serial);
  GdalErrors errors;
  DatasetPtr dataset(GDALDataset::Open(gdal_name.c_str(), GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR,
                                       drivers, options.List(), siblings),
                     CloseDataset{serial});
  if (!dataset && why) *why = errors.text();
  return dataset;
}

OpenedFile open_container(const OpenRequest& request) {
  prepare_gdal();
  GdalErrors quiet;
  for (const auto& driver : request.drivers)
    FW_EXPECT(std::find(allowed_drivers.begin(), allowed_drivers.end(), driver) != allowed_drivers.end(),
              "open_scene: driver " + driver + " is not one of the policy");
  OpenedFile file;
  file.path = checked_input(request.file, request.root);
  const std::string shown = printable(file.path.filename().string());
  file.identity = identify(file.path);
  FW_EXPECT(request.hashed || request.sha256.empty(), "open_scene: a hash is expected of a file that is not hashed");
  if (request.hashed) file.sha256 = remembered_sha256(file.path, file.identity);
  if (!request.sha256.empty() && request.sha256 != file.sha256)
    throw InputError("HASH_MISMATCH", shown + " is not the file of the catalogue (SHA-256 " +
                                          file.sha256.substr(0, 16) + "…, expected " + printable(request.sha256, 16) +
                                          "). Fetch it again.");
  const std::string content = content_type(file.path);
  file.driver = chosen_driver(request, content, shown);
  file.serial = file.driver != "GTiff" && file.driver != "JP2OpenJPEG";
  refuse_external_links(file.path, content);
  std::string why;
  // GDAL 3.6 loses the names of bands behind OVERVIEW_LEVEL=NONE: they are taken from a handle that reads nothing else.
  if (file.driver == "GTiff")
    if (const auto plain = open_by_driver(file.path.string(), file.path, file.driver, false, nullptr, true))
      for (auto* band : plain->GetBands()) file.descriptions.emplace_back(band->GetDescription());
  file.dataset = open_by_driver(file.path.string(), file.path, file.driver, false, &why);
  if (!file.dataset) throw InputError("NOT_A_RASTER", shown + " cannot be opened (" + why + "). Fetch it again.");
  return file;
}

SceneFile open_scene(const OpenRequest& request) {
  OpenedFile file = open_container(request);
  const auto lock = serial_libraries(file.serial);
  GdalErrors quiet;
  bool signed_byte = false;
  if (!request.subdataset.empty()) signed_byte = enter_subdataset(file, request.subdataset).signed_byte;
  const std::string shown = printable(file.path.filename().string());
  if (file.dataset->GetRasterCount() == 0) {
    std::string names;
    for (const auto& s : subdatasets_of(*file.dataset, file.path))
      names += (names.empty() ? "" : ", ") + printable(s.last_part, 60);
    if (names.empty()) throw InputError("NOT_A_RASTER", shown + " holds no raster band. Check the product.");
    throw InputError("SUBDATASET_MISSING", shown + " holds several variables; name one of: " + names + ".");
  }
  auto impl = std::make_unique<SceneFile::Impl>();
  impl->info = raster_info(*file.dataset, file, request, signed_byte);
  check_blocks(*file.dataset, file, impl->info, request.allow_sparse);
  RawGeoreference raw = raw_georeference(*file.dataset, impl->info, impl->info.flags);
  if (raw.crs.empty() && raw.has_transform && !request.crs.empty()) {
    raw.crs = request.crs;
    impl->info.flags.emplace_back("CRS_STATED");
  }
  impl->placement = place(raw, request.need_georeference, request.near, shown);
  impl->info.grid = impl->placement.grid;
  impl->info.flags.insert(impl->info.flags.end(), impl->placement.flags.begin(), impl->placement.flags.end());
  if (identify(file.path) != file.identity)
    throw InputError("INCOMPLETE", shown + " changed while it was opened. Wait until it is written whole.");
  impl->serial = file.serial;
  impl->in_parts = request.in_parts;
  impl->path = file.path;
  impl->identity = file.identity;
  impl->name = shown;
  impl->take(std::move(file.dataset));
  const bool masked = std::find(impl->masked.begin(), impl->masked.end(), 1) != impl->masked.end();
  if (!masked && !impl->placement.flip_rows && impl->placement.roll_cols == 0) impl->read_without_gdal();
  return SceneFile(std::move(impl));
}

}  // namespace fw
