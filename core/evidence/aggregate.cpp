#include "core/evidence/aggregate.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/text.h"

namespace fw {
namespace {

constexpr double scale_top = 5;
constexpr double conflict_difference = 0.5;
constexpr double rounding = 1e-9;  // results are multiples of it: what the last bits of a mean are is nobody's evidence
constexpr int64_t copy_window_s = 3 * 86400;
constexpr size_t shortest_copied_text =
    20;  // shorter texts are common phrases; two organisations may well both write them

using Reports = std::vector<const Candidate*>;

int64_t at(const Candidate* c) { return seconds_since_epoch(c->report.time); }

/// Lower case, blanks as one space: what makes two texts the same.
std::string normal_text(const std::string& text) {
  std::vector<std::string> words;
  std::string flat = lower(text);
  std::replace_if(
      flat.begin(), flat.end(), [](char c) { return c == '\t' || c == '\r' || c == '\n'; }, ' ');
  for (std::string& word : split(flat, ' '))
    if (!word.empty()) words.push_back(std::move(word));
  return join(words, " ");
}

/// The latest report of each reporter, by reporter key.
Reports latest_of_each(const Reports& all) {
  std::map<std::string, const Candidate*> latest;
  const auto rank = [](const Candidate* c) { return std::make_tuple(at(c), c->report.severity, c->content); };
  for (const Candidate* c : all) {
    const Candidate*& best = latest[c->report.reporter];
    if (!best || rank(best) < rank(c)) best = c;
  }
  Reports reports;
  for (const auto& [reporter, c] : latest) reports.push_back(c);
  return reports;
}

/// Leaves out what repeats the text of a more reliable organisation.
Reports without_copies(const Reports& all, RunReport& report) {
  std::map<std::string, Reports> same;
  Reports kept;
  for (const Candidate* c : all) {
    const std::string text = normal_text(c->report.text);
    if (text.size() < shortest_copied_text)
      kept.push_back(c);
    else
      same[text].push_back(c);
  }
  for (auto& [text, group] : same) {
    const auto rank = [](const Candidate* c) {
      return std::make_tuple(-c->organisation_weight, at(c), c->report.organisation, c->report.reporter);
    };
    std::sort(group.begin(), group.end(), [&](auto* a, auto* b) { return rank(a) < rank(b); });
    const size_t before = kept.size();
    for (const Candidate* c : group) {
      const bool copy =
          std::any_of(kept.begin() + static_cast<std::ptrdiff_t>(before), kept.end(), [&](const Candidate* k) {
            return k->report.organisation != c->report.organisation && std::abs(at(k) - at(c)) <= copy_window_s;
          });
      if (copy)
        report.add({c->report.item, "evidence", "COPIED_TEXT",
                    "The text is that of another organisation's report within 3 days. It does not corroborate.",
                    Verdict::noted});
      else
        kept.push_back(c);
    }
  }
  return kept;
}

struct Voice {
  double sum = 0, weights = 0;  ///< severity × weight, weight
  double weight = 0;            ///< of its best reporter
  int64_t begin = 0;
  double mean() const { return sum / weights; }
};

/// The independent voices of one organisation: each text once, each report without text by itself.
std::vector<Voice> find_voices(Reports reports) {
  std::sort(reports.begin(), reports.end(), [](auto* a, auto* b) {
    return std::make_pair(at(a), a->report.reporter) < std::make_pair(at(b), b->report.reporter);
  });
  std::vector<Voice> voices;
  std::map<std::string, size_t> open;  // text → voice
  for (const Candidate* c : reports) {
    const std::string text = normal_text(c->report.text);
    const auto found = open.find(text);
    const bool joins = !text.empty() && found != open.end() && at(c) - voices[found->second].begin <= copy_window_s;
    if (!joins) {
      open[text] = voices.size();
      voices.emplace_back().begin = at(c);
    }
    Voice& voice = voices[joins ? found->second : voices.size() - 1];
    voice.sum += c->report.severity * c->weight;
    voice.weights += c->weight;
    voice.weight = std::max(voice.weight, c->weight);
  }
  return voices;
}

struct Opinion {
  double mean = 0, weight = 0;  ///< 0..1
};

Opinion form_opinion(const Reports& reports) {
  double sum = 0, weights = 0, best = 0;
  for (const Voice& voice : find_voices(reports)) {
    sum += voice.weight * voice.mean();
    weights += voice.weight;
    best = std::max(best, voice.weight);
  }
  return {sum / weights / scale_top, std::min(best, reports.front()->organisation_weight)};
}

double rounded(double v) { return std::round(v * 1e9) / 1e9; }

void combine(const std::vector<Opinion>& opinions, EvidenceRow& row) {
  double sum = 0, weights = 0, doubt = 1, spread = 0;
  for (const Opinion& o : opinions) {
    sum += o.weight * o.mean;
    weights += o.weight;
    doubt *= 1 - o.weight;
  }
  row.value = sum / weights;
  row.weight = rounded(1 - doubt);
  for (const Opinion& o : opinions) spread += o.weight * (o.mean - row.value) * (o.mean - row.value);
  row.disagreement = std::clamp(rounded(std::sqrt(spread / weights)), 0.0, 0.5);
  row.value = std::clamp(rounded(row.value), 0.0, 1.0);
  const auto [least, most] =
      std::minmax_element(opinions.begin(), opinions.end(), [](auto& a, auto& b) { return a.mean < b.mean; });
  if (most->mean - least->mean > conflict_difference + rounding) row.flags.emplace_back("CONFLICT");
  if (opinions.size() == 1) row.flags.emplace_back("SINGLE_SOURCE");
}

}  // namespace

std::vector<EvidenceRow> aggregate(const std::vector<Candidate>& candidates, Cadence cadence,
                                   const std::set<CellKey>& bursts, RunReport& report) {
  std::map<CellKey, Reports> cells;
  for (const Candidate& c : candidates)
    if (c.weight > 0) cells[{c.report.pcode, period_of(c.report.time.date, cadence), c.report.kind}].push_back(&c);
  std::vector<EvidenceRow> rows;
  for (const auto& [key, reports] : cells) {
    EvidenceRow row;
    std::tie(row.pcode, row.period, row.kind) = key;
    const Reports independent = without_copies(latest_of_each(reports), report);
    std::map<std::string, Reports> organisations;
    std::set<std::string> reporters;
    for (const Candidate* c : independent) {
      organisations[c->report.organisation].push_back(c);
      reporters.insert(c->report.reporter);
    }
    row.sensitivity = Sensitivity::low;
    for (const Candidate* c : reports) row.sensitivity = std::max(row.sensitivity, c->report.sensitivity);
    std::vector<Opinion> opinions;
    for (const auto& [organisation, own] : organisations) opinions.push_back(form_opinion(own));
    combine(opinions, row);
    row.reports = static_cast<int>(std::count_if(reports.begin(), reports.end(),
                                                 [&](auto* c) { return reporters.count(c->report.reporter) > 0; }));
    row.reporters = static_cast<int>(reporters.size());
    row.organisations = static_cast<int>(organisations.size());
    row.clusters = row.reporters;
    if (bursts.count(key)) row.flags.emplace_back("CLUSTER_SUSPECT");
    std::sort(row.flags.begin(), row.flags.end());
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace fw
