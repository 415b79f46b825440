#include "core/risk/driver_model_file.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/config.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {
namespace {

constexpr int format_version = 2;
constexpr double nan = std::numeric_limits<double>::quiet_NaN(), limit = 1e300;

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    if (byte < 0x20)
      out += ' ';
    else
      out += c;
  }
  return out + "\"";
}
template <class Values>
std::string list_of(const Values& values) {
  std::string out = "[";
  for (const auto& v : values) out += (out.size() > 1 ? ", " : "") + format_number(static_cast<double>(v));
  return out + "]";
}
std::string texts_of(const std::vector<std::string>& values) {
  std::string out = "[";
  for (const auto& v : values) out += (out.size() > 1 ? ", " : "") + quoted(v);
  return out + "]";
}
/// Thresholds that were learnt; those that were not are left out of the list and out of "levels".
std::string thresholds_of(const DriverCoefficients& c) {
  std::vector<double> learnt;
  for (const double t : c.threshold)
    if (!std::isnan(t)) learnt.push_back(t);
  return list_of(learnt);
}
std::string coefficients_of(const DriverCoefficients& c) {
  return "{\"beta\": " + list_of(c.beta) + ", \"threshold\": " + thresholds_of(c) + "}";
}
/// A member that is left out where the number is not known.
std::string optional_number(const std::string& key, double v) {
  return std::isnan(v) ? "" : "    \"" + key + "\": " + format_number(v) + ",\n";
}

[[noreturn]] void refuse(const ConfigNode& node, const std::string& what) {
  node.fail("MODEL_FILE", what + ". Use a file that `forewarn fit` wrote");
}
std::vector<double> numbers(const ConfigNode& node, const char* key, size_t count) {
  std::vector<double> out = node.numbers(key);
  if (out.size() != count)
    refuse(node, std::string(key) + " has " + std::to_string(out.size()) + " numbers, not " + std::to_string(count));
  return out;
}
DriverCoefficients read_coefficients(const ConfigNode& node, size_t drivers, const std::vector<double>& levels) {
  DriverCoefficients c;
  c.beta = numbers(node, "beta", drivers);
  if (std::any_of(c.beta.begin(), c.beta.end(), [](double b) { return b < 0; }))
    refuse(node, "a coefficient is negative");
  const std::vector<double> learnt = numbers(node, "threshold", levels.size());
  c.threshold.fill(nan);
  for (size_t k = 0; k < levels.size(); ++k) c.threshold[static_cast<size_t>(levels[k]) - 2] = learnt[k];
  node.done();
  return c;
}

}  // namespace

std::string write_driver_model(const DriverModel& m, const std::string& purpose, const std::string& source) {
  std::vector<double> levels;
  for (size_t j = 0; j < model_levels; ++j)
    if (!std::isnan(m.main.threshold[j])) levels.push_back(static_cast<double>(j) + 2);
  std::string out =
      "{\n  \"format\": " + std::to_string(format_version) + ",\n  \"purpose\": " + quoted(purpose) +
      ",\n  \"source\": " + quoted(source) + ",\n  \"horizon_months\": " + std::to_string(m.horizon_months) +
      ",\n  \"min_share\": " + format_number(m.min_share) + ",\n  \"drivers\": " + texts_of(m.drivers) +
      ",\n  \"levels\": " + list_of(levels) + ",\n  \"main\": " + coefficients_of(m.main) +
      ",\n  \"mean\": " + list_of(m.mean) + ",\n  \"sd\": " + list_of(m.sd) +
      ",\n  \"fit\": {\n    \"first_year\": " + std::to_string(m.first_year) +
      ",\n    \"last_year\": " + std::to_string(m.last_year) + ",\n    \"years\": " + std::to_string(m.years) +
      ",\n    \"rows_used\": " + std::to_string(m.used) + ",\n    \"rows_left_out\": " + std::to_string(m.left_out) +
      ",\n    \"rows_by_level\": " + list_of(m.rows_by_level) +
      ",\n    \"missing_by_driver\": " + list_of(m.missing_by_driver) +
      ",\n    \"without_influence\": " + texts_of(m.without_influence) + ",\n    \"ridge\": " + format_number(m.ridge) +
      ",\n    \"log_likelihood\": " + format_number(m.log_likelihood) +
      ",\n    \"log_likelihood_without_drivers\": " + format_number(m.log_likelihood_without_drivers) + ",\n" +
      optional_number("left_out_log_likelihood", m.left_out_log_likelihood) +
      "    \"iterations\": " + std::to_string(m.iterations) + ",\n    \"seed\": " + std::to_string(m.seed) +
      ",\n    \"converged\": " + (m.converged ? "true" : "false") + "\n  },\n  \"rows\": " + list_of(m.rows) +
      ",\n  \"row_level\": " + list_of(m.row_level) + ",\n  \"row_year\": " + list_of(m.row_year) + ",\n  \"draws\": [";
  for (size_t k = 0; k < m.draws.size(); ++k) out += (k ? ",\n    " : "\n    ") + coefficients_of(m.draws[k]);
  return out + "\n  ]\n}\n";
}

