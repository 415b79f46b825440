// Compiled formulas on each backend: values, no-data, and that neither sharing nor splitting changes a bit.
#include "kernels/formula_program.h"

#include <cstring>

#include "../gpu/every_op.h"
#include "formula_reference.h"
#include "kernels/indices.h"
#include "on_each_backend.h"

namespace fw {
namespace {

using sample::Random;
using test::Bounded;
using test::FormulaReference;

const std::vector<std::string> letters{"B", "G", "R", "N", "S1", "S2"};

class Formulas : public OnEachBackend {
 protected:
  /// Outputs of the program; bands in the order of `letters`.
  std::vector<Values> run(const FormulaProgram& program, const std::vector<Values>& bands) {
    const size_t pixels = bands.at(0).size();
    std::vector<Buffer<float>> in, out;
    std::vector<const float*> band;
    std::vector<float*> to;
    for (const std::string& name : program.bands()) {
      in.push_back(
          up(bands.at(static_cast<size_t>(std::find(letters.begin(), letters.end(), name) - letters.begin()))));
      band.push_back(in.back().data());
    }
    for (size_t k = 0; k < program.outputs().size(); ++k) {
      out.push_back(room<float>(pixels));
      to.push_back(out.back().data());
    }
    backend().run(FormulaOp{&program, band.data(), to.data(), pixels});
    std::vector<Values> results;
    for (const auto& buffer : out) results.push_back(down(buffer));
    return results;
  }
  std::vector<Values> run(const std::vector<FormulaSource>& sources, const std::vector<Values>& bands) {
    return run(FormulaProgram::compile(sources, letters), bands);
  }
  /// One formula of N and R.
  Values of(const std::string& text, const Values& n, const Values& r, bool in_double = false) {
    const Values zero(n.size());
    return run({{"x", text, {{"L", 0.5}}, {}, in_double}}, {zero, zero, r, n, zero, zero}).at(0);
  }
};
FW_ON_EACH_BACKEND(Formulas);

void expect_same_bits(const Values& a, const Values& b, const std::string& what) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i)
    ASSERT_EQ(std::memcmp(&a[i], &b[i], sizeof(float)), 0) << what << " pixel " << i << ": " << a[i] << ", " << b[i];
}

std::vector<Values> edge_bands(size_t pixels) {
  const sample::Inputs in = sample::make_inputs(pixels, 1);
  std::vector<Values> bands(std::begin(in.band), std::end(in.band));
  return bands;
}

std::vector<FormulaSource> built_ins() {
  std::vector<FormulaSource> sources;
  for (int k = 0; k < static_cast<int>(IndexId::count); ++k) {
    const IndexInfo& info = index_info(static_cast<IndexId>(k));
    sources.push_back({std::string(info.name), std::string(info.formula), {}, {}});
  }
  return sources;
}

TEST_P(Formulas, GiveHandComputedValues) {
  expect_values(of("(N - R) / (N + R)", {0.5f, 0.3f, 0.25f}, {0.25f, 0.3f, 0.75f}), {0.33333334f, 0.0f, -0.5f}, 1e-7);
  expect_values(of("(1 + L) * (N - R) / (N + R + L)", {0.5f, 0.25f}, {0.25f, 0.25f}), {0.3f, 0.0f}, 1e-7);
  expect_values(of("N ** 2 + R ** 3 - N ** -1", {0.5f}, {0.5f}), {-1.625f});
  expect_values(of("-N ** 2", {0.5f}, {0.0f}), {-0.25f});
  expect_values(of("min(N, R, 0.2) + max(N, R) * abs(N - R)", {0.5f, 0.1f}, {0.25f, 0.3f}), {0.325f, 0.16f}, 1e-7);
  for (const bool in_double : {false, true}) {
    expect_values(of("exp(N) + log(R)", {0.0f, 1.0f}, {1.0f, 2.0f}, in_double), {1.0f, 3.4114289f}, 1e-7);
    expect_values(of("tanh(N) + tanh(-R)", {0.05f, 20.0f}, {0.5f, 0.0f}, in_double), {-0.41215878f, 1.0f}, 1e-7);
    expect_values(of("N ** R", {2.0f, -2.0f, 0.0f, 0.25f}, {0.5f, 3.0f, 0.0f, -1.5f}, in_double),
                  {1.4142135f, -8.0f, 1.0f, 8.0f}, 1e-7);
    expect_values(of("sqrt(N) + N ** 0.5 + N ** (1/3)", {0.25f, 1.0f}, {0.0f, 0.0f}, in_double), {1.6299605f, 3.0f},
                  1e-7);
  }
}

