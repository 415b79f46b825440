// What would move the class of a unit, in words.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "core/base/text.h"
#include "core/risk/reasons.h"
#include "core/risk/what_if.h"

namespace fw {
namespace {

constexpr double no_change = std::numeric_limits<double>::infinity();

/// Smallest t in 0..1 from which the class differs from `now`; nothing where it never does. class_at: of t, differs
/// for good once it differs.
template <class ClassAt>
std::optional<double> first_change(int now, const ClassAt& class_at) {
  if (class_at(1) == now) return {};
  double same = 0, other = 1;
  for (int k = 0; k < 40; ++k) {
    const double middle = (same + other) / 2;
    (class_at(middle) == now ? same : other) = middle;
  }
  return other;
}

/// A value as people read it, rounded away from where it is now, so that what is said is enough.
double readable(double value, double now, double step) {
  const double steps = value / step;
  return step * (value > now ? std::ceil(steps - 1e-9) : std::floor(steps + 1e-9));
}

struct Move {
  double size = no_change;  ///< smallest first
  std::string words;
  void take(double other, const std::string& its) {
    if (other < size) *this = {other, its};
  }
};

class Mover {
 public:
  Mover(const RiskLayer& layer, const ClassScheme& classes, const UnitInputs& unit, const RiskRow& row)
      : layer_(layer), classes_(classes), unit_(unit), row_(row) {
    for (const FactorInput& f : unit.factors) {
      weight_.push_back(f.weight);
      membership_.push_back(f.membership);
    }
  }

  /// The smallest change of one value that brings the class up or down.
  Move value(bool up) const {
    Move best;
    for (size_t k = 0; k < weight_.size(); ++k) {
      const double from = membership_[k], end = up ? 1 : 0;
      if (std::isnan(from) || !(weight_[k] > 0) || from == end) continue;
      std::vector<double> m = membership_;
      const auto at = first_change(row_.class_value, [&](double t) {
        m[k] = from + t * (end - from);
        return classify(weight_, m);
      });
      if (!at) continue;
      const RiskFactor& f = layer_.factors[k];
      const bool share = f.unit_statistic != "mean";
      const double exact = f.unit_zero + (from + *at * (end - from)) * (f.unit_one - f.unit_zero);
      const double said = readable(exact, unit_.value[k], share ? 0.01 : 0.1);
      best.take(std::abs(exact - unit_.value[k]) / std::abs(f.unit_one - f.unit_zero),
                describe_factor(f, share ? std::clamp(said, 0.0, 1.0) : said));
    }
    return best;
  }

  /// The smallest change of one weight that changes the class.
  Move weight() const {
    Move best;
    for (size_t k = 0; k < weight_.size(); ++k) {
      if (std::isnan(membership_[k])) continue;
      for (const double end : {layer_.weight_range, 1 / layer_.weight_range}) {
        std::vector<double> w = weight_;
        const auto at = first_change(row_.class_value, [&](double t) {
          w[k] = weight_[k] * std::pow(end, t);
          return classify(w, membership_);
        });
        if (!at) continue;
        const double times = readable(std::pow(end, *at), 1, 0.01);
        best.take(*at, "with the weight of " + layer_.factors[k].title + " times " + format_fixed(times, 2));
      }
    }
    return best;
  }

 private:
  int classify(const std::vector<double>& weight, const std::vector<double>& membership) const {
    return classes_.classify(likelihood_with(layer_, unit_, weight, membership));
  }

  const RiskLayer& layer_;
  const ClassScheme& classes_;
  const UnitInputs& unit_;
  const RiskRow& row_;
  std::vector<double> weight_, membership_;
};

}  // namespace

void add_moves(const RiskLayer& layer, const ClassScheme& classes, const UnitInputs& unit, RiskRow& row) {
  if (std::isnan(row.likelihood)) return;
  const Mover mover(layer, classes, unit, row);
  const Move up = mover.value(true), down = mover.value(false), weight = mover.weight();
  std::vector<std::string> said;
  if (up.size < no_change) said.push_back("Higher class if " + up.words);
  if (down.size < no_change) said.push_back("Lower class if " + down.words);
  if (said.empty()) said.push_back("No single factor changes the class");
  said.push_back(weight.size < no_change ? "Another class " + weight.words : "No admissible weight changes the class");
  row.moves = join(said, ". ");
}

}  // namespace fw
