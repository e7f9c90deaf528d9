// Our own small JSON objects: entries, receipts, proofs, cards.  Strict (CLI.md 4): UTF-8 without BOM, no duplicate
// keys, no floats, no null, integers within 2^53-1, nesting at most 32.  Member order is kept.
// For records of others see json/record_scanner.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace medchain::json {

class Value;
using Array = std::vector<Value>;
using Member = std::pair<std::string, Value>;

/// Members in the order they were written or added; set() does not look for duplicates.
class Object {
 public:
  const Value* find(std::string_view key) const;  ///< null if there is no such member
  Object& set(std::string key, Value value);
  const std::vector<Member>& members() const { return members_; }
  bool operator==(const Object&) const;

 private:
  std::vector<Member> members_;
};

class Value {
 public:
  Value() : Value(false) {}
  Value(bool value) : data_(value) {}                              // NOLINT implicit
  Value(std::int64_t value) : data_(value) {}                      // NOLINT implicit
  Value(int value) : data_(static_cast<std::int64_t>(value)) {}    // NOLINT implicit
  Value(std::uint64_t value);                                      // NOLINT implicit; asserts <= 2^53-1
  Value(std::string value) : data_(std::move(value)) {}            // NOLINT implicit
  Value(std::string_view value) : data_(std::string(value)) {}     // NOLINT implicit
  Value(const char* value) : data_(std::string(value)) {}          // NOLINT implicit
  Value(Array value) : data_(std::move(value)) {}                  // NOLINT implicit
  Value(Object value) : data_(std::move(value)) {}                 // NOLINT implicit

  const bool* boolean() const { return std::get_if<bool>(&data_); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&data_); }
  const std::string* string() const { return std::get_if<std::string>(&data_); }
  const Array* array() const { return std::get_if<Array>(&data_); }
  const Object* object() const { return std::get_if<Object>(&data_); }
  /// `string`, `integer`, `boolean`, `array` or `object`, for messages.
  std::string_view kind() const;
  bool operator==(const Value&) const = default;

 private:
  std::variant<bool, std::int64_t, std::string, Array, Object> data_;
};

/// One JSON value, nothing after it but white space.  Fails with input_invalid: what and at which byte.
Result<Value> parse(std::string_view text);
Result<Object> parse_object(std::string_view text);

/// The one spelling we write: no white space, members in their order, only `"` `\` and bytes below 0x20
/// escaped (\b \f \n \r \t or \u00xx in lower case), everything else raw UTF-8.
std::string write(const Value& value);
std::string write(const Object& object);
/// `"..."` appended to `out`.  Precondition: well-formed UTF-8.
void write_string(std::string_view text, std::string& out);

}  // namespace medchain::json
