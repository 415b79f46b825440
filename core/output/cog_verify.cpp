// A file that was written is a result only when it reads back as what went in.
#include <fcntl.h>
#include <libdeflate.h>
#include <tbb/parallel_for.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <limits>
#include <memory>
#include <mutex>

#include "core/base/text.h"
#include "core/geo/open_scene.h"
#include "core/output/atomic_file.h"
#include "core/output/block_layout.h"
#include "core/output/cog.h"

namespace fw {
namespace {

[[noreturn]] void differs(const std::filesystem::path& file, const std::string& what) {
  throw OutputError("VERIFY_FAILED", printable(file.filename().string()) + " does not read back as it was computed (" +
                                         what + "). Nothing was published; check the device and run again.");
}

SceneFile open_back(const std::filesystem::path& file, const RasterSpec& spec) {
  OpenRequest request;
  request.file = std::filesystem::absolute(file);
  request.max_pixels = static_cast<double>(spec.grid.pixels());
  request.max_bands = static_cast<int>(spec.bands.size());
  SceneFile back = open_scene(request);
  const RasterInfo& info = back.info();
  if (info.grid.rows != spec.grid.rows || info.grid.cols != spec.grid.cols || info.bands.size() != spec.bands.size())
    differs(file, "size");
  if (std::abs(info.grid.x0 - spec.grid.x0) > 1e-6 * spec.grid.dx ||
      std::abs(info.grid.y0 - spec.grid.y0) > 1e-6 * spec.grid.dy || !same_crs(info.grid.crs, spec.grid.crs))
    differs(file, "place");
  for (const auto& band : info.bands)
    if (band.type != (spec.classes ? "Byte" : "Float32")) differs(file, "type");
  return back;
}

/// What open_scene makes of the pixels: NaN where there is no data.
void expected(const StagedPixels& pixels, int band, const Window& w, float* out) {
  if (pixels.type() == StagedPixels::Type::float32) return pixels.read(band, w, out);
  thread_local std::vector<uint8_t> classes;
  classes.resize(w.pixels());
  pixels.read(band, w, classes.data());
  for (size_t i = 0; i < classes.size(); ++i)
    out[i] = classes[i] == pixels.nodata() ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(classes[i]);
}

/// The first pixel that differs, or their number.
size_t first_difference(const float* written, const float* back, size_t n) {
  uint32_t different = 0;
  for (size_t i = 0; i < n; ++i) different |= std::bit_cast<uint32_t>(written[i]) ^ std::bit_cast<uint32_t>(back[i]);
  if (different == 0) return n;
  for (size_t i = 0; i < n; ++i)
    if (std::bit_cast<uint32_t>(written[i]) != std::bit_cast<uint32_t>(back[i]) &&
        !(std::isnan(written[i]) && std::isnan(back[i])))
      return i;
  return n;
}

void compare_block(const std::filesystem::path& file, const StagedPixels& pixels, const Window& w, SceneFile& back,
                   std::mutex& mutex) {
  thread_local std::vector<float> written, read;
  const auto bands = static_cast<size_t>(pixels.bands());
  written.resize(w.pixels());
  read.resize(bands * w.pixels());
  std::vector<int> all;
  std::vector<float*> out;
  for (size_t b = 0; b < bands; ++b) {
    all.push_back(static_cast<int>(b) + 1);
    out.push_back(read.data() + b * w.pixels());
  }
  if (!back.read_shared(all, w, out)) {
    const std::lock_guard lock(mutex);
    back.read(all, w, out);
  }
  for (size_t b = 0; b < bands; ++b) {
    expected(pixels, all[b], w, written.data());
    const size_t at = first_difference(written.data(), out[b], w.pixels());
    if (at < w.pixels())
      differs(file, "band " + std::to_string(all[b]) + ", row " +
                        std::to_string(w.row + static_cast<int>(at / static_cast<size_t>(w.cols))));
  }
}

/// Overviews, directories and what lies between blocks are compared as bytes.
void compare_bytes(const std::filesystem::path& file, const WrittenCog& written) {
  const WrittenCog::Part& last = written.parts.back();
  if (std::filesystem::file_size(file) != last.offset + last.bytes) differs(file, "length");
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw output_failure("open", file, errno);
  const std::unique_ptr<const int, void (*)(const int*)> closed(&fd, [](const int* f) { ::close(*f); });
  tbb::parallel_for(size_t{0}, written.parts.size(), [&](size_t i) {
    thread_local std::vector<unsigned char> bytes;
    const auto& part = written.parts[i];
    bytes.resize(part.bytes);
    if (!read_all(fd, part.offset, bytes.data(), bytes.size()) ||
        libdeflate_crc32(0, bytes.data(), bytes.size()) != part.crc32)
      differs(file, "bytes from " + std::to_string(part.offset));
  });
}

}  // namespace

std::string verify_cog(const std::filesystem::path& file, const RasterSpec& spec, const StagedPixels& pixels,
                       const WrittenCog& written) {
  try {
    SceneFile back = open_back(file, spec);
    const auto blocks = tiles(spec.grid, stored_block);
    std::mutex mutex;
    tbb::parallel_for(size_t{0}, blocks.size(), [&](size_t i) { compare_block(file, pixels, blocks[i], back, mutex); });
    compare_bytes(file, written);
    return back.info().sha256;
  } catch (const InputError& e) {
    differs(file, e.what());
  }
}

}  // namespace fw
