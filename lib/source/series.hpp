// Series: readings of wearable devices, out of CSV exports and NDJSON streams.  Values are kept as
// they were given, digit by digit, in the unit they were given in; numbers are converted for
// comparison only.  Days and what becomes of late readings: source/series_days.hpp.
// As with source::Reader, what goes wrong with one row is an item, what ends the stream an Error;
// messages tell lines, columns and the shape of what was there, never the content.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/types.hpp"
#include "source/zone.hpp"

namespace medchain::source {

constexpr std::size_t max_reading_line = std::size_t{1} << 20;  ///< CLI.md 4: lines of ours
constexpr UnixSeconds first_reading_time{0};                    ///< 1970-01-01T00:00:00Z
constexpr UnixSeconds last_reading_time{253'402'300'799};       ///< 9999-12-31T23:59:59Z

/// Units of glucose, by UCUM.  `mg/dl` and such spellings are taken for the one that is meant.
enum class Unit { mg_dl, mmol_l };
/// How a reading came about.  Two kinds at one time are two readings.
enum class Method {
  sensor,  ///< by itself, every few minutes
  scan,    ///< when somebody held a reader to the sensor
  strip,   ///< a drop of blood
  lab,     ///< blood, serum or plasma in a laboratory
};

struct Reading {
  UnixSeconds time;  ///< fractions of a second are cut off
  Method method = Method::sensor;
  Unit unit = Unit::mg_dl;
  /// `103`, `5.60` as it was spelled; `low` and `high`: out of the device's range; `<40`, `>=22.2`.
  std::string value;

  auto operator<=>(const Reading&) const = default;  ///< the order within a day document
};

std::string_view unit_name(Unit unit);                 ///< `mg/dL`, `mmol/L`
std::string_view method_name(Method method);           ///< `sensor`, `scan`, `strip`, `lab`
std::optional<Unit> find_unit(std::string_view text);  ///< upper or lower case
std::optional<Method> find_method(std::string_view text);

/// Exactly what Reading::value may be: one to five digits without leading zeros, perhaps a point
/// and one to five more, perhaps `<` `<=` `>` `>=` in front; or `low`, `high`.
bool is_value(std::string_view text);
/// A value as devices spell it: `Low`, `LO`, `HIGH`, `Hi`, and a comma as decimal point with one or
/// two digits behind it.  Nothing if it is none.
std::optional<std::string> find_value(std::string_view text);
/// True if both can be the same measurement: the same text; the same number in one unit (5.6 and
/// 5.60); or numbers in two units that are equal within the rounding of their last digits, by 1
/// mmol/L = 18.0156 mg/dL.  Time and method are not looked at.
bool agree(const Reading& a, const Reading& b);

/// How to read `6/2/20`.  Dates with the year first and `2.6.2020` (day first) need none.
enum class DateOrder { unknown, month_first, day_first };

struct SeriesOptions {
  std::optional<Zone> zone;  ///< of local times
  DateOrder date_order = DateOrder::unknown;
  std::optional<Unit> unit;  ///< where neither header nor rows say it
  int stop_fd = -1;          ///< as Options::stop_fd
};

/// Rows that are well-formed and no readings, by what they are.
enum class Skipped {
  details,  ///< of the patient or the device
  alert,
  calibration,
  insulin,
  food,
  activity,  ///< exercise, health events
  ketone,
  note,
  empty,       ///< a row with nothing in it
  other,       ///< of a kind not known here
  no_value,    ///< an Observation that says why it has none (dataAbsentReason)
  not_final,   ///< an Observation registered, preliminary, cancelled or entered in error
  other_code,  ///< an Observation of something else; a resource of another type
};
constexpr std::size_t skipped_kinds = 13;
std::string_view skipped_name(Skipped kind);

struct SeriesCounts {
  std::uint64_t readings = 0;
  std::uint64_t problems = 0;
  /// Readings in an hour that the clock showed twice.  Their instant is by the order of the rows:
  /// in a file that goes forwards the earlier one unless that is before the row in front of it, in
  /// one that goes backwards the later one unless that is after it.
  std::uint64_t repeated_hour = 0;
  std::array<std::uint64_t, skipped_kinds> skipped{};
  bool byte_order_mark = false;

  std::uint64_t of(Skipped kind) const { return skipped[static_cast<std::size_t>(kind)]; }
};

struct SeriesItem {
  std::string place;       ///< `FILE:LINE`, escaped
  std::uint64_t line = 0;  ///< 1-based, where the row begins
  std::optional<Reading> reading;
  std::optional<Error> problem;  ///< exactly one of reading and problem
};

class SeriesReader {
 public:
  virtual ~SeriesReader() = default;
  /// Nothing at the end.  Fails with input_unreadable and interrupted; for CSV also with
  /// input_invalid where there is no header that is known, or the quoting is broken.
  virtual Result<std::optional<SeriesItem>> next() = 0;
  virtual std::uint64_t bytes_read() const = 0;
  virtual const SeriesCounts& counts() const = 0;
};

/// A device's export: Dexcom Clarity, Abbott LibreView and LibreLink, or any table with a time and
/// a glucose column; the header says which (decision 0018 lists the names).  UTF-8, LF or CRLF;
/// separated by `,` `;` or tabs.  A local time without SeriesOptions::zone is a problem of its row,
/// as is one that the clocks of the zone never showed, and a date that needs an order and has none.
std::unique_ptr<SeriesReader> read_series_csv(int fd, std::string name,
                                              const SeriesOptions& options);

/// One reading in a line: `{"time":"2026-11-23T08:00:00Z","value":"5.6","unit":"mmol/L"}`, strict,
/// with an optional `"method"`, `"schema":"medchain/1"` and `"type":"reading"`; `value` is a string
/// or an integer, `time` has an offset.  Or FHIR R4 Observations of glucose by LOINC code with
/// effectiveDateTime and valueQuantity.  Lines of both kinds may follow each other.
std::unique_ptr<SeriesReader> read_series_ndjson(int fd, std::string name,
                                                 const SeriesOptions& options);

}  // namespace medchain::source
