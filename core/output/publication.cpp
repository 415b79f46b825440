#include "core/output/publication.h"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <mutex>

#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/output/adopted_raster.h"
#include "core/output/atomic_file.h"
#include "core/output/class_tables.h"
#include "core/output/cog.h"
#include "core/output/geopackage.h"
#include "core/output/manifest.h"
#include "core/output/qml.h"
#include "core/output/raster_index.h"
#include "core/output/stac.h"
#include "core/output/staged_pixels.h"
#include "core/output/staging.h"

namespace fw {
namespace fs = std::filesystem;
namespace {

class StagedRasterWriter final : public RasterWriter {
 public:
  StagedRasterWriter(const RasterSpec& raster_spec, const fs::path& folder)
      : spec(raster_spec),
        pixels(folder, raster_spec.grid, static_cast<int>(raster_spec.bands.size()),
               raster_spec.classes ? StagedPixels::Type::byte : StagedPixels::Type::float32,
               static_cast<uint8_t>(raster_spec.classes ? raster_spec.classes->nodata : 0)) {}

  void write(int band, const Window& window, const float* values) override {
    FW_EXPECT(!finished, "the raster is finished");
    pixels.write_rounded(band, window, values, spec.mantissa_bits);
  }
  using RasterWriter::write;
  void write(int band, const Window& window, const uint8_t* values) override {
    FW_EXPECT(!finished, "the raster is finished");
    pixels.write(band, window, values);
  }

  const RasterSpec spec;
  StagedPixels pixels;
  std::atomic<bool> finished = false;
};

/// Opened for every write: a publication may have more files than a process may hold open.
class StagedFileWriter final : public FileWriter {
 public:
  StagedFileWriter(fs::path temporary_file, std::string file_name, uintmax_t bytes)
      : path(std::move(temporary_file)), name(std::move(file_name)), size(bytes) {
    create_file(path, size);
  }
  using FileWriter::write;
  void write(std::span<const FilePiece> pieces) override {
    for (const FilePiece& p : pieces) FW_EXPECT(p.offset + p.count <= size, "beyond the end of " + name);
    write_into(path, pieces);
  }
  const fs::path path;
  const std::string name;
  const uintmax_t size;
};

void check_spec(const RasterSpec& spec) {
  FW_EXPECT(is_safe_id(spec.stem), "'" + spec.stem + "' is not a safe stem");
  FW_EXPECT(!spec.bands.empty(), "a raster needs a band");
  FW_EXPECT(spec.mantissa_bits >= 1 && spec.mantissa_bits <= 23, "mantissa bits are 1..23");
  if (!spec.classes) return;
  FW_EXPECT(spec.classes->nodata >= 0 && spec.classes->nodata <= 255 && !spec.classes->find(spec.classes->nodata),
            "no-data must be a Byte and no class");
  for (const auto& e : spec.classes->classes) FW_EXPECT(e.value >= 0 && e.value <= 255, "class values are Bytes");
}

/// A class raster may hold nothing that its legend does not name.
void check_classes(const RasterSpec& spec, const BandStatistics& statistics) {
  for (int v = 0; v < 256; ++v)
    FW_EXPECT(statistics.counts[static_cast<size_t>(v)] == 0 || v == spec.classes->nodata || spec.classes->find(v),
              spec.stem + " holds the value " + std::to_string(v) + ", which is no class");
}

}  // namespace

struct Publication::Impl {
  explicit Impl(const Options& options) : staging(options.folder, options.overwrite) {}

  Staging staging;
  mutable std::mutex mutex;  ///< guards what follows
  std::vector<FileRecord> records;
  std::vector<std::shared_ptr<StagedRasterWriter>>
      writers;  ///< in the order they were asked for; position is the index
  std::vector<PublishedRaster> rasters;
  std::vector<std::shared_ptr<BlockRaster>> block_rasters;
  std::vector<std::string> order;  ///< stems in the order they were asked for
  bool done = false;

