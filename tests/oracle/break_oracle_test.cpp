// Harmonic regression against ../shared/oracles/11_*, break monitoring against 05_*: R's strucchange and bfast.
#include <nlohmann/json.hpp>
#include <sstream>

#include "oracle.h"

namespace fw {
namespace {

using nlohmann::json;
using Row = std::vector<double>;

Row values(const json& list) {
  Row x;
  for (const json& v : list) x.push_back(v.is_null() ? std::nan("") : v.get<double>());
  return x;
}

class BreakOracle : public OnEachBackend {};
FW_ON_EACH_BACKEND(BreakOracle);

TEST_P(BreakOracle, HarmonicRegression) {
  FW_NEEDS_SHARED(file, "oracles/11_climatology_drought_rules.json");
  const json expected = json::parse(test::read_text(file)).at("harmonic");
  const Row x = values(expected.at("y")), years = values(expected.at("t_years"));
  oracle::Comparison seen("11_climatology_drought_rules.json (harmonic)", 1e-9);
  for (int harmonics = 1; harmonics <= 3; ++harmonics) {
    const size_t terms = static_cast<size_t>(harmonic_terms_of(harmonics));
    Buffer<double> in = up(x), rows = up(harmonic_terms(years, years, 10.0, 10.0, harmonics));
    Buffer<double> coefficient = room<double>(terms), error = room<double>(terms), rest = room<double>(4);
    HarmonicFit<double> op;
    op.x = in.data();
    op.times = static_cast<int>(x.size());
    op.pixels = 1;
    op.harmonics = harmonics;
    op.terms = rows.data();
    op.centre = op.scale = 10.0;
    for (size_t k = 0; k < terms; ++k) op.coefficient[k] = coefficient.at(k), op.error[k] = error.at(k);
    op.sigma = rest.at(0);
    op.r2 = rest.at(1);
    op.amplitude[0] = rest.at(2);
    op.phase[0] = rest.at(3);
    backend().run(op);
    const json& model = expected.at("models").at(std::to_string(harmonics));
    const std::string where = std::to_string(harmonics) + " harmonics ";
    seen.compare_all(down(coefficient), values(model.at("coef")), where + "coefficient");
    seen.compare_all(down(error), values(model.at("se")), where + "standard error");
    seen.compare_all(down(rest), {model.at("sigma"), model.at("r2"), model.at("amp1"), model.at("phase1_rad")},
                     where + "rest");
  }
}

TEST_P(BreakOracle, MonitorsLikeBfast) {
  FW_NEEDS_SHARED(file, "oracles/05_bfastmonitor_som.json");
  Row years, series[2];  // "time","NDVI.a","NDVI.b": times are quoted, an empty cell is no value
  std::istringstream text(test::read_text(test::shared_dir() / "oracles/05_som_series.csv"));
  std::string line;
  for (std::getline(text, line); std::getline(text, line);) {
    const size_t first = line.find(','), second = line.find(',', first + 1);
    const auto number_of = [](const std::string& cell) { return cell.empty() ? std::nan("") : std::stod(cell); };
    years.push_back(std::stod(line.substr(1)));
    series[0].push_back(number_of(line.substr(first + 1, second - first - 1)));
    series[1].push_back(number_of(line.substr(second + 1)));
  }
  ASSERT_EQ(years.size(), 263u);
  Row number(years.size());
  for (size_t t = 0; t < number.size(); ++t) number[t] = static_cast<double>(t + 1);
  const double middle = 0.5 * static_cast<double>(years.size());
  const auto terms = harmonic_terms(years, number, middle, middle, 3);
  oracle::Comparison process("05_bfastmonitor_som.json (process, boundary)", 1e-6);
  oracle::Comparison model("05_bfastmonitor_som.json (model, magnitude)", 1e-9);
  oracle::Comparison index("05_bfastmonitor_som.json (break, history)", 0.0);
  const json cases = json::parse(test::read_text(file));
  for (const json& e : cases) {
    const std::string where = e.at("series").get<std::string>() + " " + e.at("type").get<std::string>() + " " +
                              e.at("history").get<std::string>() + " ";
    const Row& x = series[e.at("series") == "NDVI.a" ? 0 : 1];
    const size_t from = static_cast<size_t>(
        std::lower_bound(years.begin(), years.end(), e.at("start").get<double>() - 1e-6) - years.begin());
    const size_t monitored = years.size() - from;
    Buffer<double> in = up(x), rows = up(terms), one = room<double>(5), beta = room<double>(8),
                   path = room<double>(monitored), limit = room<double>(monitored);
    BreakMonitor<double> op;
    op.x = in.data();
    op.times = static_cast<int>(x.size());
    op.pixels = 1;
    op.terms = rows.data();
    op.centre = op.scale = middle;
    op.monitor_from = static_cast<int>(from);
    op.process = e.at("type") == "OLS-MOSUM" ? BreakProcess::mosum : BreakProcess::cusum;
    op.history = e.at("history") == "ROC" ? StableHistory::roc : StableHistory::all;
    op.critical = op.process == BreakProcess::mosum ? mosum_critical_value(0.25, 10, 0.05) : cusum_critical_value(0.05);
    op.roc_critical = recursive_cusum_critical_value(0.05);
    op.breakpoint = one.at(0);
    op.magnitude = one.at(1);
    op.history_start = one.at(2);
    op.history_count = one.at(3);
    op.sigma = one.at(4);
    for (size_t k = 0; k < 8; ++k) op.coefficient[k] = beta.at(k);
    op.process_out = path.data();
    op.boundary_out = limit.data();
    backend().run(op);
    const Row got = down(one), coefficient = down(beta);
    Row paths, limits;
    const Row all_paths = down(path), all_limits = down(limit);
    for (size_t t = 0; t < monitored; ++t) {
      EXPECT_EQ(std::isnan(all_paths[t]), std::isnan(x[from + t])) << where;
      if (std::isnan(all_paths[t])) continue;
      paths.push_back(all_paths[t]);
      limits.push_back(all_limits[t]);
    }
    process.compare_all(paths, values(e.at("process")), where + "process");
    process.compare_all(limits, values(e.at("boundary")), where + "boundary");
    process.compare(op.critical, e.at("critval"), where + "critical value");
    ASSERT_GE(got[0], 0.0) << where;
    const size_t broken = static_cast<size_t>(got[0]), start = static_cast<size_t>(got[2]);
    double values_up_to_break = 0.0;
    for (size_t t = start; t <= broken; ++t) values_up_to_break += std::isnan(x[t]) ? 0.0 : 1.0;
    index.compare(values_up_to_break, e.at("breakpoint_index"), where + "break index");
    index.compare(got[3], e.at("n_hist"), where + "history length");
    EXPECT_NEAR(years[broken], e.at("break_time"), 1e-6) << where;
    EXPECT_NEAR(years[start], e.at("history_start"), 1e-6) << where;
    model.compare(got[1], e.at("magnitude"), where + "magnitude");
    model.compare(got[4], e.at("sigma"), where + "sigma");
    const char* names[] = {"(Intercept)", "trend",      "harmoncos1", "harmonsin1",
                           "harmoncos2",  "harmonsin2", "harmoncos3", "harmonsin3"};
    for (size_t k = 0; k < 8; ++k) model.compare(coefficient[k], e.at("coef").at(names[k]), where + names[k]);
  }
}

TEST(BreakOracle, CriticalValues) {
  FW_NEEDS_SHARED(file, "oracles/05_mosum_critical_values.json");
  oracle::Comparison mosum("05_mosum_critical_values.json", 1e-9);
  const json table = json::parse(test::read_text(file));
  for (const double window : {0.25, 0.5, 1.0})
    for (const int period : {2, 4, 6, 8, 10}) {
      std::ostringstream name;
      name << "h" << window << "_period" << period << "_max";
      for (const auto& [probability, value] : table.at("values").at(name.str()).items())
        mosum.compare(mosum_critical_value(window, period, 1.0 - std::stod(probability)), value, name.str());
    }
  oracle::Comparison cusum("05_cusum_critical_values.json", 1e-7);  // they minimise to 1.5e-8
  const json critical = json::parse(test::read_text(test::shared_dir() / "oracles/05_cusum_critical_values.json"));
  for (const auto& [level, value] : critical.at("cusum_critval").items())
    cusum.compare(cusum_critical_value(std::stod("0" + level)), value, "level " + level);
  std::printf("oracle 05_baiperron.json: skipped (no break dating in the engine)\n");
}

}  // namespace
}  // namespace fw
