// Static STAC 1.1 catalogue: a collection and one item per raster, with projection, raster, classification, processing
// and file.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "core/output/published_raster.h"

namespace fw {

struct StacCollection {
  std::string id, title;
  std::map<std::string, std::string>
      properties;  ///< keys without ':' get the prefix "forewarn:"; "license" is the licence (SPDX)
};

/// items/<stem>.json, links relative. Errors: OutputError WRITE_FAILED (no footprint).
std::string stac_item_json(const PublishedRaster& raster, const StacCollection& collection);

/// collection.json over all rasters; other: files of the set that are no rasters (tables), listed as its assets.
std::string stac_collection_json(const std::vector<PublishedRaster>& rasters, const std::vector<FileRecord>& other,
                                 const StacCollection& collection);

/// Multihash of a SHA-256 as hex: "1220" + digest.
std::string multihash(const std::string& sha256);

}  // namespace fw