TEST_P(Formulas, AreNoDataWhereAnyBandIs) {
  const Values n{nan_v, 0.5f, nan_v, 0.5f}, r{0.5f, nan_v, nan_v, 0.5f};
  for (const char* text : {"N - R", "N * 0 + R", "min(N, R)", "max(N, R)", "(N - N) * R", "N ** 0 * R", "1 ** N * R",
                           "tanh(N) + R", "exp(N) + log(R)", "abs(N) * R", "N ** R", "sqrt(N) + R ** 0.5"}) {
    SCOPED_TRACE(text);
    const Values got = of(text, n, r);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(std::isnan(got[static_cast<size_t>(i)])) << i;
    EXPECT_FALSE(std::isnan(got[3]));
  }
}

TEST_P(Formulas, AreNoDataWhereThereIsNoRealFiniteValue) {
  for (const bool in_double : {false, true}) {
    expect_values(of("N / R", {1.0f, 0.0f, 1.0f}, {0.0f, 0.0f, -0.0f}, in_double), {nan_v, nan_v, nan_v});
    expect_values(of("1 / (N / R)", {0.0f, 1.0f}, {1.0f, 2.0f}, in_double), {nan_v, 2.0f});
    expect_values(of("N ** 0.3 + R", {-0.1f, 0.0f}, {1.0f, 1.0f}, in_double), {nan_v, 1.0f});
    expect_values(of("N ** -2", {0.0f, 2.0f}, {1.0f, 1.0f}, in_double), {nan_v, 0.25f});
    expect_values(of("N ** -0.7", {0.0f}, {1.0f}, in_double), {nan_v});
    expect_values(of("sqrt(N) + N ** 0.5", {-0.1f}, {1.0f}, in_double), {nan_v});
    expect_values(of("log(N)", {0.0f, -1.0f, 1.0f}, {1.0f, 1.0f, 1.0f}, in_double), {nan_v, nan_v, 0.0f});
    expect_values(of("1 / log(N)", {0.0f}, {1.0f}, in_double), {nan_v});  // not 1 / -infinity = 0
    expect_values(of("1 / exp(N)", {1000.0f}, {1.0f}, in_double), {nan_v});
    expect_values(of("exp(-N)", {1000.0f}, {1.0f}, in_double), {0.0f});
    expect_values(of("N ** 15 * R ** 15", {1e30f}, {1e30f}, in_double), {nan_v});
  }
}

TEST_P(Formulas, HoldSumsAndBandsBelowAMillionthForNoDenominator) {
  // Only noise is left of a sum that small; a product or power of small reflectances is exact and may be divided by.
  const Values n{0.5f, 0.5f, 0.5f}, r{-0.4999995f, -0.499998f, -0.5f};
  expect_values(of("1 / (N + R)", n, r), {nan_v, 1.0f / (0.5f - 0.499998f), nan_v});
  expect_values(of("1 / R", {0, 0}, {5e-7f, 2e-6f}), {nan_v, 500000.0f});
  expect_values(of("1 / abs(-R)", {0, 0}, {5e-7f, 2e-6f}), {nan_v, 500000.0f});
  expect_values(of("R ** 2 / N ** 4", {0.02f}, {0.02f}), {2500.0f}, 1e-6);
  expect_values(of("1 / (N * R)", {5e-4f}, {5e-4f}), {4e6f}, 1e-6);
}

TEST_P(Formulas, EqualTheBuiltInIndicesBitForBit) {
  const auto bands = edge_bands(20011);
  const auto got = run(built_ins(), bands);
  std::vector<Buffer<float>> in;
  for (const Values& band : bands) in.push_back(up(band));
  for (size_t k = 0; k < got.size(); ++k) {
    Buffer<float> out = room<float>(bands[0].size());
    backend().run(SpectralIndex{static_cast<IndexId>(k),
                                {in[0].data(), in[1].data(), in[2].data(), in[3].data(), in[4].data(), in[5].data()},
                                out.data(),
                                bands[0].size()});
    expect_same_bits(got[k], down(out), std::string(index_info(static_cast<IndexId>(k)).name));
  }
}

