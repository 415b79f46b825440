// Who may report, and how much each is believed: config/reporters.
#include <filesystem>

#include "core/base/config.h"
#include "core/base/text.h"
#include "core/evidence/report.h"

namespace fw {
namespace {

// Admiralty reliabilities as weights; F cannot be judged and is ignorance, not one half (methods, Evidence fusion).
const std::map<char, double> usual_weights = {{'A', 0.95}, {'B', 0.85}, {'C', 0.65}, {'D', 0.4}, {'E', 0.15}, {'F', 0}};

char read_reliability(const ConfigNode& node) {
  const std::string letter = node.text("reliability");
  if (letter.size() != 1 || !usual_weights.count(letter[0]))
    node.fail("reliability", "RELIABILITY",
              "is '" + printable(letter, 20) + "'. Write A (completely reliable) to E, or F (cannot be judged).");
  return letter[0];
}

std::string read_key(const ConfigNode& node) {
  const std::string key = node.text("key");
  if (key.empty() || key != trim(key) || key != printable(key))
    node.fail("key", "VALUE", "is empty or holds blanks at its ends or control characters.");
  return key;
}

/// Errors: ConfigError UNKNOWN_KIND, DUPLICATE.
std::map<std::string, std::string> read_kinds(const std::filesystem::path& file) {
  std::map<std::string, std::string> kinds;
  for (const std::string& kind : evidence_kinds) kinds[kind] = kind;
  if (!std::filesystem::exists(file)) return kinds;
  const ConfigNode root = ConfigNode::load(file.string());
  const ConfigNode table = root.at("kinds");
  for (const std::string& kind : table.keys()) {
    if (kinds.find(kind) == kinds.end() || kinds[kind] != kind)
      table.fail(kind, "UNKNOWN_KIND", "is no kind of evidence. Use " + join(evidence_kinds, ", ") + ".");
    for (const std::string& alias : table.strings(kind)) {
      const auto [at, added] = kinds.emplace(lower(trim(alias)), kind);
      if (!added && at->second != kind)
        table.fail(kind, "DUPLICATE", "has '" + printable(alias, 60) + "', which is already " + at->second + ".");
    }
  }
  table.done();
  root.done();
  return kinds;
}

}  // namespace

Registry load_registry(const std::string& file) {
  const ConfigNode root = ConfigNode::load(file);
  Registry registry;
  registry.weight = usual_weights;
  if (const auto weights = root.find("weights")) {
    for (auto& [letter, weight] : registry.weight)
      weight = weights->number(std::string(1, letter), 0, letter == 'F' ? 0 : 0.99, weight);
    weights->done();
  }
  for (const ConfigNode& node : root.list("organisation")) {
    Registry::Organisation organisation{read_key(node), node.text("name"), read_reliability(node)};
    node.done();
    if (!registry.organisations.emplace(organisation.key, organisation).second)
      node.fail("key", "DUPLICATE", "is used by two organisations. Give each its own.");
  }
  for (const ConfigNode& node : root.list("reporter")) {
    Registry::Reporter reporter{read_key(node), node.text("organisation"),
                                node.has("reliability") ? read_reliability(node) : '\0'};
    node.done();
    if (!registry.organisations.count(reporter.organisation))
      node.fail("organisation", "UNKNOWN_ORG",
                "is '" + printable(reporter.organisation, 60) + "', which has no [[organisation]] here.");
    if (!registry.reporters.emplace(reporter.key, reporter).second)
      node.fail("key", "DUPLICATE", "is used by two reporters. Give each its own.");
  }
  root.done();
  registry.kinds = read_kinds(std::filesystem::path(file).parent_path() / "kinds.toml");
  return registry;
}

}  // namespace fw
