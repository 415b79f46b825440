#include "core/geo/direct_blocks.h"

#include <fcntl.h>
#include <libdeflate.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <type_traits>

namespace fw {
namespace {

struct FreeInflater {
  void operator()(libdeflate_decompressor* d) const { libdeflate_free_decompressor(d); }
};
struct FreeZstd {
  void operator()(ZSTD_DCtx* d) const { ZSTD_freeDCtx(d); }
};

/// One per thread: what it decodes with.
struct Tools {
  std::unique_ptr<libdeflate_decompressor, FreeInflater> inflater{libdeflate_alloc_decompressor()};
  std::unique_ptr<ZSTD_DCtx, FreeZstd> zstd{ZSTD_createDCtx()};
  std::vector<unsigned char> packed, raw, row;
};
Tools& tools() {
  thread_local Tools t;
  return t;
}

template <class T, int Channels>
void add_up(T* v, size_t pixels) {
  T sum[Channels] = {};
  for (size_t x = 0; x < pixels; ++x)
    for (int c = 0; c < Channels; ++c) v[x * Channels + c] = sum[c] = static_cast<T>(sum[c] + v[x * Channels + c]);
}

/// Four samples of 16 bits at once: the carry out of each is kept from its neighbour.
void add_up_four(uint16_t* v, size_t pixels) {
  constexpr uint64_t low = 0x7fff7fff7fff7fffU;
  uint64_t sum = 0;
  for (size_t x = 0; x < pixels; ++x) {
    uint64_t d;
    std::memcpy(&d, v + 4 * x, sizeof d);
    sum = ((sum & low) + (d & low)) ^ ((sum ^ d) & ~low);
    std::memcpy(v + 4 * x, &sum, sizeof sum);
  }
}

/// Undoes differences along a row (predictor 2).
template <class T>
void undo_differences(T* v, size_t pixels, size_t channels) {
  if constexpr (std::is_same_v<T, uint16_t>)
    if (channels == 4) return add_up_four(v, pixels);
  switch (channels) {
    case 1:
      return add_up<T, 1>(v, pixels);
    case 2:
      return add_up<T, 2>(v, pixels);
    case 3:
      return add_up<T, 3>(v, pixels);
    default:
      for (size_t i = channels; i < pixels * channels; ++i) v[i] = static_cast<T>(v[i] + v[i - channels]);
  }
}

/// Predictor 3: the bytes of a row by significance, highest first, as differences.
void undo_float_predictor(unsigned char* row, size_t pixels, size_t channels, std::vector<unsigned char>& copy) {
  const size_t n = pixels * channels;
  undo_differences<uint8_t>(row, 4 * pixels, channels);
  copy.assign(row, row + 4 * n);
  const unsigned char *a = copy.data(), *b = a + n, *c = b + n, *d = c + n;
  for (size_t i = 0; i < n; ++i) {
    const uint32_t bits =
        static_cast<uint32_t>(a[i]) << 24 | static_cast<uint32_t>(b[i]) << 16 | static_cast<uint32_t>(c[i]) << 8 | d[i];
    std::memcpy(row + 4 * i, &bits, sizeof bits);
  }
}

template <class T, size_t Channels>
void take(const T* from, size_t n, float* to) {
  for (size_t i = 0; i < n; ++i) to[i] = static_cast<float>(from[i * Channels]);
}
template <class T>
void take_band(const unsigned char* row, size_t first, size_t n, size_t channels, size_t channel, float* to) {
  const T* from = reinterpret_cast<const T*>(row) + first * channels + channel;
  switch (channels) {
    case 1:
      return take<T, 1>(from, n, to);
    case 2:
      return take<T, 2>(from, n, to);
    case 3:
      return take<T, 3>(from, n, to);
    case 4:
      return take<T, 4>(from, n, to);
    default:
      for (size_t i = 0; i < n; ++i) to[i] = static_cast<float>(from[i * channels]);
  }
}

bool fetch(int file, uint64_t offset, unsigned char* to, size_t bytes) {
  while (bytes > 0) {
    const ssize_t n = ::pread(file, to, bytes, static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    to += n;
    offset += static_cast<uint64_t>(n);
    bytes -= static_cast<size_t>(n);
  }
  return true;
}

bool same_as_seen_by_gdal(const TiffLayout& layout, const RasterInfo& info) {
  constexpr const char* names[] = {"Byte", "UInt16", "Int16", "Float32"};
  if (layout.rows != info.grid.rows || layout.cols != info.grid.cols ||
      static_cast<size_t>(layout.bands) != info.bands.size() ||
      (layout.tiled && (layout.block_rows != info.block_rows || layout.block_cols != info.block_cols)))
    return false;
  return std::all_of(info.bands.begin(), info.bands.end(),
                     [&](const BandInfo& b) { return b.type == names[static_cast<int>(layout.sample)]; });
}

}  // namespace

std::unique_ptr<DirectBlocks> DirectBlocks::open(const std::filesystem::path& file, const FileIdentity& identity,
                                                 const RasterInfo& info) {
  if (info.driver != "GTiff") return nullptr;
  auto layout = tiff_layout(file, static_cast<uint64_t>(identity.size));
  if (!layout || !same_as_seen_by_gdal(*layout, info)) return nullptr;
  const int opened = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (opened < 0) return nullptr;
  std::unique_ptr<DirectBlocks> blocks(new DirectBlocks(std::move(*layout), opened));
  struct stat status {};
  const bool same = ::fstat(opened, &status) == 0 && identify(file) == identity &&
                    static_cast<uint64_t>(status.st_ino) == static_cast<uint64_t>(identity.inode);
  return same ? std::move(blocks) : nullptr;
}

DirectBlocks::~DirectBlocks() { ::close(file_); }

bool DirectBlocks::pays(size_t bands, const Window& w) const {
  const auto blocks = [](int from, int count, int block) { return (from + count - 1) / block - from / block + 1; };
  const double touched = static_cast<double>(blocks(w.row, w.rows, layout_.block_rows)) * layout_.block_rows *
                         blocks(w.col, w.cols, layout_.block_cols) * layout_.block_cols;
  const double wanted = static_cast<double>(w.pixels()) * static_cast<double>(bands);
  const double decoded = touched * (layout_.interleaved ? layout_.bands : static_cast<double>(bands));
  return w.pixels() > 0 && (wanted >= 0.4 * decoded || decoded < 4096);
}

bool DirectBlocks::load(size_t block, int rows, std::vector<unsigned char>& raw) const {
  const size_t wanted = static_cast<size_t>(rows) * static_cast<size_t>(layout_.block_cols) *
                        static_cast<size_t>(layout_.channels() * layout_.sample_bytes());
  const auto packed_bytes = static_cast<size_t>(layout_.bytes[block]);
  if (packed_bytes > 2 * wanted + 4096) return false;
  raw.resize(wanted);
  if (layout_.codec == TiffLayout::Codec::none)
    return packed_bytes >= wanted && fetch(file_, layout_.offset[block], raw.data(), wanted);
  auto& packed = tools().packed;
  packed.resize(packed_bytes);
  if (!fetch(file_, layout_.offset[block], packed.data(), packed_bytes)) return false;
  if (layout_.codec == TiffLayout::Codec::deflate) {
    size_t got = 0;
    return libdeflate_zlib_decompress(tools().inflater.get(), packed.data(), packed_bytes, raw.data(), wanted, &got) ==
               LIBDEFLATE_SUCCESS &&
           got == wanted;
  }
  return ZSTD_decompressDCtx(tools().zstd.get(), raw.data(), wanted, packed.data(), packed_bytes) == wanted;
}

bool DirectBlocks::read(std::span<const int> bands, const Window& w, std::span<float* const> out, size_t stride) const {
  using Sample = TiffLayout::Sample;
  auto& raw = tools().raw;
  const auto channels = static_cast<size_t>(layout_.channels()), cols = static_cast<size_t>(layout_.block_cols);
  const size_t row_bytes = cols * channels * static_cast<size_t>(layout_.sample_bytes());
  const int block_row1 = (w.row + w.rows - 1) / layout_.block_rows,
            block_col1 = (w.col + w.cols - 1) / layout_.block_cols;
  for (int by = w.row / layout_.block_rows; by <= block_row1; ++by)
    for (int bx = w.col / layout_.block_cols; bx <= block_col1; ++bx) {
      const int top = by * layout_.block_rows, left = bx * layout_.block_cols;
      // A tile is stored whole; the last strip only as far as the raster goes.
      const int stored = layout_.tiled ? layout_.block_rows : std::min(layout_.block_rows, layout_.rows - top);
      const int row0 = std::max(top, w.row), row1 = std::min(top + stored, w.row + w.rows);
      const int col0 = std::max(left, w.col), col1 = std::min(left + layout_.block_cols, w.col + w.cols);
      for (size_t k = 0; k < bands.size(); ++k) {
        const size_t plane = layout_.interleaved ? 0 : static_cast<size_t>(bands[k] - 1);
        const size_t block = (plane * static_cast<size_t>(layout_.down()) + static_cast<size_t>(by)) *
                                 static_cast<size_t>(layout_.across()) +
                             static_cast<size_t>(bx);
        if ((k == 0 || !layout_.interleaved) && !load(block, stored, raw)) return false;
        const size_t channel = layout_.interleaved ? static_cast<size_t>(bands[k] - 1) : 0;
        for (int r = row0; r < row1; ++r) {
          unsigned char* row = raw.data() + static_cast<size_t>(r - top) * row_bytes;
          if (k == 0 || !layout_.interleaved) {
            if (layout_.predictor == 3)
              undo_float_predictor(row, cols, channels, tools().row);
            else if (layout_.predictor == 2 && layout_.sample == Sample::byte)
              undo_differences(row, cols, channels);
            else if (layout_.predictor == 2)
              undo_differences(reinterpret_cast<uint16_t*>(row), cols, channels);
          }
          float* to = out[k] + static_cast<size_t>(r - w.row) * stride + static_cast<size_t>(col0 - w.col);
          const auto first = static_cast<size_t>(col0 - left), n = static_cast<size_t>(col1 - col0);
          if (layout_.sample == Sample::byte) take_band<uint8_t>(row, first, n, channels, channel, to);
          if (layout_.sample == Sample::uint16) take_band<uint16_t>(row, first, n, channels, channel, to);
          if (layout_.sample == Sample::int16) take_band<int16_t>(row, first, n, channels, channel, to);
          if (layout_.sample == Sample::float32) take_band<float>(row, first, n, channels, channel, to);
        }
      }
    }
  return true;
}

}  // namespace fw
