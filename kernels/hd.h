// What one source needs to compile as host code and as CUDA device code.
#pragma once
#if defined(__CUDACC__)
#define FW_HD __host__ __device__ __forceinline__
#else
#define FW_HD inline
#endif
