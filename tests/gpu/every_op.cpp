#include "every_op.h"

namespace fw::sample {
namespace {

ToPhysical to_physical(Memory& m, const Inputs& in) {
  return {m.in(in.dn), m.out<float>("out", in.pixels), in.pixels, 0.0000275, -0.2, 0.0f, 7273.0f, 43636.0f};
}
QaMask qa_mask(Memory& m, const Inputs& in) {
  QaMask op{m.in(in.qa), m.out<uint8_t>("outcome", in.pixels), in.pixels, {}, 4};
  op.rules[0] = {0, 1, 0b10, MaskOutcome::not_observed};
  op.rules[1] = {3, 2, 0b1110, MaskOutcome::masked};
  op.rules[2] = {8, 2, 0b1000, MaskOutcome::masked};
  op.rules[3] = {11, 5, 0x80000000u, MaskOutcome::not_observed};
  return op;
}
ApplyMask apply_mask(Memory& m, const Inputs& in) {
  const Plane<uint8_t> outcome(in.outcome.begin(), in.outcome.begin() + static_cast<std::ptrdiff_t>(in.pixels));
  return {m.in_out("value", in.band[0]), m.in_out("outcome", outcome), in.pixels, MaskOutcome::masked};
}
SpectralIndex spectral_index(Memory& m, const Inputs& in, IndexId id) {
  const unsigned mask = index_info(id).band_mask;
  const float* band[6];
  for (unsigned b = 0; b < 6; ++b) band[b] = (mask >> b & 1u) ? m.in(in.band[b]) : nullptr;
  return {id, {band[0], band[1], band[2], band[3], band[4], band[5]}, m.out<float>("out", in.pixels), in.pixels};
}
Threshold threshold(Memory& m, const Inputs& in) {
  return {m.in(in.band[4]), m.out<float>("out", in.pixels), in.pixels, 0.25f};
}
Composite composite(Memory& m, const Inputs& in, CompositeMethod method) {
  const int scenes = in.times < 11 ? in.times : 11;
  const auto rows = static_cast<std::ptrdiff_t>(static_cast<size_t>(scenes) * in.pixels);
  const Plane<float> value(in.x.begin(), in.x.begin() + rows);
  const Plane<uint8_t> outcome(in.outcome.begin(), in.outcome.begin() + rows);
  return {m.in(value),
          m.in(outcome),
          scenes,
          in.pixels,
          method,
          m.out<float>("out", in.pixels),
          m.out<uint16_t>("valid", in.pixels),
          m.out<uint8_t>("reason", in.pixels)};
}
/// The rows come again, times 1, 0, -1, …: with ties and both zeros.
Composite median_of_many(Memory& m, const Inputs& in, int scenes) {
  Plane<float> value;
  Plane<uint8_t> outcome;
  for (int s = 0; s < scenes; ++s) {
    const auto row = static_cast<std::ptrdiff_t>(static_cast<size_t>(s % in.times) * in.pixels);
    value.insert(value.end(), in.y.begin() + row, in.y.begin() + row + static_cast<std::ptrdiff_t>(in.pixels));
    outcome.insert(outcome.end(), in.outcome.begin() + row,
                   in.outcome.begin() + row + static_cast<std::ptrdiff_t>(in.pixels));
    for (size_t i = value.size() - in.pixels; i < value.size(); ++i) value[i] *= static_cast<float>(1 - s / in.times);
  }
  return {m.in(value),
          m.in(outcome),
          scenes,
          in.pixels,
          CompositeMethod::median,
          m.out<float>("out", in.pixels),
          m.out<uint16_t>("valid", in.pixels),
          m.out<uint8_t>("reason", in.pixels)};
}
Rolling rolling(Memory& m, const Inputs& in, RollingMethod method) {
  return {m.in(in.x),
          m.in(in.reason),
          in.times,
          in.pixels,
          9,
          6,
          method,
          m.out<float>("out", in.x.size()),
          m.out<uint8_t>("reason", in.x.size())};
}
BuiltUp built_up(Memory& m, const Inputs& in) {
  return {m.in(in.x),
          m.in(in.y),
          m.in(in.reason),
          in.times,
          in.pixels,
          12,
          6,
          -1.5f,
          9.0f,
          -4.0f,
          m.out<float>("out", in.x.size()),
          m.out<uint8_t>("reason", in.x.size())};
}
/// All dates in one group, which has more references.
Inputs one_group(Inputs in, bool all) {
  std::fill(in.group.begin(), in.group.end(), 0);
  if (all) std::fill(in.in_reference.begin(), in.in_reference.end(), uint8_t{1});
  return in;
}
Anomaly anomaly(Memory& m, const Inputs& in) {
  Anomaly op{m.in(in.x),
             m.in(in.reason),
             in.times,
             in.pixels,
             m.in(in.group),
             m.in(in.year),
             m.in(in.in_reference),
             m.in(in.target),
             static_cast<int>(in.target.size()),
             5,
             0.01f,
             {},
             {}};
  for (int k = 0; k < statistic_count; ++k) {
    op.out[k] = m.out<float>("statistic " + std::to_string(k), in.target.size() * in.pixels);
    op.reason_out[k] = m.out<uint8_t>("reason " + std::to_string(k), in.target.size() * in.pixels);
  }
  return op;
}
ReferenceOfPlace reference_of_place(Memory& m, const Inputs& in) {
  const size_t n = in.pixels;
  return {m.in(in.x),
          in.times,
          n,
          m.in(in.group),
          m.in(in.in_reference),
          1,
          {m.out<uint8_t>("count", n), m.out<double>("mean", n), m.out<double>("squares", n), m.out<float>("low", n),
           m.out<float>("high", n), m.out<double>("median", n)}};
}
AnomalyOfPlace anomaly_of_place(Memory& m, const Inputs& in) {
  const size_t n = in.pixels;
  std::vector<double> mean(n), squares(n);
  std::vector<uint8_t> count(n);
  for (size_t i = 0; i < n; ++i) {
    mean[i] = static_cast<double>(in.band[0][i]);
    squares[i] = static_cast<double>(in.band[1][i] * in.band[1][i]);
    count[i] = static_cast<uint8_t>(in.outcome[i] * 5);
  }
  AnomalyOfPlace op{m.in(in.x), m.in(in.reason), n, {}, 5, 0.01f, {}, {}};
  op.reference = {m.in(count), m.in(mean), m.in(squares), m.in(in.band[2]), m.in(in.band[3]), m.in(mean)};
  for (int k = 0; k < statistic_count; ++k) {
    op.out[k] = m.out<float>("statistic " + std::to_string(k), n);
    op.reason_out[k] = m.out<uint8_t>("reason " + std::to_string(k), n);
  }
  return op;
}
SeriesStats series_stats(Memory& m, const Inputs& in) {
  return {m.in(in.x),
          in.times,
          in.pixels,
          m.out<float>("count", in.pixels),
          m.out<float>("mean", in.pixels),
          m.out<float>("stddev", in.pixels),
          m.out<float>("min", in.pixels),
          m.out<float>("max", in.pixels)};
}
CombineFactors combine_factors(Memory& m, const Inputs& in) {
  CombineFactors op{};
  op.factors = 5;
  op.pixels = in.pixels;
  op.min_share = 0.6f;
  op.intercept = -3.0f;
  op.slope = 6.0f;
  for (int k = 0; k < op.factors; ++k) {
    op.factor[k] = m.in(in.band[k]);
    op.zero[k] = k % 2 ? 0.5f : 0.05f;
    op.one[k] = k % 2 ? 0.1f : 0.4f;
    op.weight[k] = 0.1f * static_cast<float>(k + 1);
    op.contribution[k] = m.out<float>("contribution " + std::to_string(k), in.pixels);
  }
  op.score = m.out<float>("score", in.pixels);
  op.likelihood = m.out<float>("likelihood", in.pixels);
  op.share = m.out<float>("share", in.pixels);
  return op;
}

}  // namespace

std::vector<OpCase> every_op() {
  std::vector<OpCase> cases{make_case("ToPhysical", false, to_physical), make_case("QaMask", false, qa_mask),
                            make_case("ApplyMask", false, apply_mask), make_case("Threshold", false, threshold)};
  for (int k = 0; k < static_cast<int>(IndexId::count); ++k) {
    const IndexId id = static_cast<IndexId>(k);
    cases.push_back(make_case(std::string(index_info(id).name), false,
                              [id](Memory& m, const Inputs& in) { return spectral_index(m, in, id); }));
  }
  const char* composites[] = {"max", "median", "mean", "sum", "last"};
  for (int k = 0; k < 5; ++k)
    cases.push_back(make_case(std::string("Composite ") + composites[k], true, [k](Memory& m, const Inputs& in) {
      return composite(m, in, static_cast<CompositeMethod>(k));
    }));
  // One of each size that a GPU thread holds, and more than that.
  for (const int scenes : {8, 16, 24, 32, 64, 70})
    cases.push_back(make_case("Composite median of " + std::to_string(scenes), true,
                              [scenes](Memory& m, const Inputs& in) { return median_of_many(m, in, scenes); }));
  const char* rollings[] = {"sum", "mean", "max"};
  for (int k = 0; k < 3; ++k)
    cases.push_back(make_case(std::string("Rolling ") + rollings[k], true, [k](Memory& m, const Inputs& in) {
      return rolling(m, in, static_cast<RollingMethod>(k));
    }));
  cases.push_back(make_case("BuiltUp", true, built_up));
  cases.push_back(make_case("Anomaly", true, anomaly));
  cases.push_back(make_case("Anomaly of one group", true,
                            [](Memory& m, const Inputs& in) { return anomaly(m, one_group(in, false)); }));
  cases.push_back(make_case("Anomaly of all dates", true,
                            [](Memory& m, const Inputs& in) { return anomaly(m, one_group(in, true)); }));
  cases.push_back(make_case("ReferenceOfPlace", true, reference_of_place));
  cases.push_back(make_case("AnomalyOfPlace", true, anomaly_of_place));
  cases.push_back(make_case("SeriesStats", true, series_stats));
  cases.push_back(make_case("CombineFactors", false, combine_factors));
  add_fits(cases);
  add_trends(cases);
  add_changes(cases);
  add_formulas(cases);
  return cases;
}

}  // namespace fw::sample
