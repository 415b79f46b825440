// What the standard jobs make of series: computed by parts of a block, then compressed and written block by block.
#pragma once
#include <memory>
#include <vector>

#include "core/series/block_pass.h"
#include "jobs/bench/standard_jobs.h"
#include "kernels/backend.h"

namespace fw {

/// Puts value * scale, rounded, into every `channels`-th place of a block of `side` columns.
void place_int16(const float* values, const Window& window, float scale, size_t side, size_t channels, int16_t* block);

class StandardResults {
 public:
  StandardResults(const StandardJob& job, size_t dates, BlockRasterSpec spec, Publication& publication);
  ~StandardResults();
  /// Fills the part's pixels of the block under way. Several threads, each part once.
  void compute(Backend& backend, const SeriesPart& part, int side);
  /// Begins to compress the bands of the block and to write them in order, while the next block is computed.
  void finish_block(int block_row, int block_col);
  void close();
  double encode_seconds() const;  ///< thread-seconds

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fw
