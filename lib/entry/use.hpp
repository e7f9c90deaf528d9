// use: the receiver says that it opened a release, or that it could not.
#pragma once

#include "entry/scope.hpp"

namespace medchain::entry {

enum class UseOutcome { opened, failed };
template <>
struct EnumWords<UseOutcome> {
  static constexpr std::string_view words[] = {"opened", "failed"};
};

struct Use {
  static constexpr std::string_view type = "use";
  static constexpr std::string_view text = "a receiver opened what was released to it";

  EntryHash release;
  std::optional<PersonTag> person;
  Word purpose;
  UseOutcome outcome = UseOutcome::opened;
  std::optional<Word> problem;
  std::uint64_t records = 0;

  bool operator==(const Use&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"release", Exposure::clear, "entry hash of the release"}, self.release);
    visit(Field{"person", Exposure::tag,
                "who acted: person tag of the author; absent for patients and devices"},
          self.person);
    visit(Field{"purpose", Exposure::clear, "HL7 PurposeOfUse code"}, self.purpose);
    visit(Field{"outcome", Exposure::clear, "opened or failed"}, self.outcome);
    visit(Field{"problem", Exposure::clear, "error id of what failed"}, self.problem);
    visit(Field{"records", Exposure::clear, "records that were opened"}, self.records);
  }
};

}  // namespace medchain::entry
