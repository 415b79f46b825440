#include "core/series/tile_zones.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

#include "core/base/error.h"
#include "kernels/cpu_launch.h"

namespace fw {
namespace {

constexpr double most_term = 0x1p22;  // of a number that is split; its units are below 2^62
constexpr size_t longest_run = 2048;  // sums of so many halves are whole numbers of less than 2^53: exact in any order
constexpr int lanes = 8;

/// Units of a number (FixedSum: 2^-40, to the nearest, ties to even) as high * 2^32 + low, both whole.
struct Halves {
  double high, low;
};
inline Halves halves_of(double v) {
  constexpr double to_whole = 0x1.8p52;  // added and taken away: rounds
  const double units = v * 0x1p40;
  const double high = (units * 0x1p-32 + to_whole) - to_whole;
  return {high, (units - high * 0x1p32 + to_whole) - to_whole};
}

struct Lanes {
  double high[lanes] = {}, low[lanes] = {};
  void add(int l, const Halves& h) {
    high[l] += h.high;
    low[l] += h.low;
  }
  FixedSum sum() const {
    double h = 0, w = 0;
    for (int l = 0; l < lanes; ++l) h += high[l], w += low[l];
    FixedSum sum;
    sum.add_units((static_cast<__int128>(static_cast<int64_t>(h)) << 32) + static_cast<int64_t>(w));
    return sum;
  }
};

/// The pixels of a run.
struct Pixels {
  const float* value;
  const double *area, *high, *low;
  size_t count;
};

/// What a run adds to a mean; `biggest` of its terms decides whether it may be used.
struct MeanOfRun {
  Lanes value, area;
  double biggest[lanes] = {};

  void take(int l, const Pixels& p, size_t i) {
    const double v = p.value[i];
    const bool has_value = v == v;
    const double term = has_value ? v * p.area[i] : 0.0;
    value.add(l, halves_of(term));
    area.add(l, {has_value ? p.high[i] : 0.0, has_value ? p.low[i] : 0.0});
    const double size = std::fabs(term);
    biggest[l] = size > biggest[l] ? size : biggest[l];
  }
};

/// What a run adds to the statistics of a unit.
struct ZonalOfRun {
  Lanes value, square, area, beyond;
  double valid[lanes] = {}, biggest[lanes] = {}, low[lanes], high[lanes];
  double sign, limit;  ///< beyond: value * sign > limit

