#include <gtest/gtest.h>

#include <algorithm>

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

TEST(FindPersonalData, SeesThemInOtherScriptsAndNotations) {
  for (const char* phone :
       {"+251 91 123 4567", "(0)77/123-45-67", "00249-912-345678", "tel. 091.123.45.67",
        "\u0660\u0669\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668",
        "\u06F0\u06F9\u06F1\u06F2 \u06F3\u06F4\u06F5 \u06F6\u06F7\u06F8", "\uFF0B\uFF12\uFF14\uFF19 912345678",
        "0912\u200B345\u200B678", "0912\u2013345\u2013678", "\u136A\u136B\u136C\u136D\u136E\u136F\u1370"})
    EXPECT_EQ(find_personal_data(phone), Found{"a phone number"}) << phone;
  for (const char* place : {"at 6GCRMQ22+X9", "meet at 9G8F+6W Omdurman", "37N CB 12345 67890", "grid 37PBM1234",
                            "14 30 12 N", "N14.51234", "14.5123 N", "14 deg 30 min", "14:30:12 S 33:12:10 E",
                            "\u0661\u0664.\u0665\u0661\u0662\u0663, \u0663\u0663.\u0662\u0660\u0668\u0667"}) {
    const Found found = find_personal_data(place);  // digits may look like something else as well
    EXPECT_NE(std::find(found.begin(), found.end(), "coordinates"), found.end()) << place;
  }
  for (const char* id : {"passport EP1234567", "card AB-1234567-C", "IBAN GB29NWBK60161331926819"}) {
    const Found found = find_personal_data(id);
    ASSERT_FALSE(found.empty()) << id;
    EXPECT_EQ(found.back(), "an identity number") << id;
  }
  EXPECT_EQ(find_personal_data("amina\uFF20example.org"), Found{"an e-mail address"});
  EXPECT_EQ(find_personal_data("reported by Osman"), Found{"a name"});
  EXPECT_EQ(find_personal_data("Ato Bekele lost two oxen"), Found{"a name"});
}

TEST(FindPersonalData, LeavesOrdinaryReportsAlone) {
  for (const char* text :
       {"", "well dry", "120 people since 2026-03-01, 45 goats dead", "rain 12.5 mm, then 3.1 mm", "mr",
        "price 1,200 per sack of 50 kg", "the committee called a meeting", "100 @ 5 each", "drought. Wells dry.",
        "45+23 goats", "12 of 30 households", "5 N of town", "rain 12.5 3.1 4.2 0.0 7.9 1.1", "60 W panels",
        "temperature 31.5 C", "wheat at 1200 birr, 3 sacks", "10 h drive"})
    EXPECT_TRUE(find_personal_data(text).empty()) << text;
}

}  // namespace
}  // namespace fw
