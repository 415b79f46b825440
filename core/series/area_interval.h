// How sure the area of a mapped object is: a bootstrap of its border.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
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

/// The border of one object: cells with a neighbour (of four) that is not of it, and the ring of neighbours outside
/// that are of no object. Probabilities are not set.
struct ObjectBorder {
  double inside_ha = 0.0, outside_ha = 0.0;
  std::vector<UncertainCell> inside, outside;
};

/// Borders of all objects. object: [row][col], 0 none; usable: [row][col], null: all; row_area_ha: area of a cell of
/// each row, hectares. The edge of the grid is no border. A cell outside two objects is in the ring of the lower id.
std::map<uint32_t, ObjectBorder> find_borders(const std::vector<uint32_t>& object, int rows, int cols,
                                              const uint8_t* usable, const std::vector<double>& row_area_ha,
                                              int block_cells);

/// draw_areas of an object of `area_ha` with this border.
std::vector<double> draw_object_areas(double area_ha, const ObjectBorder& border, const BorderBootstrap& settings,
                                      uint64_t stream);

/// Area in each draw, hectares; draw d of the same cells, seed and stream is always the same.
/// certain_ha: area of the cells that belong for sure. stream: what must be drawn independently (object and date).
std::vector<double> draw_areas(double certain_ha, const std::vector<UncertainCell>& cells,
                               const BorderBootstrap& settings, uint64_t stream);

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
