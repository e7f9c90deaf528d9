// overdue: what members have to do for what was shared and have not done: reviews of emergencies,
// erasures, uses to be declared, notices to be acknowledged.
#include <algorithm>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/grant_emergency.hpp"
#include "cli/places.hpp"
#include "cli/workspace.hpp"
#include "entry/codec.hpp"
#include "report/table.hpp"
#include "rules/sharing_view.hpp"

namespace medchain::cli {
namespace {

constexpr std::int64_t default_age = 7 * 86'400;

struct Duty {
  std::string_view what;             ///< review, erasure, use, notice
  MemberName member;                 ///< whose it is
  std::vector<MemberName> awaiting;  ///< who waits for it
  EntryIndex entry;                  ///< of the emergency, grant, release or notice
  EntryHash hash;
  UnixSeconds since;
  std::optional<UnixSeconds> due;     ///< absent: none is set, age counts
  std::optional<entry::NoticeOf> of;  ///< of a notice
};

class Duties {
 public:
  explicit Duties(const ledger::Snapshot& view) : view_(view) {}

  /// By entry and member.
  Result<std::vector<Duty>> run() {
    MC_TRY(reviews());
    MC_TRY(erasures());
    MC_TRY(uses());
    MC_TRY(notices());
    std::sort(found_.begin(), found_.end(), [](const Duty& a, const Duty& b) {
      return std::tie(a.entry, a.what, a.member) < std::tie(b.entry, b.what, b.member);
    });
    return std::move(found_);
  }

 private:
  /// Each HEX of PREFIX/HEX.
  template <class State>
  Status each(std::string_view prefix,
              const std::function<Status(const EntryHash&, const State&)>& visit) {
    return view_.scan(prefix, [&](std::string_view key, std::string_view value) -> Status {
      MC_ASSIGN(const auto hash,
                parse_hash<EntryHash>("sha256:" + std::string(key.substr(prefix.size()))));
      MC_ASSIGN(const json::Object object, json::parse_object(value));
      MC_ASSIGN(const State state, entry::decode<State>(object));
      return visit(hash, state);
    });
  }

  Result<UnixSeconds> time_of(EntryIndex index) const {
    MC_ASSIGN(const entry::Entry entry, view_.entry(index));
    return entry.statement.header.time;
  }

  Status reviews() {
    return each<rules::EmergencyState>(
        "emergency/", [&](const EntryHash& hash, const rules::EmergencyState& state) -> Status {
          if (state.is_reviewed()) return {};
          MC_ASSIGN(const UnixSeconds since, time_of(state.index));
          add({"review", state.author, {state.body.custodian}, state.index, hash, since, {}, {}});
          return {};
        });
  }

  Status erasures() {
    return each<rules::GrantState>(
        "grant/", [&](const EntryHash& hash, const rules::GrantState& state) -> Status {
          if (!state.body.scope.erase_at) return {};
          const std::string prefix = "received/" + to_hex(hash.view()) + "/";
          return view_.scan(prefix, [&](std::string_view key, std::string_view text) -> Status {
            MC_ASSIGN(const auto member, MemberName::parse(key.substr(prefix.size())));
            MC_ASSIGN(const auto attested, view_.get(rules::key_of_attested(hash, member)));
            if (attested) return {};
            MC_ASSIGN(const std::uint64_t newest, parse_u64(text));
            MC_ASSIGN(const UnixSeconds since, time_of(EntryIndex(newest)));
            std::vector<MemberName> awaiting = {state.author};
            if (state.body.custodian != state.author) awaiting.push_back(state.body.custodian);
            add({"erasure",
                 member,
                 std::move(awaiting),
                 state.index,
                 hash,
                 since,
                 state.body.scope.erase_at,
                 {}});
            return {};
          });
        });
  }

  /// A release that nobody says to have used.
  Status uses() {
    return each<rules::ReleaseState>(
        "release/", [&](const EntryHash& hash, const rules::ReleaseState& state) -> Status {
          if (state.opened + state.failed > 0) return {};
          MC_ASSIGN(const UnixSeconds since, time_of(state.index));
          add({"use", state.to, {state.author}, state.index, hash, since, {}, {}});
          return {};
        });
  }

  Status notices() {
    return each<rules::NoticeState>(
        "notice/", [&](const EntryHash& hash, const rules::NoticeState& state) -> Status {
          for (const MemberName& member : state.body.to) {
            if (std::binary_search(state.acknowledged.begin(), state.acknowledged.end(), member))
              continue;
            MC_ASSIGN(const UnixSeconds since, time_of(state.index));
            add({"notice",
                 member,
                 {state.author},
                 state.index,
                 hash,
                 since,
                 state.body.due,
                 state.body.of});
          }
          return {};
        });
  }

  void add(Duty duty) { found_.push_back(std::move(duty)); }

  const ledger::Snapshot& view_;
  std::vector<Duty> found_;
};

/// `must`, `waits`, or nothing for who has no part in it.
std::string_view role_in(const Duty& duty, const std::optional<MemberName>& member) {
  if (!member) return {};
  if (duty.member == *member) return "must";
  const auto& awaiting = duty.awaiting;
  return std::find(awaiting.begin(), awaiting.end(), *member) != awaiting.end() ? "waits" : "";
}

std::string age_text(std::int64_t seconds) {
  const std::int64_t unit = seconds < 7'200 ? 60 : seconds < 172'800 ? 3'600 : 86'400;
  return format_duration(seconds / unit * unit);
}

json::Object line_of(const Duty& duty, std::string_view role, bool is_overdue, std::int64_t age) {
  json::Object line = message("duty");
  line.set("what", duty.what).set("state", is_overdue ? "overdue" : "due");
  if (!role.empty()) line.set("role", role);
  json::Array awaiting;
  for (const MemberName& name : duty.awaiting) awaiting.emplace_back(name.get());
  line.set("member", duty.member.get()).set("awaiting", std::move(awaiting));
  line.set("entry", duty.entry.get()).set("hash", to_text(duty.hash));
  if (duty.of) line.set("of", entry::word_of(*duty.of));
  line.set("since", format_time(duty.since)).set("age", static_cast<std::uint64_t>(age));
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
  std::vector<Duty> duties;
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
    MC_ASSIGN(duties, Duties(view).run());
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
  for (const Duty& duty : duties) {
    const std::string_view role = role_in(duty, asked.member);
    const std::int64_t age = std::max<std::int64_t>(0, now.get() - duty.since.get());
    const bool is_overdue = duty.due ? *duty.due <= now : age > asked.max_age;
    if (!asked.is_meant(role) || (!is_overdue && !asked.all)) continue;
    ++count;
    overdue += is_overdue ? 1u : 0u;
    own += is_overdue && role == "must" ? 1u : 0u;
    if (json) {
      MC_TRY(session.out().line(line_of(duty, role, is_overdue, age)));
    } else {
      table.add({age_text(age), std::string(duty.what), is_overdue ? "overdue" : "due",
                 std::string(role), duty.member.get(), std::to_string(duty.entry.get()),
                 duty.due ? format_time(*duty.due) : ""});
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
