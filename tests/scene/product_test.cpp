#include "core/scene/product.h"

#include "core/base/error.h"
#include "kernels/pixel_bodies.h"
#include "tests/scene/raster_maker.h"
#include "tests/support.h"

namespace fw {
namespace {

constexpr MaskOutcome clear = MaskOutcome::clear, masked = MaskOutcome::masked, absent = MaskOutcome::not_observed;

/// What the product's rules say of one quality value, by the kernels' own body.
MaskOutcome outcome(const Product& product, float qa) {
  uint8_t out = 0;
  QaMask op{&qa, &out, 1, {}, static_cast<int>(product.qa->rules.size())};
  std::copy(product.qa->rules.begin(), product.qa->rules.end(), op.rules);
  const QaMaskBody<0> body(op);
  body.store(0, body.load(0));
  return static_cast<MaskOutcome>(out);
}

Product shipped(const std::string& id) { return load_product(test::products_dir(), id); }

std::string code_of(const std::string& toml) {
  test::TempDir dir;
  test::write_text(dir / "products/p.toml", toml);
  try {
    load_product(dir.path(), "p");
  } catch (const ConfigError& e) {
    return e.code();
  }
  return "none";
}
const std::string head = "title='t'\nsource='s'\nlicence='l'\ndrivers=['GTiff']\nfile='x'\ndate={from='name'}\n";

TEST(Products, AllShippedOnesLoad) {
  const auto ids = list_products(test::products_dir());
  EXPECT_GE(ids.size(), 14u);
  for (const auto& id : ids) {
    const Product p = shipped(id);
    EXPECT_FALSE(p.bands.empty()) << id;
    EXPECT_GT(p.source.size(), 5u) << id;
    EXPECT_GT(p.licence.size(), 5u) << id;
    EXPECT_FALSE(p.date_from.empty()) << id;
  }
}

TEST(Products, SceneClassificationOfSentinel2MasksTheDefaultClasses) {
  for (const char* id : {"sentinel2-l2a", "sentinel2-l2a-tif", "netcdf-stack"}) {
    const Product p = shipped(id);
    const MaskOutcome expected[12] = {absent, masked, clear,  masked, clear,  clear,
                                      clear,  clear,  masked, masked, masked, masked};
    for (int scl = 0; scl < 12; ++scl)
      EXPECT_EQ(outcome(p, static_cast<float>(scl)), expected[scl]) << id << " SCL " << scl;
    EXPECT_EQ(outcome(p, 36), absent) << "36 is 4 modulo 32, and no class";
    EXPECT_EQ(outcome(p, nan_f()), absent);
  }
}

TEST(Products, QaPixelOfLandsatMasksBitsOneToFive) {
  for (const char* id : {"landsat-oli-c2-l2", "landsat-tm-c2-l2"}) {
    const Product p = shipped(id);
    EXPECT_EQ(outcome(p, 1), absent) << "fill";
    for (const int bit : {1, 2, 3, 4, 5}) EXPECT_EQ(outcome(p, static_cast<float>(1 << bit)), masked) << "bit " << bit;
    EXPECT_EQ(outcome(p, 21824), clear) << "clear land, all confidences low (USGS table 6-3)";
    EXPECT_EQ(outcome(p, 21952), clear) << "clear water";
    EXPECT_EQ(outcome(p, 22280), masked) << "cloud of high confidence";
    EXPECT_EQ(outcome(p, 23888), masked) << "cloud shadow";
    EXPECT_EQ(outcome(p, 30048), masked) << "snow";
  }
}

TEST(Products, ReliabilityOfModisMasksSnowAndCloud) {
  const Product p = shipped("mod13");
  const MaskOutcome expected[4] = {clear, clear, masked, masked};
  for (int v = 0; v < 4; ++v) EXPECT_EQ(outcome(p, static_cast<float>(v)), expected[v]);
  EXPECT_EQ(outcome(p, -1), absent);
  EXPECT_EQ(outcome(p, 255), absent);
}

TEST(Products, FlagOfSoilMoistureMasksEachBit) {
  const Product p = shipped("c3s-soil-moisture");
  EXPECT_EQ(outcome(p, 0), clear);
  for (const float v : {1.f, 2.f, 3.f, 4.f, 7.f, 8.f, 16.f, 20.f, 32.f, 36.f}) EXPECT_EQ(outcome(p, v), masked) << v;
  EXPECT_EQ(outcome(p, 127), absent);
}

TEST(Products, FmaskKeepsValidAndWater) {
  const Product p = shipped("wofs-c3");
  const MaskOutcome expected[7] = {absent, clear, masked, masked, masked, clear, absent};
  for (int v = 0; v < 7; ++v) EXPECT_EQ(outcome(p, static_cast<float>(v)), expected[v]) << v;
}

TEST(Products, MaskStackMasksEverythingButZero) {
  const Product p = shipped("time-stack");
  EXPECT_EQ(outcome(p, 0), clear);
  for (const float v : {1.f, 2.f, 16.f, 100.f}) EXPECT_EQ(outcome(p, v), masked) << v;
  EXPECT_EQ(outcome(p, 255), absent);
}

TEST(LoadProduct, NamesWhatIsWrong) {
  EXPECT_EQ(code_of(head + "[[band]]\nrole='nir'\n"), "none");
  EXPECT_EQ(code_of(head), "MISSING_KEY");
  EXPECT_EQ(code_of(head + "[[band]]\nrole='nir'\nscael=2\n"), "UNKNOWN_KEY");
  EXPECT_EQ(code_of(head + "[[band]]\nrole='nir'\nscale=0\n"), "RANGE");
  EXPECT_EQ(code_of(head + "[[band]]\nrole='nir'\nscale='0.1'\n"), "NUMBER_FORMAT");
  EXPECT_EQ(code_of(head + "[[band]]\nrole='nir'\n[[band]]\nrole='nir'\n"), "DUPLICATE");
  EXPECT_EQ(code_of(head + "[[band]]\nrole='../nir'\n"), "ROLE");
  EXPECT_EQ(code_of(head + "[[band]]\nrole='nir'\nfile='('\n"), "PATTERN");
  EXPECT_EQ(code_of(head + "[[band]]\nrole='nir'\nvalid=[2,1]\n"), "RANGE");
  EXPECT_EQ(code_of(head + "[[band]]\nrole='nir'\n[qa]\n"), "MISSING_KEY");
  EXPECT_EQ(code_of(head + "[[band]]\nrole='nir'\n[qa]\nband=2\n[[qa.rule]]\nclasses=[32]\n"), "RANGE");
  EXPECT_EQ(code_of(head + "[[band]]\nrole='nir'\n[qa]\nband=2\n[[qa.rule]]\nbits=[1]\nclasses=[1]\n"), "QA_RULE");
  EXPECT_EQ(code_of(head + "layout='movie'\n[[band]]\nrole='nir'\n"), "UNKNOWN_VALUE");
  EXPECT_EQ(
      code_of(
          "drivers=['VRT']\ntitle='t'\nsource='s'\nlicence='l'\nfile='x'\ndate={from='name'}\n[[band]]\nrole='nir'\n"),
      "DRIVER");
}

TEST(LoadProduct, OfAnUnknownNameListsTheKnownOnes) {
  try {
    shipped("sentinel9");
    FAIL() << "loaded";
  } catch (const ConfigError& e) {
    EXPECT_EQ(e.code(), "PRODUCT_UNKNOWN");
    EXPECT_NE(std::string(e.what()).find("chirps"), std::string::npos);
  }
  EXPECT_THROW(shipped("../products/chirps"), ConfigError);
}

}  // namespace
}  // namespace fw
