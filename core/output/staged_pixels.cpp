#include "core/output/staged_pixels.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <type_traits>

#include "core/base/error.h"
#include "core/output/atomic_file.h"

namespace fw {
namespace {

// A hole in the file reads as zero bits, so values are stored XORed with the no-data pattern: a hole is no-data.
constexpr uint32_t nan_bits = 0x7fc00000U;

template <class Mask, class From, class To>
void mask(const From* __restrict from, size_t n, Mask with, To* __restrict to) {
  for (size_t i = 0; i < n; ++i) to[i] = std::bit_cast<To>(static_cast<Mask>(std::bit_cast<Mask>(from[i]) ^ with));
}
template <class Mask, class T>
void mask_in_place(T* v, size_t n, Mask with) {
  for (size_t i = 0; i < n; ++i) v[i] = std::bit_cast<T>(static_cast<Mask>(std::bit_cast<Mask>(v[i]) ^ with));
}

/// round_mantissa() on the bits of floats, without branches.
struct Rounding {
  explicit Rounding(int bits)
      : drop(23 - bits), odd(drop > 0 ? 1 : 0), below_half(drop > 0 ? (1U << (drop - 1)) - 1 : 0) {}
  uint32_t operator()(uint32_t u) const {
    constexpr uint32_t exponent = 0x7f800000U;
    const uint32_t nearest = (u + below_half + ((u >> drop) & odd)) & ~((1U << drop) - 1);
    const uint32_t finite = (nearest & exponent) == exponent ? u : nearest;
    const uint32_t v = (u << 1) == 0 ? 0 : finite;
    return (u & exponent) == exponent ? nan_bits : v;
  }
  int drop;
  uint32_t odd, below_half;
};

/// Bytes that bands may still take in memory.
std::atomic<size_t>& room_in_memory() {
  static std::atomic<size_t> left = size_t{32} << 20;
  return left;
}

}  // namespace

float round_mantissa(float value, int bits) {
  return std::bit_cast<float>(Rounding(bits)(std::bit_cast<uint32_t>(value)));
}

StagedPixels::StagedPixels(const std::filesystem::path& folder, const Grid& grid, int bands, Type type, uint8_t nodata)
    : folder_(folder),
      grid_(grid),
      bands_(bands),
      type_(type),
      nodata_(nodata),
      blocks_(static_cast<size_t>(std::max(1, bands)) * stored_blocks(grid)),
      rooms_(static_cast<size_t>(std::max(1, bands))) {
  FW_EXPECT(grid.rows > 0 && grid.cols > 0 && bands > 0, "a raster needs rows, columns and bands");
}

StagedPixels::~StagedPixels() {
  for (const Room& room : rooms_) {
    if (!room.memory) continue;
    ::munmap(room.memory, band_bytes());
    room_in_memory() += band_bytes();
  }
  if (fd_ >= 0) ::close(fd_);
}

size_t StagedPixels::band_bytes() const { return grid_.pixels() * (type_ == Type::float32 ? 4 : 1); }

StagedPixels::Room::Kind StagedPixels::make_room(Room& room) {
  const std::lock_guard lock(mutex_);
  if (const auto kind = room.kind.load(); kind != Room::Kind::none) return kind;
  const size_t bytes = band_bytes();
  size_t left = room_in_memory();
  while (left >= bytes && !room_in_memory().compare_exchange_weak(left, left - bytes)) {
  }
  if (left >= bytes) {  // pages that nobody writes take no memory and read as zeros, as in a file
    void* const memory =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory != MAP_FAILED) {
      room.memory = static_cast<unsigned char*>(memory);
      room.kind = Room::Kind::memory;
      return Room::Kind::memory;
    }
    room_in_memory() += bytes;
  }
  if (fd_ < 0) {
    std::string pattern = (folder_ / "pixels-XXXXXX").string();
    fd_ = ::mkostemp(pattern.data(), O_CLOEXEC);
    if (fd_ < 0) throw output_failure("create a scratch file in", folder_, errno);
    ::unlink(pattern.c_str());
    if (::ftruncate(fd_, static_cast<off_t>(bytes * static_cast<size_t>(bands_))) != 0)
      throw output_failure("size a scratch file in", folder_, errno);
  }
  room.kind = Room::Kind::file;
  return Room::Kind::file;
}

