// Risk layers of a run: what they rest on, and how one is assessed and published. Shared by 'risk' and 'risk
// --weights'.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "core/evidence/context_table.h"
#include "core/output/publication.h"
#include "core/risk/input_age.h"
#include "core/risk/risk.h"
#include "jobs/run_context.h"

namespace fw {

struct RiskInputs {
  IndicatorTable indicators;
  EvidenceTable reports;                    ///< as far as the audience may know of them
  UnitParents parents;                      ///< of the units of all levels
  UnitReference reference;                  ///< what units were in the reference years
  InputDays days;                           ///< when the scenes behind the indicators were taken
  std::vector<MatchedObservation> context;  ///< published statistics of the run; empty where it has none
  std::vector<EvidenceUnit> units;          ///< where the units lie; empty where there are no statistics
};
/// Shares of destinations, in risk/ and publish/.
inline constexpr const char* destinations_file = "displacement_flows.csv";

/// From the folders of the steps before, which are compared with their manifests. Errors: InputError STEP_MISSING,
/// SET_DAMAGED, STEP_OTHER_CONFIG; OutputError PRIVACY_FLOOR.
RiskInputs load_risk_inputs(const RunContext& context);

/// One layer of these inputs, with intervals and the age of the newest.
RiskTable assess_layer(const RiskLayer& layer, const ClassScheme& scheme, const RiskInputs& inputs);

/// What distinguishes an edition of a layer from the published one.
struct LayerEdition {
  std::map<std::string, std::string> metadata;  ///< of every raster
  int mantissa_bits = 12;                       ///< of likelihood and contributions
};
/// Tables and, for the periods that the run asks for, rasters of one layer.
void publish_layer(RunContext& context, Publication& publication, const RiskLayer& layer, const ClassScheme& scheme,
                   const RiskTable& risk, const LayerEdition& edition = {});

/// The periods that the run asks rasters of.
std::vector<Period> raster_periods(const RunConfig& config);
/// Rows of one layer, period and admin level for a GeoPackage.
struct LoadedLayer;
UnitTable unit_table(const LoadedLayer& layer, const AdminUnits& units, Period period, const std::string& audience);

/// 'forewarn risk --weights': the layers that the file names, with its weights → <output>/weights-<name of the file>.
void step_weights(RunContext& context);

}  // namespace fw
