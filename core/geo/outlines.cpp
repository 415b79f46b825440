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

class Tracer {
 public:
  Tracer(const std::vector<uint32_t>& label, int rows, int cols) : rows_(rows), cols_(cols), part_(label.size(), 0) {
    std::vector<uint32_t> parent{0};  // of provisional parts: never greater than the part
    const auto root = [&](uint32_t part) {
      while (parent[part] != part) part = parent[part] = parent[parent[part]];
      return part;
    };
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < cols; ++c) {
        const size_t i = index(r, c);
        if (label[i] == 0) continue;
        const uint32_t left = c > 0 && label[i - 1] == label[i] ? root(part_[i - 1]) : 0;
        const size_t above = r > 0 ? index(r - 1, c) : i;
        const uint32_t top = r > 0 && label[above] == label[i] ? root(part_[above]) : 0;
        if (left == 0 && top == 0) {
          part_[i] = static_cast<uint32_t>(parent.size());
          parent.push_back(part_[i]);
        } else if (left == 0 || top == 0) {
          part_[i] = left + top;
        } else {
          part_[i] = std::min(left, top);
          parent[std::max(left, top)] = part_[i];
        }
      }
    // Numbers in the order of first cells; a root is met before what hangs on it.
    std::vector<uint32_t> number(parent.size(), 0);
    for (size_t i = 0; i < label.size(); ++i) {
      if (label[i] == 0) continue;
      uint32_t& n = number[root(part_[i])];
      if (n == 0) {
        label_of_.push_back(label[i]);
        n = static_cast<uint32_t>(label_of_.size());
      }
      part_[i] = n;
    }
    walked_.assign(label.size(), 0);
  }

  /// Rings of each part, its outer one first (its first edge is the top of the part's first cell).
  std::vector<std::vector<Ring>> rings() {
    std::vector<std::vector<Ring>> out(label_of_.size());
    for (int r = 0; r < rows_; ++r)
      for (int c = 0; c < cols_; ++c) {
        const uint32_t part = part_[index(r, c)];
        if (part == 0) continue;
        for (int d = 0; d < 4; ++d)
          if (is_edge(r, c, d) && !(walked_[index(r, c)] >> d & 1)) out[part - 1].push_back(walk(r, c, d));
      }
    return out;
  }
  uint32_t label_of(size_t part) const { return label_of_[part]; }

 private:
  size_t index(int r, int c) const {
    return static_cast<size_t>(r) * static_cast<size_t>(cols_) + static_cast<size_t>(c);
  }
  uint32_t part_at(int r, int c) const { return r < 0 || c < 0 || r >= rows_ || c >= cols_ ? 0 : part_[index(r, c)]; }
  /// Walking in direction d along a cell's edge, the cell is on the right: d east is its top, south its right side …
  bool is_edge(int r, int c, int d) const {
    const auto& out = steps[static_cast<size_t>((d + 3) % 4)];  // the cell beyond lies to the left
    return part_at(r + out[0], c + out[1]) != part_[index(r, c)];
  }

  Ring walk(int r, int c, int d) {
    Ring ring;
    const int r0 = r, c0 = c, d0 = d;
    do {
      walked_[index(r, c)] = static_cast<uint8_t>(walked_[index(r, c)] | 1 << d);
      // Start of the edge: top left, top right, bottom right, bottom left of the cell.
      ring.push_back({r + (d == 2 || d == 3), c + (d == 1 || d == 2)});
      const uint32_t part = part_[index(r, c)];
      const auto &ahead = steps[static_cast<size_t>(d)], &left = steps[static_cast<size_t>((d + 3) % 4)];
      // At a corner where cells of the part meet diagonally the walk crosses over: rings then never touch themselves.
      if (part_at(r + ahead[0] + left[0], c + ahead[1] + left[1]) == part) {
        r += ahead[0] + left[0], c += ahead[1] + left[1];
        d = (d + 3) % 4;
      } else if (part_at(r + ahead[0], c + ahead[1]) == part) {
        r += ahead[0], c += ahead[1];
      } else {
        d = (d + 1) % 4;
      }
    } while (r != r0 || c != c0 || d != d0);
    Ring corners;  // without those in the middle of a straight line
    for (size_t i = 0; i < ring.size(); ++i) {
      const Corner &before = ring[(i + ring.size() - 1) % ring.size()], &here = ring[i],
                   &after = ring[(i + 1) % ring.size()];
      if ((before.row == here.row) != (here.row == after.row)) corners.push_back(here);
    }
    return corners;
  }

  int rows_, cols_;
  std::vector<uint32_t> part_;  ///< 4-connected parts of labels, from 1
  std::vector<uint32_t> label_of_;
  std::vector<uint8_t> walked_;  ///< bit d: the edge of the cell in direction d
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

std::vector<unsigned char> multipolygon(const std::vector<std::vector<Ring>>& polygons, const Grid& grid) {
  std::vector<unsigned char> out;
  put_header(out, 6, polygons.size());
  for (const auto& rings : polygons) {
    put_header(out, 3, rings.size());
    for (const Ring& ring : rings) {
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

std::map<uint32_t, std::vector<unsigned char>> outline(const std::vector<uint32_t>& label, const Grid& grid) {
  FW_EXPECT(label.size() == grid.pixels(), "outline: a label for every cell");
  Tracer tracer(label, grid.rows, grid.cols);
  std::map<uint32_t, std::vector<std::vector<Ring>>> polygons;
  const auto rings = tracer.rings();
  for (size_t part = 0; part < rings.size(); ++part) polygons[tracer.label_of(part)].push_back(rings[part]);
  std::map<uint32_t, std::vector<unsigned char>> out;
  for (const auto& [id, parts] : polygons) out[id] = multipolygon(parts, grid);
  return out;
}

}  // namespace fw
