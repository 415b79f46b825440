// GDAL made small: a short list of drivers, no network, no archives, no plugins, no sidecar files.
#include <cpl_conv.h>
#include <cpl_http.h>
#include <cpl_string.h>
#include <cpl_vsi_virtual.h>
#include <gdal_frmts.h>
#include <gdal_priv.h>
#include <ogr_srs_api.h>
#include <ogrsf_frmts.h>

#include <mutex>
#include <string>
#include <vector>

#include "core/geo/open_scene.h"

namespace fw {
namespace {

/// Stands in for every virtual file system but memory: nothing opens, nothing exists.
class RefusingFiles final : public VSIFilesystemHandler {
 public:
  VSIVirtualHandle* Open(const char* name, const char*, bool, CSLConstList) override {
    CPLError(CE_Failure, CPLE_OpenFailed, "%s is refused (virtual file systems are off)", name);
    return nullptr;
  }
  int Stat(const char*, VSIStatBufL*, int) override { return -1; }
};

CPLHTTPResult* refuse_request(const char* url, CSLConstList, GDALProgressFunc, void*, CPLHTTPFetchWriteFunc, void*,
                              void*) {
  CPLError(CE_Failure, CPLE_HttpResponse, "%s is refused (the network is off)", url);
  auto* result = static_cast<CPLHTTPResult*>(CPLCalloc(1, sizeof(CPLHTTPResult)));
  result->nStatus = 1;
  result->pszErrBuf = CPLStrdup("the network is off");
  return result;
}

void refuse_virtual_file_systems() {
  auto* refusing = new RefusingFiles;  // owned by GDAL's file manager from here on
  // The handlers that are pushed out stay alive: GDAL forgets them, but parts of it may still point to them.
  static auto* const pushed_out = new std::vector<VSIFilesystemHandler*>;
  const auto refuse = [&](const char* prefix) {
    pushed_out->push_back(VSIFileManager::GetHandler(prefix));
    VSIFileManager::InstallHandler(prefix, refusing);
  };
  char** prefixes = VSIGetFileSystemsPrefixes();
  for (char** prefix = prefixes; prefix && *prefix; ++prefix)
    if (std::string(*prefix) != "/vsimem/") refuse(*prefix);
  CSLDestroy(prefixes);
  refuse("/vsicurl?");  // a second form, which the list leaves out
}

void set_options() {
  CPLSetConfigOption("GDAL_DRIVER_PATH", "disable");
  CPLSetConfigOption("OGR_DRIVER_PATH", "disable");
  CPLSetConfigOption("GDAL_PAM_ENABLED", "NO");
  CPLSetConfigOption("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR");
  CPLSetConfigOption("CPL_ALLOW_VSISTDIN", "NO");
  CPLSetConfigOption("GDAL_VRT_ENABLE_PYTHON", "NO");
  CPLSetConfigOption("OGR_GEOJSON_MAX_OBJ_SIZE", "200");
  CPLSetConfigOption("GTIFF_POINT_GEO_IGNORE", "NO");
  OSRSetPROJEnableNetwork(FALSE);
  CPLHTTPPushFetchCallback(refuse_request, nullptr);
}

void register_drivers() {
  GDALRegister_GTiff();
  GDALRegister_MEM();
  GDALRegister_COG();
  GDALRegister_JP2OpenJPEG();
  GDALRegister_HDF4();
  GDALRegister_HDF4Image();
  GDALRegister_netCDF();  // before HDF5: netCDF-4 files are HDF5 files
  GDALRegister_HDF5();
  GDALRegister_HDF5Image();
  RegisterOGRGeoJSON();
  RegisterOGRGeoPackage();
  RegisterOGRShape();
}

}  // namespace

void prepare_gdal() {
  static std::once_flag once;
  std::call_once(once, [] {
    set_options();
    refuse_virtual_file_systems();
    register_drivers();
    GDALSetCacheMax64(GIntBig{64} << 20);  // GDAL would take a share of the machine's memory
  });
}

void limit_raster_cache(size_t bytes) {
  prepare_gdal();
  GDALSetCacheMax64(static_cast<GIntBig>(bytes));
}

}  // namespace fw
