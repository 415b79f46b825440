// The seam between CPU and GPU. A Backend owns memory and has one method per kind of operation; the bodies are written
// once (kernels/bodies.h, kernels/backend_impl.h). Virtual calls are per tile, never per pixel.
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernels/device_error.h"
#include "kernels/ops.h"
#include "kernels/ops_band_composite.h"
#include "kernels/ops_break.h"
#include "kernels/ops_ccdc.h"
#include "kernels/ops_change.h"
#include "kernels/ops_climatology.h"
#include "kernels/ops_formula.h"
#include "kernels/ops_phenology.h"
#include "kernels/ops_smooth.h"
#include "kernels/ops_spi.h"
#include "kernels/ops_texture.h"
#include "kernels/ops_trend.h"
#include "kernels/ops_water.h"

namespace fw {

class Backend;
class Devices;

/// Memory of a backend, move-only, freed with it. On the CPU it is host memory.
template <class T>
class Buffer {
 public:
  Buffer() = default;
  Buffer(Backend& owner, size_t count);
  Buffer(Buffer&& o) noexcept { *this = std::move(o); }
  Buffer& operator=(Buffer&& o) noexcept {
    std::swap(owner_, o.owner_);
    std::swap(data_, o.data_);
    std::swap(count_, o.count_);
    return *this;
  }
  ~Buffer();
  T* data() { return data_; }
  const T* data() const { return data_; }
  T* at(size_t offset) { return data_ + offset; }
  size_t size() const { return count_; }

 private:
  Backend* owner_ = nullptr;
  T* data_ = nullptr;
  size_t count_ = 0;
};

/// Where a tile is computed. Operations are finished when the method returns (CPU) or are ordered on the backend's own
/// stream (CUDA): download() waits, nothing else does. Copies of one backend run beside the work of the others and
/// beside the host. One Backend is used by one thread at a time; make one per worker of the pipeline.
/// Errors: DeviceError of any method on a device, DeviceMemoryError where less would do (its buffers stay usable).
class Backend {
 public:
  virtual ~Backend() = default;
  /// "cpu (TBB)", "cpu (serial)", "cuda:0 (NVIDIA H200)"
  virtual std::string name() const = 0;
  virtual bool is_device() const = 0;

  virtual void* allocate(size_t bytes) = 0;
  virtual void release(void* memory) noexcept = 0;
  /// The host's memory is the caller's again on return; the copy may still be under way.
  virtual void upload(void* to, const void* from_host, size_t bytes) = 0;
  virtual void download(void* to_host, const void* from, size_t bytes) = 0;
  /// Copies within the backend's memory; the ranges do not overlap.
  virtual void copy(void* to, const void* from, size_t bytes) = 0;
  virtual void fill(void* to, unsigned char byte, size_t bytes) = 0;
  /// Waits until everything asked for is finished. Errors: DeviceError of an operation that failed meanwhile.
  virtual void synchronize() = 0;
  /// Milliseconds that `work` takes on the backend's own clock (CUDA events on its stream; wall time on the CPU).
  virtual double time_ms(const std::function<void()>& work) = 0;

