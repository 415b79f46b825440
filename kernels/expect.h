// What check() overloads use: preconditions that stop at launch with std::logic_error.
#pragma once
#include <cstddef>
#include <stdexcept>
#include <string>

namespace fw {

/// Throws std::logic_error "<operation>: <what>" unless `holds`.
inline void expect(bool holds, const char* operation, const char* what) {
  if (!holds) throw std::logic_error(std::string(operation) + ": " + what);
}
/// Pointers that an operation needs when there are pixels.
template <class... Pointer>
void expect_memory(size_t pixels, const char* operation, const Pointer*... pointers) {
  expect(pixels == 0 || ((pointers != nullptr) && ...), operation, "a pointer that must be given is null");
}

}  // namespace fw
