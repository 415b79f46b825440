// Otsu, GLCM and PanTex, water history, change vectors and MAD against ../shared/oracles/06_pixel_change.json (OpenCV,
// scikit-image, scikit-learn; PanTex and the water definitions transcribed).
#include <nlohmann/json.hpp>
#include <numeric>

#include "kernels/canonical.h"
#include "kernels/otsu.h"
#include "oracle.h"

namespace fw {
namespace {

using nlohmann::json;
constexpr const char* name = "oracles/06_pixel_change.json";

double number_of(const json& v) { return v.is_null() ? std::nan("") : v.get<double>(); }

class ChangeOracle : public OnEachBackend {
 protected:
  static json read(const std::filesystem::path& file) { return json::parse(test::read_text(file)); }

  /// Otsu of one block, through the same operations as a scene.
  struct Otsu {
    float threshold, separation, share;
    uint8_t status;
  };
  Otsu threshold_of(const Values& x, float low, float high, float limit_low, float limit_high) {
    Buffer<float> in = up(x), threshold = room<float>(1), separation = room<float>(1), share = room<float>(1);
    Buffer<uint32_t> counts = room<uint32_t>(histogram_bins);
    Buffer<uint8_t> status = room<uint8_t>(1);
    const int n = static_cast<int>(x.size());
    backend().run(BlockHistograms{in.data(), 1, n, n, low, high, counts.data()});
    OtsuThresholds op{};
    op.counts = counts.data();
    op.block_rows = op.block_cols = 1;
    op.low = low, op.high = high, op.limit_low = limit_low, op.limit_high = limit_high, op.fallback = limit_low;
    op.threshold = threshold.data(), op.separation = separation.data(), op.share = share.data();
    op.status = status.data();
    backend().run(op);
    return {down(threshold)[0], down(separation)[0], down(share)[0], down(status)[0]};
  }

