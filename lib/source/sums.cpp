#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "source/lines_internal.hpp"
#include "source/run_internal.hpp"
#include "source/sums_internal.hpp"

namespace medchain::source {
namespace {

constexpr std::size_t hex_digits = 64;
constexpr std::size_t max_sum_line =
    16'384;  ///< a path of PATH_MAX bytes, all of them escaped, and more

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// `TAG (name) = hex`, as sha256sum --tag and BSD tools write it.
bool is_tagged(std::string_view line) {
  const std::size_t open = line.find(" (");
  return open != std::string_view::npos && open <= 16 &&
         line.find(") = ") != std::string_view::npos;
}

Result<std::string> unescape(std::string_view name) {
  std::string out;
  out.reserve(name.size());
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '\\') {
      out += name[i];
      continue;
    }
    const char next = ++i < name.size() ? name[i] : '\0';
    if (next == '\\')
      out += '\\';
    else if (next == 'n')
      out += '\n';
    else if (next == 'r')
      out += '\r';
    else
      return fail(Code::input_invalid,
                  "escaped file name: expected '\\\\', '\\n' or '\\r' after a backslash");
  }
  return out;
}

class SumsReader : public Reader {
 public:
  SumsReader(int fd, const std::string& name, const Options& options)
      : run_(options),
        place_(escape_for_terminal(name)),
        lines_(fd, '\n', max_sum_line, 1u << 18, 1, 0, options.stop_fd) {}

  Result<std::optional<Item>> next() override {
    MC_TRY(run_.valid);
    if (!run_.id_is(IdRule::automatic) && !run_.id_is(IdRule::path))
      return fail(Code::usage, "sums come without content: their ids can be taken by 'path' only");
    if (run_.options.subject)
      return fail(Code::usage, "sums come without content: no subject can be taken from it");
    if (run_.options.canonical_json)
      return fail(Code::usage, "sums are of bytes as they are: no canonical form can be taken");
    for (;;) {
      auto line = lines_.next();
      if (!line) return std::move(line).error().context(place_);
      if (!*line) return std::optional<Item>();
      if (strip_line_ends(**line)) run_.notices.count(Notice::byte_order_mark, place_);
      // sha256sum -c skips comments.
      if (!(*line)->too_long && ((*line)->text.empty() || (*line)->text.front() == '#')) continue;

      std::optional<Item> item(std::in_place);
      item->place = place_ + ":" + std::to_string((*line)->number);
      item->number = ++run_.number;
      item->line = (*line)->number;
      if (Status status = describe(**line, item->record.emplace()); !status) {
        item->record.reset();
        item->problem = std::move(status).error();
      }
      return item;
    }
  }
  std::optional<RecordBytes> bytes() const override { return std::nullopt; }
  std::uint64_t bytes_read() const override { return lines_.bytes_read(); }
  std::vector<std::string> take_notices() override { return run_.notices.take(); }

 private:
  Status describe(const Line& line, Record& record) {
    if (line.too_long)
      return fail(Code::input_too_long,
                  "the line is over " + std::to_string(max_sum_line) + " bytes");
    auto parsed = parse_sum_line(line.text);
    if (!parsed) return std::move(parsed).error();
    Sum& sum = *parsed;
    // A name that was cut is still a name: only the line's end says that it is whole.
    if (!line.ended)
      return fail(Code::input_truncated, "the last line has no line end: its file name may be cut");
    if (sum.name == "-")
      return fail(Code::input_no_identity,
                  "the sum is of a standard input: it has no file name to be an id");
    record.source = run_.options.source;
    record.path = absolute_path(sum.name);
    MC_TRY(take_path(run_, record));
    if (run_.id_is(IdRule::automatic)) {
      MC_ASSIGN(record.id, text_of(run_, sum.name, "the name"));
    }
    record.digest = sum.digest;
    MC_TRY(check_record(record));
    if (run_.id_is(IdRule::automatic)) run_.notices.count(Notice::sum_name);
    return {};
  }

  Run run_;
  std::string place_;
  Lines lines_;
};

}  // namespace

Result<Sum> parse_sum_line(std::string_view line) {
  const bool escaped = !line.empty() && line.front() == '\\';
  std::string_view rest = line.substr(escaped ? 1 : 0);
  std::size_t digits = 0;
  while (digits < rest.size() && is_hex(rest[digits])) ++digits;
  if (digits != hex_digits) {
    if (is_tagged(rest))
      return fail(Code::input_invalid,
                  "a BSD-style line: expected 64 hex digits, two spaces and a file name")
          .with_hint("'sha256sum' without '--tag' writes it");
    return fail(Code::input_invalid, "expected 64 hex digits and a file name, got " +
                                         std::to_string(digits) + " hex digits");
  }
  Digest digest;
  MC_TRY(parse_hex(to_lower_ascii(rest.substr(0, hex_digits)), digest.bytes));
  rest.remove_prefix(hex_digits);
  if (rest.size() < 2 || rest[0] != ' ' || (rest[1] != ' ' && rest[1] != '*'))
    return fail(Code::input_invalid,
                "expected two spaces, or a space and '*', after the 64 hex digits");
  rest.remove_prefix(2);
  if (rest.empty())
    return fail(Code::input_invalid, "expected a file name after the 64 hex digits");
  if (rest.find('\0') != std::string_view::npos)
    return fail(Code::input_invalid, "a NUL byte is not allowed in a file name");
  if (!escaped) return Sum{digest, std::string(rest)};
  MC_ASSIGN(std::string name, unescape(rest));
  return Sum{digest, std::move(name)};
}

std::unique_ptr<Reader> read_sums(int fd, std::string name, const Options& options) {
  return std::make_unique<SumsReader>(fd, name, options);
}

}  // namespace medchain::source
