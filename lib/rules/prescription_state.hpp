// What the state keys of prescriptions hold (medchain-ledger(5)), as JSON by their field lists, and
// their typed reads.  HEX is the entry hash of the issue:
//   prescription/HEX    PrescriptionState
//   redeem/KEY          the issue with this redeem token: entry hash
#pragma once

#include "rules/view.hpp"

namespace medchain::rules {

enum class RxStatus { issued, held, completed, claimed, cancelled };

}  // namespace medchain::rules

template <>
struct medchain::entry::EnumWords<medchain::rules::RxStatus> {
  static constexpr std::string_view words[] = {"issued", "held", "completed", "claimed",
                                               "cancelled"};
};

namespace medchain::rules {

/// What one hold dispensed, once it has ended.
struct RxReceipt {
  EntryHash ended_by;
  MemberName dispenser;
  std::uint64_t part = 0;
  std::vector<std::uint64_t> quantities;
  std::optional<EntryIndex> claimed;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"ended_by", Exposure::clear, "entry hash of what ended the hold"}, self.ended_by);
    visit(Field{"dispenser", Exposure::clear, "who held it"}, self.dispenser);
    visit(Field{"part", Exposure::clear, "of which part, from 0"}, self.part);
    visit(Field{"quantities", Exposure::clear, "counts of each item"}, self.quantities);
    visit(Field{"claimed", Exposure::clear, "index of the claim"}, self.claimed);
  }
};

struct PrescriptionState {
  EntryIndex index;
  MemberName author;
  UnixSeconds issued_at;     ///< log time
  entry::Prescription body;  ///< of the issue; the end of its last part is that of an extension
  RxStatus status = RxStatus::issued;
  EntryIndex since;  ///< of the entry that made this status
  std::optional<entry::RxVerdict> verdict;
  std::optional<MemberName> holder;  ///< or who closed the last part
  std::optional<UnixSeconds> held_at;
  std::uint64_t part = 0;                ///< that was accepted last
  std::uint64_t closed = 0;              ///< parts that are over: all before this one
  std::vector<std::uint64_t> dispensed;  ///< of this part, by all
  std::vector<std::uint64_t> by_holder;  ///< of them in this hold
  std::optional<entry::RxStep> step;
  bool cancel_marked = false;
  std::vector<RxReceipt> receipts;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"index", Exposure::clear, "index of the issue"}, self.index);
    visit(Field{"author", Exposure::clear, "who prescribed"}, self.author);
    visit(Field{"issued_at", Exposure::clear, "log time of the issue"}, self.issued_at);
    visit(Field{"body", Exposure::clear, "what was issued, as extended"}, self.body);
    visit(Field{"status", Exposure::clear, "issued, held, completed, claimed or cancelled"},
          self.status);
    visit(Field{"since", Exposure::clear, "index of the last change"}, self.since);
    visit(Field{"verdict", Exposure::clear, "of the newest review"}, self.verdict);
    visit(Field{"holder", Exposure::clear, "who holds it or closed it"}, self.holder);
    visit(Field{"held_at", Exposure::clear, "log time of the acceptance"}, self.held_at);
    visit(Field{"part", Exposure::clear, "part that was accepted last"}, self.part);
    visit(Field{"closed", Exposure::clear, "parts that are over"}, self.closed);
    visit(Field{"dispensed", Exposure::clear, "of that part, by item"}, self.dispensed);
    visit(Field{"by_holder", Exposure::clear, "of that in this hold"}, self.by_holder);
    visit(Field{"step", Exposure::clear, "newest step of delivery"}, self.step);
    visit(Field{"cancel_marked", Exposure::clear, "true: cancelled when it comes back"},
          self.cancel_marked);
    visit(Field{"receipts", Exposure::clear, "what ended holds dispensed"}, self.receipts);
  }
};

/// Where a prescription stands at a log time; lapsed: held for longer than the policy allows.
enum class RxStanding { issued, held, lapsed, completed, claimed, cancelled };
enum class RxActor { prescriber, reviewer, dispenser, holder, patient, payer };

/// One row of the table of transitions: this actor may do this then, and where that leads.
struct RxTransition {
  entry::RxAct act;
  RxActor actor;
  RxStanding from;
  RxStatus to;
};
/// All there are.  Three depend on more: a return after the prescriber cancelled leads to
/// cancelled, a close of any part but the last to issued, and a patient cancels one that is
/// in-house only once it is completed.
std::span<const RxTransition> rx_transitions();

RxStanding rx_standing(const PrescriptionState& state, const entry::Policy& policy, UnixSeconds at);

/// Nothing if there is none.  A value that does not decode is store_damaged.
Result<std::optional<PrescriptionState>> prescription(const View& view, const EntryHash& hash);
std::string key_of_prescription(const EntryHash& hash);
std::string key_of_redeem(const RedeemKey& token);

/// The instant at which the calendar day of `at` and `days - 1` more have ended on these clocks.
UnixSeconds end_of_days(const std::optional<std::vector<entry::ZonePeriod>>& zone, UnixSeconds at,
                        std::uint64_t days);

}  // namespace medchain::rules
