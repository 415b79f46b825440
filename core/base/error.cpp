#include "core/base/error.h"

#include <algorithm>
#include <tuple>

namespace fw {

void RunReport::add(Rejection r) {
  std::lock_guard lock(mutex_);
  items_.push_back(std::move(r));
}

std::vector<Rejection> RunReport::sorted() const {
  std::lock_guard lock(mutex_);
  auto copy = items_;
  std::stable_sort(copy.begin(), copy.end(), [](const Rejection& a, const Rejection& b) {
    return std::tie(a.stage, a.item, a.code, a.detail) < std::tie(b.stage, b.item, b.code, b.detail);
  });
  const auto same = [](const Rejection& a, const Rejection& b) {
    return std::tie(a.stage, a.item, a.code, a.detail) == std::tie(b.stage, b.item, b.code, b.detail);
  };
  copy.erase(std::unique(copy.begin(), copy.end(), same), copy.end());
  return copy;
}

size_t RunReport::rejected() const {
  const auto items = sorted();
  return static_cast<size_t>(
      std::count_if(items.begin(), items.end(), [](const Rejection& r) { return r.verdict != Verdict::noted; }));
}

bool RunReport::empty() const {
  std::lock_guard lock(mutex_);
  return items_.empty();
}

}  // namespace fw
