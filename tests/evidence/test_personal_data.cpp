#include <gtest/gtest.h>

#include "core/evidence/personal_data.h"

namespace fw {
namespace {

using Found = std::vector<std::string>;

TEST(FindPersonalData, SeesPhonesMailsPointsAndNames) {
  EXPECT_EQ(find_personal_data("reach us on +249 912 345 678"), Found{"a phone number"});
  EXPECT_EQ(find_personal_data("tel 0912-345-678"), Found{"a phone number"});
  EXPECT_EQ(find_personal_data("write to amina.k@example.org please"), Found{"an e-mail address"});
  EXPECT_EQ(find_personal_data("the well at 14.5123, 33.2087 is dry"), Found{"coordinates"});
  EXPECT_EQ(find_personal_data("at 14\xC2\xB0 30' N"), Found{"coordinates"});
  EXPECT_EQ(find_personal_data("Mrs. Okello lost her herd"), Found{"a name"});
  EXPECT_EQ(find_personal_data("my name is Osman"), Found{"a name"});
  EXPECT_EQ(find_personal_data("my name is \xD9\x85\xD8\xAD"), Found{"a name"});
  EXPECT_EQ(find_personal_data("call Amina +249 912 345 678"), (Found{"a phone number", "a name"}));
}

TEST(FindPersonalData, LeavesOrdinaryReportsAlone) {
  for (const char* text :
       {"", "well dry", "120 people since 2026-03-01, 45 goats dead", "rain 12.5 mm, then 3.1 mm", "mr",
        "price 1,200 per sack of 50 kg", "the committee called a meeting", "100 @ 5 each", "drought. Wells dry."})
    EXPECT_TRUE(find_personal_data(text).empty()) << text;
}

}  // namespace
}  // namespace fw
