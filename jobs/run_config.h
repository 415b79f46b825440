// What a run is asked to do: the configuration file, its region, and what the command line overrides.
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/config.h"
#include "core/evidence/disclosure.h"
#include "core/evidence/observation.h"
#include "core/evidence/report.h"
#include "core/geo/admin_units.h"
#include "core/risk/alert_rules.h"
#include "core/scene/catalogue.h"
#include "core/series/plan.h"

namespace fw {

/// A season of its own for admin units and all beneath them ([[unit_season]]).
struct UnitSeason {
  std::vector<std::string> pcodes;
  Season season;
};
/// Where people live and on which grid: config/regions/<name>.toml, or the table [region] of the run's own file.
struct Region {
  std::string name, title, iso3;
  Grid grid;
  std::vector<AdminUnits::Request> admin;  ///< one per level, coarse first; files beneath the input root
  std::optional<Season> season;
  std::optional<PhenologyRule> phenology;  ///< instead of a declared season: alarms are gated pixel by pixel
  std::vector<UnitSeason> unit_seasons;    ///< instead of the region's, for some units
};

/// How the result may be shared. The floors are compiled in (core/evidence/disclosure.h).
struct Privacy {
  std::string audience = "internal";  ///< internal, partner, public
  Audience level() const { return *parse_audience(audience); }
  int k = 5;
  std::string purpose = "early warning";        ///< reports given for nothing of the kind are not used
  std::map<std::string, std::string> defaults;  ///< terms of reports that neither row nor input states
};
inline constexpr int privacy_floor_k = 5;

/// How the likelihood of food insecurity is learnt: [food].
struct FoodConfig {
  std::string drivers = "food";      ///< name in config/risk/drivers
  std::vector<std::string> history;  ///< paths of [[observations]] that state phases
  std::filesystem::path model;       ///< written by `forewarn fit`; empty: learnt in the run
  std::set<int> leave_out;           ///< years that nothing is learnt of; where not stated: those of the run
};

struct RunConfig {
  std::string file, name, title;
  std::filesystem::path config_dir, input_root;
  std::string canonical;  ///< the configuration and the region as JSON: hashed into the manifest
  std::string
      canonical_without_audience;  ///< the same before --audience: steps that read no report do not depend on it
  const std::string& canonical_of(const std::string& step) const {
    return step == "catalogue" || step == "indicators" ? canonical_without_audience : canonical;
  }
  Region region;
  std::vector<ScanInput> inputs;
  std::vector<ReportInput> reports;
  std::string people;  ///< table of population and access per unit, beneath the input root; empty: both unknown
  std::vector<ObservationInput> observations;
  std::string registry;  ///< name in config/reporters; empty: no reporter is vouched for
  Cadence cadence = Cadence::dekad;
  Date from, to, reference_from, reference_to;
  int min_years = 5;
  double std_floor = 0.01;
  std::vector<std::string> indicators, layers;
  std::string rasters = "last";  ///< last, all, none: which periods of the analysis are written as rasters
  std::map<std::string, std::string> series_product;
  std::map<std::string, CompositeMethod> composites;  ///< series → method, instead of the indicators' own
  std::string cdi;  ///< version of the Combined Drought Indicator to map: "2021", "4"; empty: none
  std::string water_index = "MNDWI";
  BuiltUpModel built_up;
  int tile_size = 256, threads = 0, version = 1;
  size_t memory_bytes = size_t{1} << 30;
  std::optional<std::string> output;  ///< beneath the folder the program was started in
  std::optional<std::string> state;   ///< state folder, likewise; 'forewarn update' uses it
  std::optional<FoodConfig> food;     ///< empty: the famine layer is a declared curve
  Privacy privacy;
  std::map<std::string, double> layer_weights;  ///< for the order of attention over layers; sums to 1
  AlertSettings alerts;
  std::string alert_sender = "forewarn", alert_sender_name, alert_contact;  ///< of CAP drafts
  double threshold = 0.5;  ///< likelihood from which a unit is named in the summary
};

/// What the command line gives; empty or 0: as configured.
struct RunOverrides {
  std::string config_dir, input_root, memory, audience;
  int tile_size = 0, threads = -1;
};

/// Reads and checks everything that can be checked before work starts. Notices (normalised weights…) go to the report.
/// Errors: ConfigError with a code and the key.
RunConfig load_run_config(const std::string& file, const RunOverrides& overrides, RunReport& report);

/// One region from a table of a configuration. Used by load_run_config and by the tests.
Region read_region(const ConfigNode& node, const std::filesystem::path& input_root);

/// The plan of the pipeline for a run.
SeriesPlan series_plan(const RunConfig& config, const std::filesystem::path& scratch_dir);

/// "eth_drought-risk_2015-12_v01"
std::string raster_stem(const RunConfig& config, const std::string& layer, Period period);

}  // namespace fw
