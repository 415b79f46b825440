#include "core/geo/direct_blocks.h"

#include <fcntl.h>
#include <libdeflate.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <type_traits>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace fw {
namespace {

struct FreeInflater {
  void operator()(libdeflate_decompressor* d) const { libdeflate_free_decompressor(d); }
};
struct FreeZstd {
  void operator()(ZSTD_DCtx* d) const { ZSTD_freeDCtx(d); }
};

/// The last block that was packed to next to nothing (no data, one class), restored: rasters repeat it.
struct RepeatedBlock {
  std::array<int, 5> kind{};  ///< what its rows are made of
  std::vector<unsigned char> packed, restored;
};

/// One per thread: what it decodes with.
struct Tools {
  RepeatedBlock repeated;
  std::unique_ptr<libdeflate_decompressor, FreeInflater> inflater{libdeflate_alloc_decompressor()};
  std::unique_ptr<ZSTD_DCtx, FreeZstd> zstd{ZSTD_createDCtx()};
  std::vector<unsigned char> packed, raw, row;
  std::vector<float> strip;
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

/// Sums of pixels of four samples of 16 bits, four pixels a turn: what is carried from turn to turn waits for one
/// addition only.
void add_up_four(uint16_t* v, size_t pixels) {
  using Two = uint16_t __attribute__((vector_size(16)));  // two pixels
  const auto second_twice = [](Two p) { return __builtin_shufflevector(p, p, 4, 5, 6, 7, 4, 5, 6, 7); };
  const auto summed = [](Two p) { return p + __builtin_shufflevector(p, Two{}, 8, 8, 8, 8, 0, 1, 2, 3); };
  Two carry{};
  size_t x = 0;
  for (; x + 4 <= pixels; x += 4) {
    Two a, b;
    std::memcpy(&a, v + 4 * x, sizeof a);
    std::memcpy(&b, v + 4 * x + 8, sizeof b);
    a = summed(a);
    b = summed(b) + second_twice(a);
    const Two all = second_twice(b);
    a += carry;
    b += carry;
    carry += all;
    std::memcpy(v + 4 * x, &a, sizeof a);
    std::memcpy(v + 4 * x + 8, &b, sizeof b);
  }
  for (; x < pixels; ++x)
    for (size_t c = 0; c < 4; ++c) v[4 * x + c] = static_cast<uint16_t>(v[4 * x + c] + (x > 0 ? v[4 * x + c - 4] : 0));
}

#if defined(__SSE2__)
/// Sums of bytes, sixteen a turn; Channels divides 16.
template <int Channels>
void add_up_bytes(uint8_t* v, size_t bytes) {
  const auto last_everywhere = [](__m128i x) {
    if constexpr (Channels == 8) return _mm_shuffle_epi32(x, 0xEE);
    if constexpr (Channels == 4) return _mm_shuffle_epi32(x, 0xFF);
    if constexpr (Channels == 1) x = _mm_unpackhi_epi8(x, x);
    return _mm_shuffle_epi32(_mm_shufflehi_epi16(x, 0xFF), 0xFF);
  };
  __m128i carry = _mm_setzero_si128();
  size_t i = 0;
  for (; i + 16 <= bytes; i += 16) {
    __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(v + i));
    if constexpr (Channels <= 1) x = _mm_add_epi8(x, _mm_slli_si128(x, 1));
    if constexpr (Channels <= 2) x = _mm_add_epi8(x, _mm_slli_si128(x, 2));
    if constexpr (Channels <= 4) x = _mm_add_epi8(x, _mm_slli_si128(x, 4));
    x = _mm_add_epi8(x, _mm_slli_si128(x, 8));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(v + i), _mm_add_epi8(x, carry));
    carry = _mm_add_epi8(carry, last_everywhere(x));
  }
  for (i = std::max<size_t>(i, Channels); i < bytes; ++i) v[i] = static_cast<uint8_t>(v[i] + v[i - Channels]);
}

