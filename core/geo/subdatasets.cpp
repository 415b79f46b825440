// Variables of HDF and netCDF files: their names come from the container alone, never from the caller.
#include <cpl_string.h>
#include <gdal_priv.h>

#include <algorithm>
#include <map>

#include "core/base/text.h"
#include "core/geo/gdal_errors.h"
#include "core/geo/opening.h"

namespace fw {
namespace {

std::string without_quotes(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), '"'), text.end());
  return text;
}

bool ends_with(const std::string& text, std::string_view tail) {
  return text.size() >= tail.size() && text.compare(text.size() - tail.size(), tail.size(), tail) == 0;
}

/// A netCDF file with one variable opens as that variable and lists nothing.
std::string sole_variable(GDALDataset& dataset) {
  if (dataset.GetRasterCount() == 0) return {};
  const char* name = dataset.GetRasterBand(1)->GetMetadataItem("NETCDF_VARNAME");
  return name ? name : "";
}

}  // namespace

std::vector<Subdataset> subdatasets_of(GDALDataset& container, const std::filesystem::path& file) {
  std::vector<Subdataset> all;
  char** list = container.GetMetadata("SUBDATASETS");
  const std::string own_file = "\"" + file.string() + "\":";
  for (int n = 1;; ++n) {
    const std::string key = "SUBDATASET_" + std::to_string(n);
    const char* name = CSLFetchNameValue(list, (key + "_NAME").c_str());
    if (!name) break;
    const char* description = CSLFetchNameValue(list, (key + "_DESC").c_str());
    Subdataset s;
    s.gdal_name = name;
    const size_t at = s.gdal_name.find(own_file);
    if (at == std::string::npos) continue;  // another file's: not ours to open
    s.full_name = without_quotes(s.gdal_name.substr(at + own_file.size()));
    s.last_part = s.full_name.substr(s.full_name.find_last_of(":/") + 1);
    s.signed_byte = s.gdal_name.rfind("HDF4", 0) == 0 && description && ends_with(description, "(8-bit integer)");
    all.push_back(std::move(s));
  }
  return all;
}

Subdataset enter_subdataset(OpenedFile& file, const std::string& name) {
  const auto all = subdatasets_of(*file.dataset, file.path);
  const std::string shown = printable(file.path.filename().string());
  if (all.empty() && sole_variable(*file.dataset) == name) return {{}, name, name, false};
  std::string names;
  const Subdataset* chosen = nullptr;
  for (const auto& s : all) {
    names += (names.empty() ? "" : ", ") + printable(s.last_part, 60);
    if (s.full_name != name && s.last_part != name) continue;
    if (chosen && chosen->full_name != name)
      throw InputError("SUBDATASET_MISSING",
                       shown + " has more than one variable '" + printable(name, 80) + "'. Give its full name.");
    if (!chosen || s.full_name == name) chosen = &s;
  }
  if (!chosen)
    throw InputError("SUBDATASET_MISSING", shown + " has no variable '" + printable(name, 80) +
                                               "'; it has: " + (names.empty() ? "none" : names) + ".");
  std::string why;
  auto opened = open_by_driver(chosen->gdal_name, file.path, file.driver, true, &why);
  if (!opened)
    throw InputError("NOT_A_RASTER", shown + ": variable '" + printable(name, 80) + "' cannot be opened (" + why +
                                         "). Fetch it again.");
  file.dataset = std::move(opened);
  return *chosen;
}

std::vector<std::string> list_subdatasets(const OpenRequest& request) {
  OpenedFile file = open_container(request);
  const auto lock = serial_libraries(file.serial);
  GdalErrors quiet;
  const auto all = subdatasets_of(*file.dataset, file.path);
  std::map<std::string, int> times;
  for (const auto& s : all) ++times[s.last_part];
  std::vector<std::string> names;
  for (const auto& s : all) names.push_back(times[s.last_part] == 1 ? s.last_part : s.full_name);
  if (const auto sole = sole_variable(*file.dataset); all.empty() && !sole.empty()) names.push_back(sole);
  return names;
}

}  // namespace fw
