#include "core/series/objects.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"

namespace fw {
namespace {

/// Cells within the disc of a cell with `value`.
Mask spread(const Mask& mask, int radius, bool value) {
  Mask out(mask.rows, mask.cols);
  std::vector<uint8_t> wide(static_cast<size_t>(mask.cols));
  for (int dr = -radius; dr <= radius; ++dr) {
    const int reach = static_cast<int>(std::sqrt(static_cast<double>(radius * radius - dr * dr)));
    for (int r = std::max(0, -dr); r < std::min(mask.rows, mask.rows - dr); ++r) {
      // One row of `mask` spread sideways, into the row dr above it.
      const uint8_t* from = &mask.cell[mask.at(r + dr, 0)];
      int nearest = -mask.cols - reach;
      for (int c = 0; c < mask.cols; ++c) {
        if ((from[c] != 0) == value) nearest = c;
        wide[static_cast<size_t>(c)] = c - nearest <= reach;
      }
      nearest = 2 * mask.cols + reach;
      uint8_t* to = &out.cell[out.at(r, 0)];
      for (int c = mask.cols - 1; c >= 0; --c) {
        if ((from[c] != 0) == value) nearest = c;
        if (wide[static_cast<size_t>(c)] || nearest - c <= reach) to[c] = 1;
      }
    }
  }
  return out;
}

}  // namespace

uint32_t ObjectFinder::root(uint32_t label) {
  while (parent_[label] != label) label = parent_[label] = parent_[parent_[label]];
  return label;
}

void ObjectFinder::find_runs(const uint8_t* row, bool unite) {
  runs_.clear();
  size_t over = 0;  // first run above that may touch
  for (int c = 0; c < cols_;) {
    if (!row[c]) {
      const auto* more = row + c;
      while (c + 8 <= cols_ && std::all_of(more, more + 8, [](uint8_t cell) { return cell == 0; })) c += 8, more += 8;
      while (c < cols_ && !row[c]) ++c;
      continue;
    }
    Run run{c, c + 1, 0};
    while (run.end < cols_ && row[run.end]) ++run.end;
    while (over < above_.size() && above_[over].end < run.begin) ++over;
    size_t touching = over;
    for (; touching < above_.size() && above_[touching].begin <= run.end; ++touching) {
      const uint32_t label = above_[touching].object;
      if (run.object == 0)
        run.object = label;
      else if (unite) {
        // The smaller one becomes the root: labels stay in the order of first cells.
        const uint32_t a = root(run.object), b = root(label);
        parent_[std::max(a, b)] = std::min(a, b);
      }
    }
    if (touching > over) over = touching - 1;  // the last one may reach the next run
    if (run.object == 0) {
      run.object = ++labels_;
      if (unite) parent_.push_back(run.object);
    }
    runs_.push_back(run);
    c = run.end;
  }
  above_.swap(runs_);
}

void ObjectFinder::add(const uint8_t* row) {
  if (parent_.empty()) parent_.push_back(0);
  find_runs(row, true);
}

void ObjectFinder::finish() {
  for (size_t label = 1; label < parent_.size(); ++label) {
    const uint32_t up = parent_[label];  // smaller, and so an object by now
    parent_[label] = up == label ? ++count_ : parent_[up];
  }
  restart();
}

void ObjectFinder::restart() {
  labels_ = 0;
  above_.clear();
}

const std::vector<ObjectFinder::Run>& ObjectFinder::next(const uint8_t* row) {
  find_runs(row, false);
  named_ = above_;
  for (Run& run : named_) run.object = parent_[run.object];
  return named_;
}

Mask close_gaps(const Mask& mask, int radius) {
  FW_EXPECT(radius >= 0, "radius is not negative");
  if (radius == 0 || mask.size() == 0) return mask;
  // Room for the grown mask around, so that the edge is no wall.
  Mask wide(mask.rows + 2 * radius, mask.cols + 2 * radius);
  for (int r = 0; r < mask.rows; ++r)
    for (int c = 0; c < mask.cols; ++c) wide.cell[wide.at(r + radius, c + radius)] = mask.cell[mask.at(r, c)] != 0;
  const Mask eaten = spread(spread(wide, radius, true), radius, false);
  Mask out(mask.rows, mask.cols);
  for (int r = 0; r < mask.rows; ++r)
    for (int c = 0; c < mask.cols; ++c) out.cell[out.at(r, c)] = eaten.cell[eaten.at(r + radius, c + radius)] == 0;
  return out;
}

Plane<uint8_t> clean_objects(const MaskRows& mask, int cols, int radius, const std::vector<double>& row_area_ha,
                             double min_ha, const PlaneStore& store) {
  const int rows = static_cast<int>(row_area_ha.size()), halo = 2 * radius;
  const auto row_of = [cols](auto& cells, int r) { return cells.data() + static_cast<std::ptrdiff_t>(r) * cols; };
  Plane<uint8_t> closed(store, rows, cols), out(store, rows, cols);
  ObjectFinder objects(cols);
  each_strip(
      store, rows, cols,
      [&](int row, int n) {
        const int top = std::max(0, row - halo), bottom = std::min(rows, row + n + halo);
        Mask strip(bottom - top, cols);
        mask(top, strip.rows, strip.cell.data());
        strip = close_gaps(strip, radius);
        closed.put({row, 0, n, cols}, row_of(strip.cell, row - top));
        for (int r = 0; r < n; ++r) objects.add(row_of(strip.cell, row - top + r));
      },
      2 * halo);
  objects.finish();
  std::vector<double> area(size_t{objects.count()} + 1, 0.0);
  each_strip(store, rows, cols, [&](int row, int n) {
    const std::vector<uint8_t> cells = closed.get(row, n);
    for (int r = 0; r < n; ++r)
      for (const auto& run : objects.next(row_of(cells, r)))
        for (int c = run.begin; c < run.end; ++c) area[run.object] += row_area_ha[static_cast<size_t>(row + r)];
  });
  objects.restart();
  each_strip(store, rows, cols, [&](int row, int n) {
    std::vector<uint8_t> cells = closed.get(row, n);
    for (int r = 0; r < n; ++r)
      for (const auto& run : objects.next(row_of(cells, r)))
        if (area[run.object] < min_ha * (1.0 - 1e-9))
          std::fill(row_of(cells, r) + run.begin, row_of(cells, r) + run.end, uint8_t{0});
    out.put(row, cells);
  });
  return out;
}

}  // namespace fw
