# Compiles the CUDA backend to PTX with the project's flags and looks for arithmetic that would differ from the CPU's.
string(REPLACE "," ";" flags "${FLAGS}")
execute_process(COMMAND ${NVCC} -std=c++20 -O3 ${flags} -I${ROOT} -DFW_WITH_CUDA -arch=sm_80 -ptx
                        ${ROOT}/kernels/backend_cuda.cu -o ${PTX}
                RESULT_VARIABLE failed ERROR_VARIABLE words)
if(failed)
  message(FATAL_ERROR "nvcc failed: ${words}")
endif()
file(STRINGS ${PTX} arithmetic REGEX "^[ \t]*[a-z0-9]+[.][a-z0-9.]*f(32|64)[ \t]")
list(LENGTH arithmetic count)
if(count LESS 100)
  message(FATAL_ERROR "only ${count} floating-point instructions found: is this still the right file?")
endif()
foreach(instruction IN LISTS arithmetic)
  # The smaller of a number and +infinity, or the larger of it and -infinity, is what a select makes of them.
  if(instruction MATCHES "^[ \t]*(min[.]f32.*, 0f7F800000;|max[.]f32.*, 0fFF800000;)$")
    continue()
  endif()
  # min and max order -0 and +0, a select does not; the others are fused, approximate or flush denormals.
  if(instruction MATCHES "^[ \t]*(fma|mad|min|max|ex2|lg2|sin|cos|tanh)[.]" OR instruction MATCHES "approx|[.]ftz|[.]full")
    message(SEND_ERROR "not the CPU's arithmetic: ${instruction}")
  endif()
endforeach()
message(STATUS "${count} floating-point instructions, all correctly rounded and unfused")
