// Means of admin units in the years of the reference: what a unit's z, percent and VCI rest on, and how far they would
// move with other years.
#pragma once
#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "core/base/date.h"

namespace fw {

struct SeriesPlan;

/// One unit, indicator and place in the year (0-based dekad or month).
struct UnitReferenceRow {
  std::string pcode, indicator;
  int level = 0, place = 0;
  std::string statistic;     ///< z, vci, tci, percent_of_median, difference, spi or detrended_z
  std::vector<float> value;  ///< mean of the unit's series by year; NaN: no value, or not in the reference
};

struct UnitReference {
  Cadence cadence = Cadence::dekad;
  int first_year = 0, years = 0;
  std::vector<UnitReferenceRow> rows;  ///< by p-code, indicator, place
  /// nullptr when there is no such row.
  const UnitReferenceRow* find(const std::string& pcode, const std::string& indicator, int place) const {
    const auto key = std::tie(pcode, indicator, place);
    const auto at = std::lower_bound(rows.begin(), rows.end(), key, [](const UnitReferenceRow& r, const auto& k) {
      return std::tie(r.pcode, r.indicator, r.place) < k;
    });
    return at != rows.end() && std::tie(at->pcode, at->indicator, at->place) == key ? &*at : nullptr;
  }
};

/// Rows of the places in the year that periods `from` to `to` have.
UnitReference reference_of(const UnitReference& all, Period from, Period to);
/// CSV: pcode, level, indicator, statistic, place (1 to 12 or 36), then a column per year (y2001). Empty: no value.
std::string unit_reference_csv(const UnitReference& reference);
/// Errors: InputError TABLE_INVALID.
UnitReference load_unit_reference(const std::string& file, Cadence cadence);

}  // namespace fw
