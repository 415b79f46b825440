#include "core/output/cog_head.h"

#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal_priv.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>

#include "core/base/text.h"
#include "core/geo/open_scene.h"
#include "core/output/block_layout.h"
#include "core/output/described_dataset.h"
#include "core/output/gdal_write.h"

namespace fw {
namespace {

static_assert(std::endian::native == std::endian::little, "files are written in the order of the machine: II");

constexpr uint16_t subfile_type = 254, width = 256, height = 257, tile_width = 322, tile_height = 323,
                   tile_offsets = 324, tile_bytes = 325;
constexpr uint16_t short_type = 3, long_type = 4, long8_type = 16;
/// What a directory of an overview repeats from the first: how pixels are stored, colours, no-data.
constexpr uint16_t repeated[] = {258, 259, 262, 277, 284, 317, 320, 338, 339, 42113};

/// What is ours to say.
constexpr uint16_t own[] = {width, height, tile_width, tile_height, tile_offsets, tile_bytes};

size_t bytes_of(uint16_t type) {
  constexpr size_t bytes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8};
  return type < std::size(bytes) ? bytes[type] : 0;
}

template <class T>
T number(const std::string& file, size_t at) {
  T v{};
  if (at + sizeof v <= file.size()) std::memcpy(&v, file.data() + at, sizeof v);
  return v;
}

CogTags parse(const std::string& file) {
  CogTags out;
  const auto place = number<uint32_t>(file, 4);
  constexpr std::string_view start = "GDAL_STRUCTURAL_METADATA_SIZE=";
  if (file.compare(0, 4, std::string("II*\0", 4)) != 0 || file.compare(8, start.size(), start) != 0) return out;
  const size_t line = file.find('\n', 8);
  const double listed = parse_number(file.substr(8 + start.size(), 6)).value_or(0);
  const size_t end = line + 1 + static_cast<size_t>(listed);
  if (line == std::string::npos || end > place) return out;
  out.structure = file.substr(8, end - 8);
  for (uint16_t i = 0; i < number<uint16_t>(file, place); ++i) {
    const size_t entry = place + 2 + size_t{12} * i;
    CogTags::Tag tag{
        number<uint16_t>(file, entry), number<uint16_t>(file, entry + 2), number<uint32_t>(file, entry + 4), {}};
    const size_t bytes = bytes_of(tag.type) * tag.count;
    const size_t from = bytes <= 4 ? entry + 8 : number<uint32_t>(file, entry + 8);
    if (bytes == 0 || from + bytes > file.size()) return {};
    tag.values.assign(file.begin() + static_cast<ptrdiff_t>(from), file.begin() + static_cast<ptrdiff_t>(from + bytes));
    out.tags.push_back(std::move(tag));
  }
  return out;
}

GDALDriver* cog_driver() {
  prepare_gdal();
  GDALDriver* driver = GetGDALDriverManager()->GetDriverByName("COG");
  if (!driver)
    throw OutputError("WRITE_FAILED", "This GDAL has no COG driver (older than 3.1). Install GDAL 3.6 or newer.");
  return driver;
}

/// Whether the driver's list of options (XML, quotes of either kind) names this one.
bool has_option(const std::string& text, const std::string& name) {
  return text.find("name='" + name + "'") != std::string::npos ||
         text.find("name=\"" + name + "\"") != std::string::npos;
}

/// Options of the COG driver; those that this GDAL does not list are left out. The driver makes its list when it is
/// first asked for, which two threads must not do at once.
CPLStringList creation_options(GDALDriver* driver, bool is_class) {
  static const std::string listed = [&] {
    const char* list = driver->GetMetadataItem(GDAL_DMD_CREATIONOPTIONLIST);
    return std::string(list ? list : "");
  }();
  const std::pair<const char*, const char*> wanted[] = {
      {"COMPRESS", "DEFLATE"}, {"PREDICTOR", is_class ? "NO" : "YES"},
      {"BLOCKSIZE", "16"},  // the smallest: nobody needs the pixel
      {"OVERVIEWS", "NONE"},   {"NUM_THREADS", "1"},
      {"BIGTIFF", "NO"},       {"INTERLEAVE", "PIXEL"},  // GDAL 3.11 and newer
      {"STATISTICS", "NO"},                              // GDAL 3.8 and newer: ours are exact already
  };
  CPLStringList options;
  for (const auto& [name, value] : wanted)
    if (has_option(listed, name)) options.SetNameValue(name, value);
  return options;
}

template <class T>
CogTags::Tag tag_of(uint16_t tag, uint16_t type, const std::vector<T>& values) {
  CogTags::Tag out{tag, type, static_cast<uint32_t>(values.size()), Bytes(values.size() * sizeof(T))};
  std::memcpy(out.values.data(), values.data(), out.values.size());
  return out;
}
CogTags::Tag size_tag(uint16_t tag, int pixels) {
  if (pixels <= 0xFFFF) return tag_of<uint16_t>(tag, short_type, {static_cast<uint16_t>(pixels)});
  return tag_of<uint32_t>(tag, long_type, {static_cast<uint32_t>(pixels)});
}
CogTags::Tag list_tag(uint16_t tag, const std::vector<uint64_t>& values, bool big) {
  if (big) return tag_of(tag, long8_type, values);
  return tag_of(tag, long_type, std::vector<uint32_t>(values.begin(), values.end()));
}

std::vector<CogTags::Tag> directory_of(const CogTags& tags, const CogLevel& level, bool full, bool big) {
  std::vector<CogTags::Tag> all;
  for (const auto& tag : tags.tags) {
    if (std::find(std::begin(own), std::end(own), tag.tag) != std::end(own)) continue;
    if (full || std::find(std::begin(repeated), std::end(repeated), tag.tag) != std::end(repeated)) all.push_back(tag);
  }
  if (!full) all.push_back(tag_of<uint32_t>(subfile_type, long_type, {1}));
  all.push_back(size_tag(width, level.cols));
  all.push_back(size_tag(height, level.rows));
  all.push_back(size_tag(tile_width, stored_block));
  all.push_back(size_tag(tile_height, stored_block));
  all.push_back(list_tag(tile_offsets, level.offset, big));
  all.push_back(list_tag(tile_bytes, level.bytes, big));
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.tag < b.tag; });
  return all;
}

