// Reading the files of config/indices.
#pragma once
#include <string>
#include <vector>

#include "core/series/index_catalogue.h"

namespace fw {

std::vector<CatalogueBand> read_catalogue_bands(const std::string& config_dir);
std::vector<CatalogueIndex> read_catalogue_indices(const std::string& config_dir,
                                                   const std::vector<CatalogueBand>& bands);

}  // namespace fw
