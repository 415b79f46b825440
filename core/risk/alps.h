// Price stress by WFP's ALPS: how far a price lies above what its trend and season make one expect.
// Source: WFP 2014, Calculation and use of the Alert for Price Spikes (ALPS) indicator.
#pragma once
#include <span>
#include <string>
#include <vector>

namespace fw {

enum class PriceStress : int { not_assessed = -1, normal = 0, stress = 1, alert = 2, crisis = 3 };

/// Least squares of price on the month number and twelve month levels.
struct AlpsFit {
  double slope = 0;       ///< price per month
  double level[12] = {};  ///< at month number 0; NaN for a calendar month without a price
  double sd = 0;          ///< of the residuals, over n minus the number of coefficients; NaN with fewer than 12 over
  int prices = 0;         ///< used
  /// Price expected in month number t (0 the first of the series).
  double expect(int t, int calendar_month) const { return level[calendar_month] + slope * t; }
};

/// In: price: one per month, NaN where missing; first_month 0..11: calendar month of the first; fit_months: the first
/// so many are learnt from, so that no later price leaks in.
AlpsFit fit_alps(std::span<const double> price, int first_month, int fit_months);
/// (price - expected) / sd; NaN where one is missing or sd is 0.
double alps_z(const AlpsFit& fit, double price, int t, int calendar_month);
/// Normal below 0.25, stress below 1, alert below 2, crisis from 2 on; lower bound included.
PriceStress classify_alps(double z);

/// "alert" …, "not assessed".
std::string describe(PriceStress stress);

}  // namespace fw
