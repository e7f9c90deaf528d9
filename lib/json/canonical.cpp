// canonical_json: the members of each object sorted, everything else in place.
#include <algorithm>
#include <deque>
#include <optional>
#include <string>

#include "json/record_scanner.hpp"
#include "json/tokens_internal.hpp"
#include "json/value.hpp"

namespace medchain::json {
namespace {

class Canonical {
 public:
  Canonical(std::string_view text, const std::vector<Token>& tokens,
            std::span<const Pointer> without)
      : text_(text), tokens_(tokens), without_(without) {
    out_.reserve(text.size());
    for (const Pointer& pointer : without_) leading_.push_back(&pointer);
  }
  /// Writes the value at token `i`.  Recursion is bounded by the nesting that the tokenizer allows.
  Status write_token(std::uint32_t i) { return write_token(i, {0, leading_.size(), 0}); }
  std::string take() { return std::move(out_); }

 private:
  struct Member {
    std::string_view key;
    std::uint32_t token;  // of the key
  };

  /// Pointers that lead to the value at hand or into it: a part of leading_, and how many of their
  /// steps were taken.
  struct Way {
    std::size_t begin, end, depth;
  };

  Status write_token(std::uint32_t i, const Way& way);
  Status write_object(std::uint32_t i, const Way& way);
  Status write_array(std::uint32_t i, const Way& way);
  /// A step further; nothing where the value there is to be left out.
  std::optional<Way> step(const Way& way, std::string_view key);
  std::string_view spelling(const Token& token) const {
    return text_.substr(token.begin, token.end - token.begin);
  }
  void write_text(const Token& token) {
    if (token.has_escape)
      write_string(unescape(text_, token), out_);
    else
      out_ += spelling(token);  // nothing in it that is to be escaped
  }
  std::string_view key_of(const Token& token) {
    if (!token.has_escape) return text_.substr(token.begin + 1, token.end - token.begin - 2);
    return unescaped_keys_.emplace_back(unescape(text_, token));
  }

  std::string_view text_;
  const std::vector<Token>& tokens_;
  std::span<const Pointer> without_;
  std::vector<const Pointer*> leading_;     // a stack of those of the ways, inner ones last
  std::deque<std::string> unescaped_keys_;  // does not move its strings
  std::vector<Member> members_;  // a stack: those of the objects being written, inner ones last
  std::string out_;
};

std::optional<Canonical::Way> Canonical::step(const Way& way, std::string_view key) {
  Way next{way.end, way.end, way.depth + 1};
  if (way.begin == way.end) return next;
  leading_.resize(way.end);
  for (std::size_t at = way.begin; at < way.end; ++at) {
    const Pointer* const pointer = leading_[at];
    if (pointer->steps.size() < next.depth || pointer->steps[way.depth] != key) continue;
    if (pointer->steps.size() == next.depth) return std::nullopt;
    leading_.push_back(pointer);
  }
  next.end = leading_.size();
  return next;
}

Status Canonical::write_token(std::uint32_t i, const Way& way) {
  const Token& token = tokens_[i];
  switch (token.kind) {
    case Token::Kind::object:
      return write_object(i, way);
    case Token::Kind::array:
      return write_array(i, way);
    case Token::Kind::string:
      write_text(token);
      return {};
    case Token::Kind::number:
    case Token::Kind::literal:
      out_ += spelling(token);
      return {};
    case Token::Kind::end:
      break;
  }
  return fail(Code::internal, "canonical json: an end where a value should be");
}

Status Canonical::write_object(std::uint32_t i, const Way& way) {
  const std::size_t first = members_.size();
  for (std::uint32_t key = i + 1; tokens_[key].kind != Token::Kind::end;
       key = tokens_[key + 1].next)
    members_.push_back({key_of(tokens_[key]), key});
  const auto begin = members_.begin() + static_cast<std::ptrdiff_t>(first);
  std::sort(begin, members_.end(), [](const Member& a, const Member& b) {
    const int order = a.key.compare(b.key);
    return order != 0 ? order < 0 : a.token < b.token;
  });
  const auto twice = std::adjacent_find(
      begin, members_.end(), [](const Member& a, const Member& b) { return a.key == b.key; });
  if (twice != members_.end())
    return fail_at(tokens_[twice[1].token].begin, "duplicate key " + quote(twice->key));
  out_ += '{';
  const std::size_t last = members_.size();
  bool is_first = true;
  for (std::size_t k = first; k < last; ++k) {
    const std::uint32_t token = members_[k].token;
    const auto inner = step(way, members_[k].key);
    if (!inner) continue;
    if (!is_first) out_ += ',';
    is_first = false;
    write_text(tokens_[token]);
    out_ += ':';
    MC_TRY(write_token(token + 1, *inner));
  }
  out_ += '}';
  members_.resize(first);
  return {};
}

Status Canonical::write_array(std::uint32_t i, const Way& way) {
  out_ += '[';
  bool is_first = true;
  std::size_t index = 0;
  for (std::uint32_t item = i + 1; tokens_[item].kind != Token::Kind::end;
       item = tokens_[item].next, ++index) {
    std::optional<Way> inner = Way{way.end, way.end, 0};
    if (way.begin != way.end) inner = step(way, std::to_string(index));
    if (!inner) continue;
    if (!is_first) out_ += ',';
    is_first = false;
    MC_TRY(write_token(item, *inner));
  }
  out_ += ']';
  return {};
}

}  // namespace

Result<std::string> canonical_json(std::string_view text, std::span<const Pointer> without) {
  MC_ASSIGN(const std::vector<Token> tokens, tokenize(text));
  Canonical canonical(text, tokens, without);
  MC_TRY(canonical.write_token(0));
  return canonical.take();
}

}  // namespace medchain::json
