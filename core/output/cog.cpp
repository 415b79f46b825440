#include "core/output/cog.h"

#include <cpl_string.h>
#include <gdal_priv.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/base/text.h"
#include "core/geo/open_scene.h"
#include "core/output/atomic_file.h"
#include "core/output/gdal_write.h"
#include "core/output/staged_dataset.h"

namespace fw {
namespace {

GDALDriver* cog_driver() {
  prepare_gdal();
  GDALDriver* driver = GetGDALDriverManager()->GetDriverByName("COG");
  if (!driver)
    throw OutputError("WRITE_FAILED", "This GDAL has no COG driver (older than 3.1). Install GDAL 3.6 or newer.");
  return driver;
}

/// Whether the driver's list of options (XML, quotes of either kind) names this one.
bool has_option(const std::string& text, const std::string& name) {
  return text.find("name='" + name + "'") != std::string::npos ||
         text.find("name=\"" + name + "\"") != std::string::npos;
}

/// Options of the COG driver; those that this GDAL does not list are left out. The driver makes its list when it is
/// first asked for, which two threads must not do at once.
CPLStringList creation_options(GDALDriver* driver, bool is_class) {
  static const std::string listed = [&] {
    const char* list = driver->GetMetadataItem(GDAL_DMD_CREATIONOPTIONLIST);
    return std::string(list ? list : "");
  }();
  const std::pair<const char*, const char*> wanted[] = {
      {"COMPRESS", "DEFLATE"},
      {"LEVEL", is_class ? "6" : "1"},
      {"PREDICTOR", is_class ? "NO" : "YES"},
      {"OVERVIEW_PREDICTOR", is_class ? "NO" : "YES"},
      {"BLOCKSIZE", "256"},
      {"OVERVIEWS", "IGNORE_EXISTING"},
      {"OVERVIEW_RESAMPLING", is_class ? "MODE" : "AVERAGE"},
      {"NUM_THREADS", "1"},
      {"BIGTIFF", "IF_SAFER"},
      {"INTERLEAVE", "PIXEL"},  // GDAL 3.11 and newer
      {"STATISTICS", "NO"},     // GDAL 3.8 and newer: ours are exact already
  };
  CPLStringList options;
  for (const auto& [name, value] : wanted)
    if (has_option(listed, name)) options.SetNameValue(name, value);
  return options;
}

[[noreturn]] void differs(const std::filesystem::path& file, const std::string& what) {
  throw OutputError("VERIFY_FAILED", printable(file.filename().string()) + " does not read back as it was computed (" +
                                         what + "). Nothing was published; check the device and run again.");
}

bool same(float written, float back, uint8_t nodata, bool is_class) {
  if (is_class && written == static_cast<float>(nodata)) return std::isnan(back);
  return std::bit_cast<uint32_t>(written) == std::bit_cast<uint32_t>(back) || (std::isnan(written) && std::isnan(back));
}

std::string compare(const std::filesystem::path& file, const RasterSpec& spec, const StagedPixels& pixels) {
  OpenRequest request;
  request.file = std::filesystem::absolute(file);
  request.max_pixels = static_cast<double>(spec.grid.pixels());
  request.max_bands = pixels.bands();
  SceneFile back = open_scene(request);
  const RasterInfo& info = back.info();
  const bool is_class = spec.classes.has_value();
  if (info.grid.rows != spec.grid.rows || info.grid.cols != spec.grid.cols ||
      static_cast<int>(info.bands.size()) != pixels.bands())
    differs(file, "size");
  if (std::abs(info.grid.x0 - spec.grid.x0) > 1e-6 * spec.grid.dx ||
      std::abs(info.grid.y0 - spec.grid.y0) > 1e-6 * spec.grid.dy || !same_crs(info.grid.crs, spec.grid.crs))
    differs(file, "place");
  for (const auto& band : info.bands)
    if (band.type != (is_class ? "Byte" : "Float32")) differs(file, "type");
  std::vector<float> written, read;
  std::vector<uint8_t> classes;
  const int strip = std::max(1, std::min(256, (64 << 20) / 4 / spec.grid.cols));
  for (int b = 1; b <= pixels.bands(); ++b)
    for (int r = 0; r < spec.grid.rows; r += strip) {
      const Window w = {r, 0, std::min(strip, spec.grid.rows - r), spec.grid.cols};
      written.resize(w.pixels());
      read.resize(w.pixels());
      if (is_class) {
        classes.resize(w.pixels());
        pixels.read(b, w, classes.data());
        std::copy(classes.begin(), classes.end(), written.begin());
      } else {
        pixels.read(b, w, written.data());
      }
      back.read(b, w, read.data());
      for (size_t i = 0; i < written.size(); ++i)
        if (!same(written[i], read[i], pixels.nodata(), is_class))
          differs(file, "band " + std::to_string(b) + ", row " +
                            std::to_string(r + static_cast<int>(i / static_cast<size_t>(w.cols))));
    }
  return info.sha256;
}

}  // namespace

std::string write_cog(const std::filesystem::path& file, const RasterSpec& spec, const StagedPixels& pixels,
                      const std::vector<BandStatistics>& statistics) {
  GDALDriver* driver = cog_driver();
  {
    GdalWrite write;
    const auto source = make_staged_dataset(pixels, spec, statistics, write);
    const auto options = creation_options(driver, spec.classes.has_value());
    GDALDataset* copy =
        driver->CreateCopy(file.c_str(), source.get(), FALSE, const_cast<char**>(options.List()), nullptr, nullptr);
    const bool broken = copy == nullptr;
    if (copy) GDALClose(copy);
    write.check("write", file, broken);
  }
  sync_file(file);
  try {
    return compare(file, spec, pixels);
  } catch (const InputError& e) {
    differs(file, e.what());
  }
}

}  // namespace fw
