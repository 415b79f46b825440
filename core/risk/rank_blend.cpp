#include "core/risk/rank_blend.h"

#include <cmath>
#include <limits>

#include "core/base/error.h"

namespace fw {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

DroughtMonitorClass classify(double v, const double (&upper)[5]) {
  if (std::isnan(v)) return DroughtMonitorClass::not_assessed;
  int reached = -1;
  for (int k = 0; k < 5; ++k)
    if (v <= upper[k]) reached = k;
  return static_cast<DroughtMonitorClass>(reached);
}

void check(const std::vector<BlendComponent>& components, size_t at) {
  FW_EXPECT(!components.empty() && at < components.front().record.size(), "a blend has components and a year");
  double sum = 0;
  for (const BlendComponent& c : components) {
    if (!(std::isfinite(c.weight) && c.weight >= 0))
      throw InputError("WEIGHTS",
                       "the weight of '" + c.indicator + "' is not 0 or more. Give a finite number, 0 or more");
    if (c.record.size() != components.front().record.size())
      throw InputError("BLEND_RECORD", "the record of '" + c.indicator + "' has " + std::to_string(c.record.size()) +
                                           " years, not " + std::to_string(components.front().record.size()) +
                                           ". Give all indicators the same years, with gaps where there is no value");
    sum += c.weight;
  }
  if (!(sum > 0)) throw InputError("WEIGHTS", "all weights of the blend are 0. Give at least one indicator a weight");
}

}  // namespace

double rank_in_record(double value, const std::vector<double>& record) {
  double below = 0, equal = 0, n = 0;
  for (const double v : record) {
    if (std::isnan(v)) continue;
    ++n;
    below += v < value;
    equal += v == value;
  }
  if (std::isnan(value) || n == 0 || equal == 0) return nan;
  return (below + (equal + 1) / 2 - 1.0 / 3) / (n + 1.0 / 3);
}

DroughtMonitorClass classify_rank(double rank) { return classify(rank, {0.30, 0.20, 0.10, 0.05, 0.02}); }
DroughtMonitorClass classify_spi(double spi) { return classify(spi, {-0.5, -0.8, -1.3, -1.6, -2.0}); }

Blend blend_ranks(const std::vector<BlendComponent>& components, size_t at, double min_share) {
  check(components, at);
  Blend out;
  std::vector<const BlendComponent*> there;
  double present = 0, all = 0;
  for (const BlendComponent& c : components) {
    if (c.weight == 0) continue;
    all += c.weight;
    if (std::isnan(c.record[at])) {
      out.missing.push_back(c.indicator);
      continue;
    }
    present += c.weight;
    there.push_back(&c);
  }
  out.share = present / all;
  out.rank = nan;
  if (there.empty() || out.share < min_share) return out;
  // Years that lack one of the components stand in nobody's record, or their gaps would shift the ranks of the others.
  std::vector<double> sums(components.front().record.size(), 0.0);
  for (size_t year = 0; year < sums.size(); ++year)
    for (const BlendComponent* c : there)
      if (std::isnan(c->record[year])) sums[year] = nan;
  for (const BlendComponent* c : there) {
    std::vector<double> record = c->record;
    for (size_t year = 0; year < sums.size(); ++year)
      if (std::isnan(sums[year])) record[year] = nan;
    for (size_t year = 0; year < sums.size(); ++year)
      sums[year] += c->weight / present * rank_in_record(record[year], record);
  }
  for (double& sum : sums) sum = std::round(sum * 1e12) / 1e12;  // sums that differ by rounding alone are ties
  out.rank = rank_in_record(sums[at], sums);
  return out;
}

const std::vector<NamedBlend>& ndmc_blends() {
  static const std::vector<NamedBlend> blends = {
      {"short-term", {{"spei1", 35}, {"spi3", 25}, {"spi1", 20}, {"soil_moisture_100cm", 13}, {"spei9", 7}}},
      {"long-term",
       {{"spei9", 25}, {"spi12", 20}, {"spi24", 20}, {"spi6", 15}, {"spi60", 10}, {"soil_moisture_200cm", 10}}},
      {"flash",
       {{"spei1", 25}, {"soil_moisture_40cm", 25}, {"eddi_2weeks", 20}, {"esi_4weeks", 20}, {"quickdri", 10}}}};
  return blends;
}

}  // namespace fw
