// Device exports in CSV: rows until there is a header, then readings.
#include "base/text.hpp"
#include "source/csv_internal.hpp"
#include "source/series_internal.hpp"

namespace medchain::source {
namespace {

constexpr std::size_t max_preamble = 10;  ///< rows, in which a header must be

class SeriesCsvReader : public SeriesReader {
 public:
  SeriesCsvReader(int fd, const std::string& name, const SeriesOptions& options)
      : options_(options),
        place_(escape_for_terminal(name)),
        rows_(fd, options.stop_fd),
        clock_(options_.zone) {}

  Result<std::optional<SeriesItem>> next() override {
    if (!layout_ && !ended_) {
      if (Status status = find_header(); !status) {
        ended_ = true;
        return std::move(status).error().context(place_);
      }
    }
    while (!ended_) {
      auto row = rows_.next();
      if (!row) {
        // Broken quoting ends the stream; a signal does not (CsvRows knows).
        return std::move(row).error().context(place_);
      }
      if (!*row) {
        ended_ = true;
        break;
      }
      auto found = judge(**row);
      counts_.repeated_hour = clock_.repeated_hour();
      if (found && !*found) continue;
      Result<Reading> judged =
          found ? Result<Reading>(std::move(**found)) : Result<Reading>(std::move(found).error());
      return std::optional(item_of(place_, (*row)->line, std::move(judged), counts_));
    }
    return std::optional<SeriesItem>();
  }
  std::uint64_t bytes_read() const override { return rows_.bytes_read(); }
  const SeriesCounts& counts() const override { return counts_; }

 private:
  Status find_header();
  Result<std::optional<Reading>> judge(const CsvRow& row);

  SeriesOptions options_;
  std::string place_;
  CsvRows rows_;
  RowClock clock_;
  SeriesCounts counts_;
  std::optional<Layout> layout_;
  bool ended_ = false;
};

Status SeriesCsvReader::find_header() {
  for (std::size_t i = 0; i < max_preamble; ++i) {
    MC_ASSIGN(std::optional<CsvRow> row, rows_.next());
    counts_.byte_order_mark = rows_.had_byte_order_mark();
    if (!row) break;
    const std::string line = "line " + std::to_string(row->line);
    if (row->problem) return std::move(*row->problem).context(line);
    auto layout = find_layout(row->fields);
    if (!layout) return std::move(layout).error().context(line);
    if (*layout) {
      layout_ = std::move(**layout);
      return {};
    }
    ++counts_.skipped[static_cast<std::size_t>(Skipped::details)];
  }
  return fail(Code::input_invalid,
              "expected a header with a time and a glucose column in the first " +
                  std::to_string(max_preamble) +
                  " rows, such as 'Timestamp' and 'Glucose Value (mg/dL)'");
}

Result<std::optional<Reading>> SeriesCsvReader::judge(const CsvRow& row) {
  if (row.problem) return *row.problem;
  Skipped skipped = Skipped::other;
  MC_ASSIGN(std::optional<Reading> reading,
            read_row(*layout_, row.fields, options_, clock_, skipped));
  if (!reading) {
    ++counts_.skipped[static_cast<std::size_t>(skipped)];
    return reading;
  }
  // A number that was cut is still a number: only what stands behind it says that it is whole.
  if (!row.ended && !trim_ascii(row.fields.back()).empty())
    return fail(Code::input_truncated, "the last line has no line end: its column " +
                                           std::to_string(row.fields.size()) + " may be cut");
  return reading;
}

}  // namespace

std::string_view skipped_name(Skipped kind) {
  switch (kind) {
    case Skipped::details:
      return "details";
    case Skipped::alert:
      return "alert";
    case Skipped::calibration:
      return "calibration";
    case Skipped::insulin:
      return "insulin";
    case Skipped::food:
      return "food";
    case Skipped::activity:
      return "activity";
    case Skipped::ketone:
      return "ketone";
    case Skipped::note:
      return "note";
    case Skipped::empty:
      return "empty";
    case Skipped::other:
      return "other";
    case Skipped::no_value:
      return "no value";
    case Skipped::not_final:
      return "not final";
    case Skipped::other_code:
      return "other code";
  }
  return {};
}

std::unique_ptr<SeriesReader> read_series_csv(int fd, std::string name,
                                              const SeriesOptions& options) {
  return std::make_unique<SeriesCsvReader>(fd, name, options);
}

}  // namespace medchain::source
