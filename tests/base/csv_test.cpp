#include "core/base/csv.h"

#include "core/base/error.h"
#include "tests/support.h"

namespace fw {
namespace {

std::string code_of(const std::string& text) {
  try {
    parse_csv(text);
  } catch (const Error& e) {
    return e.code();
  }
  return "";
}

TEST(Csv, ReadsQuotesNewlinesAndKeepsTheLineARowStartsOn) {
  const auto rows = parse_csv("a,b\n\"x\ny\",\"he said \"\"no\"\"\"\n\n1,2\n");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[1].cells[0], "x\ny");
  EXPECT_EQ(rows[1].cells[1], "he said \"no\"");
  EXPECT_EQ(rows[1].line, 2U);
  EXPECT_EQ(rows[2].line, 5U);
}

TEST(Csv, ByteOrderMarkAndCrLfChangeNothing) {
  const auto plain = parse_csv("a,b\n1,2\n"),
             windows = parse_csv(
                 "\xEF\xBB\xBF"
                 "a,b\r\n1,2\r\n"),
             open = parse_csv("a,b\n1,2");
  ASSERT_EQ(windows.size(), 2U);
  EXPECT_EQ(windows[0].cells, plain[0].cells);
  EXPECT_EQ(windows[1].cells, plain[1].cells);
  EXPECT_EQ(open[1].cells, plain[1].cells);
}

TEST(Csv, RefusesWhatCannotBeTrusted) {
  EXPECT_EQ(code_of("a,b\n\"open,1\n"), "CSV_SYNTAX");
  EXPECT_EQ(code_of("a\n\"x\"y\n"), "CSV_SYNTAX");
  EXPECT_EQ(code_of(std::string("a\0b", 3)), "ENCODING");
  EXPECT_EQ(code_of("a\xFF"), "ENCODING");
  EXPECT_EQ(code_of(std::string("\xFF\xFE"
                                "a\0",
                                4)),
            "ENCODING");
}

TEST(Csv, AnEmptyTextHasNoRows) { EXPECT_TRUE(parse_csv("").empty()); }

}  // namespace
}  // namespace fw
