// The head of a Cloud-Optimized GeoTIFF: everything before its first block.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/output/band_statistics.h"
#include "core/output/block_codec.h"
#include "core/output/publication.h"

namespace fw {

/// Where the blocks of a level lie, row by row.
struct CogLevel {
  int rows = 0, cols = 0;
  std::vector<uint64_t> offset, bytes;
};

/// Tags of the first directory and the words before it, as GDAL's COG driver writes them for a raster of one pixel.
struct CogTags {
  struct Tag {
    uint16_t tag = 0, type = 0;
    uint32_t count = 0;
    Bytes values;
  };
  std::string structure;  ///< GDAL_STRUCTURAL_METADATA_SIZE=…
  std::vector<Tag> tags;  ///< ascending
};

/// Lets GDAL describe the raster. Errors: OutputError WRITE_FAILED; `file` is what they name.
CogTags describe_cog(const std::filesystem::path& file, const RasterSpec& spec,
                     const std::vector<BandStatistics>& statistics);

/// The head of a file of these levels, the full resolution first: structure, directories, lists of blocks. Its length
/// does not depend on where the blocks lie. big: BigTIFF.
/// Source: TIFF 6.0; BigTIFF design (libtiff); GDAL, "COG driver", file format details.
Bytes layout_head(const CogTags& tags, const std::vector<CogLevel>& levels, bool big);

}  // namespace fw
