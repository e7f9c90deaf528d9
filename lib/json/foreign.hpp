// Other people's JSON as a tree to walk: any JSON value, fractions and null too.  Each node knows
// where it stands (RFC 6901), so that a message can say it.  For small documents: what is read by
// millions is read by json/record_scanner.hpp.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.hpp"

namespace medchain::json {

class Node {
 public:
  /// `an object`, `an array`, `a string`, `a number`, `true`, `false`, `null`: for messages.
  std::string_view kind() const;
  bool is_object() const;
  bool is_array() const;
  /// RFC 6901; of the document itself it is empty.  Looked for when it is asked, so that a tree of
  /// long names can be walked.
  std::string pointer() const;

  /// Nothing if it has no such member, or is no object.
  std::optional<Node> member(std::string_view name) const;
  /// Of an array, in order; empty for all else.
  std::vector<Node> items() const;
  /// Items of an array, values of an object's members, in order; empty for all else.
  std::vector<Node> children() const;
  /// Of an object, in order, unescaped; empty for all else.
  std::vector<std::string> names() const;
  /// Unescaped; nothing if it is not a string.
  std::optional<std::string> string() const;
  /// As it is spelled; nothing if it is not a number.
  std::optional<std::string> number() const;
  /// Nothing if it is neither true nor false.
  std::optional<bool> boolean() const;
  bool is_true() const { return boolean() == true; }
  bool is_null() const;
  /// In member order.  Integers within 2^53-1 are integers; any other number is a string, as it is
  /// spelled.  A member that is null is left out, null in an array is an empty object.  Fails with
  /// input_invalid for what is nested deeper than 64.
  Result<Value> value() const;

 private:
  friend Result<Node> parse_foreign(std::string text);
  struct Parsed;
  Node(std::shared_ptr<const Parsed> in, std::size_t token);

  std::shared_ptr<const Parsed> in_;
  std::size_t token_;
};

/// One JSON value with nothing behind it but white space.  Fails with input_invalid (duplicate keys
/// too), input_encoding, input_too_long.  Messages name a byte and quote nothing.
Result<Node> parse_foreign(std::string text);
/// Its value; anything but an object is input_invalid.
Result<Object> parse_foreign_object(std::string_view text);

}  // namespace medchain::json
