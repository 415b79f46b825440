// One worker of the pipeline: a backend, and the steps of one tile in order.
#pragma once
#include <functional>
#include <memory>

#include "core/series/block_composites.h"
#include "core/series/pipeline.h"
#include "core/series/place_reference.h"
#include "core/series/tile_season.h"

namespace fw {

/// A series on the backend: values and reasons, [period][pixel].
struct DeviceSeries {
  Buffer<float> value;
  Buffer<uint8_t> reason;
};

class TileWorker {
 public:
  /// Called with each finished indicator and target of the tile (host memory, valid during the call); ungated: the
  /// values before any season was held before them.
  using Deliver = std::function<void(size_t indicator, size_t target, const float* value, const uint8_t* reason,
                                     const float* ungated)>;

  /// Called once for each series of the tile that indicators rest on: all periods of the record, [period][pixel].
  using DeliverSeries = std::function<void(size_t unit_series, const float* value)>;

  TileWorker(const SeriesPlan& plan, const RecordPlan& record, const BlockComposites& composites,
             std::unique_ptr<Backend> backend, SeriesStore* store = nullptr);
  /// A tile whose backend fails may be run again, by another worker: what was written to the store is written once
  /// more.
  void run(const Window& window, const Deliver& deliver, const DeliverSeries& deliver_series);
  const Backend& backend() const { return *backend_; }

 private:
  /// Composites of the tile from those of its block, in an update from the store.
  void take_composites(const Window& window);
  /// Takes the composite of a period from the store.
  void restore(size_t base, size_t period, const Window& window, float* value, uint8_t* reason);
  void keep_composites(const Window& window);
  void keep_references(size_t indicator, const DeviceSeries& series, const Window& window);
  void compare_with_stored(size_t indicator, const DeviceSeries& series, const Window& window, float* value,
                           uint8_t* reason);
  Period period_at(size_t place) const { return {plan_.cadence, record_.first.number + static_cast<int>(place)}; }
  DeviceSeries water_series();
  DeviceSeries built_up_series();
  const DeviceSeries* series_of(const Indicator& indicator, DeviceSeries& own);
  void rolled(const Indicator& indicator, const DeviceSeries& in, DeviceSeries& out);
  /// All indicators that rest on one series, which is made once.
  void measure_series(size_t unit_series, const Window& window, const Deliver& deliver,
                      const DeliverSeries& deliver_series);
  /// The season of the tile's pixels, where an indicator asks for it.
  void find_season(const Window& window);
  /// The series from the start of each pixel's season on.
  void season_means(const DeviceSeries& in, DeviceSeries& out);
  void tell_season(const Indicator& indicator, size_t target, float* value, uint8_t* reason) const;
  void gate(const Indicator& indicator, size_t target, float* value, uint8_t* reason) const;
  void make_results();
  void compute_statistic(size_t indicator, const DeviceSeries& series, const Window& window);
  /// The indicators that have the same values as the first of these, before seasons gate them; taken from `indicators`.
  std::vector<size_t> take_alike(std::vector<size_t>& indicators) const;
  void deliver_results(const Deliver& deliver);
  void deliver_empty(size_t indicator, Reason reason, const Deliver& deliver);
  size_t base_index(const std::string& name, CompositeMethod composite) const;
  DeviceSeries make_series(size_t periods);

  const SeriesPlan& plan_;
  const RecordPlan& record_;
  const BlockComposites& composites_;
  SeriesStore* store_;
  std::unique_ptr<Backend> backend_;
  size_t pixels_ = 0;
  std::vector<DeviceSeries> base_;
  std::vector<float> host_value_;  ///< of a series, on its way to a device
  std::vector<uint8_t> host_reason_;
  TargetReference reference_;
  std::unique_ptr<PlaceReference> place_;
  std::unique_ptr<TileSeason> season_;
  // Finished indicators that wait to come down together: value and reason of all targets, one after another.
  Buffer<unsigned char> results_;
  size_t results_at_once_ = 0, result_bytes_ = 0;
  struct Finished {
    size_t indicator, place;
  };
  std::vector<Finished> finished_;
  size_t places_ = 0;  ///< of results_ that are used: indicators of one value share one
};

}  // namespace fw
