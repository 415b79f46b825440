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

Registry registry_from(const std::string& toml) {
  TempDir dir;
  write_text(dir / "reporters.toml", toml);
  return load_registry((dir / "reporters.toml").string());
}
const Date march{2026, 3, 1};

TEST(LoadRegistry, RefusesKeysThatCouldNeverCount) {
  EXPECT_EQ(code_of(organisation + "valid_from = \"2026-04-01\"\nvalid_to = \"2026-03-01\"\n"), "VALIDITY");
  EXPECT_EQ(code_of(organisation + "valid_to = \"soon\"\n"), "VALIDITY");
  EXPECT_EQ(code_of("vouch = [{ reporter = \"n\", organisation = \"o\", limit = 5 }]\n" + organisation), "MISSING_KEY");
  std::string many = "vouch = [";
  for (int i = 0; i < 21; ++i)
    many += "{ reporter = \"n" + std::to_string(i) + "\", organisation = \"o\", from = \"2026-01-01\", limit = 5 },";
  EXPECT_EQ(code_of(many + "]\n" + organisation), "VOUCH_LIMIT");
}

TEST(Standing, EndsWithTheKeyOfReporterOrOrganisation) {
  const Registry r = registry_from(
      "reporter = [{ key = \"p\", organisation = \"o\", valid_from = \"2026-01-01\", valid_to = \"2026-03-01\" }]\n" +
      organisation + "valid_to = \"2026-02-28\"\n");
  EXPECT_EQ(reporter_standing(r, "p", "o", {2025, 12, 31}).why, "KEY_EXPIRED") << "not yet";
  EXPECT_EQ(reporter_standing(r, "p", "o", {2026, 1, 1}).weight, 0.85);
  EXPECT_EQ(reporter_standing(r, "p", "o", {2026, 2, 28}).weight, 0.85);
  EXPECT_EQ(reporter_standing(r, "p", "o", march).weight, 0) << "the organisation's key has expired";
  EXPECT_EQ(organisation_standing(r, "o", march).why, "KEY_EXPIRED");
}

TEST(Standing, LearnsFromOutcomesWithinBounds) {
  EXPECT_DOUBLE_EQ(learned_weight(0.65, {}, 10), 0.65);
  EXPECT_DOUBLE_EQ(learned_weight(0.65, {10, 0}, 10), (6.5 + 10) / 20);
  EXPECT_DOUBLE_EQ(learned_weight(0.65, {0, 90}, 10), 0.065);
  EXPECT_DOUBLE_EQ(learned_weight(0.95, {1000000, 0}, 1), 0.99) << "nobody is beyond doubt";
  EXPECT_EQ(learned_weight(0, {1000, 0}, 10), 0) << "F is a person's decision, not a count";
  const Registry r = registry_from("reporter = [{ key = \"p\", organisation = \"o\", refuted = 10 }]\n[learning]\n" +
                                   std::string("prior_strength = 10\n") + organisation + "confirmed = 10\n");
  EXPECT_DOUBLE_EQ(organisation_standing(r, "o", march).weight, (8.5 + 10) / 20);
  EXPECT_EQ(describe_learning(r), std::vector<std::string>{"o: B 0.85, 0.925 after 10 confirmed, 0 refuted"});
  EXPECT_DOUBLE_EQ(reporter_standing(r, "p", "o", march).weight, (10 * 0.925 + 0) / 20);
}

TEST(Standing, OfAVouchedKeyIsDAndHasADay) {
  const Registry r = registry_from(
      "vouch = [{ reporter = \"n\", organisation = \"o\", from = \"2026-02-01\", to = \"2026-03-31\", limit = 2 }]\n" +
      organisation);
  EXPECT_EQ(reporter_standing(r, "n", "o", {2026, 1, 31}).why, "UNKNOWN_REPORTER");
  EXPECT_EQ(reporter_standing(r, "n", "o", march).weight, 0.4);
  EXPECT_EQ(reporter_standing(r, "n", "o", march).reliability, 'D');
  EXPECT_EQ(reporter_standing(r, "n", "o", {2026, 4, 1}).weight, 0);
  EXPECT_EQ(reporter_standing(r, "stranger", "o", march).weight, 0);
}

TEST(Standing, OfAVouchedKeyEndsAfterTheReportsVouchedFor) {
  TempDir dir;
  std::string rows;
  for (int day = 1; day <= 3; ++day)
    rows += "R" + std::to_string(day) + ",n,orgA,14.5,33.2,2026-03-0" + std::to_string(day) + ",drought," +
            std::to_string(day) + ",,yes,\n";
  write_text(dir / "reports.csv", header + rows);
  EvidenceRequest request = request_for(dir.path());
  request.registry.vouched["n"] = {"n", "orgA", {Date{2026, 2, 1}, {}}, 2};
  request.inputs = {{"reports.csv", "auto", {}}};
  const Outcome outcome = read(request);
  ASSERT_EQ(outcome.table.rows.size(), 1U);
  EXPECT_DOUBLE_EQ(outcome.table.rows[0].value, 0.4) << "the second report is the last that counts";
  EXPECT_DOUBLE_EQ(outcome.table.rows[0].weight, 0.4);
  EXPECT_TRUE(outcome.has(Verdict::noted, "VOUCH_SPENT"));
  EXPECT_EQ(outcome.table.unweighted, 1U);
}

}  // namespace
}  // namespace fw::test