  fs::path temporary(const std::string& name) const {
    std::string flat = name;
    std::replace(flat.begin(), flat.end(), '/', '+');
    return staging.temporary() / flat;
  }
  void expect_open() const { FW_EXPECT(!done, "the publication is finished"); }
  void reserve(const std::string& stem) {
    std::lock_guard lock(mutex);
    expect_open();
    FW_EXPECT(std::find(order.begin(), order.end(), stem) == order.end(), "raster '" + stem + "' twice");
    order.push_back(stem);
  }
  /// Takes a finished file in. sha256 as computed while verifying, or empty.
  FileRecord accept(const fs::path& file, const std::string& name, std::string sha256) {
    {
      std::lock_guard lock(mutex);
      for (const auto& r : records) FW_EXPECT(r.path != name, "file '" + name + "' twice");
    }
    if (sha256.empty()) sha256 = sha256_of_file(file);
    const FileRecord record{name, std::move(sha256), fs::file_size(file)};
    staging.accept(file, name);
    std::lock_guard lock(mutex);
    records.push_back(record);
    return record;
  }
  FileRecord put_text(const std::string& name, const std::string& content) {
    const fs::path file = temporary(name);
    write_file_compared(file, content);
    return accept(file, name, sha256_of(content));
  }
  void adopt(const RasterSpec& spec, const fs::path& tif, const std::vector<FileRecord>& listed);
  void finish_raster(StagedRasterWriter& writer);
  void finish_open_rasters() {
    std::vector<std::shared_ptr<StagedRasterWriter>> open;
    {
      std::lock_guard lock(mutex);
      open = writers;
    }
    tbb::parallel_for(size_t{0}, open.size(), [&](size_t i) {
      if (!open[i]->finished) finish_raster(*open[i]);
    });
  }
  void finish_block_rasters() {
    tbb::parallel_for(size_t{0}, block_rasters.size(), [&](size_t i) {
      const std::string name = block_rasters[i]->spec().stem + ".tif";
      block_rasters[i]->verify();
      accept(temporary(name), name, "");
    });
    block_rasters.clear();
  }
  std::vector<PublishedRaster> rasters_in_order() const {
    std::vector<PublishedRaster> sorted;
    for (const auto& stem : order)
      for (const auto& r : rasters)
        if (r.spec.stem == stem) sorted.push_back(r);
    return sorted;
  }
  std::string last_day() const {
    std::lock_guard lock(mutex);
    std::string last = "2000-01-01";
    for (const auto& w : writers) last = std::max(last, w->spec.last_day);
    for (const auto& r : rasters) last = std::max(last, r.spec.last_day);
    return last;
  }
};

void Publication::Impl::finish_raster(StagedRasterWriter& writer) {
  FW_EXPECT(!writer.finished.exchange(true), "the raster is finished");
  const RasterSpec& spec = writer.spec;
  PublishedRaster raster{spec, {}, {}};
  const std::string name = spec.stem + ".tif";
  std::string sha256;
  // A thread that waits for blocks of this raster begins no other one.
  tbb::this_task_arena::isolate([&] {
    for (int b = 1; b <= writer.pixels.bands(); ++b) raster.statistics.push_back(compute_statistics(writer.pixels, b));
    for (const auto& band : raster.statistics)
      if (spec.classes) check_classes(spec, band);
    sha256 = write_cog(temporary(name), spec, writer.pixels, raster.statistics);
  });
  remember_statistics(sha256, raster.statistics);
  raster.files.push_back(accept(temporary(name), name, sha256));
  raster.files.push_back(put_text(spec.stem + ".qml", raster_qml(spec)));
  if (spec.classes) {
    raster.files.push_back(put_text(name + ".aux.xml", class_aux_xml(spec, raster.statistics)));
    if (raster.statistics.size() == 1)
      raster.files.push_back(put_text(name + ".vat.dbf", class_vat_dbf(spec, raster.statistics[0].counts)));
  }
  std::lock_guard lock(mutex);
  rasters.push_back(std::move(raster));
  std::erase_if(writers, [&](const auto& w) { return w.get() == &writer; });
}

Publication::Publication(const Options& options) : impl_(std::make_unique<Impl>(options)) {}
Publication::~Publication() = default;

std::shared_ptr<RasterWriter> Publication::raster(const RasterSpec& spec) {
  check_spec(spec);
  impl_->reserve(spec.stem);
  auto writer = std::make_shared<StagedRasterWriter>(spec, impl_->staging.temporary());
  std::lock_guard lock(impl_->mutex);
  impl_->writers.push_back(writer);
  return writer;
}

std::shared_ptr<BlockRaster> Publication::blocks(const BlockRasterSpec& spec) {
  FW_EXPECT(is_safe_id(spec.stem), "'" + spec.stem + "' is not a safe stem");
  impl_->reserve(spec.stem);
  auto raster = std::make_shared<BlockRaster>(impl_->temporary(spec.stem + ".tif"), spec);
  std::lock_guard lock(impl_->mutex);
  impl_->block_rasters.push_back(raster);
  return raster;
}

fs::path Publication::finish_raster(const std::shared_ptr<RasterWriter>& writer) {
  const auto ours = std::dynamic_pointer_cast<StagedRasterWriter>(writer);
  FW_EXPECT(ours != nullptr, "not a writer of this publication");
  impl_->finish_raster(*ours);
  return impl_->staging.path() / (ours->spec.stem + ".tif");
}

void Publication::finish_rasters() {
  impl_->expect_open();
  impl_->finish_open_rasters();
}

void Publication::Impl::adopt(const RasterSpec& spec, const fs::path& tif, const std::vector<FileRecord>& listed) {
  PublishedRaster raster = read_published_raster(spec, tif, listed);
  for (auto& file : raster.files) {
    const fs::path copy = temporary(file.path);
    copy_published(tif.parent_path(), file, copy);
    file = accept(copy, file.path, file.sha256);
  }
  std::lock_guard lock(mutex);
  rasters.push_back(std::move(raster));
}

void Publication::adopt(const RasterSpec& spec, const fs::path& tif) {
  check_spec(spec);
  impl_->reserve(spec.stem);
  impl_->adopt(spec, tif, load_manifest_outputs(tif.parent_path()));
}

void Publication::adopt_all(const fs::path& folder) {
  const std::vector<RasterSpec> specs = load_raster_index(folder);
  for (const auto& spec : specs) {
    check_spec(spec);
    impl_->reserve(spec.stem);
  }
  const std::vector<FileRecord> listed = load_manifest_outputs(folder);
  tbb::parallel_for(size_t{0}, specs.size(),
                    [&](size_t i) { impl_->adopt(specs[i], folder / (specs[i].stem + ".tif"), listed); });
}

void Publication::text(const std::string& name, const std::string& content) {
  impl_->expect_open();
  FW_EXPECT(is_publishable_name(name), "'" + name + "' is not a name for a published file");
  impl_->put_text(name, content);
}

std::shared_ptr<FileWriter> Publication::file(const std::string& name, uintmax_t bytes) {
  impl_->expect_open();
  FW_EXPECT(is_publishable_name(name), "'" + name + "' is not a name for a published file");
  return std::make_shared<StagedFileWriter>(impl_->temporary(name), name, bytes);
}

void Publication::finish_file(const std::shared_ptr<FileWriter>& writer) {
  const auto ours = std::dynamic_pointer_cast<StagedFileWriter>(writer);
  FW_EXPECT(ours != nullptr, "not a writer of this publication");
  impl_->accept(ours->path, ours->name, "");
}

void Publication::keep(const fs::path& folder, const FileRecord& record) {
  impl_->expect_open();
  FW_EXPECT(is_publishable_name(record.path), "'" + record.path + "' is not a name for a published file");
  impl_->staging.link(folder / record.path, record.path, record.sha256);
  std::lock_guard lock(impl_->mutex);
  impl_->records.push_back(record);
}

void Publication::geopackage(const std::string& name, const AdminUnits& units, const std::vector<UnitTable>& tables,
                             const ClassScheme& classes) {
  geopackage(name, shapes_of(units), tables, classes);
}

void Publication::geopackage(const std::string& name, const LayerShapes& shapes, const std::vector<UnitTable>& tables,
                             const ClassScheme& classes) {
  impl_->expect_open();
  FW_EXPECT(is_publishable_name(name), "'" + name + "' is not a name for a published file");
  write_geopackage(impl_->temporary(name), shapes, tables, classes, impl_->last_day());
  impl_->accept(impl_->temporary(name), name, "");
}

void Publication::stac(const std::string& collection_id, const std::string& title,
                       const std::map<std::string, std::string>& properties) {
  impl_->expect_open();
  impl_->finish_open_rasters();
  const StacCollection collection{collection_id, title, properties};
  const auto rasters = impl_->rasters_in_order();
  std::vector<FileRecord> other;
  for (const auto& record : files()) {
    const bool of_raster = std::any_of(rasters.begin(), rasters.end(), [&](const PublishedRaster& r) {
      return std::any_of(r.files.begin(), r.files.end(), [&](const FileRecord& f) { return f.path == record.path; });
    });
    if (!of_raster) other.push_back(record);
  }
  tbb::parallel_for(size_t{0}, rasters.size(), [&](size_t i) {
    impl_->put_text("items/" + rasters[i].spec.stem + ".json", stac_item_json(rasters[i], collection));
  });
  impl_->put_text("collection.json", stac_collection_json(rasters, other, collection));
}

std::vector<FileRecord> Publication::files() const {
  std::lock_guard lock(impl_->mutex);
  auto sorted = impl_->records;
  std::sort(sorted.begin(), sorted.end(), [](const FileRecord& a, const FileRecord& b) { return a.path < b.path; });
  return sorted;
}

void Publication::flush_ahead() { impl_->staging.flush_ahead(); }

fs::path Publication::scratch() const { return impl_->staging.temporary(); }

void Publication::finish(const ManifestInfo& manifest) {
  impl_->expect_open();
  impl_->finish_open_rasters();
  impl_->finish_block_rasters();
  std::vector<RasterSpec> specs;
  for (const auto& r : impl_->rasters_in_order()) specs.push_back(r.spec);
  impl_->put_text("rasters.json", raster_index_json(specs));
  const fs::path file = impl_->temporary("manifest.json");
  write_file_compared(file, manifest_json(manifest, files()));
  impl_->staging.accept(file, "manifest.json");
  impl_->staging.publish();
  impl_->done = true;
}

}  // namespace fw
