#include "core/scene/scaling.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace fw {
namespace {

const char* const mtd = R"(<?xml version="1.0"?><n1:Level-2A_User_Product xmlns:n1="x"><n1:General_Info>
<Product_Info><PROCESSING_BASELINE>05.09</PROCESSING_BASELINE></Product_Info>
<Product_Image_Characteristics>
<QUANTIFICATION_VALUES_LIST><BOA_QUANTIFICATION_VALUE unit="none">10000</BOA_QUANTIFICATION_VALUE></QUANTIFICATION_VALUES_LIST>
<BOA_ADD_OFFSET_VALUES_LIST><BOA_ADD_OFFSET band_id="3">-1000</BOA_ADD_OFFSET><BOA_ADD_OFFSET band_id="7">-990</BOA_ADD_OFFSET></BOA_ADD_OFFSET_VALUES_LIST>
</Product_Image_Characteristics></n1:General_Info></n1:Level-2A_User_Product>)";

std::string code_of(const ScaleFacts& facts) {
  try {
    facts.offset_dn("3");
  } catch (const InputError& e) {
    return e.code();
  }
  return "none";
}

ScaleFacts named(const std::string& name) {
  ScaleFacts f;
  f.take_name(name);
  return f;
}

TEST(ScaleFacts, TakesTheOffsetFromTheBaselineInTheName) {
  EXPECT_EQ(named("S2A_MSIL2A_20220301T073731_N0400_R092_T37PGM_20220301T111213").offset_dn("3"), -1000);
  EXPECT_EQ(named("S2A_MSIL2A_20220101T073731_N0301_R092_T37PGM_20220101T111213").offset_dn("3"), 0);
  EXPECT_EQ(named("S2A_MSIL2A_20220301T073731_N0400_R092").baseline(), "04.00");
  EXPECT_EQ(code_of(named("T37PGM_20220301T073731")), "OFFSET_UNRESOLVED");
}

TEST(ScaleFacts, TakesOffsetsPerBandFromTheMetadataFile) {
  ScaleFacts f;
  f.take_xml("MTD_MSIL2A.xml", mtd);
  EXPECT_EQ(f.offset_dn("3"), -1000);
  EXPECT_EQ(f.offset_dn("7"), -990);
  EXPECT_EQ(f.offset_dn("11"), -1000) << "not listed: by the baseline";
  EXPECT_EQ(f.quantification(1), 10000);
  EXPECT_EQ(f.baseline(), "05.09");
}

TEST(ScaleFacts, TakesTheRastersOwnOffsetFirst) {
  ScaleFacts f = named("S2A_MSIL2A_20220301T073731_N0400_R092");
  f.take_raster("a.tif", {{"BOA_ADD_OFFSET", "-500"}});
  EXPECT_EQ(f.offset_dn("3"), -500);
}

TEST(ScaleFacts, AppliesNothingTwice) {
  ScaleFacts stac = named("S2A_MSIL2A_20220301T073731_N0400_R092");
  stac.take_stac(
      "item.json",
      R"({"type":"Feature","properties":{"s2:processing_baseline":"04.00","earthsearch:boa_offset_applied":true}})");
  EXPECT_EQ(stac.offset_dn("3"), 0);
  ScaleFacts raster;
  raster.take_raster("a.tif", {{"BOA_OFFSET_APPLIED", "true"}});
  EXPECT_EQ(raster.offset_dn("3"), 0);
  ScaleFacts not_applied = named("x_N0510_y");
  not_applied.take_stac("item.json", R"({"type":"Feature","properties":{"earthsearch:boa_offset_applied":false}})");
  EXPECT_EQ(not_applied.offset_dn("3"), -1000);
}

TEST(ScaleFacts, RefusesContradictions) {
  ScaleFacts f = named("S2A_MSIL2A_20220301T073731_N0400_R092");
  f.take_raster("a.tif", {{"PROCESSING_BASELINE", "03.01"}});
  EXPECT_EQ(code_of(f), "OFFSET_UNRESOLVED");
  ScaleFacts offsets;
  offsets.take_raster("a.tif", {{"BOA_ADD_OFFSET", "-1000"}});
  offsets.take_raster("b.tif", {{"BOA_ADD_OFFSET", "0"}});
  EXPECT_EQ(code_of(offsets), "OFFSET_UNRESOLVED");
}

TEST(ScaleFacts, RefusesBrokenMetadata) {
  ScaleFacts f;
  EXPECT_THROW(f.take_raster("a.tif", {{"BOA_ADD_OFFSET", "nan"}}), InputError);
  EXPECT_THROW(f.take_raster("a.tif", {{"PROCESSING_BASELINE", "four"}}), InputError);
  EXPECT_THROW(f.take_raster("a.tif", {{"QUANTIFICATION_VALUE", "0"}}), InputError);
  EXPECT_THROW(f.take_xml("m.xml", "<a><b></a>"), InputError);
}

TEST(ScaleFacts, IgnoresJsonThatIsNoStacItem) {
  ScaleFacts f;
  f.take_stac("config.json", R"({"properties":{"earthsearch:boa_offset_applied":true}})");
  EXPECT_EQ(code_of(f), "OFFSET_UNRESOLVED");
}

TEST(ResolveScaling, RefusesAFileThatDeclaresAnotherScaleThanItsProduct) {
  Product p;
  p.scale_rule = ScaleRule::fixed;
  BandSpec spec;
  spec.role = "red";
  spec.scale = 0.0001;
  BandInfo info;
  info.has_scale = true;
  info.scale = 0.0001;
  EXPECT_EQ(resolve_scaling(p, spec, info, {}).scale, 0.0001);
  info.scale = 10000;
  EXPECT_EQ(resolve_scaling(p, spec, info, {}).scale, 0.0001) << "a divisor, as MODIS files declare it";
  info.scale = 1;
  EXPECT_EQ(resolve_scaling(p, spec, info, {}).scale, 0.0001) << "says nothing";
  info.scale = 0.0001;
  info.offset = -0.1;
  try {
    resolve_scaling(p, spec, info, {});
    FAIL() << "not harmonised, though the product says so";
  } catch (const InputError& e) {
    EXPECT_EQ(e.code(), "SCALE_INVALID");
  }
  p.scale_rule = ScaleRule::sentinel2_baseline;
  ScaleFacts old, recent;
  old.take_name("S2A_MSIL2A_20210301T073731_N0214_R092_T37PGM");
  recent.take_name("S2A_MSIL2A_20220301T073731_N0400_R092_T37PGM");
  EXPECT_EQ(resolve_scaling(p, spec, info, recent).offset, -0.1);
  EXPECT_THROW(resolve_scaling(p, spec, info, old), InputError);
  info.offset = 0;
  EXPECT_THROW(resolve_scaling(p, spec, info, recent), InputError) << "applied already, or forgotten?";
}

TEST(ResolveScaling, RefusesWholeNumbersWithoutADeclaredScale) {
  Product p;
  p.scale_rule = ScaleRule::from_file;
  BandSpec spec;
  spec.role = "value";
  BandInfo info;
  info.type = "Int16";
  EXPECT_THROW(resolve_scaling(p, spec, info, {}), InputError);
  info.has_scale = true;
  info.scale = 0.01;
  info.offset = 5;
  EXPECT_EQ(resolve_scaling(p, spec, info, {}).scale, 0.01);
  EXPECT_EQ(resolve_scaling(p, spec, info, {}).offset, 5);
  info.has_scale = false;
  info.type = "Float32";
  EXPECT_EQ(resolve_scaling(p, spec, info, {}).scale, 1);
}

}  // namespace
}  // namespace fw
