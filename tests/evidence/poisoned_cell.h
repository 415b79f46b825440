// One unit, dekad and kind with honest and hostile reporters, as files that go the whole way through read_evidence.
#pragma once
#include <cmath>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include "tests/evidence/report_helpers.h"

namespace fw::test {

enum class Attack { inflate, deflate, mimic, stolen_key, colluding_organisation };
inline const std::vector<std::pair<Attack, std::string>> attacks = {
    {Attack::inflate, "inflate"},
    {Attack::deflate, "deflate"},
    {Attack::mimic, "mimic"},
    {Attack::stolen_key, "stolen key"},
    {Attack::colluding_organisation, "colluding organisation"}};

/// Spread of honest reports around the truth, of 0..1: half a point of the form's 0..5.
inline constexpr double honest_spread = 0.1;

/// A made-up cell: 3 to 6 organisations of reliability A to D, 4 to 30 registered reporters, one truth.
class Cell {
 public:
  explicit Cell(uint32_t seed) : random_(seed) {
    registry_ = example_registry();
    registry_.organisations.clear();
    registry_.reporters.clear();
    const size_t organisations = 3 + pick(4), reporters = 4 + pick(27);
    for (size_t o = 0; o < organisations; ++o) {
      Registry::Organisation organisation;
      organisation.key = "o" + std::to_string(o);
      organisation.name = organisation.key;
      organisation.reliability = static_cast<char>('A' + pick(4));
      registry_.organisations[organisation.key] = organisation;
    }
    for (size_t r = 0; r < reporters; ++r) {
      Person p{"r" + std::to_string(r), "o" + std::to_string(r < organisations ? r : pick(organisations)), 0, 0, ""};
      p.severity = 5 * std::clamp(truth_ + honest_spread * normal(), 0.0, 1.0);
      p.time_s = pick(8 * 86400);
      p.text = words();
      people_.push_back(p);
    }
    truth_shift_ = truth_ < 0.5 ? 5 : 0;
  }

  size_t reporters() const { return people_.size(); }

  /// Evidence where everybody is honest.
  Outcome clean() const { return evaluate(people_, ""); }

  /// Evidence where the given share of the reporters (rounded down) is hostile.
  Outcome attacked(Attack attack, double share) {
    std::vector<Person> people = people_;
    const auto hostile = static_cast<size_t>(share * static_cast<double>(people.size()) + 1e-9);
    std::shuffle(people.begin(), people.end(), random_);
    if (attack == Attack::stolen_key)  // the best keys are worth stealing
      std::stable_sort(people.begin(), people.end(),
                       [&](const Person& a, const Person& b) { return letter(a) < letter(b); });
    std::string stolen;
    if (attack == Attack::colluding_organisation) {
      Registry::Organisation ring;
      ring.key = ring.name = "ring";
      ring.reliability = static_cast<char>('A' + pick(4));
      registry_.organisations["ring"] = ring;
    }
    for (size_t i = 0; i < hostile; ++i) {
      Person& p = people[i];
      const Person honest = people[hostile + pick(people.size() - hostile)];
      switch (attack) {
        case Attack::inflate:
          p.severity = 5;
          break;
        case Attack::deflate:
          p.severity = 0;
          break;
        case Attack::mimic:
          p.severity = truth_shift_;
          p.text = honest.text + " today";
          p.time_s = honest.time_s + 600;
          break;
        case Attack::stolen_key: {  // the owner's report stands; the thief sends a newer one
          Person thief = p;
          thief.severity = truth_shift_;
          thief.time_s = 8 * 86400 + pick(86400);
          thief.text = words();
          stolen += line(thief, "t" + std::to_string(i));
          break;
        }
        case Attack::colluding_organisation:
          p.organisation = "ring";
          p.severity = truth_shift_;
          break;
      }
    }
    const Outcome out = evaluate(people, stolen);
    registry_.organisations.erase("ring");
    return out;
  }

  /// Evidence with `n` unregistered keys that send the opposite of the truth within 50 minutes.
  Outcome with_sybils(size_t n) {
    std::string rows;
    const size_t begin = pick(8 * 86400);
    for (size_t i = 0; i < n; ++i) {
      const Person p{"s" + std::to_string(i), "o" + std::to_string(pick(3)), truth_shift_, begin + pick(3000), words()};
      rows += line(p, "s" + std::to_string(i));
    }
    return evaluate(people_, rows);
  }

  /// Something has happened: 10 to 60 people send within an hour, three of ten of them for the first time.
  Outcome with_honest_burst() {
    std::string rows;
    Registry& registry = registry_;
    const size_t n = 10 + pick(51), begin = pick(8 * 86400);
    for (size_t i = 0; i < n; ++i) {
      const Person p{"b" + std::to_string(i), "o" + std::to_string(pick(3)), 4, begin + pick(3600), words()};
      if (uniform() >= 0.3) {
        Registry::Reporter known;
        known.key = p.key;
        known.organisation = p.organisation;
        registry.reporters[p.key] = known;
      }
      rows += line(p, "b" + std::to_string(i));
    }
    return evaluate(people_, rows);
  }

 private:
  struct Person {
    std::string key, organisation;
    double severity;
    size_t time_s;
    std::string text;
  };

  size_t pick(size_t n) { return random_() % n; }
  double uniform() { return static_cast<double>(random_()) / 4294967296.0; }
  double normal() { return std::sqrt(-2 * std::log(1 - uniform())) * std::cos(2 * std::numbers::pi * uniform()); }
  char letter(const Person& p) const { return registry_.organisations.at(p.organisation).reliability; }
  std::string words() {
    std::string out;
    for (int w = 0; w < 8; ++w) {
      for (int k = 0; k < 6; ++k) out += static_cast<char>('a' + pick(26));
      out += ' ';
    }
    return out;
  }

  std::string line(const Person& p, const std::string& id) {
    const std::string place = format_fixed(14.1 + 0.1 * uniform(), 5) + "," + format_fixed(33.1 + 0.1 * uniform(), 5);
    const auto seconds = static_cast<int>(p.time_s % 86400);
    const DateTime at{date_from_days(days_since_epoch({2026, 3, 1}) + static_cast<int64_t>(p.time_s / 86400)), seconds,
                      true, true};
    return id + "," + p.key + "," + p.organisation + "," + place + "," + to_string(at) + ",conflict," +
           format_number(p.severity) + ",,yes," + p.text + "\n";
  }

  Outcome evaluate(const std::vector<Person>& people, const std::string& more) const {
    TempDir dir;
    Registry registry = registry_;
    std::string rows;
    Cell scribe = *this;  // places are drawn anew without moving this cell's dice
    for (const Person& p : people) {
      Registry::Reporter known;
      known.key = p.key;
      known.organisation = p.organisation;
      registry.reporters[p.key] = known;
      rows += scribe.line(p, "h-" + p.key);
    }
    write_text(dir / "reports.csv", header + rows + more);
    EvidenceRequest request = request_for(dir.path());
    request.registry = registry;
    request.as_of = *parse_datetime("2026-03-11T00:00:00Z");
    request.inputs.push_back({"reports.csv", "auto", {}, {}});
    return read(request);
  }

  std::mt19937 random_;
  Registry registry_;
  double truth_ = 0.05 + 0.9 * uniform();
  double truth_shift_ = 0;
  std::vector<Person> people_;
};

}  // namespace fw::test