void StagedPixels::check(int band, const Window& w, Type type) const {
  FW_EXPECT(type == type_, "values of another type than the raster's");
  FW_EXPECT(band >= 1 && band <= bands_, "no such band");
  FW_EXPECT(w.row >= 0 && w.col >= 0 && w.rows >= 0 && w.cols >= 0 && w.rows <= grid_.rows - w.row &&
                w.cols <= grid_.cols - w.col,
            "window outside the raster");
}

void StagedPixels::put_values(int band, size_t at, const void* data, size_t bytes) {
  Room& room = rooms_[static_cast<size_t>(band - 1)];
  Room::Kind kind = room.kind.load(std::memory_order_acquire);
  if (kind == Room::Kind::none) kind = make_room(room);
  if (kind == Room::Kind::memory)
    std::memcpy(room.memory + at, data, bytes);
  else
    write_all(fd_, {static_cast<size_t>(band - 1) * band_bytes() + at, data, bytes}, "write pixels in", folder_);
}

void StagedPixels::get_values(int band, size_t at, void* data, size_t bytes) const {
  const Room& room = rooms_[static_cast<size_t>(band - 1)];
  if (room.kind.load(std::memory_order_acquire) == Room::Kind::memory) {
    std::memcpy(data, room.memory + at, bytes);
    return;
  }
  if (!read_all(fd_, static_cast<size_t>(band - 1) * band_bytes() + at, data, bytes))
    throw output_failure("read pixels back in", folder_, errno);
}

template <class T>
void StagedPixels::fill_block(int band, const StoredRows& place) {
  static std::mutex filling;  // rare: a block that was written whole is written again in parts
  const std::lock_guard lock(filling);
  Block& to = block(band, place);
  if (to.state.load(std::memory_order_acquire) != Block::State::uniform) return;
  const std::vector<T> values(place.block_pixels, static_cast<T>(to.value));
  put_values(band, place.block_at * sizeof(T), values.data(), values.size() * sizeof(T));
  to.state.store(Block::State::in_file, std::memory_order_release);
}

template <class T>
void StagedPixels::put(int band, const StoredRows& place, const T* stored) {
  using State = Block::State;
  Block& to = block(band, place);
  const size_t n = place.rows * place.cols;
  const State before = to.state.load(std::memory_order_acquire);
  if (std::memcmp(stored, stored + 1, (n - 1) * sizeof(T)) == 0) {
    if (before != State::in_file && stored[0] == to.value) return;
    if (n == place.block_pixels) {
      to.value = stored[0];
      to.state.store(State::uniform, std::memory_order_release);
      return;
    }
  }
  if (before == State::uniform && n < place.block_pixels) fill_block<T>(band, place);
  put_values(band, place.at * sizeof(T), stored, n * sizeof(T));
  to.state.store(State::in_file, std::memory_order_release);
}

template <class Bits>
void StagedPixels::fill_stored(int band, const Window& w, Bits stored) {
  for_each_stored(grid_, w, [&](const StoredRows& s) {
    if (s.rows * s.cols < s.block_pixels) return put(band, s, std::vector<Bits>(s.rows * s.cols, stored).data());
    Block& to = block(band, s);
    to.value = stored;
    to.state.store(Block::State::uniform, std::memory_order_release);
  });
}

template <class T, class Copy>
void StagedPixels::write_as(int band, const Window& w, const T* values, const Copy& copy) {
  using Bits = std::conditional_t<sizeof(T) == 1, uint8_t, uint32_t>;
  thread_local std::vector<Bits> stored;
  const bool one_value = w.pixels() > 0 && std::memcmp(values, values + 1, (w.pixels() - 1) * sizeof(T)) == 0;
  if (one_value) {
    Bits of_all;
    copy(values, 1, &of_all);
    return fill_stored(band, w, of_all);
  }
  for_each_stored(grid_, w, [&](const StoredRows& s) {
    stored.resize(s.rows * s.cols);
    const auto stride = static_cast<size_t>(w.cols);
    const size_t runs = s.cols == stride ? 1 : s.rows, run = s.cols == stride ? s.rows * s.cols : s.cols;
    for (size_t r = 0; r < runs; ++r) copy(values + s.from + r * stride, run, stored.data() + r * run);
    put(band, s, stored.data());
  });
}

