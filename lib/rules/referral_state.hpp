// The state of a referral or consultation, and how it moves (DESIGN 9; HEALTH 4.4).
#pragma once

#include <span>

#include "rules/state.hpp"

namespace medchain::rules {

/// HL7 BSeR business status: received 2.0, accepted 3.0, rejected 4.0, scheduled 5.1.1, no-show
/// 5.1.2, appointment-cancelled 5.1.3, visit-noted 5.1.4, cancel-requested 5.2, cancelled 6.0,
/// completed 7.0.  A consultation is consulting, then closed.
enum class ReferralStatus {
  received,
  accepted,
  rejected,
  scheduled,
  no_show,
  appointment_cancelled,
  visit_noted,
  cancel_requested,
  cancelled,
  completed,
  consulting,
  closed
};

}  // namespace medchain::rules

template <>
struct medchain::entry::EnumWords<medchain::rules::ReferralStatus> {
  static constexpr std::string_view words[] = {
      "received",    "accepted",         "rejected",
      "scheduled",   "no-show",          "appointment-cancelled",
      "visit-noted", "cancel-requested", "cancelled",
      "completed",   "consulting",       "closed"};
};

namespace medchain::rules {

enum class ReferralParty { initiator, recipient };

/// One arrow: who may do what where, and where it leads.
struct ReferralTransition {
  int tid;  ///< of the 360X/BSeR table; 0: of a consultation
  ReferralParty party;
  entry::ReferralAct act;
  ReferralStatus from;
  ReferralStatus to;
};
/// All but the beginnings, `create` (TID 01) and `consult`.
std::span<const ReferralTransition> referral_transitions();
/// Whether nothing can be done any more: no arrow leads out of it.
bool is_over(ReferralStatus status);

struct Opinion {
  MemberName member;
  EntryHash entry;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"member", Exposure::clear, "whose opinion"}, self.member);
    visit(Field{"entry", Exposure::clear, "entry hash of it"}, self.entry);
  }
};

struct ReferralState {
  EntryIndex index;
  MemberName author;
  UnixSeconds created;  ///< log time
  entry::Order order;
  ReferralStatus status = ReferralStatus::received;
  EntryIndex since;     ///< of the entry that made this status
  UnixSeconds changed;  ///< its log time
  std::optional<EntryIndex> accepted;
  std::vector<EntryHash> grants;     ///< what it shares: its own grant, and those it passes on
  std::vector<MemberName> declined;  ///< of those a consultation asks, ascending
  std::vector<Opinion> opinions;     ///< in order
  std::optional<EntryHash> outcome;  ///< the entry that completed or closed it
  /// Who was asked may open what is shared.
  bool is_open() const {
    return !is_over(status) && (accepted || status == ReferralStatus::consulting);
  }
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"index", Exposure::clear, "index of the referral"}, self.index);
    visit(Field{"author", Exposure::clear, "who refers"}, self.author);
    visit(Field{"created", Exposure::clear, "log time of it"}, self.created);
    visit(Field{"order", Exposure::clear, "what is asked for, and of whom"}, self.order);
    visit(Field{"status", Exposure::clear, "where it is"}, self.status);
    visit(Field{"since", Exposure::clear, "index of the entry that made this status"}, self.since);
    visit(Field{"changed", Exposure::clear, "log time of that entry"}, self.changed);
    visit(Field{"accepted", Exposure::clear, "index of the acceptance"}, self.accepted);
    visit(Field{"grants", Exposure::clear, "entry hashes of what it shares"}, self.grants);
    visit(Field{"declined", Exposure::clear, "who declined a consultation, ascending"},
          self.declined);
    visit(Field{"opinions", Exposure::clear, "opinions, in order"}, self.opinions);
    visit(Field{"outcome", Exposure::clear, "entry hash of what completed or closed it"},
          self.outcome);
  }
};

}  // namespace medchain::rules
