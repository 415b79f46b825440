// Formulas as text: Python's precedence, and errors that point at the place.
#include <gtest/gtest.h>

#include "formula_reference.h"
#include "kernels/formula_program.h"

namespace fw {
namespace {

using test::FormulaReference;

/// The value of a formula without bands, as the compiler folds it.
double folded(const std::string& text) {
  const FormulaProgram program = FormulaProgram::compile({{"x", text, {}, {}, true}}, {});
  EXPECT_EQ(program.steps().size(), 1u) << text;
  return program.constants().at(program.steps().at(0).a.at);
}

struct Case {
  const char* text;
  double value;
};

TEST(FormulaParser, GroupsAsPythonDoes) {
  // Values of Python 3.11.
  constexpr Case cases[] = {{"2 + 3 * 4", 14},
                            {"(2 + 3) * 4", 20},
                            {"10 - 4 - 3", 3},
                            {"16 / 4 / 2", 2},
                            {"16 / (4 / 2)", 8},
                            {"2 * 3 / 4 * 2", 3},
                            {"-2 ** 2", -4},
                            {"(-2) ** 2", 4},
                            {"2 ** 3 ** 2", 512},
                            {"(2 ** 3) ** 2", 64},
                            {"2 ** -1", 0.5},
                            {"2 ** -2 ** 2", 0.0625},
                            {"-2 ** -2", -0.25},
                            {"2 * -3", -6},
                            {"2 - -3", 5},
                            {"--2", 2},
                            {"-+-2", 2},
                            {"7 - 2 * 3 ** 2 / 6", 4},
                            {"1e3 + 1E-3", 1000.001},
                            {".5 + 1.", 1.5},
                            {"2.5e+1", 25},
                            {"min(3, 1, 2)", 1},
                            {"max(1, abs(-4)) - 1", 3},
                            {"-sqrt(16) ** 2", -16},
                            {"exp(log(5))", 5},
                            {"tanh(0)", 0},
                            {"( ( 3 ) )", 3},
                            {"1/3", 1.0 / 3.0},
                            {"27 ** (1/3)", 3},
                            {"0 ** 0", 1},
                            {"(-8) ** 3", -512},
                            {"(-2) ** -3", -0.125}};
  for (const Case& c : cases) {
    EXPECT_NEAR(folded(c.text), c.value, 1e-15 * std::max(1.0, std::abs(c.value))) << c.text;
    EXPECT_NEAR(FormulaReference(0, 0).evaluate({"x", c.text, {}, {}}, {}).value, c.value,
                1e-15 * std::max(1.0, std::abs(c.value)))
        << c.text;
  }
}

TEST(FormulaParser, KeepsThePlaceOfEveryPart) {
  const FormulaTree tree = parse_formula("(N - R) / N2");
  ASSERT_EQ(tree.nodes.size(), 5u);
  EXPECT_EQ(tree.nodes[0].name, "N");
  EXPECT_EQ(tree.nodes[0].position, 1u);
  EXPECT_EQ(tree.nodes[2].kind, FormulaNode::Kind::subtract);
  EXPECT_EQ(tree.nodes[2].position, 3u);
  EXPECT_EQ(tree.nodes[3].name, "N2");
  EXPECT_EQ(tree.nodes.back().kind, FormulaNode::Kind::divide);
  EXPECT_EQ(tree.nodes.back().position, 8u);
  EXPECT_EQ(formula_names(tree), (std::vector<std::string>{"N", "R", "N2"}));
}

struct Wrong {
  const char* text;
  size_t position;
  const char *problem, *hint;
};

TEST(FormulaParser, PointsAtWhatIsWrongAndSaysWhatToDo) {
  constexpr Wrong cases[] = {
      {"", 0, "ends where", "Complete"},
      {"N +", 3, "ends where", "Complete"},
      {"N + * R", 4, "an operator where", "Complete"},
      {"(N - R / (N + R)", 0, "not closed", "Add ')'"},
      {"N - R)", 5, "without an opening", "Remove"},
      {"()", 1, "')' where", "Complete"},
      {"N R", 2, "operator is missing", "+ - * / **"},
      {"(N)(R)", 3, "operator is missing", "+ - * / **"},
      {"2N", 1, "directly after a number", "*"},
      {"N ^ 2", 2, "'^'", "**"},
      {"N, R", 1, "comma", "'.'"},
      {"N - R;", 5, "';' does not belong", "parentheses"},
      {"N \xc3\x97 R", 2, "not ASCII", "names"},
      {"1.2.3", 3, "operator is missing", ""},
      {".", 0, "without digits", "0.5"},
      {"1e999", 0, "does not fit", "smaller"},
      {"1e", 1, "directly after a number", "*"},
      {"tahn(N)", 0, "unknown function 'tahn'", "'tanh'"},
      {"Sqrt(N)", 0, "unknown function 'Sqrt'", "'sqrt'"},
      {"min(N)", 0, "min has 1 argument", "two or more"},
      {"1 + sqrt(N, R)", 4, "sqrt has 2 arguments", "takes one"},
      {"log()", 0, "log has 0 arguments", "takes one"},
      {"max(N, )", 7, "')' where", "Complete"},
      {"N + Q", 4, "unknown band or constant 'Q'", "Bands are"},
      {"nir + R", 0, "unknown band or constant 'nir'", "Bands are"},
      {"n + R", 0, "unknown band or constant 'n'", "Did you mean 'N'"},
      {"N / (2 - 2)", 2, "division by zero", "denominator"},
      {"N + sqrt(-1)", 4, "constant and has no value", "numbers"},
      {"N + (-8) ** (1/3)", 9, "constant and has no value", "numbers"},
  };
  for (const Wrong& c : cases) {
    SCOPED_TRACE(c.text);
    try {
      FormulaProgram::compile({{"x", c.text, {{"gain", 2.0}}, {}}}, {"N", "R"});
      ADD_FAILURE() << "accepted";
    } catch (const FormulaError& e) {
      EXPECT_EQ(e.position(), c.position) << e.what();
      EXPECT_NE(e.problem().find(c.problem), std::string::npos) << e.what();
      EXPECT_NE(e.hint().find(c.hint), std::string::npos) << e.what();
    }
  }
}

TEST(FormulaParser, DrawsACaretUnderThePlace) {
  try {
    FormulaProgram::compile({{"x", "(N - R) / (N + Q)", {}, {}}}, {"N", "R"});
    FAIL();
  } catch (const FormulaError& e) {
    EXPECT_EQ(std::string(e.what()),
              "unknown band or constant 'Q' (column 16). Bands are N, R; this formula has no constants\n"
              "  (N - R) / (N + Q)\n"
              "                 ^");
  }
}

TEST(FormulaParser, RefusesWhatWouldExhaustIt) {
  const auto refuses = [](const std::string& text) {
    EXPECT_THROW(parse_formula(text), FormulaError) << text.substr(0, 20);
  };
  refuses(std::string(100000, '('));
  refuses(std::string(2000, '-') + "N");
  refuses("N" + std::string(4096, ' '));
  std::string towers = "N";
  for (int k = 0; k < 500; ++k) towers += "**N";
  refuses(towers);
  std::string wide = "N";
  for (int k = 0; k < 1000; ++k) wide += "+N";
  EXPECT_NO_THROW(FormulaProgram::compile({{"x", wide, {}, {}}}, {"N"}));
}

TEST(FormulaParser, DefinitionsStandForFormulasOfBandsAndConstants) {
  const FormulaSource kernel{
      "k", "(1 - kNR) / (1 + kNR)", {{"s", 0.5}}, {{"kNR", "exp(-(N - R) ** 2 / (2 * s ** 2))"}}};
  const auto value = FormulaReference(0, 0).evaluate(kernel, {{"N", 0.5}, {"R", 0.1}}).value;
  EXPECT_NEAR(value, std::tanh(0.4 * 0.4 / (4 * 0.25)), 1e-15);
  EXPECT_EQ(FormulaProgram::compile({kernel}, {"B", "R", "N"}).bands(), (std::vector<std::string>{"R", "N"}));
  EXPECT_THROW(FormulaProgram::compile({{"k", "a", {}, {{"a", "a + N"}}}}, {"N"}), FormulaError);
  EXPECT_THROW(FormulaProgram::compile({{"k", "a", {}, {{"a", "b"}, {"b", "N"}}}}, {"N"}), FormulaError);
}

TEST(NearestName, ForgivesASlipAndNoMore) {
  const std::vector<std::string> known{"NDVI", "EVI", "BI", "BaI", "AWEInsh"};
  EXPECT_EQ(nearest_name("ndvi", known), "NDVI");
  EXPECT_EQ(nearest_name("NDVl", known), "NDVI");
  EXPECT_EQ(nearest_name("AWEInhs", known), "AWEInsh");
  EXPECT_EQ(nearest_name("bi", known), "BI");
  EXPECT_EQ(nearest_name("rainfall", known), "");
  EXPECT_EQ(nearest_name("", known), "");
}

}  // namespace
}  // namespace fw
