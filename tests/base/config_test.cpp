#include "core/base/config.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "tests/support.h"

namespace fw {
namespace {

template <class F>
std::string message_of(F f) {
  try {
    f();
  } catch (const Error& e) {
    return e.code() + ": " + e.what();
  }
  return "";
}
bool says(const std::string& message, const std::string& part) { return message.find(part) != std::string::npos; }

TEST(Config, NamesFileKeyAndLineOfAMistake) {
  const auto node = ConfigNode::parse_toml("a = 1\n[grid]\ncell = \"wide\"\n", "x.toml");
  const std::string message = message_of([&] { node.at("grid").number("cell", 0, 1); });
  EXPECT_TRUE(says(message, "NUMBER_FORMAT: x.toml: key 'grid.cell' (line 3)")) << message;
}

TEST(Config, RefusesAKeyNobodyAskedForAndNamesTheNearest) {
  const auto node = ConfigNode::parse_json(R"({"wieghts": {"drought": 1}})", "c.json");
  EXPECT_FALSE(node.has("weights"));
  const std::string message = message_of([&] { node.done(); });
  EXPECT_TRUE(says(message, "UNKNOWN_KEY")) << message;
  EXPECT_TRUE(says(message, "Did you mean 'weights'?")) << message;
}

TEST(Config, RefusesNumbersOutsideTheirRange) {
  const auto node = ConfigNode::parse_json(R"({"n": 18446744073709551616, "m": -1, "f": 1.5})", "c.json");
  EXPECT_TRUE(says(message_of([&] { node.integer("n", 0, 100); }), "RANGE"));
  EXPECT_TRUE(says(message_of([&] { node.integer("m", 0, 100); }), "RANGE"));
  EXPECT_TRUE(says(message_of([&] { node.integer("f", 0, 100); }), "TYPE"));
  EXPECT_EQ(node.number("f", 0, 2), 1.5);
}

TEST(Config, SyntaxErrorsCarryLineAndColumn) {
  EXPECT_TRUE(says(message_of([] { ConfigNode::parse_json("{\n {{", "c.json"); }),
                   "JSON_SYNTAX: c.json: Not valid JSON at line 2, column 2"));
  EXPECT_TRUE(says(message_of([] { ConfigNode::parse_json("", "c.json"); }), "line 1, column 1"));
  EXPECT_TRUE(says(message_of([] { ConfigNode::parse_toml("a = \n", "c.toml"); }), "TOML_SYNTAX: c.toml: line 1"));
}

TEST(StrictJson, RefusesDuplicateKeysNanInfinityAndDepth) {
  EXPECT_TRUE(says(message_of([] { parse_json_strict(R"({"a":1,"a":2})"); }), "JSON_DUP_KEY"));
  EXPECT_TRUE(says(message_of([] { parse_json_strict(R"({"a":NaN})"); }), "JSON_NUMBER"));
  EXPECT_TRUE(says(message_of([] { parse_json_strict(R"({"a":-Infinity})"); }), "JSON_NUMBER"));
  EXPECT_TRUE(says(message_of([] { parse_json_strict(R"({"a":1e999})"); }), "JSON_NUMBER"));
  EXPECT_TRUE(says(message_of([] { parse_json_strict(std::string(100000, '[')); }), "JSON_DEPTH"));
  EXPECT_TRUE(says(message_of([] { parse_json_strict(R"({"a":1)"); }), "JSON_SYNTAX"));
  EXPECT_EQ(parse_json_strict(R"({"b":[1,2,{"c":null}]})")["b"][1], 2);
}

TEST(Config, KeepsTheOrderOfTheFileInItsCanonicalForm) {
  const auto node = ConfigNode::parse_toml("z = 1\na = [1, 2]\n[t]\nq = \"x\"\n", "c.toml");
  EXPECT_EQ(node.canonical(), R"({"z":1,"a":[1,2],"t":{"q":"x"}})");
}

}  // namespace
}  // namespace fw
