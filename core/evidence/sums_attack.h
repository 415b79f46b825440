// What follows from sums: the arithmetic of an attacker who knows totals.
#pragma once
#include <cstddef>
#include <optional>
#include <vector>

namespace fw {

/// Unknowns whose value follows from sums of unknowns: those that elimination leaves alone in a row. Exact but for the
/// chance, about one in 10^9 per step, that a number vanishes modulo 2^31 - 1 alone.
/// In:     unknowns: number of them; sums: which of them each sum holds, without repeats
/// Out:    ascending; nothing at all where more than 2,000 unknowns hang together: then it was not found out
std::optional<std::vector<size_t>> determined_by_sums(size_t unknowns, const std::vector<std::vector<size_t>>& sums);

}  // namespace fw
