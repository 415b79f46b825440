// Every operation of a Backend, written once. A Device allocates, copies and launches:
//   for_pixels(n, body)   body.store(i, body.load(i)) for i in 0..n-1
//   for_series(n, body)   body.block<L>(p, work) so that every pixel is in one block
//   for_fits(n, body)     the same with Scratch<L>: body.scratch_per_pixel() doubles for every pixel of the block
#pragma once
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "kernels/backend.h"
#include "kernels/bodies.h"
#include "kernels/check_ops.h"
#include "kernels/launch_change.h"

namespace fw {

template <class Device>
class BackendImpl final : public Backend {
 public:
  explicit BackendImpl(Device device) : device_(std::move(device)) {}

  std::string name() const override { return device_.name(); }
  bool is_device() const override { return Device::is_device; }
  void* allocate(size_t bytes) override { return device_.allocate(bytes); }
  void release(void* memory) noexcept override { device_.release(memory); }
  void upload(void* to, const void* from_host, size_t bytes) override { device_.upload(to, from_host, bytes); }
  void download(void* to_host, const void* from, size_t bytes) override { device_.download(to_host, from, bytes); }
  void copy(void* to, const void* from, size_t bytes) override { device_.copy(to, from, bytes); }
  void fill(void* to, unsigned char byte, size_t bytes) override { device_.fill(to, byte, bytes); }
  void synchronize() override { device_.synchronize(); }
  double time_ms(const std::function<void()>& work) override { return device_.time_ms(work); }

  void run(const ToPhysical& op) override { pixels(op, op.pixels, ToPhysicalBody{op}); }
  void run(const QaMask& op) override {
    check(op);
    if constexpr (Device::is_device)
      with_room(std::integer_sequence<int, 2, 4, 8, max_qa_rules>{}, op.rule_count,
                [&](auto most) { pixels(op, op.pixels, QaMaskBody<decltype(most)::value>(op)); });
    else
      pixels(op, op.pixels, QaMaskBody<0>(op));
  }
  void run(const ApplyMask& op) override { pixels(op, op.pixels, ApplyMaskBody{op}); }
  void run(const Threshold& op) override { pixels(op, op.count, ThresholdBody{op}); }
  void run(const SpectralIndex& op) override {
    check(op);
    indices::visit_index(op.index, indices::AllIndices{}, [&](auto index) {
      pixels(op, op.pixels, SpectralIndexBody<decltype(index)>{op.bands, op.out});
    });
  }
  void run(const Composite& op) override {
    if constexpr (Device::is_device)
      if (op.method == CompositeMethod::median &&
          with_room(HeldSizes{}, op.scenes, [&](auto most) { series(op, CompositeBody<decltype(most)::value>{op}); }))
        return;
    series(op, CompositeBody<0>{op});
  }
  void run(const Rolling& op) override { series(op, RollingBody{op}); }
  void run(const BuiltUp& op) override { series(op, BuiltUpBody{op}); }
  void run(const SeriesStats& op) override { series(op, SeriesStatsBody{op}); }
  void run(const Anomaly& op) override {
    check(op);
    if (op.targets == 0 || op.pixels == 0) return;
    const size_t targets = static_cast<size_t>(op.targets);
    Buffer<int32_t> rows(*this, targets * static_cast<size_t>(max_reference_years)), count(*this, targets);
    device_.for_pixels(targets, ListReferences<Anomaly>{op, rows.data(), count.data()});
    series(op, AnomalyBody{op, rows.data(), count.data()});
  }
  void run(const ReferenceOfPlace& op) override {
    check(op);
    if (op.pixels == 0) return;
    Buffer<int32_t> rows(*this, static_cast<size_t>(max_reference_years)), count(*this, 1);
    device_.for_pixels(1, ListPlaceRows{op, rows.data(), count.data()});
    series(op, ReferenceOfPlaceBody{op, rows.data(), count.data()});
  }
  void run(const AnomalyOfPlace& op) override { series(op, AnomalyOfPlaceBody{op}); }
  void run(const CombineFactors& op) override { series(op, CombineFactorsBody{op, total_weight(op)}); }
  void run(const Whittaker<float>& op) override { whittaker(op); }
  void run(const Whittaker<double>& op) override { whittaker(op); }
  void run(const SavitzkyGolay<float>& op) override { savitzky_golay(op); }
  void run(const SavitzkyGolay<double>& op) override { savitzky_golay(op); }
  void run(const MannKendall<float>& op) override { fits(op, MannKendallBody(op)); }
  void run(const MannKendall<double>& op) override { fits(op, MannKendallBody(op)); }
  void run(const LinearTrend<float>& op) override { fits(op, LinearTrendBody(op)); }
  void run(const LinearTrend<double>& op) override { fits(op, LinearTrendBody(op)); }
  void run(const HarmonicFit<float>& op) override { by_harmonics<HarmonicBody>(op); }
  void run(const HarmonicFit<double>& op) override { by_harmonics<HarmonicBody>(op); }
  void run(const BreakMonitor<float>& op) override { by_harmonics<BreakMonitorBody>(op); }
  void run(const BreakMonitor<double>& op) override { by_harmonics<BreakMonitorBody>(op); }
  void run(const Ccdc<float>& op) override { fits(op, CcdcBody(op)); }
  void run(const Ccdc<double>& op) override { fits(op, CcdcBody(op)); }
  void run(const StandardizedIndex<float>& op) override { standardized_index(op); }
  void run(const StandardizedIndex<double>& op) override { standardized_index(op); }
  void run(const GammaOfPlace& op) override {
    check(op);
    if (op.pixels == 0) return;
    Buffer<int32_t> rows(*this, static_cast<size_t>(op.times)), count(*this, 1);
    device_.for_pixels(1, ListCalibration{op, rows.data(), count.data()});
    fits(op, GammaOfPlaceBody{op, rows.data(), count.data()});
  }
  void run(const SpiOfPlace& op) override { fits(op, SpiOfPlaceBody{op}); }
  void run(const PotentialEvapotranspiration<float>& op) override {
    fits(op, PotentialEvapotranspirationBody<float>{op});
  }
  void run(const PotentialEvapotranspiration<double>& op) override {
    fits(op, PotentialEvapotranspirationBody<double>{op});
  }
  void run(const Climatology& op) override {
    check(op);
    if (op.pixels == 0) return;
    Buffer<int32_t> rows(*this, static_cast<size_t>(op.times)), begin(*this, static_cast<size_t>(op.groups) + 1);
    device_.for_pixels(static_cast<size_t>(op.groups),
                       ListGroupRows{op.group, op.in_reference, op.times, op.groups, rows.data(), begin.data()});
    series(op, ClimatologyBody{op, rows.data(), begin.data()});
  }
  void run(const DetrendedAnomaly& op) override {
    check(op);
    if (op.targets == 0 || op.pixels == 0) return;
    const size_t targets = static_cast<size_t>(op.targets);
    Buffer<int32_t> rows(*this, targets * static_cast<size_t>(max_reference_years)), count(*this, targets);
    device_.for_pixels(targets, ListReferences<DetrendedAnomaly>{op, rows.data(), count.data()});
    fits(op, DetrendedAnomalyBody{op, rows.data(), count.data()});
  }
  void run(const VegetationHealth& op) override { pixels(op, op.pixels, VegetationHealthBody{op}); }
  void run(const BandComposite& op) override { fits(op, BandCompositeBody{op}); }
  void run(const Phenology& op) override { fits(op, PhenologyBody{op}); }
  void run(const SeasonState& op) override { series(op, SeasonStateBody{op}); }
  void run(const RunLength& op) override { series(op, RunLengthBody{op}); }
  void run(const BlockHistograms& op) override { launch(*this, device_, op); }
  void run(const OtsuThresholds& op) override { launch(*this, device_, op); }
  void run(const ThresholdByBlock& op) override { launch(*this, device_, op); }
  void run(const Moments& op) override { launch(*this, device_, op); }
  void run(const GlcmTexture& op) override { launch(*this, device_, op); }
  void run(const PanTex& op) override { launch(*this, device_, op); }
  void run(const WaterTree& op) override { pixels(op, op.pixels, WaterTreeBody{op}); }
  void run(const WaterHistory& op) override { series(op, WaterHistoryBody{op}); }
  void run(const ChangeVector& op) override { pixels(op, op.pixels, ChangeVectorBody{op}); }
  void run(const MadVariates& op) override { pixels(op, op.pixels, MadVariatesBody{op}); }
  void run(const NightLightLoss& op) override { fits(op, NightLightLossBody{op}); }
  void run(const FormulaOp& op) override {
    check(op);
    if (op.pixels > 0) device_.run_formulas(op);
  }

