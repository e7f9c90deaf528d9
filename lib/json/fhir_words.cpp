// What a FHIR resource says in words, and who says it.
#include <algorithm>

#include "json/record_scanner_internal.hpp"

namespace medchain::json {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

/// `text` stands in many objects: in Annotation, and in CodeableConcept.
constexpr std::string_view plain[] = {"conclusion", "description", "comment",
                                      "summary",    "text",        "valueString"};

class Collector {
 public:
  explicit Collector(FhirWords& words) : words_(words) {}

  void visit_resource(const element& root) {
    object members;
    if (root.get(members) != simdjson::SUCCESS) return;
    for (const auto& [name, member] : members) {
      // What was generated from the other members is nobody's words.
      if (name == "text" && member_string(member, "status") == "generated") continue;
      visit_member(root, name, member);
    }
  }

 private:
  void visit(const element& value) {
    object members;
    if (value.get(members) != simdjson::SUCCESS) return;
    for (const auto& [name, member] : members) visit_member(value, name, member);
  }

  void visit_member(const element& of, std::string_view name, const element& member) {
    const std::string_view said = string_of(member);
    if (said.empty())
      for_each(member, [this](const element& inner) { visit(inner); });
    else if (name == "div")
      words_.markup.push_back(said);
    else if (name == "data" && member_string(of, "contentType").starts_with("text/"))
      words_.encoded.push_back(said);
    else if (std::find(std::begin(plain), std::end(plain), name) != std::end(plain))
      words_.plain.push_back(said);
  }

  FhirWords& words_;
};

/// Of the first: who it refers to, or what it is called.
std::string_view author_of(const element& root) {
  for (const std::string_view name :
       {"author", "performer", "recorder", "asserter", "requester", "sender"}) {
    const auto member = member_of(root, name);
    if (!member) continue;
    std::string_view found;
    for_each(*member, [&](const element& value) {
      if (!found.empty()) return;
      const element who = member_of(value, "actor").value_or(value);
      found = member_string(who, "reference");
      if (found.empty()) found = member_string(who, "display");
    });
    if (!found.empty()) return found;
  }
  return {};
}

}  // namespace

Result<FhirWords> RecordScanner::scan_words(std::string_view text) {
  MC_ASSIGN(const element root, impl_->parse(text));
  FhirWords words;
  Collector(words).visit_resource(root);
  const bool has_words = !(words.plain.empty() && words.markup.empty() && words.encoded.empty());
  if (has_words) words.author = author_of(root);
  return words;
}

}  // namespace medchain::json
