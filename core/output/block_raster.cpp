#include "core/output/block_raster.h"

#include <cpl_string.h>
#include <fcntl.h>
#include <gdal_priv.h>
#include <libdeflate.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <utility>

#include "core/base/text.h"
#include "core/geo/crs.h"
#include "core/geo/tiff_layout.h"
#include "core/output/atomic_file.h"
#include "core/output/gdal_write.h"

namespace fw {
namespace {

constexpr uint16_t tag_offsets = 324, tag_byte_counts = 325;

/// The head of the file: everything but pixels.
void write_head(const std::filesystem::path& file, const BlockRasterSpec& spec) {
  GdalWrite write;
  GDALDriver* driver = GetGDALDriverManager()->GetDriverByName("GTiff");
  const bool is_float = spec.type == BlockRasterSpec::Type::float32;
  const std::string size = std::to_string(spec.block_size);
  CPLStringList options;
  for (const auto& [name, value] :
       std::initializer_list<std::pair<const char*, std::string>>{{"TILED", "YES"},
                                                                  {"BLOCKXSIZE", size},
                                                                  {"BLOCKYSIZE", size},
                                                                  {"COMPRESS", "DEFLATE"},
                                                                  {"PREDICTOR", is_float ? "3" : "2"},
                                                                  {"INTERLEAVE", spec.interleaved ? "PIXEL" : "BAND"},
                                                                  {"BIGTIFF", "IF_SAFER"},
                                                                  {"SPARSE_OK", "TRUE"}})
    options.SetNameValue(name, value.c_str());
  GDALDataset* made = driver->Create(file.c_str(), spec.grid.cols, spec.grid.rows, static_cast<int>(spec.bands.size()),
                                     is_float ? GDT_Float32 : GDT_Int16, options.List());
  if (made) {
    double transform[6] = {spec.grid.x0, spec.grid.dx, 0, spec.grid.y0, 0, -spec.grid.dy};
    made->SetGeoTransform(transform);
    if (const auto crs = parsed_crs(spec.grid.crs)) made->SetSpatialRef(crs.get());
    for (int b = 1; b <= static_cast<int>(spec.bands.size()); ++b) {
      made->GetRasterBand(b)->SetNoDataValue(is_float ? std::nan("") : block_nodata);
      made->GetRasterBand(b)->SetDescription(spec.bands[static_cast<size_t>(b - 1)].c_str());
    }
    GDALClose(made);
  }
  write.check("write", file, made == nullptr);
}

}  // namespace

void to_int16(const float* values, size_t n, float scale, int16_t* out, size_t step) {
  constexpr float magic = 12582912.0F;  // 1.5 x 2^23: adding it leaves the nearest integer in the low bits
  for (size_t i = 0; i < n; ++i) {
    const float v = values[i] * scale, clipped = v < -32767.0F ? -32767.0F : v > 32767.0F ? 32767.0F : v;
    const float shifted = clipped + magic;
    int32_t bits;
    std::memcpy(&bits, &shifted, sizeof bits);
    const int32_t whole = bits - 0x4B400000;
    out[i * step] = static_cast<int16_t>(v == v ? whole : block_nodata);
  }
}

BlockRaster::BlockRaster(const std::filesystem::path& file, const BlockRasterSpec& spec) : file_(file), spec_(spec) {
  FW_EXPECT(!spec.bands.empty() && spec.grid.rows > 0 && spec.grid.cols > 0, "a raster needs rows, columns and bands");
  FW_EXPECT(spec.block_size > 0 && spec.block_size % 16 == 0, "blocks are multiples of 16");
  write_head(file, spec_);
  places_.resize(static_cast<size_t>(across()) * static_cast<size_t>(down()) *
                 (spec_.interleaved ? 1 : spec_.bands.size()));
  fd_ = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
  if (fd_ < 0) throw output_failure("open", file, errno);
  end_ = std::filesystem::file_size(file);
}

BlockRaster::~BlockRaster() {
  if (fd_ >= 0) ::close(fd_);
}

size_t BlockRaster::block_bytes() const {
  return static_cast<size_t>(spec_.block_size) * static_cast<size_t>(spec_.block_size) *
         (spec_.interleaved ? spec_.bands.size() : 1) * (spec_.type == BlockRasterSpec::Type::float32 ? 4 : 2);
}

template <class T>
void BlockRaster::encode_as(T* samples, Bytes& out) const {
  const size_t channels = spec_.interleaved ? spec_.bands.size() : 1, rows = static_cast<size_t>(spec_.block_size);
  predict(samples, rows, rows * channels, channels);
  out.clear();
  deflate(samples, block_bytes(), Deflate::fast, out);
}

void BlockRaster::encode(int16_t* samples, Bytes& out) const {
  FW_EXPECT(spec_.type == BlockRasterSpec::Type::int16, "samples of another type than the raster's");
  encode_as(samples, out);
}

void BlockRaster::encode(float* samples, Bytes& out) const {
  FW_EXPECT(spec_.type == BlockRasterSpec::Type::float32, "samples of another type than the raster's");
  encode_as(samples, out);
}

void BlockRaster::put(uint64_t at, const void* data, size_t bytes) {
  write_all(fd_, {at, data, bytes}, "write", file_);
}

void BlockRaster::append(int block_row, int block_col, int band, const Bytes& bytes) {
  FW_EXPECT(block_row >= 0 && block_row < down() && block_col >= 0 && block_col < across(), "no such block");
  FW_EXPECT(band >= 1 && band <= (spec_.interleaved ? 1 : static_cast<int>(spec_.bands.size())), "no such band");
  FW_EXPECT(bytes.size() > 6, "an empty block");
  const std::lock_guard lock(mutex_);
  Place& place =
      places_[(static_cast<size_t>(band - 1) * static_cast<size_t>(down()) + static_cast<size_t>(block_row)) *
                  static_cast<size_t>(across()) +
              static_cast<size_t>(block_col)];
  FW_EXPECT(place.bytes == 0, "a block twice");
  place.offset = end_;
  place.bytes = bytes.size();
  std::memcpy(&place.check, bytes.data() + bytes.size() - 4, 4);
  put(end_, bytes.data(), bytes.size());
  end_ += bytes.size() + (bytes.size() & 1);
}

void BlockRaster::close() {
  const std::lock_guard lock(mutex_);
  FW_EXPECT(fd_ >= 0, "the raster is closed");
  TiffNumbers tiff(file_);
  const TiffDirectory directory = tiff_directory(tiff);
  const size_t width = directory.big ? 8 : 4;
  if (!directory.big && end_ + 2 * width * places_.size() > 0xFFFFFFFFU)
    throw OutputError("WRITE_FAILED", printable(file_.filename().string()) +
                                          " grew beyond 4 GiB, which its head does not allow. Cut the area.");
  for (const uint16_t tag : {tag_offsets, tag_byte_counts}) {
    const TiffField* field = directory.find(tag);
    if (!field || field->count != places_.size())
      throw OutputError("WRITE_FAILED", printable(file_.filename().string()) + " has a head without a list of blocks.");
    std::vector<unsigned char> list(width * places_.size());
    for (size_t i = 0; i < places_.size(); ++i) {
      FW_EXPECT(places_[i].bytes > 0, "a block is missing");
      const uint64_t v = tag == tag_offsets ? places_[i].offset : places_[i].bytes;
      std::memcpy(list.data() + i * width, &v, width);
    }
    // The entry: type, count, then the values, or where they lie when they are too many for it.
    const uint16_t type = directory.big ? 16 : 4;
    put(field->entry + 2, &type, 2);
    const uint64_t values = field->entry + (directory.big ? 12 : 8);
    if (places_.size() == 1) {
      put(values, list.data(), width);
      continue;
    }
    end_ += end_ & 1;
    put(values, &end_, width);
    put(end_, list.data(), list.size());
    end_ += list.size();
  }
  if (::close(std::exchange(fd_, -1)) != 0) throw output_failure("close", file_, errno);
}

void BlockRaster::verify() const {
  const auto fail = [&](const std::string& what) {
    throw OutputError("VERIFY_FAILED", printable(file_.filename().string()) +
                                           " does not read back as it was written (" + what +
                                           "). Nothing was published; check the device and run again.");
  };
  const auto layout = tiff_layout(file_, std::filesystem::file_size(file_));
  if (!layout || layout->offset.size() != places_.size()) fail("its head");
  const int in = ::open(file_.c_str(), O_RDONLY | O_CLOEXEC);
  if (in < 0) throw output_failure("open", file_, errno);
  std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> inflater(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  Bytes packed, raw(block_bytes());
  size_t bad = places_.size();
  for (size_t i = 0; i < places_.size() && bad == places_.size(); ++i) {
    packed.resize(places_[i].bytes);
    size_t got = 0;
    const bool same = layout->offset[i] == places_[i].offset && layout->bytes[i] == places_[i].bytes &&
                      ::pread(in, packed.data(), packed.size(), static_cast<off_t>(places_[i].offset)) ==
                          static_cast<ssize_t>(packed.size()) &&
                      std::memcmp(packed.data() + packed.size() - 4, &places_[i].check, 4) == 0 &&
                      libdeflate_zlib_decompress(inflater.get(), packed.data(), packed.size(), raw.data(), raw.size(),
                                                 &got) == LIBDEFLATE_SUCCESS &&
                      got == raw.size();
    if (!same) bad = i;
  }
  ::close(in);
  if (bad != places_.size()) fail("block " + std::to_string(bad));
}

}  // namespace fw
