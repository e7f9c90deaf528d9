#include <simdjson.h>

#include <array>

#include "base/byte_order_mark.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "json/limits_internal.hpp"
#include "json/tokens_internal.hpp"

namespace medchain::json {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_utf8(std::uint32_t c, std::string& out) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | c >> 6);
    put(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  } else {
    put(0xf0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3f));
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  }
}

/// Bytes that stand for themselves in a string.
constexpr std::array<bool, 256> is_plain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t i = 0x20; i < plain.size(); ++i) plain[i] = i != '"' && i != '\\';
  return plain;
}();

bool is_high_surrogate(std::uint32_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool is_low_surrogate(std::uint32_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view text) : text_(text) { tokens_.reserve(text.size() / 16 + 8); }
  Status run();
  std::vector<Token> take() { return std::move(tokens_); }

 private:
  /// What may come next.
  enum class Expect { value, value_or_end, key, key_or_end, comma_or_end };

  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  void skip_space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
  }
  Error refuse(std::string_view what) const {
    return at_ >= text_.size()
               ? fail_at(text_.size(), "unexpected end, expected " + std::string(what))
               : fail_at(at_, "expected " + std::string(what));
  }
  bool is_in_object() const { return tokens_[open_.back()].kind == Token::Kind::object; }
  void after_value() { expect_ = Expect::comma_or_end; }

  Status step();
  Status value();
  Status key();
  Status check_nesting() const;
  void open(Token::Kind kind);
  void close();
  Status string();
  Status escape();
  Result<std::uint32_t> code_unit();
  Status number();
  Status digits();
  Status literal(std::string_view word);
  void add(Token::Kind kind, std::size_t begin);

  std::string_view text_;
  std::size_t at_ = 0;
  Expect expect_ = Expect::value;
  std::vector<Token> tokens_;
  std::vector<std::uint32_t> open_;  // containers by their token
};

Status Tokenizer::run() {
  if (text_.size() > max_record_bytes)
    return fail(Code::input_too_long, "json of " + std::to_string(text_.size()) +
                                          " bytes, the limit is " +
                                          std::to_string(max_record_bytes));
  // simdjson says fast whether, our own says where.
  if (!simdjson::validate_utf8(text_))
    if (const auto at = find_invalid_utf8(text_))
      return fail(Code::input_encoding,
                  "json at byte " + std::to_string(*at) + ": not well-formed UTF-8");
  do {
    skip_space();
    MC_TRY(step());
  } while (!open_.empty());
  skip_space();
  if (at_ != text_.size()) return refuse("nothing after the value");
  return {};
}

Status Tokenizer::step() {
  const char c = peek();
  switch (expect_) {
    case Expect::value:
      return value();
    case Expect::value_or_end:
      if (c != ']') return value();
      close();
      return {};
    case Expect::key:
      return key();
    case Expect::key_or_end:
      if (c != '}') return key();
      close();
      return {};
    case Expect::comma_or_end:
      if (c == ',') {
        ++at_;
        expect_ = is_in_object() ? Expect::key : Expect::value;
        return {};
      }
      if (c != (is_in_object() ? '}' : ']'))
        return refuse(is_in_object() ? "',' or '}'" : "',' or ']'");
      close();
      return {};
  }
  return refuse("json");
}

Status Tokenizer::value() {
  MC_TRY(check_nesting());
  if (at_ == 0 && text_.starts_with(byte_order_mark))
    return fail_at(0, "byte order mark is not allowed");
  const char c = peek();
  if (c == '{' || c == '[') {
    open(c == '{' ? Token::Kind::object : Token::Kind::array);
    return {};
  }
  after_value();
  if (c == '"') return string();
  if (c == '-' || is_digit(c)) return number();
  if (c == 't') return literal("true");
  if (c == 'f') return literal("false");
  if (c == 'n') return literal("null");
  return refuse("a value");
}

Status Tokenizer::key() {
  MC_TRY(check_nesting());
  if (peek() != '"') return refuse("a key in quotes");
  MC_TRY(string());
  skip_space();
  if (peek() != ':') return refuse("':'");
  ++at_;
  expect_ = Expect::value;
  return {};
}

/// Counted as simdjson does: an empty array or object is no level.
Status Tokenizer::check_nesting() const {
  if (open_.size() <= max_record_nesting) return {};
  return fail_at(at_, "nested deeper than " + std::to_string(max_record_nesting));
}

void Tokenizer::open(Token::Kind kind) {
  open_.push_back(static_cast<std::uint32_t>(tokens_.size()));
  ++at_;
  add(kind, at_ - 1);
  expect_ = kind == Token::Kind::object ? Expect::key_or_end : Expect::value_or_end;
}

void Tokenizer::close() {
  ++at_;
  add(Token::Kind::end, at_ - 1);
  tokens_[open_.back()].next = static_cast<std::uint32_t>(tokens_.size());
  open_.pop_back();
  after_value();
}

