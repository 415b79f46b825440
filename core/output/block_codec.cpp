#include "core/output/block_codec.h"

#include <isa-l/igzip_lib.h>
#include <libdeflate.h>

#include <cstring>
#include <memory>

#include "core/base/error.h"

namespace fw {
namespace {

size_t deflate_fast(const void* data, size_t bytes, unsigned char* to, size_t room) {
  thread_local Bytes memory(ISAL_DEF_LVL1_LARGE);
  isal_zstream stream{};  // ISA-L 2.30 leaves the size of its window (hist_bits) as it lies on the stack
  isal_deflate_stateless_init(&stream);
  stream.level = 1;
  stream.level_buf = memory.data();
  stream.level_buf_size = static_cast<uint32_t>(memory.size());
  stream.gzip_flag = IGZIP_ZLIB;
  stream.end_of_stream = 1;
  stream.next_in = static_cast<unsigned char*>(const_cast<void*>(data));  // it is only read
  stream.avail_in = static_cast<uint32_t>(bytes);
  stream.next_out = to;
  stream.avail_out = static_cast<uint32_t>(room);
  return isal_deflate_stateless(&stream) == COMP_OK ? stream.total_out : 0;
}

size_t deflate_small(const void* data, size_t bytes, unsigned char* to, size_t room) {
  thread_local const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> level6{
      libdeflate_alloc_compressor(6), libdeflate_free_compressor};
  return libdeflate_zlib_compress(level6.get(), data, bytes, to, room);
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

void deflate(const void* data, size_t bytes, Deflate how, Bytes& out) {
  thread_local std::unique_ptr<unsigned char[]> room;
  thread_local size_t room_bytes = 0;
  const size_t bound = bytes + bytes / 8 + 1024;  // above what either needs for bytes that do not shrink
  FW_EXPECT(bytes > 0 && bytes <= size_t{1} << 31, "a block has 1 byte to 2 GiB");
  if (room_bytes < bound) {
    room.reset(new unsigned char[bound]);
    room_bytes = bound;
  }
  const size_t made = how == Deflate::fast ? deflate_fast(data, bytes, room.get(), bound)
                                           : deflate_small(data, bytes, room.get(), bound);
  FW_EXPECT(made > 0, "a block was compressed into its bound");
  out.insert(out.end(), room.get(), room.get() + made);
}

}  // namespace fw
