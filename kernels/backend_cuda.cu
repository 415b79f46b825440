// CUDA: allocate, copy, launch. One stream per backend; memory is stream-ordered and its pool keeps what is freed, so
// that no tile waits for the driver. Every call is checked; device code does not throw.
#include <cuda_runtime.h>

#include "kernels/backend_impl.h"
#include "kernels/backends.h"

namespace fw {
namespace {

constexpr int threads_per_block = 256;
constexpr int threads_per_fit_block = 128;
constexpr size_t scratch_bytes = size_t{1} << 30;  // of one launch of for_fits; more pixels take turns
constexpr int pixels_per_thread = 4;               // loads in flight per thread before the first store

std::string words(cudaError_t error) { return std::string(cudaGetErrorName(error)) + ": " + cudaGetErrorString(error); }
void check_cuda(cudaError_t error, const char* what) {
  if (error == cudaSuccess) return;
  (void)cudaGetLastError();  // a failed call must not be reported again by the next launch
  const char* advice = error == cudaErrorMemoryAllocation ? "Use smaller tiles, fewer workers, or the CPU."
                                                          : "Check the driver with nvidia-smi, or use the CPU.";
  throw DeviceError(std::string("CUDA: ") + what + " failed (" + words(error) + "). " + advice);
}

template <class Body>
__global__ void __launch_bounds__(threads_per_block)
    pixels_kernel(const __grid_constant__ Body body, const __grid_constant__ size_t n) {
  const size_t first = static_cast<size_t>(blockIdx.x) * (threads_per_block * pixels_per_thread) + threadIdx.x;
  decltype(body.load(0)) in[pixels_per_thread];
#pragma unroll
  for (int k = 0; k < pixels_per_thread; ++k) {
    const size_t i = first + static_cast<size_t>(k) * threads_per_block;
    if (i < n) in[k] = body.load(i);
  }
#pragma unroll
  for (int k = 0; k < pixels_per_thread; ++k) {
    const size_t i = first + static_cast<size_t>(k) * threads_per_block;
    if (i < n) body.store(i, in[k]);
  }
}

template <class Body>
__global__ void __launch_bounds__(threads_per_block)
    series_kernel(const __grid_constant__ Body body, const __grid_constant__ size_t n) {
  const size_t p = static_cast<size_t>(blockIdx.x) * threads_per_block + threadIdx.x;
  if (p < n) body.template block<1>(p, nullptr);
}

/// Neighbouring threads own neighbouring columns of the scratch memory.
template <class Body>
__global__ void __launch_bounds__(threads_per_fit_block)
    fits_kernel(const __grid_constant__ Body body, const __grid_constant__ size_t n, double* scratch, size_t threads) {
  const size_t thread = static_cast<size_t>(blockIdx.x) * threads_per_fit_block + threadIdx.x;
  for (size_t p = thread; p < n; p += threads) body.template block<1>(p, Scratch<1>{scratch + thread, threads});
}

class CudaDevice {
 public:
  static constexpr bool is_device = true;

  CudaDevice() {
    check_cuda(cudaSetDevice(0), "choosing the device");
    cudaDeviceProp properties{};
    check_cuda(cudaGetDeviceProperties(&properties, 0), "reading the device's properties");
    name_ = std::string("cuda (") + properties.name + ")";
    check_cuda(cudaDeviceGetDefaultMemPool(&pool_, 0), "reading the memory pool");
    uint64_t keep = UINT64_MAX;
    check_cuda(cudaMemPoolSetAttribute(pool_, cudaMemPoolAttrReleaseThreshold, &keep), "setting up the memory pool");
    check_cuda(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "making a stream");
  }
  CudaDevice(CudaDevice&& o) noexcept
      : name_(std::move(o.name_)), pool_(o.pool_), stream_(std::exchange(o.stream_, nullptr)) {}
  CudaDevice& operator=(CudaDevice&&) = delete;
  ~CudaDevice() {
    if (!stream_) return;
    (void)cudaStreamSynchronize(stream_);
    (void)cudaStreamDestroy(stream_);
  }

  std::string name() const { return name_; }

