// 'forewarn describe': what there is, from the same entries that the program runs on.
#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "core/base/class_scheme.h"
#include "core/base/paths.h"
#include "core/evidence/report.h"
#include "core/risk/risk.h"
#include "core/scene/product.h"
#include "core/series/index_catalogue.h"
#include "core/series/indicator.h"
#include "jobs/jobs.h"

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
  for (const auto& index : IndexCatalogue::load(dir).indices()) {
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

}  // namespace

std::function<int()> declare_describe(CLI::App& app) {
  auto json = std::make_shared<bool>(false);
  auto dir = std::make_shared<std::string>();
  app.add_flag("--json", *json, "machine-readable");
  app.add_option("--config-dir", *dir, "folder with products, indicators, risk …");
  return [json, dir] {
    const Json all = describe_all(config_dir(*dir).string());
    if (*json)
      std::cout << all.dump(2) << "\n";
    else
      print_plain(all);
    return 0;
  };
}

}  // namespace fw
