#include "core/geo/tiff_layout.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace fw {
namespace {

constexpr uint64_t max_blocks = 1U << 20, max_raw_block = 64U << 20;

int bytes_of(uint16_t type) {
  constexpr std::array<int, 17> bytes = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8};
  return type < bytes.size() ? bytes[type] : 0;
}

bool same_for_all(TiffNumbers& tiff, const TiffField* field, uint64_t wanted) {
  if (!field || field->type != 3 || field->count > 4096) return false;
  for (uint64_t i = 0; i < field->count; ++i)
    if (tiff.at(field->values + 2 * i, 2) != wanted) return false;
  return true;
}

/// All values of a field of 2, 4 or 8 bytes each.
std::optional<std::vector<uint64_t>> list(const std::filesystem::path& file, const TiffField* field, uint64_t count) {
  if (!field || field->count != count || (field->type != 3 && field->type != 4 && field->type != 16)) return {};
  const auto width = static_cast<size_t>(bytes_of(field->type));
  std::vector<char> raw(static_cast<size_t>(count) * width);
  std::ifstream in(file, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(field->values));
  if (!in.read(raw.data(), static_cast<std::streamsize>(raw.size()))) return {};
  std::vector<uint64_t> values(static_cast<size_t>(count), 0);
  for (size_t i = 0; i < values.size(); ++i) std::memcpy(&values[i], raw.data() + i * width, width);
  return values;
}

std::optional<TiffLayout::Sample> sample_of(uint64_t bits, uint64_t format) {
  if (bits == 8 && format == 1) return TiffLayout::Sample::byte;
  if (bits == 16 && format == 1) return TiffLayout::Sample::uint16;
  if (bits == 16 && format == 2) return TiffLayout::Sample::int16;
  if (bits == 32 && format == 3) return TiffLayout::Sample::float32;
  return {};
}

}  // namespace

TiffNumbers::TiffNumbers(const std::filesystem::path& file) : in_(file, std::ios::binary) {
  little_ = in_.get() == 'I';
}

uint64_t TiffNumbers::at(uint64_t offset, int bytes) {
  const auto wanted = static_cast<uint64_t>(bytes);
  if (offset < page_at_ || offset - page_at_ > page_.size() || page_.size() - (offset - page_at_) < wanted) {
    page_.resize(4096);
    page_at_ = offset;
    in_.clear();
    in_.seekg(static_cast<std::streamoff>(offset));
    in_.read(page_.data(), static_cast<std::streamsize>(page_.size()));
    page_.resize(static_cast<size_t>(std::max<std::streamsize>(0, in_.gcount())));
    if (page_.size() < wanted) return 0;
  }
  const auto* b = reinterpret_cast<const unsigned char*>(page_.data() + (offset - page_at_));
  uint64_t v = 0;
  for (int i = 0; i < bytes; ++i) v = v << 8 | b[little_ ? bytes - 1 - i : i];
  return v;
}

const TiffField* TiffDirectory::find(uint16_t tag) const {
  const auto at = std::find_if(fields.begin(), fields.end(), [&](const TiffField& f) { return f.tag == tag; });
  return at == fields.end() ? nullptr : &*at;
}

uint64_t TiffDirectory::value(uint16_t tag, uint64_t otherwise) const {
  const TiffField* field = find(tag);
  return field ? field->first : otherwise;
}

