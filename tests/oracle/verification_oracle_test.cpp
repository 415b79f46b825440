// Verification measures and the logit fit against ../shared/oracles/10_verification.json (scikit-learn, own
// transcription) and 10b_delong.json (pROC).
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/risk/event_scores.h"
#include "core/risk/ordered_logit.h"
#include "oracle.h"

namespace fw {
namespace {

using nlohmann::json;
constexpr const char* scores_file = "oracles/10_verification.json";

std::vector<Verified> pairs_of(const json& root) {
  std::vector<Verified> pairs;
  for (size_t k = 0; k < root.at("f").size(); ++k)
    pairs.push_back({root.at("f")[k].get<double>(), root.at("y")[k].get<int>() == 1});
  return pairs;
}

TEST(VerificationOracle, Probabilities) {
  FW_NEEDS_SHARED(file, scores_file);
  const json root = json::parse(test::read_text(file));
  const auto pairs = pairs_of(root);
  oracle::Comparison seen("10_verification.json (probabilities)", 1e-12);
  seen.compare(brier_score(pairs), root.at("brier"), "Brier");
  seen.compare(log_loss(pairs), root.at("log_loss"), "log loss");
  const BrierParts exact = split_brier(pairs);
  const json& murphy = root.at("murphy_exact_distinct_values");
  seen.compare(exact.reliability, murphy.at("reliability"), "reliability");
  seen.compare(exact.resolution, murphy.at("resolution"), "resolution");
  seen.compare(exact.uncertainty, murphy.at("uncertainty"), "uncertainty");
  seen.compare(1 - brier_score(pairs) / exact.uncertainty, root.at("BSS_vs_climatology"), "skill over climatology");
  const Reliability binned = reliability_of(pairs, 10);
  const json& ten = root.at("murphy_10bins_right_open");
  seen.compare(binned.parts.reliability, ten.at("reliability"), "10 bins reliability");
  seen.compare(binned.parts.resolution, ten.at("resolution"), "10 bins resolution");
  seen.compare(binned.parts.within_variance, ten.at("within_bin_variance"), "within variance");
  seen.compare(binned.parts.within_covariance, ten.at("within_bin_covariance"), "within covariance");
  seen.compare(binned.calibration_error, ten.at("ECE"), "ECE");
  oracle::Comparison wilson("10_verification.json (Wilson intervals, which round the quantile to 1.96)", 5e-6);
  for (const json& row : ten.at("bins")) {
    const ReliabilityBin& bin = binned.bins.at(row.at("bin").get<size_t>());
    seen.compare(bin.pairs, row.at("n"), "pairs");
    seen.compare(bin.mean_forecast, row.at("mean_f"), "mean forecast");
    seen.compare(bin.frequency, row.at("obs_freq"), "frequency");
    wilson.compare(bin.low, row.at("wilson95")[0], "low");
    wilson.compare(bin.high, row.at("wilson95")[1], "high");
  }
  const Isotonic isotonic = fit_isotonic(pairs);
  const json& pav = root.at("isotonic_PAV");
  for (size_t k = 0; k < pav.at("grid").size(); ++k)
    seen.compare(isotonic.recalibrate(pav.at("grid")[k]), pav.at("value")[k], "isotonic " + std::to_string(k));
  const CorpParts corp = split_corp(pairs);
  seen.compare(corp.miscalibration, root.at("CORP").at("MCB"), "MCB");
  seen.compare(corp.discrimination, root.at("CORP").at("DSC"), "DSC");
  for (const json& row : root.at("rps_5class_ipc"))
    seen.compare(ranked_probability_score(row.at("p").get<std::vector<double>>(), row.at("class")), row.at("RPS"),
                 "RPS");
}

TEST(VerificationOracle, Warnings) {
  FW_NEEDS_SHARED(file, scores_file);
  const json root = json::parse(test::read_text(file));
  const auto pairs = pairs_of(root);
  oracle::Comparison seen("10_verification.json (warnings, ROC)", 1e-12);
  for (const json& row : root.at("contingency")) {
    const Contingency c = count_warnings(pairs, row.at("threshold"));
    const EventScores s = score_events(c);
    const std::pair<const char*, double> all[] = {{"hits", c.hits},
                                                  {"false_alarms", c.false_alarms},
                                                  {"misses", c.misses},
                                                  {"correct_neg", c.correct_negatives},
                                                  {"POD", s.pod},
                                                  {"POFD", s.pofd},
                                                  {"FAR_ratio", s.false_alarm_ratio},
                                                  {"precision", s.precision},
                                                  {"CSI", s.csi},
                                                  {"bias", s.bias},
                                                  {"PSS", s.peirce},
                                                  {"HSS", s.heidke},
                                                  {"ETS", s.ets},
                                                  {"F1", s.f1},
                                                  {"MCC", s.matthews},
                                                  {"EDS_symmetric_SEDI", s.sedi}};
    for (const auto& [name, value] : all) seen.compare(value, row.at(name), name);
    for (const json& v : row.at("cost_loss"))
      seen.compare(economic_value(c, v.at("cost_loss")), v.at("value"), "value");
  }
  seen.compare(roc_area(pairs), root.at("auc"), "ROC area");
  seen.compare(average_precision(pairs), root.at("average_precision"), "average precision");
  const json& roc = root.at("roc");
  const std::vector<RocPoint> curve = roc_curve(pairs);
  for (size_t k = 1; k < roc.at("thr").size(); ++k) {
    const double threshold = roc.at("thr")[k];
    const auto at =
        std::find_if(curve.begin(), curve.end(), [&](const RocPoint& p) { return p.threshold == threshold; });
    ASSERT_NE(at, curve.end()) << threshold;
    seen.compare(at->pofd, roc.at("fpr")[k], "POFD");
    seen.compare(at->pod, roc.at("tpr")[k], "POD");
  }
}

TEST(VerificationOracle, DeLong) {
  FW_NEEDS_SHARED(file, "oracles/10b_delong.json");
  const json expected = json::parse(test::read_text(file));
  const auto pairs = pairs_of(json::parse(test::read_text(test::shared_dir() / scores_file)));
  oracle::Comparison seen("10b_delong.json (variance)", 1e-9);
  seen.compare(roc_area(pairs), expected.at("auc"), "ROC area");
  seen.compare(roc_area_variance(pairs) * 1e3, expected.at("var").get<double>() * 1e3, "variance");
}

TEST(VerificationOracle, LogitFitWithoutPenalty) {
  FW_NEEDS_SHARED(file, scores_file);
  const json root = json::parse(test::read_text(file));
  OrdinalData data;
  data.drivers = 1;
  for (const Verified& p : pairs_of(root)) {
    data.x.push_back(std::log(p.forecast / (1 - p.forecast)));
    data.level.push_back(p.event);
  }
  const OrdinalFit fit = fit_ordered_logit(data, {0});
  oracle::Comparison seen("10_verification.json (Platt logit)", 1e-6);
  seen.compare(fit.threshold[0], root.at("platt_logit_unregularised").at("intercept"), "intercept");
  seen.compare(fit.beta[0], root.at("platt_logit_unregularised").at("slope"), "slope");
}

}  // namespace
}  // namespace fw
