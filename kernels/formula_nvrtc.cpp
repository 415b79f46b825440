// NVRTC, found when it is needed. Its interface is C and stable since CUDA 11.1; only the name of its library changes.
#include <dlfcn.h>

#include <cstdlib>
#include <vector>

#include "kernels/formula_cuda.h"
#include "kernels/formula_headers.h"

namespace fw {
namespace {

using Program = struct NvrtcProgram*;

class Nvrtc {
 public:
  Nvrtc() {
    std::vector<std::string> names{"libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so"};
#ifdef FW_NVRTC_DIR
    for (const char* name : {"libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so"})
      names.push_back(std::string(FW_NVRTC_DIR "/") + name);
#endif
    names.emplace_back("/usr/local/cuda/lib64/libnvrtc.so");
    for (const std::string& name : names) {
      library_ = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
      if (library_) break;
      if (why_.empty()) why_ = dlerror();
    }
    if (!library_) {
      why_ = "NVRTC is not installed (" + why_ + ")";
      return;
    }
    int major = 0, minor = 0;
    complete_ = load(version, "nvrtcVersion") && load(create, "nvrtcCreateProgram") &&
                load(destroy, "nvrtcDestroyProgram") && load(compile, "nvrtcCompileProgram") &&
                load(log_size, "nvrtcGetProgramLogSize") && load(log, "nvrtcGetProgramLog") &&
                load(ptx_size, "nvrtcGetPTXSize") && load(ptx, "nvrtcGetPTX") &&
                load(binary_size, "nvrtcGetCUBINSize") && load(binary, "nvrtcGetCUBIN") &&
                load(words, "nvrtcGetErrorString") && version(&major, &minor) == 0;
    why_ = complete_ ? "NVRTC " + std::to_string(major) + "." + std::to_string(minor)
                     : "the NVRTC that is installed is too old";
  }
  bool usable() const { return complete_; }
  const std::string& why() const { return why_; }

  int (*version)(int*, int*) = nullptr;
  int (*create)(Program*, const char*, const char*, int, const char* const*, const char* const*) = nullptr;
  int (*destroy)(Program*) = nullptr;
  int (*compile)(Program, int, const char* const*) = nullptr;
  int (*log_size)(Program, size_t*) = nullptr;
  int (*log)(Program, char*) = nullptr;
  int (*ptx_size)(Program, size_t*) = nullptr;
  int (*ptx)(Program, char*) = nullptr;
  int (*binary_size)(Program, size_t*) = nullptr;
  int (*binary)(Program, char*) = nullptr;
  const char* (*words)(int) = nullptr;

 private:
  template <class Function>
  bool load(Function& function, const char* name) {
    function = reinterpret_cast<Function>(dlsym(library_, name));
    return function != nullptr;
  }
  void* library_ = nullptr;  // kept until the program ends
  bool complete_ = false;
  std::string why_;
};

const Nvrtc& nvrtc() {
  static const Nvrtc found;
  return found;
}

std::string text_of(int (*size_of)(Program, size_t*), int (*get)(Program, char*), Program program) {
  size_t size = 0;
  if (size_of(program, &size) != 0 || size == 0) return "";
  std::string text(size, '\0');
  if (get(program, text.data()) != 0) return "";
  return text;
}

}  // namespace

CompiledCuda compile_cuda(const std::string& source, int capability, CudaCode wanted) {
  const Nvrtc& lib = nvrtc();
  if (!lib.usable()) return {{}, lib.why()};
  std::vector<const char*> names, texts;
  for (const FormulaHeader& header : formula_headers) {
    names.push_back(header.name);
    texts.push_back(header.text);
  }
  Program program = nullptr;
  if (const int error = lib.create(&program, source.c_str(), "formula.cu", static_cast<int>(names.size()), texts.data(),
                                   names.data());
      error != 0)
    return {{}, lib.why() + " cannot be used (" + lib.words(error) + ")"};
  const bool as_ptx = wanted == CudaCode::ptx;
  const std::string target =
      std::string("--gpu-architecture=") + (as_ptx ? "compute_" : "sm_") + std::to_string(capability);
  const char* options[] = {target.c_str(),    "--std=c++20",      "--fmad=false",
                           "--prec-div=true", "--prec-sqrt=true", "--ftz=false"};
  CompiledCuda result{{}, lib.why()};
  if (const int error = lib.compile(program, static_cast<int>(std::size(options)), options); error != 0) {
    result.why += std::string(" cannot compile the formulas (") + lib.words(error) +
                  "): " + text_of(lib.log_size, lib.log, program);
  } else {
    std::string code = as_ptx ? text_of(lib.ptx_size, lib.ptx, program) : text_of(lib.binary_size, lib.binary, program);
    if (code.empty())
      result.why += " gives no code for " + target;
    else
      result.code = std::move(code);
  }
  lib.destroy(&program);
  return result;
}

}  // namespace fw
