// An alert draft as a message of the Common Alerting Protocol 1.2, for the authority that may sign and send it.
// Source: OASIS CAP-v1.2 (2010), https://docs.oasis-open.org/emergency/cap/v1.2/.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/date.h"
#include "core/risk/alert_rules.h"

namespace fw {

/// What a message says beside the draft's own words.
struct CapEnvelope {
  std::string sender;                                 ///< identifies who drafts: no blank, comma, '<' or '&'
  std::string sender_name, language = "en", contact;  ///< contact may be empty
  std::optional<Date> updated_day;                    ///< last day of the period of the draft that this one updates
  Date period_end;                                    ///< last day of the draft's period
  std::string area;                                   ///< name of the unit
  std::vector<unsigned char> wkb;                     ///< its polygon in EPSG:4326; empty: the p-code alone says where
  std::vector<std::pair<std::string, std::string>> parameters;  ///< system-specific values, in order
};

/// An identifier or sender as CAP wants it: characters other than letters, digits, '.', '_', '-', '@' become "_xx"
/// (hex).
std::string cap_token(const std::string& text);

/// XML text (UTF-8), elements in the order of the schema; the same draft gives the same bytes. `sent` is midnight UTC
/// after the period: no clock is read, whoever sends it puts the time. Polygons are simplified to 0.005 degree (about
/// 500 m), points as "latitude,longitude"; holes are left out, as CAP has none. Errors: FW_EXPECT for a draft without
/// identifier or a sender that CAP does not allow.
std::string cap_xml(const CapDraft& draft, const CapEnvelope& envelope);

}  // namespace fw
