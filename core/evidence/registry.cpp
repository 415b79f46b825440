#include "core/evidence/registry.h"

#include <algorithm>
#include <filesystem>

#include "core/base/config.h"
#include "core/base/text.h"
#include "core/evidence/report.h"

namespace fw {
namespace {

// Admiralty reliabilities as weights; F cannot be judged and is ignorance, not one half (methods, Evidence fusion).
const std::map<char, double> usual_weights = {{'A', 0.95}, {'B', 0.85}, {'C', 0.65}, {'D', 0.4}, {'E', 0.15}, {'F', 0}};

constexpr double highest_weight = 0.99;  // nobody is beyond doubt: one source alone never settles a question
constexpr long long most_outcomes = 1'000'000;
constexpr int most_vouchings = 20, most_vouched_reports = 100;
constexpr char vouched_reliability = 'D';

char read_reliability(const ConfigNode& node) {
  const std::string letter = node.text("reliability");
  if (letter.size() != 1 || !usual_weights.count(letter[0]))
    node.fail("reliability", "RELIABILITY",
              "is '" + printable(letter, 20) + "'. Write A (completely reliable) to E, or F (cannot be judged).");
  return letter[0];
}

std::string read_key(const ConfigNode& node, const char* name) {
  const std::string key = node.text(name);
  if (key.empty() || key != trim(key) || key != printable(key))
    node.fail(name, "VALUE", "is empty or holds blanks at its ends or control characters.");
  return key;
}

std::optional<Date> read_day(const ConfigNode& node, const char* key) {
  if (!node.has(key)) return {};
  const std::optional<DateTime> day = parse_datetime(node.text(key));
  if (!day || day->has_time) node.fail(key, "VALIDITY", "is no day. Write it as \"2026-03-31\".");
  return day->date;
}

Validity read_validity(const ConfigNode& node, const char* from, const char* to) {
  const Validity valid{read_day(node, from), read_day(node, to)};
  if (valid.from && valid.to && *valid.to < *valid.from)
    node.fail(to, "VALIDITY", "is before " + std::string(from) + ". The key would never count.");
  return valid;
}

Outcomes read_outcomes(const ConfigNode& node) {
  return {static_cast<int>(node.integer("confirmed", 0, most_outcomes, 0)),
          static_cast<int>(node.integer("refuted", 0, most_outcomes, 0))};
}

std::string known_organisation(const ConfigNode& node, const Registry& registry) {
  const std::string key = node.text("organisation");
  if (!registry.organisations.count(key))
    node.fail("organisation", "UNKNOWN_ORG", "is '" + printable(key, 60) + "', which has no [[organisation]] here.");
  return key;
}

void read_organisations(const ConfigNode& root, Registry& registry) {
  for (const ConfigNode& node : root.list("organisation")) {
    Registry::Organisation o;
    o.key = read_key(node, "key");
    o.name = node.text("name");
    o.reliability = read_reliability(node);
    o.valid = read_validity(node, "valid_from", "valid_to");
    o.outcomes = read_outcomes(node);
    node.done();
    if (!registry.organisations.emplace(o.key, o).second)
      node.fail("key", "DUPLICATE", "is used by two organisations. Give each its own.");
  }
}

void read_reporters(const ConfigNode& root, Registry& registry) {
  for (const ConfigNode& node : root.list("reporter")) {
    Registry::Reporter r;
    r.key = read_key(node, "key");
    r.organisation = known_organisation(node, registry);
    if (node.has("reliability")) r.reliability = read_reliability(node);
    r.valid = read_validity(node, "valid_from", "valid_to");
    r.outcomes = read_outcomes(node);
    node.done();
    if (!registry.reporters.emplace(r.key, r).second)
      node.fail("key", "DUPLICATE", "is used by two reporters. Give each its own.");
  }
}

void read_vouchings(const ConfigNode& root, Registry& registry) {
  std::map<std::string, int> by_organisation;
  for (const ConfigNode& node : root.list("vouch")) {
    Registry::Vouching v;
    v.reporter = read_key(node, "reporter");
    v.organisation = known_organisation(node, registry);
    v.valid = read_validity(node, "from", "to");
    if (!v.valid.from) node.fail("from", "MISSING_KEY", "is missing. A vouching begins on a day.");
    v.limit = static_cast<int>(node.integer("limit", 1, most_vouched_reports));
    node.done();
    if (registry.reporters.count(v.reporter))
      node.fail("reporter", "DUPLICATE", "is registered already and needs no vouching.");
    if (++by_organisation[v.organisation] > most_vouchings)
      node.fail("organisation", "VOUCH_LIMIT",
                "vouches for more than " + std::to_string(most_vouchings) + " keys. Register those it knows.");
    if (!registry.vouched.emplace(v.reporter, v).second)
      node.fail("reporter", "DUPLICATE", "is vouched for twice. Keep one.");
  }
}

/// A number per kind of evidence. Errors: ConfigError UNKNOWN_KIND, RANGE.
void read_by_kind(const ConfigNode& root, const char* key, double lo, double hi, std::map<std::string, double>& out) {
  const auto table = root.find(key);
  if (!table) return;
  for (const std::string& kind : table->keys()) {
    expect_kind(*table, kind, kind);
    out[kind] = table->number(kind, lo, hi);
  }
  table->done();
}

/// Errors: ConfigError UNKNOWN_KIND, DUPLICATE.
std::map<std::string, std::string> read_kinds(const ConfigNode& root) {
  std::map<std::string, std::string> kinds;
  for (const std::string& kind : evidence_kinds) kinds[kind] = kind;
  const ConfigNode table = root.at("kinds");
  for (const std::string& kind : table.keys()) {
    expect_kind(table, kind, kind);
    for (const std::string& alias : table.strings(kind)) {
      const auto [at, added] = kinds.emplace(lower(trim(alias)), kind);
      if (!added && at->second != kind)
        table.fail(kind, "DUPLICATE", "has '" + printable(alias, 60) + "', which is already " + at->second + ".");
    }
  }
  table.done();
  return kinds;
}

double weight_of(const Registry& registry, char letter) {
  const auto at = registry.weight.find(letter);
  return at == registry.weight.end() ? 0.0 : at->second;
}

}  // namespace

void expect_kind(const ConfigNode& node, const std::string& key, const std::string& kind) {
  if (std::find(evidence_kinds.begin(), evidence_kinds.end(), kind) == evidence_kinds.end())
    node.fail(key, "UNKNOWN_KIND", "is no kind of evidence. Use " + join(evidence_kinds, ", ") + ".");
}

Registry load_registry(const std::string& file) {
  const ConfigNode root = ConfigNode::load(file);
  Registry registry;
  registry.weight = usual_weights;
  if (const auto weights = root.find("weights")) {
    for (auto& [letter, weight] : registry.weight)
      weight = weights->number(std::string(1, letter), 0, letter == 'F' ? 0 : 0.99, weight);
    weights->done();
  }
  if (const auto learning = root.find("learning")) {
    registry.prior_strength = learning->number("prior_strength", 1, 1000, registry.prior_strength);
    learning->done();
  }
  if (const auto dependence = root.find("dependence")) {
    registry.organisation_dependence = dependence->number("organisation", 0, 1, registry.organisation_dependence);
    dependence->done();
  }
  read_organisations(root, registry);
  read_reporters(root, registry);
  read_vouchings(root, registry);
  root.done();
  for (const std::string& kind : evidence_kinds) registry.kinds[kind] = kind;
  const std::filesystem::path kinds = std::filesystem::path(file).parent_path() / "kinds.toml";
  if (!std::filesystem::exists(kinds)) return registry;
  const ConfigNode node = ConfigNode::load(kinds.string());
  registry.kinds = read_kinds(node);
  read_by_kind(node, "half_life_days", 1, 3650, registry.half_life_days);
  read_by_kind(node, "reach_km", 0, 500, registry.reach_km);
  node.done();
  return registry;
}

double learned_weight(double prior, Outcomes outcomes, double strength) {
  if (!(prior > 0)) return 0;
  const double trials = static_cast<double>(outcomes.confirmed) + outcomes.refuted;
  return std::min((strength * prior + outcomes.confirmed) / (strength + trials), highest_weight);
}

std::vector<std::string> describe_learning(const Registry& registry) {
  std::vector<std::string> lines;
  for (const auto& [key, o] : registry.organisations) {
    if (o.outcomes.confirmed + o.outcomes.refuted == 0) continue;
    const double prior = registry.weight.at(o.reliability);
    lines.push_back(key + ": " + o.reliability + " " + format_number(prior) + ", " +
                    format_fixed(learned_weight(prior, o.outcomes, registry.prior_strength), 3) + " after " +
                    std::to_string(o.outcomes.confirmed) + " confirmed, " + std::to_string(o.outcomes.refuted) +
                    " refuted");
  }
  return lines;
}

Standing organisation_standing(const Registry& registry, const std::string& organisation, Date day) {
  const Registry::Organisation& o = registry.organisations.at(organisation);
  const double prior = weight_of(registry, o.reliability);
  Standing out{learned_weight(prior, o.outcomes, registry.prior_strength), o.reliability, true, ""};
  if (!o.valid.holds(day)) return {0, o.reliability, true, "KEY_EXPIRED"};
  if (out.weight == 0) out.why = "RELIABILITY_F";
  return out;
}

Standing reporter_standing(const Registry& registry, const std::string& reporter, const std::string& organisation,
                           Date day) {
  const Standing above = organisation_standing(registry, organisation, day);
  if (const auto known = registry.reporters.find(reporter);
      known != registry.reporters.end() && known->second.organisation == organisation) {
    const Registry::Reporter& r = known->second;
    const char letter = r.reliability ? r.reliability : above.reliability;
    const double prior = r.reliability ? weight_of(registry, r.reliability) : above.weight;
    const double own = learned_weight(prior, r.outcomes, registry.prior_strength);
    if (!r.valid.holds(day) || above.why == "KEY_EXPIRED") return {0, letter, true, "KEY_EXPIRED"};
    if (own == 0 || above.weight == 0) return {0, 'F', true, "RELIABILITY_F"};
    return {std::min(own, above.weight), std::max(letter, above.reliability), true, ""};
  }
  const auto vouching = registry.vouched.find(reporter);
  if (vouching == registry.vouched.end() || vouching->second.organisation != organisation ||
      !vouching->second.valid.holds(day))
    return {0, 'F', false, "UNKNOWN_REPORTER"};
  if (above.weight == 0) return {0, above.reliability, true, above.why};
  return {std::min(weight_of(registry, vouched_reliability), above.weight),
          std::max(vouched_reliability, above.reliability), true, ""};
}

}  // namespace fw
