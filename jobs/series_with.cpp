// The further stacks of 'forewarn series': --with NAME=FILE[,key=value…].
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/series/indicator.h"
#include "jobs/series_options.h"

namespace fw {
namespace {

const std::set<std::string> further_names = {"lst", "pet", "t_mean", "t_min", "t_max"};

/// "lst=lst.tif,dates=lst.csv,scale=0.02" to a stack and its composite.
FurtherStack read_with(const std::string& text, std::string& composite) {
  const auto fail = [&](const std::string& why) {
    throw ConfigError("WITH", "--with '" + printable(text, 120) + "' " + why +
                                  ". Write NAME=FILE[,dates=CSV,scale=N,offset=N,unit=U,qa=FILE,product=ID,role=ROLE,"
                                  "composite=METHOD].");
  };
  const auto parts = split(text, ',');
  FurtherStack stack;
  const auto number = [&](const std::string& value) {
    const auto n = parse_number(value);
    if (!n) fail("holds '" + printable(value, 30) + "', which is no number");
    return *n;
  };
  for (size_t i = 0; i < parts.size(); ++i) {
    const size_t equals = parts[i].find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == parts[i].size())
      fail("has a part without '=' or with nothing beside it");
    const std::string key = parts[i].substr(0, equals), value = parts[i].substr(equals + 1);
    if (i == 0) {
      if (!further_names.count(key)) fail("names no series that a statistic takes (lst, pet, t_mean, t_min, t_max)");
      stack.name = key;
      stack.file = value;
      composite = key == "pet" ? "sum" : "mean";
    } else if (key == "dates") {
      stack.dates_csv = value;
    } else if (key == "scale") {
      stack.scale = number(value);
    } else if (key == "offset") {
      stack.offset = number(value);
    } else if (key == "unit") {
      stack.unit = value;
    } else if (key == "qa") {
      stack.qa = value;
    } else if (key == "product") {
      stack.product = value;
    } else if (key == "role") {
      stack.role = value;
    } else if (key == "composite") {
      composite = value;
    } else {
      fail("has the unknown key '" + printable(key, 30) + "'");
    }
  }
  return stack;
}

}  // namespace

void read_further_stacks(SeriesOptions& o) {
  for (const auto& text : o.with) {
    std::string composite;
    const FurtherStack stack = read_with(text, composite);
    const auto method = composite_by_name(composite);
    if (!method)
      throw ConfigError("WITH", "--with '" + printable(text, 120) + "' names no way of compositing '" +
                                    printable(composite, 30) + "'. Write max, median, mean, sum or last.");
    if (!o.further_composite.emplace(stack.name, *method).second)
      throw ConfigError("WITH", "--with gives '" + stack.name + "' twice. Keep one.");
    o.scenes->further.push_back(stack);
  }
}

}  // namespace fw
