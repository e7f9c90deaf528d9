#include "json/foreign.hpp"

#include <charconv>
#include <set>

#include "base/text.hpp"
#include "json/limits_internal.hpp"
#include "json/tokens_internal.hpp"

namespace medchain::json {

struct Node::Parsed {
  std::string text;
  std::vector<Token> tokens;

  std::string_view spelled(const Token& token) const {
    return std::string_view(text).substr(token.begin, token.end - token.begin);
  }
  std::string unescaped(const Token& token) const { return unescape(text, token); }
};

namespace {

using Kind = Token::Kind;

/// RFC 6901 section 3.
std::string escaped(std::string_view name) {
  std::string text;
  for (const char c : name)
    if (c == '~')
      text += "~0";
    else if (c == '/')
      text += "~1";
    else
      text += c;
  return text;
}

Status check_keys(std::string_view text, const std::vector<Token>& tokens) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind != Kind::object) continue;
    std::set<std::string> keys;
    for (std::size_t key = i + 1; tokens[key].kind != Kind::end; key = tokens[key + 1].next)
      if (!keys.insert(unescape(text, tokens[key])).second)
        return fail_at(tokens[key].begin, "duplicate key");
  }
  return {};
}

/// Of values that are built in memory.
constexpr std::size_t max_depth = 64;

/// Tokens, whose keys are known to be different, as values.
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
      if (is_null(i + 1)) continue;
      MC_ASSIGN(Value member, value(i + 1, depth + 1));
      object.set(unescape(text_, tokens_[i]), std::move(member));
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

Node::Node(std::shared_ptr<const Parsed> in, std::size_t token)
    : in_(std::move(in)), token_(token) {}

std::string Node::pointer() const {
  const std::vector<Token>& tokens = in_->tokens;
  std::string text;
  std::size_t at = 0;
  while (at != token_) {
    const bool in_object = tokens[at].kind == Kind::object;
    std::size_t child = at + 1, index = 0;
    // The one that this node is in: in an object its key stands in front of it.
    for (;; ++index) {
      MC_ASSERT(tokens[child].kind != Kind::end);
      const std::size_t value = in_object ? child + 1 : child;
      if (token_ < tokens[value].next) break;
      child = tokens[value].next;
    }
    text += '/';
    text += in_object ? escaped(in_->unescaped(tokens[child])) : std::to_string(index);
    at = in_object ? child + 1 : child;
  }
  return text;
}

std::string_view Node::kind() const {
  const Token& token = in_->tokens[token_];
  switch (token.kind) {
    case Kind::object:
      return "an object";
    case Kind::array:
      return "an array";
    case Kind::string:
      return "a string";
    case Kind::number:
      return "a number";
    case Kind::literal:
    case Kind::end:
      break;
  }
  return in_->spelled(token);
}

bool Node::is_object() const { return in_->tokens[token_].kind == Kind::object; }
bool Node::is_array() const { return in_->tokens[token_].kind == Kind::array; }

std::optional<Node> Node::member(std::string_view name) const {
  if (!is_object()) return std::nullopt;
  const std::vector<Token>& tokens = in_->tokens;
  for (std::size_t key = token_ + 1; tokens[key].kind != Kind::end; key = tokens[key + 1].next)
    if (in_->unescaped(tokens[key]) == name) return Node(in_, key + 1);
  return std::nullopt;
}

std::vector<Node> Node::items() const { return is_array() ? children() : std::vector<Node>(); }

std::vector<Node> Node::children() const {
  std::vector<Node> all;
  if (!is_array() && !is_object()) return all;
  const std::vector<Token>& tokens = in_->tokens;
  const std::size_t step = is_object() ? 1 : 0;
  for (std::size_t at = token_ + 1; tokens[at].kind != Kind::end; at = tokens[at + step].next)
    all.push_back(Node(in_, at + step));
  return all;
}

std::optional<std::string> Node::string() const {
  const Token& token = in_->tokens[token_];
  if (token.kind != Kind::string) return std::nullopt;
  return in_->unescaped(token);
}

std::vector<std::string> Node::names() const {
  std::vector<std::string> all;
  if (!is_object()) return all;
  const std::vector<Token>& tokens = in_->tokens;
  for (std::size_t key = token_ + 1; tokens[key].kind != Kind::end; key = tokens[key + 1].next)
    all.push_back(in_->unescaped(tokens[key]));
  return all;
}

std::optional<std::string> Node::number() const {
  const Token& token = in_->tokens[token_];
  if (token.kind != Kind::number) return std::nullopt;
  return std::string(in_->spelled(token));
}

std::optional<bool> Node::boolean() const {
  if (in_->tokens[token_].kind != Kind::literal || is_null()) return std::nullopt;
  return in_->spelled(in_->tokens[token_]) == "true";
}

bool Node::is_null() const {
  const Token& token = in_->tokens[token_];
  return token.kind == Kind::literal && in_->spelled(token) == "null";
}

Result<Value> Node::value() const {
  return Reader(in_->text, in_->tokens).value(static_cast<std::uint32_t>(token_), 0);
}

Result<Node> parse_foreign(std::string text) {
  MC_ASSIGN(auto tokens, tokenize(text));
  MC_TRY(check_keys(text, tokens));
  auto parsed = std::make_shared<Node::Parsed>();
  parsed->text = std::move(text);
  parsed->tokens = std::move(tokens);
  return Node(std::move(parsed), 0);
}

Result<Object> parse_foreign_object(std::string_view text) {
  MC_ASSIGN(const Node root, parse_foreign(std::string(text)));
  MC_ASSIGN(const Value value, root.value());
  if (value.object() == nullptr)
    return fail(Code::input_invalid, "expected an object, got " + std::string(value.kind()));
  return *value.object();
}

}  // namespace medchain::json
