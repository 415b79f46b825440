#include "core/evidence/disclosure.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <tuple>

#include "core/base/text.h"
#include "core/evidence/sums_attack.h"

namespace fw {
namespace {

constexpr std::array<const char*, 3> audience_names = {"internal", "partner", "public"};
constexpr std::array count_steps = {1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 10000, 100000};
constexpr double age_step_days = 10;
const std::set<std::string> open_flags = {"CONFLICT", "CONTESTED_SOURCES"};

/// Those on whom the value rests: who has no say in it hides nobody.
Support support_of(const EvidenceRow& row) {
  return row.heard.value_or(Support{row.reports, row.reporters, row.organisations});
}

bool passes(const EvidenceRow& row, const DisclosureRule& rule) {
  const Support s = support_of(row);
  return s.reports >= rule.reports && s.reporters >= rule.reporters && s.organisations >= rule.organisations &&
         row.sensitivity <= rule.most;
}

int step_below(int n) { return *std::prev(std::upper_bound(count_steps.begin(), count_steps.end(), std::max(n, 1))); }

/// Multiples of `step`, written with two decimals so that they read the same everywhere.
double to_class(double v, double step) { return std::round(std::round(v / step) * step * 100) / 100; }

double value_step(Audience audience) { return audience == Audience::public_ ? 0.1 : 0.05; }

EvidenceRow coarsen(const EvidenceRow& row, Audience audience) {
  EvidenceRow out;
  out.pcode = row.pcode;
  out.kind = row.kind;
  out.period = row.period;
  const double step = value_step(audience);
  out.value = out.low = out.high = to_class(row.value, step);
  out.weight = std::max(step, to_class(std::floor(row.weight / step + 1e-9) * step, step));
  const Support s = support_of(row);
  out.reports = step_below(s.reports);
  out.reporters = step_below(s.reporters);
  out.organisations = step_below(s.organisations);
  out.clusters = out.reporters;
  out.disagreement = to_class(row.disagreement, 0.25);
  out.conflict = to_class(row.conflict, 0.5);
  out.age_days = std::ceil(row.age_days / age_step_days) * age_step_days;
  for (const std::string& flag : row.flags)
    if (open_flags.count(flag)) out.flags.push_back(flag);
  out.sensitivity = rule_of(audience).most;
  return out;
}

bool same(const EvidenceRow& a, const EvidenceRow& b) {
  const auto tie = [](const EvidenceRow& r) {
    return std::tie(r.value, r.low, r.high, r.weight, r.reports, r.reporters, r.organisations, r.clusters,
                    r.disagreement, r.conflict, r.age_days, r.flags, r.reliability, r.credibility, r.coverage,
                    r.sensitivity);
  };
  return tie(a) == tie(b);
}

/// The groups over which somebody may know a total.
std::vector<std::string> groups_of(const EvidenceRow& row, const UnitParents& parents) {
  const std::string month = label(period_of(first_day(row.period), Cadence::month)),
                    year = std::to_string(year_of(row.period));
  const auto above = parents.find(row.pcode);
  std::vector<std::string> groups = {"kinds|" + row.pcode + "|" + label(row.period)};
  for (const std::string& where :
       {"in " + row.pcode, "under " + (above == parents.end() ? std::string() : above->second), std::string("all")})
    for (const std::string& when : {label(row.period), month, year, std::string("ever")})
      groups.push_back(where + "|" + row.kind + "|" + when);
  return groups;
}

/// Which rows are not shown.
class Suppression {
 public:
  Suppression(const std::vector<EvidenceRow>& rows, const DisclosureRule& rule, const UnitParents& parents)
      : rows_(rows), hidden_(rows.size()), sound_(rows.size()) {
    std::map<std::string, std::vector<size_t>> groups;
    for (size_t i = 0; i < rows.size(); ++i) {
      sound_[i] = passes(rows[i], rule);
      hidden_[i] = !sound_[i];
      for (const std::string& group : groups_of(rows[i], parents)) groups[group].push_back(i);
    }
    std::set<std::vector<size_t>> distinct;
    for (auto& [name, members] : groups)
      if (members.size() > 1) distinct.insert(std::move(members));
    groups_.assign(distinct.begin(), distinct.end());
    do give_company();
    while (hide_what_follows());
  }
  bool hidden(size_t i) const { return hidden_[i]; }

