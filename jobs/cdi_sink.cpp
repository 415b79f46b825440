#include "jobs/cdi_sink.h"

#include <algorithm>

namespace fw {
namespace {

constexpr uint8_t out_of_season = 9;  ///< config/classes/cdi.toml

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

size_t CdiTiles::bytes_per_pixel(size_t targets) { return targets * (4 * sizeof(float) + 2) + sizeof(CdiMemory); }

CdiTiles::CdiTiles(Publication& publication, const RunConfig& config, const SeriesPlan& plan, bool soil)
    : version_(config.cdi == "4" ? CdiVersion::v4 : CdiVersion::v2021),
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
}

CdiTiles::Tile& CdiTiles::tile(const Window& window) {
  const std::lock_guard lock(mutex_);
  auto& found = tiles_[{window.row, window.col}];
  if (!found) {
    found = std::make_unique<Tile>();
    const size_t cells = targets_ * window.pixels();
    for (auto* plane : {&found->planes.spi1, &found->planes.spi3, &found->planes.soil_z, &found->planes.green_z})
      plane->assign(cells, nan_f());
    found->off_season.assign(cells, 0);
  }
  return *found;
}

void CdiTiles::ungated(size_t indicator, size_t target, const Window& window, const float* value) {
  if (input_[indicator] < 0) return;
  CdiPlanes& planes = tile(window).planes;
  std::vector<float>* const all[] = {&planes.spi1, &planes.spi3, &planes.soil_z, &planes.green_z};
  std::copy_n(value, window.pixels(),
              all[input_[indicator]]->begin() + static_cast<ptrdiff_t>(target * window.pixels()));
}

void CdiTiles::reason(size_t indicator, size_t target, const Window& window, const uint8_t* reason) {
  if (input_[indicator] != 3) return;
  uint8_t* off = tile(window).off_season.data() + target * window.pixels();
  for (size_t i = 0; i < window.pixels(); ++i) off[i] = reason[i] == static_cast<uint8_t>(Reason::not_in_season);
}

void CdiTiles::tile_done(const Window& window) {
  const Tile& of = tile(window);
  const size_t n = window.pixels();
  std::vector<uint8_t> codes(targets_ * n, cdi_not_assessed);
  if (soil_) codes = run_cdi(version_, first_, static_cast<int>(targets_), n, of.planes);
  for (size_t k = 0; k < codes.size(); ++k)
    if (of.off_season[k]) codes[k] = out_of_season;
  for (size_t t = 0; t < targets_; ++t)
    if (writers_[t]) writers_[t]->write(window, codes.data() + t * n);
  const std::lock_guard lock(mutex_);
  tiles_.erase({window.row, window.col});
}

}  // namespace fw
