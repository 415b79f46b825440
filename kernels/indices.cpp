#include "kernels/indices.h"

#include <array>
#include <stdexcept>
#include <string>

namespace fw {
namespace {

constexpr int count = static_cast<int>(IndexId::count);

template <class... Index>
constexpr std::array<const IndexInfo*, sizeof...(Index)> infos(indices::List<Index...>) {
  return {&Index::info...};
}
template <class... Index>
constexpr bool in_order(indices::List<Index...>) {
  int k = 0;
  return ((static_cast<int>(Index::id) == k++) && ...);
}
static_assert(in_order(indices::AllIndices{}), "AllIndices is in the order of IndexId");

constexpr std::array<const IndexInfo*, count> entries = infos(indices::AllIndices{});

}  // namespace

const IndexInfo& index_info(IndexId id) {
  const int k = static_cast<int>(id);
  if (k < 0 || k >= count) throw std::out_of_range("index_info: no index has number " + std::to_string(k));
  return *entries[static_cast<size_t>(k)];
}

IndexId index_by_name(std::string_view name) {
  std::string known;
  for (int k = 0; k < count; ++k) {
    if (entries[static_cast<size_t>(k)]->name == name) return static_cast<IndexId>(k);
    known += (k ? ", " : "") + std::string(entries[static_cast<size_t>(k)]->name);
  }
  throw std::out_of_range("unknown spectral index '" + std::string(name) + "' (built in are " + known + ")");
}

}  // namespace fw
