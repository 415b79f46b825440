#include "jobs/bench/floors.h"

#include <fcntl.h>
#include <libdeflate.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <unistd.h>

#include <atomic>
#include <memory>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/geo/tiff_layout.h"
#include "jobs/bench/usage.h"

namespace fw {
namespace fs = std::filesystem;
namespace {

struct File {
  File(const fs::path& name, int flags, unsigned mode) : number(::open(name.c_str(), flags | O_CLOEXEC, mode)) {}
  ~File() {
    if (number >= 0) ::close(number);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int number;
};

struct Tools {
  std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> inflater{
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor};
  Bytes packed, raw, out;
  Floor took;
};

struct Source {
  TiffLayout layout;
  std::unique_ptr<File> file;
  size_t block_bytes = 0;
};

std::vector<Source> open_all(const std::vector<fs::path>& files) {
  std::vector<Source> sources;
  for (const auto& name : files) {
    auto layout = tiff_layout(name, fs::file_size(name));
    if (!layout || layout->codec != TiffLayout::Codec::deflate)
      throw InputError("INCOMPLETE",
                       printable(name.filename().string()) +
                           " is no plain GeoTIFF of DEFLATE, for which a floor can be measured. Store it so.");
    Source s{std::move(*layout), std::make_unique<File>(name, O_RDONLY, 0), 0};
    s.block_bytes = static_cast<size_t>(s.layout.block_rows) * static_cast<size_t>(s.layout.block_cols) *
                    static_cast<size_t>(s.layout.channels() * s.layout.sample_bytes());
    sources.push_back(std::move(s));
  }
  return sources;
}

void inflate_block(const Source& s, size_t block, Tools& t) {
  t.packed.resize(s.layout.bytes[block]);
  t.raw.resize(s.block_bytes);
  size_t got = 0;
  if (::pread(s.file->number, t.packed.data(), t.packed.size(), static_cast<off_t>(s.layout.offset[block])) !=
          static_cast<ssize_t>(t.packed.size()) ||
      libdeflate_zlib_decompress(t.inflater.get(), t.packed.data(), t.packed.size(), t.raw.data(), t.raw.size(),
                                 &got) != LIBDEFLATE_SUCCESS)
    throw InputError("INCOMPLETE", "A block cannot be read or inflated. Make the files again.");
  t.took.raw_bytes += got;
}

/// each(source, block, tools) for all blocks, in parallel; the sum over threads.
template <class Each>
Floor over_blocks(const std::vector<Source>& sources, int threads, const Each& each) {
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                                  static_cast<size_t>(threads > 0 ? threads : tbb::info::default_concurrency()));
  std::vector<std::pair<size_t, size_t>> all;
  for (size_t s = 0; s < sources.size(); ++s)
    for (size_t b = 0; b < sources[s].layout.offset.size(); ++b) all.emplace_back(s, b);
  tbb::enumerable_thread_specific<Tools> tools;
  tbb::parallel_for(
      size_t{0}, all.size(), [&](size_t i) { each(sources[all[i].first], all[i].second, tools.local()); },
      tbb::simple_partitioner());
  Floor sum;
  for (const auto& t : tools) {
    sum.wall += t.took.wall;
    sum.cpu += t.took.cpu;
    sum.raw_bytes += t.took.raw_bytes;
    sum.packed_bytes += t.took.packed_bytes;
  }
  return sum;
}

}  // namespace

Floor decode_floor(const std::vector<fs::path>& files, int threads) {
  const auto sources = open_all(files);
  const double begin = wall_seconds();
  Floor floor = over_blocks(sources, threads, [](const Source& s, size_t block, Tools& t) {
    const double cpu = thread_seconds();
    inflate_block(s, block, t);
    t.took.packed_bytes += t.packed.size();
    t.took.cpu += thread_seconds() - cpu;
  });
  floor.wall = wall_seconds() - begin;
  return floor;
}

Floor encode_floor(const std::vector<fs::path>& files, int threads, Deflate how) {
  const auto sources = open_all(files);
  const int used = threads > 0 ? threads : tbb::info::default_concurrency();
  const fs::path scratch = files.front().parent_path() / ".floor-scratch";
  const File out(scratch, O_RDWR | O_CREAT | O_TRUNC, 0600);
  fs::remove(scratch);
  std::atomic<uint64_t> end = 0;
  Floor floor = over_blocks(sources, threads, [&](const Source& s, size_t block, Tools& t) {
    inflate_block(s, block, t);
    const double cpu = thread_seconds(), wall = wall_seconds();
    t.out.clear();
    deflate(t.raw.data(), t.raw.size(), how, t.out);
    const size_t n = t.out.size();
    if (::pwrite(out.number, t.out.data(), n, static_cast<off_t>(end.fetch_add(n))) != static_cast<ssize_t>(n))
      throw OutputError("WRITE_FAILED", "The scratch file of the encode floor cannot be written. Free space.");
    t.took.packed_bytes += n;
    t.took.cpu += thread_seconds() - cpu;
    t.took.wall += wall_seconds() - wall;
  });
  floor.wall /= used;
  return floor;
}

}  // namespace fw
