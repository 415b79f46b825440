// Climatology, phenology and dekads against ../shared/oracles/11_*, composites of bands against 06_pixel_change.json.
#include <nlohmann/json.hpp>

#include "oracle.h"

namespace fw {
namespace {

using nlohmann::json;
constexpr const char* rules_file = "oracles/11_climatology_drought_rules.json";
constexpr const char* pixel_file = "oracles/06_pixel_change.json";
constexpr double float_tolerance = 1e-6;  // of inputs and outputs rounded to float

/// JSON null is NaN.
std::vector<double> numbers(const json& list) {
  std::vector<double> out;
  for (const json& v : list) out.push_back(v.is_null() ? std::nan("") : v.get<double>());
  return out;
}
Values floats(const std::vector<double>& v) { return {v.begin(), v.end()}; }

class ClimatologyOracle : public OnEachBackend {
 protected:
  /// Twenty years of one dekad, all of them the reference.
  struct Years {
    std::vector<int32_t> group, year, target;
    Codes reference;
  };
  static Years years(size_t n) {
    Years y;
    for (size_t t = 0; t < n; ++t) {
      y.group.push_back(0);
      y.year.push_back(2000 + static_cast<int32_t>(t));
      y.target.push_back(static_cast<int32_t>(t));
      y.reference.push_back(1);
    }
    return y;
  }
  Values anomaly(const Values& x, Statistic statistic) {
    const Years y = years(x.size());
    Buffer<float> in = up(x), out = room<float>(x.size());
    Buffer<int32_t> group = up(y.group), year = up(y.year), target = up(y.target);
    Buffer<uint8_t> reference = up(y.reference);
    Anomaly op{in.data(),
               nullptr,
               static_cast<int>(x.size()),
               1,
               group.data(),
               year.data(),
               reference.data(),
               target.data(),
               static_cast<int>(x.size()),
               10,
               0.0f,
               {},
               {}};
    op.out[static_cast<int>(statistic)] = out.data();
    backend().run(op);
    return down(out);
  }
};
FW_ON_EACH_BACKEND(ClimatologyOracle);

TEST_P(ClimatologyOracle, MeanSpreadAndMedianUnbiasedPercentiles) {
  FW_NEEDS_SHARED(file, rules_file);
  const json expected = json::parse(test::read_text(file)).at("climatology_dekad17");
  const Values x = floats(numbers(expected.at("ndvi")));
  const Years y = years(x.size());
  Buffer<float> in = up(x), mean = room<float>(1), stddev = room<float>(1), percentiles = room<float>(max_percentiles);
  Buffer<int32_t> group = up(y.group);
  Buffer<uint8_t> reference = up(y.reference);
  Climatology op{};
  op.x = in.data();
  op.times = static_cast<int>(x.size());
  op.pixels = 1;
  op.group = group.data();
  op.in_reference = reference.data();
  op.groups = 1;
  op.min_years = 10;
  op.min_years_tails = 10;
  op.mean = mean.data();
  op.stddev = stddev.data();
  std::vector<double> wanted;
  for (const auto& [percent, value] : expected.at("percentiles").at("median_unbiased").items()) {
    op.percentile[op.percentiles] = std::stod(percent);
    op.percentile_out[op.percentiles] = percentiles.at(wanted.size());
    ++op.percentiles;
    wanted.push_back(value);
  }
  ASSERT_EQ(op.percentiles, 9);
  backend().run(op);
  oracle::Comparison seen("11_climatology_drought_rules.json (climatology, percentiles of type 8)", float_tolerance);
  seen.compare_all(down(percentiles), wanted, "percentile");
  seen.compare(static_cast<double>(down(mean)[0]), expected.at("mean"), "mean");
  seen.compare(static_cast<double>(down(stddev)[0]), expected.at("std_ddof1"), "std");
}

TEST_P(ClimatologyOracle, VciTciAndVhi) {
  FW_NEEDS_SHARED(file, rules_file);
  const json expected = json::parse(test::read_text(file)).at("climatology_dekad17");
  // In degrees C: as floats, temperatures near 300 K are 3e-5 K apart, on a range of 5 K.
  std::vector<double> celsius = numbers(expected.at("lst_K"));
  for (double& v : celsius) v -= 273.15;
  oracle::Comparison seen("11_climatology_drought_rules.json (VCI, TCI, VHI)", 1e-5);
  const Values vci = anomaly(floats(numbers(expected.at("ndvi"))), Statistic::vci);
  const Values tci = anomaly(floats(celsius), Statistic::tci);
  seen.compare_all(vci, numbers(expected.at("VCI")), "VCI");
  seen.compare_all(tci, numbers(expected.at("TCI")), "TCI");
  Buffer<float> a = up(vci), b = up(tci), out = room<float>(vci.size());
  backend().run(VegetationHealth{a.data(), b.data(), nullptr, nullptr, vci.size(), 0.5f, out.data(), nullptr});
  seen.compare_all(down(out), numbers(expected.at("VHI_alpha0.5")), "VHI");
}

TEST_P(ClimatologyOracle, LeaveOneOutZ) {
  FW_NEEDS_SHARED(file, rules_file);
  const json expected = json::parse(test::read_text(file)).at("climatology_dekad17");
  oracle::Comparison seen("11_climatology_drought_rules.json (leave-one-out z)", 2e-6);
  seen.compare_all(anomaly(floats(numbers(expected.at("ndvi"))), Statistic::z), numbers(expected.at("z_leave_one_out")),
                   "z");
}

TEST_P(ClimatologyOracle, Phenology) {
  FW_NEEDS_SHARED(file, rules_file);
  const json expected = json::parse(test::read_text(file)).at("phenology");
  const Values curve = floats(numbers(expected.at("series")));
  oracle::Comparison seen("11_climatology_drought_rules.json (phenology)", float_tolerance);
  for (const auto& [name, fractions] :
       {std::pair{"0.2_0.2", std::pair{0.2f, 0.2f}}, {"0.25_0.35", {0.25f, 0.35f}}, {"0.5_0.5", {0.5f, 0.5f}}}) {
    Buffer<float> in = up(curve), out = room<float>(7);
    backend().run(fw::Phenology{in.data(), 36, 1, false, fractions.first, 0.75f, fractions.second, 0.0f, out.at(0),
                                out.at(1), out.at(2), out.at(3), out.at(4), out.at(5), out.at(6), nullptr});
    const Values got = down(out);
    const json& row = expected.at("result").at(name);
    seen.compare(static_cast<double>(got[0]), row.at("sos"), std::string(name) + " sos");
    seen.compare(static_cast<double>(got[1]), row.at("mos_index"), std::string(name) + " peak");
    seen.compare(static_cast<double>(got[3]), row.at("eos"), std::string(name) + " eos");
    seen.compare(static_cast<double>(got[4]), row.at("los"), std::string(name) + " los");
    seen.compare(static_cast<double>(got[5]), row.at("level_start"), std::string(name) + " level_start");
    seen.compare(static_cast<double>(got[6]), row.at("level_end"), std::string(name) + " level_end");
  }
}

TEST_P(ClimatologyOracle, MedoidAndGeomedian) {
  FW_NEEDS_SHARED(file, pixel_file);
  const json cases = json::parse(test::read_text(file)).at("composite");
  oracle::Comparison seen("06_pixel_change.json (composite)", float_tolerance);
  for (size_t k = 0; k < cases.size(); ++k) {
    const json& bands = cases[k].at("bands_x_obs");
    const size_t scenes = bands.at(0).size();
    Values value;
    for (size_t s = 0; s < scenes; ++s)
      for (const json& band : bands) value.push_back(floats(numbers(band))[s]);
    const std::string where = "case " + std::to_string(k);
    Buffer<float> in = up(value), out = room<float>(bands.size());
    Buffer<uint8_t> outcome = up(Codes(scenes, 0));
    Buffer<int16_t> scene = room<int16_t>(1);
    BandComposite op{in.data(),
                     outcome.data(),
                     static_cast<int>(scenes),
                     static_cast<int>(bands.size()),
                     1,
                     BandCompositeMethod::medoid,
                     out.data(),
                     scene.data(),
                     nullptr,
                     nullptr,
                     nullptr};
    backend().run(op);
    // With missing bands the reference names its results otherwise, and prints no medoid values.
    const bool gaps = cases[k].contains("nanmedoid_index");
    seen.compare(static_cast<double>(down(scene)[0]), cases[k].at(gaps ? "nanmedoid_index" : "medoid_index"), where);
    if (!gaps) seen.compare_all(down(out), numbers(cases[k].at("medoid")), where + " medoid");
    op.method = BandCompositeMethod::geomedian;
    backend().run(op);
    seen.compare_all(down(out), numbers(cases[k].at(gaps ? "nangeomedian" : "geomedian_eps1e-7")),
                     where + " geomedian");
  }
}

}  // namespace
}  // namespace fw
