#include <gtest/gtest.h>

#include "tests/evidence/report_helpers.h"

namespace fw::test {
namespace {

const std::string organisation = "[[organisation]]\nkey = \"o\"\nname = \"O\"\nreliability = \"B\"\n";

std::string code_of(const std::string& toml, const std::string& kinds = "") {
  TempDir dir;
  write_text(dir / "reporters.toml", toml);
  if (!kinds.empty()) write_text(dir / "kinds.toml", kinds);
  try {
    load_registry((dir / "reporters.toml").string());
  } catch (const ConfigError& e) {
    return e.code();
  }
  return "";
}

TEST(LoadRegistry, ReadsTheExampleAndTheSample) {
  const Registry example = example_registry();
  EXPECT_EQ(example.organisations.at("orgA").reliability, 'A');
  EXPECT_EQ(example.reporters.at("p7").organisation, "orgA");
  EXPECT_EQ(example.reporters.at("q2").reliability, 'C');
  EXPECT_EQ(example.weight.at('D'), 0.4);
  EXPECT_EQ(example.kinds.at("no rain"), "drought");
  EXPECT_EQ(example.kinds.at("price"), "price");
  const Registry sample = load_registry(std::string(FW_SOURCE_DIR) + "/config/reporters/sample.toml");
  EXPECT_EQ(sample.organisations.size(), 4U);
  EXPECT_EQ(sample.reporters.size(), 12U);
}

TEST(LoadRegistry, TakesWeightsFromTheFile) {
  TempDir dir;
  write_text(dir / "reporters.toml", "[weights]\nB = 0.5\n" + organisation);
  const Registry registry = load_registry((dir / "reporters.toml").string());
  EXPECT_EQ(registry.weight.at('B'), 0.5);
  EXPECT_EQ(registry.weight.at('A'), 0.95);
  EXPECT_EQ(registry.kinds.size(), evidence_kinds.size());  // no kinds.toml beside it
}

TEST(LoadRegistry, RefusesWhatWouldMislead) {
  EXPECT_EQ(code_of(organisation), "");
  EXPECT_EQ(code_of(organisation + organisation), "DUPLICATE");
  EXPECT_EQ(code_of("reporter = [{ key = \"r\", organisation = \"nobody\" }]\n" + organisation), "UNKNOWN_ORG");
  EXPECT_EQ(code_of("[[organisation]]\nkey = \"o\"\nname = \"O\"\nreliability = \"G\"\n"), "RELIABILITY");
  EXPECT_EQ(code_of("[weights]\nF = 0.5\n" + organisation), "RANGE");
  EXPECT_EQ(code_of("[weights]\nA = 1.5\n" + organisation), "RANGE");
  EXPECT_EQ(code_of(organisation + "relaibility = \"A\"\n"), "UNKNOWN_KEY");
  EXPECT_EQ(code_of(organisation, "[kinds]\nfamine = [\"hunger\"]\n"), "UNKNOWN_KIND");
  EXPECT_EQ(code_of(organisation, "[kinds]\ncrop = [\"pest\"]\nwater = [\"pest\"]\n"), "DUPLICATE");
}

}  // namespace
}  // namespace fw::test
