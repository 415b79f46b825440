#include "core/risk/alert_memory.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support.h"

namespace fw::test {
namespace {

AlertRecords make_records() {
  AlertRecords records;
  AlertRecord& told = records[{"drought", "ET04"}];
  told.memory = {4, 4, Period{Cadence::month, 24139}, Period{Cadence::month, 24141}, 2};
  told.decided = {Cadence::month, 24142};
  records[{"famine", "=1,2"}].decided = {Cadence::month, 24142};
  return records;
}

std::string code_of(const std::string& text) {
  try {
    load_alert_memory(text, "memory.csv");
  } catch (const InputError& e) {
    return e.code();
  }
  return "";
}

TEST(AlertMemory, ComesBackAsWritten) {
  const AlertRecords records = make_records();
  const std::string text = alert_memory_csv(records);
  const AlertRecords back = load_alert_memory(text, "memory.csv");
  ASSERT_EQ(back.size(), 2U);
  EXPECT_EQ(alert_memory_csv(back), text);
  const AlertRecord& told = back.at({"drought", "ET04"});
  EXPECT_EQ(told.memory.last_class, 4);
  EXPECT_EQ(told.memory.told, (Period{Cadence::month, 24139}));
  EXPECT_EQ(told.memory.told_unknown, (Period{Cadence::month, 24141}));
  EXPECT_EQ(told.memory.periods_unknown, 2);
  EXPECT_EQ(told.decided, (Period{Cadence::month, 24142}));
  EXPECT_EQ(back.at({"famine", "=1,2"}).memory.told_class, 0);
}
TEST(AlertMemory, OfAnotherVersionDamagedOrDoubledIsRefused) {
  const std::string text = alert_memory_csv(make_records());
  const auto changed = [&](const std::string& what, const std::string& with) {
    std::string out = text;
    out.replace(out.find(what), what.size(), with);
    return out;
  };
  for (const std::string& bad :
       {std::string(), changed("version", "edition"), changed(",1\n", ",2\n"), changed("2011-08", "2011-13"),
        changed("drought,ET04,4", "drought,ET04,9"), changed("2011-08", ""), changed("2011-08", "2011-08-d1"),
        text + text.substr(text.find('\n') + 1), text.substr(0, text.size() - 12)})
    EXPECT_EQ(code_of(bad), "ALERT_MEMORY") << bad;
}

}  // namespace
}  // namespace fw::test
