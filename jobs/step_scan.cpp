#include "core/base/log.h"
#include "core/geo/open_scene.h"
#include "jobs/run_context.h"
#include "jobs/state_session.h"

namespace fw {

void step_scan(RunContext& context) {
  const RunConfig& config = context.config;
  if (context.options.dry_run) {
    log_info("would scan " + std::to_string(config.inputs.size()) + " inputs beneath " + config.input_root.string());
    return;
  }
  Publication publication = context.begin("catalogue");
  limit_raster_cache(config.memory_bytes / 16);
  ScanRequest request;
  request.config_dir = config.config_dir.string();
  request.root = config.input_root;
  request.inputs = config.inputs;
  request.near = config.region.grid;
  request.threads = config.threads;
  if (context.state) context.state->remember(request, context.options.rescan);
  const Catalogue catalogue = scan(request, context.report);
  log_info("catalogue: " + std::to_string(catalogue.scenes.size()) + " scenes, " +
           std::to_string(context.report.rejected()) + " rejected");
  std::string text = catalogue_json(catalogue);
  publication.text("catalogue.json", text);
  context.parse_ahead(std::move(text));
  context.finish(publication, "catalogue", inputs_of(catalogue));
}

}  // namespace fw
