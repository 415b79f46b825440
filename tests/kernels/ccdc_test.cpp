// CCDC on made-up pixels whose breaks are known, and on those that have nothing to model.
#include <cmath>
#include <random>

#include "kernels/ops_ccdc.h"
#include "on_each_backend.h"

namespace fw {
namespace {

using Row = std::vector<double>;

struct MadePixel {
  Row band[ccdc_bands];  ///< reflectance 0..1, kelvin
  Codes seen;
};

class Segments : public OnEachBackend {
 protected:
  static constexpr size_t times = 250, kept = 4;
  static Row days() {
    Row d(times);
    for (size_t t = 0; t < times; ++t) d[t] = 730000.0 + 16.0 * static_cast<double>(t);
    return d;
  }
  /// A year's wave with a little noise; `step` is added from row `at` on.
  static MadePixel make(unsigned seed, size_t at = times, double step = 0.0) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal(0.0, 0.008);
    MadePixel pixel;
    pixel.seen.assign(times, code_of(PixelClass::clear));
    for (size_t t = 0; t < times; ++t) {
      const double wave = std::cos(2.0 * 3.14159265358979 * days()[t] / 365.2425);
      for (size_t b = 0; b < ccdc_bands - 1; ++b)
        pixel.band[b].push_back(0.1 + 0.03 * static_cast<double>(b) + 0.04 * wave + (t >= at ? step : 0.0) +
                                normal(random));
      pixel.band[6].push_back(295.0 + 8.0 * wave + 100.0 * normal(random));
    }
    return pixel;
  }
  static uint8_t code_of(PixelClass c) { return static_cast<uint8_t>(c); }

