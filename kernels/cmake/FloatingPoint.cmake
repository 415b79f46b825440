# One arithmetic for every compiler, instruction set and device: no contraction, no fast-math (NaN is no-data).
# -fno-trapping-math lets g++ vectorise a guarded division and changes no result.
include_guard(GLOBAL)
add_library(fw_floating_point INTERFACE)
set(FW_HOST_FP_FLAGS -fno-trapping-math -fno-math-errno -ffp-contract=off)
set(FW_CUDA_FP_FLAGS -fmad=false -prec-div=true -prec-sqrt=true -ftz=false)
target_compile_options(fw_floating_point INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:${FW_HOST_FP_FLAGS}>")
string(REPLACE ";" "," fw_host_fp_csv "${FW_HOST_FP_FLAGS}")
target_compile_options(fw_floating_point INTERFACE
  "$<$<COMPILE_LANGUAGE:CUDA>:${FW_CUDA_FP_FLAGS};-Xcompiler=${fw_host_fp_csv}>")
