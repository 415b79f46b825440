// How sure the area of a mapped object is: a bootstrap of its border.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace fw {

/// Cells on the border of a mapped object are partly covered, and a scene lies up to half a cell off. A cell inside the
/// border belongs with probability inside_certainty; the ring of cells outside makes up for the rest, so that the
/// expected area is the mapped one. Neighbouring cells err together: one draw per block of block_cells x block_cells.
/// The interval says nothing of what the classifier took for something else.
struct BorderBootstrap {
  double inside_certainty = 0.75;  ///< 0.5 .. 1
  int block_cells = 4;             ///< >= 1
  int draws = 1000;                ///< 100 .. 100000
  double level = 0.95;             ///< 0 < level < 1
  uint64_t seed = 1;
};

struct Interval {
  double low = 0.0, high = 0.0;
};

/// A cell that may belong to an object.
struct UncertainCell {
  double area_ha, probability;
  uint64_t block;  ///< cells of one block are drawn together
};

/// Three rows of a map of objects, 0 none; above and below are null at its edge, which is no border.
struct BorderRows {
  const uint32_t *above, *here, *below;
  int cols;
};
/// Borders of objects in one row: take(column, object, inside) of its cells, from left to right. inside: a cell of the
/// object with a neighbour (of four) that is not of it; else one of the ring of neighbours outside that are of no
/// object. A cell outside two objects is in the ring of the lower id.
void find_borders(const BorderRows& rows, const std::function<void(int, uint32_t, bool)>& take);

/// Area of what a border is made of.
struct BorderArea {
  double inside_ha = 0.0, outside_ha = 0.0;
};
/// Probability that a cell of the border belongs to the object.
double border_probability(const BorderArea& border, bool inside, const BorderBootstrap& settings);

/// Areas of one object in each draw, hectares. Draw d of the same cells, seed and stream is always the same.
class AreaDraws {
 public:
  /// certain_ha: area of the cells that belong for sure. stream: what must be drawn independently (object and date).
  AreaDraws(double certain_ha, const BorderBootstrap& settings, uint64_t stream);
  /// All cells of some blocks, later blocks from call to call; `cells` is empty after it.
  void add(std::vector<UncertainCell>& cells);
  std::vector<double> take() { return std::move(areas_); }

 private:
  uint64_t seed_, stream_;
  std::vector<double> areas_;
};

/// The middle `level` of the draws (linear between order statistics). draws is not empty.
Interval middle_of(std::vector<double> draws, double level);

/// 100 (after - before) / before; none where before is not above 0.
std::optional<double> growth_percent(double before, double after);

/// Throws std::logic_error where a setting is out of range.
void check(const BorderBootstrap& settings);

/// Number in [0, 1) of a seed and three counters: no state, so no order of threads matters.
/// Source: Steele, Lea & Flood 2014, SplittableRandom (the mixing function of SplitMix64).
double uniform_at(uint64_t seed, uint64_t a, uint64_t b, uint64_t c);

}  // namespace fw