  ZonalOfRun(double threshold, bool above) : sign(above ? 1 : -1), limit(above ? threshold : -threshold) {
    std::fill_n(low, lanes, HUGE_VAL);
    std::fill_n(high, lanes, -HUGE_VAL);
  }
  void take(int l, const Pixels& p, size_t i) {
    const double v = p.value[i];
    const bool has_value = v == v, is_beyond = v * sign > limit;
    const double term = has_value ? v * p.area[i] : 0.0, squared = has_value ? v * v * p.area[i] : 0.0;
    value.add(l, halves_of(term));
    square.add(l, halves_of(squared));
    area.add(l, {has_value ? p.high[i] : 0.0, has_value ? p.low[i] : 0.0});
    beyond.add(l, {is_beyond ? p.high[i] : 0.0, is_beyond ? p.low[i] : 0.0});
    valid[l] += has_value ? 1.0 : 0.0;
    low[l] = v < low[l] ? v : low[l];
    high[l] = v > high[l] ? v : high[l];
    const double size = std::max(std::fabs(term), squared);
    biggest[l] = size > biggest[l] ? size : biggest[l];
  }
};

template <class Sum>
inline void take_all(Sum& sum, const Pixels& p) {
  size_t i = 0;
  for (; i + lanes <= p.count; i += lanes)
    for (int l = 0; l < lanes; ++l) sum.take(l, p, i + static_cast<size_t>(l));
  for (; i < p.count; ++i) sum.take(0, p, i);
}

double largest(const double (&v)[lanes]) { return *std::max_element(v, v + lanes); }

/// Are all values the same, bit by bit?
template <class T>
bool all_same(const T* values, size_t count) {
  return std::memcmp(values, values + 1, (count - 1) * sizeof(T)) == 0;
}

/// Adds the pixels without a value to their reasons.
void add_reasons(const Pixels& p, const uint8_t* reason, const FixedSum& area_of_all, bool none_valid,
                 ZonalAccumulator& to) {
  if (none_valid && all_same(reason, p.count))
    return to.add_without_value(static_cast<Reason>(reason[0]), p.count, area_of_all);
  uint64_t count[reason_count] = {};
  FixedSum area[reason_count];
  for (size_t i = 0; i < p.count; ++i) {
    if (!is_nan(p.value[i])) continue;
    ++count[reason[i]];
    area[reason[i]].add(p.area[i]);
  }
  for (int r = 0; r < reason_count; ++r)
    if (count[r] > 0) to.add_without_value(static_cast<Reason>(r), count[r], area[r]);
}

}  // namespace

TileZones::TileZones(std::vector<std::vector<int32_t>> unit, std::vector<double> area_km2)
    : levels_(unit.size()), area_(std::move(area_km2)) {
  std::map<std::vector<int32_t>, size_t> number;
  std::vector<int32_t> here(levels_), last;
  high_.reserve(area_.size());
  low_.reserve(area_.size());
  for (size_t i = 0; i < area_.size(); ++i) {
    fits_ = fits_ && area_[i] >= 0 && area_[i] < most_term;
    const Halves h = halves_of(area_[i]);
    high_.push_back(h.high);
    low_.push_back(h.low);
    bool inside = false;
    for (size_t level = 0; level < levels_; ++level) {
      here[level] = unit[level][i];
      inside = inside || here[level] >= 0;
    }
    if (!inside) continue;
    if (runs_.empty() || here != last || runs_.back().first + runs_.back().count != i ||
        runs_.back().count == longest_run) {
      const auto [at, is_new] = number.try_emplace(here, unit_.size());
      if (is_new) unit_.push_back(here);
      runs_.push_back({i, 0, at->second, {}});
      last = here;
    }
    ++runs_.back().count;
    runs_.back().area.add(area_[i]);
  }
}

void TileZones::add(const float* value, const uint8_t* reason, double threshold, bool above,
                    std::span<ZonalAccumulator> zones) const {
  FW_EXPECT(zones.size() == size(), "TileZones::add: one accumulator for each zone");
  const CpuIsa isa = cpu_isa();
  for (const Run& run : runs_) {
    ZonalAccumulator& to = zones[run.zone];
    const Pixels p{value + run.first, area_.data() + run.first, high_.data() + run.first, low_.data() + run.first,
                   run.count};
    if (fits_ && is_nan(p.value[0]) && all_same(p.value, p.count)) {
      add_reasons(p, reason + run.first, run.area, true, to);
      continue;
    }
    ZonalOfRun sum(threshold, above);
    run_clone<true>(
        isa,
        [&](size_t, size_t) {
          ZonalOfRun one(threshold, above);
          take_all(one, p);
          sum = one;
        },
        0, 1);
    if (!fits_ || !(largest(sum.biggest) < most_term)) {
      for (size_t i = run.first; i < run.first + run.count; ++i)
        to.add(value[i], static_cast<Reason>(reason[i]), area_[i], threshold, above);
      continue;
    }
    double valid = 0;
    for (const double n : sum.valid) valid += n;
    if (valid > 0)
      to.add_valid(static_cast<uint64_t>(valid), sum.area.sum(), sum.value.sum(), sum.square.sum(), sum.beyond.sum(),
                   *std::min_element(sum.low, sum.low + lanes), largest(sum.high));
    if (valid < static_cast<double>(run.count)) add_reasons(p, reason + run.first, run.area, valid == 0, to);
  }
}

std::vector<TileZones::Sums> TileZones::sums(const float* series, size_t times, std::span<const size_t> wanted) const {
  std::vector<Sums> zones(size());
  for (Sums& z : zones) {
    z.value.resize(times);
    z.area.resize(times);
  }
  const CpuIsa isa = cpu_isa();
  const size_t pixels = area_.size();
  std::vector<MeanOfRun> sum(wanted.size());
  for (const Run& run : runs_) {
    Sums& to = zones[run.zone];
    to.whole.merge(run.area);
    const auto at = [&](size_t t) {
      return Pixels{series + t * pixels + run.first, area_.data() + run.first, high_.data() + run.first,
                    low_.data() + run.first, run.count};
    };
    run_clone<true>(
        isa,
        [&](size_t begin, size_t end) {
          for (size_t k = begin; k < end; ++k) {
            MeanOfRun one;
            take_all(one, at(wanted[k]));
            sum[k] = one;
          }
        },
        0, wanted.size());
    for (size_t k = 0; k < wanted.size(); ++k) {
      const size_t t = wanted[k];
      if (fits_ && largest(sum[k].biggest) < most_term) {
        to.value[t].merge(sum[k].value.sum());
        to.area[t].merge(sum[k].area.sum());
        continue;
      }
      const Pixels p = at(t);
      for (size_t i = 0; i < p.count; ++i) {
        if (is_nan(p.value[i])) continue;
        to.value[t].add(static_cast<double>(p.value[i]) * p.area[i]);
        to.area[t].add(p.area[i]);
      }
    }
  }
  return zones;
}

}  // namespace fw
