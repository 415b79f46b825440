#include "core/output/staged_pixels.h"

#include <fcntl.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/output/atomic_file.h"
#include "core/output/block_layout.h"

namespace fw {
namespace {

// A hole in the file reads as zero bits, so values are stored XORed with the no-data pattern: a hole is no-data.
constexpr uint32_t nan_bits = 0x7fc00000U;

float masked(float value, uint32_t mask) { return std::bit_cast<float>(std::bit_cast<uint32_t>(value) ^ mask); }
uint8_t masked(uint8_t value, uint8_t mask) { return static_cast<uint8_t>(value ^ mask); }

}  // namespace

float round_mantissa(float value, int bits) {
  if (!std::isfinite(value)) return std::bit_cast<float>(nan_bits);
  if (value == 0) return 0;
  const int drop = 23 - bits;
  if (drop <= 0) return value;
  uint32_t u = std::bit_cast<uint32_t>(value);
  u += ((1U << (drop - 1)) - 1) + ((u >> drop) & 1U);
  u &= ~((1U << drop) - 1);
  const float rounded = std::bit_cast<float>(u);
  return std::isfinite(rounded) ? rounded : value;
}

StagedPixels::StagedPixels(const std::filesystem::path& folder, const Grid& grid, int bands, Type type, uint8_t nodata)
    : folder_(folder), grid_(grid), bands_(bands), type_(type), nodata_(nodata) {
  FW_EXPECT(grid.rows > 0 && grid.cols > 0 && bands > 0, "a raster needs rows, columns and bands");
  std::string pattern = (folder / "pixels-XXXXXX").string();
  fd_ = ::mkostemp(pattern.data(), O_CLOEXEC);
  if (fd_ < 0) throw output_failure("create a scratch file in", folder, errno);
  ::unlink(pattern.c_str());
  if (::ftruncate(fd_, offset(bands_ + 1, 0)) != 0) {
    const int error_number = errno;
    ::close(fd_);
    throw output_failure("size a scratch file in", folder, error_number);
  }
}

StagedPixels::~StagedPixels() { ::close(fd_); }

void StagedPixels::check(int band, const Window& w, Type type) const {
  FW_EXPECT(type == type_, "values of another type than the raster's");
  FW_EXPECT(band >= 1 && band <= bands_, "no such band");
  FW_EXPECT(w.row >= 0 && w.col >= 0 && w.rows >= 0 && w.cols >= 0 && w.rows <= grid_.rows - w.row &&
                w.cols <= grid_.cols - w.col,
            "window outside the raster");
}

int64_t StagedPixels::offset(int band, size_t at) const {
  const auto pixel = static_cast<int64_t>(static_cast<size_t>(band - 1) * grid_.pixels() + at);
  return type_ == Type::float32 ? 4 * pixel : pixel;
}

void StagedPixels::put(int64_t at, const void* data, size_t bytes) {
  const char* from = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t n = ::pwrite(fd_, from, bytes, at);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw output_failure("write pixels in", folder_, errno);
    from += n;
    at += n;
    bytes -= static_cast<size_t>(n);
  }
}

void StagedPixels::get(int64_t at, void* data, size_t bytes) const {
  char* to = static_cast<char*>(data);
  while (bytes > 0) {
    const ssize_t n = ::pread(fd_, to, bytes, at);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw output_failure("read pixels back in", folder_, n < 0 ? errno : EIO);
    to += n;
    at += n;
    bytes -= static_cast<size_t>(n);
  }
}

template <class T, class Mask>
void StagedPixels::write_as(int band, const Window& w, const T* values, Mask mask) {
  std::vector<T> stored;
  for_each_stored(grid_, w, [&](const StoredRows& s) {
    stored.resize(s.rows * s.cols);
    for (size_t r = 0; r < s.rows; ++r)
      for (size_t c = 0; c < s.cols; ++c)
        stored[r * s.cols + c] = masked(values[s.from + r * static_cast<size_t>(w.cols) + c], mask);
    put(offset(band, s.at), stored.data(), stored.size() * sizeof(T));
  });
}

template <class T, class Mask>
void StagedPixels::read_as(int band, const Window& w, T* out, Mask mask) const {
  std::vector<T> stored;
  for_each_stored(grid_, w, [&](const StoredRows& s) {
    stored.resize(s.rows * s.cols);
    get(offset(band, s.at), stored.data(), stored.size() * sizeof(T));
    for (size_t r = 0; r < s.rows; ++r)
      for (size_t c = 0; c < s.cols; ++c)
        out[s.from + r * static_cast<size_t>(w.cols) + c] = masked(stored[r * s.cols + c], mask);
  });
}

void StagedPixels::write(int band, const Window& w, const float* values) {
  check(band, w, Type::float32);
  write_as(band, w, values, nan_bits);
}
void StagedPixels::write(int band, const Window& w, const uint8_t* values) {
  check(band, w, Type::byte);
  write_as(band, w, values, nodata_);
}
void StagedPixels::read(int band, const Window& w, float* out) const {
  check(band, w, Type::float32);
  read_as(band, w, out, nan_bits);
}
void StagedPixels::read(int band, const Window& w, uint8_t* out) const {
  check(band, w, Type::byte);
  read_as(band, w, out, nodata_);
}

}  // namespace fw
