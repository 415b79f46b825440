#include "core/series/unit_reference.h"

#include "core/base/error.h"
#include "kernels/nodata.h"
#include "tests/support.h"

namespace fw {
namespace {

UnitReference small() {
  UnitReference r{Cadence::month, 2001, 3, {}};
  r.rows.push_back({"A", "ndvi_z", 1, 0, "z", {0.1F, nan_f(), 0.3F}});
  r.rows.push_back({"A", "ndvi_z", 1, 6, "z", {0.5F, 0.25F, -0.5F}});
  r.rows.push_back({"B", "rain_pct", 2, 6, "percent_of_median", {12, 0, 1e6F}});
  return r;
}

TEST(UnitReference, ReadsWhatItWrote) {
  const test::TempDir dir;
  const std::string text = unit_reference_csv(small());
  EXPECT_EQ(text.substr(0, text.find("\nB")),
            "pcode,level,indicator,statistic,place,y2001,y2002,y2003\nA,1,ndvi_z,z,1,0.1,,0.3\n"
            "A,1,ndvi_z,z,7,0.5,0.25,-0.5");
  test::write_text(dir / "r.csv", text);
  const UnitReference r = load_unit_reference((dir / "r.csv").string(), Cadence::month);
  EXPECT_EQ(unit_reference_csv(r), text);
  EXPECT_EQ(r.first_year, 2001);
  ASSERT_NE(r.find("B", "rain_pct", 6), nullptr);
  EXPECT_EQ(r.find("B", "rain_pct", 6)->value[2], 1e6F);
  EXPECT_EQ(r.find("B", "rain_pct", 7), nullptr);
}

TEST(UnitReference, HoldsThePlacesOfTheAnalysisOnly) {
  const Period june{Cadence::month, 12 * 2005 + 5}, august{Cadence::month, 12 * 2005 + 7};
  EXPECT_EQ(reference_of(small(), june, august).rows.size(), 2U);
  EXPECT_EQ(reference_of(small(), august, {Cadence::month, august.number + 11}).rows.size(), 3U);
}

TEST(UnitReference, RefusesATableThatWasEdited) {
  const test::TempDir dir;
  const std::string good = unit_reference_csv(small());
  const auto refused = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    test::write_text(dir / "r.csv", text);
    try {
      load_unit_reference((dir / "r.csv").string(), Cadence::month);
    } catch (const InputError& e) {
      return e.code() == "TABLE_INVALID";
    }
    return false;
  };
  EXPECT_TRUE(refused("pcode", "code"));
  EXPECT_TRUE(refused("y2003", "y2004"));
  EXPECT_TRUE(refused("0.25", "x"));
  EXPECT_TRUE(refused(",0.25", ""));
  EXPECT_TRUE(refused("z,7", "z,13"));
}

}  // namespace
}  // namespace fw
