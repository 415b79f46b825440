#include "core/series/block_pass.h"

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cstring>
#include <memory>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "core/base/error.h"
#include "core/series/clean_up.h"

namespace fw {
namespace {

constexpr size_t cache_bytes = size_t{256} << 10;   // of a part: half of a small second-level cache
constexpr size_t spill_bytes = size_t{2} << 20;     // of a part that waits in a file: read in few pieces
constexpr size_t beyond_caches = size_t{32} << 20;  // a series of this size is not there any more when it is read

/// Copies what will not be read soon without fetching its place, or keeping it in the caches.
void copy_past_caches(const float* from, size_t n, float* to) {
#if defined(__SSE2__)
  for (; n > 0 && reinterpret_cast<uintptr_t>(to) % 16 != 0; --n) *to++ = *from++;
  for (; n >= 4; n -= 4, from += 4, to += 4) _mm_stream_ps(to, _mm_loadu_ps(from));
  _mm_sfence();
#endif
  std::copy_n(from, n, to);
}

}  // namespace

void DateSeries::put(int row, int rows, const float* values) const {
  for (int r = row, together = 0; r < row + rows; r += together) {
    float* to = place_of(r, together);
    together = std::min(together, row + rows - r);
    const size_t n = static_cast<size_t>(together) * static_cast<size_t>(cols_);
    if (past_caches_ && from_ + r < in_memory_)
      copy_past_caches(values, n, to);
    else
      std::copy_n(values, n, to);
    values += n;
  }
}

float* DateSeries::place_of(int row, int& together) const {
  const auto cols = static_cast<size_t>(cols_);
  const int r = from_ + row;
  if (r >= in_memory_) {
    together = last_ - r;
    return rest_ + static_cast<size_t>(r - std::max(from_, in_memory_)) * cols;
  }
  const int part = r / per_part_, begin = part * per_part_, of_block = std::min(per_part_, in_memory_ - begin);
  together = std::min(begin + of_block, last_) - r;
  return first_ + static_cast<size_t>(part) * part_ +
         (place_ * static_cast<size_t>(of_block) + static_cast<size_t>(r - begin)) * cols;
}

/// The series of one block, in parts of whole rows: [part][place][pixel]. The parts beyond the budget wait in a file.
class BlockSeries {
 public:
  explicit BlockSeries(const BlockPassPlan& plan)
      : places_(plan.places),
        depth_(plan.dates),
        cols_(static_cast<size_t>(plan.block_cols)),
        block_rows_(plan.block_rows) {
    if (!places_.empty()) {
      depth_ = 0;
      for (const auto& of_date : places_) depth_ += of_date.size();
    }
    rows_per_part_ = rows_of(plan.part_pixels > 0 ? 4 * depth_ * plan.part_pixels : cache_bytes);
    room_ = depth_ * static_cast<size_t>(rows_per_part_) * cols_;
    const auto parts = static_cast<size_t>((block_rows_ + rows_per_part_ - 1) / rows_per_part_);
    const size_t in_memory = std::clamp<size_t>(plan.series_bytes / (4 * room_), 1, parts);
    memory_.resize(in_memory * room_);
    rows_in_memory_ = static_cast<int>(
        std::min<size_t>(in_memory * static_cast<size_t>(rows_per_part_), static_cast<size_t>(block_rows_)));
    if (rows_in_memory_ == block_rows_) return;
    rows_per_spill_ = std::max(rows_per_part_, rows_of(spill_bytes));
    const int spills = (block_rows_ - rows_in_memory_ + rows_per_spill_ - 1) / rows_per_spill_;
    const auto folder = plan.scratch_dir.empty() ? std::filesystem::temp_directory_path() : plan.scratch_dir;
    file_ = std::make_unique<ScratchRaster>(folder, spills * static_cast<int>(depth_),
                                            rows_per_spill_ * static_cast<int>(cols_));
  }

