#include <algorithm>
#include <cmath>

#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/scene/scan_parts.h"

namespace fw::scan_parts {
namespace {

constexpr double saturated_share = 0.05;         // design/reliability.md r20
constexpr size_t whole_below_pixels = 1u << 20;  // of larger rasters some blocks are looked at, about as many pixels
constexpr int least_on_a_side = 3;               // of those blocks, but at most every other one
constexpr int strip_rows = 512;

/// "EPSG:32652" out of "+init=epsg:32652".
std::string epsg_in(const std::string& text) {
  static const Pattern form("epsg:+([0-9]{4,6})$");
  const auto match = form.search(lower(trim(text)));
  return match ? "EPSG:" + match->groups[1] : "";
}

bool ends_name(std::string name, std::string ending) {
  name = lower(name);
  ending = lower(ending);
  if (name == ending) return true;
  if (name.size() <= ending.size() || name.compare(name.size() - ending.size(), ending.size(), ending) != 0)
    return false;
  const char before = name[name.size() - ending.size() - 1];
  return before == ' ' || before == '_' || before == ':' || before == '/';
}

}  // namespace

OpenRequest OpenFiles::request_for(const FoundFile& file) const {
  OpenRequest request;
  request.root = task_.request.root;
  request.file = resolve_beneath(task_.request.root, file.relative, true);
  request.drivers = task_.product.drivers;
  request.max_bands = task_.product.max_bands;
  request.near = task_.request.near;
  if (const auto it = task_.request.expected_sha256.find(file.relative); it != task_.request.expected_sha256.end())
    request.sha256 = it->second;
  request.crs = task_.input.crs.empty() ? task_.product.crs : task_.input.crs;
  return request;
}

SceneFile& OpenFiles::open(const FoundFile& file, const std::string& subdataset) {
  const auto key = std::pair(file.relative, subdataset);
  if (const auto it = open_.find(key); it != open_.end()) return it->second;
  OpenRequest request = request_for(file);
  request.subdataset = subdataset;
  if (request.crs.rfind("metadata:", 0) == 0) {
    const std::string wanted = request.crs.substr(9);
    request.crs.clear();
    OpenRequest look = request;
    look.need_georeference = false;
    look.near.reset();
    const SceneFile opened = open_scene(look);
    for (const auto& [name, value] : opened.info().metadata) {
      if (name == wanted || name.ends_with("#" + wanted)) request.crs = epsg_in(value);
    }
    for (const auto& band : opened.info().bands) {
      if (const auto it = band.metadata.find(wanted); it != band.metadata.end()) request.crs = epsg_in(it->second);
    }
  }
  return open_.emplace(key, open_scene(request)).first->second;
}

std::string OpenFiles::find_subdataset(const FoundFile& file, const std::string& ending) {
  auto it = subdatasets_.find(file.relative);
  if (it == subdatasets_.end()) it = subdatasets_.emplace(file.relative, list_subdatasets(request_for(file))).first;
  std::string hit;
  for (const auto& name : it->second) {
    if (!ends_name(name, ending)) continue;
    if (name.size() == ending.size()) return name;
    if (!hit.empty())
      throw InputError("BAND_AMBIGUOUS", "Two sub-datasets end in '" + printable(ending, 60) + "' (" +
                                             printable(hit, 60) + ", " + printable(name, 60) + ").");
    hit = name;
  }
  return hit;
}

int find_band(const RasterInfo& info, const BandSpec& spec) {
  const int count = static_cast<int>(info.bands.size());
  const bool described =
      std::any_of(info.bands.begin(), info.bands.end(), [](const BandInfo& b) { return !b.description.empty(); });
  if (spec.descriptions.empty() || !described) {
    const int band = spec.band > 0 ? spec.band : (spec.descriptions.empty() && count == 1 ? 1 : 0);
    return band <= count ? band : 0;
  }
  int hit = 0;
  for (int i = 0; i < count; ++i) {
    const std::string description = lower(trim(info.bands[static_cast<size_t>(i)].description));
    if (std::find(spec.descriptions.begin(), spec.descriptions.end(), description) == spec.descriptions.end()) continue;
    if (hit != 0)
      throw InputError("BAND_AMBIGUOUS", "Bands " + std::to_string(hit) + " and " + std::to_string(i + 1) +
                                             " are both '" + spec.role + "'. Name each band once.");
    hit = i + 1;
  }
  return hit;
}

SceneBand make_band(const FoundFile& file, const std::string& subdataset, const RasterInfo& info, int band,
                    const BandSpec& spec) {
  SceneBand b;
  b.file = file.relative;
  b.sha256 = info.sha256;
  b.driver = info.driver;
  b.subdataset = subdataset;
  b.band = band;
  b.fill = spec.fill;
  b.valid_min = spec.valid_min;
  b.valid_max = spec.valid_max;
  b.unit = spec.unit;
  b.resampling = spec.resampling;
  b.grid = info.grid;
  return b;
}

namespace {

/// Whether whole numbers of the type go no further than `dn`.
bool ends_at(const std::string& type, double dn) {
  return (type == "Byte" && dn == 255) || (type == "UInt16" && dn == 65535) || (type == "Int16" && dn == 32767);
}

}  // namespace

void set_scaling(const Task& task, const BandSpec& spec, const BandInfo& info, const ScaleFacts& facts,
                 SceneBand& band) {
  if (ends_at(info.type, task.product.saturated_dn))
    band.valid_max = std::min(band.valid_max, task.product.saturated_dn - 1);
  if (!task.input.unit.empty()) band.unit = task.input.unit;
  if (task.input.scale || task.input.offset) {
    band.scale = task.input.scale.value_or(1);
    band.offset = task.input.offset.value_or(0);
  } else {
    const Scaling s = resolve_scaling(task.product, spec, info, facts);
    band.scale = s.scale;
    band.offset = s.offset;
  }
  if (!task.product.plausible || band.unit != "1") return;
  const auto [low, high] = *task.product.plausible;
  const auto [least, most] = std::minmax({(low - band.offset) / band.scale, (high - band.offset) / band.scale});
  band.valid_min = std::max(band.valid_min, least);
  band.valid_max = std::min(band.valid_max, most);
}

void check_quality(const QaSpec& spec, const BandInfo& info) {
  if (!info.nodata || !(std::abs(*info.nodata) < 65536) || *info.nodata != std::floor(*info.nodata)) return;
  const auto value = static_cast<uint32_t>(static_cast<int32_t>(*info.nodata)) & 0xffffU;
  const bool clear = std::none_of(spec.rules.begin(), spec.rules.end(), [&](const QaRule& rule) {
    return (rule.values >> ((value >> rule.shift) & ((1U << rule.width) - 1U))) & 1U;
  });
  if (clear)
    throw InputError("QA_NODATA", "The quality band declares " + format_number(*info.nodata) +
                                      " as no-data, which by the product means clear: no clear pixel would be left. "
                                      "Take the declaration away (gdal_edit.py -unsetnodata).");
}

void check_extents(const Scene& scene) {
  if (scene.bands.empty()) return;
  const auto check = [&](const std::string& role, const Grid& b) {
    const Grid& a = scene.bands.begin()->second.grid;
    const double x = 0.5 * std::max(a.dx, b.dx), y = 0.5 * std::max(a.dy, b.dy);
    const bool fits = (a.crs == b.crs || same_crs(a.crs, b.crs)) && std::abs(a.x0 - b.x0) <= x &&
                      std::abs(a.y0 - b.y0) <= y && std::abs(a.x0 + a.cols * a.dx - b.x0 - b.cols * b.dx) <= x &&
                      std::abs(a.y0 - a.rows * a.dy - b.y0 + b.rows * b.dy) <= y;
    if (!fits)
      throw InputError("GRID_MISMATCH", "Band '" + role + "' does not cover the same area as band '" +
                                            scene.bands.begin()->first + "'. Cut them alike.");
  };
  for (const auto& [role, band] : scene.bands) check(role, band.grid);
  if (scene.qa) check("qa", scene.qa->grid);
}

namespace {

/// All of it, in strips of whole blocks.
std::vector<Window> strips_of(const Grid& g, int block_rows) {
  std::vector<Window> windows;
  const int rows = block_rows * std::max(1, strip_rows / std::max(1, block_rows));
  for (int r = 0; r < g.rows; r += rows) windows.push_back({r, 0, std::min(rows, g.rows - r), g.cols});
  return windows;
}

/// Blocks on a regular lattice, as they are stored: what a block holds costs its decoding anyway.
std::vector<Window> sample_of(const Grid& g, int block_rows, int block_cols) {
  const int down = (g.rows + block_rows - 1) / block_rows, across = (g.cols + block_cols - 1) / block_cols;
  const double wanted = static_cast<double>(whole_below_pixels) / block_rows / block_cols;
  const auto some = [](double count, int of) {
    return std::min((of + 1) / 2, std::max(least_on_a_side, static_cast<int>(std::ceil(count))));
  };
  const int i_count = some(across == 1 ? wanted : std::sqrt(wanted), down), j_count = some(wanted / i_count, across);
  // In the middle of equal shares of the blocks.
  const auto place = [](int i, int count, int of) { return static_cast<int>((2LL * i + 1) * of / (2 * count)); };
  std::vector<Window> windows;
  for (int i = 0; i < i_count; ++i)
    for (int j = 0; j < j_count; ++j) {
      const int row = place(i, i_count, down) * block_rows, col = place(j, j_count, across) * block_cols;
      windows.push_back({row, col, std::min(block_rows, g.rows - row), std::min(block_cols, g.cols - col)});
    }
  return windows;
}

/// Valid and saturated pixels of bands, one after another.
struct PixelCounts {
  std::vector<size_t> valid, saturated;
};

PixelCounts count_pixels(SceneFile& file, const std::vector<int>& bands, const std::vector<Window>& windows,
                         float full) {
  PixelCounts counts{std::vector<size_t>(bands.size(), 0), std::vector<size_t>(bands.size(), 0)};
  for (const Window& w : windows)
    file.visit_strips(bands, w, [&](int, int rows, const std::vector<const float*>& values) {
      const int n = rows * w.cols;  // of a window: at most 4 million
      for (size_t k = 0; k < bands.size(); ++k) {
        const float* of_band = values[k];
        int valid = 0, saturated = 0;
        for (int i = 0; i < n; ++i) {
          valid += of_band[i] == of_band[i];
          saturated += of_band[i] == full;
        }
        counts.valid[k] += static_cast<size_t>(valid);
        counts.saturated[k] += static_cast<size_t>(saturated);
      }
    });
  return counts;
}

/// All of the file, or the sample. Blocks that are had without GDAL go one by one, so that pixels are counted in the
/// cache in which they were decoded; where that fails it is told of whole rows of blocks, by their first band that
/// cannot be read.
PixelCounts count_pixels(SceneFile& file, const std::vector<int>& bands, const Grid& grid, float full) {
  constexpr int least_block = 128 * 128, most_on_a_side = 2048;
  const int rows = std::max(1, file.info().block_rows), cols = std::clamp(file.info().block_cols, 1, grid.cols);
  if (grid.pixels() > whole_below_pixels)
    return count_pixels(file, bands, sample_of(grid, std::min(rows, most_on_a_side), cols), full);
  if (file.is_light() && cols < grid.cols && rows * cols >= least_block) try {
      return count_pixels(file, bands, tiles(grid, rows, cols), full);
    } catch (const InputError&) {
    }
  return count_pixels(file, bands, strips_of(grid, rows), full);
}

}  // namespace

std::vector<BandsOfFile> bands_by_file(const Scene& scene, const std::function<bool(const std::string&)>& wanted) {
  std::vector<BandsOfFile> files;
  for (const auto& [role, band] : scene.bands) {
    if (!wanted(role)) continue;
    const auto same = std::find_if(files.begin(), files.end(), [&b = band](const BandsOfFile& f) {
      return f.first->file == b.file && f.first->subdataset == b.subdataset && f.first->grid == b.grid;
    });
    BandsOfFile& of = same == files.end() ? files.emplace_back(BandsOfFile{&band, {}, {}}) : *same;
    of.roles.push_back(role);
    of.bands.push_back(band.band);
  }
  return files;
}

SceneFile& OpenFiles::open(const SceneBand& band) {
  FoundFile f;
  f.relative = band.file;
  return open(f, band.subdataset);
}

void check_saturation(const Task& task, const Scene& scene, OpenFiles& files) {
  if (task.product.saturated_dn < 0) return;
  const float full = static_cast<float>(task.product.saturated_dn);
  const auto is_required = [&](const std::string& role) {
    const BandSpec* spec = task.product.band(role);
    return !spec || !spec->optional;
  };
  for (const auto& [first, roles, bands] : bands_by_file(scene, is_required)) {
    const auto [valid, saturated] = count_pixels(files.open(*first), bands, first->grid, full);
    for (size_t k = 0; k < bands.size(); ++k)
      if (static_cast<double>(saturated[k]) > saturated_share * static_cast<double>(valid[k]))
        throw InputError("SATURATED",
                         format_fixed(100.0 * static_cast<double>(saturated[k]) / static_cast<double>(valid[k]), 1) +
                             " % of band '" + roles[k] + "' is saturated (DN " +
                             format_number(task.product.saturated_dn) + "); at most 5 % is accepted.");
  }
}

}  // namespace fw::scan_parts
