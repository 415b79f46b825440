// WRSI, ALPS and the IPC area rule against ../shared/oracles/11_climatology_drought_rules.json.
#include <nlohmann/json.hpp>

#include "core/risk/alps.h"
#include "core/risk/phase_rules.h"
#include "core/risk/wrsi.h"
#include "oracle.h"

namespace fw {
namespace {

using nlohmann::json;
constexpr const char* rules_file = "oracles/11_climatology_drought_rules.json";

TEST(RiskRulesOracle, Wrsi) {
  FW_NEEDS_SHARED(file, rules_file);
  const json expected = json::parse(test::read_text(file)).at("wrsi");
  const std::vector<double> rain = expected.at("ppt_mm"), pet = expected.at("pet_mm");
  const Wrsi got = compute_wrsi(
      rain, pet, {maize_curve, expected.at("WHC_mm"), expected.at("depletion_fraction_p"), expected.at("sw0_mm")});
  oracle::Comparison seen("11_climatology_drought_rules.json (WRSI)", 1e-12);
  std::vector<double> kc;
  for (size_t k = 0; k < rain.size(); ++k) kc.push_back(got.need_mm.at(k) / pet[k]);
  seen.compare_all(kc, expected.at("kc_maize_interp"), "crop coefficient");
  seen.compare_all(got.need_mm, expected.at("wr"), "need");
  seen.compare_all(got.used_mm, expected.at("aet"), "used");
  seen.compare_all(got.water_mm, expected.at("sw"), "soil water");
  seen.compare_all(got.surplus_mm, expected.at("surplus"), "surplus");
  seen.compare(got.percent, expected.at("wrsi_pct"), "WRSI");
}

TEST(RiskRulesOracle, Alps) {
  FW_NEEDS_SHARED(file, rules_file);
  const json expected = json::parse(test::read_text(file)).at("alps");
  const std::vector<double> price = expected.at("price");
  const AlpsFit fit = fit_alps(price, 0, expected.at("fit_months"));
  oracle::Comparison seen("11_climatology_drought_rules.json (ALPS)", 1e-9);
  seen.compare(fit.sd, expected.at("sd_resid_dof"), "standard deviation");
  const std::vector<double> expect = expected.at("estimated"), z = expected.at("alps_z(dof)");
  const std::vector<std::string> names = expected.at("class");
  for (size_t k = 0; k < price.size(); ++k) {
    const int t = static_cast<int>(k);
    seen.compare(fit.expect(t, t % 12), expect.at(k), "expected price " + std::to_string(t));
    seen.compare(alps_z(fit, price[k], t, t % 12), z.at(k), "z " + std::to_string(t));
    EXPECT_EQ(describe(classify_alps(alps_z(fit, price[k], t, t % 12))), names.at(k)) << t;
  }
}

TEST(RiskRulesOracle, IpcAreaRule) {
  FW_NEEDS_SHARED(file, rules_file);
  oracle::Comparison seen("11_climatology_drought_rules.json (IPC area rule)", 0.0);
  const json expected = json::parse(test::read_text(file)).at("ipc_area");
  for (const json& row : expected)
    seen.compare(area_phase(row.at("pop_by_phase").get<PhasePopulation>()).value_or(0),
                 row.at("phase").is_null() ? 0 : row.at("phase").get<int>(), row.dump());
}

}  // namespace
}  // namespace fw
