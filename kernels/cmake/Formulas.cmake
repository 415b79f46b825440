# Formulas compiled when the program runs: the headers that NVRTC reads as text, and where NVRTC may lie.
set(fw_formula_headers ${CMAKE_CURRENT_BINARY_DIR}/generated/kernels/formula_headers.h)
add_custom_command(
  OUTPUT ${fw_formula_headers}
  COMMAND ${CMAKE_COMMAND} -DROOT=${fw_root} -DOUT=${fw_formula_headers}
          -P ${CMAKE_CURRENT_SOURCE_DIR}/cmake/FormulaHeaders.cmake
  DEPENDS formula_math.h arithmetic.h nodata.h hd.h cmake/FormulaHeaders.cmake
  COMMENT "Headers for NVRTC as text")
target_sources(fw_kernels PRIVATE ${fw_formula_headers})
target_include_directories(fw_kernels PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/generated)
target_link_libraries(fw_kernels PRIVATE ${CMAKE_DL_LIBS})
find_package(CUDAToolkit QUIET)
if(CUDAToolkit_FOUND AND NOT FW_CUDA STREQUAL "OFF")
  set_property(SOURCE formula_nvrtc.cpp APPEND PROPERTY COMPILE_DEFINITIONS FW_NVRTC_DIR="${CUDAToolkit_LIBRARY_DIR}")
endif()
