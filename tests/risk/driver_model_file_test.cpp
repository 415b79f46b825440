#include "core/risk/driver_model_file.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"

namespace fw {
namespace {

DriverModel model() {
  SplitMix random(5);
  std::vector<DriverSample> rows;
  for (int year = 2000; year < 2008; ++year)
    for (int u = 0; u < 15; ++u) {
      const double rain = static_cast<double>(random.below(600)) / 100 - 3,
                   price = static_cast<double>(random.below(400)) / 100 - 2;
      const int level = 1 + (rain + static_cast<double>(random.below(200)) / 100 > 1) + (rain > 2);
      rows.push_back({"U" + std::to_string(u), year, {rain, price}, level});
    }
  return fit_driver_model(rows, {{"rain \"deficit\"", "price"}, 3, 1, 50, 1, 0.5});
}
std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}
std::string code_of(const std::string& text, const std::string& purpose = "food") {
  try {
    read_driver_model(text, "model.json", purpose);
  } catch (const Error& e) {
    return e.code();
  }
  return "";
}

TEST(DriverModelFile, ComesBackAndSaysTheSame) {
  const DriverModel m = model();
  const std::string text = write_driver_model(m, "food", "made up for a test");
  const DriverModel back = read_driver_model(text, "model.json", "food");
  EXPECT_EQ(write_driver_model(back, "food", "made up for a test"), text);
  EXPECT_EQ(back.drivers, m.drivers);
  EXPECT_EQ(back.used, m.used);
  EXPECT_EQ(back.log_likelihood, m.log_likelihood);
  EXPECT_EQ(back.rows_by_level, m.rows_by_level);
  EXPECT_TRUE(std::isnan(back.main.threshold[2])) << "level 4 never occurred";
  const double x[] = {1.5, 0.5}, part[] = {1.5, __builtin_nan("")};
  for (const auto& drivers : {std::span<const double>(x), std::span<const double>(part)}) {
    const Conditions a = predict_conditions(m, drivers), b = predict_conditions(back, drivers);
    EXPECT_EQ(a.probability[0], b.probability[0]);
    EXPECT_EQ(a.interval[1].low, b.interval[1].low);
  }
}
TEST(DriverModelFile, OfAnotherVersionPurposeOrShapeIsRefused) {
  const std::string text = write_driver_model(model(), "food", "x");
  EXPECT_EQ(code_of(text), "");
  EXPECT_EQ(code_of(text, "outflow"), "MODEL_FILE");
  EXPECT_EQ(code_of(replaced(text, "\"format\": 2", "\"format\": 1")), "MODEL_FILE");
  EXPECT_EQ(code_of(replaced(text, "\"levels\": [2, 3]", "\"levels\": [2, 3, 5]")), "MODEL_FILE");
  EXPECT_EQ(code_of(replaced(text, "\"beta\": [", "\"beta\": [-1, ")), "MODEL_FILE");
  EXPECT_EQ(code_of(replaced(text, "\"mean\": [", "\"mean\": [1, ")), "MODEL_FILE");
  EXPECT_EQ(code_of(replaced(text, "\"ridge\"", "\"rigde\"")), "MISSING_KEY");
  EXPECT_EQ(code_of(text.substr(0, text.size() / 2)), "JSON_SYNTAX");
}

}  // namespace
}  // namespace fw
