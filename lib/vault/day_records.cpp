#include "vault/day_records.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "crypto/sha256.hpp"

namespace medchain::vault {
namespace {

/// Of a sensor's glucose, by mass: the code that searches and grants know days by.  The unit of
/// each reading is in the document.
constexpr std::string_view glucose_code = "99504-3";
/// A day of max_day_readings readings, none of which is longer.
constexpr std::size_t max_document = 16u << 20;

}  // namespace

bool is_day_record(const Version& version, std::string_view series) {
  return version.type == day_type && version.id.size() > series.size() &&
         version.id.starts_with(series) && version.id[series.size()] == '/' &&
         !version.date.empty() &&
         version.id.compare(series.size() + 1, version.date.size(), version.date) == 0;
}

Result<source::DayDocument> read_day(const Vault& vault, std::uint64_t version) {
  std::string text;
  MC_TRY(vault.read_copy(version, [&](ByteView chunk) -> Status {
    if (text.size() + chunk.size() > max_document)
      return fail(Code::copy_damaged, "the copy is too long for a document of a day");
    text.append(as_text(chunk));
    return {};
  }));
  auto day = source::parse_day(text);
  if (!day) return fail(Code::copy_damaged, "the copy holds no document of a day");
  return day;
}

Result<MergedDays> MergedDays::open(Vault& vault, Anchoring& anchoring, SeriesKey key,
                                    std::vector<source::DayDocument> days) {
  MergedDays merged(vault, std::move(key), std::move(days));
  MC_ASSIGN(const auto handle, anchoring.handle_of(merged.key_.subject, merged.key_.series));
  merged.handle_ = to_hex(handle);
  return merged;
}

Result<std::optional<source::DayDocument>> MergedDays::newest(const std::string& id) const {
  MC_ASSIGN(const auto latest, vault_->find(record_key(key_.source, day_type, id)));
  if (!latest) return std::optional<source::DayDocument>();
  auto day = read_day(*vault_, latest->number);
  if (!day) return std::move(day).error();
  return std::optional(std::move(*day));
}

Result<std::optional<source::Item>> MergedDays::next() {
  if (next_ == days_.size()) return std::optional<source::Item>();
  source::DayDocument& late = days_[next_++];
  const std::string date = source::format_day(late.day);
  const std::string id = key_.series + "/" + date + "/" + handle_;
  std::optional<source::DayDocument> old;
  // One short read for each day keeps no reader slot over a long merge.
  const Status found = vault_->read([&]() -> Status {
    MC_ASSIGN(old, newest(id));
    return {};
  });
  if (!found) return Error(found.error()).context("a day of the series");
  std::uint64_t conflicts_before = 0;
  if (old) {
    conflicts_before = source::conflicts(*old).size();
    MC_ASSIGN(source::Merged merged, source::merge_days(*old, late));
    totals_.added += merged.added;
    late = std::move(merged.day);
  } else {
    totals_.added += late.readings.size();
  }
  totals_.conflicts += source::conflicts(late).size() - conflicts_before;
  text_ = source::write_day(late);
  late.readings = {};

  source::Record record;
  record.source = key_.source;
  record.type = day_type;
  record.id = id;
  record.subject = key_.subject;
  record.date = date;
  record.code = glucose_code;
  record.labels.emplace();
  record.digest = Digest(crypto::sha256(as_bytes(text_)));
  record.size = text_.size();
  source::Item item;
  item.number = next_;
  item.record = std::move(record);
  return std::optional(std::move(item));
}

}  // namespace medchain::vault
