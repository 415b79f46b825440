// Drought classes of the U.S. Drought Monitor, and blends of ranks: weights act on ranks within the record, and the sum
// is ranked again. This is also how a reader's own weights are applied.
#pragma once
#include <string>
#include <vector>

namespace fw {

/// Rank of a value in its own record as a share 0..1: (i - 1/3) / (n + 1/3), ties the mean of their ranks. `record`
/// holds the value itself, as one of its years; NaN years are left out. NaN for a NaN value or a record without values.
/// Source: Hyndman & Fan 1996, Am. Stat. 50:361, definition 8.
double rank_in_record(double value, const std::vector<double>& record);

enum class DroughtMonitorClass : int { none = -1, d0 = 0, d1 = 1, d2 = 2, d3 = 3, d4 = 4, not_assessed = 255 };
/// D0 percentiles 21-30, D1 11-20, D2 6-10, D3 3-5, D4 0-2. In: rank 0..1; a class holds its upper bound (0.30 is D0).
DroughtMonitorClass classify_rank(double rank);
/// D0 from -0.5 down, D1 -0.8, D2 -1.3, D3 -1.6, D4 -2. In: SPI or SPEI; a class holds its upper bound.
DroughtMonitorClass classify_spi(double spi);

/// An indicator with its record; low is dry in all of them (turn the sign of one where high is dry).
struct BlendComponent {
  std::string indicator;
  double weight = 0;           ///< >= 0, any sum
  std::vector<double> record;  ///< one value per year; all components have the same years; NaN where missing
};
struct Blend {
  double rank = 0;                   ///< 0..1 of the year asked; NaN: not assessed
  double share = 0;                  ///< of the weight present in that year
  std::vector<std::string> missing;  ///< indicators without a value in that year
};
/// Rank of the year `at` of the weighted sum of ranks. A year takes part with the components that the year asked has,
/// and only if it has them all: ranks of different components are not comparable. In: at: index into the records;
/// min_share 0..1: below this share of the weight the blend is not assessed. Errors: InputError WEIGHTS where a weight
/// is negative, not finite or all are 0; BLEND_RECORD where records differ in length. Source: NDMC drought blends.
Blend blend_ranks(const std::vector<BlendComponent>& components, size_t at, double min_share = 0.5);

struct NamedBlend {
  const char* name;
  std::vector<std::pair<const char*, double>> weights;  ///< indicator, percent
};
/// NDMC's short-term, long-term and flash-drought blends.
const std::vector<NamedBlend>& ndmc_blends();

}  // namespace fw
