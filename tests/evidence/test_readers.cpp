#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/evidence/report_reader.h"
#include "tests/evidence/report_helpers.h"

namespace fw::test {
namespace {

const std::string hxl_tags =
    "#meta+id,#contact+id,#org,#geo+lat,#geo+lon,#date+reported,#cause+type,#severity,#affected,#meta+consent,#"
    "description\n";
std::string table_of(const Outcome& outcome) { return evidence_csv(outcome.table, false); }
const std::string& expected() {
  static const std::string csv = table_of(read_rows(good_row));
  return csv;
}
std::vector<std::string> file_codes(const std::string& name, const std::string& text,
                                    const std::string& format = "auto") {
  return read_files({{name, text}}, format).codes();
}
using Codes = std::vector<std::string>;

TEST(CsvReader, ReadsRenamedColumnsInAnyOrder) {
  const Outcome outcome = read_files(
      {{"a.csv", "how bad,When,who,what,agreed,y,x,extra\n3,2026-03-01T10:00:00Z,p7,drought,yes,14.5,33.2,#\n"}}, "csv",
      {{"severity", "How Bad"},
       {"time", "when"},
       {"reporter_id", "who"},
       {"category", "what"},
       {"consent", "agreed"},
       {"lat", "y"},
       {"lon", "x"}});
  EXPECT_EQ(table_of(outcome), expected());  // the organisation comes from the registry
}

TEST(CsvReader, ReadsSemicolonsAndTabs) {
  for (const char separator : {';', '\t'}) {
    std::string text = header + good_row;
    std::replace(text.begin(), text.end(), ',', separator);
    EXPECT_EQ(table_of(read_files({{"a.csv", text}})), expected());
  }
}

TEST(CsvReader, ByteOrderMarkAndCrlfChangeNothing) {
  std::string crlf = "\xEF\xBB\xBF";
  for (const char c : header + good_row) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_EQ(table_of(read_files({{"a.csv", crlf}})), expected());
}

TEST(CsvReader, SkipsHashtagsUnderAHeaderThatSaysEverything) {
  EXPECT_EQ(table_of(read_files({{"a.csv", header + hxl_tags + good_row}})), expected());
  // A row of hashtags sent as a report further down is a bad report, and takes no other with it.
  const Outcome outcome = read_files({{"a.csv", header + good_row + hxl_tags}});
  EXPECT_EQ(table_of(outcome), expected());
  EXPECT_EQ(outcome.codes(), Codes{"Q CONSENT_MISSING"});
}

TEST(CsvReader, ARowOfAnotherWidthLosesOnlyItself) {
  const Outcome outcome = read_files({{"a.csv", header + "R0,p7\n" + good_row}});
  EXPECT_EQ(table_of(outcome), expected());
  ASSERT_EQ(outcome.codes(), Codes{"R SCHEMA"});
  EXPECT_EQ(outcome.notes[0].item, "a.csv:2");
}

TEST(CsvReader, RefusesAFileThatHasNoTable) {
  EXPECT_EQ(file_codes("a.csv", ""), Codes{"R SCHEMA"});
  EXPECT_EQ(file_codes("a.csv", good_row), Codes{"R SCHEMA"});
  EXPECT_EQ(file_codes("a.csv", header + "R1,p7\n"), Codes{"R SCHEMA"});
  EXPECT_EQ(file_codes("a.csv", header), Codes{});  // no reports is no error
}

TEST(CsvReader, NeverQuotesTheFirstRowOfAFileWithoutHeader) {
  const Outcome outcome = read_files({{"a.csv", "Amina,0912345678,14.5,33.2\nOsman,0912345679,14.6,33.3\n"}});
  ASSERT_EQ(outcome.notes.size(), 1U);
  EXPECT_EQ(outcome.notes[0].detail.find("Amina"), std::string::npos);
  EXPECT_NE(outcome.notes[0].detail.find("reporter_id"), std::string::npos);
}

TEST(HxlReader, TakesColumnsFromTheHashtagRow) {
  const std::string titles = "Nr,Wer,Org,B,L,Wann,Was,Wie,Leute,OK,Text\n";
  EXPECT_EQ(table_of(read_files({{"a.csv", titles + hxl_tags + good_row}})), expected());
  EXPECT_EQ(table_of(read_files({{"a.csv", "A title\n\n" + titles + hxl_tags + good_row}}, "hxl-csv")), expected());
}

TEST(HxlReader, TagsAreNormalised) {
  const std::string tags =
      " #META +ID , #Contact+ID ,#Org+en,#geo + "
      "LAT,#geo+lon,#date+v_iso+reported,#cause+type,#Severity+num,#affected+f,#meta+consent,#description+fr\n";
  EXPECT_EQ(table_of(read_files({{"a.csv", tags + good_row}})), expected());
}

TEST(HxlReader, TheDeepestCodeIsTheUnitAndTheColumnMapOverrules) {
  const std::string tags = "#contact+id,#adm1+code,#adm2+code,#date,#cause,#severity,#meta+consent\n",
                    row = "p7,SD01,SD02,2026-03-01,drought,3,yes\n";
  EXPECT_EQ(read_files({{"a.csv", tags + row}}).table.rows.at(0).pcode, "SD02");
  EXPECT_EQ(read_files({{"a.csv", tags + row}}, "hxl-csv", {{"pcode", "#adm1+code"}}).table.rows.at(0).pcode, "SD01");
}

TEST(HxlReader, TwoColumnsForOneFieldAreRefusedAndForPeopleLeftOut) {
  EXPECT_EQ(file_codes("a.csv",
                       "#contact+id,#geo+lat,#geo+lat,#geo+lon,#date,#cause,#severity,#meta+consent\np7,1,2,3,2026-03-"
                       "01,drought,3,yes\n"),
            Codes{"R SCHEMA"});
  const Outcome outcome = read_files({{"a.csv",
                                       "#contact+id,#adm2+code,#date,#cause,#severity,#meta+consent,#affected+f,#"
                                       "affected+m\np7,SD01,2026-03-01,drought,3,yes,x,y\n"}});
  EXPECT_EQ(outcome.codes(), Codes{});
  EXPECT_EQ(outcome.table.accepted, 1U);
}

TEST(HxlReader, SaysWhichTagsAreMissing) {
  const Outcome outcome = read_files({{"a.csv", "#org,#adm1,#affected\nX,Coast,100\n"}});
  ASSERT_EQ(outcome.codes(), Codes{"R SCHEMA"});
  EXPECT_NE(outcome.notes[0].detail.find("severity #severity"), std::string::npos) << outcome.notes[0].detail;
  EXPECT_EQ(file_codes("a.csv", "a,b\n1,2\n", "hxl-csv"), Codes{"R SCHEMA"});
}

std::string feature(const std::string& geometry, const std::string& more = "") {
  return R"({"type":"Feature","geometry":)" + geometry +
         R"(,"properties":{"report_id":"R1","reporter_id":"p7","org":"orgA","time":"2026-03-01T10:00:00Z","category":"drought","severity":3,"people":120,"consent":"yes","text":"well dry")" +
         more + "}}";
}
const std::string point = R"({"type":"Point","coordinates":[33.2,14.5]})";

TEST(GeoJsonReader, ReadsPointsOfACollection) {
  EXPECT_EQ(
      table_of(read_files({{"a.geojson", R"({"type":"FeatureCollection","features":[)" + feature(point) + "]}"}})),
      expected());
  EXPECT_EQ(table_of(read_files({{"a.json", feature(R"({"type":"Point","coordinates":[33.2,14.5,410.5]})")}})),
            expected());
  EXPECT_EQ(table_of(read_files({{"a.json", feature("null", R"(,"pcode":"SD01")")}})), expected());
}

TEST(GeoJsonReader, ABadFeatureLosesOnlyItself) {
  const std::string polygon = R"({"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,1]]]})",
                    wide = R"({"type":"Point","coordinates":[1,2,3,4]})";
  const Outcome outcome = read_files({{"a.json", R"({"type":"FeatureCollection","features":[)" + feature(polygon) +
                                                     "," + feature(wide) + ",7," + feature(point) + "]}"}});
  EXPECT_EQ(table_of(outcome), expected());
  EXPECT_EQ(outcome.codes(), (Codes{"R GEOMETRY_INVALID", "R SCHEMA", "R SCHEMA"}));
  EXPECT_EQ(outcome.notes[0].item, "a.json:feature 1");
}

