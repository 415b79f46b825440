// What a run of hours would fail on at its end, looked at before its first step.
#pragma once
#include "jobs/run_context.h"

namespace fw {

/// Loads what later steps name (products, class schemes, aliases, drivers, a learnt model, registry, the key of a vault,
/// admin units) and looks whether their folders are free. Errors: those of the steps, before anything is computed;
/// OutputError EXISTS.
void check_ahead(const RunContext& context);

}  // namespace fw
