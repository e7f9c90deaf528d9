#include <algorithm>

#include "base/parse.hpp"
#include "base/text.hpp"
#include "exchange/fhir_node_internal.hpp"

namespace medchain::exchange {
namespace {

Error wrong_kind(const FhirNode& node, std::string_view name, const std::string& expected,
                 const json::Value& value) {
  return node.wrong(name, "expected " + expected + ", got " + std::string(value.kind()));
}

}  // namespace

Error fhir_error(const std::string& path, const std::string& what) {
  return fail(Code::input_invalid, "field " + quote(path) + ": " + what);
}

std::string FhirNode::path_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

Result<std::optional<std::string>> FhirNode::string(std::string_view name) const {
  const json::Value* value = object_->find(name);
  if (value == nullptr) return std::optional<std::string>();
  if (value->string() == nullptr) return wrong_kind(*this, name, "a string", *value);
  return std::optional(*value->string());
}

Result<std::optional<bool>> FhirNode::boolean(std::string_view name) const {
  const json::Value* value = object_->find(name);
  if (value == nullptr) return std::optional<bool>();
  if (value->boolean() == nullptr) return wrong_kind(*this, name, "true or false", *value);
  return std::optional(*value->boolean());
}

Result<std::optional<FhirNode>> FhirNode::object(std::string_view name) const {
  const json::Value* value = object_->find(name);
  if (value == nullptr) return std::optional<FhirNode>();
  if (value->object() == nullptr) return wrong_kind(*this, name, "an object", *value);
  return std::optional(FhirNode(*value->object(), path_of(name)));
}

Result<std::vector<FhirNode>> FhirNode::objects(std::string_view name) const {
  std::vector<FhirNode> nodes;
  const json::Value* value = object_->find(name);
  if (value == nullptr) return nodes;
  if (value->array() == nullptr) return wrong_kind(*this, name, "an array", *value);
  for (const json::Value& element : *value->array()) {
    const std::string at = std::string(name) + "[" + std::to_string(nodes.size()) + "]";
    if (element.object() == nullptr) return wrong_kind(*this, at, "an object", element);
    nodes.emplace_back(*element.object(), path_of(at));
  }
  return nodes;
}

Result<std::optional<std::uint64_t>> FhirNode::whole(std::string_view name) const {
  const json::Value* value = object_->find(name);
  if (value == nullptr) return std::optional<std::uint64_t>();
  if (value->integer() != nullptr && *value->integer() >= 0)
    return std::optional(static_cast<std::uint64_t>(*value->integer()));
  if (value->string() != nullptr) {
    std::string_view text = *value->string();
    const std::size_t point = text.find('.');
    // Without a point it is a string of FHIR, or a number that is too large.
    if (point != std::string_view::npos &&
        text.find_first_not_of('0', point + 1) == std::string_view::npos)
      if (const auto parsed = parse_u64(text.substr(0, point))) return std::optional(*parsed);
  }
  return wrong(name, "expected a whole number");
}

Status FhirNode::check_members(std::span<const std::string_view> known) const {
  for (const auto& [name, value] : object_->members()) {
    if (name == "modifierExtension" || name == "implicitRules")
      return wrong(name, "it changes the meaning of the rest in a way that is not understood");
    const std::string_view base = std::string_view(name).substr(name.starts_with('_') ? 1 : 0);
    if (base == "id" || base == "extension") continue;
    if (std::find(known.begin(), known.end(), base) == known.end())
      return fail(Code::input_invalid, "field " + quote(escape_for_terminal(path_of(name))) +
                                           ": it is not understood, or not of FHIR R4");
  }
  return {};
}

}  // namespace medchain::exchange