  /// Parts of a block; their windows.
  size_t parts(const Window& block) const {
    const int rest = std::max(0, block.rows - rows_in_memory_);
    return parts_in_memory(block) + static_cast<size_t>((rest + rows_per_spill_ - 1) / rows_per_spill_);
  }
  Window window(const Window& block, size_t p) const {
    const size_t kept = parts_in_memory(block);
    const int rows = p < kept ? rows_per_part_ : rows_per_spill_;
    const int first = p < kept ? static_cast<int>(p) * rows : rows_in_memory_ + static_cast<int>(p - kept) * rows;
    return {block.row + first, block.col, std::min(rows, (p < kept ? kept_rows(block) : block.rows) - first),
            block.cols};
  }

  /// Where rows [from, last) of a date go; put() after they are filled.
  std::vector<DateSeries> begin(const Window& block, size_t date, int from, int last) {
    std::vector<DateSeries> all(places_of(date));
    const int kept = kept_rows(block);
    const size_t rest = static_cast<size_t>(std::max(0, last - std::max(from, kept))) * static_cast<size_t>(block.cols);
    staged().resize(rest * all.size());
    for (size_t k = 0; k < all.size(); ++k) {
      DateSeries& series = all[k];
      series.first_ = memory_.data();
      series.rest_ = staged().data() + k * rest;
      series.past_caches_ = memory_.size() * sizeof(float) > beyond_caches;
      series.part_ = room_;
      series.place_ = place(date, k);
      series.per_part_ = rows_per_part_;
      series.in_memory_ = kept;
      series.from_ = from;
      series.last_ = last;
      series.cols_ = block.cols;
    }
    return all;
  }
  void put(const Window& block, size_t date, int from, int last) const {
    const float* values = staged().data();
    for (size_t k = 0; k < places_of(date); ++k)
      for (size_t p = parts_in_memory(block); p < parts(block); ++p) {
        const Window part = window(block, p);
        const int top = part.row - block.row, begin = std::max(from, top), end = std::min(last, top + part.rows);
        if (begin >= end) continue;
        const int n = (end - begin) * block.cols;
        file_->write({file_row(block, p, place(date, k)), (begin - top) * block.cols, 1, n}, values);
        values += n;
      }
  }
  const float* part(const Window& block, size_t p) const {
    const size_t n = depth_ * window(block, p).pixels();
    if (p < parts_in_memory(block)) {
      // Read in one go, which memory likes; operations read it in columns.
      const float* series = memory_.data() + p * room_;
      for (size_t i = 0; i < n; i += 16) __builtin_prefetch(series + i);
      return series;
    }
    thread_local std::vector<float> back;
    back.resize(n);
    file_->read({file_row(block, p, 0), 0, static_cast<int>(depth_), static_cast<int>(n / depth_)}, back.data());
    return back.data();
  }

 private:
  int rows_of(size_t bytes) const {
    return static_cast<int>(
        std::clamp<size_t>(bytes / (4 * depth_ * cols_), 1, static_cast<size_t>(std::max(block_rows_, 1))));
  }
  int kept_rows(const Window& block) const { return std::min(block.rows, rows_in_memory_); }
  size_t parts_in_memory(const Window& block) const {
    return static_cast<size_t>((kept_rows(block) + rows_per_part_ - 1) / rows_per_part_);
  }
  int file_row(const Window& block, size_t p, size_t place) const {
    return static_cast<int>((p - parts_in_memory(block)) * depth_ + place);
  }
  size_t places_of(size_t date) const { return places_.empty() ? 1 : places_[date].size(); }
  size_t place(size_t date, size_t k) const { return places_.empty() ? date : places_[date][k]; }
  static std::vector<float>& staged() {
    thread_local std::vector<float> values;
    return values;
  }

