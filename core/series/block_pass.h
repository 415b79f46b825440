// One pass over a stack of scenes of one grid: every block of every scene is read once, whatever is made of it.
//
// Per block: the dates are visited in parallel (read, decode, per-date results); what they leave as a series is kept
// time-major in parts that fit a cache, beyond the budget in a scratch file; the parts are then visited in parallel.
#pragma once
#include <cstddef>
#include <filesystem>
#include <functional>
#include <vector>

#include "core/geo/grid.h"

namespace fw {

struct BlockPassPlan {
  Grid grid;
  int block_rows = 512, block_cols = 512;  ///< best the blocks in which the scenes are stored
  int top_rows = 0, left_cols = 0;         ///< of the first blocks, where the grid begins within one; 0: whole ones
  size_t dates = 0;                        ///< visits of a block
  bool keeps_series = false;               ///< values are kept for visit_part: one per pixel and date
  /// By date: its places in the series, where they are others than one each, in order. All places are named once.
  std::vector<std::vector<size_t>> places = {};
  /// By date: most rows of a block that are visited at once; empty, or 0: all of them.
  std::vector<int> visit_rows = {};
  size_t series_bytes = size_t{96} << 20;  ///< of the series kept in memory; the rest waits in a file
  size_t part_pixels = 0;             ///< of a SeriesPart, about; 0: so many that all dates fit a second-level cache
  int threads = 0;                    ///< 0: all
  std::filesystem::path scratch_dir;  ///< for a series that is longer than series_bytes
};

/// A few rows of a block over all dates.
struct SeriesPart {
  Window window;        ///< in the grid
  size_t first = 0;     ///< place of its first pixel in the block (row-major)
  const float* series;  ///< [place][pixel of the part]
};

/// Where the values of one date of a block go: one place of the series.
class DateSeries {
 public:
  /// Rows of the visited window, from `row` on; values: row-major. Those that are already there may be put again.
  void put(int row, int rows, const float* values) const;

 private:
  friend class BlockSeries;
  /// The place of a row, and how many rows from it on lie there one after another.
  float* place_of(int row, int& together) const;
  float *first_ = nullptr, *rest_ = nullptr;  ///< of rows in memory, in parts; of the rows after them, in one piece
  bool past_caches_ = false;                  ///< the rows in memory are more than the caches hold
  size_t part_ = 0, place_ = 0;               ///< floats between parts; in the series
  int per_part_ = 1, in_memory_ = 0, from_ = 0, last_ = 0;  ///< rows of the block; the visited ones
  int cols_ = 0;
};

/// What is done with a block. Calls of one kind come from several threads at once; a row of a date is visited once.
struct BlockWork {
  /// Every row of each of the date's places is filled; there are none where the plan keeps no series.
  std::function<void(size_t date, const Window& window, const std::vector<DateSeries>& series)> visit_date;
  std::function<void(const SeriesPart& part)> visit_part;
  /// After everything else of the block, from one thread.
  std::function<void(const Window& window)> finish_block;
};

/// Blocks in row-major order, one after another. Errors: what the work throws; OutputError SCRATCH.
void run_block_pass(const BlockPassPlan& plan, const BlockWork& work);

/// Rows (or columns) of a grid's first block, where one of the blocks begins at row `begin` of it, mostly outside; 0: a
/// whole block.
inline int first_part(int begin, int block) { return (begin % block + block) % block; }

/// The blocks of a grid, row by row. top_rows, left_cols: of the first ones, where they are parts; 0: whole.
std::vector<Window> blocks_from(const Grid& grid, int top_rows, int left_cols, int rows, int cols);

/// How much of `memory_bytes` is left for series beside what decoding and encoding need; at least 8 MiB.
size_t series_budget(size_t memory_bytes, size_t block_pixels, int threads);

}  // namespace fw
