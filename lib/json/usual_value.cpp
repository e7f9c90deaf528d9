#include <simdjson.h>

#include <algorithm>
#include <atomic>
#include <memory>

#include "json/limits_internal.hpp"
#include "json/usual_value_internal.hpp"

namespace medchain::json {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

/// An entry has at most as many; what is longer is rare enough for the exact parser.
constexpr std::size_t max_usual_bytes = 65'536;
/// Up to so many members duplicates are looked for one by one.
constexpr std::size_t max_usual_members = 64;

/// simdjson reads `-0` as 0, and does not tell afterwards.  May find it inside of a string too.
bool may_have_minus_zero(std::string_view text) {
  for (auto at = text.find("-0"); at != std::string_view::npos; at = text.find("-0", at + 1))
    if (at == 0 || std::string_view(":,[ \t\r\n").find(text[at - 1]) != std::string_view::npos)
      return true;
  return false;
}

/// Builds the value; false: something is unusual.
class Builder {
 public:
  static bool build(const simdjson::dom::object& from, std::size_t depth, Object& to) {
    if (depth > max_nesting || from.size() > max_usual_members) return false;
    for (const auto& [key, value] : from) {
      if (to.find(key) != nullptr) return false;
      Value built;
      if (!build(value, depth, built)) return false;
      to.set(std::string(key), std::move(built));
    }
    return true;
  }

 private:
  static bool build(const simdjson::dom::array& from, std::size_t depth, Array& to) {
    if (depth > max_nesting) return false;
    to.reserve(std::min(from.size(), max_usual_bytes));
    for (const element item : from)
      if (!build(item, depth, to.emplace_back())) return false;
    return true;
  }

  static bool build(const element& from, std::size_t depth, Value& to) {
    switch (from.type()) {
      case element_type::STRING:
        to = Value(std::string_view(from.get_string().value_unsafe()));
        return true;
      case element_type::INT64: {
        const std::int64_t number = from.get_int64().value_unsafe();
        to = Value(number);
        return number >= -max_integer && number <= max_integer;
      }
      case element_type::BOOL:
        to = Value(from.get_bool().value_unsafe());
        return true;
      case element_type::OBJECT: {
        Object object;
        const bool is_usual = build(from.get_object().value_unsafe(), depth + 1, object);
        to = Value(std::move(object));
        return is_usual;
      }
      case element_type::ARRAY: {
        Array array;
        const bool is_usual = build(from.get_array().value_unsafe(), depth + 1, array);
        to = Value(std::move(array));
        return is_usual;
      }
      case element_type::UINT64:
      case element_type::DOUBLE:
      case element_type::NULL_VALUE:
        return false;
    }
    return false;
  }
};

/// A parser from one call to the next, as its buffers are large.  Not thread_local: a destructor of
/// a thread's own object is registered with memory that the C library does not do without.
class LentParser {
 public:
  LentParser() : parser_(spare().exchange(nullptr)) {
    if (!parser_) parser_ = std::make_unique<simdjson::dom::parser>(max_usual_bytes);
  }
  LentParser(const LentParser&) = delete;
  LentParser& operator=(const LentParser&) = delete;
  ~LentParser() { parser_.reset(spare().exchange(parser_.release())); }
  simdjson::dom::parser& operator*() { return *parser_; }

 private:
  static std::atomic<simdjson::dom::parser*>& spare() {
    static std::atomic<simdjson::dom::parser*> parser;
    return parser;
  }
  std::unique_ptr<simdjson::dom::parser> parser_;
};

}  // namespace

std::optional<Object> parse_usual_object(std::string_view text) {
  if (text.size() < 2 || text.size() > max_usual_bytes || text.front() != '{' ||
      may_have_minus_zero(text))
    return std::nullopt;
  LentParser parser;
  simdjson::dom::object root;
  if ((*parser).parse(text.data(), text.size()).get(root) != simdjson::SUCCESS) return std::nullopt;
  std::optional<Object> object(std::in_place);
  if (!Builder::build(root, 1, *object)) return std::nullopt;
  return object;
}

}  // namespace medchain::json
