// Indicators as data: every file of config/indicators loads, and a wrong key is named.
#include "core/series/indicator.h"

#include <algorithm>

#include "tests/series/small_archive.h"

namespace fw {
namespace {

using test::error_code;

TEST(Indicators, OfTheProjectAllLoad) {
  const auto ids = list_indicators(test::config_folder());
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  ASSERT_GE(ids.size(), 16u);
  for (const auto& id : ids) {
    const Indicator i = load_indicator(test::config_folder(), id);
    EXPECT_EQ(i.id, id);
    EXPECT_FALSE(i.title.empty() || i.unit.empty() || i.source.empty() || i.series.empty()) << id;
    EXPECT_LT(i.range_min, i.range_max) << id;
    EXPECT_GE(i.colours.size(), 2u) << id;
    EXPECT_TRUE(i.threshold >= i.range_min && i.threshold <= i.range_max) << id << ": threshold outside the legend";
  }
}

TEST(Indicators, CarryWhatTheFileSays) {
  const Indicator z = load_indicator(test::config_folder(), "rain3_z");
  EXPECT_EQ(z.series, "rain_mm");
  EXPECT_EQ(z.composite, CompositeMethod::sum);
  EXPECT_EQ(z.window, 9);
  EXPECT_EQ(z.window_method, RollingMethod::sum);
  EXPECT_EQ(z.statistic, Statistic::z);
  EXPECT_EQ(z.threshold, -1);
  EXPECT_FALSE(z.above);
  EXPECT_TRUE(z.seasonal);
  const Indicator built = load_indicator(test::config_folder(), "built_change");
  EXPECT_TRUE(built.clean_up && built.above);
  EXPECT_EQ(built.min_object_ha, 0.5);
  EXPECT_EQ(built.threshold, 0.25);
}

const char* const good = R"(title = "t"
unit = "1"
source = "s"
series = "NDVI"
beyond = { below = 0.5 }
range = [0, 1]
)";

std::string code_of(const std::string& text) {
  test::TempDir dir;
  test::write_text(dir / "indicators/x.toml", text);
  return error_code([&] { load_indicator(dir.path().string(), "x"); });
}

TEST(Indicators, SayWhatIsWrong) {
  const std::string text = good;
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    return changed;
  };
  EXPECT_EQ(code_of(text), "");
  EXPECT_EQ(code_of(text + "composite = \"most\"\n"), "VALUE");
  EXPECT_EQ(code_of(text + "statistic = \"spei\"\n"), "VALUE");
  EXPECT_EQ(code_of(text + "window_method = \"min\"\n"), "VALUE");
  EXPECT_EQ(code_of(text + "window_dekads = 0\n"), "RANGE");
  EXPECT_EQ(code_of(text + "window_dekads = 73\n"), "RANGE");
  EXPECT_EQ(code_of(text + "window_dekads = 9\nseason_window = true\n"), "VALUE");
  EXPECT_EQ(code_of(text + "statistic = \"season_active\"\nseason_window = true\n"), "VALUE");
  EXPECT_EQ(code_of(text + "windo_dekads = 3\n"), "UNKNOWN_KEY");
  EXPECT_EQ(code_of(text + "min_object_ha = -1\n"), "RANGE");
  EXPECT_EQ(code_of(with("unit = \"1\"\n", "")), "MISSING_KEY");
  EXPECT_EQ(code_of(with("source = \"s\"\n", "")), "MISSING_KEY");
  EXPECT_EQ(code_of(with("{ below = 0.5 }", "{ below = 0.5, above = 1 }")), "VALUE");
  EXPECT_EQ(code_of(with("{ below = 0.5 }", "{}")), "VALUE");
  EXPECT_EQ(code_of(with("{ below = 0.5 }", "{ below = 0.5, at = 1 }")), "UNKNOWN_KEY");
  EXPECT_EQ(code_of(with("[0, 1]", "[1, 1]")), "RANGE");
  EXPECT_EQ(code_of(with("[0, 1]", "[0]")), "RANGE");
}

TEST(Indicators, OfUnknownNamesAreRefusedWithTheKnownOnes) {
  try {
    load_indicator(test::config_folder(), "ndwi_z");
    FAIL();
  } catch (const ConfigError& e) {
    EXPECT_EQ(e.code(), "UNKNOWN_INDICATOR");
    EXPECT_NE(std::string(e.what()).find("ndvi_z"), std::string::npos);
  }
  EXPECT_EQ(error_code([] { load_indicator(test::config_folder(), "../regions/bale"); }), "ID_INVALID");
}

TEST(Composites, AreKnownByName) {
  EXPECT_EQ(composite_by_name("last"), CompositeMethod::last);
  EXPECT_EQ(composite_by_name("median"), CompositeMethod::median);
  EXPECT_FALSE(composite_by_name("Max"));
}

}  // namespace
}  // namespace fw
