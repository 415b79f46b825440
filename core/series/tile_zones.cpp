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

// One number to a lane. Aligned: else each instruction set has another alignment for them.
using Real = double __attribute__((vector_size(lanes * sizeof(double)), aligned(lanes * sizeof(double))));
using Mask = int64_t __attribute__((vector_size(sizeof(Real)), aligned(sizeof(Real))));

/// The bits of v where the mask is set, else 0.
inline Real where(Mask mask, Real v) { return (Real)((Mask)v & mask); }
inline Real magnitude(Real v) { return where(Mask{} + INT64_MAX, v); }

/// Units of a number (FixedSum: 2^-40, to the nearest, ties to even) as high * 2^32 + low, both whole.
struct Halves {
  double high = 0, low = 0;
};
struct LaneHalves {
  Real high{}, low{};
};
template <class Sum>
inline void add(Sum& sum, const Sum& halves) {
  sum.high += halves.high;
  sum.low += halves.low;
}
template <class Sum, class Number>
inline Sum halves_of(const Number& v) {
  constexpr double to_whole = 0x1.8p52;  // added and taken away: rounds
  const auto units = v * 0x1p40;
  const auto high = (units * 0x1p-32 + to_whole) - to_whole;
  return {high, (units - high * 0x1p32 + to_whole) - to_whole};
}

FixedSum sum_of(const Halves& h) {
  FixedSum sum;
  sum.add_units((static_cast<__int128>(static_cast<int64_t>(h.high)) << 32) + static_cast<int64_t>(h.low));
  return sum;
}
FixedSum sum_of(const LaneHalves& h) {
  Halves all;
  for (int l = 0; l < lanes; ++l) add(all, {h.high[l], h.low[l]});
  return sum_of(all);
}

/// Neighbouring pixels of a run, one to a lane.
struct Eight {
  Real value, area;
  LaneHalves units;  ///< of the area
};

/// The pixels of a run.
struct Pixels {
  const float* value;
  const double *area, *high, *low;
  size_t count;
};

/// What a run adds to a mean; `biggest` of its terms decides whether it may be used.
struct MeanOfRun {
  LaneHalves value, area;
  Real biggest{};

  void take(const Eight& p) {
    const Mask has_value = p.value == p.value;
    const Real term = where(has_value, p.value * p.area), size = magnitude(term);
    add(value, halves_of<LaneHalves>(term));
    add(area, {where(has_value, p.units.high), where(has_value, p.units.low)});
    biggest = size > biggest ? size : biggest;
  }
};

/// What a run adds to the statistics of a unit.
struct ZonalOfRun {
  LaneHalves value, square, area, beyond;
  Real valid{}, biggest{}, low = Real{} + HUGE_VAL, high = Real{} - HUGE_VAL;
  double sign, limit;  ///< beyond: value * sign > limit

  ZonalOfRun(double threshold, bool above) : sign(above ? 1 : -1), limit(above ? threshold : -threshold) {}
  void take(const Eight& p) {
    const Real v = p.value;
    const Mask has_value = v == v, is_beyond = v * sign > limit;
    const Real term = where(has_value, v * p.area), squared = where(has_value, v * v * p.area);
    add(value, halves_of<LaneHalves>(term));
    add(square, halves_of<LaneHalves>(squared));
    add(area, {where(has_value, p.units.high), where(has_value, p.units.low)});
    add(beyond, {where(is_beyond, p.units.high), where(is_beyond, p.units.low)});
    valid += where(has_value, Real{} + 1.0);
    low = v < low ? v : low;
    high = v > high ? v : high;
    const Real one = magnitude(term), size = one > squared ? one : squared;
    biggest = size > biggest ? size : biggest;
  }
};

template <class Sum>
inline void take_all(Sum& sum, const Pixels& p) {
  using Floats = float __attribute__((vector_size(lanes * sizeof(float)), aligned(lanes * sizeof(float))));
  const auto eight = [](const float* value, const double* area, const double* high, const double* low) {
    Floats v;
    Eight e;
    std::memcpy(&v, value, sizeof v);
    std::memcpy(&e.area, area, sizeof e.area);
    std::memcpy(&e.units.high, high, sizeof e.units.high);
    std::memcpy(&e.units.low, low, sizeof e.units.low);
    e.value = __builtin_convertvector(v, Real);
    return e;
  };
  size_t i = 0;
  for (; i + lanes <= p.count; i += lanes) sum.take(eight(p.value + i, p.area + i, p.high + i, p.low + i));
  if (i == p.count) return;
  float value[lanes];
  double area[lanes] = {}, high[lanes] = {}, low[lanes] = {};
  std::fill_n(value, lanes, nan_f());
  std::copy(p.value + i, p.value + p.count, value);
  std::copy(p.area + i, p.area + p.count, area);
  std::copy(p.high + i, p.high + p.count, high);
  std::copy(p.low + i, p.low + p.count, low);
  sum.take(eight(value, area, high, low));
}

double largest(const Real& v) {
  double most = v[0];
  for (int l = 1; l < lanes; ++l) most = std::max(most, v[l]);
  return most;
}

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
  Halves area[reason_count];
  for (size_t i = 0; i < p.count; ++i) {
    if (!is_nan(p.value[i])) continue;
    ++count[reason[i]];
    add(area[reason[i]], {p.high[i], p.low[i]});
  }
  for (int r = 0; r < reason_count; ++r)
    if (count[r] > 0) to.add_without_value(static_cast<Reason>(r), count[r], sum_of(area[r]));
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
    const auto h = halves_of<Halves>(area_[i]);
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
    for (int l = 0; l < lanes; ++l) valid += sum.valid[l];
    if (valid > 0)
      to.add_valid(static_cast<uint64_t>(valid), sum_of(sum.area), sum_of(sum.value), sum_of(sum.square),
                   sum_of(sum.beyond), -largest(-sum.low), largest(sum.high));
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
        to.value[t].merge(sum_of(sum[k].value));
        to.area[t].merge(sum_of(sum[k].area));
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