  const std::vector<std::vector<size_t>> places_;
  size_t depth_, cols_, room_ = 0;
  int block_rows_, rows_per_part_ = 1, rows_in_memory_ = 0, rows_per_spill_ = 1;
  std::vector<float> memory_;
  std::unique_ptr<ScratchRaster> file_;
};

namespace {

/// Ends of blocks along one side of the grid.
std::vector<int> edges(int first, int block, int size) {
  std::vector<int> at = {0};
  for (int e = first > 0 ? first : block; e < size; e += block) at.push_back(e);
  at.push_back(size);
  return at;
}

/// Rows [from, last) of a block.
struct Visit {
  size_t date;
  int from, last;
};

}  // namespace

std::vector<Window> blocks_from(const Grid& grid, int top_rows, int left_cols, int rows, int cols) {
  std::vector<Window> blocks;
  const auto down = edges(top_rows, rows, grid.rows), across = edges(left_cols, cols, grid.cols);
  for (size_t i = 1; i < down.size(); ++i)
    for (size_t j = 1; j < across.size(); ++j)
      blocks.push_back({down[i - 1], across[j - 1], down[i] - down[i - 1], across[j] - across[j - 1]});
  return blocks;
}

size_t series_budget(size_t memory_bytes, size_t block_pixels, int threads) {
  // The program and its libraries; per thread a compressed and a raw block of four bands and a block on its way out;
  // the results of a block, and of the one before, which is being written.
  const size_t fixed = (size_t{56} << 20) + block_pixels * (static_cast<size_t>(std::max(threads, 1)) * 32 + 300);
  return std::max(size_t{8} << 20, memory_bytes > fixed ? memory_bytes - fixed : 0);
}

void run_block_pass(const BlockPassPlan& plan, const BlockWork& work) {
  FW_EXPECT(plan.dates > 0 && plan.block_rows > 0 && plan.block_cols > 0, "a pass needs dates and blocks");
  FW_EXPECT(plan.top_rows >= 0 && plan.top_rows <= plan.block_rows && plan.left_cols >= 0 &&
                plan.left_cols <= plan.block_cols,
            "the first blocks are parts of one");
  FW_EXPECT(plan.visit_rows.empty() || plan.visit_rows.size() == plan.dates, "rows of each date");
  FW_EXPECT(plan.places.empty() || plan.places.size() == plan.dates, "places of each date");
  const int threads = plan.threads > 0 ? plan.threads : tbb::info::default_concurrency();
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, static_cast<size_t>(threads));
  std::unique_ptr<BlockSeries> store;
  if (plan.keeps_series) store = std::make_unique<BlockSeries>(plan);
  for (const Window& block : blocks_from(plan.grid, plan.top_rows, plan.left_cols, plan.block_rows, plan.block_cols)) {
    std::vector<Visit> visits;
    for (size_t date = 0; date < plan.dates; ++date) {
      const int most = plan.visit_rows.empty() ? 0 : plan.visit_rows[date], step = most > 0 ? most : block.rows;
      for (int from = 0; from < block.rows; from += step)
        visits.push_back({date, from, std::min(from + step, block.rows)});
    }
    tbb::parallel_for(
        size_t{0}, visits.size(),
        [&](size_t k) {
          const auto& [date, from, last] = visits[k];
          const Window window{block.row + from, block.col, last - from, block.cols};
          if (!store) return work.visit_date(date, window, {});
          work.visit_date(date, window, store->begin(block, date, from, last));
          store->put(block, date, from, last);
        },
        tbb::simple_partitioner());
    if (store && work.visit_part)
      tbb::parallel_for(
          size_t{0}, store->parts(block),
          [&](size_t p) {
            const Window window = store->window(block, p);
            const auto first = static_cast<size_t>(window.row - block.row) * static_cast<size_t>(block.cols);
            work.visit_part({window, first, store->part(block, p)});
          },
          tbb::simple_partitioner());
    if (work.finish_block) work.finish_block(block);
  }
}

}  // namespace fw