 private:
  template <class Op, class Body>
  void pixels(const Op& op, size_t n, const Body& body) {
    check(op);
    if (n > 0) device_.for_pixels(n, body);
  }
  template <class Op, class Body>
  void series(const Op& op, const Body& body) {
    check(op);
    if (op.pixels > 0) device_.for_series(op.pixels, body);
  }

  template <template <int> class Body, class Op>
  void by_harmonics(const Op& op) {
    check(op);
    if (op.harmonics == 1) fits(op, Body<1>(op));
    if (op.harmonics == 2) fits(op, Body<2>(op));
    if (op.harmonics == 3) fits(op, Body<3>(op));
  }
  template <class Real>
  void whittaker(const Whittaker<Real>& op) {
    check(op);
    const bool needed = op.choice == LambdaChoice::gcv;
    Buffer<double> penalty(*this, needed ? static_cast<size_t>(op.times) : 0);
    if (penalty.size() > 0) device_.for_pixels(penalty.size(), ListPenalties{op.times, penalty.data()});
    fits(op, WhittakerBody<Real>{op, penalty.data()});
  }
  template <class Real>
  void savitzky_golay(const SavitzkyGolay<Real>& op) {
    check(op);
    const size_t count = static_cast<size_t>(op.window) * static_cast<size_t>(op.window);
    std::vector<double> host(count);
    savitzky_golay_weights(op.window, op.order, host.data());
    Buffer<double> weights(*this, count);
    upload(weights.data(), host.data(), count * sizeof(double));
    fits(op, SavitzkyGolayBody<Real>{op, weights.data()});
  }
  template <class Real>
  void standardized_index(const StandardizedIndex<Real>& op) {
    check(op);
    if (op.times == 0 || op.pixels == 0) return;
    Buffer<int32_t> rows(*this, static_cast<size_t>(op.times)), begin(*this, static_cast<size_t>(op.groups) + 1);
    device_.for_pixels(static_cast<size_t>(op.groups),
                       ListGroupRows{op.group, nullptr, op.times, op.groups, rows.data(), begin.data()});
    fits(op, StandardizedIndexBody<Real>{op, rows.data(), begin.data()});
  }
  template <class Op, class Body>
  void fits(const Op& op, const Body& body) {
    check(op);
    if (op.pixels > 0) device_.for_fits(op.pixels, body);
  }

  Device device_;
};

}  // namespace fw
