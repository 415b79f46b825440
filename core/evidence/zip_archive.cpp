#include "core/evidence/zip_archive.h"

#include <zip.h>
#include <zlib.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fw {
namespace {

constexpr size_t most_entries = 4096, most_times = 1000, small_enough = 1 << 20;

struct CloseFile {
  void operator()(zip_file_t* f) const { zip_fclose(f); }
};

[[noreturn]] void too_large(const std::string& what) {
  throw InputError("TOO_LARGE", what + " unpacks to more than is read. Split the file.");
}

}  // namespace

struct ZipArchive::Impl {
  zip_t* zip = nullptr;
  ~Impl() {
    if (zip) zip_discard(zip);
  }
};

bool is_zip(std::string_view bytes) { return bytes.substr(0, 4) == std::string_view("PK\x03\x04", 4); }
bool is_gzip(std::string_view bytes) { return bytes.substr(0, 2) == "\x1F\x8B"; }

ZipArchive::ZipArchive(std::string_view bytes) : impl_(std::make_unique<Impl>()) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  if (source) impl_->zip = zip_open_from_source(source, ZIP_RDONLY, &error);
  if (source && !impl_->zip) zip_source_free(source);
  zip_error_fini(&error);
  if (!impl_->zip)
    throw InputError("ZIP_INVALID", "The file starts as a ZIP file and cannot be opened as one. Is it whole?");
  const zip_int64_t n = zip_get_num_entries(impl_->zip, 0);
  if (n > static_cast<zip_int64_t>(most_entries))
    throw InputError("TOO_LARGE", "The ZIP file has more than " + std::to_string(most_entries) + " entries.");
  for (zip_int64_t i = 0; i < n; ++i) {
    const char* name = zip_get_name(impl_->zip, static_cast<zip_uint64_t>(i), ZIP_FL_ENC_GUESS);
    names_.emplace_back(name ? name : "");
  }
}

ZipArchive::~ZipArchive() = default;

bool ZipArchive::has(const std::string& name) const {
  return std::find(names_.begin(), names_.end(), name) != names_.end();
}

std::string ZipArchive::read(const std::string& name, size_t limit_bytes) const {
  const auto invalid = [&](const char* why) {
    return InputError("ZIP_INVALID",
                      "The part " + printable(name, 60) + " of the ZIP file " + why + ". Save it again.");
  };
  if (std::count(names_.begin(), names_.end(), name) != 1) throw invalid(has(name) ? "is there twice" : "is missing");
  const auto at = static_cast<zip_uint64_t>(std::find(names_.begin(), names_.end(), name) - names_.begin());
  zip_stat_t stat;
  if (zip_stat_index(impl_->zip, at, 0, &stat) != 0) throw invalid("cannot be read");
  if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) && stat.encryption_method != ZIP_EM_NONE) throw invalid("is encrypted");
  const std::unique_ptr<zip_file_t, CloseFile> file(zip_fopen_index(impl_->zip, at, 0));
  if (!file) throw invalid("cannot be unpacked");
  const size_t packed = (stat.valid & ZIP_STAT_COMP_SIZE) ? stat.comp_size : 0;
  const size_t limit = std::min(limit_bytes, std::max(small_enough, packed * most_times));
  std::string out;
  std::vector<char> block(1 << 16);
  for (;;) {
    const zip_int64_t got = zip_fread(file.get(), block.data(), block.size());
    if (got < 0) throw invalid("is damaged");
    if (got == 0) break;
    out.append(block.data(), static_cast<size_t>(got));
    if (out.size() > limit) too_large("The part " + printable(name, 60) + " of the ZIP file");
  }
  return out;
}

std::string unpack_gzip(std::string_view bytes, size_t limit_bytes) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) throw InputError("GZIP_INVALID", "gzip cannot be unpacked here.");
  const std::unique_ptr<z_stream, int (*)(z_streamp)> end(&stream, inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  std::vector<char> block(1 << 16);
  int state = Z_OK;
  while (state == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    state = inflate(&stream, Z_NO_FLUSH);
    out.append(block.data(), block.size() - stream.avail_out);
    if (out.size() > limit_bytes) too_large("The gzip file");
  }
  if (state != Z_STREAM_END || stream.avail_in != 0)
    throw InputError("GZIP_INVALID", "The gzip file is damaged, cut, or holds more than one part. Pack it again.");
  return out;
}

}  // namespace fw
