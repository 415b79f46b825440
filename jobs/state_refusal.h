// What is said beside the refusal of a state.
#pragma once
#include <string>

#include "core/base/error.h"

namespace fw {

/// Calls body. Refusals of a state (STATE_...) name the way that is always open: how to compute everything anew.
template <class Body>
auto or_anew(const std::string& way, const Body& body) {
  try {
    return body();
  } catch (const InputError& e) {
    if (e.code().rfind("STATE_", 0) != 0 || e.code() == "STATE_DAMAGED") throw;  // it names the way itself
    throw InputError(e.code(), std::string(e.what()) + " To compute everything anew: " + way + ".");
  }
}

}  // namespace fw
