#include "core/evidence/coverage.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <set>

#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/evidence/log_odds.h"

namespace fw {
namespace {

constexpr double most_people = 1e10;
constexpr double nan_d = std::numeric_limits<double>::quiet_NaN();

double rounded(double v) { return std::round(v * 1e9) / 1e9; }

/// Weights of past reports by unit for one period.
std::map<std::string, double> past_reports(const std::map<std::string, std::map<int, double>>& by_period, Period now) {
  std::map<std::string, double> sums;
  for (const auto& [pcode, periods] : by_period)
    for (auto at = periods.lower_bound(now.number - periods_per_year(now.cadence));
         at != periods.end() && at->first < now.number; ++at)
      sums[pcode] += at->second;
  return sums;
}

std::optional<double> take_number(const std::string& cell, double hi, const std::string& where) {
  if (trim(cell).empty()) return {};
  const std::optional<double> v = parse_number(trim(cell));
  if (!v || *v < 0 || *v > hi)
    throw InputError("TABLE_INVALID", where + " is no number of 0.." + format_number(hi) + ". Correct the table.");
  return v;
}

}  // namespace

std::vector<CoverageRow> estimate_coverage(const std::vector<Candidate>& candidates, const EvidenceRequest& request) {
  std::map<std::string, std::map<int, double>> by_period;
  for (const Candidate& c : candidates)
    if (c.weight > 0) by_period[c.report.pcode][period_of(c.report.time.date, request.cadence).number] += c.weight;
  std::set<Period> periods(request.periods.begin(), request.periods.end());
  std::vector<CoverageRow> rows;
  for (const Period period : periods) {
    const std::map<std::string, double> past = past_reports(by_period, period);
    const auto past_of = [&](const EvidenceUnit& u) {
      const auto at = past.find(u.pcode);
      return at == past.end() ? 0.0 : at->second;
    };
    double reports = 0, people = 0;
    for (const EvidenceUnit& u : request.units) {
      if (!(u.population.value_or(0) > 0) || past_of(u) <= 0) continue;
      reports += past_of(u);
      people += *u.population;
    }
    for (const EvidenceUnit& u : request.units) {
      CoverageRow row;
      row.pcode = u.pcode;
      row.period = period;
      row.population = u.population.value_or(nan_d);
      row.access = u.access.value_or(nan_d);
      row.per_expected = nan_d;
      const double n = past_of(u), rate = n / (periods_per_year(period.cadence) + 1);
      row.past_per_period = rounded(n / periods_per_year(period.cadence));
      if (n > 0 && row.population > 0) row.per_expected = rounded(n * people / (row.population * reports));
      if (u.access && !std::isnan(row.per_expected))
        row.coverage = rounded(*u.access * std::min(1.0, row.per_expected) * (1 - std::exp(-rate)));
      row.silence = rounded(weight_of_silence(row.coverage, usual_sensitivity, usual_false_positive_rate));
      std::vector<std::string> unknown;
      if (!u.population) unknown.emplace_back("population");
      if (!u.access) unknown.emplace_back("access");
      if (n <= 0) unknown.emplace_back("past reports");
      row.unknown = join(unknown, ";");
      rows.push_back(std::move(row));
    }
  }
  std::sort(rows.begin(), rows.end(), [](const CoverageRow& a, const CoverageRow& b) {
    return std::tie(a.pcode, a.period) < std::tie(b.pcode, b.period);
  });
  return rows;
}

size_t read_people(const std::string& file, std::vector<EvidenceUnit>& units) {
  const std::vector<CsvRow> csv = parse_csv(read_file(file));
  const std::string name = printable(std::filesystem::path(file).filename().string());
  const std::vector<std::string> head = {"pcode", "population", "access"};
  if (csv.empty() || csv.front().cells != head)
    throw InputError("TABLE_INVALID", name + " does not have the columns " + join(head, ",") + ". Correct the table.");
  std::map<std::string, EvidenceUnit*> known;
  for (EvidenceUnit& u : units) known[u.pcode] = &u;
  std::set<std::string> seen;
  size_t used = 0;
  for (size_t i = 1; i < csv.size(); ++i) {
    const std::vector<std::string>& cells = csv[i].cells;
    const std::string where = name + ", line " + std::to_string(csv[i].line);
    if (cells.size() != head.size())
      throw InputError("TABLE_INVALID", where + ": the row does not have 3 cells. Correct the table.");
    if (!seen.insert(cells[0]).second)
      throw InputError("TABLE_INVALID", where + ": the p-code stands twice. Keep one.");
    const auto population = take_number(cells[1], most_people, where + ": population");
    const auto access = take_number(cells[2], 1, where + ": access");
    const auto at = known.find(cells[0]);
    if (at == known.end()) continue;
    at->second->population = population;
    at->second->access = access;
    ++used;
  }
  return used;
}

}  // namespace fw
