#include "core/scene/scene_reader.h"

#include <algorithm>

#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/geo/open_scene.h"
#include "kernels/pixel_bodies.h"

namespace fw {
namespace {

/// How a band's grid lies to the target, worked out once per grid.
struct Fit {
  Grid grid;
  bool aligned = false;
  int row_offset = 0, col_offset = 0;  ///< target pixel (r, c) is pixel (r - row_offset, c - col_offset) of the band
  Window last_window, last_needed;  ///< what the last target window needed: scenes of one grid come one after another
  Resampling last_method = Resampling::nearest;
};

/// The rules of the kernels' own body, on the host.
void evaluate_rules(const std::vector<float>& qa, const std::vector<QaRule>& rules, std::vector<uint8_t>& outcome) {
  outcome.resize(qa.size());
  QaMask op{qa.data(), outcome.data(), qa.size(), {}, static_cast<int>(rules.size())};
  FW_EXPECT(rules.size() <= max_qa_rules, "more quality rules than the kernel takes");
  std::copy(rules.begin(), rules.end(), op.rules);
  const QaMaskBody<0> body(op);
  for (size_t i = 0; i < qa.size(); ++i) body.store(i, body.load(i));
}

bool is_empty(const Window& w) { return w.rows <= 0 || w.cols <= 0; }

}  // namespace

BlockShape block_shape(const RasterInfo& info) {
  constexpr int usual = 512, least = 256, most = 1024;
  const int rows = std::max(1, info.block_rows), cols = std::max(1, info.block_cols);
  const auto whole = [](int block, int wanted) { return block * std::max(1, wanted / block); };
  BlockShape shape;
  if (cols >= info.grid.cols && cols > most) {
    shape.rows = std::min(whole(rows, std::max(1, usual * usual / cols)), std::max(1, most * most / cols));
    shape.cols = cols;
  } else {
    shape.rows = std::min(rows < least ? whole(rows, usual) : rows, most);
    shape.cols = std::min(cols < least ? whole(cols, usual) : cols, most);
  }
  shape.whole = shape.rows % rows == 0 && shape.cols % cols == 0;
  return shape;
}

struct SceneReader::Impl {
  Impl(const Catalogue& catalogue, Grid grid, std::shared_ptr<OpenRasters> open_files)
      : root(catalogue.root), target(std::move(grid)), files(std::move(open_files)) {}

  std::string root;
  Grid target;
  std::shared_ptr<OpenRasters> files;
  std::vector<Fit> fits;

  Fit& fit(const Grid& grid) {
    for (auto& f : fits) {
      if (f.grid == grid) return f;
    }
    Fit f;
    f.grid = grid;
    f.aligned = aligned(target, grid, &f.row_offset, &f.col_offset);
    fits.push_back(std::move(f));
    return fits.back();
  }

  /// Pixels of the band that the window needs; empty when they do not meet.
  Window needed(const SceneBand& band, const Window& window, Resampling method) {
    Fit& f = fit(band.grid);
    if (!f.aligned) {
      if (f.last_window != window || f.last_method != method) {
        f.last_needed = source_window(band.grid, target, window, method);
        f.last_window = window;
        f.last_method = method;
      }
      return f.last_needed;
    }
    const int top = std::max(0, window.row - f.row_offset), left = std::max(0, window.col - f.col_offset);
    const int bottom = std::min(band.grid.rows, window.row - f.row_offset + window.rows);
    const int right = std::min(band.grid.cols, window.col - f.col_offset + window.cols);
    if (bottom <= top || right <= left) return {};
    return {top, left, bottom - top, right - left};
  }

  std::shared_ptr<SceneFile> file_of(const SceneBand& band) const {
    return files->get(band.file + '\n' + band.subdataset, [&] {
      OpenRequest request;
      request.root = root;
      request.file = resolve_beneath(root, band.file, true);
      request.drivers = {band.driver};
      request.subdataset = band.subdataset;
      request.sha256 = band.sha256;
      request.max_bands = 1 << 20;  // the scan has checked the product's own limit on these very bytes
      request.crs = band.grid.crs;
      request.in_parts = files->in_parts();
      return open_scene(request);
    });
  }

