// denied: an act was refused; signed by who refused it (DESIGN 5).  With the refused statement it
// is proven, else asserted.
#pragma once

#include "entry/scope.hpp"

namespace medchain::entry {

struct Denied {
  static constexpr std::string_view type = "denied";
  static constexpr std::string_view text = "an act was refused";

  MemberName actor;
  std::optional<PersonTag> person;
  std::optional<PersonTag> asker;
  Word rule;
  std::optional<EntryHash> object;
  std::optional<Word> purpose;
  std::optional<std::string> refused;

  bool operator==(const Denied&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"actor", Exposure::clear, "whose act"}, self.actor);
    visit(Field{"person", Exposure::tag,
                "who acted: person tag of the author; absent for patients and devices"},
          self.person);
    visit(Field{"asker", Exposure::tag, "person tag of the actor that asked"}, self.asker);
    visit(Field{"rule", Exposure::clear, "error id of the refusal"}, self.rule);
    visit(Field{"object", Exposure::clear,
                "entry hash of the grant, request or release that was at stake"},
          self.object);
    visit(Field{"purpose", Exposure::clear, "purpose that was given"}, self.purpose);
    visit(Field{"refused", Exposure::clear, "the refused signed statement; absent: not proven"},
          self.refused);
  }
};

}  // namespace medchain::entry
