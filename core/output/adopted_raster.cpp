#include "core/output/adopted_raster.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>

#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/geo/open_scene.h"
#include "core/output/atomic_file.h"

namespace fw {
namespace fs = std::filesystem;
namespace {

std::mutex known_mutex;
std::map<std::string, std::vector<BandStatistics>> known_statistics;

[[noreturn]] void refuse(const fs::path& tif, const std::string& why) {
  throw InputError("SET_INVALID", printable(tif.string(), 300) + " cannot be taken over (" + why +
                                      "). Run the job that published it again.");
}

/// Statistics of what open_scene reads: values of a class raster, no-data included.
std::vector<BandStatistics> read_statistics(SceneFile& scene, const RasterSpec& spec) {
  std::vector<BandStatistics> all;
  std::vector<float> values;
  for (int b = 1; b <= static_cast<int>(spec.bands.size()); ++b) {
    Moments moments;
    BandStatistics s;
    for (const Window& part : statistics_parts(spec.grid)) {
      values.resize(part.pixels());
      scene.read(b, part, values.data());
      if (spec.classes)
        for (const float v : values)
          ++s.counts[static_cast<uint8_t>(std::isnan(v) ? spec.classes->nodata : static_cast<int>(v))];
      else
        moments.merge(moments_of(values.data(), values.size()));
    }
    if (!spec.classes) s = statistics_of(moments, spec.grid.pixels());
    s.pixels = spec.grid.pixels();
    if (spec.classes) s.valid = s.pixels - s.counts[static_cast<uint8_t>(spec.classes->nodata)];
    all.push_back(s);
  }
  return all;
}

}  // namespace

void remember_statistics(const std::string& sha256, const std::vector<BandStatistics>& bands) {
  const std::lock_guard lock(known_mutex);
  known_statistics[sha256] = bands;
}

PublishedRaster read_published_raster(const RasterSpec& spec, const fs::path& tif,
                                      const std::vector<FileRecord>& listed) {
  if (tif.filename() != spec.stem + ".tif") refuse(tif, "its name is not " + spec.stem + ".tif");
  PublishedRaster raster{spec, {}, {}};
  for (const auto& record : listed) {
    const bool ours = record.path == spec.stem + ".tif" || record.path == spec.stem + ".qml" ||
                      record.path.rfind(spec.stem + ".tif.", 0) == 0;
    if (!ours) continue;
    const fs::path file = tif.parent_path() / record.path;
    if (fs::is_symlink(file) || !fs::is_regular_file(file)) refuse(tif, record.path + " is missing");
    raster.files.push_back(record);
  }
  std::stable_partition(raster.files.begin(), raster.files.end(),
                        [&](const FileRecord& f) { return f.path == spec.stem + ".tif"; });
  if (raster.files.empty() || raster.files[0].path != spec.stem + ".tif") refuse(tif, "no manifest lists it");

  {
    const std::lock_guard lock(known_mutex);
    if (const auto known = known_statistics.find(raster.files[0].sha256); known != known_statistics.end()) {
      raster.statistics = known->second;
      return raster;
    }
  }
  OpenRequest request;
  request.file = fs::absolute(tif);
  request.sha256 = raster.files[0].sha256;
  request.max_pixels = static_cast<double>(spec.grid.pixels());
  request.max_bands = static_cast<int>(spec.bands.size());
  SceneFile scene = open_scene(request);
  const RasterInfo& info = scene.info();
  if (info.grid.rows != spec.grid.rows || info.grid.cols != spec.grid.cols || info.bands.size() != spec.bands.size() ||
      info.bands[0].type != (spec.classes ? "Byte" : "Float32"))
    refuse(tif, "it is another raster than its index says");
  raster.statistics = read_statistics(scene, spec);
  return raster;
}

void copy_published(const fs::path& folder, const FileRecord& file, const fs::path& to) {
  try {
    copy_file_compared(folder / file.path, to, file.sha256);
  } catch (const OutputError&) {
    if (sha256_of_file(folder / file.path) != file.sha256)
      refuse(folder / file.path, "it changed since it was published");
    throw;
  }
}

}  // namespace fw
