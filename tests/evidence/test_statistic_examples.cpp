// The examples of docs/formats.md: each is read by the reader it is an example of, with the numbers that the page
// states.
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "core/evidence/observation_reader.h"
#include "tests/evidence/report_helpers.h"

namespace fw::test {
namespace {

struct Example {
  std::string format, text;
  size_t rows = 0, observations = 0, refused = 0, set_aside = 0;
  std::map<std::string, std::string> columns;
};

std::vector<Example> examples() {
  std::vector<Example> list;
  const std::string page = read_text(std::string(FW_SOURCE_DIR) + "/docs/formats.md");
  const std::regex block("<!-- example: ([^>]*) -->\n```[a-z]+\n");
  for (std::sregex_iterator at(page.begin(), page.end(), block), end; at != end; ++at) {
    Example e;
    const std::vector<std::string> words = split((*at)[1].str(), ',');
    e.format = words.at(0);
    for (size_t i = 1; i < words.size(); ++i) {
      const std::string word = trim(words[i]);
      const size_t equals = word.find('='), blank = word.find(' ');
      if (equals != std::string::npos) {
        e.columns[word.substr(0, equals)] = word.substr(equals + 1);
        continue;
      }
      const size_t n = static_cast<size_t>(std::stoul(word.substr(0, blank)));
      const std::string what = word.substr(blank + 1);
      (what == "rows"           ? e.rows
       : what == "observations" ? e.observations
       : what == "refused"      ? e.refused
                                : e.set_aside) = n;
    }
    const size_t start = static_cast<size_t>(at->position() + at->length());
    e.text = page.substr(start, page.find("```", start) - start);
    list.push_back(std::move(e));
  }
  return list;
}

TEST(StatisticExamples, EveryFormatButTheWorkbookHasOne) {
  std::set<std::string> shown;
  for (const Example& e : examples()) shown.insert(e.format);
  shown.insert("ipc-workbook");
  for (const ObservationReader& r : observation_readers()) EXPECT_TRUE(shown.count(r.format)) << r.format;
}

TEST(StatisticExamples, EachIsReadAsThePageSays) {
  for (const Example& e : examples()) {
    SCOPED_TRACE(e.format);
    ObservationInput input;
    input.columns = e.columns;
    RunReport report;
    try {
      const ObservationSet set = read_observations("example", e.text, input, report);
      EXPECT_EQ(set.format, e.format);
      EXPECT_EQ(set.rows, e.rows);
      EXPECT_EQ(set.observations.size(), e.observations);
      EXPECT_EQ(set.refused, e.refused);
      EXPECT_EQ(set.set_aside, e.set_aside);
      EXPECT_EQ(set.rows, set.used + set.empty + set.refused + set.set_aside);
      EXPECT_EQ(report.sorted().size(), e.refused + e.set_aside);
    } catch (const Error& error) {
      ADD_FAILURE() << error.code() << ": " << error.what();
    }
  }
}

/// The observations of one example.
std::vector<Observation> read_example(const std::string& format) {
  for (const Example& e : examples())
    if (e.format == format) {
      ObservationInput input;
      input.columns = e.columns;
      RunReport report;
      return read_observations("example", e.text, input, report).observations;
    }
  return {};
}

TEST(Acled, KeepsPlaceDayAndPrecisionAndNoNotes) {
  const auto o = read_example("acled");
  ASSERT_EQ(o.size(), 4U);
  EXPECT_EQ(o[0].quantity, "events");
  EXPECT_EQ(o[0].detail, "Battles: Armed clash");
  EXPECT_EQ(to_string(o[0].from), "2024-05-03");
  EXPECT_EQ(o[0].places.at(1).name, "Upper");
  EXPECT_EQ(*o[0].lat, 14.2);
  EXPECT_TRUE(o[0].flags.empty());
  EXPECT_EQ(o[1].quantity, "fatalities");
  EXPECT_EQ(o[1].value, 3);
  EXPECT_EQ(to_string(o[2].from), "2024-05-12");
  EXPECT_EQ(o[2].flags, (std::vector<std::string>{"PLACE_COARSE", "DATE_COARSE"}));
  for (const Observation& each : o) EXPECT_EQ((each.detail + each.site).find("never"), std::string::npos);
}

TEST(HxlCounts, TellPartsOfACountFromItAndHouseholdsFromPeople) {
  const std::string text =
      "Where,When,People,Women,Girls,Households,Refugees\n"
      "#adm1+name,#date,#affected+idps+ind,#affected+f+idps+ind,#affected+f+girls+idps+ind,#affected+hh+idps,"
      "#affected+refugees+f\n"
      "North,2024-05-17,120,70,20,30,8\n";
  RunReport report;
  const auto o = read_observations("example", text, {}, report).observations;
  ASSERT_EQ(o.size(), 4U) << "households are no people";
  EXPECT_EQ(o[0].value, 120);
  EXPECT_TRUE(o[0].flags.empty());
  EXPECT_EQ(o[1].flags, std::vector<std::string>{"PART"});
  EXPECT_EQ(o[2].flags, std::vector<std::string>{"PART"});
  EXPECT_TRUE(o[3].flags.empty()) << "women alone, of whom nobody counted all";
}

TEST(WfpPrices, AForecastIsNoPrice) {
  const auto o = read_example("wfp-prices");
  ASSERT_EQ(o.size(), 2U);
  EXPECT_EQ(o[0].outlook, Outlook::measured);
  EXPECT_EQ(o[0].unit, "SDG/KG");
  EXPECT_EQ(o[0].detail, "Sorghum (retail)");
  EXPECT_EQ(o[0].site, "Old market");
  EXPECT_EQ(o[1].outlook, Outlook::first_projection);
}

TEST(Phases, CurrentAndProjectionsStayApart) {
  const auto fews = read_example("fews-phase");
  ASSERT_EQ(fews.size(), 4U);  // 99 and an empty cell are no phases
  EXPECT_EQ(fews[0].outlook, Outlook::current);
  EXPECT_EQ(fews[2].outlook, Outlook::second_projection);
  EXPECT_EQ(fews[2].value, 4);
  EXPECT_EQ(fews[2].flags, std::vector<std::string>{"PERIOD_NOT_STATED"});
  const auto wide = read_example("ipc-wide");
  EXPECT_EQ(wide[0].detail, "all");
  EXPECT_EQ(wide[4].outlook, Outlook::first_projection);
  EXPECT_EQ(to_string(wide[4].to), "2024-09-30");
  EXPECT_EQ(to_string(*wide[0].issued), "2024-05-01");
  const auto ch = read_example("cadre-harmonise");
  EXPECT_EQ(ch[0].quantity, "phase");
  EXPECT_EQ(to_string(ch[0].from) + to_string(ch[0].to), "2024-06-012024-08-31");
  EXPECT_EQ(to_string(*ch[0].issued), "2024-01-01");
  const auto panel = read_example("world-bank-panel");
  EXPECT_EQ(panel[0].flags, std::vector<std::string>{"WITH_ASSISTANCE"});
}

TEST(Dtm, ThePlaceLeftIsAnObservationOfItsOwn) {
  const auto o = read_example("dtm");
  ASSERT_EQ(o.size(), 3U);
  EXPECT_EQ(o[1].quantity, "idps_from");
  EXPECT_EQ(o[1].places.at(0).code, "XY02");
  EXPECT_EQ(o[1].value, 1200);
}

std::string refusal(const std::string& text, const std::map<std::string, std::string>& columns = {}) {
  ObservationInput input;
  input.columns = columns;
  RunReport report;
  try {
    read_observations("f", text, input, report);
  } catch (const InputError& e) {
    return e.code();
  }
  std::string codes;
  for (const Rejection& r : report.sorted()) codes += r.item + " " + r.code + ";";
  return codes;
}

const std::string price_header = "date,market,commodity,unit,currency,price\n";

TEST(Statistics, ABadRowIsLeftOutWithItsLineAndTheRestIsRead) {
  EXPECT_EQ(refusal(price_header +
                    "2024-05-15,M,Maize,KG,ETB,\"14,5\"\n2024-05-15,M,Maize,KG,ETB,14.5\n2024-02-30,M,Maize,KG,ETB,1\n"
                    "15/05/2024,M,Maize,KG,ETB,1\n2024-05-15,M,Maize,KG,ETB,-1\n2024-05-15,M,Maize,KG,ETB,0x10\n"
                    "2024-05-15,M,Maize,KG\n2024-05-15,M,,KG,ETB,3\n"),
            "f:2 NUMBER_FORMAT;f:4 TIME_INVALID;f:5 TIME_INVALID;f:6 RANGE;f:7 NUMBER_FORMAT;f:8 SCHEMA;f:9 SCHEMA;");
}

TEST(Statistics, AColumnMapRenamesColumns) {
  EXPECT_EQ(refusal("Tag,market,commodity,unit,currency,Preis\n2024-05-15,M,Maize,KG,ETB,1\n",
                    {{"date", "Tag"}, {"price", "Preis"}}),
            "");
}

TEST(Statistics, AFileThatNobodyKnowsIsRefusedInWords) {
  EXPECT_EQ(refusal("a,b\n1,2\n"), "FORMAT_UNKNOWN");
  EXPECT_EQ(refusal(""), "FORMAT_UNKNOWN");
  EXPECT_EQ(refusal("{\"a\": 1}"), "SCHEMA");
  EXPECT_EQ(refusal("\xD0\xCF\x11\xE0..."), "XLSX_INVALID");
  EXPECT_EQ(refusal(price_header + std::string("2024-05-15,M\0,Maize,KG,ETB,1\n", 29)), "ENCODING");
  EXPECT_EQ(refusal("#sector,#org\nWASH,X\n"), "NO_STATISTIC");
  EXPECT_EQ(refusal("#adm1,#affected\nNorth,3\n"), "NEEDS_PERIOD");
}

TEST(Statistics, TwoColumnsOfOneNameAreRefused) {
  EXPECT_EQ(refusal("date,market,commodity,unit,currency,price,price\n2024-05-15,M,Maize,KG,ETB,1,2\n"), "SCHEMA");
}

}  // namespace
}  // namespace fw::test
