#include "cli/status_act.hpp"

#include "base/file.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/sealing.hpp"
#include "cli/workspace.hpp"
#include "note/checkpoint.hpp"

namespace medchain::cli {
namespace {

struct Facts {
  std::string origin, member, member_status;
  std::uint64_t entries = 0, records = 0;
  std::optional<UnixSeconds> log_time, last_anchor;
  std::uint64_t witnesses = 0, quorum = 0, cosigned = 0, pending = 0;
  bool quorum_met = true;
  std::uint64_t file_bytes = 0, readers = 0;
};

/// For people.
std::string standing(const Facts& facts) {
  return facts.member_status == "none" ? "not a member" : facts.member_status;
}

/// The newest anchor of `member` (of anybody without one), looking back from the end.
Status find_last_anchor(const ledger::Snapshot& view, Facts& facts) {
  constexpr std::uint64_t far_enough = 10'000;
  for (std::uint64_t i = facts.entries, seen = 0; i-- > 0 && seen < far_enough; ++seen) {
    MC_ASSIGN(const auto entry, view.entry(EntryIndex(i)));
    const auto* anchor = std::get_if<entry::Anchor>(&entry.statement.body);
    if (anchor == nullptr || (!facts.member.empty() && anchor->custodian.get() != facts.member))
      continue;
    facts.last_anchor = entry.statement.header.time;
    return {};
  }
  return {};
}

Status look_at_ledger(const ledger::Snapshot& view, Facts& facts) {
  MC_ASSIGN(facts.origin, rules::origin(view));
  MC_ASSIGN(const TreeSize size, view.size());
  facts.entries = size.get();
  MC_ASSIGN(facts.log_time, rules::log_time(view));
  MC_ASSIGN(facts.records, view.txn().count(view.tables().records));
  if (!facts.member.empty()) {
    MC_ASSIGN(const auto name, MemberName::parse(facts.member));
    MC_ASSIGN(const auto state, rules::member(view, name));
    facts.member_status = state ? std::string(entry::word_of(state->status)) : "none";
  }
  MC_ASSIGN(const auto policy, rules::policy(view));
  MC_ASSIGN(const auto log, rules::log_key(view));
  MC_ASSIGN(const std::string checkpoint, view.checkpoint());
  MC_ASSIGN(const auto verified,
            note::verify_checkpoint(checkpoint, entry::tlog_policy(policy, log)));
  facts.witnesses = policy.witnesses.size();
  facts.quorum = policy.quorum;
  facts.cosigned = verified.cosigned.size();
  facts.quorum_met = verified.quorum_met;
  return find_last_anchor(view, facts);
}

/// The member whose profile this is, by the card alone: no key is read.
std::string own_name(const Session& session) {
  const auto keys = session.setting("key");
  if (!keys) return {};
  const auto opened = read_card(*keys);
  return opened ? opened->name.get() : std::string();
}

std::string age(const std::optional<UnixSeconds>& time, UnixSeconds now) {
  if (!time) return "never";
  const std::int64_t seconds = std::max<std::int64_t>(0, now.get() - time->get());
  const std::int64_t unit = seconds < 120       ? 1
                            : seconds < 7'200   ? 60
                            : seconds < 172'800 ? 3'600
                                                : 86'400;
  return format_time(*time) + " (" + format_duration(seconds / unit * unit) + " ago)";
}

}  // namespace

Result<int> show_status(Session& session) {
  ledger::OpenOptions options;
  options.random_access = true;
  MC_ASSIGN(const auto ledger, open_ledger(session, options));
  std::unique_ptr<vault::Vault> vault;
  if (const auto directory = session.setting("vault");
      directory && vault::Vault::exists(*directory)) {
    MC_ASSIGN(vault, vault::Vault::open(*directory, {}));
  }
  Facts facts;
  facts.member = own_name(session);
  session.seal({});
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) { return look_at_ledger(view, facts); }));
  MC_ASSIGN(const auto usage, ledger->environment().usage());
  facts.file_bytes = usage.file_bytes;
  facts.readers = usage.readers;
  if (vault)
    MC_TRY(vault->read([&] {
      return vault->for_each_batch([&](std::uint64_t, const vault::Batch& batch) -> Status {
        facts.pending += batch.state == vault::BatchState::pending;
        return {};
      });
    }));
  MC_ASSIGN(const auto max_age, session.duration("max-age"));
  std::vector<std::string> attention;
  if (facts.pending > 0)
    attention.push_back(
        std::to_string(facts.pending) +
        " entries are signed but not known to be on the ledger: run medchain-anchor again");
  if (!facts.member.empty() && facts.member_status != "active")
    attention.push_back(facts.member + " is " + standing(facts));
  if (max_age && (!facts.last_anchor || session.now().get() - facts.last_anchor->get() > *max_age))
    attention.push_back("nothing was anchored within " + format_duration(*max_age));
  const int status = !attention.empty() ? 1 : facts.quorum_met ? 0 : info(Code::policy_unmet).exit;

  if (session.format() == "json") {
    json::Object line = message("summary");
    line.set("ledger", facts.origin)
        .set("directory", ledger->directory())
        .set("entries", facts.entries)
        .set("records", facts.records);
    if (!facts.member.empty())
      line.set("member", facts.member).set("member_status", facts.member_status);
    line.set("log_time", format_time(*facts.log_time));
    if (facts.last_anchor) line.set("last_anchor", format_time(*facts.last_anchor));
    line.set("witnesses", facts.witnesses)
        .set("quorum", facts.quorum)
        .set("cosigned", facts.cosigned)
        .set("quorum_met", facts.quorum_met);
    line.set("pending", facts.pending)
        .set("file_bytes", facts.file_bytes)
        .set("readers", facts.readers);
    json::Array needs(attention.begin(), attention.end());
    line.set("attention", std::move(needs)).set("status", status).set("complete", true);
    MC_TRY(session.out().line(line));
    return status;
  }
  std::string text;
  const auto row = [&](std::string_view name, const std::string& value) {
    text += pad_to(name, 14) + escape_for_terminal(value) + "\n";
  };
  row("ledger", facts.origin);
  row("directory", ledger->directory());
  row("member",
      facts.member.empty() ? "(no key directory)" : facts.member + " (" + standing(facts) + ")");
  row("entries", std::to_string(facts.entries) + ", " + std::to_string(facts.records) + " records");
  row("last anchor", age(facts.last_anchor, session.now()));
  row("log time", age(facts.log_time, session.now()));
  row("witnessed", facts.witnesses == 0
                       ? "no witnesses in the policy"
                       : std::to_string(facts.cosigned) + " of " + std::to_string(facts.witnesses) +
                             " cosigned, the policy demands " + std::to_string(facts.quorum));
  for (const std::string& need : attention) row("attention", need);
  MC_TRY(session.out().write(text));
  return status;
}

}  // namespace medchain::cli
