// Walking a FHIR document: references into it, identifiers, and what is refused in it.  For
// refer_fhir_in.cpp.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/foreign.hpp"

namespace medchain::cli::fhir {

using json::Node;

/// `'/subject': expected WHAT, got GOT`, input_invalid.
Error unexpected(std::string_view pointer, std::string_view expected, std::string_view got);
Error unexpected(const Node& node, std::string_view expected);

/// The member of that name as text; nothing if it is not there.  Fails if it is no string.
Result<std::optional<std::string>> text_member(const Node& node, std::string_view name);
/// The items of a member that is an array, or is not there.  Fails if it is something else.
Result<std::vector<Node>> items_member(const Node& node, std::string_view name);
/// A member that is an object, or is not there.  Fails if it is something else.
Result<std::optional<Node>> object_member(const Node& node, std::string_view name);

struct Identifier {
  std::string system, value;
  /// `system|value`; the value alone where there is no system.
  std::string spelled() const { return system.empty() ? value : system + "|" + value; }
};
/// Of an object of type Identifier; nothing if it has no value.
Result<std::optional<Identifier>> identifier_of(const Node& node);

/// `Type/id` with nothing before or behind it.
bool is_plain_reference(std::string_view reference);

/// The document with what is contained in it.
class Document {
 public:
  explicit Document(Node root);
  const Node& root() const { return root_; }
  /// `resource` of the entries of a Bundle, in order.
  Result<std::vector<Node>> resources(std::string_view type) const;
  /// What `reference` of the resource `from` names in the document itself.
  Result<std::optional<Node>> find(const Node& from, const std::string& reference) const;

 private:
  Node root_;
};

Result<std::string> type_of(const Node& resource);

}  // namespace medchain::cli::fhir
