#include "core/evidence/sums_attack.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>
#include <set>

namespace fw {
namespace {

constexpr uint64_t prime = 2147483647;
constexpr size_t largest_component = 2000;

uint64_t inverse(uint64_t base) {
  uint64_t out = 1;
  for (uint64_t e = prime - 2; e; e >>= 1, base = base * base % prime)
    if (e & 1) out = out * base % prime;
  return out;
}

/// Adds `factor` times `from` to `to`, from column `begin` on.
void add_multiple(std::vector<uint32_t>& to, const std::vector<uint32_t>& from, uint64_t factor, size_t begin) {
  for (size_t k = begin; k < to.size(); ++k)
    if (from[k]) to[k] = static_cast<uint32_t>((to[k] + factor * from[k]) % prime);
}

std::vector<size_t> solve(std::vector<std::vector<uint32_t>> rows, size_t n) {
  size_t rank = 0;
  for (size_t c = 0; c < n && rank < rows.size(); ++c) {
    size_t pivot = rank;
    while (pivot < rows.size() && rows[pivot][c] == 0) ++pivot;
    if (pivot == rows.size()) continue;
    std::swap(rows[rank], rows[pivot]);
    const uint64_t scale = inverse(rows[rank][c]);
    for (uint32_t& v : rows[rank]) v = static_cast<uint32_t>(v * scale % prime);
    for (size_t r = 0; r < rows.size(); ++r)
      if (r != rank && rows[r][c]) add_multiple(rows[r], rows[rank], prime - rows[r][c], c);
    ++rank;
  }
  std::vector<size_t> found;
  for (size_t r = 0; r < rank; ++r) {
    const auto filled = std::count_if(rows[r].begin(), rows[r].end(), [](uint32_t v) { return v != 0; });
    if (filled == 1)
      found.push_back(static_cast<size_t>(
          std::find_if(rows[r].begin(), rows[r].end(), [](uint32_t v) { return v != 0; }) - rows[r].begin()));
  }
  return found;
}

}  // namespace

std::optional<std::vector<size_t>> determined_by_sums(size_t unknowns, const std::vector<std::vector<size_t>>& sums) {
  std::vector<size_t> root(unknowns);
  std::iota(root.begin(), root.end(), size_t{0});
  const auto find = [&](size_t i) {
    while (root[i] != i) i = root[i] = root[root[i]];
    return i;
  };
  for (const auto& sum : sums)
    for (const size_t i : sum) root[find(i)] = find(sum.front());
  std::map<size_t, std::vector<size_t>> components;
  for (size_t i = 0; i < unknowns; ++i) components[find(i)].push_back(i);
  std::map<size_t, std::set<std::vector<size_t>>> equations;  // the same sum twice says nothing new
  for (const auto& sum : sums)
    if (!sum.empty()) equations[find(sum.front())].insert(sum);
  std::vector<size_t> found;
  for (const auto& [top, members] : components) {
    if (equations[top].empty()) continue;
    if (members.size() > largest_component) return {};
    std::vector<std::vector<uint32_t>> rows;
    for (const auto& sum : equations[top]) {
      rows.emplace_back(members.size(), 0);
      for (const size_t i : sum)
        rows.back()[static_cast<size_t>(std::lower_bound(members.begin(), members.end(), i) - members.begin())] = 1;
    }
    for (const size_t i : solve(std::move(rows), members.size())) found.push_back(members[i]);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace fw