TEST_P(Formulas, ShareTheirPartsWithoutChangingABit) {
  auto sources = built_ins();
  sources.push_back({"a", "exp(N - R) * tanh(N + R) ** 1.5", {}, {}});
  sources.push_back({"b", "exp(N - R) / (R + N)", {}, {}});
  sources.push_back({"c", "exp(N - R) / (R + N)", {}, {}, true});
  const auto bands = edge_bands(5003);
  const FormulaProgram together = FormulaProgram::compile(sources, letters);
  const auto arithmetic = std::count_if(together.steps().begin(), together.steps().end(), [](const FormulaStep& s) {
    return s.code != FormulaOpcode::store && s.code != FormulaOpcode::widen;
  });
  EXPECT_LT(static_cast<size_t>(arithmetic), together.unshared_steps() - 10);
  const auto all = run(together, bands);
  for (size_t k = 0; k < sources.size(); ++k)
    expect_same_bits(run(std::vector<FormulaSource>{sources[k]}, bands).at(0), all[k], sources[k].name);
  std::vector<FormulaSource> reversed(sources.rbegin(), sources.rend());
  const auto other_order = run(reversed, bands);
  for (size_t k = 0; k < sources.size(); ++k)
    expect_same_bits(other_order[sources.size() - 1 - k], all[k], sources[k].name);
}

TEST_P(Formulas, DoNotDependOnWhereAPixelLies) {
  const auto sources = built_ins();
  const auto bands = edge_bands(40009);  // several blocks and threads, the last one not full
  const auto whole = run(sources, bands);
  for (const size_t begin : {size_t{0}, size_t{511}, size_t{16384}, size_t{39000}}) {
    const size_t end = std::min(begin + 1009, bands[0].size());
    std::vector<Values> part;
    for (const Values& band : bands)
      part.emplace_back(band.begin() + static_cast<std::ptrdiff_t>(begin),
                        band.begin() + static_cast<std::ptrdiff_t>(end));
    const auto split = run(sources, part);
    for (size_t k = 0; k < whole.size(); ++k)
      expect_same_bits(
          {whole[k].begin() + static_cast<std::ptrdiff_t>(begin), whole[k].begin() + static_cast<std::ptrdiff_t>(end)},
          split[k], sources[k].name);
  }
}

TEST_P(Formulas, OfRatiosDoNotChangeWhenAllBandsAreScaled) {
  Random random(7);
  std::vector<Values> bands(6, Values(2000)), scaled = bands;
  for (size_t b = 0; b < 6; ++b)
    for (size_t i = 0; i < 2000; ++i) {
      bands[b][i] = 0.02f + 0.5f * random.unit();
      scaled[b][i] = 0.25f * bands[b][i];  // a power of two: exact
    }
  std::vector<FormulaSource> ratios;
  for (const char* text : {"(N - R) / (N + R)", "N / R", "(S1 + R - N - B) / (S1 + R + N + B)", "(G * N) / (R * S2)",
                           "(N / R) ** 0.5", "tanh(((N - R) / (N + R)) ** 2)", "(N ** 2 - R ** 2) / (N ** 2 + R ** 2)"})
    ratios.push_back({text, text, {}, {}});
  const auto a = run(ratios, bands), b = run(ratios, scaled);
  for (size_t k = 0; k < a.size(); ++k) expect_same_bits(a[k], b[k], ratios[k].text);
}

/// A formula of the six bands, `depth` operations deep.
std::string random_formula(Random& random, int depth) {
  const auto part = [&] { return random_formula(random, depth - 1); };
  if (depth == 0 || random.below(7) == 0) {
    if (random.below(4) == 0) return std::to_string(random.below(40) * 0.25 + 0.25);
    return letters[static_cast<size_t>(random.below(6))];
  }
  constexpr const char* exponents[] = {"2", "3", "0.5", "-1", "1.5", "-2", "(1/3)", "7", "-0.5", "1"};
  switch (random.below(14)) {
    case 0:
    case 1:
      return "(" + part() + " + " + part() + ")";
    case 2:
    case 3:
      return "(" + part() + " - " + part() + ")";
    case 4:
    case 5:
      return part() + " * " + part();
    case 6:
      return "(" + part() + ") / (" + part() + ")";
    case 7:
      return "-" + part();
    case 8:
      return "(" + part() + ") ** " + exponents[random.below(10)];
    case 9:
      return "min(" + part() + ", " + part() + ", 1.5)";
    case 10:
      return "max(" + part() + ", " + part() + ")";
    case 11:
      return "tanh(" + part() + ")";
    case 12:
      return "exp(-abs(" + part() + ")) + sqrt(" + part() + ")";
    default:
      return "log(" + part() + ")";
  }
}

