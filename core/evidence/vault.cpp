#include "core/evidence/vault.h"

#include <algorithm>
#include <fstream>

#include "core/base/text.h"
#include "core/evidence/validate.h"

namespace fw {
namespace {

constexpr size_t salt_bytes = 32, largest_vault = 1U << 30;
constexpr uint32_t content_version = 1;

/// Lengths and bytes, one after the other, in memory that is wiped.
class Writer {
 public:
  void number(uint32_t n) {
    for (int i = 0; i < 4; ++i) text_ += static_cast<char>(n >> (8 * i));
  }
  void text(std::string_view s) {
    number(static_cast<uint32_t>(s.size()));
    grow(s.size());
    text_.append(s);
  }
  SecretBytes finish() {
    SecretBytes bytes{std::string_view(text_)};
    wipe(text_);
    return bytes;
  }
  ~Writer() { wipe(text_); }

 private:
  /// Growth copies the text: the old copy is wiped, which a string by itself does not do.
  void grow(size_t more) {
    if (text_.size() + more + 8 <= text_.capacity()) return;
    std::string larger;
    larger.reserve(2 * (text_.size() + more + 64));
    larger = text_;
    text_.swap(larger);
    wipe(larger);
  }
  std::string text_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  uint32_t number() {
    const std::string_view b = take(4);
    uint32_t n = 0;
    for (size_t i = 0; i < 4; ++i) n |= static_cast<uint32_t>(static_cast<unsigned char>(b[i])) << (8 * i);
    return n;
  }
  std::string_view text() { return take(number()); }
  bool empty() const { return rest_.empty(); }
  [[noreturn]] static void fail() {
    throw InputError("VAULT_INVALID",
                     "The vault opens but its content has another shape. It was made by another program.");
  }

 private:
  std::string_view take(size_t n) {
    if (n > rest_.size()) fail();
    const std::string_view part = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return part;
  }
  std::string_view rest_;
};

}  // namespace

Vault Vault::create(const std::filesystem::path& file, const VaultSecret& secret) {
  if (std::filesystem::exists(std::filesystem::symlink_status(file)))
    throw OutputError("EXISTS", printable(file.string(), 300) + " exists. Choose another name for the vault.");
  Vault vault(VaultLock::make(secret));
  vault.salt_ = random_secret(salt_bytes);
  vault.save(file);
  return vault;
}

Vault Vault::open(const std::filesystem::path& file, const VaultSecret& secret) {
  const std::string sealed = read_file(file.string(), largest_vault);
  Vault vault(VaultLock::of(sealed, secret));
  vault.parse(vault.lock_.unseal(sealed));
  return vault;
}

Vault::~Vault() {
  for (auto& [hash, record] : records_)
    for (std::string& value : record.value) wipe(value);
}

void Vault::save(const std::filesystem::path& file) const { replace_file(file, lock_.seal(content())); }

SecretBytes Vault::content() const {
  Writer out;
  out.number(content_version);
  out.text(salt_.view());
  out.number(static_cast<uint32_t>(log_.size()));
  for (const std::string& hash : log_) out.text(hash);
  out.number(static_cast<uint32_t>(field_count));  // by name: a later program may know more fields
  for (const char* name : field_names) out.text(name);
  out.number(static_cast<uint32_t>(records_.size()));
  for (const auto& [hash, record] : records_)
    for (size_t f = 0; f < field_count; ++f) {
      out.number(record.given[f]);
      out.text(record.value[f]);
    }
  return out.finish();
}

void Vault::parse(const SecretBytes& content) {
  Reader in(content.view());
  if (in.number() != content_version)
    throw InputError("VAULT_VERSION",
                     "The vault's content has a version that this program does not know. Use a newer forewarn.");
  salt_ = SecretBytes(in.text());
  if (salt_.size() != salt_bytes) Reader::fail();
  for (uint32_t n = in.number(); n > 0; --n) log_.emplace_back(in.text());
  std::vector<size_t> order;
  for (uint32_t n = in.number(); n > 0; --n) {
    const auto at = std::find(field_names.begin(), field_names.end(), in.text());
    if (at == field_names.end())
      throw InputError("VAULT_VERSION",
                       "The vault holds fields that this program does not know. Use a newer forewarn.");
    order.push_back(static_cast<size_t>(at - field_names.begin()));
  }
  for (uint32_t n = in.number(); n > 0; --n) {
    RawReport record;
    for (const size_t f : order) {
      record.given[f] = in.number() != 0;
      record.value[f] = in.text();
    }
    records_.emplace(record_hash(record), std::move(record));
  }
  if (!in.empty()) Reader::fail();
}

std::string Vault::record_hash(const RawReport& record) const {
  std::string all = "record";
  for (size_t f = 0; f < field_count; ++f)
    if (record.given[f] || !record.value[f].empty())
      all += std::string("\n") + field_names[f] + (record.given[f] ? "=" : "~") +
             std::to_string(record.value[f].size()) + ":" + record.value[f];
  std::string hash = keyed_hash(salt_, all);
  wipe(all);
  return hash;
}

std::string Vault::report_hash(const RawReport& report) const {
  const std::string reporter = trim(report[Field::reporter]), id = trim(report[Field::id]);
  if (!id.empty()) return keyed_hash(salt_, "report\n" + std::to_string(reporter.size()) + ":" + reporter + id);
  std::string all = "report without id";
  for (const Field f : {Field::reporter, Field::org, Field::lat, Field::lon, Field::pcode, Field::time, Field::category,
                        Field::severity, Field::people, Field::text})
    all += "\n" + std::to_string(report[f].size()) + ":" + report[f];
  std::string hash = keyed_hash(salt_, all);
  wipe(all);
  return hash;
}

std::string Vault::pseudonym(const std::string& reporter) const {
  return "p" + keyed_hash(salt_, "reporter\n" + reporter, 16).substr(0, 24);
}

std::string Vault::digest() const {
  std::string all = "digest";
  for (const auto& [hash, record] : records_) all += "\n" + hash;
  return keyed_hash(salt_, all);
}

bool is_vault_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string first(8, '\0');
  in.read(first.data(), static_cast<std::streamsize>(first.size()));
  return in.gcount() == static_cast<std::streamsize>(first.size()) && is_vault(first);
}

