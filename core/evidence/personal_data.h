// Signs of personal data in free text. They raise a flag for a person; they never clear a text for release.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace fw {

/// What the text looks like it holds, of "a phone number", "an e-mail address", "coordinates", "a name", "an identity number";
/// empty when nothing. Digits of other scripts count, Plus Codes, MGRS and degrees are coordinates. Errs on the side of flagging; dates of the form YYYY-MM-DD are no phone numbers. Linear in the text.
std::vector<std::string> find_personal_data(std::string_view text);

}  // namespace fw
