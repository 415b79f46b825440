// The cases of smoothing, standardised indices, climatologies, seasons and composites of bands.
#include "every_op.h"

namespace fw::sample {
namespace {

template <class Real>
std::vector<Real> scaled(const Plane<float>& x, float factor, float shift) {
  std::vector<Real> out;
  out.reserve(x.size());
  for (const float v : x) out.push_back(static_cast<Real>(v * factor + shift));
  return out;
}

template <class Real>
Whittaker<Real> whittaker(Memory& m, const Inputs& in, LambdaChoice choice, double p, bool robust) {
  return {m.in(scaled<Real>(in.x, 1.0f, 0.0f)),
          m.in(in.reason),
          in.times,
          in.pixels,
          choice,
          10.0,
          {0.0, 0.2, 16, robust},
          p,
          robust,
          5,
          3,
          2,
          m.out<Real>("out", in.x.size()),
          m.out<uint8_t>("reason", in.x.size()),
          m.out<uint8_t>("flags", in.x.size()),
          m.out<float>("lambda", in.pixels),
          m.out<float>("lag1", in.pixels),
          m.out<uint16_t>("valid", in.pixels),
          m.out<uint16_t>("longest gap", in.pixels)};
}
template <class Real>
SavitzkyGolay<Real> savitzky_golay(Memory& m, const Inputs& in) {
  return {m.in(scaled<Real>(in.x, 1.0f, 0.0f)),
          m.in(in.reason),
          in.times,
          in.pixels,
          5,
          2,
          5,
          3,
          m.out<Real>("out", in.x.size()),
          m.out<uint8_t>("reason", in.x.size()),
          m.out<uint8_t>("flags", in.x.size())};
}
template <class Real>
StandardizedIndex<Real> standardized_index(Memory& m, const Inputs& in, SpiDistribution distribution, ZeroRule rule) {
  const size_t fits = 3 * in.pixels;
  const bool balance = distribution == SpiDistribution::log_logistic;
  auto water = scaled<Real>(in.x, 60.0f, balance ? -30.0f : 0.0f);
  if (!balance)
    for (Real& v : water) v = v < Real{12} ? Real{0} : v;  // a fifth without rain
  return {m.in(water),
          m.in(in.reason),
          in.times,
          in.pixels,
          m.in(in.group),
          m.in(in.in_reference),
          3,
          2,
          distribution,
          rule,
          4,
          2,
          0.9,
          m.out<Real>("out", in.x.size()),
          m.out<uint8_t>("reason", in.x.size()),
          m.out<uint8_t>("flags", in.x.size()),
          m.out<double>("shape", fits),
          m.out<double>("spread", fits),
          m.out<double>("location", fits),
          m.out<double>("p_zero", fits)};
}
GammaOfPlace gamma_of_place(Memory& m, const Inputs& in) {
  const size_t n = in.pixels;
  return {m.in(scaled<float>(in.x, 60.0f, 0.0f)),
          in.times,
          n,
          m.in(in.group),
          m.in(in.in_reference),
          1,
          4,
          2,
          0.9,
          {m.out<double>("shape", n), m.out<double>("spread", n), m.out<double>("p_zero", n)}};
}
SpiOfPlace spi_of_place(Memory& m, const Inputs& in) {
  const size_t n = in.pixels;
  const auto plane = [&](int k, double scale) {
    std::vector<double> v(in.band[k].begin(), in.band[k].begin() + static_cast<std::ptrdiff_t>(n));
    for (double& d : v) d = d > 0.0 && d < 1.0 ? scale * d : std::numeric_limits<double>::quiet_NaN();
    return m.in(v);
  };
  return {m.in(scaled<float>(in.band[3], 60.0f, 0.0f)),
          m.in(in.reason),
          n,
          {plane(0, 9.0), plane(1, 20.0), plane(2, 1.0)},
          ZeroRule::center,
          true,
          m.out<float>("out", n),
          m.out<uint8_t>("reason", n)};
}
template <class Real>
PotentialEvapotranspiration<Real> evapotranspiration(Memory& m, const Inputs& in, PetMethod method) {
  std::vector<int32_t> month;
  std::vector<double> day, days;
  for (int t = 0; t < in.times; ++t) {
    month.push_back(t % 12);
    day.push_back(15.0 + 30.4 * (t % 12));
    days.push_back(30.0);
  }
  return {method,
          m.in(scaled<Real>(in.x, 40.0f, -5.0f)),
          m.in(scaled<Real>(in.y, 20.0f, 0.0f)),
          m.in(scaled<Real>(in.y, 20.0f, 12.0f)),
          m.in(in.reason),
          m.in(scaled<Real>(in.band[0], 120.0f, -30.0f)),
          in.times,
          in.pixels,
          m.in(month),
          m.in(day),
          m.in(days),
          m.out<Real>("out", in.x.size()),
          m.out<uint8_t>("reason", in.x.size())};
}
/// by_group: else all dates are one group, which has more references.
Climatology climatology(Memory& m, const Inputs& in, bool by_group) {
  const size_t n = 3 * in.pixels;
  return {m.in(in.x),
          in.times,
          in.pixels,
          m.in(by_group ? in.group : std::vector<int32_t>(in.group.size(), 0)),
          m.in(in.in_reference),
          3,
          2,
          4,
          {5.0, 50.0, 90.0},
          3,
          m.out<float>("mean", n),
          m.out<float>("stddev", n),
          m.out<float>("min", n),
          m.out<float>("max", n),
          m.out<uint16_t>("count", n),
          {m.out<float>("p5", n), m.out<float>("p50", n), m.out<float>("p90", n)},
          m.out<uint8_t>("reason", n)};
}
DetrendedAnomaly detrended_anomaly(Memory& m, const Inputs& in) {
  const size_t n = in.target.size() * in.pixels;
  return {m.in(in.x),
          m.in(in.reason),
          in.times,
          in.pixels,
          m.in(in.group),
          m.in(in.year),
          m.in(in.in_reference),
          m.in(in.target),
          static_cast<int>(in.target.size()),
          4,
          64,
          0.01f,
          m.out<float>("z", n),
          m.out<float>("slope", n),
          m.out<uint8_t>("reason", n)};
}
VegetationHealth vegetation_health(Memory& m, const Inputs& in) {
  return {m.in(in.band[0]),
          m.in(in.band[1]),
          nullptr,
          nullptr,
          in.pixels,
          0.5f,
          m.out<float>("out", in.pixels),
          m.out<uint8_t>("reason", in.pixels)};
}
BandComposite band_composite(Memory& m, const Inputs& in, BandCompositeMethod method) {
  const int bands = in.times < 4 ? 1 : 4, most = in.times / bands, scenes = most < 11 ? most : 11;
  const auto rows = [&](int n) { return static_cast<std::ptrdiff_t>(static_cast<size_t>(n) * in.pixels); };
  return {m.in(Plane<float>(in.y.begin(), in.y.begin() + rows(scenes * bands))),
          m.in(Plane<uint8_t>(in.outcome.begin(), in.outcome.begin() + rows(scenes))),
          scenes,
          bands,
          in.pixels,
          method,
          m.out<float>("out", static_cast<size_t>(bands) * in.pixels),
          m.out<int16_t>("scene", in.pixels),
          m.out<uint16_t>("valid", in.pixels),
          m.out<uint8_t>("flags", in.pixels),
          m.out<uint8_t>("reason", in.pixels)};
}
Phenology phenology(Memory& m, const Inputs& in) {
  return {m.in(in.y),
          in.times,
          in.pixels,
          true,
          0.2f,
          0.75f,
          0.2f,
          0.05f,
          m.out<float>("start", in.pixels),
          m.out<float>("peak", in.pixels),
          m.out<float>("senescence", in.pixels),
          m.out<float>("end", in.pixels),
          m.out<float>("length", in.pixels),
          m.out<float>("start level", in.pixels),
          m.out<float>("end level", in.pixels),
          m.out<uint8_t>("reason", in.pixels)};
}
SeasonState season_state(Memory& m, const Inputs& in) {
  std::vector<int32_t> period;
  for (int t = 0; t < in.times; ++t) period.push_back(t % 36);
  return {m.in(scaled<float>(in.band[0], 60.0f, 0.0f)),
          m.in(scaled<float>(in.band[1], 60.0f, 10.0f)),
          m.in(scaled<float>(in.band[2], 60.0f, 20.0f)),
          m.in(period),
          in.times,
          36,
          in.pixels,
          m.out<uint8_t>("state", in.x.size())};
}
RunLength run_length(Memory& m, const Inputs& in) {
  return {m.in(in.x),
          in.times,
          in.pixels,
          RunSide::below,
          0.6f,
          3,
          m.out<float>("run", in.x.size()),
          m.out<float>("reached", in.x.size()),
          m.out<float>("longest", in.pixels)};
}

}  // namespace

void add_fits(std::vector<OpCase>& cases) {
  const auto add = [&](const char* name, bool series, auto make_op) {
    cases.push_back(make_case(name, series, make_op));
  };
  const auto smoother = [](LambdaChoice choice, double p, bool robust) {
    return [=](Memory& m, const Inputs& in) { return whittaker<float>(m, in, choice, p, robust); };
  };
  add("Whittaker", true, smoother(LambdaChoice::fixed, 0.5, false));
  add("Whittaker p 0.9", true, smoother(LambdaChoice::fixed, 0.9, false));
  add("Whittaker V-curve", true, smoother(LambdaChoice::v_curve, 0.5, false));
  add("Whittaker V-curve p 0.9", true, smoother(LambdaChoice::v_curve, 0.9, false));
  add("Whittaker GCV", true, smoother(LambdaChoice::gcv, 0.5, false));
  add("Whittaker GCV robust", true, smoother(LambdaChoice::gcv, 0.5, true));
  add("Whittaker double", true,
      [](Memory& m, const Inputs& in) { return whittaker<double>(m, in, LambdaChoice::fixed, 0.5, false); });
  add("SavitzkyGolay", true, savitzky_golay<float>);
  add("SavitzkyGolay double", true, savitzky_golay<double>);
  const auto index = [](SpiDistribution distribution, ZeroRule rule) {
    return [=](Memory& m, const Inputs& in) { return standardized_index<float>(m, in, distribution, rule); };
  };
  add("SPI", true, index(SpiDistribution::gamma_mle, ZeroRule::center));
  add("SPI Thom upper", true, index(SpiDistribution::gamma_thom, ZeroRule::upper));
  add("SPEI", true, index(SpiDistribution::log_logistic, ZeroRule::center));
  add("SPI double", true, [](Memory& m, const Inputs& in) {
    return standardized_index<double>(m, in, SpiDistribution::gamma_mle, ZeroRule::center);
  });
  add("Gamma of a place", true, gamma_of_place);
  add("SPI of a place", true, spi_of_place);
  add("PET Thornthwaite", true,
      [](Memory& m, const Inputs& in) { return evapotranspiration<float>(m, in, PetMethod::thornthwaite); });
  add("PET Hargreaves", true,
      [](Memory& m, const Inputs& in) { return evapotranspiration<float>(m, in, PetMethod::hargreaves); });
  add("PET double", true,
      [](Memory& m, const Inputs& in) { return evapotranspiration<double>(m, in, PetMethod::hargreaves); });
  add("Climatology", true, [](Memory& m, const Inputs& in) { return climatology(m, in, true); });
  add("Climatology of one group", true, [](Memory& m, const Inputs& in) { return climatology(m, in, false); });
  add("DetrendedAnomaly", true, detrended_anomaly);
  add("VegetationHealth", false, vegetation_health);
  add("Medoid", true, [](Memory& m, const Inputs& in) { return band_composite(m, in, BandCompositeMethod::medoid); });
  add("Geomedian", true,
      [](Memory& m, const Inputs& in) { return band_composite(m, in, BandCompositeMethod::geomedian); });
  add("Phenology", true, phenology);
  add("SeasonState", true, season_state);
  add("RunLength", true, run_length);
}

}  // namespace fw::sample