  void* allocate(size_t bytes) {
    void* memory = nullptr;
    check_cuda(cudaMallocAsync(&memory, bytes > 0 ? bytes : 1, stream_), "allocating memory");
    return memory;
  }
  void release(void* memory) noexcept { (void)cudaFreeAsync(memory, stream_); }
  void upload(void* to, const void* from_host, size_t bytes) {
    check_cuda(cudaMemcpyAsync(to, from_host, bytes, cudaMemcpyHostToDevice, stream_), "copying to the device");
    // Pageable memory has been read when the call returns; pinned memory has not, and the caller may reuse it now.
    check_cuda(cudaStreamSynchronize(stream_), "copying to the device");
  }
  void download(void* to_host, const void* from, size_t bytes) {
    check_cuda(cudaMemcpyAsync(to_host, from, bytes, cudaMemcpyDeviceToHost, stream_), "copying from the device");
    check_cuda(cudaStreamSynchronize(stream_), "copying from the device");
  }
  void copy(void* to, const void* from, size_t bytes) {
    check_cuda(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream_), "copying on the device");
  }
  void fill(void* to, unsigned char byte, size_t bytes) {
    check_cuda(cudaMemsetAsync(to, byte, bytes, stream_), "filling memory");
  }
  void synchronize() { check_cuda(cudaStreamSynchronize(stream_), "waiting for the device"); }

  double time_ms(const std::function<void()>& work) {
    Event start, stop;
    check_cuda(cudaEventRecord(start.event, stream_), "timing");
    work();
    check_cuda(cudaEventRecord(stop.event, stream_), "timing");
    check_cuda(cudaEventSynchronize(stop.event), "timing");
    float ms = 0.0f;
    check_cuda(cudaEventElapsedTime(&ms, start.event, stop.event), "timing");
    return static_cast<double>(ms);
  }

  void run_formulas(const FormulaOp& op) { run_formulas_cuda(op, stream_); }

  template <class Body>
  void for_pixels(size_t n, const Body& body) {
    pixels_kernel<<<blocks(n, threads_per_block * pixels_per_thread), threads_per_block, 0, stream_>>>(body, n);
    check_cuda(cudaGetLastError(), "starting an operation on pixels");
  }
  template <class Body>
  void for_series(size_t n, const Body& body) {
    series_kernel<<<blocks(n, threads_per_block), threads_per_block, 0, stream_>>>(body, n);
    check_cuda(cudaGetLastError(), "starting an operation on series");
  }
  template <class Body>
  void for_fits(size_t n, const Body& body) {
    const size_t per_pixel = body.scratch_per_pixel() * sizeof(double);
    const size_t affordable = per_pixel > 0 ? scratch_bytes / per_pixel / threads_per_fit_block : SIZE_MAX;
    const size_t wanted = (n + threads_per_fit_block - 1) / threads_per_fit_block;
    const size_t grid = affordable < 1 ? 1 : (wanted < affordable ? wanted : affordable);
    const size_t threads = grid * threads_per_fit_block;
    void* scratch = allocate(threads * per_pixel);
    fits_kernel<<<static_cast<unsigned>(grid), threads_per_fit_block, 0, stream_>>>(
        body, n, static_cast<double*>(scratch), threads);
    const cudaError_t started = cudaGetLastError();
    release(scratch);  // in the order of the stream: after the operation
    check_cuda(started, "starting an operation with memory per pixel");
  }

 private:
  struct Event {
    cudaEvent_t event = nullptr;
    Event() { check_cuda(cudaEventCreate(&event), "timing"); }
    Event(const Event&) = delete;
    ~Event() { (void)cudaEventDestroy(event); }
  };
  static unsigned blocks(size_t n, size_t per_block) { return static_cast<unsigned>((n + per_block - 1) / per_block); }

  std::string name_;
  cudaMemPool_t pool_ = nullptr;
  cudaStream_t stream_ = nullptr;
};

}  // namespace

CudaState find_cuda() {
  int devices = 0;
  if (const cudaError_t error = cudaGetDeviceCount(&devices); error != cudaSuccess) {
    (void)cudaGetLastError();
    const char* what = error == cudaErrorInsufficientDriver ? "no NVIDIA driver, or one too old for this build ("
                                                            : "no CUDA device found (";
    return {false, what + words(error) + ")"};
  }
  if (devices == 0) return {false, "no CUDA device found"};
  cudaDeviceProp properties{};
  if (const cudaError_t error = cudaGetDeviceProperties(&properties, 0); error != cudaSuccess)
    return {false, "the CUDA device cannot be read (" + words(error) + ")"};
  // Whether our machine code runs there: an older device fails here, not in the middle of a job.
  cudaFuncAttributes attributes{};
  if (const cudaError_t error = cudaFuncGetAttributes(&attributes, series_kernel<SeriesStatsBody>);
      error != cudaSuccess) {
    (void)cudaGetLastError();
    return {false, std::string(properties.name) + " cannot run this build (" + words(error) + ")"};
  }
  int pools = 0;
  (void)cudaDeviceGetAttribute(&pools, cudaDevAttrMemoryPoolsSupported, 0);
  if (pools == 0) return {false, std::string(properties.name) + " has no stream-ordered memory"};
  return {true, properties.name};
}

std::unique_ptr<Backend> make_cuda_backend() { return std::make_unique<BackendImpl<CudaDevice>>(CudaDevice{}); }

}  // namespace fw
