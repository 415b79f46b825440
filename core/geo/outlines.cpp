#include "core/geo/outlines.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/base/error.h"

namespace fw {
namespace {

struct Corner {
  int row, col;
  bool operator==(const Corner&) const = default;
};
using Ring = std::vector<Corner>;

/// Directions of walking: east, south, west, north; the inside lies on the right.
constexpr std::array<std::array<int, 2>, 4> steps{{{0, 1}, {1, 0}, {0, -1}, {-1, 0}}};

/// The edge of a cell: walking along it in a direction, the cell is on the right: east is its top, south its right …
struct Edge {
  int row, col, direction;
  auto operator<=>(const Edge&) const = default;
};
/// A walk around a part, from its first edge in order of cells.
struct Walk {
  Edge first;
  Ring corners;
};

template <class T>
void put(std::vector<unsigned char>& out, const T& value) {
  const auto at = out.size();
  out.resize(at + sizeof(T));
  std::memcpy(out.data() + at, &value, sizeof(T));
}
void put_header(std::vector<unsigned char>& out, uint32_t type, size_t count) {
  out.push_back(1);  // little endian
  put(out, type);
  put(out, static_cast<uint32_t>(count));
}

std::vector<unsigned char> multipolygon(const std::vector<std::vector<Walk>>& polygons, const Grid& grid) {
  std::vector<unsigned char> out;
  put_header(out, 6, polygons.size());
  for (const auto& rings : polygons) {
    put_header(out, 3, rings.size());
    for (const auto& [first, ring] : rings) {
      put(out, static_cast<uint32_t>(ring.size() + 1));
      for (size_t i = 0; i <= ring.size(); ++i) {
        const Corner& corner = ring[i % ring.size()];
        double lon = 0, lat = 0;
        pixel_lonlat(grid, corner.row - 0.5, corner.col - 0.5, &lon, &lat);
        put(out, lon);
        put(out, lat);
      }
    }
  }
  return out;
}

}  // namespace

/// Walks along the edges of the parts of runs.
class OutlineTracer {
 public:
  explicit OutlineTracer(const Outlines& o) : runs_(o.runs_), first_(o.first_), walked_(o.runs_.size()) {}

  /// Walks around each part, its outer one first (its first edge is the top of the part's first cell).
  std::vector<std::vector<Walk>> walks(size_t parts) {
    std::vector<std::vector<Walk>> out(parts);
    for (int r = 0; r + 1 < static_cast<int>(first_.size()); ++r)
      for (size_t run = begin_of(r); run < begin_of(r + 1); ++run)
        if (!walked_[run]) out[runs_[run].part - 1].push_back(walk(r, run));
    for (auto& of_part : out)
      std::sort(of_part.begin(), of_part.end(), [](const Walk& a, const Walk& b) { return a.first < b.first; });
    return out;
  }

 private:
  size_t begin_of(int row) const { return first_[static_cast<size_t>(row)]; }
  /// The run of a cell; none: the number of runs.
  size_t run_at(int r, int c) const {
    if (r < 0 || r + 1 >= static_cast<int>(first_.size())) return runs_.size();
    const auto from = runs_.begin() + static_cast<std::ptrdiff_t>(begin_of(r)),
               last = runs_.begin() + static_cast<std::ptrdiff_t>(begin_of(r + 1));
    const auto after = std::upper_bound(from, last, c, [](int col, const auto& run) { return col < run.begin; });
    if (after == from || (after - 1)->end <= c) return runs_.size();
    return static_cast<size_t>(after - 1 - runs_.begin());
  }
  uint32_t part_at(int r, int c) const {
    const size_t run = run_at(r, c);
    return run < runs_.size() ? runs_[run].part : 0;
  }

