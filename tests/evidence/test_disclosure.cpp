// What leaves for partners and the public, and what an attacker who knows every total can make of it.
#include <gtest/gtest.h>

#include <random>

#include "core/evidence/disclosure.h"

namespace fw {
namespace {

EvidenceRow row_of(const std::string& pcode, int dekad, int reports, int reporters = 0, int organisations = 0,
                   const std::string& kind = "drought") {
  EvidenceRow r;
  r.pcode = pcode;
  r.kind = kind;
  r.period = {Cadence::dekad, 36 * 2026 + dekad};
  r.value = 0.537;
  r.weight = 0.9123;
  r.reports = reports;
  r.reporters = reporters ? reporters : std::min(reports, 4);
  r.organisations = organisations ? organisations : std::min(reports, 2);
  r.clusters = r.reporters;
  r.low = 0.2;
  r.high = 0.8;
  r.disagreement = 0.1;
  r.age_days = 3.25;
  r.reliability = 'B';
  r.credibility = 2;
  r.flags = {"CONFLICT", "SINGLE_SOURCE"};
  r.sensitivity = Sensitivity::low;
  return r;
}
EvidenceTable table_of(std::vector<EvidenceRow> rows) {
  EvidenceTable t;
  t.rows = std::move(rows);
  return t;
}
std::vector<std::string> shown(const EvidenceTable& t) {
  std::vector<std::string> names;
  for (const EvidenceRow& r : t.rows) names.push_back(r.pcode + " " + r.kind + " " + label(r.period));
  return names;
}

TEST(Disclose, LeavesTheInternalTableAsItIs) {
  const EvidenceTable t = table_of({row_of("A", 0, 1)});
  EXPECT_EQ(evidence_csv(disclose(t, Audience::internal, 5, {}), false), evidence_csv(t, false));
}

TEST(Disclose, ShowsThePublicFiveReportsOfThreeReportersAndTwoOrganisations) {
  for (const auto& [reports, reporters, organisations, seen] :
       {std::tuple{5, 3, 2, true}, {4, 3, 2, false}, {5, 2, 2, false}, {5, 3, 1, false}}) {
    const EvidenceTable t = table_of({row_of("A", 0, reports, reporters, organisations)});
    EXPECT_EQ(disclose(t, Audience::public_, 5, {}).rows.size(), seen ? 1U : 0U)
        << reports << reporters << organisations;
  }
  EXPECT_EQ(disclose(table_of({row_of("A", 0, 7)}), Audience::public_, 8, {}).rows.size(), 0U) << "a higher k";
  EXPECT_EQ(disclose(table_of({row_of("A", 0, 4)}), Audience::public_, 0, {}).rows.size(), 0U)
      << "the floor is compiled in";
}

TEST(Disclose, CountsOnlyThoseWhoseSayMakesTheValue) {
  // Twenty reports, of which four have a say: the rest are of sources too unreliable or too far away to be heard.
  EvidenceRow r = row_of("A", 0, 20, 9, 3);
  r.heard = Support{4, 3, 2};
  EXPECT_EQ(disclose(table_of({r}), Audience::public_, 5, {}).rows.size(), 0U);
  r.heard = Support{6, 4, 2};
  const EvidenceTable open = disclose(table_of({r}), Audience::public_, 5, {});
  ASSERT_EQ(open.rows.size(), 1U);
  EXPECT_EQ(open.rows[0].reports, 5) << "in steps";
  EXPECT_EQ(open.rows[0].reporters, 3);
  EXPECT_TRUE(mappable(open, Audience::public_).rows.empty()) << "10 are needed";
  EXPECT_NO_THROW(expect_disclosed(open, Audience::public_));
}

TEST(Disclose, NeverShowsASevereCellToOthersNorAHighOneToThePublic) {
  for (const auto& [sensitivity, partner, open] : {std::tuple{Sensitivity::low, 1U, 1U},
                                                   {Sensitivity::moderate, 1U, 1U},
                                                   {Sensitivity::high, 1U, 0U},
                                                   {Sensitivity::severe, 0U, 0U}}) {
    EvidenceRow r = row_of("A", 0, 30, 9, 3);
    r.sensitivity = sensitivity;
    EXPECT_EQ(disclose(table_of({r}), Audience::partner, 5, {}).rows.size(), partner) << name_of(sensitivity);
    EXPECT_EQ(disclose(table_of({r}), Audience::public_, 5, {}).rows.size(), open) << name_of(sensitivity);
  }
}

TEST(Disclose, TellsNothingOfSingleSourcesAndOnlyStepsOfNumbers) {
  EvidenceTable t = table_of({row_of("A", 0, 17, 8, 4)});
  t.coverage.push_back({});
  const EvidenceTable open = disclose(t, Audience::public_, 5, {});
  ASSERT_EQ(open.rows.size(), 1U);
  const EvidenceRow& r = open.rows[0];
  EXPECT_EQ(r.value, 0.5);
  EXPECT_EQ(r.weight, 0.9);
  EXPECT_EQ(r.reports, 10);
  EXPECT_EQ(r.reporters, 5);
  EXPECT_EQ(r.organisations, 3);
  EXPECT_EQ(r.low, r.value);
  EXPECT_EQ(r.high, r.value);
  EXPECT_EQ(r.disagreement, 0);
  EXPECT_EQ(r.age_days, 10);
  EXPECT_EQ(r.reliability, 'F');
  EXPECT_EQ(r.credibility, 6);
  EXPECT_EQ(r.flags, std::vector<std::string>{"CONFLICT"});
  EXPECT_TRUE(open.coverage.empty());
  EXPECT_NO_THROW(expect_disclosed(open, Audience::public_));
  EXPECT_THROW(expect_disclosed(t, Audience::public_), OutputError);
  EXPECT_THROW(expect_disclosed(table_of({row_of("A", 0, 17, 8, 4)}), Audience::public_), OutputError)
      << "exact numbers";
  EXPECT_THROW(expect_disclosed(disclose(t, Audience::partner, 5, {}), Audience::public_), OutputError);
}

TEST(Disclose, HidesASecondCellWhereATotalWouldGiveTheFirstAway) {
  const UnitParents parents = {{"A1", "A"}, {"A2", "A"}, {"A3", "A"}, {"B1", "B"}};
  const EvidenceTable t = table_of({row_of("A1", 0, 2), row_of("A2", 0, 12), row_of("A3", 0, 6), row_of("B1", 0, 6)});
  EXPECT_EQ(shown(disclose(t, Audience::public_, 5, parents)),
            (std::vector<std::string>{"A2 drought 2026-01-d1", "B1 drought 2026-01-d1"}));
  // Over dekads: A1 hides A3 in the month and B1 in the dekad. The total of all, less that of A, would then give B1 and
  // with it A1: A2 goes too.
  const EvidenceTable dekads =
      table_of({row_of("A", 0, 2), row_of("A", 1, 12), row_of("A", 2, 6), row_of("B", 0, 7), row_of("C", 0, 30)});
  EXPECT_EQ(shown(disclose(dekads, Audience::public_, 5, {{"A", "x"}, {"B", "y"}, {"C", "z"}})),
            std::vector<std::string>{"C drought 2026-01-d1"});
  const EvidenceTable kinds =
      table_of({row_of("A", 0, 2, 0, 0, "price"), row_of("A", 0, 9), row_of("A", 0, 30, 0, 0, "crop")});
  EXPECT_EQ(shown(disclose(kinds, Audience::public_, 5, {})), std::vector<std::string>{"A crop 2026-01-d1"});
}

TEST(Disclose, LetsOnlyCellsOfTenReportsMovePublicMaps) {
  const EvidenceTable open =
      disclose(table_of({row_of("A", 0, 9), row_of("B", 0, 10), row_of("C", 0, 40)}), Audience::public_, 5, {});
  EXPECT_EQ(open.rows.size(), 3U);
  EXPECT_EQ(shown(mappable(open, Audience::public_)),
            (std::vector<std::string>{"B drought 2026-01-d1", "C drought 2026-01-d1"}));
}

TEST(Disclose, TellsOthersNothingOfReportsLeftOut) {
  const std::vector<Rejection> all = {{"r.csv:7", "evidence", "PII", "", Verdict::noted},
                                      {"scene", "scan", "NO_QA", "", Verdict::noted}};
  EXPECT_EQ(disclose(all, Audience::internal).size(), 2U);
  EXPECT_EQ(disclose(all, Audience::partner).size(), 1U);
  EXPECT_EQ(disclose(all, Audience::public_).at(0).stage, "scan");
}

/// What an attacker knows: every total of which a part is shown, over units, periods and kinds, exact, and every row
/// shown, exact. Which hidden cells follow?
class Attack {
 public:
  explicit Attack(const EvidenceTable& truth, const EvidenceTable& open, const UnitParents& parents) {
    std::map<std::tuple<std::string, std::string, int>, bool> seen;
    for (const EvidenceRow& r : open.rows) seen[{r.pcode, r.kind, r.period.number}] = true;
    std::map<std::string, std::vector<size_t>> sums;
    for (const EvidenceRow& r : truth.rows) {
      const auto parent = parents.at(r.pcode), when = std::to_string(r.period.number),
                 month = std::to_string(r.period.number / 3), year = std::to_string(r.period.number / 36);
      std::vector<std::string> keys = {"p" + parent + r.kind + when,  "m" + r.pcode + r.kind + month,
                                       "y" + r.pcode + r.kind + year, "a" + r.pcode + r.kind,
                                       "k" + r.pcode + "," + when,    "pm" + parent + r.kind + month,
                                       "all" + r.kind + when,         "t" + r.kind};
      const bool is_shown = seen.count({r.pcode, r.kind, r.period.number}) > 0;
      if (!is_shown) hidden_.push_back(&r);
      for (const std::string& key : keys) {
        members_[key]++;
        if (!is_shown) sums[key].push_back(hidden_.size() - 1);
      }
    }
    for (const auto& [key, unknown] : sums)
      if (unknown.size() < members_[key]) equations_.push_back(unknown);  // nobody tells a total of which all is hidden
  }
  /// Cells whose count follows from the totals: unit vectors in the row space, modulo a prime.
  size_t isolated(const DisclosureRule& rule) {
    const size_t n = hidden_.size();
    std::vector<std::vector<uint64_t>> rows;
    for (const auto& e : equations_) {
      rows.emplace_back(n, 0);
      for (const size_t i : e) rows.back()[i] = 1;
    }
    size_t rank = 0;
    for (size_t c = 0; c < n && rank < rows.size(); ++c) {
      size_t pivot = rank;
      while (pivot < rows.size() && rows[pivot][c] == 0) ++pivot;
      if (pivot == rows.size()) continue;
      std::swap(rows[rank], rows[pivot]);
      const uint64_t inverse = power(rows[rank][c], prime - 2);
      for (uint64_t& v : rows[rank]) v = v * inverse % prime;
      for (size_t r = 0; r < rows.size(); ++r) {
        if (r == rank || rows[r][c] == 0) continue;
        const uint64_t factor = prime - rows[r][c];
        for (size_t k = c; k < n; ++k) rows[r][k] = (rows[r][k] + factor * rows[rank][k]) % prime;
      }
      ++rank;
    }
    size_t found = 0;
    for (size_t r = 0; r < rank; ++r) {
      const auto filled = std::count_if(rows[r].begin(), rows[r].end(), [](uint64_t v) { return v != 0; });
      if (filled != 1) continue;
      const EvidenceRow& cell = *hidden_[static_cast<size_t>(
          std::find_if(rows[r].begin(), rows[r].end(), [](uint64_t v) { return v != 0; }) - rows[r].begin())];
      found +=
          cell.reports < rule.reports || cell.reporters < rule.reporters || cell.organisations < rule.organisations;
    }
    return found;
  }
  size_t hidden() const { return hidden_.size(); }

