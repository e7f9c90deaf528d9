// medchain-vault notices: who received what was erased, was told, and has not acknowledged it.
#include <algorithm>
#include <map>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/data_act.hpp"
#include "cli/vault_own_acts.hpp"
#include "entry/codec.hpp"
#include "report/table.hpp"
#include "rules/sharing_view.hpp"

namespace medchain::cli {
namespace {

struct Told {
  std::string state;  ///< open, overdue, acknowledged, erased, owed
  MemberName member;
  EntryIndex erasure;
  std::optional<EntryIndex> notice;
  UnixSeconds since;  ///< time of the notice, or of the erasure where it is owed
  std::optional<UnixSeconds> due;
  bool is_done() const { return state == "acknowledged" || state == "erased"; }
};

class Notices {
 public:
  Notices(const ledger::Snapshot& view, MemberName custodian)
      : view_(view), custodian_(std::move(custodian)) {}

  /// By erasure and member.
  Result<std::vector<Told>> run() {
    MC_TRY(find_erasures());
    MC_TRY(look_at_notices());
    MC_TRY(look_at_owed());
    std::sort(told_.begin(), told_.end(), [](const Told& a, const Told& b) {
      return std::tie(a.erasure, a.member, a.notice) < std::tie(b.erasure, b.member, b.notice);
    });
    return std::move(told_);
  }

 private:
  struct Erased {
    EntryIndex index;
    UnixSeconds time;
    entry::Erase body;
    MemberName author;
    std::set<MemberName> told;
  };

  Status find_erasures() {
    return view_.scan("erasure/", [&](std::string_view key, std::string_view value) -> Status {
      MC_ASSIGN(const json::Object object, json::parse_object(value));
      MC_ASSIGN(const auto state, entry::decode<rules::ErasureState>(object));
      if (state.custodian != custodian_) return {};
      MC_ASSIGN(const entry::Entry entry, view_.entry(state.index));
      const auto* body = std::get_if<entry::Erase>(&entry.statement.body);
      if (body == nullptr)
        return fail(Code::store_damaged,
                    "entry " + std::to_string(state.index.get()) + " is no erase entry");
      erased_.emplace(
          std::string(key.substr(key.find('/') + 1)),
          Erased{
              state.index, entry.statement.header.time, *body, entry.statement.header.author, {}});
      return {};
    });
  }

  Status look_at_notices() {
    MC_ASSIGN(const UnixSeconds now, rules::log_time(view_));
    return view_.scan("notice/", [&](std::string_view, std::string_view value) -> Status {
      MC_ASSIGN(const json::Object object, json::parse_object(value));
      MC_ASSIGN(const auto state, entry::decode<rules::NoticeState>(object));
      const auto erased = erased_.find(to_hex(state.body.about.view()));
      if (erased == erased_.end()) return {};
      MC_ASSIGN(const entry::Entry entry, view_.entry(state.index));
      for (const MemberName& member : state.body.to) {
        erased->second.told.insert(member);
        const auto has = [&](const std::vector<MemberName>& names) {
          return std::binary_search(names.begin(), names.end(), member);
        };
        Told told;
        told.state = has(state.erased)                          ? "erased"
                     : has(state.acknowledged)                  ? "acknowledged"
                     : state.body.due && *state.body.due <= now ? "overdue"
                                                                : "open";
        told.member = member;
        told.erasure = erased->second.index;
        told.notice = state.index;
        told.since = entry.statement.header.time;
        told.due = state.body.due;
        told_.push_back(std::move(told));
      }
      return {};
    });
  }

  /// Who received it and was told by no notice.
  Status look_at_owed() {
    std::vector<entry::Erase> bodies;
    std::vector<const Erased*> whose;
    for (const auto& [hash, erased] : erased_) {
      bodies.push_back(erased.body);
      whose.push_back(&erased);
    }
    if (bodies.empty()) return {};
    MC_ASSIGN(const auto receivers, vault::receivers_of(view_, bodies));
    for (std::size_t i = 0; i < whose.size(); ++i)
      for (const MemberName& member : receivers[i]) {
        if (whose[i]->told.contains(member) || member == whose[i]->author) continue;
        told_.push_back({"owed", member, whose[i]->index, {}, whose[i]->time, {}});
      }
    return {};
  }

  const ledger::Snapshot& view_;
  MemberName custodian_;
  std::map<std::string, Erased> erased_;  // by hash in hex
  std::vector<Told> told_;
};

json::Object line_of(const Told& told, std::int64_t age) {
  json::Object line = message("notice");
  line.set("of", "erasure").set("state", told.state).set("member", told.member.get());
  line.set("erasure", told.erasure.get());
  if (told.notice) line.set("entry", told.notice->get());
  line.set("since", format_time(told.since)).set("age", static_cast<std::uint64_t>(age));
  if (told.due) line.set("due", format_time(*told.due));
  return line;
}

}  // namespace

Result<int> vault_notices(Session& session) {
  MC_ASSIGN(const auto max_age, session.duration("max-age"));
  MC_ASSIGN(const auto ledger, open_ledger(session, {}));
  MC_ASSIGN(const auto vault, open_vault(session, {}));
  session.seal({});
  std::vector<Told> all;
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
    MC_TRY(check_same_ledger(*vault, view));
    MC_ASSIGN(all, Notices(view, vault->owner().member).run());
    return {};
  }));
  const bool json = session.format() == "json";
  report::Table table({{"AGE", report::Align::right},
                       {"STATE"},
                       {"MEMBER"},
                       {"ERASURE", report::Align::right},
                       {"NOTICE", report::Align::right},
                       {"DUE"}});
  std::uint64_t count = 0, waiting = 0;
  bool failing = false;
  for (const Told& told : all) {
    if (told.is_done() && !session.has("all")) continue;
    const std::int64_t age = std::max<std::int64_t>(0, session.now().get() - told.since.get());
    ++count;
    if (!told.is_done()) {
      ++waiting;
      failing |= !max_age || age > *max_age || told.state == "overdue" || told.state == "owed";
    }
    if (json) {
      MC_TRY(session.out().line(line_of(told, age)));
    } else {
      table.add({rough_duration(age), told.state, told.member.get(),
                 std::to_string(told.erasure.get()),
                 told.notice ? std::to_string(told.notice->get()) : "",
                 told.due ? format_time(*told.due) : ""});
    }
  }
  const int status = failing ? 1 : 0;
  if (json)
    MC_TRY(session.out().line(message("summary")
                                  .set("count", count)
                                  .set("findings", waiting)
                                  .set("status", status)
                                  .set("complete", true)));
  else if (!table.empty())
    MC_TRY(session.out().write(table.text()));
  session.tell(waiting == 0 ? "every notice of an erasure is acknowledged"
                            : counted(waiting, "member") + " that received what was erased: no " +
                                  "acknowledgement");
  return status;
}

}  // namespace medchain::cli
