// Scenes found in folders: what each is, where its bands lie, how its numbers become physical. Written as
// catalogue.json.
#pragma once
#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/date.h"
#include "core/base/error.h"
#include "core/geo/grid.h"
#include "core/scene/product.h"

namespace fw {

class ScanMemory;

/// One band of one scene, resolved: nothing is left to guess at read time.
struct SceneBand {
  std::string file;  ///< relative to the catalogue's root
  std::string sha256, driver, subdataset;
  int band = 1;
  double scale = 1, offset = 0;  ///< physical = DN * scale + offset (Sentinel-2 baseline resolved)
  std::optional<double> fill;    ///< DN
  double valid_min = -std::numeric_limits<double>::infinity(), valid_max = std::numeric_limits<double>::infinity();
  std::string unit = "1";
  Resampling resampling = Resampling::bilinear;
  Grid grid;
};

/// One acquisition of one product.
struct Scene {
  std::string id, product;
  DateTime time;
  int days = 0;  ///< that its values add up, from the day of `time` on; 0: the product does not say
  std::map<std::string, SceneBand> bands;  ///< by role
  std::optional<SceneBand> qa;
  std::vector<QaRule> qa_rules;
  std::string baseline;  ///< processing baseline where the product has one ("04.00")
  std::vector<std::string>
      flags;  ///< OFFSET_APPLIED, RESAMPLED, SOUTH_UP, NODATA_IGNORED, DATE_GIVEN, ID_FROM_NAME …; sorted
  std::map<std::string, std::string> metadata_files;  ///< what the scale was read from: relative file → sha256
};

struct Catalogue {
  std::string root;           ///< absolute input root; not written into catalogue.json (it differs between machines)
  std::vector<Scene> scenes;  ///< by time, then product, then id
  std::vector<Rejection> rejections;
};

struct ScanInput {
  std::string product;             ///< id in config/products
  std::vector<std::string> paths;  ///< files or folders, relative to the root
  std::string dates_csv = {};      ///< for stacks: CSV with columns band,date; relative to the root
  std::string qa = {};  ///< for stacks: a mask stack with a band per scene, same dates and extent; relative to the root
  std::map<std::string, std::string> roles =
      {};  ///< role → replaces the product's role name (generic stack: value → ndvi)
  std::optional<double> scale = {},
                        offset =
                            {};  ///< replace what product and file say (a person's word), for all bands but quality
  std::string date = {};         ///< ISO date of files that state none (flag DATE_GIVEN)
  std::string crs = {};          ///< CRS of files that declare none (flag CRS_STATED)
  std::string unit = {};         ///< replaces the product's unit when not empty
};
struct ScanRequest {
  std::string config_dir;
  std::filesystem::path root;
  std::vector<ScanInput> inputs;
  std::optional<Grid> near;    ///< region grid
  std::optional<Date> latest;  ///< scenes after it are TIME_INVALID (the run's `to`, or today given by the job)
  std::map<std::string, std::string>
      expected_sha256;                ///< by relative file (from a manifest); mismatch is HASH_MISMATCH
  const ScanMemory* known = nullptr;  ///< of an earlier scan: files that did not change since are not read
  ScanMemory* next = nullptr;         ///< gets what this scan may pass on
  int threads = 0;                    ///< 0: all
};

/// Finds scenes. Everything unusable is a Rejection (stage "scan"), never an exception; same bytes twice: the second is
/// DUPLICATE; the same acquisition twice with another baseline: the newest baseline stays (SUPERSEDED). The result does
/// not depend on the order in which the file system lists files. Errors: ConfigError for unknown products, paths
/// outside the root; InputError NO_SCENES when nothing at all is usable.
Catalogue scan(const ScanRequest& request, RunReport& report);

/// The text of catalogue.json, without the root.
std::string catalogue_json(const Catalogue& catalogue);
/// `root` becomes the catalogue's root. Errors: InputError CATALOGUE_INVALID, CATALOGUE_VERSION.
Catalogue load_catalogue(const std::filesystem::path& file, const std::filesystem::path& root = {});
/// The same of a text that is had by text(), called `file` where it is wrong.
Catalogue parse_catalogue(const std::function<std::string()>& text, const std::string& file,
                          const std::filesystem::path& root);

}  // namespace fw
