// How far silence speaks: the probability that an event in a unit would have been reported at all.
#pragma once
#include <string>
#include <vector>

#include "core/evidence/cross_check.h"
#include "core/evidence/report.h"

namespace fw {

/// Coverage of every unit in every period of the request, by p-code and period.
/// Over the year before the period, N is the sum of the weights of the unit's reports of any kind and T the periods of
/// a year (36 or 12): rate l = N / (T + 1). Expected of its P people at the rate of the region (all units with people
/// and reports together): E = P sum(N) / sum(P); per_expected = N / E. Then
///   d = access * min(1, N / E) * (1 - exp(-l)),
/// the share of people who can be reached, times the share of them for whom reporting is as dense as elsewhere, times
/// the probability of a report in a period at the past rate. d = 0 where people, access or past reports are unknown:
/// silence then says nothing. A unit whose reports are taken away has d = 0.
/// In: candidates that were located and weighed.
/// Source: Poisson rate with population as offset; shrunk by one period without report. Not measured.
std::vector<CoverageRow> estimate_coverage(const std::vector<Candidate>& candidates, const EvidenceRequest& request);

/// Sets population and access of units from a table with the columns pcode, population (persons) and access (0..1);
/// empty cells stay unknown, p-codes that are no unit are passed over. Out: rows used.
/// Errors: InputError TABLE_INVALID, CSV_SYNTAX, ENCODING.
size_t read_people(const std::string& file, std::vector<EvidenceUnit>& units);

}  // namespace fw
