// CCDC against ../shared/oracles/07_ccdc.json: USGS lcmap-pyccd.
#include <nlohmann/json.hpp>

#include "oracle.h"

namespace fw {
namespace {

using nlohmann::json;
using Row = std::vector<double>;
constexpr const char* band_names[] = {"blue", "green", "red", "nir", "swir1", "swir2", "thermal"};

class CcdcOracle : public OnEachBackend {};
FW_ON_EACH_BACKEND(CcdcOracle);

TEST_P(CcdcOracle, FindsTheSegmentsOfPyccd) {
  FW_NEEDS_SHARED(file, "oracles/07_ccdc.json");
  const json cases = json::parse(test::read_text(file));
  oracle::Comparison segments("07_ccdc.json (segments, days, counts)", 0.0);
  oracle::Comparison models("07_ccdc.json (coefficients, rmse, magnitude)", 1e-2);
  for (const auto& [name, one] : cases.items()) {
    if (!one.contains("data")) continue;
    auto rows = one.at("data").get<std::vector<Row>>();
    std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a[0] < b[0]; });
    const size_t times = rows.size(), kept = 10;
    Row days(times), bands(ccdc_bands * times);
    Codes seen(times);
    for (size_t t = 0; t < times; ++t) {
      days[t] = rows[t][0];
      for (size_t b = 0; b < ccdc_bands; ++b) bands[b * times + t] = rows[t][1 + b];
      seen[t] = static_cast<uint8_t>(rows[t][8]);
    }
    Buffer<double> in = up(bands), tables = up(ccdc_tables(days)), count = room<double>(1),
                   facts = room<double>(6 * kept), coefficient = room<double>(kept * ccdc_bands * ccdc_coefficients),
                   rmse = room<double>(kept * ccdc_bands), magnitude = room<double>(kept * ccdc_bands);
    Buffer<uint8_t> classes = up(seen), why = room<uint8_t>(1);
    Ccdc<double> op;
    op.times = static_cast<int>(times);
    op.pixels = 1;
    op.tables = tables.data();
    op.pixel_class = classes.data();
    op.reflectance_scale = 1.0;  // the file is in their units, temperatures in kelvin times 10
    op.thermal_scale = 10.0;
    op.max_segments = static_cast<int>(kept);
    op.reason_out = why.data();
    for (size_t b = 0; b < ccdc_bands; ++b) op.x[b] = in.at(b * times);
    op.segments = count.data();
    op.start = facts.at(0);
    op.end = facts.at(kept);
    op.change = facts.at(2 * kept);
    op.observations = facts.at(3 * kept);
    op.probability = facts.at(4 * kept);
    op.quality = facts.at(5 * kept);
    op.coefficient = coefficient.data();
    op.rmse = rmse.data();
    op.magnitude = magnitude.data();
    backend().run(op);
    const json& expected = one.at("result").at("change_models");
    const Row fact = down(facts), c = down(coefficient), r = down(rmse), m = down(magnitude);
    segments.compare(down(count)[0], static_cast<double>(expected.size()), name + " segments");
    EXPECT_EQ(down(why)[0], code(Reason::value));
    for (size_t k = 0; k < expected.size(); ++k) {
      const std::string where = name + " segment " + std::to_string(k) + " ";
      const char* fields[] = {"start_day",          "end_day", "break_day", "observation_count",
                              "change_probability", "curve_qa"};
      for (size_t f = 0; f < 6; ++f) segments.compare(fact[f * kept + k], expected[k].at(fields[f]), where + fields[f]);
      for (size_t b = 0; b < ccdc_bands; ++b) {
        const json& band = expected[k].at(band_names[b]);
        const size_t row = k * ccdc_bands + b;
        for (size_t j = 0; j < 7; ++j)
          models.compare(c[row * ccdc_coefficients + j], band.at("coefficients").at(j), where + band_names[b]);
        models.compare(c[row * ccdc_coefficients + 7], band.at("intercept"), where + band_names[b] + " intercept");
        models.compare(r[row], band.at("rmse"), where + band_names[b] + " rmse");
        models.compare(m[row], band.at("magnitude"), where + band_names[b] + " magnitude");
      }
    }
    EXPECT_TRUE(std::isnan(fact[expected.size()])) << name << ": no value behind the last segment";
  }
}

}  // namespace
}  // namespace fw
