// Day records: the days of a series (source/series_days.hpp) as records of a vault, each version
// with all readings of its day.  An id is `SERIES/DAY/HANDLE`: the handle keeps subjects apart and
// names none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "source/series_days.hpp"
#include "source/source.hpp"
#include "vault/anchoring.hpp"

namespace medchain::vault {

inline constexpr std::string_view day_type = "Observation";  ///< what grants and searches know

struct SeriesKey {
  std::string source;   ///< --source, part of the identity
  std::string subject;  ///< whose readings
  std::string series;   ///< `glucose`, also the profile
};

/// Whether a version is of a day of this series, whoever its subject is.
bool is_day_record(const Version& version, std::string_view series);

/// Within Vault::read(): the document in the copy of a version.  Fails as Vault::read_copy(), and
/// with copy_damaged if it holds no document of a day.
Result<source::DayDocument> read_day(const Vault& vault, std::uint64_t version);

struct DayTotals {
  std::uint64_t added = 0;      ///< readings that no version had
  std::uint64_t conflicts = 0;  ///< times with readings that do not agree, which did not before
};

/// Days united with their newest versions, as a stream of records for Anchoring::add().  A copy
/// that cannot be read stops it: nothing of a day is dropped.
class MergedDays {
 public:
  /// Precondition: `days` ascending, of key.series.
  static Result<MergedDays> open(Vault& vault, Anchoring& anchoring, SeriesKey key,
                                 std::vector<source::DayDocument> days);
  /// The next day's record, nothing at the end; its bytes are valid until the next call.  Fails
  /// with record_erased, copy_missing, copy_damaged, input_too_long, store errors.
  Result<std::optional<source::Item>> next();
  source::RecordBytes bytes() const { return {text_, -1, text_.size()}; }
  const DayTotals& totals() const { return totals_; }

 private:
  MergedDays(Vault& vault, SeriesKey key, std::vector<source::DayDocument> days)
      : vault_(&vault), key_(std::move(key)), days_(std::move(days)) {}
  Result<std::optional<source::DayDocument>> newest(const std::string& id) const;

  Vault* vault_;
  SeriesKey key_;
  std::vector<source::DayDocument> days_;
  std::string handle_;
  std::size_t next_ = 0;
  std::string text_;
  DayTotals totals_;
};

}  // namespace medchain::vault
