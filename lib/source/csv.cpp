#include <csv.h>

#include <array>
#include <exception>
#include <new>

#include "base/text.hpp"
#include "source/csv_internal.hpp"

namespace medchain::source {
namespace {

constexpr std::size_t line_buffer = std::size_t{1} << 16;

/// libcsv would trim unquoted fields; RFC 4180 says that spaces are part of a field.
int no_space(unsigned char) { return 0; }
/// libcsv ends a row at a CR as well; a CR in front of LF is stripped before it sees the line.
int is_line_feed(unsigned char c) { return c == '\n' ? 1 : 0; }

/// What is not fit to be a row, though its quoting is.
std::optional<Error> judge(const std::vector<std::string>& fields, std::size_t columns) {
  if (columns > max_csv_columns)
    return fail(Code::input_invalid, "expected at most " + std::to_string(max_csv_columns) +
                                         " columns, got " + std::to_string(columns));
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::string column = "column " + std::to_string(i + 1);
    if (const auto at = find_invalid_utf8(fields[i]))
      return fail(Code::input_encoding,
                  column + ": expected UTF-8, got another byte at offset " + std::to_string(*at))
          .with_hint("'iconv -f ENCODING -t UTF-8' converts a text of another encoding");
    if (const std::size_t at = fields[i].find('\0'); at != std::string::npos)
      return fail(Code::input_invalid,
                  column + ": expected text, got a NUL byte at offset " + std::to_string(at));
  }
  return std::nullopt;
}

}  // namespace

struct CsvRows::Impl {
  Impl(int fd, int stop_fd)
      : lines(fd, '\n', max_csv_row, line_buffer, 1, 0, stop_fd),
        valid(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) == 0) {
    csv_set_space_func(&parser, no_space);
    csv_set_term_func(&parser, is_line_feed);
  }
  ~Impl() { csv_free(&parser); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // Called by C: nothing may be thrown through it.
  static void take_field(void* bytes, std::size_t size, void* self) {
    Impl& impl = *static_cast<Impl*>(self);
    try {
      if (++impl.columns <= max_csv_columns)
        impl.fields.emplace_back(static_cast<const char*>(bytes), size);
    } catch (const std::exception&) {
      impl.no_memory = true;
    }
  }
  static void take_row(int, void* self) { static_cast<Impl*>(self)->row_done = true; }

  Status feed(std::string_view text);
  Error broken(std::string_view why, Code code = Code::input_invalid) const {
    return fail(code, "line " + std::to_string(row_line) + ": " + std::string(why));
  }
  CsvRow finish(bool ended);

  Lines lines;
  csv_parser parser{};
  bool valid;
  bool first = true, mark = false, at_end = false, no_memory = false;
  bool row_done = false;
  std::size_t row_bytes = 0;   ///< of the row that is open; 0: none is
  std::uint64_t row_line = 0;  ///< where it began
  std::size_t columns = 0;
  std::vector<std::string> fields;
};

Status CsvRows::Impl::feed(std::string_view text) {
  const std::size_t used = csv_parse(&parser, text.data(), text.size(), take_field, take_row, this);
  if (no_memory || csv_error(&parser) == CSV_ENOMEM) throw std::bad_alloc();
  if (used != text.size() || csv_error(&parser) != CSV_SUCCESS)
    return broken(
        "expected a separator or the end of the row behind a closing quote, and no quote "
        "in a field that is not quoted");
  return {};
}

CsvRow CsvRows::Impl::finish(bool ended) {
  CsvRow row;
  row.line = row_line;
  row.ended = ended;
  row.problem = judge(fields, columns);
  if (!row.problem) row.fields = std::move(fields);
  fields.clear();
  columns = row_bytes = 0;
  row_done = false;
  return row;
}

CsvRows::CsvRows(int fd, int stop_fd) : impl_(std::make_unique<Impl>(fd, stop_fd)) {}
CsvRows::~CsvRows() = default;
std::uint64_t CsvRows::bytes_read() const { return impl_->lines.bytes_read(); }
bool CsvRows::had_byte_order_mark() const { return impl_->mark; }

Result<std::optional<CsvRow>> CsvRows::next() {
  Impl& impl = *impl_;
  MC_ASSERT(impl.valid);
  while (!impl.at_end) {
    MC_ASSIGN(std::optional<Line> line, impl.lines.next());
    if (!line) {
      impl.at_end = true;
      if (impl.row_bytes > 0)
        return impl.broken("the row is not complete: a quote is not closed", Code::input_truncated);
      break;
    }
    const bool inside = impl.row_bytes > 0;
    if (!inside) impl.row_line = line->number;
    impl.row_bytes += line->text.size() + 1;
    if (line->too_long || impl.row_bytes > max_csv_row + 1) {
      const std::string over = "the row is over " + std::to_string(max_csv_row) + " bytes";
      if (inside) {
        impl.at_end = true;
        return impl.broken(over, Code::input_too_long);
      }
      impl.row_bytes = 0;
      CsvRow row;
      row.line = line->number;
      row.ended = line->ended;
      row.problem = fail(Code::input_too_long, over);
      return std::optional<CsvRow>(std::move(row));
    }
    if (strip_line_ends(*line)) impl.mark = true;
    if (!inside && line->text.empty()) {
      impl.row_bytes = 0;
      continue;
    }
    if (impl.first)
      csv_set_delim(&impl.parser, static_cast<unsigned char>(separator_of(line->text)));
    impl.first = false;
    Status fed = impl.feed(line->text);
    if (fed) fed = impl.feed("\n");
    if (!fed) {
      impl.at_end = true;
      return std::move(fed).error();
    }
    if (impl.row_done) return std::optional<CsvRow>(impl.finish(line->ended));
  }
  return std::optional<CsvRow>();
}

char separator_of(std::string_view line) {
  constexpr std::array<char, 3> candidates = {',', ';', '\t'};
  std::array<std::size_t, 3> times{};
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    for (std::size_t i = 0; i < candidates.size(); ++i)
      if (!quoted && c == candidates[i]) ++times[i];
  }
  std::size_t best = 0;
  for (std::size_t i = 1; i < candidates.size(); ++i)
    if (times[i] > times[best]) best = i;
  return candidates[best];
}

}  // namespace medchain::source