  /// From the right side of a run: every walk passes one.
  Walk walk(int row, size_t run) {
    const uint32_t part = runs_[run].part;
    const Edge start{row, runs_[run].end - 1, 1};
    Edge at = start;
    Walk out{start, {}};
    size_t first_corner = 0;
    int before = -1;
    do {
      if (at.direction == 1) walked_[run_at(at.row, at.col)] = true;
      // Start of the edge: top left, top right, bottom right, bottom left of the cell.
      const Corner here{at.row + (at.direction == 2 || at.direction == 3),
                        at.col + (at.direction == 1 || at.direction == 2)};
      if (at < out.first) out.first = at, first_corner = out.corners.size();
      if (at.direction != before && before >= 0) out.corners.push_back(here);
      before = at.direction;
      const auto &ahead = steps[static_cast<size_t>(at.direction)],
                 &left = steps[static_cast<size_t>((at.direction + 3) % 4)];
      // At a corner where cells of the part meet diagonally the walk crosses over: rings then never touch themselves.
      if (part_at(at.row + ahead[0] + left[0], at.col + ahead[1] + left[1]) == part) {
        at = {at.row + ahead[0] + left[0], at.col + ahead[1] + left[1], (at.direction + 3) % 4};
      } else if (part_at(at.row + ahead[0], at.col + ahead[1]) == part) {
        at.row += ahead[0], at.col += ahead[1];
      } else {
        at.direction = (at.direction + 1) % 4;
      }
    } while (at != start);
    if (before != start.direction) out.corners.push_back({start.row, start.col + 1});
    std::rotate(out.corners.begin(), out.corners.begin() + static_cast<std::ptrdiff_t>(first_corner),
                out.corners.end());
    return out;
  }

  const std::vector<Outlines::Run>& runs_;
  const std::vector<size_t>& first_;
  std::vector<bool> walked_;  ///< by run: its right side
};

uint32_t Outlines::root(uint32_t part) {
  while (parent_[part] != part) part = parent_[part] = parent_[parent_[part]];
  return part;
}

void Outlines::add(const uint32_t* row) {
  const size_t begin = runs_.size();
  size_t above = first_.size() > 1 ? first_[first_.size() - 2] : begin;
  for (int c = 0; c < grid_.cols;) {
    Run run{c, c + 1, row[c], 0};
    while (run.end < grid_.cols && row[run.end] == run.label) ++run.end;
    c = run.end;
    if (run.label == 0) continue;
    while (above < begin && runs_[above].end <= run.begin) ++above;
    for (size_t k = above; k < begin && runs_[k].begin < run.end; ++k) {
      if (runs_[k].label != run.label) continue;
      const uint32_t part = root(runs_[k].part);
      if (run.part == 0) {
        run.part = part;
      } else {
        const uint32_t other = root(run.part);
        parent_[std::max(part, other)] = run.part = std::min(part, other);
      }
    }
    if (run.part == 0) {
      run.part = static_cast<uint32_t>(parent_.size());
      parent_.push_back(run.part);
    }
    runs_.push_back(run);
  }
  first_.push_back(runs_.size());
}

std::map<uint32_t, std::vector<unsigned char>> Outlines::finish() {
  FW_EXPECT(first_.size() == static_cast<size_t>(grid_.rows) + 1, "Outlines: every row of the grid");
  // Numbers in the order of first cells; a root is met before what hangs on it.
  std::vector<uint32_t> number(parent_.size(), 0), label_of;
  for (Run& run : runs_) {
    uint32_t& n = number[root(run.part)];
    if (n == 0) {
      label_of.push_back(run.label);
      n = static_cast<uint32_t>(label_of.size());
    }
    run.part = n;
  }
  std::map<uint32_t, std::vector<std::vector<Walk>>> polygons;
  auto walks = OutlineTracer(*this).walks(label_of.size());
  for (size_t part = 0; part < walks.size(); ++part) polygons[label_of[part]].push_back(std::move(walks[part]));
  std::map<uint32_t, std::vector<unsigned char>> out;
  for (auto& [id, parts] : polygons) {
    out[id] = multipolygon(parts, grid_);
    parts = {};
  }
  return out;
}

}  // namespace fw
