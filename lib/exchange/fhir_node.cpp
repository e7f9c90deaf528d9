#include <algorithm>

#include "base/parse.hpp"
#include "base/text.hpp"
#include "exchange/fhir_node_internal.hpp"

namespace medchain::exchange {
namespace {

constexpr std::uint64_t max_whole = (std::uint64_t{1} << 53) - 1;

Error wrong_kind(const FhirNode& node, std::string_view name, const std::string& expected,
                 const json::Node& value) {
  return node.wrong(name, "expected " + expected + ", got " + std::string(value.kind()));
}

}  // namespace

Error fhir_error(const std::string& path, const std::string& what) {
  return fail(Code::input_invalid, "field " + quote(path) + ": " + what);
}

std::string FhirNode::path_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

std::optional<json::Node> FhirNode::find(std::string_view name) const {
  auto value = object_.member(name);
  return value && value->is_null() ? std::nullopt : value;
}

Result<std::optional<std::string>> FhirNode::string(std::string_view name) const {
  const auto value = find(name);
  if (!value) return std::optional<std::string>();
  auto text = value->string();
  if (!text) return wrong_kind(*this, name, "a string", *value);
  return text;
}

Result<std::optional<bool>> FhirNode::boolean(std::string_view name) const {
  const auto value = find(name);
  if (!value) return std::optional<bool>();
  const auto is = value->boolean();
  if (!is) return wrong_kind(*this, name, "true or false", *value);
  return is;
}

Result<std::optional<FhirNode>> FhirNode::object(std::string_view name) const {
  const auto value = find(name);
  if (!value) return std::optional<FhirNode>();
  if (!value->is_object()) return wrong_kind(*this, name, "an object", *value);
  return std::optional(FhirNode(*value, path_of(name)));
}

Result<std::vector<FhirNode>> FhirNode::objects(std::string_view name) const {
  std::vector<FhirNode> nodes;
  const auto value = find(name);
  if (!value) return nodes;
  if (!value->is_array()) return wrong_kind(*this, name, "an array", *value);
  for (const json::Node& element : value->items()) {
    const std::string at = std::string(name) + "[" + std::to_string(nodes.size()) + "]";
    if (!element.is_object()) return wrong_kind(*this, at, "an object", element);
    nodes.emplace_back(element, path_of(at));
  }
  return nodes;
}

Result<std::optional<std::uint64_t>> FhirNode::whole(std::string_view name) const {
  const auto value = find(name);
  if (!value) return std::optional<std::uint64_t>();
  const auto spelled = value->number();
  if (!spelled) return wrong_kind(*this, name, "a whole number", *value);
  const std::size_t point = spelled->find('.');
  const bool has_fraction =
      point != std::string::npos && spelled->find_first_not_of('0', point + 1) != std::string::npos;
  const auto parsed = parse_u64(std::string_view(*spelled).substr(0, point), 0, max_whole);
  if (has_fraction || !parsed) return wrong(name, "expected a whole number, up to 2^53-1");
  return std::optional(*parsed);
}

Status FhirNode::check_members(std::span<const std::string_view> known) const {
  for (const std::string& name : object_.names()) {
    if (!has(name)) continue;
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
