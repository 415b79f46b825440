// CUDA behind DeviceApi: every method is one call of the runtime and its check. Device code does not throw.
#include <cstdint>
#include <utility>

#include "kernels/cuda_api.cuh"
#include "kernels/device_error.h"

namespace fw {

std::string words_of(cudaError_t error) {
  return std::string(cudaGetErrorName(error)) + ": " + cudaGetErrorString(error);
}

void check_cuda(cudaError_t error, const char* what) {
  if (error == cudaSuccess) return;
  (void)cudaGetLastError();  // a failed call must not be reported again by the next launch
  const std::string problem = std::string("CUDA: ") + what + " failed (" + words_of(error) + "). ";
  if (error == cudaErrorMemoryAllocation)
    throw DeviceMemoryError(problem + "Use smaller tiles, fewer workers, or the CPU.");
  throw DeviceError(problem + "Check the driver with nvidia-smi, or use the CPU.");
}

namespace {

class CudaApi final : public DeviceApi {
 public:
  explicit CudaApi(int ordinal) : ordinal_(ordinal) {
    here();
    cudaDeviceProp properties{};
    check_cuda(cudaGetDeviceProperties(&properties, ordinal), "reading the device's properties");
    capability_ = 10 * properties.major + properties.minor;
    name_ = "cuda:" + std::to_string(ordinal) + " (" + properties.name + ")";
    check_cuda(cudaDeviceGetDefaultMemPool(&pool_, ordinal), "reading the memory pool");
    uint64_t keep = UINT64_MAX;  // until trim(): no tile waits for the driver
    check_cuda(cudaMemPoolSetAttribute(pool_, cudaMemPoolAttrReleaseThreshold, &keep), "setting up the memory pool");
  }

  std::string name() const override { return name_; }
  int capability() const override { return capability_; }

  Handle make_stream() override {
    here();
    cudaStream_t stream = nullptr;
    check_cuda(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "making a stream");
    return stream;
  }
  void drop_stream(Handle s) noexcept override { ignore(cudaStreamDestroy(stream(s))); }
  Handle make_event(bool timed) override {
    here();
    cudaEvent_t event = nullptr;
    check_cuda(cudaEventCreateWithFlags(&event, timed ? cudaEventDefault : cudaEventDisableTiming), "making an event");
    return event;
  }
  void drop_event(Handle e) noexcept override { ignore(cudaEventDestroy(event(e))); }
  void record(Handle e, Handle s) override {
    here();
    check_cuda(cudaEventRecord(event(e), stream(s)), "recording an event");
  }
  void wait(Handle s, Handle e) override {
    here();
    check_cuda(cudaStreamWaitEvent(stream(s), event(e), 0), "ordering two streams");
  }
  void wait_event(Handle e) override {
    here();
    check_cuda(cudaEventSynchronize(event(e)), "waiting for the device");
  }
  void wait_stream(Handle s) override {
    here();
    check_cuda(cudaStreamSynchronize(stream(s)), "waiting for the device");
  }
  double elapsed_ms(Handle from, Handle to) override {
    here();
    float ms = 0.0f;
    check_cuda(cudaEventElapsedTime(&ms, event(from), event(to)), "timing");
    return static_cast<double>(ms);
  }

  void* make_pinned(size_t bytes) override {
    here();
    void* memory = nullptr;
    check_cuda(cudaHostAlloc(&memory, bytes, cudaHostAllocPortable), "allocating pinned memory");
    return memory;
  }
  void drop_pinned(void* memory) noexcept override { ignore(cudaFreeHost(memory)); }
  void* make_memory(size_t bytes, Handle s) override {
    here();
    void* memory = nullptr;
    check_cuda(cudaMallocAsync(&memory, bytes, stream(s)), "allocating memory");
    return memory;
  }
  void drop_memory(void* memory, Handle s) noexcept override { ignore(cudaFreeAsync(memory, stream(s))); }
  void trim() override {
    here();
    check_cuda(cudaMemPoolTrimTo(pool_, 0), "giving memory back");
  }

  void copy(void* to, const void* from, size_t bytes, CopyWay way, Handle s) override {
    here();
    const cudaMemcpyKind kind = way == CopyWay::to_device     ? cudaMemcpyHostToDevice
                                : way == CopyWay::from_device ? cudaMemcpyDeviceToHost
                                                              : cudaMemcpyDeviceToDevice;
    check_cuda(cudaMemcpyAsync(to, from, bytes, kind, stream(s)), "copying");
  }
  void fill(void* to, unsigned char byte, size_t bytes, Handle s) override {
    here();
    check_cuda(cudaMemsetAsync(to, byte, bytes, stream(s)), "filling memory");
  }
  void launch(const Launch& l, Handle s) override {
    here();
    void* arguments[] = {const_cast<void*>(l.argument)};
    check_cuda(cudaLaunchKernel(l.function, dim3(l.blocks), dim3(l.threads), arguments, 0, stream(s)),
               "starting an operation");
  }

  Handle capture(Handle s, const std::function<void()>& ask) override {
    here();
    check_cuda(cudaStreamBeginCapture(stream(s), cudaStreamCaptureModeThreadLocal), "recording a graph");
    cudaGraph_t graph = nullptr;
    try {
      ask();
    } catch (...) {
      ignore(cudaStreamEndCapture(stream(s), &graph));
      if (graph) ignore(cudaGraphDestroy(graph));
      throw;
    }
    check_cuda(cudaStreamEndCapture(stream(s), &graph), "recording a graph");
    cudaGraphExec_t runnable = nullptr;
    const cudaError_t made = cudaGraphInstantiate(&runnable, graph, 0);
    ignore(cudaGraphDestroy(graph));
    check_cuda(made, "making a graph");
    return runnable;
  }
  void replay(Handle graph, Handle s) override {
    here();
    check_cuda(cudaGraphLaunch(static_cast<cudaGraphExec_t>(graph), stream(s)), "starting a graph");
  }
  void drop_graph(Handle graph) noexcept override { ignore(cudaGraphExecDestroy(static_cast<cudaGraphExec_t>(graph))); }

 private:
  static cudaStream_t stream(Handle s) { return static_cast<cudaStream_t>(s); }
  static cudaEvent_t event(Handle e) { return static_cast<cudaEvent_t>(e); }
  static void ignore(cudaError_t error) noexcept {
    if (error != cudaSuccess) (void)cudaGetLastError();
  }
  /// A backend goes from thread to thread; the current device belongs to the thread.
  void here() const { check_cuda(cudaSetDevice(ordinal_), "choosing the device"); }

  int ordinal_, capability_ = 0;
  std::string name_;
  cudaMemPool_t pool_ = nullptr;
};

}  // namespace

std::shared_ptr<DeviceApi> make_cuda_api(int ordinal) { return std::make_shared<CudaApi>(ordinal); }

}  // namespace fw