class HeadWriter {
 public:
  explicit HeadWriter(bool big) : big_(big), word_(big ? 8 : 4) {}
  void put(uint64_t v, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i) out_.push_back(static_cast<unsigned char>(v >> (8 * i)));
  }
  void put(const void* data, size_t bytes) {
    const auto* from = static_cast<const unsigned char*>(data);
    out_.insert(out_.end(), from, from + bytes);
  }
  void align() {
    if (out_.size() % 2 != 0) out_.push_back(0);
  }
  void set(size_t place, uint64_t v) {
    for (size_t i = 0; i < word_; ++i) out_[place + i] = static_cast<unsigned char>(v >> (8 * i));
  }

  /// Entries, place of the next directory, then the values that do not fit, but for the lists of blocks.
  void directory(const std::vector<CogTags::Tag>& tags, size_t previous_link) {
    align();
    set(previous_link, out_.size());
    put(tags.size(), big_ ? 8 : 2);
    std::vector<size_t> slot;
    for (const auto& tag : tags) {
      put(tag.tag, 2);
      put(tag.type, 2);
      put(tag.count, word_);
      slot.push_back(out_.size());
      put(uint64_t{0}, word_);
      if (tag.values.size() <= word_)
        std::copy(tag.values.begin(), tag.values.end(), out_.end() - static_cast<ptrdiff_t>(word_));
    }
    link_ = out_.size();
    put(uint64_t{0}, word_);
    for (size_t i = 0; i < tags.size(); ++i) {
      if (tags[i].values.size() <= word_) continue;
      const bool is_list = tags[i].tag == tile_offsets || tags[i].tag == tile_bytes;
      if (is_list)
        lists_.push_back({slot[i], tags[i].values});
      else
        values(slot[i], tags[i].values);
    }
  }
  size_t link() const { return link_; }
  Bytes finish() {
    for (const auto& [slot, list] : lists_) values(slot, list);
    return std::move(out_);
  }

 private:
  void values(size_t slot, const Bytes& v) {
    align();
    set(slot, out_.size());
    put(v.data(), v.size());
  }
  bool big_;
  size_t word_, link_ = 0;
  Bytes out_;
  std::vector<std::pair<size_t, Bytes>> lists_;
};

}  // namespace

CogTags describe_cog(const std::filesystem::path& file, const RasterSpec& spec,
                     const std::vector<BandStatistics>& statistics) {
  GDALDriver* driver = cog_driver();
  static std::atomic<uint64_t> number{0};
  const std::string name = "/vsimem/fw-head-" + std::to_string(number++) + ".tif";
  std::string head;
  {
    GdalWrite write;
    const auto source = make_described_dataset(spec, statistics);
    const auto options = creation_options(driver, spec.classes.has_value());
    GDALDataset* copy =
        driver->CreateCopy(name.c_str(), source.get(), FALSE, const_cast<char**>(options.List()), nullptr, nullptr);
    const bool broken = copy == nullptr;
    if (copy) GDALClose(copy);
    vsi_l_offset bytes = 0;
    if (const GByte* data = VSIGetMemFileBuffer(name.c_str(), &bytes, FALSE))
      head.assign(reinterpret_cast<const char*>(data), static_cast<size_t>(bytes));
    VSIUnlink(name.c_str());
    write.check("describe", file, broken);
  }
  CogTags tags = parse(head);
  if (tags.structure.empty() || tags.tags.empty())
    throw OutputError("WRITE_FAILED", "GDAL's COG driver writes heads of another kind than this program knows (" +
                                          printable(file.filename().string()) + "). Use GDAL 3.6 to 3.11.");
  return tags;
}

Bytes layout_head(const CogTags& tags, const std::vector<CogLevel>& levels, bool big) {
  HeadWriter out(big);
  out.put("II", 2);
  out.put(big ? 43 : 42, 2);
  if (big) out.put(uint64_t{8}, 4);  // bytes of an offset, then 0
  size_t link = big ? 8 : 4;
  out.put(uint64_t{0}, big ? 8 : 4);
  out.put(tags.structure.data(), tags.structure.size());
  for (size_t i = 0; i < levels.size(); ++i) {
    out.directory(directory_of(tags, levels[i], i == 0, big), link);
    link = out.link();
  }
  return out.finish();
}

}  // namespace fw
