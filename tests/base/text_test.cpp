#include "core/base/text.h"

#include <cmath>

#include "core/base/sha256.h"
#include "tests/support.h"

namespace fw {
namespace {

TEST(Text, ReadsOnlyPlainFiniteDecimals) {
  EXPECT_EQ(parse_number("-1.5e3"), -1500);
  EXPECT_EQ(parse_number("+2"), 2);
  for (const char* bad : {"", "14,5", "0x10", "nan", "inf", "1e999", " 1", "1 ", "--1", "+-1", "1.2.3"})
    EXPECT_FALSE(parse_number(bad)) << bad;
}

TEST(Text, WritesNumbersThatReadBackAndLeavesNoDataEmpty) {
  for (const double v : {0.1, -2.5e-300, 1.0 / 3, 123456789.125, -0.0}) EXPECT_EQ(parse_number(format_number(v)), v);
  EXPECT_EQ(format_number(std::nan("")), "");
  EXPECT_EQ(format_fixed(-0.001, 2), "0.00");
}

TEST(Text, CsvCellsCannotStartAFormula) {
  EXPECT_EQ(csv_text("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
  EXPECT_EQ(csv_text("\tx"), "\"'\tx\"");
  EXPECT_EQ(csv_text("a,\"b\""), "\"a,\"\"b\"\"\"");
  EXPECT_EQ(csv_text("plain"), "plain");
}

TEST(Text, PrintableIsOneLineWithoutControlsWhateverComesIn) {
  EXPECT_EQ(printable("a\nb\x1b[31m"), "a\\x0Ab\\x1B[31m");
  EXPECT_EQ(printable("\xE2\x80\xAE"
                      "evil"),
            "\\u{202E}evil");
  EXPECT_EQ(printable("\xFF"), "\\xFF");
  EXPECT_EQ(printable("Sénégal"), "Sénégal");
  EXPECT_LT(printable(std::string(1 << 20, 'x'), 100).size(), 120U);
}

TEST(Text, SizesReadInBinaryUnitsAndDoNotOverflow) {
  EXPECT_EQ(parse_bytes("256MiB"), 256LL << 20);
  EXPECT_EQ(parse_bytes("2G"), 2LL << 30);
  EXPECT_EQ(parse_bytes("1000"), 1000);
  EXPECT_FALSE(parse_bytes("18446744073709551616"));
  EXPECT_FALSE(parse_bytes("9999999999TiB"));
  EXPECT_FALSE(parse_bytes("12 apples"));
}

TEST(Text, IdsThatCouldLeaveAFolderAreNotSafe) {
  EXPECT_TRUE(is_safe_id("S2A_20240521.x-1"));
  for (const char* bad : {"", "../x", "a/b", ".hidden", "-rf", "a b", "a\\b"}) EXPECT_FALSE(is_safe_id(bad)) << bad;
}

TEST(Sha256, GivesThePublishedDigests) {
  EXPECT_EQ(sha256_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace fw