template <class T, class Mask>
void StagedPixels::read_as(int band, const Window& w, T* out, Mask with) const {
  thread_local std::vector<Mask> stored;
  for_each_stored(grid_, w, [&](const StoredRows& s) {
    T* to = out + s.from;
    const size_t n = s.rows * s.cols, stride = static_cast<size_t>(w.cols);
    const Block& from = block(band, s);
    if (from.state.load(std::memory_order_acquire) != Block::State::in_file) {
      const T value = std::bit_cast<T>(static_cast<Mask>(from.value ^ with));
      for (size_t r = 0; r < s.rows; ++r) std::fill_n(to + r * stride, s.cols, value);
      return;
    }
    if (s.rows == 1 || s.cols == stride) {
      get_values(band, s.at * sizeof(T), to, n * sizeof(T));
      return mask_in_place(to, n, with);
    }
    stored.resize(n);
    get_values(band, s.at * sizeof(T), stored.data(), n * sizeof(T));
    for (size_t r = 0; r < s.rows; ++r) mask(stored.data() + r * s.cols, s.cols, with, to + r * stride);
  });
}

template <class T>
std::optional<T> StagedPixels::uniform(int band, const Window& w) const {
  constexpr bool floats = sizeof(T) == sizeof(float);
  check(band, w, floats ? Type::float32 : Type::byte);
  using Bits = std::conditional_t<floats, uint32_t, uint8_t>;
  bool same = true;
  std::optional<uint32_t> stored;
  for_each_stored(grid_, w, [&](const StoredRows& s) {
    const Block& from = block(band, s);
    same = same && from.state.load(std::memory_order_acquire) != Block::State::in_file &&
           stored.value_or(from.value) == from.value;
    if (same) stored = from.value;
  });
  if (!same || !stored) return std::nullopt;
  return std::bit_cast<T>(static_cast<Bits>(*stored ^ (floats ? nan_bits : nodata_)));
}
template std::optional<float> StagedPixels::uniform(int, const Window&) const;
template std::optional<uint8_t> StagedPixels::uniform(int, const Window&) const;

void StagedPixels::write(int band, const Window& w, const float* values) {
  check(band, w, Type::float32);
  write_as(band, w, values, [](const float* from, size_t n, uint32_t* to) { mask(from, n, nan_bits, to); });
}
void StagedPixels::write_rounded(int band, const Window& w, const float* values, int bits) {
  check(band, w, Type::float32);
  FW_EXPECT(bits >= 1 && bits <= 23, "mantissa bits are 1..23");
  write_as(band, w, values, [rounding = Rounding(bits)](const float* from, size_t n, uint32_t* __restrict to) {
    for (size_t i = 0; i < n; ++i) to[i] = rounding(std::bit_cast<uint32_t>(from[i])) ^ nan_bits;
  });
}
void StagedPixels::write(int band, const Window& w, const uint8_t* values) {
  check(band, w, Type::byte);
  write_as(band, w, values, [&](const uint8_t* from, size_t n, uint8_t* to) { mask(from, n, nodata_, to); });
}
void StagedPixels::read(int band, const Window& w, float* out) const {
  check(band, w, Type::float32);
  read_as(band, w, out, nan_bits);
}
void StagedPixels::read(int band, const Window& w, uint8_t* out) const {
  check(band, w, Type::byte);
  read_as(band, w, out, nodata_);
}

void StagedPixels::fill(int band, const Window& w, float value) {
  check(band, w, Type::float32);
  fill_stored(band, w, std::bit_cast<uint32_t>(value) ^ nan_bits);
}
void StagedPixels::fill(int band, const Window& w, uint8_t value) {
  check(band, w, Type::byte);
  fill_stored(band, w, static_cast<uint8_t>(value ^ nodata_));
}

}  // namespace fw
