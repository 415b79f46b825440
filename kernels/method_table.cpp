#include "kernels/method_table.h"

namespace fw {

const std::vector<MethodInfo>& series_methods() {
  static const std::vector<MethodInfo> all = [] {
    std::vector<MethodInfo> joined;
    for (const auto family : {fit_methods(), trend_methods(), water_methods()}) joined.insert(joined.end(), family.begin(), family.end());
    return joined;
  }();
  return all;
}

}  // namespace fw
