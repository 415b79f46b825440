// Rasters beside the risk layers in which every pixel of an admin unit of the finest level holds the unit's value.
#pragma once
#include <string>
#include <vector>

#include "core/evidence/evidence_table.h"
#include "core/risk/risk.h"
#include "jobs/risk_layers.h"

namespace fw {

/// `report-coverage`: how far reports and silence speak. Nothing is written where no row is of the period.
void write_coverage(const RunContext& context, Publication& publication, const std::vector<CoverageRow>& rows,
                    Period period);

/// `<layer>-fusion`: likelihood by satellites alone, fused, and but for the public by field reports alone, conflict K
/// and posterior of the log-odds. No value where the row has none.
void write_fusion(const RunContext& context, Publication& publication, const RiskLayer& layer, const RiskTable& table,
                  Period period);

/// `<layer>-risk`, `-likelihood` and `-contributions` of a layer whose likelihood is of units.
void write_learnt_layer(const RunContext& context, Publication& publication, const RiskLayer& layer,
                        const ClassScheme& scheme, const RiskTable& table, Period period,
                        const LayerEdition& edition = {});
/// `<layer>-status`: what may be said of every unit (config/classes/unit_status.toml), with the units named in the STAC
/// item. A unit without a row is not assessed.
void write_status(const RunContext& context, Publication& publication, const RiskLayer& layer, const RiskTable& table,
                  Period period);

}  // namespace fw
