// Readings in lines: our own strict objects and FHIR R4 Observations.
#include <array>

#include "base/parse.hpp"
#include "base/text.hpp"
#include "json/record_scanner.hpp"
#include "json/value.hpp"
#include "source/lines_internal.hpp"
#include "source/reading_json_internal.hpp"
#include "source/series_internal.hpp"
#include "source/source.hpp"

namespace medchain::source {
namespace {

constexpr std::size_t line_buffer = std::size_t{1} << 16;
constexpr std::size_t line_slack = 4;  ///< a CR and a byte order mark are not of the line

struct Loinc {
  std::string_view code;
  Method method;
};
/// Glucose, as mass and as amount of substance.
constexpr std::array loinc_codes = {
    Loinc{"99504-3", Method::sensor}, Loinc{"105272-9", Method::sensor},  // interstitial fluid
    Loinc{"41653-7", Method::strip},  Loinc{"14743-9", Method::strip},    // capillary, glucometer
    Loinc{"2339-0", Method::lab},     Loinc{"15074-8", Method::lab},      // blood
    Loinc{"2345-7", Method::lab},     Loinc{"14749-6", Method::lab},      // serum or plasma
};
constexpr std::size_t max_codings = 6;  ///< of a concept, that are looked at

/// What is asked of every Observation, in this order.
enum Field : std::size_t {
  status,
  effective,
  value,
  comparator,
  unit_text,
  unit_system,
  unit_code,
  coding_system,
  coding_code,
};
const std::vector<std::string>& common_pointers() {
  static const std::vector<std::string> pointers = {
      "/status",
      "/effectiveDateTime",
      "/valueQuantity/value",
      "/valueQuantity/comparator",
      "/valueQuantity/unit",
      "/valueQuantity/system",
      "/valueQuantity/code",
      "/code/coding/0/system",
      "/code/coding/0/code",
  };
  return pointers;
}

/// What is asked only where there is no value.
const std::vector<std::string>& absent_pointers() {
  static const std::vector<std::string> pointers = {"/dataAbsentReason/coding/0/code",
                                                    "/dataAbsentReason/text"};
  return pointers;
}

/// What is asked only where the first coding is not known: the other ones.
const std::vector<std::string>& coding_pointers() {
  static const std::vector<std::string> pointers = [] {
    std::vector<std::string> made;
    for (std::size_t i = 1; i < max_codings; ++i) {
      const std::string coding = "/code/coding/" + std::to_string(i);
      made.push_back(coding + "/system");
      made.push_back(coding + "/code");
    }
    return made;
  }();
  return pointers;
}

using Fields = std::vector<std::optional<std::string>>;

std::optional<Method> method_of(const std::optional<std::string>& system,
                                const std::optional<std::string>& code) {
  if (system != "http://loinc.org" || !code) return std::nullopt;
  for (const Loinc& known : loinc_codes)
    if (*code == known.code) return known.method;
  return std::nullopt;
}

Error expected(std::string_view field, std::string_view what,
               const std::optional<std::string>& got) {
  return fail(Code::input_invalid, "field '" + std::string(field) + "': expected " +
                                       std::string(what) + ", got " +
                                       (got ? shape(*got) : "nothing"));
}

/// Precondition: the text is an Observation that was scanned without an error.
Result<std::optional<Reading>> read_observation(json::RecordScanner& scanner, std::string_view text,
                                                Skipped& skipped) {
  const auto skip = [&skipped](Skipped kind) {
    skipped = kind;
    return std::optional<Reading>();
  };
  MC_ASSIGN(const Fields fields, scanner.scan_pointers(text, common_pointers()));
  std::optional<Method> method = method_of(fields[coding_system], fields[coding_code]);
  if (!method) {
    MC_ASSIGN(const Fields others, scanner.scan_pointers(text, coding_pointers()));
    for (std::size_t i = 0; i < others.size() && !method; i += 2)
      method = method_of(others[i], others[i + 1]);
  }
  if (!method) return skip(Skipped::other_code);
  if (!fields[status]) return expected("status", "the state of the Observation", fields[status]);
  if (fields[status] != "final" && fields[status] != "amended" && fields[status] != "corrected")
    return skip(Skipped::not_final);
  if (!fields[value]) {
    MC_ASSIGN(const Fields absent, scanner.scan_pointers(text, absent_pointers()));
    if (absent[0] || absent[1]) return skip(Skipped::no_value);
  }

  Reading reading;
  reading.method = *method;
  const auto time = fields[effective] ? parse_instant(*fields[effective]) : std::nullopt;
  if (!time)
    return expected("effectiveDateTime", "a date and time with 'Z' or an offset",
                    fields[effective]);
  reading.time = *time;
  reading.value = fields[comparator].value_or("") + fields[value].value_or("");
  if (!fields[value] || !is_value(reading.value))
    return expected("valueQuantity.value", "a number such as 103 or 5.6", fields[value]);
  const bool coded = fields[unit_code] && fields[unit_system] == "http://unitsofmeasure.org";
  const std::optional<std::string>& named = coded ? fields[unit_code] : fields[unit_text];
  const auto unit = find_unit(named.value_or(""));
  if (!unit) return expected("valueQuantity.unit", "mg/dL or mmol/L", named);
  reading.unit = *unit;
  return std::optional<Reading>(std::move(reading));
}

class SeriesNdjsonReader : public SeriesReader {
 public:
  SeriesNdjsonReader(int fd, const std::string& name, const SeriesOptions& options)
      : place_(escape_for_terminal(name)),
        lines_(fd, '\n', max_record_line + line_slack, line_buffer, 1, 0, options.stop_fd) {}