 private:
  /// No hidden row stays alone in a group of which a part is shown, nor only among rows below the rule.
  void give_company() {
    for (;;) {
      std::vector<size_t> beside;
      for (const auto& group : groups_) {
        const auto count = std::count_if(group.begin(), group.end(), [&](size_t i) { return hidden_[i]; });
        const bool company = std::any_of(group.begin(), group.end(), [&](size_t i) { return hidden_[i] && sound_[i]; });
        if (count > 0 && !(count > 1 && company)) beside.insert(beside.end(), group.begin(), group.end());
      }
      if (!hide_one(beside)) return;
    }
  }
  /// Hides more beside rows that follow from all totals together. Out: whether there was one.
  bool hide_what_follows() {
    std::vector<size_t> unknown, number(rows_.size());
    for (size_t i = 0; i < rows_.size(); ++i)
      if (hidden_[i]) {
        number[i] = unknown.size();
        unknown.push_back(i);
      }
    std::vector<std::vector<size_t>> sums;
    for (const auto& group : groups_) {
      std::vector<size_t> sum;
      for (const size_t i : group)
        if (hidden_[i]) sum.push_back(number[i]);
      if (!sum.empty() && sum.size() < group.size()) sums.push_back(std::move(sum));
    }
    const auto found = determined_by_sums(unknown.size(), sums);
    bool changed = false;
    if (!found) {  // too entangled to find out: nothing of such a table is shown
      changed = std::find(hidden_.begin(), hidden_.end(), false) != hidden_.end();
      hidden_.assign(hidden_.size(), true);
      return changed;
    }
    std::vector<std::vector<size_t>> open;  // for each row that follows: the rows it shares a group with
    for (const size_t n : *found) {
      if (sound_[unknown[n]]) continue;  // might have been shown
      open.emplace_back();
      for (const auto& group : groups_)
        if (std::binary_search(group.begin(), group.end(), unknown[n]))
          open.back().insert(open.back().end(), group.begin(), group.end());
    }
    while (!open.empty()) {
      std::vector<size_t> beside;
      for (const auto& rows : open) beside.insert(beside.end(), rows.begin(), rows.end());
      const auto next = hide_one(beside);
      if (!next) break;
      changed = true;
      std::erase_if(open, [&](const auto& rows) { return std::find(rows.begin(), rows.end(), *next) != rows.end(); });
    }
    return changed;
  }
  /// Hides the row that is shown and stands in the list most often, the smallest of these: one that serves many groups
  /// spares many others. Out: the row; nothing where all are hidden.
  std::optional<size_t> hide_one(const std::vector<size_t>& list) {
    std::map<size_t, int> times;
    for (const size_t i : list)
      if (!hidden_[i]) --times[i];
    std::optional<size_t> best;
    const auto rank = [&](size_t i) {
      const EvidenceRow& r = rows_[i];
      return std::tie(times[i], r.reports, r.reporters, r.pcode, r.period, r.kind);
    };
    for (const auto& [i, n] : times)
      if (!best || rank(i) < rank(*best)) best = i;
    if (best) hidden_[*best] = true;
    return best;
  }

  const std::vector<EvidenceRow>& rows_;
  std::vector<bool> hidden_, sound_;
  std::vector<std::vector<size_t>> groups_;  ///< each ascending, of two rows or more
};

}  // namespace

std::optional<Audience> parse_audience(std::string_view text) {
  const auto at = std::find(audience_names.begin(), audience_names.end(), text);
  if (at == audience_names.end()) return {};
  return static_cast<Audience>(at - audience_names.begin());
}
const char* name_of(Audience a) { return audience_names.at(static_cast<size_t>(a)); }

DisclosureRule rule_of(Audience audience, int k) {
  if (audience == Audience::public_) return {std::max(k, 5), 3, 2, Sensitivity::moderate};
  if (audience == Audience::partner) return {3, 2, 1, Sensitivity::high};
  return {};
}

EvidenceTable disclose(const EvidenceTable& table, Audience audience, int k, const UnitParents& parents) {
  if (audience == Audience::internal) return table;
  const Suppression suppression(table.rows, rule_of(audience, k), parents);
  EvidenceTable out;
  for (size_t i = 0; i < table.rows.size(); ++i)
    if (!suppression.hidden(i)) out.rows.push_back(coarsen(table.rows[i], audience));
  return out;
}

void expect_disclosed(const EvidenceTable& table, Audience audience) {
  if (audience == Audience::internal) return;
  const DisclosureRule rule = rule_of(audience);
  for (const EvidenceRow& row : table.rows)
    if (!passes(row, rule) || !same(row, coarsen(row, audience)))
      throw OutputError("PRIVACY_FLOOR", "The evidence holds a row that is not fit for the audience '" +
                                             std::string(name_of(audience)) +
                                             "'. Nothing was written. Run the step evidence again for this audience.");
  if (!table.coverage.empty())
    throw OutputError("PRIVACY_FLOOR", "Coverage rests on reports that the audience may not see. Nothing was written.");
}

EvidenceTable mappable(EvidenceTable table, Audience audience) {
  if (audience == Audience::public_)
    std::erase_if(table.rows, [](const EvidenceRow& r) { return r.reports < public_map_reports; });
  return table;
}

std::vector<Rejection> disclose(std::vector<Rejection> rejections, Audience audience) {
  if (audience != Audience::internal)
    std::erase_if(rejections, [](const Rejection& r) { return r.stage == "evidence"; });
  return rejections;
}

}  // namespace fw
