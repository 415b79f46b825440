// sites.csv and sites.gpkg of 'settlement'.
#pragma once
#include "core/output/publication.h"
#include "core/series/settlement_run.h"

namespace fw {

/// All dates in the table; in the GeoPackage each site with what happened to it lately (closed ones in the place where
/// they were last), and the area that has ever been observed, which the next run needs.
void publish_sites(Publication& publication, const SettlementHistory& history, const Grid& grid,
                   const ClassScheme& classes, double level, const PlaneStore& store);

}  // namespace fw
