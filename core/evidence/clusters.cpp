#include "core/evidence/clusters.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

#include "core/evidence/text_likeness.h"

namespace fw {
namespace {

constexpr int64_t copy_window_s = 3 * 86400;
constexpr double widest_severity = 1;  // of 0..5

int64_t at(const Share& s) { return seconds_since_epoch(s.candidate->report.time); }

/// Sets of reports that are joined step by step.
class Union {
 public:
  explicit Union(size_t n) : above_(n) { std::iota(above_.begin(), above_.end(), size_t{0}); }
  size_t find(size_t i) {
    while (above_[i] != i) i = above_[i] = above_[above_[i]];
    return i;
  }
  void join(size_t i, size_t k) {
    i = find(i), k = find(k);
    above_[std::max(i, k)] = std::min(i, k);
  }

 private:
  std::vector<size_t> above_;
};

class Clusters {
 public:
  explicit Clusters(const std::vector<Share>& shares) : shares_(shares), sets_(shares.size()) {}

  void join_witnesses() {
    std::map<std::string, std::vector<size_t>> same;
    for (size_t i = 0; i < shares_.size(); ++i)
      same[report(i).witness.empty() ? report(i).reporter : report(i).witness].push_back(i);
    for (const auto& [witness, group] : same) join_near(group);
  }

  void join_crowds() {
    std::map<std::tuple<double, double, int64_t>, std::vector<size_t>> same;
    for (size_t i = 0; i < shares_.size(); ++i)
      if (report(i).lat && report(i).time.has_time)
        same[{*report(i).lat, *report(i).lon, at(shares_[i]) / 60}].push_back(i);
    for (const auto& [place, group] : same) join_near(group);
  }

  void join_copies() {
    std::map<std::pair<std::string, std::string>, std::vector<size_t>> short_texts;
    std::map<std::string, std::vector<size_t>> long_texts;
    for (size_t i = 0; i < shares_.size(); ++i) {
      const std::string text = normal_text(report(i).text);
      if (text.empty()) continue;
      if (text.size() < shortest_copied_text)
        short_texts[{report(i).organisation, text}].push_back(i);
      else
        long_texts[text].push_back(i);
    }
    for (const auto& [text, group] : short_texts) join_near(group);
    for (const auto& [text, group] : long_texts) join_near(group);
    join_alike(long_texts);
  }

  std::vector<std::vector<Share>> take() {
    std::map<size_t, std::vector<Share>> groups;
    for (size_t i = 0; i < shares_.size(); ++i) groups[sets_.find(i)].push_back(shares_[i]);
    std::vector<std::vector<Share>> out;
    for (auto& [first, group] : groups) out.push_back(std::move(group));
    return out;
  }

 private:
  const Report& report(size_t i) const { return shares_[i].candidate->report; }

  bool near(size_t i, size_t k) const {
    return std::abs(at(shares_[i]) - at(shares_[k])) <= copy_window_s &&
           std::abs(report(i).severity - report(k).severity) <= widest_severity;
  }

  /// Joins what is near in time and severity.
  void join_near(std::vector<size_t> group) {
    std::sort(group.begin(), group.end(), [&](size_t a, size_t b) {
      return std::make_tuple(at(shares_[a]), report(a).severity, a) <
             std::make_tuple(at(shares_[b]), report(b).severity, b);
    });
    for (size_t i = 0; i < group.size(); ++i)
      for (size_t k = i; k-- > 0 && i - k <= most_looked_back;)
        if (near(group[i], group[k])) sets_.join(group[i], group[k]);
  }

  /// Different long texts that share a band of their prints.
  void join_alike(const std::map<std::string, std::vector<size_t>>& texts) {
    std::vector<TextPrint> prints;
    std::vector<const std::vector<size_t>*> owners;
    std::map<uint64_t, std::vector<size_t>> bands;
    for (const auto& [text, group] : texts) {
      prints.push_back(print_text(text));
      owners.push_back(&group);
      for (const uint64_t band : prints.back().band) bands[band].push_back(prints.size() - 1);
    }
    for (const auto& [band, members] : bands)
      for (size_t k = 1; k < members.size(); ++k)
        for (size_t j = k; j-- > 0 && k - j <= most_looked_back;) {
          const size_t a = members[j], b = members[k];
          if (likeness_of(prints[a], prints[b]) < copy_likeness) continue;
          std::vector<size_t> both = *owners[a];
          both.insert(both.end(), owners[b]->begin(), owners[b]->end());
          join_near(both);
        }
  }

  static constexpr size_t most_looked_back = 64;  // a flood of copies joins through its neighbours
  const std::vector<Share>& shares_;
  Union sets_;
};

}  // namespace

std::vector<std::vector<Share>> find_clusters(const std::vector<Share>& shares, RunReport& report) {
  Clusters clusters(shares);
  clusters.join_witnesses();
  clusters.join_crowds();
  clusters.join_copies();
  std::vector<std::vector<Share>> groups = clusters.take();
  for (std::vector<Share>& group : groups) {
    std::stable_sort(group.begin(), group.end(), [](const Share& a, const Share& b) {
      const auto rank = [](const Share& s) {
        return std::make_tuple(-s.candidate->organisation_weight, -s.candidate->weight, at(s));
      };
      return rank(a) < rank(b);
    });
    for (const Share& s : group)
      if (s.candidate->report.organisation != group.front().candidate->report.organisation)
        report.add({s.candidate->report.item, "evidence", "COPIED_TEXT",
                    "Text, witness, or place and minute are those of another organisation's report. It does not "
                    "corroborate.",
                    Verdict::noted});
  }
  return groups;
}

}  // namespace fw
