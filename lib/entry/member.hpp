// member: who is who.  Admission, changes, suspension and revocation need k admins; rotation the
// old and the new key; staff keys are their member's business.
#pragma once

#include "entry/card.hpp"

namespace medchain::entry {

enum class MemberAct { add, update, rotate, suspend, resume, revoke, staff_add, staff_revoke };
template <>
struct EnumWords<MemberAct> {
  static constexpr std::string_view words[] = {"add",    "update", "rotate",    "suspend",
                                               "resume", "revoke", "staff-add", "staff-revoke"};
};

struct Member {
  static constexpr std::string_view type = "member";
  static constexpr std::string_view text =
      "admission, change, rotation, suspension or revocation of a member or staff key";

  MemberAct act = MemberAct::add;
  MemberName member;
  std::optional<Card> card;                ///< add, update, rotate: the whole new card
  std::optional<note::VerifierKey> staff;  ///< staff-add, staff-revoke: vkey named MEMBER/STAFF
  std::optional<Word> reason;              ///< suspend, revoke: a code, never free text

  bool operator==(const Member&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"act", Exposure::clear, "what is done"}, self.act);
    visit(Field{"member", Exposure::clear, "to whom"}, self.member);
    visit(Field{"card", Exposure::clear, "the whole new card (add, update, rotate)"}, self.card);
    visit(
        Field{"staff", Exposure::clear, "vkey of a staff key, named MEMBER/STAFF with a pseudonym"},
        self.staff);
    visit(Field{"reason", Exposure::clear, "a reason code (suspend, revoke)"}, self.reason);
  }
};

}  // namespace medchain::entry
