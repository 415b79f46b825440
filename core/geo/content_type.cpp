#include "core/geo/content_type.h"

#include <array>
#include <fstream>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::string_view bytes, kind;
};
constexpr std::array magics = {
    Magic{"II*\0"sv, "GTiff"},
    Magic{"MM\0*"sv, "GTiff"},
    Magic{"II+\0"sv, "GTiff"},
    Magic{"MM\0+"sv, "GTiff"},
    Magic{"\0\0\0\x0cjP  \r\n\x87\n"sv, "JP2OpenJPEG"},
    Magic{"\xff\x4f\xff\x51"sv, "JP2OpenJPEG"},
    Magic{"\x0e\x03\x13\x01"sv, "HDF4"},
    Magic{"CDF\x01"sv, "netCDF"},
    Magic{"CDF\x02"sv, "netCDF"},
    Magic{"CDF\x05"sv, "netCDF"},
    Magic{"SQLite format 3\0"sv, "GPKG"},
    Magic{"\0\0\x27\x0a"sv, "ESRI Shapefile"},
    Magic{"\x89PNG"sv, "PNG"},
    Magic{"\xff\xd8\xff"sv, "JPEG"},
    Magic{"GRIB"sv, "GRIB"},
    Magic{"GIF8"sv, "other raster"},
    Magic{"SIMPLE  ="sv, "other raster"},
    Magic{"NITF"sv, "other raster"},
    Magic{"ncml"sv, "other raster"},
};
constexpr std::string_view hdf5_signature = "\x89HDF\r\n\x1a\n"sv;

bool starts_with(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

}  // namespace

std::string content_type(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw InputError("INPUT_UNREADABLE", printable(file.string()) + " cannot be read. Check its permissions.");
  std::vector<char> buffer(65536);
  in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
  const std::string_view head(buffer.data(), static_cast<size_t>(in.gcount()));

  for (const auto& magic : magics)
    if (starts_with(head, magic.bytes)) return std::string(magic.kind);
  for (size_t at : {0U, 512U, 1024U, 2048U, 4096U})  // HDF5 allows a user block before its signature
    if (head.size() > at && starts_with(head.substr(at), hdf5_signature)) return "HDF5";
  std::string_view text = head;
  if (starts_with(text, "\xef\xbb\xbf")) text.remove_prefix(3);
  const size_t first = text.find_first_not_of(" \t\r\n");
  text.remove_prefix(first == std::string_view::npos ? text.size() : first);
  for (std::string_view root : {"<VRTDataset", "<OGRVRTDataSource", "<GDAL_WMS", "<GDALTileIndexDataset"})
    if (text.find(root) != std::string_view::npos && starts_with(text, "<")) return "VRT";
  if (starts_with(text, "{")) return "GeoJSON";
  return {};
}

}  // namespace fw
