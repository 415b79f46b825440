#include "core/geo/outlines.h"

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
    std::vector<size_t> open;
    for (size_t i = 0; i < label.size(); ++i) {
      if (label[i] == 0 || part_[i] != 0) continue;
      label_of_.push_back(label[i]);
      const auto part = static_cast<uint32_t>(label_of_.size());
      part_[i] = part;
      open.push_back(i);
      while (!open.empty()) {
        const size_t at = open.back();
        open.pop_back();
        const int r = static_cast<int>(at / static_cast<size_t>(cols)),
                  c = static_cast<int>(at % static_cast<size_t>(cols));
        for (const auto& s : steps) {
          const int row = r + s[0], col = c + s[1];
          if (row < 0 || col < 0 || row >= rows || col >= cols) continue;
          const size_t next = index(row, col);
          if (label[next] != label[i] || part_[next] != 0) continue;
          part_[next] = part;
          open.push_back(next);
        }
      }
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
