// The catalogue of indices as it ships, and what a user's own file may and may not say.
#include "core/series/index_catalogue.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <set>

#include "../gpu/every_op.h"
#include "../kernels/formula_ptx.h"
#include "../support.h"
#include "core/base/error.h"
#include "kernels/formula_cuda.h"

namespace fw {
namespace {

const std::string config = std::string(FW_SOURCE_DIR) + "/config";

const IndexCatalogue& shipped() {
  static const IndexCatalogue catalogue = IndexCatalogue::load(config);
  return catalogue;
}

std::vector<std::string> names_of(const std::vector<const CatalogueIndex*>& indices) {
  std::vector<std::string> names;
  for (const CatalogueIndex* index : indices) names.push_back(index->name);
  return names;
}
bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

TEST(IndexCatalogue, HoldsTheWholeOfAwesomeSpectralIndicesAndTheProjectsOwn) {
  std::map<std::string, int> published;
  int own = 0;
  for (const CatalogueIndex& index : shipped().indices()) {
    index.source == "This project" ? ++own : ++published[index.domain];
    EXPECT_FALSE(index.title.empty()) << index.name;
    EXPECT_FALSE(index.reference.empty()) << index.name;
    EXPECT_FALSE(index.licence.empty()) << index.name;
    EXPECT_FALSE(index.bands.empty()) << index.name;
    EXPECT_EQ(index.bands.size(), index.roles.size()) << index.name;
  }
  const std::map<std::string, int> expected{{"vegetation", 159}, {"water", 32}, {"burn", 19},
                                            {"urban", 19},       {"soil", 17},  {"radar", 13},
                                            {"snow", 9},         {"clouds", 7}, {"kernel", 5}};
  EXPECT_EQ(published, expected);
  EXPECT_EQ(own, 3);
  EXPECT_EQ(shipped().bands().size(), 21u);
}

TEST(IndexCatalogue, MarksWhatDiffersFromItsSourceAndWhy) {
  std::set<std::string> corrected;
  for (const CatalogueIndex& index : shipped().indices())
    if (!index.corrected.empty()) corrected.insert(index.name);
  for (const char* name : {"AWEInsh", "ARVI", "SARVI", "NBUI", "MSAVI", "BAIM", "SAVI", "GSAVI", "IBI", "NDPI", "WCI1"})
    EXPECT_TRUE(corrected.contains(name)) << name;
  for (const char* name : {"NDVI", "EVI", "EVI2", "AWEIsh", "NBR", "kNDVI"})
    EXPECT_FALSE(corrected.contains(name)) << name;
}

TEST(IndexCatalogue, AgreesWithTheBuiltInIndicesBitForBit) {
  const auto cpu = make_backend(choose_device(DeviceChoice::cpu));
  const sample::Inputs in = sample::make_inputs(20011, 1);
  for (int k = 0; k < static_cast<int>(IndexId::count); ++k) {
    const IndexInfo& info = index_info(static_cast<IndexId>(k));
    const FormulaProgram program = shipped().compile({std::string(info.name)});
    const std::vector<std::string> order{"B", "G", "R", "N", "S1", "S2"};
    std::vector<const float*> band;
    for (const std::string& letter : program.bands())
      band.push_back(in.band[std::find(order.begin(), order.end(), letter) - order.begin()].data());
    std::vector<float> ours(in.pixels), built_in(in.pixels);
    float* out[] = {ours.data()};
    cpu->run(FormulaOp{&program, band.data(), out, in.pixels});
    cpu->run(SpectralIndex{static_cast<IndexId>(k),
                           {in.band[0].data(), in.band[1].data(), in.band[2].data(), in.band[3].data(),
                            in.band[4].data(), in.band[5].data()},
                           built_in.data(),
                           in.pixels});
    EXPECT_EQ(std::memcmp(ours.data(), built_in.data(), in.pixels * sizeof(float)), 0) << info.name;
  }
}

TEST(IndexCatalogue, CompilesWholeToOneKernelWithTheArithmeticOfTheCpu) {
  std::vector<std::string> names;
  for (const CatalogueIndex& index : shipped().indices()) names.push_back(index.name);
  const FormulaProgram program = shipped().compile(names);
  EXPECT_EQ(program.outputs(), names);
  EXPECT_EQ(program.bands().size(), 19u);  // water vapour and thermal 2 are in no formula
  EXPECT_LT(program.steps().size(), program.unshared_steps());
  const CompiledCuda ptx = compile_cuda(formula_cuda_source(program), 80, CudaCode::ptx);
  if (!ptx.code) {
    if (ptx.why.find("cannot compile") == std::string::npos) GTEST_SKIP() << ptx.why;
    FAIL() << ptx.why;
  }
  test::expect_unfused_ieee(*ptx.code, 1000);
  std::printf("%zu indices in one kernel: %zu steps (%zu unshared), %s\n", names.size(), program.steps().size(),
              program.unshared_steps(), ptx.why.c_str());
}

TEST(IndexCatalogue, TellsWhichIndicesSomeRolesAllow) {
  const auto two = names_of(shipped().allowed({"red", "nir"}));
  EXPECT_TRUE(has(two, "NDVI") && has(two, "SAVI") && has(two, "kNDVI") && has(two, "MSAVI2"));
  EXPECT_FALSE(has(two, "EVI") || has(two, "NDWI") || has(two, "VHVVR"));
  EXPECT_TRUE(shipped().allowed({}).empty());
  EXPECT_TRUE(shipped().allowed({"rain_mm"}).empty());
  std::vector<std::string> every;
  for (const CatalogueBand& band : shipped().bands()) every.push_back(band.role);
  EXPECT_EQ(shipped().allowed(every).size(), shipped().indices().size());
  EXPECT_EQ(shipped().role_of("N2"), "nir_narrow");
  EXPECT_EQ(shipped().letter_of("swir1"), "S1");
  EXPECT_EQ(shipped().role_of("Q"), "");
}

TEST(IndexCatalogue, KnowsNamesByTheirLettersAndHelpsWithSlips) {
  EXPECT_EQ(shipped().find("BI").domain, "soil");
  EXPECT_EQ(shipped().find("BaI").formula.text, "R + S1 - N");
  EXPECT_EQ(shipped().find("EVI").bands, (std::vector<std::string>{"B", "R", "N"}));
  EXPECT_EQ(shipped().find("EVI").roles, (std::vector<std::string>{"blue", "red", "nir"}));
  try {
    (void)shipped().find("ndvi");
    FAIL();
  } catch (const ConfigError& e) {
    EXPECT_EQ(e.code(), "UNKNOWN_INDEX");
    EXPECT_NE(std::string(e.what()).find("Did you mean 'NDVI'?"), std::string::npos) << e.what();
  }
}

TEST(IndexCatalogue, TakesConstantsFromTheUserForTheIndicesThatHaveThem) {
  const auto value = [](const std::map<std::string, double>& constants) {
    const FormulaProgram program = shipped().compile({"SAVI"}, constants);
    const float r = 0.1f, n = 0.5f;
    const float* band[] = {&r, &n};
    float out = 0.0f;
    float* to[] = {&out};
    make_backend(choose_device(DeviceChoice::cpu))->run(FormulaOp{&program, band, to, 1});
    return out;
  };
  EXPECT_NEAR(value({}), 1.5 * 0.4 / 1.1, 1e-7);
  EXPECT_NEAR(value({{"L", 1.0}}), 2.0 * 0.4 / 1.6, 1e-7);
  try {
    (void)value({{"gamma", 1.0}});
    FAIL();
  } catch (const ConfigError& e) {
    EXPECT_EQ(e.code(), "UNKNOWN_CONSTANT");
  }
}

/// A configuration with the shipped bands and one file of a user.
class OwnFile : public ::testing::Test {
 protected:
  IndexCatalogue load(const std::string& text) {
    std::filesystem::create_directories(dir_ / "indices");
    std::filesystem::copy_file(config + "/indices/bands.toml", dir_ / "indices/bands.toml",
                               std::filesystem::copy_options::overwrite_existing);
    test::write_text(dir_ / "indices/own.toml", text);
    return IndexCatalogue::load(dir_.path().string());
  }
  /// Code and message of the error that the text gives.
  std::pair<std::string, std::string> error(const std::string& text) {
    try {
      (void)load(text);
    } catch (const ConfigError& e) {
      return {e.code(), e.what()};
    }
    return {"", "accepted"};
  }
  void expect_error(const std::string& text, const std::string& code, const std::string& part) {
    const auto [got, message] = error(text);
    EXPECT_EQ(got, code) << message;
    EXPECT_NE(message.find(part), std::string::npos) << message;
    EXPECT_NE(message.find("own.toml"), std::string::npos) << message;
  }
  test::TempDir dir_;
};

TEST_F(OwnFile, NeedsNoMoreThanANameAndAFormula) {
  const IndexCatalogue catalogue = load(
      "[[index]]\nname = \"mine\"\nformula = \"(N - R) / (N + R + s)\"\n"
      "constants = { s = 0.1 }\n");
  ASSERT_EQ(catalogue.indices().size(), 1u);
  const CatalogueIndex& mine = catalogue.find("mine");
  EXPECT_EQ(mine.roles, (std::vector<std::string>{"red", "nir"}));
  EXPECT_EQ(mine.unit, "1");
  EXPECT_EQ(mine.domain, "other");
  EXPECT_FALSE(mine.formula.in_double);
}

TEST_F(OwnFile, IsToldWhereAFormulaIsWrong) {
  const auto [code, message] = error("[[index]]\nname = \"mine\"\nformula = \"(N - R) / (N + Q)\"\n");
  EXPECT_EQ(code, "FORMULA");
  EXPECT_NE(message.find("unknown band or constant 'Q'"), std::string::npos) << message;
  EXPECT_NE(message.find("\n  (N - R) / (N + Q)\n                 ^"), std::string::npos) << message;
  EXPECT_NE(message.find("formula"), std::string::npos) << message;
}

TEST_F(OwnFile, IsRefusedWhereItSaysWhatCannotBeMeant) {
  const std::string start = "[[index]]\nname = \"mine\"\nformula = \"N - R\"\n";
  expect_error(start + "colour = 3\n", "UNKNOWN_KEY", "colour");
  expect_error(start + "constants = { s = 0.1 }\n", "FORMULA", "does not use 's'");
  expect_error(start + "constants = { N = 0.1 }\n", "FORMULA", "is a band");
  expect_error(start + "where = { k = \"N\" }\n", "FORMULA", "does not use 'k'");
  expect_error(start + "precision = \"half\"\n", "CHOICE", "float or double");
  expect_error(start + "range = [1, 0]\n", "RANGE", "smaller");
  expect_error(start + start, "DUPLICATE_INDEX", "own.toml");
  expect_error("[[index]]\nname = \"mi ne\"\nformula = \"N\"\n", "NAME", "letters");
  expect_error("[[index]]\nname = \"mine\"\nformula = \"1 + 2\"\n", "FORMULA", "no band");
  expect_error("[[index]]\nname = \"mine\"\n", "MISSING_KEY", "formula");
  expect_error("[[index]]\nname = \"mine\"\nformula = \"N +\"\n", "FORMULA", "ends where");
}

TEST_F(OwnFile, MustNotBeTheOnlyThingMissing) {
  try {
    (void)IndexCatalogue::load(dir_.path().string());
    FAIL();
  } catch (const ConfigError& e) {
    EXPECT_NE(std::string(e.what()).find("indices"), std::string::npos) << e.what();
  }
}

}  // namespace
}  // namespace fw