  /// DN of aligned bands of one file, window of the target: a block that holds them all is decoded once. False: they
  /// are not so.
  bool read_together(const Scene& scene, const std::vector<std::string>& roles, const Window& window, SceneTile& tile) {
    const SceneBand& one = scene.bands.at(roles.front());
    if (roles.size() < 2 || !fit(one.grid).aligned) return false;
    std::vector<int> numbers;
    for (const auto& role : roles) {
      const SceneBand& band = scene.bands.at(role);
      if (band.file != one.file || band.subdataset != one.subdataset || !(band.grid == one.grid)) return false;
      numbers.push_back(band.band);
    }
    const auto file = file_of(one);
    for (const int number : numbers)
      if (number < 1 || number > static_cast<int>(file->info().bands.size())) return false;
    std::vector<float*> out;
    for (const auto& role : roles) {
      tile.dn[role].resize(window.pixels());
      out.push_back(tile.dn[role].data());
    }
    const Fit& f = fit(one.grid);
    file->read(numbers, {window.row - f.row_offset, window.col - f.col_offset, window.rows, window.cols}, out);
    for (const auto& role : roles) clear_fill(scene.bands.at(role), tile.dn[role]);
    return true;
  }

  /// The window of the target in a band of an aligned grid.
  Window in_file(const SceneBand& band, const Window& window) {
    const Fit& f = fit(band.grid);
    return {window.row - f.row_offset, window.col - f.col_offset, window.rows, window.cols};
  }

  /// Numbers of bands that lie in one aligned file; empty where they do not.
  std::vector<int> numbers_in_one_file(const std::vector<const SceneBand*>& bands) {
    if (bands.empty() || !fit(bands.front()->grid).aligned) return {};
    const SceneBand& one = *bands.front();
    const auto count = static_cast<int>(file_of(one)->info().bands.size());
    std::vector<int> numbers;
    for (const SceneBand* band : bands) {
      if (band->file != one.file || band->subdataset != one.subdataset || !(band->grid == one.grid)) return {};
      if (band->band < 1 || band->band > count) return {};
      numbers.push_back(band->band);
    }
    return numbers;
  }

  /// The window strip by strip, where all bands and the quality lie in one aligned file. False: they do not.
  bool visit_together(const Scene& scene, const std::vector<std::string>& roles, const Window& window,
                      const VisitStrip& visit) {
    std::vector<const SceneBand*> bands;
    for (const auto& role : roles) bands.push_back(&scene.bands.at(role));
    if (scene.qa) bands.push_back(&*scene.qa);
    const auto numbers = roles.empty() ? std::vector<int>() : numbers_in_one_file(bands);
    if (numbers.empty()) return false;
    std::vector<float> qa;
    const auto file = file_of(*bands.front());
    file->visit_strips(numbers, in_file(*bands.front(), window),
                       [&](int row, int rows, const std::vector<const float*>& values) {
                         const size_t n = Window{0, 0, rows, window.cols}.pixels();
                         const float* quality = scene.qa ? values.back() : nullptr;
                         if (scene.qa && scene.qa->fill) {
                           qa.assign(quality, quality + n);
                           clear_fill(*scene.qa, qa);
                           quality = qa.data();
                         }
                         visit({row, rows, n, roles, values, quality, true});
                       });
    return true;
  }

  /// DN of the window of the band's own grid; fill is NaN.
  void read_dn(const SceneBand& band, const Window& window, std::vector<float>& out) {
    out.resize(window.pixels());
    const auto file = file_of(band);
    if (band.band < 1 || band.band > static_cast<int>(file->info().bands.size()))
      throw InputError("INCOMPLETE",
                       printable(band.file) + " has no band " + std::to_string(band.band) + ". Scan again.");
    file->read(band.band, window, out.data());
    clear_fill(band, out);
  }