  /// The two dates of the file in memory of the backend.
  struct Pair {
    std::vector<Buffer<float>> memory;
    TwoDates dates{};
    size_t pixels = 0;
  };
  Pair read_pair(const json& mad) {
    Pair pair;
    const size_t bands = 4;
    pair.dates.bands = static_cast<int>(bands);
    for (const char* date : {"X", "Y"})
      for (size_t b = 0; b < bands; ++b) {
        Values plane;
        for (const json& row : mad.at(date)) plane.push_back(row[b]);
        pair.pixels = plane.size();
        pair.memory.push_back(up(plane));
      }
    for (size_t b = 0; b < bands; ++b)
      pair.dates.before[b] = pair.memory[b].data(), pair.dates.after[b] = pair.memory[bands + b].data();
    return pair;
  }
  /// Share of pairs (changed, unchanged) that the score puts in order.
  static double area_under_roc(const Values& score, const json& mad) {
    double above = 0.0, couples = 0.0;
    for (size_t i = 0; i < score.size(); ++i)
      for (size_t j = 0; j < score.size(); ++j) {
        if (mad.at("true_change")[i] == 0 || mad.at("true_change")[j] != 0) continue;
        above += score[i] > score[j];
        couples += 1.0;
      }
    return above / couples;
  }
  /// As a job does: moments of all pixels, pairs, weights, until the rounds end. Returns chi2 of the last good round.
  Values run_rounds(const Pair& pair, IrMad& rounds) {
    Buffer<MomentSums> partial(backend(), (pair.pixels + moment_chunk - 1) / moment_chunk);
    Buffer<float> chi2 = room<float>(pair.pixels), weight = room<float>(pair.pixels);
    MadVariates op{};
    op.dates = pair.dates;
    op.pixels = pair.pixels;
    op.chi2 = chi2.data(), op.no_change = weight.data();
    while (rounds.status() == IrMadStatus::running) {
      backend().run(Moments{pair.dates, rounds.round() > 0 ? weight.data() : nullptr, pair.pixels, partial.data()});
      MomentSums sums;
      for (const MomentSums& part : down(partial)) sums.merge(part);
      rounds.add(sums);
      if (rounds.pairs().status != CanonicalStatus::ok) return {};
      rounds.pairs().put_into(op);
      backend().run(op);
    }
    return down(chi2);
  }
};
FW_ON_EACH_BACKEND(ChangeOracle);

TEST_P(ChangeOracle, OtsuSplitsWhereThreeImplementationsDo) {
  FW_NEEDS_SHARED(file, name);
  const json all = read(file);
  oracle::Comparison seen("06_pixel_change.json (otsu)", 1e-9), rounded("06_pixel_change.json (otsu by block)", 1e-6);
  for (const json& o : all.at("otsu")) {
    const auto counts = o.at("hist256").get<std::vector<double>>();
    double heights[histogram_bins];
    std::copy(counts.begin(), counts.end(), heights);
    const OtsuSplit split = find_otsu_split(heights);
    seen.compare(split.bin, o.at("opencv_threshold"), "opencv");
    seen.compare(split.bin, o.at("skimage_threshold"), "scikit-image");
    seen.compare(split.between, o.at("sigma_b2_max"), "variance between");
    seen.compare(split.mean[0], o.at("class_means")[0], "lower mean");
    seen.compare(split.mean[1], o.at("class_means")[1], "upper mean");
    seen.compare(split.separation, o.at("ashman_D"), "Ashman's D");
    seen.compare(split.share, o.at("eta_between_over_total"), "eta");
    // As pixels: grey level b at the middle of bin b.
    Values x;
    for (size_t b = 0; b < counts.size(); ++b) x.insert(x.end(), static_cast<size_t>(counts[b]), static_cast<float>(b));
    const Otsu otsu = threshold_of(x, -0.5f, 255.5f, -0.5f, 255.5f);
    rounded.compare(static_cast<double>(otsu.threshold), o.at("opencv_threshold").get<double>() + 0.5, "threshold");
    rounded.compare(static_cast<double>(otsu.separation), o.at("ashman_D"), "separation");
    rounded.compare(static_cast<double>(otsu.share), o.at("eta_between_over_total"), "share");
    EXPECT_EQ(otsu.status, static_cast<uint8_t>(OtsuStatus::accepted));
  }
}

TEST_P(ChangeOracle, GlcmFeatures) {
  FW_NEEDS_SHARED(file, name);
  const json glcm = read(file).at("glcm");
  const auto image = glcm.at("img").get<std::vector<std::vector<float>>>();
  // The GLCM of the whole 12 x 12 image is that of a window of 13 around its cell (6, 6), padded with no-data.
  constexpr int side = 13;
  Values x(side * side, nan_v);
  for (size_t r = 0; r < image.size(); ++r)
    for (size_t c = 0; c < image.size(); ++c) x[r * side + c] = image[r][c];
  Buffer<float> in = up(x);
  oracle::Comparison seen("06_pixel_change.json (glcm)", 1e-6);
  const std::pair<const char*, std::pair<int, int>> offsets[] = {
      {"d1_0", {0, 1}}, {"d1_45", {1, 1}}, {"d1_90", {1, 0}}, {"d1_135", {1, -1}}, {"d2_0", {0, 2}}};
  for (const auto& [key, step] : offsets) {
    std::vector<Buffer<float>> out;
    GlcmTexture op{};
    op.x = in.data();
    op.rows = op.cols = op.window = side;
    op.grey = {0.0f, 16.0f, 16};
    op.offsets = 1;
    op.row_step[0] = step.first, op.col_step[0] = step.second;
    op.min_share = 0.5f;
    for (int f = 0; f < texture_feature_count; ++f) {
      out.push_back(room<float>(x.size()));
      op.out[f] = out.back().data();
    }
    backend().run(op);
    const char* features[] = {"contrast", "dissimilarity", "homogeneity", "ASM", "energy", "correlation", "entropy_ln"};
    for (size_t f = 0; f < std::size(features); ++f)
      seen.compare(static_cast<double>(down(out[f])[6 * side + 6]), glcm.at(key).at(features[f]),
                   std::string(key) + " " + features[f]);
  }
}

TEST_P(ChangeOracle, PanTexOfEveryPixel) {
  FW_NEEDS_SHARED(file, name);
  const json glcm = read(file).at("glcm");
  const auto image = glcm.at("img").get<std::vector<std::vector<float>>>();
  Values x;
  for (const auto& row : image) x.insert(x.end(), row.begin(), row.end());
  Buffer<float> in = up(x), out = room<float>(x.size());
  backend().run(PanTex{in.data(), 12, 12, {0.0f, 16.0f, 16}, 9, 1.0f, out.data(), nullptr});
  const Values got = down(out);
  oracle::Comparison seen("06_pixel_change.json (pantex)", 1e-6);
  for (size_t r = 0; r < 12; ++r)
    for (size_t c = 0; c < 12; ++c)
      seen.compare(static_cast<double>(got[r * 12 + c]), number_of(glcm.at("pantex_window9").at("values")[r][c]),
                   "row " + std::to_string(r) + " col " + std::to_string(c));
}

TEST_P(ChangeOracle, WaterHistoryOfSixSeries) {
  FW_NEEDS_SHARED(file, name);
  const json all = read(file);
  oracle::Comparison seen("06_pixel_change.json (gsw_definitions)", 1e-6);
  for (const json& o : all.at("gsw_definitions")) {
    Values x;
    for (const int v : o.at("series_month0_jan").get<std::vector<int>>())
      x.push_back(v < 0 ? nan_v : static_cast<float>(v));
    const int months = static_cast<int>(x.size());
    Buffer<float> in = up(x), occurrence = room<float>(1), share = room<float>(1), recurrence = room<float>(1),
                  change = room<float>(1);
    Buffer<uint8_t> code = room<uint8_t>(1);
    WaterHistory op{};
    op.water = in.data();
    op.months = months, op.pixels = 1, op.min_months = 1;
    op.epoch1_end = op.epoch2_begin = months / 2, op.epoch2_end = months;
    op.occurrence = occurrence.data(), op.water_share = share.data();
    op.recurrence = recurrence.data(), op.change = change.data(), op.change_code = code.data();
    backend().run(op);
    seen.compare(static_cast<double>(down(occurrence)[0]), o.at("occurrence_pct_month_normalised"), "occurrence");
    seen.compare(static_cast<double>(down(share)[0]), o.at("occurrence_pct_raw"), "raw occurrence");
    seen.compare(static_cast<double>(down(recurrence)[0]), o.at("recurrence_pct"), "recurrence");
    const double points = o.at("change_intensity_abs_pct_homologous_months");
    seen.compare(static_cast<double>(down(change)[0]), points, "change");
    EXPECT_EQ(down(code)[0], static_cast<uint8_t>(std::lround(100.0 + points)));
  }
}

TEST_P(ChangeOracle, ChangeVectorsAndMad) {
  FW_NEEDS_SHARED(file, name);
  const json mad = read(file).at("mad");
  const Pair pair = read_pair(mad);
  const TwoDates& dates = pair.dates;
  const size_t n = pair.pixels, bands = 4;

  Buffer<float> magnitude = room<float>(n), angle = room<float>(n);
  backend().run(ChangeVector{dates, n, 0, 1, magnitude.data(), angle.data(), nullptr});
  oracle::Comparison vectors("06_pixel_change.json (cva)", 2e-6);  // of reflectances that are floats here
  vectors.compare_all(down(magnitude), mad.at("cva_magnitude"), "magnitude");
  vectors.compare_all(down(angle), mad.at("cva_angle_b0b1_rad"), "angle");

  IrMad rounds(1);
  const Values got = run_rounds(pair, rounds);
  ASSERT_EQ(rounds.status(), IrMadStatus::stopped);
  oracle::Comparison pairs("06_pixel_change.json (mad)", 2e-5);  // chi2 divides by variances of 0.002
  for (size_t k = 0; k < bands; ++k) {
    pairs.compare(rounds.pairs().correlation[k], mad.at("canonical_corr")[k], "correlation");
    pairs.compare(rounds.pairs().correlation[k], mad.at("sklearn_cca_corr")[k], "correlation (scikit-learn)");
    pairs.compare(2.0 * (1.0 - rounds.pairs().correlation[k]), mad.at("mad_variances_2(1-rho)")[k], "variance");
  }
  pairs.compare_all(got, mad.at("chi2_mad"), "chi2");
  EXPECT_GT(area_under_roc(got, mad), 0.9);
}

// The file has no expected values of IR-MAD, for its rounds come to nothing; ours stop before and find the change.
TEST_P(ChangeOracle, RoundsOfIrMadThatCollapseKeepTheLastGoodOne) {
  FW_NEEDS_SHARED(file, name);
  const Pair pair = read_pair(read(file).at("mad"));
  IrMad rounds;
  const json mad = read(file).at("mad");
  const Values got = run_rounds(pair, rounds);
  EXPECT_EQ(rounds.status(), IrMadStatus::collapsed);
  EXPECT_GT(rounds.round(), 5);
  EXPECT_GT(rounds.pairs().correlation[3], 0.9);  // 0.18 before the changed pixels lost their weight
  EXPECT_EQ(area_under_roc(got, mad), 1.0);
}

}  // namespace
}  // namespace fw
