#include "json/foreign.hpp"

#include <charconv>

#include "base/text.hpp"
#include "json/limits_internal.hpp"
#include "json/tokens_internal.hpp"

namespace medchain::json {
namespace {

/// Of values that are built in memory.
constexpr std::size_t max_depth = 64;

class Reader {
 public:
  Reader(std::string_view text, const std::vector<Token>& tokens) : text_(text), tokens_(tokens) {}

  Result<Value> value(std::uint32_t i, std::size_t depth) const {
    const Token& token = tokens_[i];
    switch (token.kind) {
      case Token::Kind::object:
        return object(i, depth);
      case Token::Kind::array:
        return array(i, depth);
      case Token::Kind::string:
        return Value(unescape(text_, token));
      case Token::Kind::number:
        return number(spelling(token));
      case Token::Kind::literal:
        return Value(spelling(token) == "true");
      case Token::Kind::end:
        break;
    }
    return fail(Code::internal, "json: an end where a value should be");
  }

 private:
  std::string_view spelling(const Token& token) const {
    return text_.substr(token.begin, token.end - token.begin);
  }
  bool is_null(std::uint32_t i) const {
    return tokens_[i].kind == Token::Kind::literal && spelling(tokens_[i]) == "null";
  }
  static Value number(std::string_view spelled) {
    std::int64_t integer = 0;
    const auto [end, failed] =
        std::from_chars(spelled.data(), spelled.data() + spelled.size(), integer);
    const bool is_whole = failed == std::errc() && end == spelled.data() + spelled.size();
    if (is_whole && spelled != "-0" && integer >= -max_integer && integer <= max_integer)
      return integer;
    return spelled;
  }
  Status check_depth(std::uint32_t i, std::size_t depth) const {
    if (depth < max_depth) return {};
    return fail_at(tokens_[i].begin, "nested deeper than " + std::to_string(max_depth));
  }

  Result<Value> object(std::uint32_t i, std::size_t depth) const {
    MC_TRY(check_depth(i, depth));
    Object object;
    for (++i; tokens_[i].kind != Token::Kind::end; i = tokens_[i + 1].next) {
      std::string key = unescape(text_, tokens_[i]);
      if (object.find(key) != nullptr) return fail_at(tokens_[i].begin, "a key stands twice");
      if (is_null(i + 1)) continue;
      MC_ASSIGN(Value member, value(i + 1, depth + 1));
      object.set(std::move(key), std::move(member));
    }
    return Value(std::move(object));
  }
  Result<Value> array(std::uint32_t i, std::size_t depth) const {
    MC_TRY(check_depth(i, depth));
    Array array;
    for (++i; tokens_[i].kind != Token::Kind::end; i = tokens_[i].next) {
      if (is_null(i)) {
        array.emplace_back(Object());
        continue;
      }
      MC_ASSIGN(Value element, value(i, depth + 1));
      array.push_back(std::move(element));
    }
    return Value(std::move(array));
  }

  std::string_view text_;
  const std::vector<Token>& tokens_;
};

}  // namespace

Result<Value> parse_foreign(std::string_view text) {
  MC_ASSIGN(const std::vector<Token> tokens, tokenize(text));
  return Reader(text, tokens).value(0, 0);
}

Result<Object> parse_foreign_object(std::string_view text) {
  MC_ASSIGN(const Value value, parse_foreign(text));
  if (value.object() == nullptr)
    return fail(Code::input_invalid, "expected an object, got " + std::string(value.kind()));
  return *value.object();
}

}  // namespace medchain::json