  static void clear_fill(const SceneBand& band, std::vector<float>& values) {
    if (!band.fill) return;
    const float fill = static_cast<float>(*band.fill);
    for (float& v : values) v = v == fill ? nan_f() : v;
  }

  /// The target window of an aligned band: SceneFile::read gives NaN outside the raster.
  void read_aligned(const SceneBand& band, const Window& window, std::vector<float>& out) {
    const Fit& f = fit(band.grid);
    read_dn(band, {window.row - f.row_offset, window.col - f.col_offset, window.rows, window.cols}, out);
  }

  /// Quality on any grid, nearest.
  void read_qa(const SceneBand& qa, const Grid& grid, const Window& window, std::vector<float>& out) {
    int row = 0, col = 0;
    if (aligned(grid, qa.grid, &row, &col))
      return read_dn(qa, {window.row - row, window.col - col, window.rows, window.cols}, out);
    out.assign(window.pixels(), nan_f());
    const Window source = source_window(qa.grid, grid, window, Resampling::nearest);
    if (is_empty(source)) return;
    std::vector<float> values;
    read_dn(qa, source, values);
    resample(values.data(), qa.grid, source, grid, window, Resampling::nearest, out.data());
  }

  /// DN of a band of another grid: invalid and masked pixels are taken out before they can bleed into their neighbours.
  void read_resampled(const Scene& scene, const SceneBand& band, const Window& window, std::vector<float>& out) {
    out.assign(window.pixels(), nan_f());
    const Window source = needed(band, window, band.resampling);
    if (is_empty(source)) return;
    std::vector<float> values;
    read_dn(band, source, values);
    const float low = static_cast<float>(band.valid_min), high = static_cast<float>(band.valid_max);
    for (float& v : values) {
      if (!(v >= low && v <= high)) v = nan_f();
    }
    if (scene.qa) {
      std::vector<float> qa;
      std::vector<uint8_t> outcome;
      read_qa(*scene.qa, band.grid, source, qa);
      evaluate_rules(qa, scene.qa_rules, outcome);
      for (size_t i = 0; i < values.size(); ++i) {
        if (outcome[i] != static_cast<uint8_t>(MaskOutcome::clear)) values[i] = nan_f();
      }
    }
    resample(values.data(), band.grid, source, target, window, band.resampling, out.data());
  }
};

SceneReader::SceneReader(const Catalogue& catalogue, Grid target, int max_open)
    : SceneReader(catalogue, std::move(target), std::make_shared<OpenRasters>(max_open)) {}
SceneReader::SceneReader(const Catalogue& catalogue, Grid target, std::shared_ptr<OpenRasters> files)
    : impl_(std::make_unique<Impl>(catalogue, std::move(target), std::move(files))) {}
SceneReader::~SceneReader() = default;

BlockShape SceneReader::blocks_of(const Scene& scene, const std::vector<std::string>& roles) try {
  const auto band = roles.empty() ? scene.bands.begin() : scene.bands.find(roles.front());
  if (band == scene.bands.end() || !impl_->fit(band->second.grid).aligned) return {};
  return block_shape(impl_->file_of(band->second)->info());
} catch (const InputError&) {
  return {};  // said where it is read
}

bool SceneReader::touches(const Scene& scene, const Window& window) const {
  const Grid* last = nullptr;
  for (const auto& [role, band] : scene.bands) {
    if (last && *last == band.grid) continue;
    last = &band.grid;
    if (!is_empty(impl_->needed(band, window, band.resampling))) return true;
  }
  return false;
}

namespace {

void expect_bands(const Scene& scene, const std::vector<std::string>& roles) {
  for (const auto& role : roles)
    if (!scene.bands.count(role))
      throw InputError("BAND_MISSING:" + role, "Scene " + scene.id + " has no band '" + printable(role, 40) + "'.");
}

}  // namespace

bool SceneReader::visit(const Scene& scene, const std::vector<std::string>& roles, const Window& window,
                        const VisitStrip& visit) {
  FW_EXPECT(window.rows > 0 && window.cols > 0, "SceneReader::visit: the window has no pixels");
  if (!touches(scene, window)) return false;
  expect_bands(scene, roles);
  if (impl_->visit_together(scene, roles, window, visit)) return true;
  const SceneTile tile = read(scene, roles, window);
  std::vector<const float*> dn;
  for (const auto& role : roles) dn.push_back(tile.dn.at(role).data());
  visit({0, window.rows, window.pixels(), roles, dn, tile.qa.empty() ? nullptr : tile.qa.data()});
  return true;
}

int SceneReader::interleaved_rows(const Scene& scene, const std::string& role) try {
  const auto file = impl_->file_of(scene.bands.at(role));
  const RasterInfo& info = file->info();
  return info.interleave == "PIXEL" && info.bands.size() > 2 ? std::max(1, info.block_rows) : 0;
} catch (const InputError&) {
  return 0;  // said where it is read
}

bool SceneReader::visit_stack(const std::vector<const Scene*>& scenes, const std::string& role, const Window& window,
                              const std::function<void(size_t, const SceneStrip&)>& visit) {
  std::vector<const SceneBand*> bands, quality;
  for (const Scene* scene : scenes) {
    bands.push_back(&scene->bands.at(role));
    if (scene->qa) quality.push_back(&*scene->qa);
  }
  if (!quality.empty() && quality.size() != scenes.size()) return false;
  const auto numbers = impl_->numbers_in_one_file(bands), of_quality = impl_->numbers_in_one_file(quality);
  if (numbers.empty() || of_quality.size() != quality.size()) return false;
  std::vector<std::vector<float>> qa(quality.size());
  if (!quality.empty()) {
    std::vector<float*> out;
    for (auto& plane : qa) {
      plane.resize(window.pixels());
      out.push_back(plane.data());
    }
    impl_->file_of(*quality.front())->read(of_quality, impl_->in_file(*quality.front(), window), out);
    for (size_t k = 0; k < qa.size(); ++k) Impl::clear_fill(*quality[k], qa[k]);
  }
  const std::vector<std::string> roles = {role};
  std::vector<const float*> dn(1);
  const auto file = impl_->file_of(*bands.front());
  file->visit_strips(numbers, impl_->in_file(*bands.front(), window),
                     [&](int row, int rows, const std::vector<const float*>& values) {
                       const size_t from = static_cast<size_t>(row) * static_cast<size_t>(window.cols);
                       for (size_t k = 0; k < scenes.size(); ++k) {
                         dn[0] = values[k];
                         const float* q = qa.empty() ? nullptr : qa[k].data() + from;
                         visit(k, {row, rows, Window{0, 0, rows, window.cols}.pixels(), roles, dn, q, true});
                       }
                     });
  return true;
}

SceneTile SceneReader::read(const Scene& scene, const std::vector<std::string>& roles, const Window& window) {
  FW_EXPECT(window.rows > 0 && window.cols > 0, "SceneReader::read: the window has no pixels");
  SceneTile tile;
  tile.touches = touches(scene, window);
  if (!tile.touches) return tile;
  expect_bands(scene, roles);
  const bool together = !roles.empty() && impl_->read_together(scene, roles, window, tile);
  for (const auto& role : roles) {
    if (together) break;
    const SceneBand& band = scene.bands.at(role);
    if (impl_->fit(band.grid).aligned)
      impl_->read_aligned(band, window, tile.dn[role]);
    else
      impl_->read_resampled(scene, band, window, tile.dn[role]);
  }
  if (scene.qa) impl_->read_qa(*scene.qa, impl_->target, window, tile.qa);
  return tile;
}

}  // namespace fw
