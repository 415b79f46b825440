// FAO's indicator of price anomalies (IPA): is a price growing faster than it usually does at this time of the year?
// Source: Baquedano 2015, Developing an indicator of price anomalies as an early warning tool (FAO), equations 1-7.
#pragma once
#include <span>
#include <vector>

namespace fw {

enum class PriceWarning : int { not_assessed = -1, normal = 0, watch = 1, alert = 2 };

/// Compound growth per month over `months` up to month t, times 1 - standard deviation (ddof 1) of the log differences
/// of the same months. NaN where a price of the window is missing or not above 0, or the window starts before the
/// series.
double adjusted_growth(std::span<const double> price, int t, int months);

struct PriceAnomaly {
  double quarterly = 0, annual = 0;  ///< z of the growth over 3 and 12 months; NaN where not assessed
  double gamma = 0;                  ///< weight of the quarterly one
  double ipa = 0;                    ///< gamma quarterly + (1 - gamma) annual
  int years = 0;                     ///< of earlier growth rates of the calendar month, the lesser of the two
};
/// In: price: monthly, > 0, NaN where missing; t: month asked; min_years >= 2 earlier values of the same calendar
/// month. Only months before t are learnt from. Earlier years weigh 1, 2, 3 … up to the latest [own reading of "recent
/// years weigh more"]; standard deviation by equation 5. gamma: share of the first principal component in the
/// covariance of both growth rates, 0.5 where neither varies.
PriceAnomaly price_anomaly(std::span<const double> price, int t, int min_years = 3);
/// Watch from 0.5, alert from 1 on.
PriceWarning classify_ipa(double ipa);

}  // namespace fw
