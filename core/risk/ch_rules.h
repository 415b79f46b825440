// Indications of the Cadre Harmonise from single food-security indicators. Each is one indicator's contribution to a
// consensus of people, never a classification. 0: not assessed.
// Source: WFP's processing for the Cadre Harmonise (CH manual 2.0, tables of indicators).
#pragma once
#include <array>
#include <cmath>
#include <span>

namespace fw {

/// Household Hunger Scale 0..6: 0 -> 1, 1 -> 2, 2-3 -> 3, 4 -> 4, 5 and more -> 5. NaN -> 0.
inline int ch_of_hhs(double score) {
  if (std::isnan(score) || score < 0) return 0;
  return score < 1 ? 1 : (score < 2 ? 2 : (score < 4 ? 3 : (score < 5 ? 4 : 5)));
}
/// Reduced Coping Strategies Index: up to 3 -> 1, 4 to 18 -> 2, from 19 -> 3 (it does not tell worse apart). NaN -> 0.
inline int ch_of_rcsi(double score) {
  if (std::isnan(score) || score < 0) return 0;
  return score < 4 ? 1 : (score < 19 ? 2 : 3);
}
/// Household Dietary Diversity Score: 5 and more -> 1, 4 -> 2, 3 -> 3, 2 -> 4, below -> 5. NaN -> 0.
inline int ch_of_hdds(double score) {
  if (std::isnan(score) || score < 0) return 0;
  return score >= 5 ? 1 : (score >= 4 ? 2 : (score >= 3 ? 3 : (score >= 2 ? 4 : 5)));
}

/// Food consumption groups of an area, percent of households. Poor below 5 -> 1; from 20 on -> 4; 5 to 10 -> 2; 10 to
/// 20
/// -> 2 where poor and borderline together are below 30, else 3. NaN or above 100 together -> 0.
inline int ch_of_consumption(double poor, double borderline) {
  if (std::isnan(poor) || std::isnan(borderline) || poor < 0 || borderline < 0 || poor + borderline > 100.5) return 0;
  if (poor >= 20) return 4;
  if (poor < 5) return 1;
  return poor >= 10 && poor + borderline >= 30 ? 3 : 2;
}
/// Livelihood coping, percent of households by the worst strategy used: none, stress, crisis, emergency. Emergency from
/// 20 on -> 4; crisis and emergency from 20 on -> 3; none from 80 on -> 1; else 2. NaN, or not about 100 together -> 0.
inline int ch_of_coping(double none, double stress, double crisis, double emergency) {
  const double sum = none + stress + crisis + emergency;
  if (!(std::abs(sum - 100) <= 1) || none < 0 || stress < 0 || crisis < 0 || emergency < 0) return 0;
  if (emergency >= 20) return 4;
  if (crisis + emergency >= 20) return 3;
  return none >= 80 ? 1 : 2;
}

/// Households of an area by indication 1..5 (weights of the survey, or 1); those with 0 count nowhere. Use with
/// area_phase for the 20 % rule.
inline std::array<double, 5> count_indications(std::span<const int> indication, std::span<const double> weight) {
  std::array<double, 5> people{};
  for (size_t k = 0; k < indication.size(); ++k)
    if (indication[k] >= 1 && indication[k] <= 5)
      people[static_cast<size_t>(indication[k]) - 1] += weight.empty() ? 1 : weight[k];
  return people;
}

}  // namespace fw
