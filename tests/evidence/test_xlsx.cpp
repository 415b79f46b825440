// Workbooks: what cells hold, and what is refused.
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/evidence/xlsx.h"
#include "core/evidence/zip_archive.h"
#include "tests/evidence/make_xlsx.h"
#include "tests/evidence/report_helpers.h"

namespace fw::test {
namespace {

std::string code_of(const std::string& bytes, const XlsxLimits& limits = {}) {
  try {
    read_xlsx(bytes, limits);
  } catch (const InputError& e) {
    return e.code();
  }
  return "";
}

TEST(ReadXlsx, GivesCellsAsText) {
  const std::string rows =
      "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>1</v></c><c r=\"C2\"><v>0.10000000000000001</v></c><c r=\"D2\" "
      "s=\"1\"><v>44197</v></c>"
      "<c r=\"E2\" s=\"2\"><v>44197.75</v></c><c r=\"F2\" t=\"b\"><v>1</v></c><c r=\"G2\" "
      "t=\"str\"><f>1+1</f><v>two</v></c>"
      "<c r=\"H2\" t=\"inlineStr\"><is><r><t>a</t></r><r><t> b</t></r><rPh><t>no</t></rPh></is></c></row>"
      "<row r=\"5\"><c r=\"B5\"><v>701</v></c></row>";
  const auto sheets =
      read_xlsx(make_xlsx({{"Data", rows}}, "<si><t>x</t></si><si><r><t>Bal</t></r><r><t>e</t></r></si>"));
  ASSERT_EQ(sheets.size(), 1U);
  EXPECT_EQ(sheets[0].name, "Data");
  ASSERT_EQ(sheets[0].rows.size(), 2U);
  EXPECT_EQ(sheets[0].rows[0].line, 2U);
  EXPECT_EQ(sheets[0].rows[0].cells,
            (std::vector<std::string>{"Bale", "", "0.1", "2021-01-01", "2021-01-01T18:00:00", "TRUE", "two", "a b"}));
  EXPECT_EQ(sheets[0].rows[1].line, 5U);
  EXPECT_EQ(sheets[0].rows[1].cells[1], "701");
  EXPECT_EQ(sheets[0].rows[1].cells.size(), 8U);
}

TEST(XlsxDate, CountsAsSpreadsheetsDo) {
  EXPECT_EQ(xlsx_date(1, false), "1900-01-01");
  EXPECT_EQ(xlsx_date(59, false), "1900-02-28");
  EXPECT_EQ(xlsx_date(60, false), "");  // 29 February 1900 never was
  EXPECT_EQ(xlsx_date(61, false), "1900-03-01");
  EXPECT_EQ(xlsx_date(43831, false), "2020-01-01");
  EXPECT_EQ(xlsx_date(43831.5, false), "2020-01-01T12:00:00");
  EXPECT_EQ(xlsx_date(43830.9999999, false), "2020-01-01");
  EXPECT_EQ(xlsx_date(0, true), "1904-01-01");
  EXPECT_EQ(xlsx_date(42369, true), "2020-01-01");
  EXPECT_EQ(xlsx_date(-1, false), "");
  EXPECT_EQ(xlsx_date(3e6, false), "");
}

TEST(IsDateFormat, KnowsDatesFromNumbersAndDurations) {
  for (const char* date : {"yyyy-mm-dd", "d/m/yy", "[$-409]d-mmm", "mm:ss", "\"on \"dd"})
    EXPECT_TRUE(is_date_format(date)) << date;
  for (const char* number : {"General", "0.00", "#,##0", "0\" days\"", "[Red]0", "0\\d", "@", "[h]:mm", "0.00E+00"})
    EXPECT_FALSE(is_date_format(number)) << number;
}

TEST(ReadXlsx, CountsFrom1904WhereTheWorkbookSaysSo) {
  const auto sheets = read_xlsx(make_xlsx({{"s", "<row><c s=\"1\"><v>42369</v></c></row>"}}, "", true));
  EXPECT_EQ(sheets[0].rows[0].cells[0], "2020-01-01");
}

TEST(ReadXlsx, RefusesWhatNoSpreadsheetProgramWrites) {
  EXPECT_EQ(code_of(make_xlsx({{"s", "<row><c t=\"s\"><v>7</v></c></row>"}})), "XLSX_INVALID");
  EXPECT_EQ(code_of(make_xlsx({{"s", "<row r=\"5\"/><row r=\"4\"><c><v>1</v></c></row>"}})), "XLSX_INVALID");
  EXPECT_EQ(code_of(make_xlsx({{"s", "<row><c r=\"1A\"><v>1</v></c></row>"}})), "XLSX_INVALID");
  EXPECT_EQ(code_of(make_xlsx({{"s", "<row><c"}})), "XLSX_INVALID");
  EXPECT_EQ(code_of(make_xlsx({})), "XLSX_INVALID");
  Entries entities = workbook_parts({{"s", ""}});
  entities[0].second = "<!DOCTYPE a [<!ENTITY x \"ha\">]><worksheet/>";
  EXPECT_EQ(code_of(make_zip(entities)), "XML_ENTITY");
  Entries twice = workbook_parts({{"s", ""}});
  twice.push_back(twice[0]);
  EXPECT_EQ(code_of(make_zip(twice)), "ZIP_INVALID");
  EXPECT_EQ(code_of(make_zip(workbook_parts({{"s", ""}}), 1)), "ZIP_INVALID");
  const std::string whole = make_xlsx({{"s", "<row><c><v>1</v></c></row>"}});
  EXPECT_EQ(code_of(whole.substr(0, whole.size() / 2)), "ZIP_INVALID");
}

TEST(ReadXlsx, StopsBeforeABombUnpacks) {
  // 200 MB of blanks pack to 200 kB: more than 128 MB of a part.
  EXPECT_EQ(code_of(make_xlsx({{"s", std::string(200'000'000, ' ')}})), "TOO_LARGE");
  // One shared text of 64 kB, used 5,000 times: 320 MB of cells out of a small file.
  std::string rows;
  for (int i = 0; i < 5000; ++i) rows += "<row><c t=\"s\"><v>0</v></c></row>";
  EXPECT_EQ(code_of(make_xlsx({{"s", rows}}, "<si><t>" + std::string(65536, 'x') + "</t></si>")), "TOO_LARGE");
  // A cell far to the right makes every row as wide.
  XlsxLimits narrow;
  narrow.cells = 1000;
  std::string sparse = "<row><c r=\"ALL1\"><v>1</v></c></row>";
  for (int i = 2; i < 50; ++i) sparse += "<row><c><v>1</v></c></row>";
  EXPECT_EQ(code_of(make_xlsx({{"s", sparse}}), narrow), "TOO_LARGE");
  EXPECT_EQ(code_of(make_xlsx({{"s", "<row><c r=\"XFD1\"><v>1</v></c></row>"}})), "TOO_LARGE");
}

TEST(UnpackGzip, TakesOneWholePartAndNoMore) {
  EXPECT_THROW(unpack_gzip("\x1F\x8Bnonsense", 100), InputError);
  z_stream s{};
  deflateInit2(&s, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
  std::string text(100000, 'a'), packed(1000, '\0');
  s.next_in = reinterpret_cast<Bytef*>(text.data());
  s.avail_in = 100000;
  s.next_out = reinterpret_cast<Bytef*>(packed.data());
  s.avail_out = 1000;
  deflate(&s, Z_FINISH);
  packed.resize(s.total_out);
  deflateEnd(&s);
  EXPECT_EQ(unpack_gzip(packed, 100000), text);
  EXPECT_THROW(unpack_gzip(packed, 99999), InputError);
  EXPECT_THROW(unpack_gzip(packed + "x", 100000), InputError);
  EXPECT_THROW(unpack_gzip(packed.substr(0, packed.size() - 1), 100000), InputError);
}

const std::vector<std::vector<std::string>> tagged = {
    {"Who", "Org", "Unit", "When", "What", "How bad", "May we"},
    {"#contact+id", "#org+id", "#adm1+code", "#date+occurred", "#cause+type", "#severity", "#meta+consent"},
    {"p7", "orgA", "SD01", "2026-03-01T10:00:00Z", "drought", "3", "yes"}};

TEST(HxlXlsx, TheSheetWithTheHashtagRowIsFound) {
  const std::string bytes = make_xlsx({{"Read me", text_rows({{"Notes"}})}, {"Data", text_rows(tagged)}});
  const Outcome outcome = read_files({{"reports.xlsx", bytes}});
  EXPECT_EQ(outcome.table.accepted, 1U) << join(outcome.codes(), ", ");
  EXPECT_EQ(outcome.table.rows.at(0).pcode, "SD01");
}

TEST(HxlXlsx, ADateCellIsADay) {
  std::string xml = text_rows({tagged[0], tagged[1]}) + "<row>";
  for (const char* cell : {"p7", "orgA", "SD01"})
    xml += "<c t=\"inlineStr\"><is><t>" + std::string(cell) + "</t></is></c>";
  xml +=
      "<c s=\"1\"><v>46082</v></c><c t=\"inlineStr\"><is><t>drought</t></is></c><c><v>3</v></c><c "
      "t=\"b\"><v>1</v></c></row>";
  const Outcome outcome = read_files({{"reports.xlsx", make_xlsx({{"Data", xml}})}});
  ASSERT_EQ(outcome.table.accepted, 1U) << join(outcome.codes(), ", ");
  EXPECT_EQ(to_string(first_day(outcome.table.rows.at(0).period)), "2026-03-01");
}

}  // namespace
}  // namespace fw::test
