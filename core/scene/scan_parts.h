// The steps of scan(), in order: files -> scenes of one product (by layout) -> duplicates. Only core/scene includes
// this.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/geo/open_scene.h"
#include "core/scene/catalogue.h"
#include "core/scene/scaling.h"

namespace fw::scan_parts {

/// A file that belongs to a product by its name.
struct FoundFile {
  std::string relative;      ///< with '/', beneath the root
  std::string name, folder;  ///< last part; the rest
};

/// One input and its product, while it is scanned.
struct Task {
  const ScanRequest& request;
  const ScanInput& input;
  const Product& product;
  std::vector<Rejection>& rejections;
  std::vector<Scene>& scenes;
  std::string basis;  ///< hash of all that a scene depends on but its files; empty where nothing is remembered
  void reject(const std::string& item, const std::string& code, const std::string& detail) const;
};

/// Task::basis.
std::string basis_of(const ScanRequest& request, const ScanInput& input);
/// Adds the scenes of `files`: those remembered, if no file changed, else what `read` adds to the task.
/// item: the name that rejections of these files bear.
void scan_or_recall(const Task& task, const std::string& item, const std::vector<std::string>& files,
                    const std::function<void()>& read);

/// Refused: what no person should have to look at again (formats, paths); the rest is kept aside.
Verdict verdict_of(const std::string& code);

/// Files of the input's paths that match the product, sorted, each once. Symbolic links to folders are not followed,
/// those to files only while they stay beneath the root. Rejections: NO_FILES, NAME_INVALID, PATH_OUTSIDE_ROOT, and the
/// product's refusals.
std::vector<FoundFile> find_files(const Task& task);

/// Open rasters of one scene: each file (and sub-dataset) once.
class OpenFiles {
 public:
  explicit OpenFiles(const Task& task) : task_(task) {}
  /// Errors: whatever open_scene throws; SUBDATASET_MISSING, BAND_AMBIGUOUS when `subdataset` ends several names.
  SceneFile& open(const FoundFile& file, const std::string& subdataset);
  SceneFile& open(const SceneBand& band);
  /// Whole name of the only sub-dataset that ends so; empty when there is none.
  std::string find_subdataset(const FoundFile& file, const std::string& ending);

 private:
  OpenRequest request_for(const FoundFile& file) const;
  const Task& task_;
  std::map<std::pair<std::string, std::string>, SceneFile> open_;
  std::map<std::string, std::vector<std::string>> subdatasets_;
};

/// Band of the file that the product means; 0 when there is none. Errors: BAND_AMBIGUOUS.
int find_band(const RasterInfo& info, const BandSpec& spec);

/// Everything of a SceneBand but its scaling.
SceneBand make_band(const FoundFile& file, const std::string& subdataset, const RasterInfo& info, int band,
                    const BandSpec& spec);

/// What the band's numbers mean: scaling by the person's word, else by the product's rule. The product's saturated DN,
/// where it is the largest of the file's type, says that the sensor saw more than it can tell: valid are those below
/// it.
void set_scaling(const Task& task, const BandSpec& spec, const BandInfo& info, const ScaleFacts& facts,
                 SceneBand& band);

/// Errors: QA_NODATA where the quality band declares as no-data a number that its rules call clear: nothing clear would
/// be left.
void check_quality(const QaSpec& spec, const BandInfo& info);

/// Bands of one file and grid, which are read together.
struct BandsOfFile {
  const SceneBand* first;
  std::vector<std::string> roles;
  std::vector<int> bands;
};
std::vector<BandsOfFile> bands_by_file(const Scene& scene, const std::function<bool(const std::string& role)>& wanted);

/// Bands of one scene on one extent (half a cell), whatever their resolution. Errors: GRID_MISMATCH.
void check_extents(const Scene& scene);
/// Errors: SATURATED when more than 5 % of a required band's valid pixels have the product's saturated DN (of files
/// beyond a million pixels: those of a regular sample of blocks).
void check_saturation(const Task& task, const Scene& scene, OpenFiles& files);

/// Reflectance whose numbers are mostly of another size than they should be. In floating point: DN where the product
/// says 0..1, or the other way round; by a person's scale and offset: beyond what the product calls plausible, so that
/// all would be no value. Errors: SCALE_IMPLAUSIBLE.
void check_scale(const Task& task, const Scene& scene, OpenFiles& files);

/// Where the time of a scene may come from.
struct TimeSources {
  std::string name, folder;
  const std::map<std::string, std::string>* metadata = nullptr;
};
/// Sets scene.time. Errors: TIME_MISSING, TIME_INVALID, TIME_IMPLAUSIBLE.
void set_time(const Task& task, const TimeSources& sources, Scene& scene);
/// Errors: TIME_INVALID (after `latest`), TIME_IMPLAUSIBLE (before the launch).
void check_time(const Task& task, const DateTime& time);
/// Times of the bands of a stack by csv, netcdf-time or description; nothing where a band says none that can be read.
std::vector<std::optional<DateTime>> stack_times(const Task& task, const RasterInfo& info, bool with_csv);

/// All of a grid, as one line.
std::string text_of(const Grid& grid);

/// A safe id out of a name: letters, digits, . _ -, at most 100 bytes.
std::string id_from_text(std::string_view text);
std::string stem_of(const std::string& name);

/// Layouts. Each adds scenes and rejections.
void scan_files(const Task& task, const std::vector<FoundFile>& files);
void scan_single(const Task& task, const std::vector<FoundFile>& files);
void scan_stack(const Task& task, const std::vector<FoundFile>& files);

/// Drops DUPLICATE and SUPERSEDED scenes, makes ids unique, sorts by time.
void settle(const std::map<std::string, Product>& products, std::vector<Scene>& scenes,
            std::vector<Rejection>& rejections);

}  // namespace fw::scan_parts