template <class Fits>
size_t Vault::remove(Fits fits, bool log) {
  size_t removed = 0;
  for (auto at = records_.begin(); at != records_.end();) {
    if (!fits(at->second)) {
      ++at;
      continue;
    }
    if (log) log_.push_back(report_hash(at->second));
    for (std::string& value : at->second.value) wipe(value);
    at = records_.erase(at);
    ++removed;
  }
  std::sort(log_.begin(), log_.end());
  log_.erase(std::unique(log_.begin(), log_.end()), log_.end());
  return removed;
}

AddCounts Vault::add(const std::vector<RawReport>& rows) {
  AddCounts counts;
  for (const RawReport& row : rows) {
    const std::string reporter = trim(row[Field::reporter]), id = trim(row[Field::id]);
    if (read_consent(row[Field::consent]) == false) {
      ++counts.consent_no;
      if (!id.empty()) {
        remove([&](const RawReport& r) { return trim(r[Field::reporter]) == reporter && trim(r[Field::id]) == id; },
               true);
        log_.push_back(report_hash(row));
        std::sort(log_.begin(), log_.end());
      }
      continue;
    }
    if (std::binary_search(log_.begin(), log_.end(), report_hash(row))) {
      ++counts.withdrawn;
      continue;
    }
    RawReport record;
    record.value = row.value;
    record.given = row.given;
    const std::string hash = record_hash(record);
    ++(records_.try_emplace(hash, std::move(record)).second ? counts.added : counts.known);
  }
  return counts;
}

size_t Vault::withdraw(const WithdrawalRequest& request) {
  FW_EXPECT(!(request.report_id + request.reporter + request.owner).empty(), "a withdrawal names something");
  const auto fits = [](const std::string& wanted, const std::string& cell) {
    return wanted.empty() || wanted == trim(cell);
  };
  return remove(
      [&](const RawReport& r) {
        return fits(request.report_id, r[Field::id]) && fits(request.reporter, r[Field::reporter]) &&
               fits(request.owner, r[Field::owner]);
      },
      true);
}

size_t Vault::purge(Date day) {
  return remove(
      [&](const RawReport& r) {
        const auto time = parse_datetime(trim(r[Field::time]));
        const auto last = keep_until(r[Field::retention], time ? time->date : Date{1970, 1, 1});
        return last && *last < day;
      },
      false);
}

std::vector<RawReport> Vault::reports(const std::string& name) const {
  constexpr size_t shown = 12;
  std::vector<RawReport> rows;
  for (const auto& [hash, record] : records_) {
    RawReport& row = rows.emplace_back(record);
    row.file = name;
    row.place = rows.size();
    row.item = name + ":" + hash.substr(0, shown);
  }
  return rows;
}

}  // namespace fw
