// Reading pixels: full resolution only, no-data made NaN at once.
#include <gdal_priv.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>

#include "core/geo/gdal_errors.h"
#include "core/geo/scene_impl.h"

namespace fw {
namespace {

/// Types whose values a float does not hold: read as double, compared with no-data, then narrowed.
bool needs_double(const std::string& type) {
  return type == "Int32" || type == "UInt32" || type == "Int64" || type == "UInt64" || type == "Float64";
}

/// Text in files cuts the largest floats to a few digits; GDAL compares floats with two units of slack, so do we, for
/// those only.
bool equals_nodata(double v, double nodata, bool is_float32) {
  if (v == nodata) return true;
  return is_float32 && std::fabs(nodata) > 1e30 && std::fabs(v - nodata) < 2 * FLT_EPSILON * std::fabs(v + nodata);
}

template <class T>
void clean(const BandInfo& band, T* values, size_t n) {
  constexpr T nan = std::numeric_limits<T>::quiet_NaN();
  const bool is_float32 = band.type == "Float32", is_signed_byte = band.type == "Int8";
  const bool has_nodata = band.nodata.has_value();
  const double nodata =
      is_float32 && has_nodata ? static_cast<double>(static_cast<float>(*band.nodata)) : band.nodata.value_or(0);
  if (is_float32 && !(std::fabs(nodata) > 1e30)) {  // the usual case, in lanes
    const T none = has_nodata ? static_cast<T>(nodata) : nan;
    for (size_t i = 0; i < n; ++i) {
      const T v = values[i];
      values[i] = std::fabs(v) <= std::numeric_limits<T>::max() && v != none ? v : nan;
    }
    return;
  }
  for (size_t i = 0; i < n; ++i) {
    T v = values[i];
    if (is_signed_byte && v > 127) v -= 256;
    values[i] =
        !std::isfinite(v) || (has_nodata && equals_nodata(static_cast<double>(v), nodata, is_float32)) ? nan : v;
  }
}

/// No-data of each band for DirectBlocks, which leaves floats to clean().
std::vector<float> whole_nodata(const RasterInfo& info, const std::vector<int>& bands) {
  std::vector<float> nodata;
  for (const int b : bands) {
    const BandInfo& about = info.bands[static_cast<size_t>(b - 1)];
    nodata.push_back(about.nodata && about.type != "Float32" ? static_cast<float>(*about.nodata)
                                                             : std::numeric_limits<float>::quiet_NaN());
  }
  return nodata;
}

}  // namespace

Window SceneFile::Impl::inside(const Window& w) const {
  const int row0 = std::clamp(w.row, 0, info.grid.rows), col0 = std::clamp(w.col, 0, info.grid.cols);
  const auto end = [](int from, int count, int limit) {
    return static_cast<int>(std::clamp<int64_t>(static_cast<int64_t>(from) + count, 0, limit));
  };
  const int row1 = end(w.row, w.rows, info.grid.rows), col1 = end(w.col, w.cols, info.grid.cols);
  return {row0, col0, std::max(0, row1 - row0), std::max(0, col1 - col0)};
}

bool SceneFile::Impl::reads_directly(size_t bands, const Window& part) const {
  return direct && (direct->pays(bands, part) || (in_parts && direct->within_one_block(part)));
}

bool SceneFile::Impl::read_direct(const std::vector<int>& bands, const Window& window,
                                  const std::vector<float*>& out) const {
  const Window part = inside(window);
  if (!reads_directly(bands.size(), part)) return false;
  const auto stride = static_cast<size_t>(window.cols);
  std::vector<float*> to;
  for (size_t k = 0; k < bands.size(); ++k) {
    if (part != window) std::fill_n(out[k], window.pixels(), std::numeric_limits<float>::quiet_NaN());
    to.push_back(out[k] + static_cast<size_t>(part.row - window.row) * stride +
                 static_cast<size_t>(part.col - window.col));
  }
  if (!direct->read(bands, whole_nodata(info, bands), part, to, stride)) return false;
  for (size_t k = 0; k < bands.size(); ++k) {
    const BandInfo& about = info.bands[static_cast<size_t>(bands[k] - 1)];
    if (about.type == "Float32") clean(about, out[k], window.pixels());
  }
  return true;
}

bool SceneFile::Impl::visit_direct(const std::vector<int>& bands, const Window& window, const StripVisitor& visit) {
  if (inside(window) != window || !reads_directly(bands.size(), window)) return false;
  for (const int b : bands)
    if (info.bands[static_cast<size_t>(b - 1)].type == "Float32") return false;
  return direct->visit_strips(bands, whole_nodata(info, bands), window, visit);
}

void SceneFile::Impl::take(DatasetPtr opened) {
  dataset = std::move(opened);
  masked.assign(info.bands.size(), 0);
  for (size_t b = 0; b < info.bands.size(); ++b) {
    const int flags = dataset->GetRasterBand(static_cast<int>(b) + 1)->GetMaskFlags();
    masked[b] = (flags & GMF_PER_DATASET) != 0 && (flags & (GMF_ALPHA | GMF_NODATA)) == 0;
  }
  if (std::find(masked.begin(), masked.end(), 1) != masked.end()) info.flags.emplace_back("MASK_BAND");
}

void SceneFile::Impl::read_without_gdal() {
  direct = DirectBlocks::open(path, identity, info);
  if (direct) dataset.reset();
  is_light = direct != nullptr;
}

void SceneFile::Impl::need_gdal() {
  if (dataset) return;
  std::string why;
  DatasetPtr opened = open_by_driver(path.string(), path, info.driver, false, &why);
  if (!opened || !identify(path).holds_same(identity))
    throw InputError("INCOMPLETE", name + " changed while it was read (" + why + "). Wait until it is written whole.");
  dataset = std::move(opened);
  is_light = false;
}

template <class T>
void SceneFile::Impl::read_run(int band, int row, int col, int rows, int cols, T* out, size_t stride) {
  const BandInfo& about = info.bands[static_cast<size_t>(band - 1)];
  const int file_row = placement.flip_rows ? info.grid.rows - row - rows : row;
  const int file_col = (col + placement.roll_cols) % info.grid.cols;
  const size_t n = static_cast<size_t>(rows) * static_cast<size_t>(cols);
  std::vector<T> values(n);
  std::vector<unsigned char> mask;
  {
    const std::lock_guard one_at_a_time(reading);
    const auto lock = serial_libraries(serial);
    need_gdal();
    GdalErrors errors;
    GDALRasterBand* from = dataset->GetRasterBand(band);
    const GDALDataType type = std::is_same_v<T, float> ? GDT_Float32 : GDT_Float64;
    CPLErr result =
        from->RasterIO(GF_Read, file_col, file_row, cols, rows, values.data(), cols, rows, type, 0, 0, nullptr);
    if (result == CE_None && masked[static_cast<size_t>(band - 1)]) {
      mask.resize(n);
      result = from->GetMaskBand()->RasterIO(GF_Read, file_col, file_row, cols, rows, mask.data(), cols, rows, GDT_Byte,
                                             0, 0, nullptr);
    }
    if (result != CE_None || errors.failed())
      throw InputError("INCOMPLETE", name + ": band " + std::to_string(band) + " cannot be read whole (" +
                                         errors.text() + "). Fetch it again.");
  }
  clean(about, values.data(), n);
  for (size_t i = 0; i < mask.size(); ++i)
    if (!mask[i]) values[i] = std::numeric_limits<T>::quiet_NaN();
  for (int r = 0; r < rows; ++r) {
    const int from = placement.flip_rows ? rows - 1 - r : r;
    std::copy_n(values.begin() + static_cast<ptrdiff_t>(from) * cols, cols, out + static_cast<size_t>(r) * stride);
  }
}

template <class T>
void SceneFile::Impl::read(int band, const Window& window, T* out) {
  FW_EXPECT(band >= 1 && band <= static_cast<int>(info.bands.size()),
            "SceneFile::read: no band " + std::to_string(band));
  FW_EXPECT(window.rows >= 0 && window.cols >= 0, "SceneFile::read: negative window");
  const size_t stride = static_cast<size_t>(window.cols);
  std::fill_n(out, window.pixels(), std::numeric_limits<T>::quiet_NaN());
  const auto inside = [](int from, int count, int limit) {
    const int64_t begin = std::max<int64_t>(from, 0),
                  end = std::min<int64_t>(static_cast<int64_t>(from) + count, limit);
    return std::pair(static_cast<int>(begin), static_cast<int>(std::max(begin, end)));
  };
  const auto [row0, row1] = inside(window.row, window.rows, info.grid.rows);
  const auto [col0, col1] = inside(window.col, window.cols, info.grid.cols);
  if (row0 == row1 || col0 == col1) return;
  const int seam = placement.roll_cols > 0 ? info.grid.cols - placement.roll_cols : info.grid.cols;
  for (const auto& [from, to] : {std::pair(col0, std::min(col1, seam)), std::pair(std::max(col0, seam), col1)})
    if (from < to)
      read_run(band, row0, from, row1 - row0, to - from,
               out + static_cast<size_t>(row0 - window.row) * stride + static_cast<size_t>(from - window.col), stride);
}

SceneFile::SceneFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SceneFile::~SceneFile() = default;
SceneFile::SceneFile(SceneFile&&) noexcept = default;
const RasterInfo& SceneFile::info() const { return impl_->info; }
bool SceneFile::is_light() const { return impl_->is_light; }

void SceneFile::read(const std::vector<int>& bands, const Window& window, const std::vector<float*>& out) {
  FW_EXPECT(bands.size() == out.size(), "SceneFile::read: one place for each band");
  for (const int band : bands)
    FW_EXPECT(band >= 1 && band <= static_cast<int>(impl_->info.bands.size()),
              "SceneFile::read: no band " + std::to_string(band));
  if (impl_->read_direct(bands, window, out)) return;
  for (size_t k = 0; k < bands.size(); ++k) read(bands[k], window, out[k]);
}

bool SceneFile::read_shared(const std::vector<int>& bands, const Window& window, const std::vector<float*>& out) const {
  FW_EXPECT(bands.size() == out.size(), "SceneFile::read_shared: one place for each band");
  for (const int band : bands)
    FW_EXPECT(band >= 1 && band <= static_cast<int>(impl_->info.bands.size()),
              "SceneFile::read_shared: no band " + std::to_string(band));
  return impl_->read_direct(bands, window, out);
}

void SceneFile::visit_strips(const std::vector<int>& bands, const Window& window, const StripVisitor& visit) {
  for (const int band : bands)
    FW_EXPECT(band >= 1 && band <= static_cast<int>(impl_->info.bands.size()),
              "SceneFile::visit_strips: no band " + std::to_string(band));
  if (bands.empty() || window.pixels() == 0 || impl_->visit_direct(bands, window, visit)) return;
  thread_local std::vector<float> values;
  values.resize(bands.size() * window.pixels());
  std::vector<float*> out;
  for (size_t k = 0; k < bands.size(); ++k) out.push_back(values.data() + k * window.pixels());
  read(bands, window, out);
  visit(0, window.rows, {out.begin(), out.end()});
}

void SceneFile::read(int band, const Window& window, float* out) {
  FW_EXPECT(band >= 1 && band <= static_cast<int>(impl_->info.bands.size()),
            "SceneFile::read: no band " + std::to_string(band));
  if (!needs_double(impl_->info.bands[static_cast<size_t>(band - 1)].type)) {
    if (!impl_->read_direct({band}, window, {out})) impl_->read(band, window, out);
    return;
  }
  // By strips, so that a large window does not need three times its memory.
  const int rows_at_once = std::max(1, (1 << 20) / std::max(window.cols, 1));
  std::vector<double> wide;
  for (int r = 0; r < window.rows; r += rows_at_once) {
    const Window strip{window.row + r, window.col, std::min(rows_at_once, window.rows - r), window.cols};
    wide.resize(strip.pixels());
    impl_->read(band, strip, wide.data());
    float* to = out + static_cast<size_t>(r) * static_cast<size_t>(window.cols);
    for (size_t i = 0; i < wide.size(); ++i) {
      const float v = static_cast<float>(wide[i]);
      to[i] = std::isfinite(v) ? v : std::numeric_limits<float>::quiet_NaN();
    }
  }
}

void SceneFile::read(int band, const Window& window, double* out) { impl_->read(band, window, out); }

}  // namespace fw
