// Admin units that the region's grid cuts: their numbers speak of a part.
#pragma once
#include <vector>

#include "core/base/error.h"
#include "core/geo/admin_units.h"
#include "core/series/indicator_table.h"

namespace fw {

/// Notes (UNIT_CUT) every unit that the grid's border cuts so that less than 95 % of its area lies within.
void note_cut_units(const Grid& grid, const std::vector<AdminUnits>& levels, const IndicatorTable& table,
                    RunReport& report);

}  // namespace fw