  Result<std::optional<SeriesItem>> next() override {
    for (;;) {
      auto line = lines_.next();
      if (!line) return std::move(line).error().context(place_);
      if (!*line) return std::optional<SeriesItem>();
      if (strip_line_ends(**line)) counts_.byte_order_mark = true;
      if (!(*line)->too_long && trim_ascii((*line)->text).empty()) continue;
      Skipped skipped = Skipped::other;
      auto found = read_line(**line, skipped);
      if (found && !*found) {
        ++counts_.skipped[static_cast<std::size_t>(skipped)];
        continue;
      }
      Result<Reading> judged =
          found ? Result<Reading>(std::move(**found)) : Result<Reading>(std::move(found).error());
      return std::optional(item_of(place_, (*line)->number, std::move(judged), counts_));
    }
  }
  std::uint64_t bytes_read() const override { return lines_.bytes_read(); }
  const SeriesCounts& counts() const override { return counts_; }

 private:
  Result<std::optional<Reading>> read_line(const Line& line, Skipped& skipped) {
    if (line.too_long || line.text.size() > max_record_line)
      return fail(Code::input_too_long,
                  "the line is over " + std::to_string(max_record_line) + " bytes");
    const auto found = scanner_.scan_fhir(line.text);
    if (!found) {
      Error error = found.error();
      if (error.code == Code::input_invalid && !line.ended) {
        error.code = Code::input_truncated;
        error.message = "the last line has no line end and is not complete JSON: " + error.message;
      }
      return error;
    }
    if (found->resource_type == "Observation")
      return read_observation(scanner_, line.text, skipped);
    if (!found->resource_type.empty()) {
      skipped = Skipped::other_code;
      return std::optional<Reading>();
    }
    if (line.text.size() > max_reading_line)
      return fail(Code::input_too_long,
                  "the line is over " + std::to_string(max_reading_line) + " bytes");
    if (!line.ended)
      return fail(Code::input_truncated, "the last line has no line end: the stream may be cut");
    MC_ASSIGN(const json::Object object, json::parse_object(line.text));
    MC_ASSIGN(Reading reading, reading_of(object));
    return std::optional<Reading>(std::move(reading));
  }

  std::string place_;
  Lines lines_;
  json::RecordScanner scanner_;
  SeriesCounts counts_;
};

}  // namespace

std::unique_ptr<SeriesReader> read_series_ndjson(int fd, std::string name,
                                                 const SeriesOptions& options) {
  return std::make_unique<SeriesNdjsonReader>(fd, name, options);
}

}  // namespace medchain::source
