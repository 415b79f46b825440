#include "core/output/cog.h"

#include <fcntl.h>
#include <libdeflate.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "core/output/atomic_file.h"
#include "core/output/block_layout.h"
#include "core/output/cog_head.h"
#include "core/output/overviews.h"

namespace fw {
namespace {

/// Blocks that wait to be written, of all rasters that are made at the same time, take about this much.
constexpr size_t bytes_in_flight = 256U << 20;

struct Level {
  const StagedPixels* pixels;
  std::vector<Window> blocks;
  CogLevel place;
};

bool is_whole(const Window& block) { return block.rows == stored_block && block.cols == stored_block; }

/// One block, all bands of a pixel side by side. Beyond the raster there is no data.
template <class T>
void collect(const StagedPixels& pixels, const Window& w, T nodata, std::vector<T>& out) {
  const auto bands = static_cast<size_t>(pixels.bands()), cols = static_cast<size_t>(w.cols);
  constexpr size_t side = stored_block;
  const bool whole = is_whole(w);
  out.resize(side * side * bands);
  if (whole && bands == 1) return pixels.read(1, w, out.data());
  if (!whole) std::fill(out.begin(), out.end(), nodata);
  thread_local std::vector<T> plane;
  plane.resize(w.pixels());
  for (size_t b = 0; b < bands; ++b) {
    pixels.read(static_cast<int>(b) + 1, w, plane.data());
    for (size_t r = 0; r < static_cast<size_t>(w.rows); ++r)
      for (size_t c = 0; c < cols; ++c) out[(r * side + c) * bands + b] = plane[r * cols + c];
  }
}

/// The bands of all pixels of a block, where they are the same; else empty.
template <class T>
std::string one_pixel(const StagedPixels& pixels, const Window& w, T nodata) {
  std::string pixel;
  for (int b = 1; b <= pixels.bands(); ++b) {
    const auto one = pixels.uniform<T>(b, w);
    if (!one || (!is_whole(w) && std::memcmp(&*one, &nodata, sizeof nodata) != 0)) return {};
    pixel.append(reinterpret_cast<const char*>(&*one), sizeof(T));
  }
  return pixel;
}

template <class T>
void repeat(const std::string& pixel, std::vector<T>& samples) {
  samples.resize(static_cast<size_t>(stored_block) * stored_block * pixel.size() / sizeof(T));
  for (size_t at = 0; at < samples.size(); at += pixel.size() / sizeof(T))
    std::memcpy(samples.data() + at, pixel.data(), pixel.size());
}

/// Deflated samples of a block. Blocks whose pixels are all the same (no data, one class, one unit) are deflated once
/// by each thread.
template <class T, class Encode>
void add_samples(const StagedPixels& pixels, const Window& w, T nodata, Bytes& out, const Encode& encode) {
  thread_local std::vector<T> samples;
  thread_local std::map<std::string, Bytes> known;  // by the bands of a pixel
  std::string pixel = one_pixel(pixels, w, nodata);
  if (pixel.empty()) {
    collect(pixels, w, nodata, samples);
    const auto bands = static_cast<size_t>(pixels.bands());
    if (std::memcmp(samples.data(), samples.data() + bands, (samples.size() - bands) * sizeof(T)) == 0)
      pixel.assign(reinterpret_cast<const char*>(samples.data()), bands * sizeof(T));
  }
  if (const auto at = known.find(pixel); at != known.end()) {
    out.insert(out.end(), at->second.begin(), at->second.end());
    return;
  }
  if (!pixel.empty()) repeat(pixel, samples);
  const size_t start = out.size();
  encode(samples);
  if (pixel.empty()) return;
  constexpr size_t most = 64;
  if (known.size() == most) known.clear();
  known.emplace(pixel, Bytes(out.begin() + static_cast<ptrdiff_t>(start), out.end()));
}

/// A block as it lies in the file: its size, its bytes, the last four of them again.
Bytes encode_block(const StagedPixels& pixels, const Window& w) {
  const auto bands = static_cast<size_t>(pixels.bands());
  Bytes out(4);
  if (pixels.type() == StagedPixels::Type::byte)
    add_samples(pixels, w, pixels.nodata(), out,
                [&](std::vector<uint8_t>& samples) { deflate(samples.data(), samples.size(), Deflate::small, out); });
  else
    add_samples(pixels, w, std::numeric_limits<float>::quiet_NaN(), out, [&](std::vector<float>& samples) {
      predict(samples.data(), stored_block, stored_block * bands, bands);
      deflate(samples.data(), samples.size() * sizeof(float), Deflate::fast, out);
    });
  const auto bytes = static_cast<uint32_t>(out.size() - 4);
  std::memcpy(out.data(), &bytes, 4);
  out.insert(out.end(), {out[bytes], out[bytes + 1], out[bytes + 2], out[bytes + 3]});
  return out;
}

class File {
 public:
  explicit File(const std::filesystem::path& path)
      : path_(path), fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {
    if (fd_ < 0) throw output_failure("create", path_, errno);
  }
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  void put(uint64_t at, const Bytes& data) { write_all(fd_, {at, data.data(), data.size()}, "write", path_); }
  void close() {
    begin_flush(fd_);
    if (::close(std::exchange(fd_, -1)) != 0) throw output_failure("close", path_, errno);
  }

