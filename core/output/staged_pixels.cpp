#include "core/output/staged_pixels.h"

#include <fcntl.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/output/atomic_file.h"

namespace fw {
namespace {

// A hole in the file reads as zero bits, so values are stored XORed with the no-data pattern: a hole is no-data.
constexpr uint32_t nan_bits = 0x7fc00000U;

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
  if (::ftruncate(fd_, offset(bands_ + 1, 0, 0)) != 0) {
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

int64_t StagedPixels::offset(int band, int row, int col) const {
  const int64_t pixel = (static_cast<int64_t>(band - 1) * grid_.rows + row) * grid_.cols + col;
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

void StagedPixels::write(int band, const Window& w, const float* values) {
  check(band, w, Type::float32);
  std::vector<uint32_t> row(static_cast<size_t>(w.cols));
  for (int r = 0; r < w.rows; ++r) {
    for (auto& stored : row) stored = std::bit_cast<uint32_t>(*values++) ^ nan_bits;
    put(offset(band, w.row + r, w.col), row.data(), row.size() * 4);
  }
}

void StagedPixels::write(int band, const Window& w, const uint8_t* values) {
  check(band, w, Type::byte);
  std::vector<uint8_t> row(static_cast<size_t>(w.cols));
  for (int r = 0; r < w.rows; ++r) {
    for (auto& stored : row) stored = static_cast<uint8_t>(*values++ ^ nodata_);
    put(offset(band, w.row + r, w.col), row.data(), row.size());
  }
}

void StagedPixels::read(int band, const Window& w, float* out) const {
  check(band, w, Type::float32);
  const auto cols = static_cast<size_t>(w.cols);
  for (int r = 0; r < w.rows; ++r, out += cols) {
    get(offset(band, w.row + r, w.col), out, cols * 4);
    for (size_t c = 0; c < cols; ++c) out[c] = std::bit_cast<float>(std::bit_cast<uint32_t>(out[c]) ^ nan_bits);
  }
}

void StagedPixels::read(int band, const Window& w, uint8_t* out) const {
  check(band, w, Type::byte);
  const auto cols = static_cast<size_t>(w.cols);
  for (int r = 0; r < w.rows; ++r, out += cols) {
    get(offset(band, w.row + r, w.col), out, cols);
    for (size_t c = 0; c < cols; ++c) out[c] ^= nodata_;
  }
}

}  // namespace fw
