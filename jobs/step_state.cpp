#include "core/scene/catalogue.h"
#include "jobs/run_context.h"
#include "jobs/state_session.h"

namespace fw {

void step_state(RunContext& context) {
  if (!context.state || context.options.dry_run) return;
  context.state->publish(load_catalogue(context.need("catalogue") / "catalogue.json", context.config.input_root),
                         context);
}

}  // namespace fw
