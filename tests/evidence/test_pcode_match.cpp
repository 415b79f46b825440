// Places and units: what is one, what is not, and that nothing is guessed.
#include <gtest/gtest.h>

#include "core/evidence/pcode_match.h"
#include "tests/support.h"

namespace fw::test {
namespace {

TEST(NormalCode, StringsAndNumbersAreOne) {
  for (const char* same : {"0701", "701", "701.0", " 0701 ", "00701.00"}) EXPECT_EQ(normal_code(same), "701") << same;
  EXPECT_EQ(normal_code("et 0508"), "ET0508");
  EXPECT_EQ(normal_code("ET0508.0"), "ET0508.0");  // no number
  EXPECT_NE(normal_code("7010"), normal_code("701"));
  EXPECT_EQ(normal_code("0"), "0");
  EXPECT_EQ(normal_code("000"), "0");
  EXPECT_EQ(normal_code("7.5"), "7.5");
  EXPECT_EQ(normal_code(""), "");
}

TEST(NormalName, CaseAccentsAndSignsDoNotCountAndLettersDo) {
  EXPECT_EQ(normal_name("N'Djaména"), "ndjamena");
  EXPECT_EQ(normal_name("N\u2019DJAMENA"), "ndjamena");
  EXPECT_EQ(normal_name("Bahr-el-Gazel"), "bahr el gazel");
  EXPECT_EQ(normal_name("  Bahr  el/Gazel. "), "bahr el gazel");
  EXPECT_EQ(normal_name("Ségou (Cercle)"), "segou cercle");
  EXPECT_EQ(normal_name("ЁЛКА"), normal_name("ёлка"));
  EXPECT_EQ(normal_name("Straße"), "strasse");
  EXPECT_NE(normal_name("Bale"), normal_name("Balé 1"));
  EXPECT_NE(normal_name("Gedeo"), normal_name("Gedio"));
  EXPECT_EQ(normal_name("\xFF\xFE"), "\xFF\xFE");
}

const std::vector<KnownUnit> units = {{"XY01", "North", "XY", 1},     {"XY02", "South", "XY", 1},
                                      {"XY0101", "Upper", "XY01", 2}, {"XY0102", "Central", "XY01", 2},
                                      {"XY0201", "Lower", "XY02", 2}, {"XY0202", "Central", "XY02", 2}};

Observation at(std::vector<Place> places, const std::string& country = "XYZ") {
  Observation o;
  o.places = std::move(places);
  o.country = country;
  return o;
}

PcodeMatcher matcher(AliasTable aliases = {}) {
  return PcodeMatcher(units, "xyz", std::move(aliases), [](double lon, double) -> std::optional<std::string> {
    return lon > 0 ? std::optional<std::string>("XY0101") : std::nullopt;
  });
}

std::string matched(const PcodeMatcher& m, const Observation& o) {
  const Match found = m.match(o);
  return std::string(name_of(found.how)) + " " + found.pcode;
}

TEST(PcodeMatcher, TakesTheCodeFirst) {
  EXPECT_EQ(matched(matcher(), at({{1, "XY01", ""}, {2, "xy 0102", "Anything"}})), "code XY0102");
  EXPECT_EQ(matched(matcher(), at({{-1, "XY02", ""}})), "code XY02");
  EXPECT_EQ(matched(matcher(), at({{2, "XY02", ""}})), "code XY02");  // to the letter, whatever level the file gives it
}

TEST(PcodeMatcher, TakesANameOnlyWhereItIsTheOnlyOneInItsParent) {
  EXPECT_EQ(matched(matcher(), at({{1, "", "north"}, {2, "", "CENTRAL"}})), "name XY0102");
  EXPECT_EQ(matched(matcher(), at({{1, "XY02", ""}, {2, "", "Central"}})), "name XY0202");
  EXPECT_EQ(matched(matcher(), at({{2, "", "Central"}})), "none ");
  EXPECT_EQ(matcher().match(at({{2, "", "Central"}})).why, "several units have this name");
  EXPECT_EQ(matched(matcher(), at({{2, "", "Upper"}})), "name XY0101");
  EXPECT_EQ(matched(matcher(), at({{1, "", "South"}, {2, "", "Upper"}})), "none ");
  EXPECT_EQ(matched(matcher(), at({{1, "", "Nowhere"}, {2, "", "Upper"}})), "none ");
  EXPECT_EQ(matched(matcher(), at({{1, "", "North"}, {-1, "", "Upper"}})), "name XY0101");
  EXPECT_EQ(matched(matcher(), at({{1, "", "North"}, {-1, "", "North"}})), "none ");  // the area lies below the region
  EXPECT_EQ(matched(matcher(), at({{2, "", "Uper"}})), "none ");
}

TEST(PcodeMatcher, UsesAliasesOnlyAsTheySay) {
  const AliasTable table{
      "t", "s", {{2, "Middle", "", "North", "XY0102"}, {1, "The North", "", "", "XY01"}, {2, "", "77", "", "XY0201"}}};
  EXPECT_EQ(matched(matcher(table), at({{1, "", "North"}, {2, "", "middle"}})), "alias XY0102");
  EXPECT_EQ(matched(matcher(table), at({{1, "", "South"}, {2, "", "middle"}})), "none ");
  EXPECT_EQ(matched(matcher(table), at({{1, "", "The  north"}, {2, "", "Upper"}})), "name XY0101");
  EXPECT_EQ(matched(matcher(table), at({{2, "077.0", ""}})), "alias XY0201");
  EXPECT_THROW(matcher({"t", "s", {{2, "x", "", "", "XY9999"}}}), ConfigError);
}

TEST(PcodeMatcher, NeverMovesACountToAnotherLevelOrCountry) {
  EXPECT_EQ(matched(matcher(), at({{2, "ZZ01", ""}}, "ABC")), "elsewhere ");
  EXPECT_EQ(matched(matcher(), at({})), "coarser ");
  EXPECT_EQ(matched(matcher(), at({{0, "", "Sampleland"}})), "coarser ");
  EXPECT_EQ(matched(matcher(), at({{2, "XY0101", ""}, {3, "XY010101", ""}})), "none ");  // people of a part of a unit
  Observation event = at({{1, "", "North"}, {2, "", "Upper"}, {3, "", "Village"}});
  event.dataset = Dataset::conflict;
  EXPECT_EQ(matched(matcher(), event), "name XY0101");  // an event in a part of a unit is in the unit
}

TEST(PcodeMatcher, APointDecidesOnlyWhereNothingElseDoes) {
  Observation o = at({{2, "", "Unheard of"}});
  o.lat = 1;
  o.lon = 1;
  EXPECT_EQ(matched(matcher(), o), "point XY0101");
  o.lon = -1;
  EXPECT_EQ(matched(matcher(), o), "none ");
  o.places = {{2, "XY0202", ""}};
  o.lon = 1;
  EXPECT_EQ(matched(matcher(), o), "code XY0202");
}

TEST(MatchCount, RateIsOfThoseThatShouldMatch) {
  MatchCount count;
  for (const Observation& o : {at({{2, "XY0101", ""}}), at({{2, "", "Nix"}}), at({}), at({{2, "a", ""}}, "ABC")})
    count.add(matcher().match(o), o);
  EXPECT_EQ(count.rate(), 0.5);
  ASSERT_EQ(count.unmatched.size(), 1U);
  EXPECT_EQ(count.unmatched.begin()->first, "Nix");
  EXPECT_FALSE(MatchCount().rate());
}

TEST(LoadAliases, RefusesTwoMeaningsOfOneName) {
  TempDir dir;
  const auto load = [&](const std::string& text) {
    write_text(dir / "a.toml", "title = \"t\"\nsource = \"s\"\n" + text);
    return load_aliases((dir / "a.toml").string());
  };
  EXPECT_EQ(load("[[alias]]\nlevel = 2\nname = \"A\"\npcode = \"XY0101\"\n").aliases.size(), 1U);
  EXPECT_THROW(
      load("[[alias]]\nlevel = 2\nname = \"A\"\npcode = \"B\"\n[[alias]]\nlevel = 2\nname = \"a\"\npcode = \"C\"\n"),
      ConfigError);
  EXPECT_THROW(load("[[alias]]\nlevel = 2\npcode = \"B\"\n"), ConfigError);
  EXPECT_THROW(load("[[alias]]\nlevel = 2\nname = \"A\"\npcode = \"B\"\nfuzzy = true\n"), ConfigError);
}

}  // namespace
}  // namespace fw::test
