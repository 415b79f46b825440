// Where people who leave a unit would go, as a table: shares by two models side by side (flows.h), for admin level 2 or
// coarser. Shares of a given outflow: nothing here says that anybody leaves, or how many.
#pragma once
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/evidence/report.h"

namespace fw {

/// Pairs to which neither model gives this share are left out of the table.
inline constexpr double least_share = 0.01;

/// displacement_flows.csv: level, from_pcode, to_pcode, distance_km, gravity_share, radiation_share (0..1, among the
/// units of one level of the run), wording. In: units with middle and people; beta of gravity_shares, >= 0. A level
/// with a unit of unknown population is left out and noted (POPULATION_UNKNOWN), so is a finer level than 2
/// (FLOW_LEVEL); units of radius 0, which have no middle, take no part, nor do those of 0 people (POPULATION, noted).
/// Out: empty where no level has two units.
std::string destinations_csv(std::vector<EvidenceUnit> units, double beta, RunReport& report);

}  // namespace fw