/// The same of 3, 5, 6 or 7 channels: as many whole pixels a turn as sixteen bytes hold.
template <int Channels>
void add_up_odd_bytes(uint8_t* v, size_t bytes) {
  constexpr int pixels = 16 / Channels, used = pixels * Channels;
  const auto repeated = [](__m128i first) {  // the first pixel of sixteen bytes, in all of them
    first = _mm_srli_si128(_mm_slli_si128(first, 16 - Channels), 16 - Channels);
    first = _mm_or_si128(first, _mm_slli_si128(first, Channels));
    if constexpr (pixels > 2) first = _mm_or_si128(first, _mm_slli_si128(first, 2 * Channels));
    if constexpr (pixels > 4) first = _mm_or_si128(first, _mm_slli_si128(first, 4 * Channels));
    return _mm_srli_si128(_mm_slli_si128(first, 16 - used), 16 - used);
  };
  const auto load = [&](size_t at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(v + at)); };
  __m128i carry = _mm_setzero_si128();
  size_t i = 0;
  if (bytes >= 16) {
    __m128i next = load(0);
    for (; i + used + 16 <= bytes; i += used) {
      __m128i x = next;
      next = load(i + used);  // before its first bytes are written over
      x = _mm_add_epi8(x, _mm_slli_si128(x, Channels));
      if constexpr (pixels > 2) x = _mm_add_epi8(x, _mm_slli_si128(x, 2 * Channels));
      if constexpr (pixels > 4) x = _mm_add_epi8(x, _mm_slli_si128(x, 4 * Channels));
      x = _mm_add_epi8(x, carry);
      _mm_storeu_si128(reinterpret_cast<__m128i*>(v + i), x);
      carry = repeated(_mm_srli_si128(x, used - Channels));
    }
    _mm_storeu_si128(reinterpret_cast<__m128i*>(v + i), next);
  }
  for (i = std::max<size_t>(i, Channels); i < bytes; ++i) v[i] = static_cast<uint8_t>(v[i] + v[i - Channels]);
}
#endif

