#include "jobs/drift_table.h"

#include <algorithm>
#include <cmath>

#include "core/base/csv.h"
#include "core/base/text.h"
#include "core/risk/threshold_drift.h"

namespace fw {

std::string drift_csv(const SeriesPlan& plan, const std::vector<YearExceedance>& years) {
  std::map<size_t, ExceedanceByYear> by_indicator;
  std::map<size_t, std::pair<int, int>> span;
  for (const auto& y : years) {
    // Two entries of whole square metres: what is beyond, and the rest.
    by_indicator[y.indicator].add(y.year, true, y.beyond_m2);
    by_indicator[y.indicator].add(y.year, false, y.all_m2 - y.beyond_m2);
    auto& s = span.try_emplace(y.indicator, y.year, y.year).first->second;
    s = {std::min(s.first, y.year), std::max(s.second, y.year)};
  }
  std::string out =
      "indicator,side,threshold,first_year,last_year,years,rate,rate_first_half,rate_last_half,points_per_decade\n";
  for (const auto& [i, counts] : by_indicator) {
    const Indicator& indicator = plan.indicators[i];
    const ThresholdDrift d = counts.finish();
    out += indicator.id + (indicator.above ? ",above," : ",below,") + format_number(indicator.threshold) + "," +
           std::to_string(span[i].first) + "," + std::to_string(span[i].second) + "," + std::to_string(d.years) + "," +
           format_number(d.rate) + "," + format_number(d.first_half) + "," + format_number(d.last_half) + "," +
           format_number(d.points_per_decade) + "\n";
  }
  return out;
}

std::string describe_drift(const std::string& csv) {
  const auto rows = parse_csv(csv);
  struct Line {
    double change;
    std::string text;
  };
  std::vector<Line> lines;
  std::string span;
  for (size_t k = 1; k < rows.size(); ++k) {
    const auto& c = rows[k].cells;
    const auto first = parse_number(c.at(7)), last = parse_number(c.at(8));
    if (!first || !last) continue;
    lines.push_back({std::fabs(*last - *first), c[0] + " " + c[1] + " " + c[2] + " " + format_fixed(100 * *first, 1) +
                                                    " to " + format_fixed(100 * *last, 1) + " %"});
    span = c[3] + "-" + c[4];
  }
  if (lines.empty()) return "";
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.change > b.change; });
  std::vector<std::string> texts;
  for (size_t k = 0; k < std::min<size_t>(3, lines.size()); ++k) texts.push_back(lines[k].text);
  return "drift of thresholds, share of area and time beyond in the first and the last half of " + span + ": " +
         join(texts, "; ") + (lines.size() > 3 ? "; others in drift.csv" : "");
}

}  // namespace fw