  struct Out {
    Values segments, start, end, change, observations, probability, quality, coefficient, magnitude;
    Codes reason;
    size_t pixels;
    float at(const Values& v, size_t segment, size_t pixel) const { return v[segment * pixels + pixel]; }
  };
  Out run(const std::vector<MadePixel>& made, bool thermal = true) {
    const size_t pixels = made.size();
    std::vector<Buffer<float>> bands;
    for (size_t b = 0; b < ccdc_bands; ++b) {
      Values x(times * pixels);
      for (size_t p = 0; p < pixels; ++p)
        for (size_t t = 0; t < times; ++t) x[t * pixels + p] = static_cast<float>(made[p].band[b][t]);
      bands.push_back(up(x));
    }
    Codes seen(times * pixels);
    for (size_t p = 0; p < pixels; ++p)
      for (size_t t = 0; t < times; ++t) seen[t * pixels + p] = made[p].seen[t];
    Buffer<uint8_t> classes = up(seen), why = room<uint8_t>(pixels);
    Buffer<double> tables = up(ccdc_tables(days()));
    Buffer<float> count = room<float>(pixels), facts = room<float>(6 * kept * pixels),
                  coefficient = room<float>(kept * ccdc_bands * ccdc_coefficients * pixels),
                  magnitude = room<float>(kept * ccdc_bands * pixels);
    Ccdc<float> op;
    op.times = static_cast<int>(times);
    op.pixels = pixels;
    op.tables = tables.data();
    op.pixel_class = classes.data();
    op.max_segments = static_cast<int>(kept);
    op.reason_out = why.data();
    for (size_t b = 0; b < ccdc_bands; ++b) op.x[b] = b == 6 && !thermal ? nullptr : bands[b].data();
    const size_t part = kept * pixels;
    op.segments = count.data();
    op.start = facts.at(0);
    op.end = facts.at(part);
    op.change = facts.at(2 * part);
    op.observations = facts.at(3 * part);
    op.probability = facts.at(4 * part);
    op.quality = facts.at(5 * part);
    op.coefficient = coefficient.data();
    op.magnitude = magnitude.data();
    backend().run(op);
    const Values all = down(facts);
    const auto of = [&](size_t k) {
      const auto from = all.begin() + static_cast<std::ptrdiff_t>(k * part);
      return Values(from, from + static_cast<std::ptrdiff_t>(part));
    };
    return {down(count),       of(0),           of(1),     of(2), of(3), of(4), of(5),
            down(coefficient), down(magnitude), down(why), pixels};
  }
};
FW_ON_EACH_BACKEND(Segments);

TEST_P(Segments, OneWhereNothingChangesAndTwoAroundAStep) {
  const size_t step = 140;
  const Row d = days();
  std::vector<MadePixel> made;
  for (unsigned p = 0; p < 6; ++p) made.push_back(make(p));
  for (unsigned p = 6; p < 12; ++p) made.push_back(make(p, step, 0.15));
  for (const bool thermal : {true, false}) {
    const Out out = run(made, thermal);
    for (size_t p = 0; p < 12; ++p) {
      ASSERT_EQ(out.segments[p], p < 6 ? 1.0f : 2.0f) << p;
      EXPECT_EQ(out.reason[p], code(Reason::value));
      EXPECT_EQ(out.at(out.start, 0, p), static_cast<float>(d[0]));
      EXPECT_TRUE(std::isnan(out.at(out.start, p < 6 ? 1 : 2, p)));
      if (p < 6) {
        EXPECT_EQ(out.at(out.probability, 0, p), 0.0f);
        continue;
      }
      EXPECT_EQ(out.at(out.end, 0, p), static_cast<float>(d[step - 1]));
      EXPECT_EQ(out.at(out.change, 0, p), static_cast<float>(d[step]));
      EXPECT_EQ(out.at(out.probability, 0, p), 1.0f);
      EXPECT_EQ(out.at(out.quality, 0, p), 8.0f);
      EXPECT_EQ(out.at(out.start, 1, p), static_cast<float>(d[step]));
      EXPECT_NEAR(out.magnitude[3 * 12 + p], 1500.0f, 200.0f);  // nir of the first segment
      EXPECT_EQ(std::isnan(out.magnitude[6 * 12 + p]), !thermal);
      // The first cosine of nir: 0.04 of reflectance, less what LASSO shrinks it by.
      EXPECT_NEAR(out.coefficient[(3 * ccdc_coefficients + 1) * 12 + p], 400.0f, 30.0f);
    }
  }
}

TEST_P(Segments, CloudsLeftInAreNotBreaks) {
  std::vector<MadePixel> made{make(1), make(2)};
  for (size_t t = 5; t < times; t += 23)
    for (size_t b = 0; b < 6; ++b) made[0].band[b][t] += 0.35;  // bright for one scene
  const Out out = run(made);
  EXPECT_EQ(out.segments[0], 1.0f);
  EXPECT_LT(out.at(out.observations, 0, 0), out.at(out.observations, 0, 1));
}

TEST_P(Segments, EveryPixelHasAStatedResult) {
  std::vector<MadePixel> made(7, make(3));
  const float none = std::numeric_limits<float>::quiet_NaN();
  made[0].seen.assign(times, code_of(PixelClass::fill));
  made[1].seen.assign(times, code_of(PixelClass::cloud));
  made[2].band[2].assign(times, static_cast<double>(none));  // a band that is never there
  for (size_t t = 0; t < times; ++t) made[3].seen[t] = code_of(t < 12 ? PixelClass::clear : PixelClass::fill);
  for (size_t b = 0; b < 6; ++b) made[4].band[b].assign(times, 0.2);  // constant
  for (size_t t = 0; t < times; ++t) made[5].seen[t] = code_of(t % 5 == 0 ? PixelClass::clear : PixelClass::cloud);
  for (size_t t = 0; t < times; ++t) made[6].seen[t] = code_of(t % 10 == 0 ? PixelClass::clear : PixelClass::snow);
  const Out out = run(made);
  for (size_t p = 0; p < 4; ++p) EXPECT_TRUE(std::isnan(out.segments[p])) << p;
  EXPECT_EQ(out.reason,
            (Codes{code(Reason::not_observed), code(Reason::masked), code(Reason::not_observed),
                   code(Reason::not_assessed), code(Reason::value), code(Reason::value), code(Reason::value)}));
  EXPECT_EQ(out.at(out.quality, 0, 4), 24.0f) << "a constant pixel has no spread to judge a change by";
  EXPECT_EQ(out.at(out.quality, 0, 5), 44.0f);
  EXPECT_EQ(out.at(out.quality, 0, 6), 54.0f);
  for (size_t p = 4; p < 7; ++p) {
    EXPECT_EQ(out.segments[p], 1.0f);
    EXPECT_EQ(out.at(out.probability, 0, p), 0.0f);
  }
}

TEST(CcdcSettings, AreCheckedBeforeWorkStarts) {
  EXPECT_THROW(ccdc_tables({730000.0, 729999.0}), std::logic_error);
  EXPECT_THROW(ccdc_tables({730000.5}), std::logic_error);
  EXPECT_NO_THROW(ccdc_tables({730000.0, 730000.0}));
  const auto cpu = make_backend({DeviceChoice::cpu, ""});
  Ccdc<float> op;
  op.times = 1;
  op.pixels = 1;
  EXPECT_THROW(cpu->run(op), std::logic_error);
  op.pixels = 0;
  EXPECT_NO_THROW(cpu->run(op));
  op.max_segments = 0;
  EXPECT_THROW(cpu->run(op), std::logic_error);
}

}  // namespace
}  // namespace fw
