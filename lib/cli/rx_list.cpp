// list: prescriptions with their states and ages, by log time, and for who prescribed what came
// back undispensed.
#include <algorithm>
#include <map>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/entry_operand.hpp"
#include "cli/rx_acts.hpp"
#include "cli/workspace.hpp"
#include "entry/encoder.hpp"
#include "report/table.hpp"
#include "rules/prescription_state.hpp"

namespace medchain::cli {
namespace {

using rules::PrescriptionState;
using rules::RxStanding;

constexpr std::string_view words[] = {"issued",    "held",    "lapsed",
                                      "completed", "claimed", "cancelled"};

/// One prescription, as it is told.
struct Item {
  EntryHash hash;
  PrescriptionState state;
  std::string_view standing;
  std::int64_t age = 0;  ///< seconds since the issue
  bool is_returned = false;
  bool is_not_dispensed = false;  ///< expired, and nothing was ever dispensed
  UnixSeconds changed;            ///< when it came to stand so
};

class Prescriptions {
 public:
  Prescriptions(Session& session, const ledger::Snapshot& view) : session_(session), view_(view) {}

  /// Those that the options want, by entry.
  Status read() {
    MC_ASSIGN(now_, rules::log_time(view_));
    MC_ASSIGN(policy_, rules::policy(view_));
    MC_ASSIGN(const auto since, session_.time("since"));
    return rules::for_each_state<PrescriptionState>(
        view_, "prescription/",
        [&](const EntryHash& hash, const PrescriptionState& state) -> Status {
          MC_ASSIGN(Item item, item_of(hash, state));
          if (is_wanted(item) && (!since || item.changed >= *since))
            items_.emplace(state.index, std::move(item));
          return {};
        });
  }

  Status print_lines() {
    for (const auto& [index, item] : items_) MC_TRY(session_.out().line(line_of(item)));
    return {};
  }
  Status print_table() {
    report::Table table({{"ENTRY", report::Align::right},
                         {"STATE"},
                         {"BY"},
                         {"HOLDER"},
                         {"AGE"},
                         {"UNTIL"},
                         {"NOTE"}});
    for (const auto& [index, item] : items_) {
      const PrescriptionState& state = item.state;
      table.add({std::to_string(index.get()), std::string(item.standing), state.author.get(),
                 state.holder ? state.holder->get() : "", format_duration(item.age),
                 format_time(state.body.parts->back().until), note_of(item)});
    }
    return table.empty() ? Status() : session_.out().write(table.text());
  }
  bool is_empty() const { return items_.empty(); }

 private:
  Result<Item> item_of(const EntryHash& hash, const PrescriptionState& state) const {
    Item item;
    item.hash = hash;
    item.state = state;
    item.age = std::max<std::int64_t>(0, now_.get() - state.issued_at.get());
    const RxStanding standing = rules::rx_standing(state, policy_, now_);
    const UnixSeconds until = state.body.parts->back().until;
    const bool is_expired = standing == RxStanding::issued && now_ >= until;
    item.standing = is_expired ? "expired" : words[static_cast<std::size_t>(standing)];
    // A close of one of several parts, too, leads to issued: it is over then.
    item.is_returned =
        standing == RxStanding::issued && state.since != state.index && state.closed <= state.part;
    item.is_not_dispensed =
        is_expired && state.receipts.empty() &&
        std::all_of(state.dispensed.begin(), state.dispensed.end(), [](auto n) { return n == 0; });
    MC_ASSIGN(const entry::Entry entry, view_.entry(state.since));
    item.changed = entry.statement.header.time;
    if (is_expired) item.changed = until;
    if (standing == RxStanding::lapsed)
      item.changed = UnixSeconds(state.held_at->get() +
                                 static_cast<std::int64_t>(*policy_.prescription->hold));
    return item;
  }

  bool is_wanted(const Item& item) const {
    const auto by = session_.setting("by"), wanted = session_.setting("state");
    if (by && *by != item.state.author.get()) return false;
    if (wanted && *wanted != item.standing) return false;
    if (!session_.has("undispensed")) return true;
    return item.is_returned || item.standing == "expired" || item.standing == "lapsed" ||
           item.standing == "cancelled";
  }

  static std::string note_of(const Item& item) {
    std::vector<std::string> notes;
    if (item.is_returned) notes.emplace_back("returned");
    if (item.is_not_dispensed) notes.emplace_back("not dispensed");
    if (item.state.cancel_marked && item.standing != "cancelled")
      notes.emplace_back("cancelled when it comes back");
    if (item.state.body.signature) notes.emplace_back("signature present, not validated");
    return join(notes, "; ");
  }

  static json::Object line_of(const Item& item) {
    const PrescriptionState& state = item.state;
    json::Object line = message("prescription");
    line.set("entry", state.index.get()).set("hash", to_text(item.hash));
    line.set("state", item.standing).set("by", state.author.get());
    if (state.holder) line.set("holder", state.holder->get());
    line.set("age", static_cast<std::uint64_t>(item.age)).set("changed", format_time(item.changed));
    line.set("until", format_time(state.body.parts->back().until));
    line.set("parts", entry::encode_value(*state.body.parts));
    line.set("quantities", entry::encode_value(*state.body.quantities));
    line.set("dispensed", entry::encode_value(state.dispensed));
    if (state.verdict) line.set("verdict", entry::word_of(*state.verdict));
    if (state.step) line.set("step", entry::word_of(*state.step));
    line.set("receipts", entry::encode_value(state.receipts));
    line.set("returned", item.is_returned).set("not_dispensed", item.is_not_dispensed);
    line.set("cancel_marked", state.cancel_marked);
    if (state.body.signature) line.set("signature", "present, not validated");
    return line;
  }

  Session& session_;
  const ledger::Snapshot& view_;
  UnixSeconds now_;
  entry::Policy policy_;
  std::map<EntryIndex, Item> items_;
};

}  // namespace

Result<int> rx_list(Session& session) {
  ledger::OpenOptions options;
  options.random_access = true;
  MC_ASSIGN(const auto ledger, open_ledger(session, options));
  session.seal({});
  bool is_found = false;
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
    Prescriptions all(session, view);
    MC_TRY(all.read());
    is_found = !all.is_empty();
    return session.format() == "json" ? all.print_lines() : all.print_table();
  }));
  return session.has("undispensed") && is_found ? 1 : 0;
}

Verb rx_list_verb() {
  Verb list;
  list.name = "list";
  list.summary = "list prescriptions with their states and ages";
  list.options = {{"by", 0, ValueKind::text, "MEMBER", "who prescribed"},
                  {"state",
                   0,
                   ValueKind::words,
                   "STATE",
                   "of this state",
                   {},
                   "issued|held|lapsed|completed|claimed|cancelled|expired"},
                  {"undispensed", 0, ValueKind::flag, {}, "expired, returned, cancelled or lapsed"},
                  {"since", 0, ValueKind::time, "TIME", "that came to stand so since then"}};
  list.common = {"ledger", "output"};
  list.formats = "text|json";
  list.max_operands = 0;
  list.run = rx_list;
  return list;
}

}  // namespace medchain::cli
