// The two halves of an anomaly on a backend, with the statistics of the reference between them in host memory.
#pragma once
#include "core/series/reference.h"
#include "core/series/series_store.h"

namespace fw {

class PlaceReference {
 public:
  /// pixels: of every series handed over.
  PlaceReference(Backend& backend, size_t pixels);
  /// Statistics of the reference of one place in the year; `values` has the planes that are asked for.
  void collect(const TileSeries& series, const TargetReference& reference, int place, PlaceValues& values);
  /// One period against them. x, reason, out, reason_out: [pixel], memory of the backend.
  void compare(const float* x, const uint8_t* reason, const PlaceValues& values, const SeriesPlan& plan,
               Statistic statistic, float* out, uint8_t* reason_out);

 private:
  PlaceStatistics view(const PlaceValues& values);

  Backend& backend_;
  size_t pixels_;
  Buffer<uint8_t> count_;
  Buffer<double> mean_, squares_, median_;
  Buffer<float> low_, high_;
};

}  // namespace fw
