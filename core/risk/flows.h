// Where do people who leave go? Shares of destinations by the gravity and the radiation model. They distribute a given
// outflow; they say nothing about its size. Publish for admin units of level 2 or coarser, or cells of 5 km or more.
#pragma once
#include <span>
#include <string>
#include <vector>

namespace fw {

struct FlowPlace {
  std::string pcode;
  double lat = 0, lon = 0;  ///< degrees, of where people live
  double people = 0;        ///< > 0
};

/// [from][to], rows add up to 1; the diagonal is 0.
using FlowShares = std::vector<std::vector<double>>;

/// Share of j among those who leave i: proportional to people_j / distance^beta (singly constrained). Places closer
/// than 1 km count as 1 km apart [own]. In: two places or more; beta >= 0. Errors: InputError POPULATION (0, negative
/// or missing people), COORD_RANGE.
FlowShares gravity_shares(const std::vector<FlowPlace>& places, double beta);

/// m_i n_j / ((m_i + s_ij)(m_i + n_j + s_ij)) / (1 - m_i / all), s_ij the people nearer to i than j without i and j
/// (those as far away too, so that order does not matter). Errors: as gravity_shares.
/// Source: Simini et al. 2012, Nature 484:96.
FlowShares radiation_shares(const std::vector<FlowPlace>& places);

/// Arrivals of every place from outflows; NaN outflow (not assessed) makes every arrival a lower bound: `complete` is
/// false then. In: as many outflows (>= 0 or NaN) as rows.
struct Arrivals {
  std::vector<double> people;
  bool complete = true;
};
Arrivals arrivals_of(const FlowShares& shares, std::span<const double> outflow);

/// May results on people who fled be published at this grain? In: admin_level: of the units, 0 country; < 0 for a grid;
/// cell_size_m: of a grid.
bool is_coarse_enough(int admin_level, double cell_size_m);

}  // namespace fw
