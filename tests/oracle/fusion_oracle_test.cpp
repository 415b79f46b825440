// Belief functions, log-odds and opinion pools against ../shared/oracles/09_fusion.json (pyds and hand formulas).
#include <nlohmann/json.hpp>

#include "core/evidence/belief.h"
#include "core/evidence/log_odds.h"
#include "oracle.h"

namespace fw {
namespace {

using nlohmann::json;

/// "d", "dn" and "d|n" over the letters of `frame`; "EMPTY" is the empty set.
unsigned set_of(const std::string& name, const std::string& frame) {
  if (name == "EMPTY") return 0;
  unsigned set = 0;
  for (const char c : name)
    if (c != '|') set |= 1U << frame.find(c);
  return set;
}

Belief belief_from(const json& masses, const std::string& frame) {
  Belief b = vacuous(static_cast<int>(frame.size()));
  b.mass.back() = 0;
  for (const auto& [name, mass] : masses.items()) b.mass[set_of(name, frame)] = mass.get<double>();
  return b;
}

class FusionOracle : public ::testing::Test {
 protected:
  void SetUp() override {
    FW_NEEDS_SHARED(file, "oracles/09_fusion.json");
    expected_ = json::parse(test::read_text(file));
  }
  static void compare(oracle::Comparison& seen, const Belief& got, const json& masses, const std::string& frame,
                      const std::string& where) {
    seen.compare_all(got.mass, belief_from(masses, frame).mass, where);
  }
  json expected_;
};

TEST_F(FusionOracle, EveryCase) {
  oracle::Comparison seen("09_fusion.json", 1e-12);
  size_t cautious = 0;
  for (const json& c : expected_.at("dempster_shafer_binary")) {
    const std::string frame = "dn", where = c.at("m1").dump() + c.at("m2").dump() + " ";
    const Belief a = discount(belief_from(c.at("m1"), frame), c.at("r1"));
    const Belief b = discount(belief_from(c.at("m2"), frame), c.at("r2"));
    compare(seen, a, c.at("m1_discounted"), frame, where + "discount 1");
    compare(seen, b, c.at("m2_discounted"), frame, where + "discount 2");
    seen.compare(conflict_of(a, b), c.at("conflict_K"), where + "K");
    seen.compare(-std::log(1 - conflict_of(a, b)), c.at("weight_of_conflict_-ln(1-K)"), where + "weight of conflict");
    const Belief both = combine_dempster(a, b);
    compare(seen, both, c.at("dempster"), frame, where + "dempster");
    seen.compare(belief_of(both, 1), c.at("bel_d"), where + "belief");
    seen.compare(plausibility_of(both, 1), c.at("pl_d"), where + "plausibility");
    seen.compare(pignistic_of(both, 0), c.at("pignistic_d"), where + "pignistic");
    compare(seen, combine_yager(a, b), c.at("yager"), frame, where + "yager");
    compare(seen, combine_pcr5(a, b), c.at("pcr5"), frame, where + "pcr5");
    compare(seen, combine_disjunctive(a, b), c.at("disjunctive"), frame, where + "disjunctive");
    if (c.at("cautious").is_null()) continue;
    compare(seen, combine_cautious(a, b), c.at("cautious"), frame, where + "cautious");
    ++cautious;
  }
  EXPECT_EQ(cautious, 3U);

  const json& three = expected_.at("dempster_three_class");
  const std::string frame = "abc";
  const Belief m1 = belief_from(three.at("m1"), frame), m2 = belief_from(three.at("m2"), frame),
               m3 = belief_from(three.at("m3"), frame);
  const Belief all = combine_dempster(combine_dempster(m1, m2), m3);
  compare(seen, all, three.at("combined"), frame, "three classes");
  for (const auto& [name, v] : three.at("bel").items())
    seen.compare(belief_of(all, set_of(name, frame)), v, "belief " + name);
  for (const auto& [name, v] : three.at("pl").items())
    seen.compare(plausibility_of(all, set_of(name, frame)), v, "plausibility " + name);
  for (const auto& [name, v] : three.at("pignistic").items())
    seen.compare(pignistic_of(all, static_cast<int>(frame.find(name))), v, "pignistic " + name);
  seen.compare(combine_conjunctive(combine_conjunctive(m1, m2), m3).mass[0], three.at("K_total"), "K of three");

  for (const json& c : expected_.at("bayes_logodds").at("cases")) {
    std::vector<double> weights;
    for (const json& r : c.at("reports(yes,reliability,sensitivity,false_pos_rate)"))
      weights.push_back(weight_of_report(r[0] == 1, r[1], r[2], r[3]));
    seen.compare_all(weights, c.at("weights_of_evidence_nats").get<std::vector<double>>(), "weights");
    seen.compare(posterior_of(c.at("prior"), weights, 0), c.at("posterior_independent"), "independent");
    seen.compare(posterior_of(c.at("prior"), weights, 0.5), c.at("posterior_effective_n(dependence rho=0.5)"),
                 "dependent");
  }
  const json& pools = expected_.at("opinion_pools");
  const auto p = pools.at("p").get<std::vector<double>>(), w = pools.at("w").get<std::vector<double>>();
  seen.compare(log_pool(p, w), pools.at("log_pool"), "log pool");
  seen.compare(linear_pool(p, w), pools.at("linear_pool"), "linear pool");
  seen.compare(extremise(log_pool(p, w), 2.5), pools.at("extremised_a2.5"), "extremised");
}

}  // namespace
}  // namespace fw
