// list: prescriptions with their states and ages, by log time.
#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "cli/entry_operand.hpp"
#include "cli/rx_acts.hpp"
#include "cli/workspace.hpp"
#include "report/table.hpp"
#include "rules/prescription_state.hpp"

namespace medchain::cli {
namespace {

constexpr std::string_view words[] = {"issued",    "held",    "lapsed",
                                      "completed", "claimed", "cancelled"};

/// One that is issued and past its last part is expired.
std::string_view state_of(const rules::PrescriptionState& state, const entry::Policy& policy,
                          UnixSeconds now) {
  const rules::RxStanding standing = rules::rx_standing(state, policy, now);
  if (standing == rules::RxStanding::issued && now >= state.body.parts->back().until)
    return "expired";
  return words[static_cast<std::size_t>(standing)];
}

}  // namespace

Result<int> rx_list(Session& session) {
  ledger::OpenOptions options;
  options.random_access = true;
  MC_ASSIGN(const auto ledger, open_ledger(session, options));
  session.seal({});
  const auto by = session.setting("by"), wanted = session.setting("state");
  report::Table table({{"ENTRY", report::Align::right},
                       {"STATE"},
                       {"BY"},
                       {"HOLDER"},
                       {"AGE"},
                       {"UNTIL"},
                       {"SIGNATURE"}});
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const UnixSeconds now, rules::log_time(view));
    MC_ASSIGN(const entry::Policy policy, rules::policy(view));
    return rules::for_each_state<rules::PrescriptionState>(
        view, "prescription/",
        [&](const EntryHash& hash, const rules::PrescriptionState& state) -> Status {
          const std::string_view standing = state_of(state, policy, now);
          if ((by && *by != state.author.get()) || (wanted && *wanted != standing)) return {};
          const std::int64_t age = now.get() - state.issued_at.get();
          const std::string_view signature = state.body.signature ? "present, not validated" : "";
          if (session.format() != "json") {
            table.add({std::to_string(state.index.get()), std::string(standing), state.author.get(),
                       state.holder ? state.holder->get() : "", format_duration(age),
                       format_time(state.body.parts->back().until), std::string(signature)});
            return {};
          }
          json::Object line = message("prescription");
          line.set("entry", state.index.get()).set("hash", to_text(hash));
          line.set("state", standing).set("by", state.author.get());
          if (state.holder) line.set("holder", state.holder->get());
          line.set("age", static_cast<std::uint64_t>(std::max<std::int64_t>(age, 0)));
          line.set("until", format_time(state.body.parts->back().until));
          line.set("quantities", entry::encode_value(*state.body.quantities));
          line.set("dispensed", entry::encode_value(state.dispensed));
          line.set("cancel_marked", state.cancel_marked);
          if (!signature.empty()) line.set("signature", signature);
          return session.out().line(line);
        });
  }));
  if (session.format() != "json" && !table.empty()) MC_TRY(session.out().write(table.text()));
  return 0;
}

}  // namespace medchain::cli