TEST_P(Formulas, AgreeWithASecondEvaluatorWhateverTheFormula) {
  Random random(20240611);
  constexpr size_t pixels = 40;
  std::vector<Values> bands(6, Values(pixels));
  for (Values& band : bands)
    for (float& v : band) v = 0.01f + random.unit();
  std::vector<FormulaSource> sources;
  while (sources.size() < 300) {
    const std::string text = random_formula(random, 4);
    try {
      FormulaProgram::compile({{text, text, {}, {}}}, letters);
      sources.push_back({text, text, {}, {}, sources.size() % 2 == 1});
    } catch (const FormulaError&) {  // a constant part without a value
    }
  }
  const auto got = run(sources, bands);
  size_t compared = 0, without_value = 0;
  for (size_t k = 0; k < sources.size(); ++k) {
    // Rounding of every step in float (2^-24) or, with room for our own functions, in double (2^-50).
    FormulaReference reference(0.0, sources[k].in_double ? 0x1p-50 : 0x1p-24);
    for (size_t i = 0; i < pixels; ++i) {
      std::map<std::string, double> values;
      for (size_t b = 0; b < 6; ++b) values[letters[b]] = static_cast<double>(bands[b][i]);
      const Bounded expected = reference.evaluate(sources[k], values);
      if (reference.margin() < 2e-6) continue;  // rounding decides whether there is a value
      ++compared;
      if (std::isnan(expected.value)) {
        ++without_value;
        EXPECT_TRUE(std::isnan(got[k][i])) << sources[k].text << " pixel " << i << " is " << got[k][i];
      } else {
        EXPECT_NEAR(got[k][i], expected.value, 2.0 * expected.error + 0x1p-23 * std::abs(expected.value))
            << sources[k].text << " pixel " << i;
      }
    }
  }
  EXPECT_GT(compared, 9000u);
  EXPECT_GT(without_value, 500u);
}

TEST_P(Formulas, MayBeAConstantOrABandOrNothing) {
  expect_values(of("2 * 3 + L", {0.1f, nan_v}, {0.1f, 0.2f}), {6.5f, 6.5f});
  expect_values(of("N", {0.1f, nan_v}, {0.1f, 0.2f}), {0.1f, nan_v});
  expect_values(of("N", {0.1f, nan_v}, {0.1f, 0.2f}, true), {0.1f, nan_v});
  EXPECT_TRUE(of("N - R", {}, {}).empty());
  EXPECT_TRUE(run(std::vector<FormulaSource>{}, std::vector<Values>(6, Values(3))).empty());
}

TEST(FormulaProgram, ReadsOnlyTheBandsItNeedsInTheOrderGiven) {
  const FormulaProgram program = FormulaProgram::compile({{"a", "S1 - N", {}, {}}, {"b", "N - B", {}, {}}}, letters);
  EXPECT_EQ(program.bands(), (std::vector<std::string>{"B", "N", "S1"}));
  EXPECT_EQ(program.outputs(), (std::vector<std::string>{"a", "b"}));
}

TEST(FormulaProgram, UsesRegistersAgain) {
  std::string sum = "N * R";
  for (int k = 1; k < 100; ++k) sum += " + N * " + std::to_string(k) + " * R";
  const FormulaProgram program = FormulaProgram::compile({{"a", sum, {}, {}}}, letters);
  EXPECT_LE(program.float_registers(), 4u);
  for (const FormulaStep& step : program.steps())
    if (step.code != FormulaOpcode::store) {
      EXPECT_FALSE(step.a.kind == FormulaOperand::Kind::reg && step.a.at == step.to);
    }
}

TEST(FormulaProgram, RefusesMoreFormulasThanAKernelCanWrite) {
  const std::vector<FormulaSource> many(max_formula_outputs + 1, {"a", "N", {}, {}});
  EXPECT_THROW(FormulaProgram::compile(many, letters), FormulaError);
}

TEST(FormulaProgram, RefusesAConstantThatIsNotFinite) {
  EXPECT_THROW(FormulaProgram::compile({{"a", "L * N", {{"L", std::nan("")}}, {}}}, letters), FormulaError);
}

TEST_P(Formulas, CheckWhatTheyAreGiven) {
  const FormulaProgram program = FormulaProgram::compile({{"a", "N", {}, {}}}, letters);
  const float* no_band[] = {nullptr};
  Buffer<float> out = room<float>(4);
  float* to[] = {out.data()};
  EXPECT_THROW(backend().run(FormulaOp{nullptr, no_band, to, 4}), std::logic_error);
  EXPECT_THROW(backend().run(FormulaOp{&program, no_band, to, 4}), std::logic_error);
  EXPECT_THROW(backend().run(FormulaOp{&program, nullptr, to, 4}), std::logic_error);
}

}  // namespace
}  // namespace fw