  virtual void run(const ToPhysical&) = 0;
  virtual void run(const QaMask&) = 0;
  virtual void run(const ApplyMask&) = 0;
  virtual void run(const SpectralIndex&) = 0;
  virtual void run(const Composite&) = 0;
  virtual void run(const Rolling&) = 0;
  virtual void run(const Threshold&) = 0;
  virtual void run(const BuiltUp&) = 0;
  virtual void run(const Anomaly&) = 0;
  virtual void run(const ReferenceOfPlace&) = 0;
  virtual void run(const AnomalyOfPlace&) = 0;
  virtual void run(const SeriesStats&) = 0;
  virtual void run(const CombineFactors&) = 0;
  virtual void run(const Whittaker<float>&) = 0;
  virtual void run(const Whittaker<double>&) = 0;
  virtual void run(const SavitzkyGolay<float>&) = 0;
  virtual void run(const SavitzkyGolay<double>&) = 0;
  virtual void run(const MannKendall<float>&) = 0;
  virtual void run(const MannKendall<double>&) = 0;
  virtual void run(const LinearTrend<float>&) = 0;
  virtual void run(const LinearTrend<double>&) = 0;
  virtual void run(const HarmonicFit<float>&) = 0;
  virtual void run(const HarmonicFit<double>&) = 0;
  virtual void run(const BreakMonitor<float>&) = 0;
  virtual void run(const BreakMonitor<double>&) = 0;
  virtual void run(const Ccdc<float>&) = 0;
  virtual void run(const Ccdc<double>&) = 0;
  virtual void run(const StandardizedIndex<float>&) = 0;
  virtual void run(const StandardizedIndex<double>&) = 0;
  virtual void run(const GammaOfPlace&) = 0;
  virtual void run(const SpiOfPlace&) = 0;
  virtual void run(const PotentialEvapotranspiration<float>&) = 0;
  virtual void run(const PotentialEvapotranspiration<double>&) = 0;
  virtual void run(const Climatology&) = 0;
  virtual void run(const DetrendedAnomaly&) = 0;
  virtual void run(const VegetationHealth&) = 0;
  virtual void run(const BandComposite&) = 0;
  virtual void run(const Phenology&) = 0;
  virtual void run(const SeasonState&) = 0;
  virtual void run(const RunLength&) = 0;
  virtual void run(const BlockHistograms&) = 0;
  virtual void run(const OtsuThresholds&) = 0;
  virtual void run(const ThresholdByBlock&) = 0;
  virtual void run(const WaterTree&) = 0;
  virtual void run(const WaterHistory&) = 0;
  virtual void run(const ChangeVector&) = 0;
  virtual void run(const Moments&) = 0;
  virtual void run(const MadVariates&) = 0;
  virtual void run(const NightLightLoss&) = 0;
  virtual void run(const GlcmTexture&) = 0;
  virtual void run(const PanTex&) = 0;
  virtual void run(const FormulaOp&) = 0;
};

template <class T>
Buffer<T>::Buffer(Backend& owner, size_t count)
    : owner_(&owner), data_(static_cast<T*>(owner.allocate(count * sizeof(T)))), count_(count) {}
template <class T>
Buffer<T>::~Buffer() {
  if (owner_ && data_) owner_->release(data_);
}

enum class DeviceChoice { automatic, cpu, cuda };

/// What --device says: "auto", "cpu", "cuda" (every device), "cuda:0" or "cuda:0,2".
struct DeviceRequest {
  DeviceChoice choice = DeviceChoice::automatic;
  std::vector<int> ordinals = {};  ///< as the driver counts them, without repeats; empty: all
};
/// Nothing where the text is none of these.
std::optional<DeviceRequest> parse_device(std::string_view text);

/// What was chosen and why, in words for the log: "cpu: no CUDA device found (…)".
struct ChosenDevice {
  DeviceChoice device;  ///< cpu or cuda
  std::string why;
  std::shared_ptr<Devices> devices = nullptr;  ///< of a run on devices
};

/// Decides once per run. Errors: DeviceError when cuda is asked for and cannot be had (no device, driver too old, built
/// without).
ChosenDevice choose_device(const DeviceRequest& asked);
inline ChosenDevice choose_device(DeviceChoice asked) { return choose_device(DeviceRequest{asked}); }
/// Makes a backend on the device chosen, of several the next that works. Errors: DeviceError.
std::unique_ptr<Backend> make_backend(const ChosenDevice& chosen);

/// Names and formulas of the built-in indices, in the order of IndexId.
struct IndexInfo {
  std::string_view name, title, formula, bands, reference;
  unsigned band_mask;  ///< bit 0 blue, 1 green, 2 red, 3 nir, 4 swir1, 5 swir2
};
const IndexInfo& index_info(IndexId id);
/// Throws std::out_of_range naming the known indices.
IndexId index_by_name(std::string_view name);

}  // namespace fw
