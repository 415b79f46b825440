// Canonical correlations of two dates, and the rounds of (iteratively reweighted) multivariate alteration detection.
#pragma once
#include <string>

#include "kernels/moments.h"

namespace fw {

enum class CanonicalStatus : uint8_t {
  ok,
  too_few,          ///< fewer than 2 pixels per variable (effectively, with weights)
  singular_before,  ///< a band of the first date is constant or made of the other bands
  singular_after,   ///< of the second date
};

/// Canonical pairs: combinations a of the first date's and b of the second date's bands with the largest correlations,
/// each of variance 1 and uncorrelated with the others. Sorted by falling correlation.
struct CanonicalPairs {
  CanonicalStatus status = CanonicalStatus::too_few;
  int bands = 0;
  int band = -1;  ///< which one makes it singular
  double mean_before[max_change_bands] = {}, mean_after[max_change_bands] = {};
  double a[max_change_bands][max_change_bands] = {}, b[max_change_bands][max_change_bands] = {};  ///< [pair][band]
  double correlation[max_change_bands] = {};                                                      ///< 0..1

  /// Fills what MadVariates needs of the statistics; the variance of a variate is 2 (1 - correlation).
  void put_into(MadVariates& op) const;
  /// In words, for the log: "band 3 of the first date is constant or a combination of the others".
  std::string explain() const;
};

/// sums: of 2 * bands variables, the first date's bands first. By Cholesky factors and a one-sided Jacobi singular
/// value decomposition. A pivot below 1e-10 of its variance is singular. Source: Nielsen 2007 (see MadVariates), eq. 6.
CanonicalPairs find_canonical_pairs(const MomentSums& sums);

enum class IrMadStatus : uint8_t {
  running,
  converged,  ///< no correlation moved by tolerance or more
  stopped,    ///< max_rounds
  collapsed,  ///< the weights left too few pixels, or a singular covariance: result of the last good round
  failed      ///< no result: see pairs().status
};

/// Rounds of IR-MAD. Each round adds up the moments of all pixels, weighted by `no_change` of the round before (the
/// first: all 1):
///   IrMad mad;
///   while (mad.status() == IrMadStatus::running) { sums = all tiles, weighted where mad.round() > 0; mad.add(sums); }
/// One round (max_rounds 1) is plain MAD. Weights shrink from round to round; where they are worth fewer than
/// min_effective_share of the pixels (Kish), the rounds have begun to describe an ever smaller core, and end.
class IrMad {
 public:
  explicit IrMad(int max_rounds = 50, double tolerance = 1e-3, double min_effective_share = 0.1);
  /// Rounds finished.
  int round() const { return round_; }
  IrMadStatus status() const { return status_; }
  /// Of the last good round.
  const CanonicalPairs& pairs() const { return pairs_; }
  /// Finishes a round. Errors: std::logic_error where it is not running.
  void add(const MomentSums& sums);

 private:
  int max_rounds_, round_ = 0;
  double tolerance_, min_effective_share_, pixels_ = 0.0;
  IrMadStatus status_ = IrMadStatus::running;
  CanonicalPairs pairs_;
};

}  // namespace fw
