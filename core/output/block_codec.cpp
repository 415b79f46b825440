#include "core/output/block_codec.h"

#include <libdeflate.h>

#include <cstring>
#include <memory>

#include "core/base/error.h"

namespace fw {
namespace {

struct FreeDeflater {
  void operator()(libdeflate_compressor* c) const { libdeflate_free_compressor(c); }
};
/// One per thread and level.
libdeflate_compressor* deflater(int level) {
  thread_local std::unique_ptr<libdeflate_compressor, FreeDeflater> made[13];
  auto& one = made[level];
  if (!one) one.reset(libdeflate_alloc_compressor(level));
  return one.get();
}

}  // namespace

void predict(int16_t* samples, size_t rows, size_t row, size_t channels) {
  thread_local std::vector<uint16_t> before;
  before.resize(row);
  for (size_t r = 0; r < rows; ++r) {
    auto* to = reinterpret_cast<uint16_t*>(samples) + r * row;
    std::memcpy(before.data(), to, row * sizeof(uint16_t));
    const uint16_t* from = before.data();
    for (size_t i = channels; i < row; ++i) to[i] = static_cast<uint16_t>(from[i] - from[i - channels]);
  }
}

void predict(float* samples, size_t rows, size_t row, size_t channels) {
  thread_local std::vector<uint32_t> bits;
  thread_local Bytes planes;
  bits.resize(row);
  planes.resize(4 * row);
  for (size_t r = 0; r < rows; ++r) {
    auto* to = reinterpret_cast<unsigned char*>(samples + r * row);
    std::memcpy(bits.data(), to, row * sizeof(uint32_t));
    unsigned char* plane = planes.data();
    for (unsigned shift = 24; plane < planes.data() + 4 * row; shift -= 8, plane += row)
      for (size_t i = 0; i < row; ++i) plane[i] = static_cast<unsigned char>(bits[i] >> shift);
    const unsigned char* from = planes.data();
    std::memcpy(to, from, channels);
    for (size_t i = channels; i < 4 * row; ++i) to[i] = static_cast<unsigned char>(from[i] - from[i - channels]);
  }
}

void deflate(const void* data, size_t bytes, int level, Bytes& out) {
  auto* with = deflater(level);
  thread_local std::unique_ptr<unsigned char[]> room;
  thread_local size_t room_bytes = 0;
  const size_t bound = libdeflate_zlib_compress_bound(with, bytes);
  if (room_bytes < bound) {
    room.reset(new unsigned char[bound]);
    room_bytes = bound;
  }
  const size_t made = libdeflate_zlib_compress(with, data, bytes, room.get(), bound);
  FW_EXPECT(made > 0, "a block was compressed into its bound");
  out.insert(out.end(), room.get(), room.get() + made);
}

}  // namespace fw
