// Values of every cell of a grid that may be larger than the memory: kept in memory or on disk, worked on row by row.
#pragma once
#include <algorithm>
#include <memory>
#include <type_traits>
#include <vector>

#include "core/base/error.h"
#include "core/base/scratch_file.h"
#include "core/geo/grid.h"

namespace fw {

/// Where planes are kept, and how much of one is worked on at once. Results depend on neither.
struct PlaneStore {
  std::filesystem::path folder = {};  ///< of scratch files; empty: planes stay in memory
  size_t strip_cells = size_t{1} << 19;
};

/// work(first row, rows) for strips of about store.strip_cells cells, at least `least` rows each, from the top.
template <class Work>
void each_strip(const PlaneStore& store, int rows, int cols, const Work& work, int least = 1) {
  const auto fit = static_cast<int>(
      std::min<size_t>(store.strip_cells / static_cast<size_t>(std::max(cols, 1)), static_cast<size_t>(rows)));
  const int strip = std::max({fit, least, 1});
  for (int row = 0; row < rows; row += strip) work(row, std::min(strip, rows - row));
}

/// A value of every cell; 0 until it is written. Copies share their values, so a plane is written before it is passed
/// on. Windows that do not overlap may be written from several threads. Errors: OutputError SCRATCH.
template <class T>
class Plane {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  Plane() = default;
  Plane(const PlaneStore& store, int rows, int cols) : rows_(rows), cols_(cols) {
    if (store.folder.empty())
      memory_ = std::make_shared<std::vector<T>>(size());
    else
      file_ = std::make_shared<ScratchFile>(store.folder, size() * sizeof(T));
  }
  int rows() const { return rows_; }
  int cols() const { return cols_; }
  size_t size() const { return static_cast<size_t>(rows_) * static_cast<size_t>(cols_); }
  bool empty() const { return size() == 0; }

  void put(const Window& w, const T* values) {
    FW_EXPECT(w.row >= 0 && w.col >= 0 && w.row + w.rows <= rows_ && w.col + w.cols <= cols_, "a window of the plane");
    const int together = w.cols == cols_ ? w.rows : 1;
    const size_t n = static_cast<size_t>(together) * static_cast<size_t>(w.cols);
    for (int r = 0; r < w.rows; r += together, values += n) {
      const size_t at = static_cast<size_t>(w.row + r) * static_cast<size_t>(cols_) + static_cast<size_t>(w.col);
      if (memory_)
        std::copy_n(values, n, memory_->begin() + static_cast<std::ptrdiff_t>(at));
      else
        file_->write(at * sizeof(T), values, n * sizeof(T));
    }
  }
  void put(int row, const std::vector<T>& values) {
    if (!values.empty())
      put({row, 0, static_cast<int>(values.size() / static_cast<size_t>(cols_)), cols_}, values.data());
  }
  void get(int row, int rows, T* out) const {
    FW_EXPECT(row >= 0 && row + rows <= rows_, "rows of the plane");
    const size_t at = static_cast<size_t>(row) * static_cast<size_t>(cols_),
                 n = static_cast<size_t>(rows) * static_cast<size_t>(cols_);
    if (memory_)
      std::copy_n(memory_->begin() + static_cast<std::ptrdiff_t>(at), n, out);
    else if (file_)
      file_->read(at * sizeof(T), out, n * sizeof(T));
  }
  std::vector<T> get(int row, int rows) const {
    std::vector<T> out(static_cast<size_t>(rows) * static_cast<size_t>(cols_));
    get(row, rows, out.data());
    return out;
  }

 private:
  int rows_ = 0, cols_ = 0;
  std::shared_ptr<std::vector<T>> memory_;
  std::shared_ptr<ScratchFile> file_;
};

}  // namespace fw
