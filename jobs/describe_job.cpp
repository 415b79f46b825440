// 'forewarn describe': what there is, from the same entries that the program runs on.
#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "core/base/class_scheme.h"
#include "core/base/paths.h"
#include "core/base/text.h"
#include "core/evidence/observation.h"
#include "core/evidence/report.h"
#include "core/risk/risk.h"
#include "core/scene/product.h"
#include "core/series/index_catalogue.h"
#include "core/series/indicator.h"
#include "core/series/series_statistics.h"
#include "jobs/jobs.h"
#include "kernels/method_table.h"

namespace fw {
namespace {

using Json = nlohmann::ordered_json;

Json describe_all(const std::string& dir) {
  Json all;
  all["program"] = {{"name", "forewarn"}, {"version", program_version()}};
  for (const auto& id : list_products(dir)) {
    const Product p = load_product(dir, id);
    Json bands = Json::array();
    for (const auto& b : p.bands) bands.push_back(b.role);
    all["products"].push_back(
        {{"id", id}, {"title", p.title}, {"bands", bands}, {"quality", p.qa.has_value()}, {"source", p.source}});
  }
  const IndexCatalogue catalogue = IndexCatalogue::load(dir);
  for (const auto& index : catalogue.indices()) {
    Json entry = {{"id", index.name},     {"title", index.title},   {"formula", index.formula.text},
                  {"bands", index.bands}, {"domain", index.domain}, {"source", index.reference}};
    if (!index.corrected.empty()) entry["corrected"] = index.corrected;
    if (!index.limits.empty()) entry["limits"] = index.limits;
    all["indices"].push_back(std::move(entry));
  }
  for (const auto& id : list_indicators(dir)) {
    const Indicator n = load_indicator(dir, id);
    all["indicators"].push_back({{"id", id},
                                 {"title", n.title},
                                 {"unit", n.unit},
                                 {"series", n.series},
                                 {n.above ? "above" : "below", n.threshold},
                                 {"source", n.source}});
  }
  for (const auto& id : list_risk_layers(dir)) {
    const RiskLayer l = load_risk_layer(dir, id);
    Json factors = Json::array(), evidence = Json::array();
    for (const auto& f : l.factors)
      factors.push_back(
          {{"indicator", f.indicator}, {"weight", f.weight}, {"zero", f.zero}, {"one", f.one}, {"why", f.why}});
    for (const auto& e : l.evidence) evidence.push_back({{"kind", e.kind}, {"weight", e.weight}});
    all["layers"].push_back({{"id", id},
                             {"title", l.title},
                             {"factors", factors},
                             {"evidence", evidence},
                             {"wording", l.wording},
                             {"source", l.source}});
  }
  for (const auto& f : describe_formats())
    all["report_formats"].push_back({{"id", f.format}, {"title", f.title}, {"how", f.how}, {"fields", f.fields}});
  for (const auto& f : describe_statistic_formats())
    all["statistic_formats"].push_back({{"id", f.format}, {"title", f.title}, {"source", f.source}, {"how", f.how}});
  for (const auto& m : series_statistics())
    all["statistics"].push_back(
        {{"id", m.name}, {"title", m.title}, {"unit", m.unit}, {"source", m.source}, {"limits", m.limits}});
  for (const auto& job : all_jobs())
    all["jobs"].push_back({{"id", job.name}, {"title", job.summary}, {"group", job.group}});
  return all;
}

void print_plain(const Json& all) {
  for (const auto& [section, entries] : all.items()) {
    if (!entries.is_array()) continue;
    std::cout << section << "\n";
    for (const auto& e : entries) {
      std::string id = e["id"].get<std::string>();
      id.resize(std::max<size_t>(22, id.size() + 2), ' ');
      std::cout << "  " << id << e["title"].get<std::string>();
      if (e.contains("formula")) std::cout << ": " << e["formula"].get<std::string>();
      std::cout << "\n";
    }
    std::cout << "\n";
  }
}

/// One cell of a Markdown table.
std::string cell(std::string text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : c == '\n' ? std::string(" ") : std::string(1, c);
  return out;
}

/// The tables of docs/method.md that are made from the same entries the program runs on.
void print_markdown(const std::string& dir) {
  std::cout
      << "### Spectral indices\n\n"
         "Formulas over the letters of `config/indices/bands.toml`; reflectance 0..1, temperature in K, radar in "
         "linear power. No value where a band\n"
         "has none, a denominator that is a band or a sum is below 1e-6 (any other: is 0), or the result is not "
         "finite.\n\n"
         "| index | title | formula | unit | range | source | corrected, limits |\n|---|---|---|---|---|---|---|\n";
  const IndexCatalogue catalogue = IndexCatalogue::load(dir);
  for (const auto& i : catalogue.indices()) {
    std::string constants;
    for (const auto& [name, value] : i.formula.constants)
      constants += (constants.empty() ? "; " : ", ") + name + " = " + format_number(value);
    for (const auto& [name, text] : i.formula.definitions)
      constants += (constants.empty() ? "; " : ", ") + name + " = " + text;
    const std::string range = i.range ? format_number((*i.range)[0]) + ".." + format_number((*i.range)[1]) : "";
    std::string notes = i.corrected.empty() ? "" : "Corrected: " + i.corrected;
    if (!i.limits.empty()) notes += (notes.empty() ? "" : " ") + i.limits;
    std::cout << "| `" << i.name << "` | " << cell(i.title) << " | `" << cell(i.formula.text + constants) << "` | "
              << i.unit << " | " << range << " | " << cell(i.reference) << " | " << cell(notes) << " |\n";
  }
  std::cout
      << "\n### Statistics of series\n\n| statistic | what | unit | source | no value where |\n|---|---|---|---|---|\n";
  for (const auto& m : series_statistics())
    std::cout << "| `" << m.name << "` | " << cell(m.title) << " | " << m.unit << " | " << cell(m.source) << " | "
              << cell(m.limits) << " |\n";
  std::cout << "\n### Water and change\n\n| result | what | unit | range | source | parameters | limits "
               "|\n|---|---|---|---|---|---|---|\n";
  for (const auto& methods : {water_methods(), change_methods()})
    for (const auto& m : methods)
      std::cout << "| `" << m.name << "` | " << cell(std::string(m.title)) << " | " << m.unit << " | " << m.range
                << " | " << cell(std::string(m.source)) << " | " << cell(std::string(m.parameters)) << " | "
                << cell(std::string(m.limits)) << " |\n";
  std::cout
      << "\n### Indicators\n\n| indicator | title | unit | series | beyond | source |\n|---|---|---|---|---|---|\n";
  for (const auto& id : list_indicators(dir)) {
    const Indicator n = load_indicator(dir, id);
    std::cout << "| `" << id << "` | " << cell(n.title) << " | " << n.unit << " | " << n.series << " | "
              << (n.above ? "> " : "< ") << format_number(n.threshold) << " | " << cell(n.source) << " |\n";
  }
}

}  // namespace

std::function<int()> declare_describe(CLI::App& app) {
  auto json = std::make_shared<bool>(false);
  auto markdown = std::make_shared<bool>(false);
  auto dir = std::make_shared<std::string>();
  app.add_flag("--markdown", *markdown, "tables for docs/method.md");
  app.add_flag("--json", *json, "machine-readable");
  app.add_option("--config-dir", *dir, "folder with products, indicators, risk …");
  app.footer("Example: forewarn describe --json | jq '.products[].id'");
  return [json, markdown, dir] {
    if (*markdown) {
      print_markdown(config_dir(*dir).string());
      return 0;
    }
    const Json all = describe_all(config_dir(*dir).string());
    if (*json)
      std::cout << all.dump(2) << "\n";
    else
      print_plain(all);
    return 0;
  };
}

}  // namespace fw
