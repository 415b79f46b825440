#include <algorithm>
#include <cmath>

#include "core/base/config.h"
#include "core/base/text.h"
#include "core/risk/driver_model_file.h"

namespace fw {
namespace {

constexpr int format_version = 1;
constexpr double limit = 1e300;
constexpr const char* purpose_of_file = "food models";

std::string text_of(const std::string& text) {  // ids and names of sources
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + "\"";
}
void add_number(std::string& out, const char* key, double v) {
  if (!std::isnan(v)) out += std::string(", \"") + key + "\": " + format_number(v);
}
double number_or_nan(const ConfigNode& node, const char* key) {
  return node.has(key) ? node.number(key, -limit, limit) : nan_d();
}
size_t count(const ConfigNode& node, const char* key) { return static_cast<size_t>(node.integer(key, 0, 100'000'000)); }

}  // namespace

std::string write_food_model(const FoodModel& model) {
  std::vector<std::string> years, without, models, scores;
  for (const int y : model.without_years) years.push_back(std::to_string(y));
  for (const std::string& d : model.not_learnt) without.push_back(text_of(d));
  for (const DriverModel& m : model.models) models.push_back(write_driver_model(m, "food", model.source));
  for (const FoodScore& s : model.scores) {
    std::string line = "{\"horizon_months\": " + std::to_string(s.horizon) +
                       ", \"phase_or_worse\": " + std::to_string(s.level) + ", \"score\": " + text_of(s.score);
    add_number(line, "value", s.estimate.value);
    add_number(line, "low", s.estimate.interval.low);
    add_number(line, "high", s.estimate.interval.high);
    scores.push_back(line + ", \"rows\": " + std::to_string(s.rows) + ", \"events\": " + std::to_string(s.events) +
                     ", \"onsets\": " + std::to_string(s.onsets) + ", \"years\": " + std::to_string(s.years) + "}");
  }
  return "{\n\"format\": " + std::to_string(format_version) + ",\n\"purpose\": " + text_of(purpose_of_file) +
         ",\n\"drivers\": " + text_of(model.drivers) + ",\n\"source\": " + text_of(model.source) +
         ",\n\"without_years\": [" + join(years, ", ") + "],\n\"not_learnt\": [" + join(without, ", ") +
         "],\n\"scores\": [\n" + join(scores, ",\n") + "],\n\"models\": [\n" + join(models, ",") + "]\n}\n";
}

FoodModel read_food_model(std::string_view text, const std::string& name) {
  const ConfigNode root = ConfigNode::parse_json(text, name);
  const auto refuse = [&](const std::string& what) {
    root.fail("MODEL_FILE", what + ". Use a file that `forewarn fit` of this program wrote");
  };
  if (root.integer("format", 0, 1'000'000) != format_version) refuse("its format is of another version");
  if (root.text("purpose") != purpose_of_file) refuse("it holds no food models");
  FoodModel out;
  out.drivers = root.text("drivers");
  out.source = root.text("source");
  for (const double y : root.numbers("without_years")) out.without_years.push_back(static_cast<int>(y));
  out.not_learnt = root.strings("not_learnt");
  for (const ConfigNode& node : root.list("scores")) {
    FoodScore s;
    s.horizon = static_cast<int>(node.integer("horizon_months", 0, 120));
    s.level = static_cast<int>(node.integer("phase_or_worse", 2, 4));
    s.score = node.text("score");
    s.estimate = {number_or_nan(node, "value"), {number_or_nan(node, "low"), number_or_nan(node, "high")}};
    s.rows = count(node, "rows");
    s.events = count(node, "events");
    s.onsets = count(node, "onsets");
    s.years = count(node, "years");
    node.done();
    out.scores.push_back(s);
  }
  for (const ConfigNode& node : root.list("models")) out.models.push_back(read_driver_model(node, "food"));
  if (out.models.empty()) refuse("it holds no model");
  for (const DriverModel& m : out.models)
    if (m.drivers != out.models.front().drivers) refuse("its models have not the same drivers");
  root.done();
  return out;
}

}  // namespace fw
