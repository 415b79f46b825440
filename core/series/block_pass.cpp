#include "core/series/block_pass.h"

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "core/base/error.h"
#include "core/series/clean_up.h"

namespace fw {
namespace {

/// The series of one block, in parts of whole rows.
class SeriesStore {
 public:
  SeriesStore(const BlockPassPlan& plan)
      : dates_(plan.dates),
        cols_(static_cast<size_t>(plan.block_cols)),
        rows_per_part_(std::max<size_t>(1, plan.part_pixels / cols_)) {
    const size_t part = dates_ * rows_per_part_ * cols_;
    const size_t parts = (static_cast<size_t>(plan.block_rows) + rows_per_part_ - 1) / rows_per_part_;
    in_memory_ = std::clamp<size_t>(plan.series_bytes / (4 * std::max<size_t>(part, 1)), 1, parts);
    memory_.resize(in_memory_ * part);
    if (in_memory_ == parts) return;
    const auto folder = plan.scratch_dir.empty() ? std::filesystem::temp_directory_path() : plan.scratch_dir;
    spill_ = std::make_unique<ScratchRaster>(folder, static_cast<int>((parts - in_memory_) * dates_),
                                             static_cast<int>(rows_per_part_ * cols_));
  }
  size_t parts(const Window& block) const {
    return (static_cast<size_t>(block.rows) + rows_per_part_ - 1) / rows_per_part_;
  }
  Window window(const Window& block, size_t part) const {
    const int first = static_cast<int>(part * rows_per_part_);
    return {block.row + first, block.col, std::min(static_cast<int>(rows_per_part_), block.rows - first), block.cols};
  }
  void put(const Window& block, size_t date, const float* values) {
    for (size_t p = 0; p < parts(block); ++p) {
      const size_t n = window(block, p).pixels();
      if (p < in_memory_)
        std::memcpy(memory_.data() + p * room() + date * n, values, n * 4);
      else
        spill_->write({spill_row(p, date), 0, 1, static_cast<int>(n)}, values);
      values += n;
    }
  }
  const float* part(const Window& block, size_t p) const {
    if (p < in_memory_) return memory_.data() + p * room();
    thread_local std::vector<float> back;
    const size_t n = dates_ * window(block, p).pixels();
    back.resize(n);
    spill_->read({spill_row(p, 0), 0, static_cast<int>(dates_), static_cast<int>(n / dates_)}, back.data());
    return back.data();
  }

 private:
  int spill_row(size_t p, size_t date) const { return static_cast<int>((p - in_memory_) * dates_ + date); }
  size_t room() const { return dates_ * rows_per_part_ * cols_; }
  size_t dates_, cols_, rows_per_part_, in_memory_ = 0;
  std::vector<float> memory_;
  std::unique_ptr<ScratchRaster> spill_;
};

}  // namespace

size_t series_budget(size_t memory_bytes, size_t block_pixels, int threads) {
  // The program and its libraries; per thread a compressed and a raw block of four bands, its bands as floats and a
  // block on its way out; the results of a block.
  const size_t fixed = (size_t{56} << 20) + block_pixels * (static_cast<size_t>(std::max(threads, 1)) * 40 + 200);
  return std::max(size_t{8} << 20, memory_bytes > fixed ? memory_bytes - fixed : 0);
}

void run_block_pass(const BlockPassPlan& plan, const BlockWork& work) {
  FW_EXPECT(plan.dates > 0 && plan.block_rows > 0 && plan.block_cols > 0, "a pass needs dates and blocks");
  const int threads = plan.threads > 0 ? plan.threads : tbb::info::default_concurrency();
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, static_cast<size_t>(threads));
  std::unique_ptr<SeriesStore> store;
  if (plan.keeps_series) store = std::make_unique<SeriesStore>(plan);
  for (int row = 0; row < plan.grid.rows; row += plan.block_rows)
    for (int col = 0; col < plan.grid.cols; col += plan.block_cols) {
      const Window block{row, col, std::min(plan.block_rows, plan.grid.rows - row),
                         std::min(plan.block_cols, plan.grid.cols - col)};
      tbb::parallel_for(
          size_t{0}, plan.dates,
          [&](size_t date) {
            if (!store) return work.visit_date(date, block, nullptr);
            thread_local std::vector<float> values;
            values.resize(block.pixels());
            work.visit_date(date, block, values.data());
            store->put(block, date, values.data());
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
