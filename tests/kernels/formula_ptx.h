// Looks for arithmetic in PTX that would differ from the CPU's.
#pragma once
#include <gtest/gtest.h>

#include <regex>
#include <sstream>
#include <string>

namespace fw::test {

/// No fused, approximate or denormal-flushing instruction; min and max order -0 and +0, a select does not.
inline void expect_unfused_ieee(const std::string& ptx, int at_least) {
  const std::regex arithmetic("^\\s*(@%p[0-9]+ )?([a-z0-9]+)[.][a-z0-9.]*f(32|64)\\s");
  const std::regex forbidden("^(fma|mad|min|max|ex2|lg2|sin|cos|tanh)$");
  std::istringstream text(ptx);
  std::string line;
  int found = 0;
  while (std::getline(text, line)) {
    std::smatch match;
    if (!std::regex_search(line, match, arithmetic)) continue;
    ++found;
    EXPECT_FALSE(std::regex_match(match[2].str(), forbidden)) << line;
    for (const char* word : {"approx", ".ftz", ".full"}) EXPECT_EQ(line.find(word), std::string::npos) << line;
  }
  EXPECT_GE(found, at_least) << "is this still the PTX of formulas?";
}

}  // namespace fw::test