 private:
  static constexpr uint64_t prime = 2147483647;
  static uint64_t power(uint64_t base, uint64_t exponent) {
    uint64_t out = 1;
    for (; exponent; exponent >>= 1, base = base * base % prime)
      if (exponent & 1) out = out * base % prime;
    return out;
  }
  std::vector<const EvidenceRow*> hidden_;
  std::map<std::string, size_t> members_;
  std::vector<std::vector<size_t>> equations_;
};

TEST(Disclose, ADifferencingAttackThatKnowsEveryTotalIsolatesNoCell) {
  std::mt19937_64 random(7);
  size_t hidden = 0, isolated = 0, undefended = 0, all = 0, visible = 0, passing = 0;
  for (int trial = 0; trial < 60; ++trial) {
    EvidenceTable truth;
    UnitParents parents;
    const int units = 4 + static_cast<int>(random() % 6), dekads = 3 + static_cast<int>(random() % 6);
    const auto mean = static_cast<int>(4 + random() % 16);
    for (int u = 0; u < units; ++u) {
      const std::string pcode = "U" + std::to_string(u);
      parents[pcode] = "P" + std::to_string(u % 3);
      for (int d = 0; d < dekads; ++d)
        for (const char* kind : {"drought", "price"})
          if (random() % 4 != 0) {
            const int reports = 1 + static_cast<int>(random() % static_cast<uint64_t>(2 * mean));
            truth.rows.push_back(row_of(pcode, d, reports, 1 + reports / 2, 1 + reports / 4, kind));
          }
    }
    for (const Audience audience : {Audience::partner, Audience::public_}) {
      const EvidenceTable open = disclose(truth, audience, 5, parents);
      Attack attack(truth, open, parents);
      hidden += attack.hidden();
      isolated += attack.isolated(rule_of(audience));
      all += truth.rows.size();
      visible += open.rows.size();
      EvidenceTable naive = truth;
      const DisclosureRule rule = rule_of(audience);
      std::erase_if(naive.rows, [&](const EvidenceRow& r) {
        return r.reports < rule.reports || r.reporters < rule.reporters || r.organisations < rule.organisations;
      });
      passing += naive.rows.size();
      undefended += Attack(truth, naive, parents).isolated(rule);
    }
  }
  std::printf(
      "cells %zu, above the floor %zu, shown %zu, hidden %zu, isolated %zu (without complementary suppression %zu)\n",
      all, passing, visible, hidden, isolated, undefended);
  EXPECT_EQ(isolated, 0U);
  EXPECT_GT(undefended, 100U) << "the attack works where nothing defends";
  EXPECT_GT(visible, all / 20) << "something is still shown";
}

}  // namespace
}  // namespace fw
