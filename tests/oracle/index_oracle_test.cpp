// Spectral indices against ../shared/oracles/01_spectral_*: values of an independent evaluator in double. The inputs
// are rounded to float before the engine sees them; where that alone may move a value by more than the tolerance
// (random pixels, differences in denominators), twice that movement is allowed instead and the case is counted.
#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "../kernels/formula_reference.h"
#include "core/series/index_catalogue.h"
#include "oracle.h"

namespace fw {
namespace {

constexpr double tolerance = 1e-6;
const std::string config = std::string(FW_SOURCE_DIR) + "/config";
using Columns = std::map<std::string, std::vector<double>>;

class IndexOracles : public OnEachBackend {
 protected:
  void SetUp() override {
    FW_NEEDS_SHARED(inputs, "oracles/01_spectral_inputs.csv");
    inputs_ = oracle::read_columns(inputs);
    catalogue_ = IndexCatalogue::load(config);
    OnEachBackend::SetUp();
  }
  std::filesystem::path file(const std::string& name) const { return test::shared_dir() / "oracles" / name; }
  std::vector<std::string> letters() const {
    std::vector<std::string> all;
    for (const CatalogueBand& band : catalogue_.bands()) all.push_back(band.letter);
    return all;
  }
  /// Every output of the program on the oracle's pixels.
  std::map<std::string, Values> run(const FormulaProgram& program) {
    std::vector<Buffer<float>> in, out;
    std::vector<const float*> band;
    std::vector<float*> to;
    for (const std::string& letter : program.bands()) {
      const std::vector<double>& column = inputs_.at(letter);
      in.push_back(up(Values(column.begin(), column.end())));
      band.push_back(in.back().data());
    }
    const size_t pixels = inputs_.at("px").size();
    for (size_t k = 0; k < program.outputs().size(); ++k) {
      out.push_back(room<float>(pixels));
      to.push_back(out.back().data());
    }
    backend().run(FormulaOp{&program, band.data(), to.data(), pixels});
    std::map<std::string, Values> results;
    for (size_t k = 0; k < out.size(); ++k) results[program.outputs()[k]] = down(out[k]);
    return results;
  }
  /// Compares one index on every pixel; returns how many were allowed more than the tolerance.
  size_t compare(oracle::Comparison& comparison, const FormulaSource& formula, const Values& got,
                 const std::vector<double>& expected) {
    test::FormulaReference reference(0x1p-24, 0.0);  // inputs rounded to float, nothing else
    size_t magnified = 0;
    for (size_t i = 0; i < got.size(); ++i) {
      std::map<std::string, double> pixel;
      for (const auto& [letter, column] : inputs_) pixel[letter] = column[i];
      const double allowed = tolerance * std::max(1.0, std::abs(expected[i]));
      const double moved = 2.0 * reference.evaluate(formula, pixel).error;
      const double share = moved > allowed ? allowed / moved : 1.0;
      if (share < 1.0) ++magnified;
      const double value = static_cast<double>(got[i]);
      comparison.compare(std::isnan(value) ? value : expected[i] + (value - expected[i]) * share, expected[i],
                         formula.name + " pixel " + std::to_string(i));
    }
    return magnified;
  }

