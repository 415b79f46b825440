// HDF files may say that their data lie in other files (external links, external storage, virtual data sets in HDF5;
// external elements in HDF4). A stranger's file could so read any file of ours into a map. Such files are refused.
#include <hdf5.h>

#include <cstdint>
#include <fstream>
#include <set>

#include "core/base/text.h"
#include "core/geo/opening.h"

namespace fw {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file, const char* what) {
  throw InputError("EXTERNAL_REFERENCE", printable(file.filename().string()) + " keeps data in other files (" + what +
                                             "), which are never opened. Ask for a self-contained file.");
}

[[noreturn]] void broken(const std::filesystem::path& file) {
  throw InputError("NOT_A_RASTER", printable(file.filename().string()) + " has a broken directory. Fetch it again.");
}

/// Big-endian number of `bytes` bytes.
uint32_t number(std::ifstream& in, int bytes) {
  uint32_t v = 0;
  for (int i = 0; i < bytes; ++i) v = v << 8 | static_cast<uint32_t>(in.get() & 0xff);
  return v;
}

/// HDF4 specification, section 2: chain of blocks of data descriptors (tag, reference, offset, length). A tag with bit
/// 0x4000 is special; its element then starts with a code, of which 2 is "external" (hdf.h, SPECIAL_EXT).
void check_hdf4(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  uint32_t at = 4;
  std::set<uint32_t> seen;
  while (at != 0) {
    if (!seen.insert(at).second || seen.size() > 100000) broken(file);
    in.seekg(at);
    const uint32_t count = number(in, 2), next = number(in, 4);
    std::vector<uint32_t> special;
    for (uint32_t i = 0; i < count && in; ++i) {
      const uint32_t tag = number(in, 2);
      number(in, 2);
      const uint32_t offset = number(in, 4);
      number(in, 4);
      if ((tag & 0xC000) == 0x4000) special.push_back(offset);
    }
    if (!in) broken(file);
    for (uint32_t offset : special) {
      in.seekg(offset);
      if (number(in, 2) == 2 && in) refuse(file, "HDF4 external element");
      in.clear();
    }
    at = next;
  }
}

struct Hdf5Walk {
  bool external = false;
};

herr_t look_at_link(hid_t, const char*, const H5L_info_t* link, void* walk) {
  if (link->type != H5L_TYPE_HARD && link->type != H5L_TYPE_SOFT) static_cast<Hdf5Walk*>(walk)->external = true;
  return 0;
}

herr_t look_at_object(hid_t root, const char* name, const H5O_info_t* object, void* walk) {
  if (object->type != H5O_TYPE_DATASET) return 0;
  const hid_t dataset = H5Dopen2(root, name, H5P_DEFAULT);
  if (dataset < 0) return 0;
  const hid_t plan = H5Dget_create_plist(dataset);
  if (plan >= 0) {
    if (H5Pget_external_count(plan) > 0 || H5Pget_layout(plan) == H5D_VIRTUAL)
      static_cast<Hdf5Walk*>(walk)->external = true;
    H5Pclose(plan);
  }
  H5Dclose(dataset);
  return 0;
}

void check_hdf5(const std::filesystem::path& file) {
  const auto lock = serial_libraries(true);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  const hid_t opened = H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  if (opened < 0) broken(file);
  Hdf5Walk walk;
  const bool links = H5Lvisit(opened, H5_INDEX_NAME, H5_ITER_NATIVE, look_at_link, &walk) >= 0;
  const bool objects = H5Ovisit2(opened, H5_INDEX_NAME, H5_ITER_NATIVE, look_at_object, &walk, H5O_INFO_BASIC) >= 0;
  H5Fclose(opened);
  if (walk.external) refuse(file, "HDF5 external link, storage or virtual data set");
  if (!links || !objects) broken(file);
}

}  // namespace

void refuse_external_links(const std::filesystem::path& file, const std::string& content) {
  if (content == "HDF4") check_hdf4(file);
  if (content == "HDF5") check_hdf5(file);
}

}  // namespace fw
