// Every block once, every date once, and the same series whatever the memory and the threads.
#include "core/series/block_pass.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>

#include "../support.h"

namespace fw {
namespace {

float value_at(size_t date, int row, int col) {
  return static_cast<float>(date) * 1e4F + static_cast<float>(row) * 100 + static_cast<float>(col);
}

/// One, two, three, ... rows at a time: parts of the series begin within them.
template <class Value>
void put_rows(const Window& w, const DateSeries& series, const Value& value) {
  for (int r = 0, count = 1; r < w.rows; r += count, ++count) {
    count = std::min(count, w.rows - r);
    std::vector<float> values;
    for (int k = r; k < r + count; ++k)
      for (int c = 0; c < w.cols; ++c) values.push_back(value(w.row + k, w.col + c));
    series.put(r, count, values.data());
  }
}

struct Seen {
  std::vector<float> sum;  ///< by pixel, over dates, each weighted by its number
  int visits = 0, blocks = 0;
};

Seen run(size_t series_bytes, int threads, int block_rows, int block_cols, const std::filesystem::path& scratch,
         int top_rows = 0, int left_cols = 0) {
  BlockPassPlan plan;
  plan.grid.rows = 70;
  plan.grid.cols = 90;
  plan.block_rows = block_rows;
  plan.block_cols = block_cols;
  plan.top_rows = top_rows;
  plan.left_cols = left_cols;
  plan.dates = 7;
  plan.keeps_series = true;
  plan.part_pixels = 300;
  plan.series_bytes = series_bytes;
  plan.threads = threads;
  plan.scratch_dir = scratch;
  Seen seen;
  seen.sum.assign(plan.grid.pixels(), 0);
  std::mutex mutex;
  std::set<std::tuple<size_t, int, int>> once;
  BlockWork work;
  work.visit_date = [&](size_t date, const Window& w, const std::vector<DateSeries>& series) {
    {
      const std::lock_guard lock(mutex);
      EXPECT_TRUE(once.insert({date, w.row, w.col}).second);
      ++seen.visits;
    }
    put_rows(w, series.front(), [&](int row, int col) { return value_at(date, row, col); });
  };
  work.visit_part = [&](const SeriesPart& part) {
    const size_t n = part.window.pixels();
    for (size_t i = 0; i < n; ++i) {
      float sum = 0;
      for (size_t t = 0; t < 7; ++t) sum += part.series[t * n + i] * static_cast<float>(t + 1);
      const auto cols = static_cast<size_t>(part.window.cols);
      seen.sum[(static_cast<size_t>(part.window.row) + i / cols) * 90 + static_cast<size_t>(part.window.col) +
               i % cols] += sum;
    }
  };
  work.finish_block = [&](const Window&) { ++seen.blocks; };
  run_block_pass(plan, work);
  return seen;
}

TEST(BlockPass, VisitsEveryDateOfEveryBlockOnceAndGivesWholeSeries) {
  const test::TempDir dir;
  const Seen seen = run(1 << 20, 2, 32, 48, dir.path());
  EXPECT_EQ(seen.blocks, 3 * 2);
  EXPECT_EQ(seen.visits, 3 * 2 * 7);
  for (int r = 0; r < 70; ++r)
    for (int c = 0; c < 90; ++c) {
      float wanted = 0;
      for (size_t t = 0; t < 7; ++t) wanted += value_at(t, r, c) * static_cast<float>(t + 1);
      ASSERT_EQ(seen.sum[static_cast<size_t>(r) * 90 + static_cast<size_t>(c)], wanted) << r << " " << c;
    }
}

TEST(BlockPass, GivesTheSameWithOneByteOfMemoryForSeriesAndAnyThreadsAndBlocks) {
  const test::TempDir dir;
  const auto wanted = run(1 << 20, 2, 32, 48, dir.path()).sum;
  EXPECT_EQ(run(1, 2, 70, 90, dir.path()).sum, wanted);
  EXPECT_EQ(run(1, 1, 32, 90, dir.path()).sum, wanted);
  EXPECT_EQ(run(1 << 20, 4, 512, 512, dir.path()).sum, wanted);
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

TEST(BlockPass, BeginsWithinABlockWhereTheGridDoes) {
  const test::TempDir dir;
  const auto wanted = run(1 << 20, 2, 32, 48, dir.path()).sum;
  for (const size_t bytes : {size_t{1}, size_t{1} << 20}) {
    const Seen seen = run(bytes, 2, 32, 48, dir.path(), 10, 30);
    EXPECT_EQ(seen.sum, wanted);
    EXPECT_EQ(seen.blocks, 3 * 3) << "rows 0, 10, 42 and columns 0, 30, 78";
    EXPECT_EQ(run(bytes, 2, 32, 48, dir.path(), 32, 48).blocks, 3 * 2) << "a whole block is no part";
  }
}

TEST(BlockPass, WhatTheWorkThrowsEndsThePass) {
  BlockPassPlan plan;
  plan.grid.rows = plan.grid.cols = 8;
  plan.dates = 3;
  BlockWork work;
  work.visit_date = [](size_t date, const Window&, const std::vector<DateSeries>& series) {
    EXPECT_TRUE(series.empty());
    if (date == 1) throw std::runtime_error("no");
  };
  EXPECT_THROW(run_block_pass(plan, work), std::runtime_error);
}

/// Three dates of two places each, the second date in pieces of a few rows.
std::vector<float> in_pieces(size_t series_bytes, int threads, const std::filesystem::path& scratch) {
  BlockPassPlan plan;
  plan.grid.rows = 50;
  plan.grid.cols = 30;
  plan.block_rows = 32;
  plan.block_cols = 30;
  plan.dates = 3;
  plan.keeps_series = true;
  plan.places = {{0, 3}, {1, 4}, {2, 5}};
  plan.visit_rows = {0, 5, 0};
  plan.part_pixels = 90;
  plan.series_bytes = series_bytes;
  plan.threads = threads;
  plan.scratch_dir = scratch;
  std::atomic<int> visits = 0;
  std::vector<float> sum(plan.grid.pixels());
  BlockWork work;
  work.visit_date = [&](size_t date, const Window& w, const std::vector<DateSeries>& series) {
    ++visits;
    ASSERT_EQ(series.size(), 2U);
    if (date == 1) {
      EXPECT_LE(w.rows, 5);
    }
    for (size_t k = 0; k < 2; ++k)
      put_rows(w, series[k], [&](int row, int col) { return value_at(date + 3 * k, row, col); });
  };
  work.visit_part = [&](const SeriesPart& part) {
    const size_t n = part.window.pixels();
    for (size_t i = 0; i < n; ++i) {
      float all = 0;
      for (size_t place = 0; place < 6; ++place) all += part.series[place * n + i] * static_cast<float>(place + 1);
      sum[static_cast<size_t>(part.window.row) * 30 + i] = all;
    }
  };
  run_block_pass(plan, work);
  EXPECT_EQ(visits, (1 + 7 + 1) + (1 + 4 + 1));
  return sum;
}

TEST(BlockPass, PlacesOfADateAndPiecesOfABlockMeetInTheSeries) {
  const test::TempDir dir;
  std::vector<float> wanted;
  for (int i = 0; i < 50 * 30; ++i) {
    float all = 0;
    for (size_t place = 0; place < 6; ++place) all += value_at(place, i / 30, i % 30) * static_cast<float>(place + 1);
    wanted.push_back(all);
  }
  EXPECT_EQ(in_pieces(1 << 20, 2, dir.path()), wanted);
  EXPECT_EQ(in_pieces(1, 4, dir.path()), wanted) << "all but one part in the file";
  EXPECT_EQ(in_pieces(20000, 1, dir.path()), wanted) << "some parts in the file";
}

TEST(BlockPass, ASeriesLargerThanTheCachesIsWholeWhereverItsRowsBegin) {
  const test::TempDir dir;
  BlockPassPlan plan;
  plan.grid.rows = plan.block_rows = 1003;
  plan.grid.cols = plan.block_cols = 1001;  // rows that begin at every fourth float
  plan.dates = 10;                          // 40 MB
  plan.keeps_series = true;
  plan.threads = 2;
  plan.scratch_dir = dir.path();
  BlockWork work;
  work.visit_date = [&](size_t date, const Window& w, const std::vector<DateSeries>& series) {
    put_rows(w, series.front(), [&](int row, int col) { return value_at(date, row, col); });
  };
  std::atomic<size_t> pixels = 0, wrong = 0;
  work.visit_part = [&](const SeriesPart& part) {
    const size_t n = part.window.pixels(), cols = static_cast<size_t>(part.window.cols);
    for (size_t i = 0; i < n * plan.dates; ++i)
      wrong += part.series[i] != value_at(i / n, part.window.row + static_cast<int>(i % n / cols),
                                          part.window.col + static_cast<int>(i % n % cols));
    pixels += n;
  };
  run_block_pass(plan, work);
  EXPECT_EQ(pixels, plan.grid.pixels());
  EXPECT_EQ(wrong, 0U);
}

}  // namespace
}  // namespace fw
