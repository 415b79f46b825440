#include "jobs/run_context.h"
#include "jobs/state_session.h"

namespace fw {

void step_state(RunContext& context) {
  if (!context.state || context.options.dry_run) return;
  context.state->publish(context);
}

}  // namespace fw
