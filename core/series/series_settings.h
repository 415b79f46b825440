// What the statistics of series may be told; the defaults are those of docs/method.md.
#pragma once
#include <optional>
#include <vector>

#include "core/base/date.h"
#include "kernels/backend.h"

namespace fw {

struct SmoothSettings {
  LambdaChoice choice = LambdaChoice::v_curve;
  double lambda = 10;   ///< > 0, for LambdaChoice::fixed
  bool robust = false;  ///< gcv only
  double asymmetry = 0.5;
  std::optional<int> max_gap;            ///< periods; default: 3 dekads, 1 month
  std::optional<int> max_interpolation;  ///< periods; default: a year
  int max_extrapolation = 0;             ///< periods
  std::optional<int> write_last;         ///< periods; default: all
  int window = 7, order = 2;             ///< Savitzky-Golay
};

struct SpiSettings {
  std::vector<int> scales = {3};  ///< in periods
  SpiDistribution distribution = SpiDistribution::gamma_mle;
  ZeroRule zero_rule = ZeroRule::center;
};

struct BreakSettings {
  BreakProcess process = BreakProcess::mosum;
  StableHistory history = StableHistory::roc;
  double window = 0.25, level = 0.05;
  std::optional<Date> monitor_from;  ///< first day monitored; default: the last quarter of the record
};

struct SeasonSettings {
  double start = 0.2, senescence = 0.75, end = 0.2, min_amplitude = 0.05;
};

struct RunSettings {
  std::optional<double> threshold;
  RunSide side = RunSide::below;
  int needed = 3;
};

struct SeriesSettings {
  std::optional<Date> reference_from, reference_to;  ///< default: the whole record
  std::optional<Period> target;                      ///< default: the last period
  int min_years = 10;
  double std_floor = 0.01;
  std::vector<double> percentiles = {5, 10, 20, 50, 80, 90, 95};
  double vhi_alpha = 0.5;
  int harmonics = 3;
  int max_segments = 10;
  SmoothSettings smooth;
  SpiSettings spi;
  BreakSettings breaks;
  SeasonSettings season;
  RunSettings runs;
};

}  // namespace fw
