// overdue: what members have to do for what was shared and have not done: reviews of emergencies,
// erasures, uses to be declared, notices to be acknowledged.
#include <algorithm>

#include "audit/duties.hpp"
#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/grant_emergency.hpp"
#include "cli/places.hpp"
#include "cli/workspace.hpp"
#include "report/table.hpp"

namespace medchain::cli {
namespace {

constexpr std::int64_t default_age = 7 * 86'400;

using audit::Duty;

struct Listed {
  Duty duty;
  UnixSeconds since;  ///< as the author of the entry says
};

/// By entry and member.
Result<std::vector<Listed>> duties_of(const ledger::Snapshot& view,
                                      const std::function<Status()>& go_on) {
  std::vector<Listed> all;
  MC_TRY(audit::for_each_duty(view, go_on, [&](const Duty& duty) -> Status {
    MC_ASSIGN(const entry::Entry begun, view.entry(duty.begun));
    all.push_back({duty, begun.statement.header.time});
    return {};
  }));
  std::sort(all.begin(), all.end(), [](const Listed& a, const Listed& b) {
    return std::tie(a.duty.entry, a.duty.member) < std::tie(b.duty.entry, b.duty.member);
  });
  return all;
}

/// `must`, `waits`, or nothing for who has no part in it.
std::string_view role_in(const Duty& duty, const std::optional<MemberName>& member) {
  if (!member) return {};
  if (duty.member == *member) return "must";
  const auto& awaiting = duty.awaiting;
  return std::find(awaiting.begin(), awaiting.end(), *member) != awaiting.end() ? "waits" : "";
}

json::Object line_of(const Listed& listed, std::string_view role, bool is_overdue,
                     std::int64_t age) {
  const Duty& duty = listed.duty;
  json::Object line = message("duty");
  line.set("what", audit::word_of(duty.what)).set("state", is_overdue ? "overdue" : "due");
  if (!role.empty()) line.set("role", role);
  json::Array awaiting;
  for (const MemberName& name : duty.awaiting) awaiting.emplace_back(name.get());
  line.set("member", duty.member.get()).set("awaiting", std::move(awaiting));
  line.set("entry", duty.entry.get()).set("hash", to_text(duty.hash));
  if (duty.of) line.set("of", entry::word_of(*duty.of));
  line.set("since", format_time(listed.since)).set("age", static_cast<std::uint64_t>(age));
  if (duty.due) line.set("due", format_time(*duty.due));
  return line;
}

/// Whose duties are asked for: all without a member.
struct Asked {
  std::optional<MemberName> member;
  bool mine = false, awaited = false, everyone = false, all = false;
  std::int64_t max_age = default_age;

  bool is_meant(std::string_view role) const {
    if (mine) return role == "must";
    if (awaited) return role == "waits";
    return everyone || !member || !role.empty();
  }
};

Result<Asked> read_asked(Session& session) {
  Asked asked;
  asked.mine = session.has("mine");
  asked.awaited = session.has("awaited");
  asked.everyone = session.has("everyone");
  asked.all = session.has("all");
  if (asked.mine + asked.awaited + asked.everyone > 1)
    return fail(Code::usage, "options '--mine', '--awaited' and '--everyone' exclude each other");
  MC_ASSIGN(const auto max_age, session.duration("max-age"));
  asked.max_age = max_age.value_or(default_age);
  if (asked.mine || asked.awaited) MC_TRY(session.required("key"));
  if (const auto keys = session.setting("key")) {
    MC_ASSIGN(const entry::Card card, read_card(*keys));
    asked.member = card.name;
  }
  return asked;
}

}  // namespace

Result<int> grant_overdue(Session& session) {
  MC_ASSIGN(const Asked asked, read_asked(session));
  ledger::OpenOptions options;
  options.random_access = true;
  MC_ASSIGN(const auto ledger, open_ledger(session, options));
  session.seal({});
  std::vector<Listed> duties;
  UnixSeconds now = session.now();
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
    if (asked.member) {
      MC_ASSIGN(const auto state, rules::member(view, *asked.member));
      if (!state)
        return fail(Code::member_unknown,
                    quote(asked.member->get()) + " is not a member of this ledger");
    }
    // On a quiet ledger log time stands still, and what is overdue is so all the same.
    MC_ASSIGN(const UnixSeconds log_time, rules::log_time(view));
    now = std::max(now, log_time);
    MC_ASSIGN(duties, duties_of(view, going_on(session)));
    return {};
  }));
  const bool json = session.format() == "json";
  report::Table table({{"AGE", report::Align::right},
                       {"DUTY"},
                       {"STATE"},
                       {"ROLE"},
                       {"MEMBER"},
                       {"ENTRY", report::Align::right},
                       {"DUE"}});
  std::uint64_t count = 0, overdue = 0, own = 0;
  for (const Listed& listed : duties) {
    const Duty& duty = listed.duty;
    const std::string_view role = role_in(duty, asked.member);
    const std::int64_t age = std::max<std::int64_t>(0, now.get() - listed.since.get());
    const bool is_overdue = duty.due ? *duty.due <= now : age > asked.max_age;
    if (!asked.is_meant(role) || (!is_overdue && !asked.all)) continue;
    ++count;
    overdue += is_overdue ? 1u : 0u;
    own += is_overdue && role == "must" ? 1u : 0u;
    if (json) {
      MC_TRY(session.out().line(line_of(listed, role, is_overdue, age)));
    } else {
      table.add({rough_duration(age), std::string(audit::word_of(duty.what)),
                 is_overdue ? "overdue" : "due", std::string(role), duty.member.get(),
                 std::to_string(duty.entry.get()), duty.due ? format_time(*duty.due) : ""});
    }
  }
  const int status = overdue > 0 ? 1 : 0;
  if (json)
    MC_TRY(session.out().line(message("summary")
                                  .set("count", count)
                                  .set("findings", overdue)
                                  .set("status", status)
                                  .set("complete", true)));
  else if (!table.empty())
    MC_TRY(session.out().write(table.text()));
  session.tell(overdue == 0   ? "nothing is overdue"
               : asked.member ? counted(overdue, "duty") + " overdue, " + std::to_string(own) +
                                    " of them of " + quote(asked.member->get())
                              : counted(overdue, "duty") + " overdue");
  return status;
}

std::vector<Option> overdue_options() {
  return {{"mine", 0, ValueKind::flag, {}, "only what this member must do"},
          {"awaited", 0, ValueKind::flag, {}, "only what this member waits for"},
          {"everyone", 0, ValueKind::flag, {}, "of every member (default without '--key')"},
          {"all", 0, ValueKind::flag, {}, "what is due and not overdue too"},
          {"max-age", 0, ValueKind::duration, "DURATION",
           "what has no due time is overdue when older (default: 7d)"}};
}

}  // namespace medchain::cli
