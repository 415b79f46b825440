// drift.csv and its line in the log.
#include "jobs/drift_table.h"

#include "tests/support.h"

namespace fw {
namespace {

SeriesPlan plan() {
  SeriesPlan p;
  p.indicators.resize(2);
  p.indicators[0].id = "ndvi_z";
  p.indicators[0].threshold = -1;
  p.indicators[1].id = "water";
  p.indicators[1].threshold = 0.5;
  p.indicators[1].above = true;
  return p;
}

TEST(DriftTable, GivesRatesPerHalfAndTheSlope) {
  const std::vector<YearExceedance> years = {{0, 2001, 50, 100}, {0, 2002, 50, 100}, {0, 2003, 25, 100},
                                             {0, 2004, 25, 100}, {1, 2001, 0, 100},  {1, 2002, 0, 100}};
  const std::string csv = drift_csv(plan(), years);
  EXPECT_NE(csv.find("ndvi_z,below,-1,2001,2004,4,0.375,0.5,0.25,-100\n"), std::string::npos) << csv;
  EXPECT_NE(csv.find("water,above,0.5,2001,2002,2,0,0,0,0\n"), std::string::npos) << csv;
  const std::string line = describe_drift(csv);
  EXPECT_NE(line.find("ndvi_z below -1 50.0 to 25.0 %"), std::string::npos) << line;
  EXPECT_LT(line.find("ndvi_z"), line.find("water"));
}

TEST(DriftTable, SaysNothingOfOneYear) {
  const std::string csv = drift_csv(plan(), {{0, 2001, 40, 100}});
  EXPECT_NE(csv.find("ndvi_z,below,-1,2001,2001,1,0.4,,,\n"), std::string::npos) << csv;
  EXPECT_EQ(describe_drift(csv), "");
}

}  // namespace
}  // namespace fw