TEST(GeoJsonReader, SyntaxErrorsGiveThePlaceAndNotTheText) {
  const Outcome outcome =
      read_files({{"a.json", "{\"type\":\"FeatureCollection\",\n\"features\": [ Amina 0912345678 ]}"}});
  ASSERT_EQ(outcome.codes(), Codes{"R JSON_SYNTAX"});
  EXPECT_NE(outcome.notes[0].detail.find("line 2, column"), std::string::npos) << outcome.notes[0].detail;
  EXPECT_EQ(outcome.notes[0].detail.find("Am"), std::string::npos) << outcome.notes[0].detail;
  EXPECT_EQ(file_codes("a.json", R"({"type":"Feature","Amina":1,"Amina":2})"), Codes{"R JSON_DUP_KEY"});
  EXPECT_EQ(file_codes("a.json", "[]"), Codes{"R SCHEMA"});
}

TEST(EveryReader, MutatedFilesEndInCodesAndCountUp) {
  const std::string titles = "a,b,c,d,e,f,g,h,i,j,k\n";
  const std::vector<std::string> seeds = {
      header + good_row + good_row, titles + hxl_tags + good_row,
      R"({"type":"FeatureCollection","features":[)" + feature(point) + "," + feature("null") + "]}"};
  const std::string bytes("\"'\n\r,;#+{}[]:.-0e9\\\t\x00\xFF\xC3\xA9 ", 25);
  std::mt19937 random(3);
  TempDir dir;
  EvidenceRequest request = request_for(dir.path());
  request.inputs = {{"mutant", "auto", {}}};
  size_t accepted = 0, refused = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    std::string text = seeds[static_cast<size_t>(trial) % seeds.size()];
    for (size_t n = 1 + random() % 4; n > 0; --n) {
      const size_t at = random() % text.size();
      const auto change = random() % 4;
      if (change == 0) text[at] = bytes[random() % bytes.size()];
      if (change == 1) text.insert(at, 1, bytes[random() % bytes.size()]);
      if (change == 2) text.erase(at, 1 + random() % 8);
      if (change == 3) text.insert(at, text.substr(random() % text.size(), random() % 40));
      if (text.empty()) text = " ";
    }
    write_text(dir / "mutant", text);
    const Outcome outcome = read(request);  // checks that the counts add up
    accepted += outcome.table.accepted;
    refused += outcome.table.files_refused + outcome.table.refused;
    for (const EvidenceRow& row : outcome.table.rows)
      EXPECT_TRUE(row.value >= 0 && row.value <= 1 && row.weight > 0 && row.weight < 1);
    for (const Rejection& r : outcome.notes) EXPECT_EQ(printable(r.detail, 1000), r.detail);
  }
  EXPECT_GT(accepted, 100U);
  EXPECT_GT(refused, 100U);
}

TEST(ChooseReader, RefusesAnUnknownFormatAndAnUnknownField) {
  EXPECT_THROW(read_files({{"a.csv", header}}, "parquet"), ConfigError);
  EXPECT_THROW(read_files({{"a.csv", header}}, "csv", {{"latitude", "y"}}), ConfigError);
}

TEST(DescribeFormats, NamesEveryReaderOnce) {
  const std::vector<FormatDescription> formats = describe_formats();
  ASSERT_EQ(formats.size(), report_readers().size());
  for (const FormatDescription& f : formats) EXPECT_EQ(f.fields.size(), field_count);
}

}  // namespace
}  // namespace fw::test
