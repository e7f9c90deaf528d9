// group: a named set of members (care team, alliance) that later grants can name; leaving ends what
// came with it.
#pragma once

#include "base/member_name.hpp"
#include "entry/fields.hpp"
#include "entry/scalars.hpp"

namespace medchain::entry {

enum class GroupAct { create, join, leave, dissolve };
template <>
struct EnumWords<GroupAct> {
  static constexpr std::string_view words[] = {"create", "join", "leave", "dissolve"};
};

struct Group {
  static constexpr std::string_view type = "group";
  static constexpr std::string_view text = "a named set of members is made, changed or dissolved";

  GroupAct act = GroupAct::create;
  MemberName group;
  std::vector<MemberName> members;  ///< ascending; create, join, leave: at least one

  bool operator==(const Group&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"act", Exposure::clear, "what is done"}, self.act);
    visit(Field{"group", Exposure::clear, "name of the group"}, self.group);
    visit(Field{"members", Exposure::clear, "who is in, joins or leaves, ascending"}, self.members);
  }
};

}  // namespace medchain::entry