TiffDirectory tiff_directory(TiffNumbers& tiff) {
  TiffDirectory directory;
  const uint64_t version = tiff.at(2, 2);
  if (version != 42 && version != 43) return directory;
  directory.big = version == 43;
  const uint64_t place = directory.big ? tiff.at(8, 8) : tiff.at(4, 4);
  const uint64_t entries = std::min<uint64_t>(tiff.at(place, directory.big ? 8 : 2), 4096);
  for (uint64_t i = 0; i < entries; ++i) {
    TiffField field;
    field.entry = place + (directory.big ? 8 + 20 * i : 2 + 12 * i);
    field.tag = static_cast<uint16_t>(tiff.at(field.entry, 2));
    field.type = static_cast<uint16_t>(tiff.at(field.entry + 2, 2));
    field.count = tiff.at(field.entry + 4, directory.big ? 8 : 4);
    const uint64_t inside = field.entry + (directory.big ? 12 : 8);
    const int bytes = bytes_of(field.type);
    const uint64_t room = directory.big ? 8 : 4;
    const bool fits = bytes > 0 && field.count <= room / static_cast<uint64_t>(bytes);
    field.values = fits ? inside : tiff.at(inside, static_cast<int>(room));
    if (bytes > 0 && field.count > 0) field.first = tiff.at(field.values, bytes);
    directory.fields.push_back(field);
  }
  return directory;
}

std::optional<TiffLayout> tiff_layout(const std::filesystem::path& file, uint64_t file_bytes) {
  if constexpr (std::endian::native != std::endian::little) return {};
  TiffNumbers tiff(file);
  if (!tiff.little()) return {};
  const TiffDirectory d = tiff_directory(tiff);
  const uint64_t cols = d.value(256, 0), rows = d.value(257, 0), bands = d.value(277, 1);
  if (cols == 0 || rows == 0 || bands == 0 || cols > 1U << 28 || rows > 1U << 28 || bands > 4096) return {};
  if (d.value(266, 1) != 1 || d.value(262, 1) > 3) return {};  // bits from the other end of the byte; CMYK, YCbCr
  const uint64_t bits = d.value(258, 1), format = d.value(339, 1);
  const auto sample = sample_of(bits, format);
  if (!sample || !same_for_all(tiff, d.find(258), bits) || (d.find(339) && !same_for_all(tiff, d.find(339), format)))
    return {};

  TiffLayout layout;
  layout.sample = *sample;
  layout.rows = static_cast<int>(rows);
  layout.cols = static_cast<int>(cols);
  layout.bands = static_cast<int>(bands);
  layout.interleaved = bands > 1 && d.value(284, 1) == 1;
  layout.tiled = d.find(322) != nullptr;
  const uint64_t across = layout.tiled ? d.value(322, 0) : cols;
  const uint64_t down = layout.tiled ? d.value(323, 0) : std::min(rows, d.value(278, rows));
  if (across == 0 || down == 0 || across > 1U << 20 || down > 1U << 20) return {};
  layout.block_cols = static_cast<int>(across);
  layout.block_rows = static_cast<int>(down);
  if (across * down * static_cast<uint64_t>(layout.sample_bytes() * layout.channels()) > max_raw_block) return {};
  const uint64_t compression = d.value(259, 1), predictor = d.value(317, 1);
  if (compression == 1)
    layout.codec = TiffLayout::Codec::none;
  else if (compression == 8 || compression == 32946)
    layout.codec = TiffLayout::Codec::deflate;
  else if (compression == 50000)
    layout.codec = TiffLayout::Codec::zstd;
  else
    return {};
  layout.predictor = layout.codec == TiffLayout::Codec::none ? 1 : static_cast<int>(predictor);
  if (predictor < 1 || predictor > 3 || (layout.predictor == 3) != (layout.predictor > 1 && format == 3)) return {};

  const uint64_t blocks =
      static_cast<uint64_t>(layout.across()) * static_cast<uint64_t>(layout.down()) * (layout.interleaved ? 1 : bands);
  if (blocks > max_blocks) return {};
  auto offset = list(file, d.find(layout.tiled ? 324 : 273), blocks);
  auto bytes = list(file, d.find(layout.tiled ? 325 : 279), blocks);
  if (!offset || !bytes) return {};
  for (size_t i = 0; i < offset->size(); ++i)
    if ((*bytes)[i] == 0 || (*bytes)[i] > file_bytes || (*offset)[i] > file_bytes - (*bytes)[i]) return {};
  layout.offset = std::move(*offset);
  layout.bytes = std::move(*bytes);
  return layout;
}

}  // namespace fw
