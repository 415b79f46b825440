// SPI, SPEI and potential evapotranspiration against ../shared/oracles/03_*: maximum likelihood (= scipy = WFP's HDC),
// climate_indices, R's SPEI. Wichita, 1980-01 to 2011-10.
#include <nlohmann/json.hpp>

#include "oracle.h"

namespace fw {
namespace {

constexpr const char* csv = "oracles/03_spi_spei.csv";
constexpr const char* json_file = "oracles/03_spi_spei.json";
using Columns = std::map<std::string, std::vector<double>>;

class SpiOracle : public OnEachBackend {
 protected:
  struct Out {
    std::vector<double> z, shape, spread, p_zero;
    Codes flags;
  };
  static constexpr int first_year = 1900, last_year = 2100;
  Out run(const Columns& columns, const std::vector<double>& x, int scale, SpiDistribution distribution,
          ZeroRule rule = ZeroRule::upper, int from = first_year, int to = last_year) {
    std::vector<int32_t> group;
    Codes calibration;
    for (size_t t = 0; t < x.size(); ++t) {
      group.push_back(static_cast<int32_t>(columns.at("month")[t]) - 1);
      calibration.push_back(columns.at("year")[t] >= from && columns.at("year")[t] <= to);
    }
    Buffer<double> in = up(x), out = room<double>(x.size()), shape = room<double>(12), spread = room<double>(12),
                   p_zero = room<double>(12);
    Buffer<int32_t> groups = up(group);
    Buffer<uint8_t> calibrations = up(calibration), flags = room<uint8_t>(x.size());
    backend().run(StandardizedIndex<double>{in.data(),
                                            nullptr,
                                            static_cast<int>(x.size()),
                                            1,
                                            groups.data(),
                                            calibrations.data(),
                                            12,
                                            scale,
                                            distribution,
                                            rule,
                                            10,
                                            5,
                                            0.9,
                                            out.data(),
                                            nullptr,
                                            flags.data(),
                                            shape.data(),
                                            spread.data(),
                                            nullptr,
                                            p_zero.data()});
    return {down(out), down(shape), down(spread), down(p_zero), down(flags)};
  }
  /// Ours are clipped to +-3.09.
  static std::vector<double> clipped(std::vector<double> z) {
    for (double& v : z) v = std::isnan(v) ? v : std::clamp(v, -spi_limit, spi_limit);
    return z;
  }
};
FW_ON_EACH_BACKEND(SpiOracle);

TEST_P(SpiOracle, MaximumLikelihood) {
  FW_NEEDS_SHARED(file, csv);
  const Columns columns = oracle::read_columns(file);
  oracle::Comparison seen("03_spi_spei.csv (SPI, maximum likelihood)", 1e-9);
  for (const int scale : {1, 3, 6, 12}) {
    const std::string name = "mle_spi" + std::to_string(scale);
    seen.compare_all(run(columns, columns.at("prcp_mm"), scale, SpiDistribution::gamma_mle).z,
                     clipped(columns.at(name)), name);
  }
  seen.compare_all(run(columns, columns.at("prcp_mm"), 3, SpiDistribution::gamma_mle, ZeroRule::upper, 1981, 2000).z,
                   clipped(columns.at("mle_spi3_cal1981_2000")), "mle_spi3_cal1981_2000");
}

TEST_P(SpiOracle, ParametersOfMaximumLikelihood) {
  FW_NEEDS_SHARED(file, json_file);
  const auto expected = nlohmann::json::parse(test::read_text(file));
  const Columns columns = oracle::read_columns(test::shared_dir() / csv);
  oracle::Comparison seen("03_spi_spei.json (parameters)", 1e-9);
  for (const auto& [method, distribution] :
       {std::pair{"mle", SpiDistribution::gamma_mle}, {"thom", SpiDistribution::gamma_thom}})
    for (const int scale : {1, 3, 6, 12}) {
      const Out got = run(columns, columns.at("prcp_mm"), scale, distribution);
      for (size_t m = 0; m < 12; ++m) {
        const std::string name = "spi" + std::to_string(scale) + "_params_" + method;
        const auto& row = expected.at(name).at(std::to_string(m + 1));
        seen.compare(got.shape[m], row.at(0), name + " shape");
        seen.compare(got.spread[m], row.at(1), name + " spread");
        seen.compare(got.p_zero[m], row.at(2), name + " p_zero");
      }
    }
}

TEST_P(SpiOracle, ManyZerosByBothRules) {
  FW_NEEDS_SHARED(file, csv);
  const Columns columns = oracle::read_columns(file);
  oracle::Comparison seen("03_spi_spei.csv (SPI with zeros, upper and center)", 1e-9);
  for (const int scale : {1, 3})
    for (const ZeroRule rule : {ZeroRule::upper, ZeroRule::center}) {
      const std::string name =
          std::string("zi_mle_") + (rule == ZeroRule::upper ? "upper" : "center") + "_spi" + std::to_string(scale);
      const Out got = run(columns, columns.at("prcp_zero_inflated_mm"), scale, SpiDistribution::gamma_mle, rule);
      seen.compare_all(got.z, clipped(columns.at(name)), name);
    }
}

TEST_P(SpiOracle, ClimateIndices) {
  FW_NEEDS_SHARED(file, csv);
  const Columns columns = oracle::read_columns(file);
  oracle::Comparison seen("03_spi_spei.csv (climate_indices)", 1e-6);
  for (const int scale : {1, 3, 6, 12}) {
    const std::string name = "ci_gamma_thom_spi" + std::to_string(scale);
    const Out got = run(columns, columns.at("prcp_mm"), scale, SpiDistribution::gamma_thom);
    for (size_t t = 0; t < got.z.size(); ++t) {
      // It divides the number of zeros by all years, also those without data: months with zeros differ by up to 0.014.
      if (got.p_zero[static_cast<size_t>(columns.at("month")[t]) - 1] > 0.0) continue;
      seen.compare(got.z[t], columns.at(name)[t], name + " row " + std::to_string(t));
    }
  }
}

TEST_P(SpiOracle, LogLogisticSpei) {
  FW_NEEDS_SHARED(file, csv);
  const Columns columns = oracle::read_columns(file);
  std::vector<double> balance = columns.at("prcp_mm");
  for (size_t t = 0; t < balance.size(); ++t) balance[t] -= columns.at("pet_thornthwaite_mm_own")[t];
  oracle::Comparison seen("03_spi_spei.csv (SPEI, log-logistic)", 1e-9);
  oracle::Comparison package("03_spi_spei.csv (SPEI of the R package, another variant of PET)", 0.0095);
  for (const int scale : {1, 12}) {
    const Out got = run(columns, balance, scale, SpiDistribution::log_logistic);
    seen.compare_all(got.z, clipped(columns.at("own_llog_spei" + std::to_string(scale))), std::to_string(scale));
    package.compare_all(got.z, clipped(columns.at("Rspei_pkg_spei_" + std::to_string(scale) + "mo_Out")),
                        std::to_string(scale));
  }
}

TEST_P(SpiOracle, Thornthwaite) {
  FW_NEEDS_SHARED(file, csv);
  const Columns columns = oracle::read_columns(file);
  const auto& temperature = columns.at("tmed_C");
  constexpr double days_before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
  std::vector<double> day, days;
  std::vector<int32_t> group;
  for (const double month : columns.at("month")) {
    const size_t m = static_cast<size_t>(month) - 1;
    group.push_back(static_cast<int32_t>(m));
    day.push_back(days_before[m] + 15.0);
    days.push_back(days_before[m + 1] - days_before[m]);
  }
  Buffer<double> t = up(temperature), latitude = up(std::vector<double>{37.6475}), mid = up(day), length = up(days),
                 out = room<double>(temperature.size());
  Buffer<int32_t> groups = up(group);
  backend().run(PotentialEvapotranspiration<double>{PetMethod::thornthwaite, t.data(), nullptr, nullptr, nullptr,
                                                    latitude.data(), static_cast<int>(temperature.size()), 1,
                                                    groups.data(), mid.data(), length.data(), out.data(), nullptr});
  oracle::Comparison seen("03_spi_spei.csv (Thornthwaite)", 1e-9);
  seen.compare_all(down(out), columns.at("pet_thornthwaite_mm_own"), "PET");
}

}  // namespace
}  // namespace fw
