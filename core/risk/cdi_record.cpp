#include "core/risk/cdi_record.h"

#include "core/base/error.h"
#include "core/base/sha256.h"

namespace fw {
namespace {

constexpr std::string_view magic = "FWCDI1\n";
constexpr size_t digest_size = 64, header_size = magic.size() + 1 + 4 + 8, pixel_size = 4;

void put(std::string& out, uint64_t value, int bytes) {
  for (int k = 0; k < bytes; ++k) out += static_cast<char>(value >> (8 * k) & 255);
}
uint64_t take(std::string_view in, size_t& at, int bytes) {
  uint64_t value = 0;
  for (int k = 0; k < bytes; ++k) value |= static_cast<uint64_t>(static_cast<unsigned char>(in[at++])) << (8 * k);
  return value;
}
[[noreturn]] void refuse(const std::string& why) {
  throw InputError("CDI_STATE",
                   "the memory of the Combined Drought Indicator cannot be used (" + why +
                       "). Start the record anew, or give the file that the last run of this version wrote");
}

}  // namespace

std::string describe_version(CdiVersion version) {
  return version == CdiVersion::v4 ? "Combined Drought Indicator, version 4 (JRC factsheet)"
                                   : "Combined Drought Indicator, version 2021 (Cammalleri et al.), cell 111 corrected";
}

std::string describe_cdi(uint8_t code) {
  constexpr const char* names[] = {"no drought",
                                   "watch",
                                   "warning",
                                   "alert",
                                   "recovery",
                                   "temporary recovery of soil moisture",
                                   "temporary recovery of vegetation",
                                   "not assessed",
                                   "outside"};
  FW_EXPECT(code <= cdi_outside, "a CDI code is 0..8");
  return names[code];
}

CdiTiming pair_cdi_inputs(Period fapar) {
  FW_EXPECT(fapar.cadence == Cadence::dekad, "the CDI is dekadal");
  const bool third = fapar.number % 3 == 2;
  return {{Cadence::dekad, fapar.number - 1}, {Cadence::month, fapar.number / 3 - (third ? 0 : 1)}};
}

std::string write_cdi_record(const CdiRecord& record) {
  FW_EXPECT(record.last.cadence == Cadence::dekad, "the CDI is dekadal");
  std::string out(magic);
  out.reserve(header_size + pixel_size * record.pixels.size() + digest_size);
  put(out, static_cast<uint8_t>(record.version), 1);
  put(out, static_cast<uint32_t>(record.last.number), 4);
  put(out, record.pixels.size(), 8);
  for (const CdiMemory& m : record.pixels) {
    put(out, m.state, 1);
    put(out, m.held, 1);
    put(out, m.missed, 2);
  }
  return out + sha256_of(out);
}

CdiRecord read_cdi_record(std::string_view bytes, CdiVersion version, size_t pixels) {
  if (bytes.substr(0, magic.size()) != magic) refuse("it is not such a file");
  if (bytes.size() < header_size + digest_size) refuse("it is cut short");
  const std::string_view body = bytes.substr(0, bytes.size() - digest_size);
  if (sha256_of(body) != bytes.substr(body.size())) refuse("its checksum is wrong");
  size_t at = magic.size();
  CdiRecord record;
  const uint64_t found = take(body, at, 1);
  if (found != static_cast<uint8_t>(version)) refuse("it is of another version of the indicator");
  record.version = version;
  record.last = {Cadence::dekad, static_cast<int>(take(body, at, 4))};
  const uint64_t count = take(body, at, 8);
  if (count != pixels || body.size() != header_size + pixel_size * pixels)
    refuse("it holds " + std::to_string(count) + " pixels, not " + std::to_string(pixels));
  record.pixels.reserve(pixels);
  for (size_t k = 0; k < pixels; ++k) {
    CdiMemory m;
    m.state = static_cast<uint8_t>(take(body, at, 1));
    m.held = static_cast<uint8_t>(take(body, at, 1));
    m.missed = static_cast<uint16_t>(take(body, at, 2));
    if (m.state > cdi_greenness_recovery || m.held > cdi_max_held + 1) refuse("it holds a state that does not exist");
    record.pixels.push_back(m);
  }
  return record;
}

}  // namespace fw
