# The CUDA kernel of sample formulas as text, written while building and compiled into formula_kernel_test.cpp.
set(formula_kernel ${CMAKE_CURRENT_BINARY_DIR}/formula_kernel.inc)
add_executable(emit_formula_kernel emit_formula_kernel.cpp)
target_link_libraries(emit_formula_kernel PRIVATE fw_kernels)
add_custom_command(OUTPUT ${formula_kernel} COMMAND emit_formula_kernel ${formula_kernel} DEPENDS emit_formula_kernel
                   COMMENT "CUDA kernel of the sample formulas")
set_property(SOURCE formula_kernel_test.cpp APPEND PROPERTY OBJECT_DEPENDS ${formula_kernel})
set_property(SOURCE formula_kernel_test.cpp APPEND PROPERTY INCLUDE_DIRECTORIES ${CMAKE_CURRENT_BINARY_DIR})
list(APPEND kernel_tests formula_kernel_test.cpp ${formula_kernel})
