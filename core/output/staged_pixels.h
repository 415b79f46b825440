// Pixels of a raster under construction: a sparse scratch file that tiles are written into, in any order, from any
// thread.
#pragma once
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <vector>

#include "core/geo/grid.h"
#include "core/output/block_layout.h"

namespace fw {

/// Keeps `bits` bits of a float's mantissa (1..23), rounding to nearest, ties to even. NaN and infinite become the one
/// NaN that stands for no-data; -0 becomes 0.
float round_mantissa(float value, int bits);

/// Band-sequential pixels of Float32 or Byte, in blocks (block_layout.h): a tile is few pieces. What was never written
/// reads as no-data (NaN, or the Byte no-data value). A block of one value takes no room. The first bands of all
/// rasters of the process that need room, 32 MiB, are kept in memory, the others in a file that has no name from the
/// start, so a killed run leaves nothing behind.
class StagedPixels {
 public:
  enum class Type { byte, float32 };
  StagedPixels(const std::filesystem::path& folder, const Grid& grid, int bands, Type type, uint8_t nodata);
  ~StagedPixels();
  StagedPixels(const StagedPixels&) = delete;
  StagedPixels& operator=(const StagedPixels&) = delete;

  // Row-major values of a window; band from 1. Thread-safe for windows that do not overlap. Errors: OutputError
  // DISK_FULL, WRITE_FAILED.
  void write(int band, const Window& window, const float* values);
  void write(int band, const Window& window, const uint8_t* values);
  /// Values as round_mantissa() makes them.
  void write_rounded(int band, const Window& window, const float* values, int mantissa_bits);
  void read(int band, const Window& window, float* out) const;
  void read(int band, const Window& window, uint8_t* out) const;
  /// One value in a whole window, as write().
  void fill(int band, const Window& window, float value);
  void fill(int band, const Window& window, uint8_t value);
  /// The value of all pixels of a window in blocks of one value. Nothing: its pixels have to be read.
  template <class T>
  std::optional<T> uniform(int band, const Window& window) const;

  int bands() const { return bands_; }
  Type type() const { return type_; }
  uint8_t nodata() const { return nodata_; }
  const Grid& grid() const { return grid_; }

 private:
  /// Where the pixels of a block are.
  struct Block {
    enum class State : uint8_t { untouched, uniform, in_file };
    std::atomic<State> state = State::untouched;
    uint32_t value = 0;  ///< as stored, where uniform
  };
  /// Where the blocks of a band are that are not uniform.
  struct Room {
    enum class Kind : uint8_t { none, memory, file };
    std::atomic<Kind> kind = Kind::none;
    unsigned char* memory = nullptr;
  };
  void check(int band, const Window& window, Type type) const;
  size_t band_bytes() const;
  Room::Kind make_room(Room& room);
  template <class T, class Copy>
  void write_as(int band, const Window& window, const T* values, const Copy& copy);
  template <class T, class Mask>
  void read_as(int band, const Window& window, T* out, Mask mask) const;
  template <class T>
  void put(int band, const StoredRows& place, const T* stored);
  template <class Bits>
  void fill_stored(int band, const Window& window, Bits stored);
  template <class T>
  void fill_block(int band, const StoredRows& place);
  Block& block(int band, const StoredRows& place) const {
    return blocks_[static_cast<size_t>(band - 1) * stored_blocks(grid_) + place.block];
  }
  void put_values(int band, size_t at, const void* data, size_t bytes);
  void get_values(int band, size_t at, void* data, size_t bytes) const;

  std::filesystem::path folder_;
  Grid grid_;
  int bands_;
  Type type_;
  uint8_t nodata_;
  int fd_ = -1;
  mutable std::vector<Block> blocks_;  ///< [band][block]
  std::vector<Room> rooms_;            ///< [band]
  std::mutex mutex_;
};

}  // namespace fw
