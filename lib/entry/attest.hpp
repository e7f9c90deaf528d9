// attest: a member states that it has done what was due: erased, acknowledged, assessed.
#pragma once

#include "entry/scope.hpp"

namespace medchain::entry {

enum class AttestTo { erasure, acknowledgement, assessment };
template <>
struct EnumWords<AttestTo> {
  static constexpr std::string_view words[] = {"erasure", "acknowledgement", "assessment"};
};

struct Attest {
  static constexpr std::string_view type = "attest";
  static constexpr std::string_view text = "a member states that it has done what was due";

  AttestTo to = AttestTo::acknowledgement;
  std::optional<EntryHash> about;
  std::optional<PersonTag> person;
  std::optional<Commitment> document;

  bool operator==(const Attest&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"to", Exposure::clear, "what is stated"}, self.to);
    visit(Field{"about", Exposure::clear, "entry hash of the notice or grant"}, self.about);
    visit(Field{"person", Exposure::tag,
                "who acted: person tag of the author; absent for patients and devices"},
          self.person);
    visit(Field{"document", Exposure::commitment, "salted commitment to a document"},
          self.document);
  }
};

}  // namespace medchain::entry