DriverModel read_driver_model(std::string_view text, const std::string& name, const std::string& purpose) {
  return read_driver_model(ConfigNode::parse_json(text, name), purpose);
}

DriverModel read_driver_model(const ConfigNode& root, const std::string& purpose) {
  if (root.integer("format", 0, 1'000'000) != format_version) refuse(root, "its format is of another version");
  if (root.text("purpose") != purpose) refuse(root, "it is not a model of " + purpose);
  root.text("source");
  DriverModel m;
  m.horizon_months = static_cast<int>(root.integer("horizon_months", 0, 120));
  m.min_share = root.number("min_share", 0, 1);
  m.drivers = root.strings("drivers");
  const size_t n = m.drivers.size();
  if (n == 0) refuse(root, "it has no drivers");
  const std::vector<double> levels = root.numbers("levels");
  for (const double level : levels)
    if (level != 2 && level != 3 && level != 4) refuse(root, "levels are 2, 3 and 4");
  m.main = read_coefficients(root.at("main"), n, levels);
  m.mean = numbers(root, "mean", n);
  m.sd = numbers(root, "sd", n);
  const ConfigNode fit = root.at("fit");
  m.first_year = static_cast<int>(fit.integer("first_year", -9999, 9999));
  m.last_year = static_cast<int>(fit.integer("last_year", m.first_year, 9999));
  m.years = static_cast<int>(fit.integer("years", 1, 9999));
  m.used = static_cast<size_t>(fit.integer("rows_used", 1, 100'000'000));
  m.left_out = static_cast<size_t>(fit.integer("rows_left_out", 0, 100'000'000));
  const std::vector<double> by_level = numbers(fit, "rows_by_level", m.rows_by_level.size());
  for (size_t k = 0; k < by_level.size(); ++k) m.rows_by_level[k] = static_cast<size_t>(by_level[k]);
  for (const double v : numbers(fit, "missing_by_driver", n)) m.missing_by_driver.push_back(static_cast<size_t>(v));
  m.without_influence = fit.strings("without_influence");
  m.ridge = fit.number("ridge", 0, limit);
  m.log_likelihood = fit.number("log_likelihood", -limit, 0);
  m.log_likelihood_without_drivers = fit.number("log_likelihood_without_drivers", -limit, 0);
  m.left_out_log_likelihood =
      fit.has("left_out_log_likelihood") ? fit.number("left_out_log_likelihood", -limit, 0) : nan;
  m.iterations = static_cast<int>(fit.integer("iterations", 0, 1'000'000));
  m.converged = fit.boolean("converged", false);
  m.seed = static_cast<uint64_t>(fit.integer("seed", 0, 1LL << 62));
  fit.done();
  m.rows = numbers(root, "rows", m.used * n);
  for (const double level : numbers(root, "row_level", m.used)) {
    if (level < 1 || level > 4) refuse(root, "levels of rows are 1 to 4");
    m.row_level.push_back(static_cast<int>(level));
  }
  for (const double year : numbers(root, "row_year", m.used)) m.row_year.push_back(static_cast<int>(year));
  for (const ConfigNode& draw : root.list("draws")) m.draws.push_back(read_coefficients(draw, n, levels));
  root.done();
  return m;
}

}  // namespace fw