 private:
  std::filesystem::path path_;
  int fd_;
};

/// Rasters that are encoded at this moment share what may be in flight.
class Share {
 public:
  Share() : others_(running()++) {}
  ~Share() { --running(); }
  Share(const Share&) = delete;
  Share& operator=(const Share&) = delete;
  /// Blocks of this size that one raster may have in flight.
  size_t blocks(size_t bytes) const {
    const auto threads = static_cast<size_t>(tbb::this_task_arena::max_concurrency());
    return std::clamp<size_t>(bytes_in_flight / (others_ + 1) / bytes, 1, 2 * threads);
  }

 private:
  static std::atomic<size_t>& running() {
    static std::atomic<size_t> count{0};
    return count;
  }
  size_t others_;
};

/// Encodes the blocks of all levels on all threads and writes them in the order of the file.
void write_blocks(File& file, uint64_t from, std::vector<Level>& levels, size_t block_bytes, WrittenCog& written) {
  struct Block {
    Level* level;
    size_t index;
    Bytes bytes;
    uint32_t crc32;
  };
  size_t at = levels.size(), next = 0;  // the smallest overview first
  const Share share;
  tbb::parallel_pipeline(
      share.blocks(block_bytes),
      tbb::make_filter<void, std::pair<Level*, size_t>>(tbb::filter_mode::serial_in_order,
                                                        [&](tbb::flow_control& control) -> std::pair<Level*, size_t> {
                                                          if (at == levels.size() || next == levels[at].blocks.size()) {
                                                            if (at == 0) {
                                                              control.stop();
                                                              return {};
                                                            }
                                                            --at;
                                                            next = 0;
                                                          }
                                                          return {&levels[at], next++};
                                                        }) &
          tbb::make_filter<std::pair<Level*, size_t>, Block>(tbb::filter_mode::parallel,
                                                             [](const std::pair<Level*, size_t>& what) {
                                                               Block block{
                                                                   what.first, what.second,
                                                                   encode_block(*what.first->pixels,
                                                                                what.first->blocks[what.second]),
                                                                   0};
                                                               block.crc32 = libdeflate_crc32(0, block.bytes.data(),
                                                                                              block.bytes.size());
                                                               return block;
                                                             }) &
          tbb::make_filter<Block, void>(tbb::filter_mode::serial_in_order, [&](const Block& block) {
            file.put(from, block.bytes);
            block.level->place.offset[block.index] = from + 4;
            block.level->place.bytes[block.index] = block.bytes.size() - 8;
            written.parts.push_back({from, block.bytes.size(), block.crc32});
            from += block.bytes.size();
          }));
}

std::vector<CogLevel> places_of(const std::vector<Level>& levels) {
  std::vector<CogLevel> places;
  for (const Level& level : levels) places.push_back(level.place);
  return places;
}

}  // namespace

WrittenCog encode_cog(const std::filesystem::path& path, const RasterSpec& spec, const StagedPixels& pixels,
                      const std::vector<BandStatistics>& statistics, uint64_t big_from) {
  const CogTags tags = describe_cog(path, spec, statistics);
  const auto overviews = make_overviews(pixels, path.parent_path());
  std::vector<Level> levels{{&pixels, {}, {}}};
  for (const auto& overview : overviews) levels.push_back({overview.get(), {}, {}});
  const size_t block_bytes = static_cast<size_t>(stored_block) * stored_block * static_cast<size_t>(pixels.bands()) *
                             (pixels.type() == StagedPixels::Type::byte ? 1 : sizeof(float));
  uint64_t bytes = 0;
  for (Level& level : levels) {
    const Grid& grid = level.pixels->grid();
    level.blocks = tiles(grid, stored_block);
    const size_t n = level.blocks.size();
    level.place = {grid.rows, grid.cols, std::vector<uint64_t>(n), std::vector<uint64_t>(n)};
    bytes += n * block_bytes;
  }
  const bool big = bytes > big_from;
  File file(path);
  WrittenCog written;
  written.parts.emplace_back();
  write_blocks(file, layout_head(tags, places_of(levels), big).size(), levels, block_bytes, written);
  const Bytes head = layout_head(tags, places_of(levels), big);
  file.put(0, head);
  written.parts[0] = {0, head.size(), libdeflate_crc32(0, head.data(), head.size())};
  file.close();
  return written;
}

std::string write_cog(const std::filesystem::path& file, const RasterSpec& spec, const StagedPixels& pixels,
                      const std::vector<BandStatistics>& statistics) {
  return verify_cog(file, spec, pixels, encode_cog(file, spec, pixels, statistics));
}

}  // namespace fw
