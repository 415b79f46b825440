// What oracle tests share: reading ../shared/oracles, and one line per file with cases, worst error and tolerance.
#pragma once
#include <cmath>
#include <cstdio>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "../kernels/on_each_backend.h"
#include "../support.h"

namespace fw::oracle {

/// Columns of a CSV of numbers; an empty cell is NaN.
inline std::map<std::string, std::vector<double>> read_columns(const std::filesystem::path& file) {
  std::istringstream text(test::read_text(file));
  const auto cells = [](std::string line) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    std::vector<std::string> out(1);
    for (const char c : line) c == ',' ? void(out.emplace_back()) : void(out.back() += c);
    return out;
  };
  std::string line;
  std::getline(text, line);
  const auto names = cells(line);
  std::map<std::string, std::vector<double>> columns;
  while (std::getline(text, line)) {
    const auto row = cells(line);
    for (size_t k = 0; k < names.size(); ++k)
      columns[names[k]].push_back(row.at(k).empty() ? std::nan("") : std::stod(row[k]));
  }
  return columns;
}

/// Compares numbers within `tolerance` of the larger of 1 and the expected value, and prints what it saw when it goes.
class Comparison {
 public:
  Comparison(std::string what, double tolerance) : what_(std::move(what)), tolerance_(tolerance) {}
  Comparison(const Comparison&) = delete;
  ~Comparison() {
    std::printf("oracle %s: %zu cases, worst error %.2g, tolerance %.2g\n", what_.c_str(), cases_, worst_, tolerance_);
    EXPECT_GT(cases_, 0u) << what_ << ": nothing was compared";
  }
  /// NaN is no-data and equals NaN only.
  void compare(double got, double expected, const std::string& where) {
    ++cases_;
    if (std::isnan(got) || std::isnan(expected)) {
      EXPECT_EQ(std::isnan(got), std::isnan(expected)) << what_ << " " << where << ": " << got << " for " << expected;
      return;
    }
    const double error = std::abs(got - expected) / std::max(1.0, std::abs(expected));
    worst_ = std::max(worst_, error);
    EXPECT_LE(error, tolerance_) << what_ << " " << where << ": " << got << " for " << expected;
  }
  template <class Got>
  void compare_all(const std::vector<Got>& got, const std::vector<double>& expected, const std::string& where) {
    ASSERT_EQ(got.size(), expected.size()) << what_ << " " << where;
    for (size_t i = 0; i < got.size(); ++i)
      compare(static_cast<double>(got[i]), expected[i], where + " row " + std::to_string(i));
  }

 private:
  std::string what_;
  double tolerance_, worst_ = 0.0;
  size_t cases_ = 0;
};

}  // namespace fw::oracle