  Columns inputs_;
  IndexCatalogue catalogue_;
};
FW_ON_EACH_BACKEND(IndexOracles);

/// The catalogue's own text with its one set of constants.
std::vector<FormulaSource> published_formulas(const std::filesystem::path& catalogue,
                                              const std::filesystem::path& constants, const IndexCatalogue& ours) {
  std::ifstream list_file(catalogue), constants_file(constants);
  const auto list = nlohmann::ordered_json::parse(list_file);
  const auto numbers = nlohmann::json::parse(constants_file).at("constants");
  std::vector<std::pair<std::string, double>> values;
  for (const auto& [name, value] : numbers.items())
    values.emplace_back(name, value.get<double>());
  std::vector<std::pair<std::string, std::string>> kernels;
  for (const std::string a : {"N", "G"})
    for (const std::string b : {"N", "R", "G", "B", "L"})
      kernels.emplace_back("k" + a + b, "exp(-(" + a + " - " + b + ") ** 2 / (2 * sigma ** 2))");
  std::vector<FormulaSource> formulas;
  for (const auto& entry : list) {
    const std::string name = entry.at("name");
    formulas.push_back({name, entry.at("formula"), values, kernels, ours.find(name).formula.in_double});
  }
  return formulas;
}

TEST_P(IndexOracles, GiveTheCataloguesValuesForItsOwnText) {
  const auto formulas =
      published_formulas(file("01_spectral_catalogue_v0_subset.json"), file("01_spectral_constants.json"), catalogue_);
  ASSERT_EQ(formulas.size(), 280u);
  const auto expected = oracle::read_columns(file("01_spectral_expected_v0.csv"));
  const auto got = run(FormulaProgram::compile(formulas, letters()));
  size_t magnified = 0;
  {
    oracle::Comparison comparison("01_spectral_expected_v0.csv (parser, 280 formulas as published)", tolerance);
    for (const FormulaSource& formula : formulas)
      magnified += compare(comparison, formula, got.at(formula.name), expected.at(formula.name));
  }
  std::printf("  of these %zu where rounding the inputs to float already moves the value further\n", magnified);
  EXPECT_LT(magnified, 280u * 64u / 10u);
}

TEST_P(IndexOracles, GiveTheSameFromTheShippedCatalogueWhereItIsNotCorrected) {
  const auto expected = oracle::read_columns(file("01_spectral_expected_v0.csv"));
  std::vector<std::string> same, corrected;
  for (const CatalogueIndex& index : catalogue_.indices())
    if (expected.contains(index.name)) (index.corrected.empty() ? same : corrected).push_back(index.name);
  EXPECT_EQ(same.size() + corrected.size(), 280u);
  const auto got = run(catalogue_.compile(same));
  oracle::Comparison comparison(
      "01_spectral_expected_v0.csv (config/indices, " + std::to_string(same.size()) + " not corrected)", tolerance);
  for (const std::string& name : same)
    compare(comparison, catalogue_.find(name).formula, got.at(name), expected.at(name));

  const auto differs = run(catalogue_.compile(corrected));
  for (const std::string& name : corrected) {
    double largest = 0.0;
    for (size_t i = 0; i < 64; ++i)
      if (!std::isnan(expected.at(name)[i]))
        largest = std::max(largest, std::abs(static_cast<double>(differs.at(name)[i]) - expected.at(name)[i]));
    EXPECT_GT(largest, 1e-3) << name << " is marked as corrected and gives the same";
  }
}

TEST_P(IndexOracles, GiveTheCorrectedValues) {
  const std::map<std::string, std::string> columns{{"AWEInsh_feyisa", "AWEInsh"},
                                                   {"ARVI_kaufman_gamma1", "ARVI"},
                                                   {"SARVI_gamma1_L0.5", "SARVI"},
                                                   {"SAVI_L0.5", "SAVI"},
                                                   {"MSAVI2_qi", "MSAVI2"},
                                                   {"EVI2_jiang", "EVI2"},
                                                   {"NBUI_L0.5_plus", "NBUI"},
                                                   {"NDBI", "NDBI"},
                                                   {"UI", "UI"},
                                                   {"MNDWI", "MNDWI"}};
  const auto expected = oracle::read_columns(file("01_spectral_corrected.csv"));
  EXPECT_EQ(expected.size(), columns.size() + 1) << "a column of the file is not looked at";
  std::vector<std::string> names;
  for (const auto& [column, name] : columns) names.push_back(name);
  const auto got = run(catalogue_.compile(names));
  oracle::Comparison comparison("01_spectral_corrected.csv (config/indices)", tolerance);
  for (const auto& [column, name] : columns)
    compare(comparison, catalogue_.find(name).formula, got.at(name), expected.at(column));
}

}  // namespace
}  // namespace fw