void Tokenizer::add(Token::Kind kind, std::size_t begin) {
  Token& token = tokens_.emplace_back();
  token.kind = kind;
  token.begin = static_cast<std::uint32_t>(begin);
  token.end = static_cast<std::uint32_t>(at_);
  token.next = static_cast<std::uint32_t>(tokens_.size());
}

Status Tokenizer::string() {
  const std::size_t begin = at_++;
  bool has_escape = false;
  for (;;) {
    while (at_ < text_.size() && is_plain[static_cast<unsigned char>(text_[at_])]) ++at_;
    if (at_ == text_.size()) return refuse("the closing quote of a string");
    if (text_[at_] == '"') break;
    if (text_[at_] != '\\') return fail_at(at_, "control character in a string");
    has_escape = true;
    MC_TRY(escape());
  }
  ++at_;
  add(Token::Kind::string, begin);
  tokens_.back().has_escape = has_escape;
  return {};
}

Status Tokenizer::escape() {
  constexpr std::string_view simple = "\"\\/bfnrt";
  const std::size_t begin = at_;
  const char c = peek(1);
  if (c != 'u') {
    if (c == '\0' || simple.find(c) == std::string_view::npos)
      return fail_at(at_, "unknown escape in a string");
    at_ += 2;
    return {};
  }
  MC_ASSIGN(const std::uint32_t first, code_unit());
  if (is_low_surrogate(first))
    return fail_at(begin, "second half of a surrogate pair without the first");
  if (!is_high_surrogate(first)) return {};
  if (peek() == '\\' && peek(1) == 'u') {
    MC_ASSIGN(const std::uint32_t second, code_unit());
    if (is_low_surrogate(second)) return {};
  }
  return fail_at(begin, "first half of a surrogate pair without the second");
}

/// The value of the \uXXXX here.
Result<std::uint32_t> Tokenizer::code_unit() {
  std::uint32_t unit = 0;
  for (std::size_t i = 2; i < 6; ++i) {
    const int digit = hex_value(peek(i));
    if (digit < 0) return fail_at(at_, "expected four hex digits after '\\u'");
    unit = unit << 4 | static_cast<std::uint32_t>(digit);
  }
  at_ += 6;
  return unit;
}

Status Tokenizer::number() {
  const std::size_t begin = at_;
  if (peek() == '-') ++at_;
  if (peek() == '0') {
    ++at_;
    if (is_digit(peek())) return fail_at(begin, "number with a leading zero");
  } else {
    MC_TRY(digits());
  }
  if (peek() == '.') {
    ++at_;
    MC_TRY(digits());
  }
  if (peek() == 'e' || peek() == 'E') {
    ++at_;
    if (peek() == '+' || peek() == '-') ++at_;
    MC_TRY(digits());
  }
  add(Token::Kind::number, begin);
  return {};
}

Status Tokenizer::digits() {
  if (!is_digit(peek())) return refuse("a digit");
  while (is_digit(peek())) ++at_;
  return {};
}

Status Tokenizer::literal(std::string_view word) {
  if (text_.substr(at_, word.size()) != word) return refuse("a value");
  const std::size_t begin = at_;
  at_ += word.size();
  add(Token::Kind::literal, begin);
  return {};
}

}  // namespace

Error fail_at(std::size_t at, std::string_view what) {
  return fail(Code::input_invalid, "json at byte " + std::to_string(at) + ": " + std::string(what));
}

Result<std::vector<Token>> tokenize(std::string_view text) {
  Tokenizer tokenizer(text);
  MC_TRY(tokenizer.run());
  return tokenizer.take();
}

std::string unescape(std::string_view text, const Token& string) {
  std::string_view raw = text.substr(string.begin + 1, string.end - string.begin - 2);
  std::string out;
  out.reserve(raw.size());
  const auto unit_at = [&raw](std::size_t at) {
    std::uint32_t unit = 0;
    for (std::size_t i = 2; i < 6; ++i)
      unit = unit << 4 | static_cast<std::uint32_t>(hex_value(raw[at + i]));
    return unit;
  };
  std::size_t at = 0;
  for (;;) {
    const std::size_t backslash = raw.find('\\', at);
    out.append(raw.substr(at, backslash - at));
    if (backslash == std::string_view::npos) return out;
    const char c = raw[backslash + 1];
    at = backslash + 2;
    constexpr std::string_view letters = "bfnrt", meant = "\b\f\n\r\t";
    if (c != 'u') {
      const std::size_t letter = letters.find(c);
      out += letter == std::string_view::npos ? c : meant[letter];
      continue;
    }
    std::uint32_t unit = unit_at(backslash);
    at = backslash + 6;
    if (is_high_surrogate(unit)) {
      unit = 0x10000 + ((unit - 0xd800) << 10) + (unit_at(at) - 0xdc00);
      at += 6;
    }
    append_utf8(unit, out);
  }
}

}  // namespace medchain::json
