// Validation of STAC documents against the schemas in tests/output/schemas.
#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>
#include <vector>

#include "tests/support.h"

namespace fw::test {

/// Problems that the schema of items or of collections, whichever the document says it is, has with it; empty when it
/// is valid.
inline std::vector<std::string> stac_problems(const nlohmann::json& document) {
  const std::string name = document.value("type", "") == "Collection" ? "stac_collection" : "stac_item";
  const auto text = nlohmann::json::parse(
      read_text(std::filesystem::path(FW_SOURCE_DIR) / ("tests/output/schemas/" + name + ".json")));
  valijson::Schema schema;
  valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema);
  valijson::ValidationResults results;
  valijson::Validator validator;
  std::vector<std::string> problems;
  if (validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(document), &results)) return problems;
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    std::string at;
    for (const auto& part : error.context) at += part;
    problems.push_back(at + ": " + error.description);
  }
  return problems;
}

}  // namespace fw::test