/// Undoes differences along a row (predictor 2).
template <class T>
void undo_differences(T* v, size_t pixels, size_t channels) {
  if constexpr (std::is_same_v<T, uint16_t>)
    if (channels == 4) return add_up_four(v, pixels);
#if defined(__SSE2__)
  if constexpr (std::is_same_v<T, uint8_t>) {
    if (channels == 1) return add_up_bytes<1>(v, pixels);
    if (channels == 2) return add_up_bytes<2>(v, 2 * pixels);
    if (channels == 4) return add_up_bytes<4>(v, 4 * pixels);
    if (channels == 8) return add_up_bytes<8>(v, 8 * pixels);
    if (channels == 3) return add_up_odd_bytes<3>(v, 3 * pixels);
    if (channels == 5) return add_up_odd_bytes<5>(v, 5 * pixels);
    if (channels == 6) return add_up_odd_bytes<6>(v, 6 * pixels);
    if (channels == 7) return add_up_odd_bytes<7>(v, 7 * pixels);
  }
#endif
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

template <class T>
float to_value(T v, float nodata) {
  const auto value = static_cast<float>(v);
  if constexpr (std::is_same_v<T, float>) return value;
  return value == nodata ? std::numeric_limits<float>::quiet_NaN() : value;
}
template <class T, size_t Channels>
void take_every(const T* from, size_t n, float nodata, float* to) {
  for (size_t i = 0; i < n; ++i) to[i] = to_value(from[i * Channels], nodata);
}
template <class T>
void take_band(const unsigned char* row, size_t first, size_t n, size_t channels, size_t channel, float nodata,
               float* to) {
  const T* from = reinterpret_cast<const T*>(row) + first * channels + channel;
  switch (channels) {
    case 1:
      return take_every<T, 1>(from, n, nodata, to);
    case 2:
      return take_every<T, 2>(from, n, nodata, to);
    case 3:
      return take_every<T, 3>(from, n, nodata, to);
    case 4:
      return take_every<T, 4>(from, n, nodata, to);
    default:
      for (size_t i = 0; i < n; ++i) to[i] = to_value(from[i * channels], nodata);
  }
}
/// One of four samples of 16 bits: a pixel is a number of 64 bits.
void take_of_four(const unsigned char* row, size_t first, size_t n, size_t channel, float nodata, float* to) {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  const unsigned char* from = row + 8 * first;
  const auto shift = static_cast<unsigned>(16 * channel);
  for (size_t i = 0; i < n; ++i) {
    uint64_t pixel;
    std::memcpy(&pixel, from + 8 * i, sizeof pixel);
    const auto value = static_cast<float>(static_cast<int32_t>(static_cast<uint32_t>(pixel >> shift) & 0xffffU));
    to[i] = value == nodata ? nan : value;
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

/// The file that was checked, or none.
class DirectBlocks::File {
 public:
  File(const std::filesystem::path& path, const FileIdentity& identity)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    struct stat status {};
    is_same_ = descriptor_ >= 0 && ::fstat(descriptor_, &status) == 0 && identity_of(status).holds_same(identity);
  }
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  explicit operator bool() const { return is_same_; }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
  bool is_same_ = false;
};

std::unique_ptr<DirectBlocks> DirectBlocks::open(const std::filesystem::path& file, const FileIdentity& identity,
                                                 const RasterInfo& info) {
  if (info.driver != "GTiff") return nullptr;
  auto layout = tiff_layout(file, static_cast<uint64_t>(identity.size));
  if (!layout || !same_as_seen_by_gdal(*layout, info)) return nullptr;
  std::unique_ptr<DirectBlocks> blocks(new DirectBlocks(std::move(*layout), file, identity));
  return File(file, identity) ? std::move(blocks) : nullptr;
}

bool DirectBlocks::pays(size_t bands, const Window& w) const {
  // What lies in the blocks that are touched: beyond the raster's edge they hold nothing that GDAL could give later.
  const auto span = [](int from, int count, int block, int end) {
    return static_cast<double>(std::min(end, ((from + count - 1) / block + 1) * block) - from / block * block);
  };
  const double touched =
      span(w.row, w.rows, layout_.block_rows, layout_.rows) * span(w.col, w.cols, layout_.block_cols, layout_.cols);
  const double wanted = static_cast<double>(w.pixels()) * static_cast<double>(bands);
  const double decoded = touched * (layout_.interleaved ? layout_.bands : static_cast<double>(bands));
  return w.pixels() > 0 && (wanted >= 0.4 * decoded || decoded < 4096);
}

bool DirectBlocks::within_one_block(const Window& w) const {
  return w.pixels() > 0 && w.row / layout_.block_rows == (w.row + w.rows - 1) / layout_.block_rows &&
         w.col / layout_.block_cols == (w.col + w.cols - 1) / layout_.block_cols;
}

bool DirectBlocks::unpack(std::span<const unsigned char> packed, unsigned char* to, size_t wanted) const {
  if (layout_.codec == TiffLayout::Codec::zstd)
    return ZSTD_decompressDCtx(tools().zstd.get(), to, wanted, packed.data(), packed.size()) == wanted;
  size_t got = 0;
  return libdeflate_zlib_decompress(tools().inflater.get(), packed.data(), packed.size(), to, wanted, &got) ==
             LIBDEFLATE_SUCCESS &&
         got == wanted;
}

const unsigned char* DirectBlocks::repeated(std::span<const unsigned char> packed, size_t wanted) const {
  RepeatedBlock& last = tools().repeated;
  const std::array kind{static_cast<int>(layout_.codec), static_cast<int>(layout_.sample), layout_.predictor,
                        layout_.channels(), layout_.block_cols};
  if (kind == last.kind && last.restored.size() == wanted &&
      std::equal(packed.begin(), packed.end(), last.packed.begin(), last.packed.end()))
    return last.restored.data();
  last.packed.clear();
  last.restored.resize(wanted);
  if (!unpack(packed, last.restored.data(), wanted)) return nullptr;
  for (size_t at = 0; at < wanted; at += row_bytes()) restore(last.restored.data() + at);
  last.packed.assign(packed.begin(), packed.end());
  last.kind = kind;
  return last.restored.data();
}

DirectBlocks::Loaded DirectBlocks::load(const File& file, size_t block, int rows) const {
  const size_t wanted = static_cast<size_t>(rows) * row_bytes();
  const auto packed_bytes = static_cast<size_t>(layout_.bytes[block]);
  if (packed_bytes > 2 * wanted + 4096) return {};
  auto& packed = tools().packed;
  auto& raw = tools().raw;
  const bool is_packed = layout_.codec != TiffLayout::Codec::none;
  // Both are kept from block to block: what is new is filled with zeros first.
  if (is_packed && packed.size() < packed_bytes) packed.resize(packed_bytes);
  if (is_packed && !fetch(file.descriptor(), layout_.offset[block], packed.data(), packed_bytes)) return {};
  constexpr size_t most_repeated = size_t{1} << 20, next_to_nothing = 64;
  if (is_packed && wanted <= most_repeated && packed_bytes <= wanted / next_to_nothing)
    return {repeated({packed.data(), packed_bytes}, wanted), nullptr, wanted};
  if (raw.size() < wanted) raw.resize(wanted);
  const bool whole =
      is_packed ? unpack({packed.data(), packed_bytes}, raw.data(), wanted)
                : packed_bytes >= wanted && fetch(file.descriptor(), layout_.offset[block], raw.data(), wanted);
  return whole ? Loaded{raw.data(), raw.data(), wanted} : Loaded{};
}

size_t DirectBlocks::block_of(int band, int block_row, int block_col) const {
  const size_t plane = layout_.interleaved ? 0 : static_cast<size_t>(band - 1);
  return (plane * static_cast<size_t>(layout_.down()) + static_cast<size_t>(block_row)) *
             static_cast<size_t>(layout_.across()) +
         static_cast<size_t>(block_col);
}

int DirectBlocks::stored_rows(int block_row) const {
  return layout_.tiled ? layout_.block_rows
                       : std::min(layout_.block_rows, layout_.rows - block_row * layout_.block_rows);
}

void DirectBlocks::restore(unsigned char* row) const {
  const auto channels = static_cast<size_t>(layout_.channels()), cols = static_cast<size_t>(layout_.block_cols);
  if (layout_.predictor == 3)
    undo_float_predictor(row, cols, channels, tools().row);
  else if (layout_.predictor == 2 && layout_.sample == TiffLayout::Sample::byte)
    undo_differences(row, cols, channels);
  else if (layout_.predictor == 2)
    undo_differences(reinterpret_cast<uint16_t*>(row), cols, channels);
}

void DirectBlocks::take(const unsigned char* row, size_t first, size_t n, size_t channel, float nodata,
                        float* to) const {
  using Sample = TiffLayout::Sample;
  const auto channels = static_cast<size_t>(layout_.channels());
  if (layout_.sample == Sample::uint16 && channels == 4) return take_of_four(row, first, n, channel, nodata, to);
  if (layout_.sample == Sample::byte) take_band<uint8_t>(row, first, n, channels, channel, nodata, to);
  if (layout_.sample == Sample::uint16) take_band<uint16_t>(row, first, n, channels, channel, nodata, to);
  if (layout_.sample == Sample::int16) take_band<int16_t>(row, first, n, channels, channel, nodata, to);
  if (layout_.sample == Sample::float32) take_band<float>(row, first, n, channels, channel, nodata, to);
}

bool DirectBlocks::read(std::span<const int> bands, std::span<const float> nodata, const Window& w,
                        std::span<float* const> out, size_t stride) const {
  const File file(path_, identity_);
  if (!file) return false;
  const int block_row1 = (w.row + w.rows - 1) / layout_.block_rows,
            block_col1 = (w.col + w.cols - 1) / layout_.block_cols;
  // Bands that lie in one block are taken row by row, others block by block.
  const size_t together = layout_.interleaved ? bands.size() : 1;
  for (int by = w.row / layout_.block_rows; by <= block_row1; ++by)
    for (int bx = w.col / layout_.block_cols; bx <= block_col1; ++bx) {
      const int top = by * layout_.block_rows, left = bx * layout_.block_cols, stored = stored_rows(by);
      const int row0 = std::max(top, w.row), row1 = std::min(top + stored, w.row + w.rows);
      const int col0 = std::max(left, w.col), col1 = std::min(left + layout_.block_cols, w.col + w.cols);
      for (size_t k0 = 0; k0 < bands.size(); k0 += together) {
        const Loaded block = load(file, block_of(bands[k0], by, bx), stored);
        if (!block.data) return false;
        for (int r = row0; r < row1; ++r) {
          const size_t at = static_cast<size_t>(r - top) * row_bytes();
          if (block.to_restore) restore(block.to_restore + at);
          const unsigned char* row = block.data + at;
          const size_t place = static_cast<size_t>(r - w.row) * stride + static_cast<size_t>(col0 - w.col);
          for (size_t k = k0; k < k0 + together; ++k)
            take(row, static_cast<size_t>(col0 - left), static_cast<size_t>(col1 - col0),
                 layout_.interleaved ? static_cast<size_t>(bands[k] - 1) : 0, nodata[k], out[k] + place);
        }
      }
    }
  return true;
}

bool DirectBlocks::visit_strips(std::span<const int> bands, std::span<const float> nodata, const Window& w,
                                const StripVisitor& visit) const {
  const int by = w.row / layout_.block_rows, bx = w.col / layout_.block_cols;
  const int top = by * layout_.block_rows, left = bx * layout_.block_cols, stored = stored_rows(by);
  if ((!layout_.interleaved && bands.size() > 1) || w.row + w.rows > top + stored ||
      w.col + w.cols > left + layout_.block_cols)
    return false;
  const File file(path_, identity_);
  if (!file) return false;
  const Loaded block = load(file, block_of(bands[0], by, bx), stored);
  if (!block.data) return false;
  const auto cols = static_cast<size_t>(w.cols);
  constexpr size_t strip_pixels = 4096;
  const int rows = static_cast<int>(std::clamp<size_t>(strip_pixels / cols, 1, static_cast<size_t>(w.rows)));
  auto& values = tools().strip;
  const size_t plane = static_cast<size_t>(rows) * cols;
  values.resize(bands.size() * plane);
  std::vector<const float*> strip;
  for (size_t k = 0; k < bands.size(); ++k) strip.push_back(values.data() + k * plane);
  for (int from = 0; from < w.rows; from += rows) {
    const int count = std::min(rows, w.rows - from);
    for (int r = 0; r < count; ++r) {
      const size_t at = static_cast<size_t>(w.row + from + r - top) * row_bytes(), next = at + row_bytes();
      // The block is larger than the cache that the next row has to come into.
      if (next + row_bytes() <= block.bytes)
        for (size_t i = 0; i < row_bytes(); i += 64) __builtin_prefetch(block.data + next + i, 1);
      if (block.to_restore) restore(block.to_restore + at);
      const unsigned char* row = block.data + at;
      for (size_t k = 0; k < bands.size(); ++k)
        take(row, static_cast<size_t>(w.col - left), cols, layout_.interleaved ? static_cast<size_t>(bands[k] - 1) : 0,
             nodata[k], values.data() + k * plane + static_cast<size_t>(r) * cols);
    }
    visit(from, count, strip);
  }
  return true;
}

}  // namespace fw
