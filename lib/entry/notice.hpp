// notice: members are told of something they must act upon or know; each acknowledges by an attest
// entry.
#pragma once

#include "entry/scope.hpp"

namespace medchain::entry {

enum class NoticeOf { erasure, revocation, suspension, emergency, recall, breach };
template <>
struct EnumWords<NoticeOf> {
  static constexpr std::string_view words[] = {"erasure",   "revocation", "suspension",
                                               "emergency", "recall",     "breach"};
};

struct Notice {
  static constexpr std::string_view type = "notice";
  static constexpr std::string_view text = "members are told of something they must know";

  NoticeOf of = NoticeOf::erasure;
  EntryHash about;
  std::optional<PersonTag> person;
  std::vector<MemberName> to;
  std::optional<UnixSeconds> due;

  bool operator==(const Notice&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"of", Exposure::clear, "what happened"}, self.of);
    visit(Field{"about", Exposure::clear, "entry hash of what it is about"}, self.about);
    visit(Field{"person", Exposure::tag,
                "who acted: person tag of the author; absent for patients and devices"},
          self.person);
    visit(Field{"to", Exposure::clear, "who is told, ascending"}, self.to);
    visit(Field{"due", Exposure::clear, "log time until which it must be acknowledged"}, self.due);
  }
};

}  // namespace medchain::entry
