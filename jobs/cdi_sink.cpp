#include "jobs/cdi_sink.h"

#include <algorithm>

namespace fw {
namespace {

constexpr uint8_t out_of_season = 9;  ///< config/classes/cdi.toml

// Planes of a dekad in the state: inputs that later dekads look back on, and what the pixels remember.
constexpr size_t kept_inputs = 3, kept_memory = 3, kept_planes = 4;
static_assert(sizeof(CdiMemory) == sizeof(float));
std::string name_of_kept(const RunConfig& config) { return "cdi/" + config.cdi; }

RasterSpec cdi_spec(const RunConfig& config, CdiVersion version, Period period) {
  RasterSpec spec;
  spec.stem = raster_stem(config, "cdi-" + config.cdi, period);
  spec.title = describe_version(version) + ", " + describe(period) + ", " + config.region.title;
  spec.grid = config.region.grid;
  spec.bands = {{"cdi", "class"}};
  spec.classes = load_class_scheme(config.config_dir.string(), "cdi");
  spec.layer = "cdi-" + config.cdi;
  spec.period = label(period);
  spec.first_day = to_string(first_day(period));
  spec.last_day = to_string(last_day(period));
  spec.metadata = {
      {"VERSION", describe_version(version)},
      {"PERIOD", label(period)},
      {"MEMORY", "from " + to_string(config.from) + " on, beginning without drought"},
      {"WORDING", "Nominal codes: never average or interpolate. Not an official activation"},
      {"SOURCE", "NDVI stands for fAPAR; thresholds and pairing of time of the European Drought Observatory"}};
  return spec;
}

}  // namespace

size_t CdiTiles::bytes_per_pixel(size_t targets) {
  return (targets + cdi_reach) * (4 * sizeof(float) + 2) + sizeof(CdiMemory);
}

CdiTiles::CdiTiles(Publication& publication, const RunConfig& config, const SeriesPlan& plan, bool soil,
                   FolderStore* store)
    : version_(config.cdi == "4" ? CdiVersion::v4 : CdiVersion::v2021),
      store_(store),
      kept_name_(name_of_kept(config)),
      first_(plan.analysis_from),
      targets_(static_cast<size_t>(plan.analysis_to.number - plan.analysis_from.number + 1)),
      soil_(soil) {
  const std::vector<std::string> order = {"rain_spi1", "rain_spi3", "sm_z", "ndvi_z"};
  for (const auto& i : plan.indicators) {
    const auto at = std::find(order.begin(), order.end(), i.id);
    input_.push_back(at == order.end() ? -1 : static_cast<int>(at - order.begin()));
  }
  for (size_t t = 0; t < targets_; ++t) {
    const bool wanted = config.rasters == "all" || (config.rasters == "last" && t + 1 == targets_);
    const Period period{first_.cadence, first_.number + static_cast<int>(t)};
    writers_.push_back(wanted ? publication.raster(cdi_spec(config, version_, period)) : nullptr);
  }
  // What the next update may have to begin with: late scenes, and what the first dekad it computes looks back on.
  keep_from_ = {first_.cadence, plan.analysis_to.number - late_periods - cdi_reach};
  const auto before = [&](int dekads) { return Period{first_.cadence, first_.number - dekads}; };
  while (store_ && earlier_ < cdi_reach && store_->has_planes(kept_name_, before(earlier_ + 1))) ++earlier_;
  for (int k = 1; store_ && before(k) >= keep_from_; ++k)
    if (store_->has_planes(kept_name_, before(k))) store_->keep_planes(kept_name_, before(k));
}

CdiTiles::Tile& CdiTiles::tile(const Window& window) {
  const std::lock_guard lock(mutex_);
  auto& found = tiles_[{window.row, window.col}];
  if (!found) {
    found = std::make_unique<Tile>();
    const size_t cells = (static_cast<size_t>(earlier_) + targets_) * window.pixels();
    found->planes.earlier = earlier_;
    for (auto* plane : {&found->planes.spi1, &found->planes.spi3, &found->planes.soil_z, &found->planes.green_z})
      plane->assign(cells, nan_f());
    found->off_season.assign(targets_ * window.pixels(), 0);
  }
  return *found;
}

void CdiTiles::ungated(size_t indicator, size_t target, const Window& window, const float* value) {
  if (input_[indicator] < 0) return;
  CdiPlanes& planes = tile(window).planes;
  std::vector<float>* const all[] = {&planes.spi1, &planes.spi3, &planes.soil_z, &planes.green_z};
  std::copy_n(value, window.pixels(),
              all[input_[indicator]]->begin() +
                  static_cast<ptrdiff_t>((static_cast<size_t>(earlier_) + target) * window.pixels()));
}

void CdiTiles::reason(size_t indicator, size_t target, const Window& window, const uint8_t* reason) {
  if (input_[indicator] != 3) return;
  uint8_t* off = tile(window).off_season.data() + target * window.pixels();
  for (size_t i = 0; i < window.pixels(); ++i) off[i] = reason[i] == static_cast<uint8_t>(Reason::not_in_season);
}

void CdiTiles::take_up(const Window& window, CdiPlanes& planes, std::vector<CdiMemory>& memory) const {
  std::vector<float>* const inputs[kept_inputs] = {&planes.spi1, &planes.spi3, &planes.soil_z};
  for (int k = 0; k < earlier_; ++k)
    for (size_t i = 0; i < kept_inputs; ++i)
      store_->load_plane(kept_name_, {first_.cadence, first_.number - earlier_ + k}, i, window,
                         inputs[i]->data() + static_cast<size_t>(k) * window.pixels());
  if (earlier_ > 0)
    store_->load_plane(kept_name_, {first_.cadence, first_.number - 1}, kept_memory, window, memory.data());
}

void CdiTiles::leave(const Window& window, int dekad, const CdiPlanes& planes, const std::vector<CdiMemory>& memory) {
  const Period period{first_.cadence, first_.number + dekad};
  if (!store_ || period < keep_from_) return;
  const std::vector<float>* const inputs[kept_inputs] = {&planes.spi1, &planes.spi3, &planes.soil_z};
  for (size_t i = 0; i < kept_inputs; ++i)
    store_->keep_plane(kept_name_, period, kept_planes, i, window,
                       inputs[i]->data() + static_cast<size_t>(earlier_ + dekad) * window.pixels());
  store_->keep_plane(kept_name_, period, kept_planes, kept_memory, window, memory.data());
}

void CdiTiles::tile_done(const Window& window) {
  Tile& of = tile(window);
  const size_t n = window.pixels();
  std::vector<CdiMemory> memory(n);
  take_up(window, of.planes, memory);
  std::vector<uint8_t> codes = run_cdi(version_, first_, static_cast<int>(targets_), of.planes, memory,
                                       [&](int dekad) { leave(window, dekad, of.planes, memory); });
  if (!soil_) std::fill(codes.begin(), codes.end(), cdi_not_assessed);
  for (size_t k = 0; k < codes.size(); ++k)
    if (of.off_season[k]) codes[k] = out_of_season;
  for (size_t t = 0; t < targets_; ++t)
    if (writers_[t]) writers_[t]->write(window, codes.data() + t * n);
  const std::lock_guard lock(mutex_);
  tiles_.erase({window.row, window.col});
}

void check_cdi_state(const RunConfig& config, const SeriesPlan& plan, const StoredSpan& stored,
                     const FolderStore& store) {
  if (config.cdi.empty()) return;
  const std::string full_run = " To compute everything anew: 'forewarn run' with --state and --overwrite.";
  if (!store.has_planes(name_of_kept(config), stored.to))
    throw InputError("STATE_MEASURE",
                     "The state was made without cdi = \"" + config.cdi + "\", whose memory it would need." + full_run);
  if (plan.analysis_from != stored.from)
    throw InputError("STATE_MEASURE",
                     "The memory of the Combined Drought Indicator begins with the analysis, in the "
                     "state with " +
                         label(stored.from) + ", here with " + label(plan.analysis_from) + "." + full_run);
}

}  // namespace fw
