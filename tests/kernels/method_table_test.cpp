#include "kernels/method_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace fw {
namespace {

TEST(MethodTable, EveryMethodSaysWhatItIsAndWhatNotToConclude) {
  std::set<std::string_view> names;
  std::vector<MethodInfo> all = series_methods();
  all.insert(all.end(), change_methods().begin(), change_methods().end());
  for (const MethodInfo& m : all) {
    EXPECT_TRUE(names.insert(m.name).second) << m.name << " is there twice";
    EXPECT_TRUE(std::all_of(m.name.begin(), m.name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    })) << m.name;
    for (const std::string_view text : {m.name, m.title, m.unit, m.range, m.source, m.limits})
      EXPECT_FALSE(text.empty()) << m.name;
  }
  EXPECT_GE(names.size(), fit_methods().size());
  EXPECT_TRUE(names.contains("spi"));
  EXPECT_TRUE(names.contains("water_occurrence"));
  EXPECT_TRUE(names.contains("pantex"));
}

}  // namespace
}  // namespace fw
