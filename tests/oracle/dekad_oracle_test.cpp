// Dekads of core/base against ../shared/oracles/11_*.
#include <nlohmann/json.hpp>

#include "core/base/date.h"
#include "oracle.h"

namespace fw {
namespace {

TEST(DekadOracle, NumbersPlacesAndDays) {
  FW_NEEDS_SHARED(file, "oracles/11_climatology_drought_rules.json");
  oracle::Comparison seen("11_climatology_drought_rules.json (dekads)", 0.0);
  const auto expected = nlohmann::json::parse(test::read_text(file));
  for (const auto& row : expected.at("dekad")) {
    const std::string date = row.at("date");
    const Period dekad = period_of(parse_datetime(date).value().date, Cadence::dekad);
    seen.compare(dekad.number, row.at("raw"), date);
    seen.compare(place_in_year(dekad) + 1, row.at("yidx"), date);
    EXPECT_EQ(to_string(first_day(dekad)), row.at("start").get<std::string>());
    EXPECT_EQ(to_string(last_day(dekad)), row.at("end").get<std::string>());
    seen.compare(last_day(dekad).day - first_day(dekad).day + 1, row.at("ndays"), date);
  }
}

}  // namespace
}  // namespace fw
