// A mean that a minority cannot move far.
#pragma once
#include <vector>

namespace fw {

struct Weighed {
  double value = 0, weight = 0;  ///< weight > 0
};

/// Mean of the middle fifth of the weight (from 2/5 to 3/5 of it, in the order of the values): between a median and a
/// mean. Voices with two fifths of the weight or less on one side have no say; of two equal voices it is the mean.
/// Source: trimmed mean, Tukey 1960; breakdown point 0.4.
double middle_fifth(std::vector<Weighed> voices);

/// Say of each voice, from its weight: at least `least_say` of the heaviest's, so that a minority of very reliable keys
/// (stolen, colluding) cannot outweigh a majority. None where its worth (weight before it aged) is below `no_say` of
/// the greatest worth: an unreliable source, or a place known coarsely, has a say only where no better one speaks. With
/// them 30 % of the voices have at most 0.3 / (0.3 + 0.7 x 0.65) = 40 % of the say, and so cannot set the value.
inline constexpr double least_say = 0.65, no_say = 0.3;
std::vector<double> share_say(const std::vector<double>& weights, const std::vector<double>& worth);

}  // namespace fw
