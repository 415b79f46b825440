// What one source needs to compile as host code and as CUDA device code.
#pragma once
#if defined(__CUDACC__)
#define FW_HD __host__ __device__ __forceinline__
#else
#define FW_HD inline
#endif
#if defined(__CUDA_ARCH__)
#define FW_ON_DEVICE 1
#define FW_UNROLL _Pragma("unroll")
#define FW_UNROLL_FOUR _Pragma("unroll 4")
#else
#define FW_ON_DEVICE 0
#define FW_UNROLL
#define FW_UNROLL_FOUR
#endif
