#include <algorithm>

#include "cli/fhir_document_internal.hpp"

namespace medchain::cli::fhir {

Error unexpected(std::string_view pointer, std::string_view expected, std::string_view got) {
  return fail(Code::input_invalid, "'" + std::string(pointer.empty() ? "/" : pointer) +
                                       "': expected " + std::string(expected) + ", got " +
                                       std::string(got));
}

Error unexpected(const Node& node, std::string_view expected) {
  return unexpected(node.pointer(), expected, node.kind());
}

Result<std::optional<std::string>> text_member(const Node& node, std::string_view name) {
  const auto found = node.member(name);
  if (!found) return std::optional<std::string>();
  auto text = found->string();
  if (!text) return unexpected(*found, "a string");
  if (text->empty()) return unexpected(found->pointer(), "a string", "an empty one");
  return text;
}

Result<std::vector<Node>> items_member(const Node& node, std::string_view name) {
  const auto found = node.member(name);
  if (!found) return std::vector<Node>();
  if (!found->is_array()) return unexpected(*found, "an array");
  std::vector<Node> items = found->items();
  for (const Node& item : items)
    if (!item.is_object()) return unexpected(item, "an object");
  return items;
}

Result<std::optional<Node>> object_member(const Node& node, std::string_view name) {
  auto found = node.member(name);
  if (found && !found->is_object()) return unexpected(*found, "an object");
  return found;
}

Result<std::optional<Identifier>> identifier_of(const Node& node) {
  Identifier identifier;
  MC_ASSIGN(const auto value, text_member(node, "value"));
  MC_ASSIGN(const auto system, text_member(node, "system"));
  if (!value) return std::optional<Identifier>();
  identifier.value = *value;
  identifier.system = system.value_or("");
  return std::optional(std::move(identifier));
}

bool is_plain_reference(std::string_view reference) {
  const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  const std::size_t slash = reference.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == reference.size()) return false;
  return std::all_of(reference.begin(), reference.begin() + static_cast<std::ptrdiff_t>(slash),
                     is_letter) &&
         reference.find('/', slash + 1) == std::string_view::npos;
}

Result<std::string> type_of(const Node& resource) {
  if (!resource.is_object()) return unexpected(resource, "a FHIR resource");
  MC_ASSIGN(auto type, text_member(resource, "resourceType"));
  if (!type) return unexpected(resource.pointer() + "/resourceType", "a string", "nothing");
  return std::move(*type);
}

Document::Document(Node root) : root_(std::move(root)) {}

Result<std::vector<Node>> Document::resources(std::string_view type) const {
  std::vector<Node> found;
  MC_ASSIGN(const auto entries, items_member(root_, "entry"));
  for (const Node& entry : entries) {
    const auto resource = entry.member("resource");
    if (!resource) continue;
    MC_ASSIGN(const std::string is, type_of(*resource));
    if (is == type) found.push_back(*resource);
  }
  return found;
}

Result<std::optional<Node>> Document::find(const Node& from, const std::string& reference) const {
  if (reference.starts_with('#')) {
    MC_ASSIGN(const auto contained, items_member(from, "contained"));
    for (const Node& one : contained) {
      MC_ASSIGN(const auto id, text_member(one, "id"));
      if (id && "#" + *id == reference) return std::optional(one);
    }
    return std::optional<Node>();
  }
  MC_ASSIGN(const auto entries, items_member(root_, "entry"));
  for (const Node& entry : entries) {
    const auto resource = entry.member("resource");
    if (!resource) continue;
    MC_ASSIGN(const auto url, text_member(entry, "fullUrl"));
    MC_ASSIGN(const std::string type, type_of(*resource));
    MC_ASSIGN(const auto id, text_member(*resource, "id"));
    if ((url && *url == reference) || (id && type + "/" + *id == reference)) return resource;
  }
  return std::optional<Node>();
}

}  // namespace medchain::cli::fhir
