#include "core/base/class_scheme.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "tests/support.h"

namespace fw {
namespace {

const std::string config = std::string(FW_SOURCE_DIR) + "/config";

TEST(ClassScheme, PutsACutPointIntoTheClassThatItsClosedSideNames) {
  const ClassScheme s = load_class_scheme(config, "risk5");
  EXPECT_EQ(s.classify(0.0), 1);
  EXPECT_EQ(s.classify(std::nextafter(0.2, 0)), 1);
  EXPECT_EQ(s.classify(0.2), 2) << "closed on the left";
  EXPECT_EQ(s.classify(0.8), 5);
  EXPECT_EQ(s.classify(1.0), 5);
  ClassScheme right = s;
  right.closed_left = false;
  EXPECT_EQ(right.classify(0.2), 1);
}

TEST(ClassScheme, NoDataIsNotAssessedAndNeverClassOne) {
  const ClassScheme s = load_class_scheme(config, "risk5");
  EXPECT_EQ(s.classify(std::nan("")), s.not_assessed);
  EXPECT_NE(s.not_assessed, 1);
  ASSERT_NE(s.find(s.not_assessed), nullptr) << "the legend has a swatch for it";
  ASSERT_NE(s.find(s.not_in_season), nullptr);
}

/// WCAG 2.2: relative luminance of an sRGB colour.
double luminance(const ClassEntry& e) {
  const auto linear = [](uint8_t v) {
    const double c = v / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(e.red) + 0.7152 * linear(e.green) + 0.0722 * linear(e.blue);
}

TEST(ClassScheme, NotAssessedLooksLikeNoClassOfRiskInBlackAndWhite) {
  for (const char* id : {"risk5", "phase3_probability"}) {
    const ClassScheme s = load_class_scheme(config, id);
    const double none = luminance(*s.find(s.not_assessed));
    for (const ClassEntry& e : s.classes) {
      if (e.value == s.not_assessed) continue;
      const double other = luminance(e);
      EXPECT_GT((std::max(none, other) + 0.05) / (std::min(none, other) + 0.05), 1.3) << id << ": " << e.label;
    }
  }
}

TEST(ClassScheme, OurFiveClassesAreOfLikelihoodAndNameNoPhase) {
  size_t classes = 0;
  for (const ClassEntry& entry : load_class_scheme(config, "risk5").classes) {
    classes += entry.from_cuts;
    for (const char* phase : {"phase 1", "phase 2", "phase 3", "phase 4", "phase 5"})
      EXPECT_EQ(entry.meaning.find(phase), std::string::npos) << entry.meaning << " (a drought has none)";
    if (entry.from_cuts) EXPECT_EQ(entry.meaning.rfind("Likelihood ", 0), 0U) << entry.meaning;
  }
  EXPECT_EQ(classes, 5U);
}

TEST(ClassScheme, RefusesCutsThatDoNotRiseOrDoNotFit) {
  test::TempDir dir;
  const std::string head = "title='t'\nsource='s'\nnot_assessed=0\n";
  const std::string classes =
      "[[class]]\nvalue=0\nlabel='n'\ncolour='#000000'\nfrom_cuts=false\n[[class]]\nvalue=1\nlabel='a'\ncolour='#"
      "FFFFFF'\n";
  const auto refuse = [&](const std::string& cuts) {
    test::write_text(dir / "classes/x.toml", head + cuts + classes);
    EXPECT_THROW(load_class_scheme(dir.path().string(), "x"), ConfigError) << cuts;
  };
  refuse("cuts=[0.5]\n");
  refuse("cuts=[0.5, 0.5]\n");
  test::write_text(dir / "classes/x.toml", head + "cuts=[]\n" + classes);
  EXPECT_NO_THROW(load_class_scheme(dir.path().string(), "x"));
}

}  // namespace
}  // namespace fw
