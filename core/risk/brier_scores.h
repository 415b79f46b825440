// How good were probabilities? Brier score and its parts, reliability with intervals, isotonic recalibration.
#pragma once
#include <span>
#include <vector>

namespace fw {

/// A probability issued before, and whether the event came. `year`: block of the bootstrap and of left-out references.
struct Verified {
  double forecast = 0;  ///< 0..1
  bool event = false;
  int year = 0;
};
/// Pairs that count: a forecast that is NaN was not assessed and is left out (count them). Errors: InputError RANGE
/// where a forecast is outside 0..1.
std::vector<Verified> assessed_only(std::span<const Verified> pairs);

/// Mean squared difference, 0..1, 0 is perfect. NaN without pairs. Source: Brier 1950, Mon. Weather Rev. 78:1.
double brier_score(std::span<const Verified> pairs);
/// Mean negative log probability of what came; a forecast of 0 or 1 that fails gives infinity.
double log_loss(std::span<const Verified> pairs);

/// Brier = reliability - resolution + uncertainty + within_variance - within_covariance, exactly. The last two are 0
/// where a group has one forecast value. Source: Murphy 1973, J. Appl. Meteorol. 12:595; Stephenson et al. 2008,
/// Weather Forecast. 23:752.
struct BrierParts {
  double reliability = 0, resolution = 0, uncertainty = 0, within_variance = 0, within_covariance = 0;
};
/// Groups are the distinct forecast values.
BrierParts split_brier(std::span<const Verified> pairs);

struct ReliabilityBin {
  double from = 0, to = 0;  ///< [from, to); the last includes 1
  int pairs = 0;
  double mean_forecast = 0, frequency = 0;  ///< NaN without pairs
  double low = 0, high = 0;                 ///< 95 % interval of the frequency (Wilson 1927)
};
struct Reliability {
  std::vector<ReliabilityBin> bins;
  BrierParts parts;
  double calibration_error = 0;  ///< mean |forecast - frequency| by pairs (ECE)
};
/// In: bins: 2 or more of equal width.
Reliability reliability_of(std::span<const Verified> pairs, int bins = 10);

/// Isotonic recalibration by pooling adjacent violators: forecast values with the frequency that stands for each.
struct Isotonic {
  std::vector<double> forecast, frequency;  ///< ascending
  /// Linear between values, constant beyond them; NaN for NaN or without values.
  double recalibrate(double forecast) const;
};
/// Source: Ayer et al. 1955, Ann. Math. Stat. 26:641.
Isotonic fit_isotonic(std::span<const Verified> pairs);
/// Brier = miscalibration - discrimination + uncertainty. Source: Dimitriadis, Gneiting & Jordan 2021, PNAS 118 (CORP).
struct CorpParts {
  double miscalibration = 0, discrimination = 0, uncertainty = 0;
};
CorpParts split_corp(std::span<const Verified> pairs);

/// Ranked probability score of classes in order: sum of squared differences of cumulative probabilities, not divided.
/// In: probability: adds up to 1; observed: class from 0. Source: Epstein 1969, J. Appl. Meteorol. 8:985.
double ranked_probability_score(std::span<const double> probability, int observed);

}  // namespace fw
