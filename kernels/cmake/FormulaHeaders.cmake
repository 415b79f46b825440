# Writes kernels/formula_headers.h: the text of the headers that a kernel made by NVRTC includes, so that it has the very
# arithmetic of the CPU. Called as a script: -DROOT=<source root> -DOUT=<file>.
set(text "// Made by kernels/cmake/FormulaHeaders.cmake.\n#pragma once\nnamespace fw {\nstruct FormulaHeader {\n  const char *name, *text;\n};\n")
string(APPEND text "inline constexpr FormulaHeader formula_headers[] = {\n")
foreach(name formula_math.h arithmetic.h nodata.h hd.h)
  file(READ ${ROOT}/kernels/${name} content)
  string(APPEND text "    {\"kernels/${name}\", R\"fw_text(${content})fw_text\"},\n")
endforeach()
# NVRTC brings its own mathematics, but neither the standard library nor the compiler's constants.
string(APPEND text "    {\"cmath\",\n     \"#define __builtin_nanf(text) __uint_as_float(0x7fc00000u)\\n\"\n")
string(APPEND text "     \"#define __builtin_nan(text) __longlong_as_double(0x7ff8000000000000ll)\\n\"\n")
string(APPEND text "     \"#define __builtin_inf() __longlong_as_double(0x7ff0000000000000ll)\\n\"},\n    {\"cstring\", \"\"},\n")
string(APPEND text "    {\"cstdint\",\n     \"using int8_t = signed char; using uint8_t = unsigned char; using int32_t = int; using uint32_t = unsigned;\\n\"\n")
string(APPEND text "     \"using int64_t = long long; using uint64_t = unsigned long long;\\n\"},\n};\n}  // namespace fw\n")
file(WRITE ${OUT} "${text}")
