// What a learnt model looks at, as data: config/risk/drivers/<name>.toml. A driver is one number per unit and month,
// made from published statistics, an indicator of the run, or both.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/evidence/observation.h"

namespace fw {

enum class DriverStatistic : uint8_t {
  z,                  ///< mean of the last `months`, against the same months of other years, in standard deviations
  months_since_good,  ///< months since that z was last 0 or more, at most 24
  alps,               ///< price stress against trend and season of the months before (alps.h)
  ipa,                ///< growth of prices against that of earlier years (price_anomaly.h)
  last,               ///< newest value, not older than `months`
  mean,               ///< mean of the values known of the last `months`
  log_sum,            ///< ln(1 + sum of the last `months`); a month without a value is not 0
};

/// Published statistics that a driver is made of.
struct DriverSource {
  std::string dataset, quantity, detail;  ///< empty detail: any
  Outlook outlook = Outlook::measured;
  DriverStatistic statistic = DriverStatistic::last;
  int months = 3;  ///< 1..60
};

struct DriverSpec {
  std::string id, title, why;
  std::string phrase;                    ///< as RiskFactor::phrase
  std::optional<std::string> indicator;  ///< taken first, where the unit has a value of it
  std::optional<DriverSource> source;
  int lag_days = 0;              ///< days after the last day of a value until it is known
  int sign = 1;                  ///< -1 where low is bad
  double centre = 0, scale = 1;  ///< the model sees sign (value - centre) / scale, within -3..3
};

struct DriverList {
  std::string id, title, source;
  std::vector<DriverSpec> drivers;
};

/// Errors: ConfigError CONFIG_UNREADABLE, MISSING_KEY, UNKNOWN_KEY, VALUE, RANGE, DUPLICATE, ID_INVALID.
DriverList load_drivers(const std::string& config_dir, const std::string& id);

}  // namespace fw
