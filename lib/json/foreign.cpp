#include "json/foreign.hpp"

#include <set>

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

}  // namespace

Node::Node(std::shared_ptr<const Parsed> in, std::size_t token, std::string pointer)
    : in_(std::move(in)), token_(token), pointer_(std::move(pointer)) {}

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
    if (in_->unescaped(tokens[key]) == name)
      return Node(in_, key + 1, pointer_ + "/" + escaped(name));
  return std::nullopt;
}

std::vector<Node> Node::items() const {
  std::vector<Node> all;
  if (!is_array()) return all;
  const std::vector<Token>& tokens = in_->tokens;
  for (std::size_t item = token_ + 1; tokens[item].kind != Kind::end; item = tokens[item].next)
    all.push_back(Node(in_, item, pointer_ + "/" + std::to_string(all.size())));
  return all;
}

std::optional<std::string> Node::string() const {
  const Token& token = in_->tokens[token_];
  if (token.kind != Kind::string) return std::nullopt;
  return in_->unescaped(token);
}

bool Node::is_true() const {
  const Token& token = in_->tokens[token_];
  return token.kind == Kind::literal && in_->spelled(token) == "true";
}

Result<Node> parse_foreign(std::string text) {
  MC_ASSIGN(auto tokens, tokenize(text));
  MC_TRY(check_keys(text, tokens));
  auto parsed = std::make_shared<Node::Parsed>();
  parsed->text = std::move(text);
  parsed->tokens = std::move(tokens);
  return Node(std::move(parsed), 0, "");
}

}  // namespace medchain::json
