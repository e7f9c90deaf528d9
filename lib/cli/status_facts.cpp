#include "cli/status_facts.hpp"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>

#include "base/file.hpp"
#include "cli/places.hpp"
#include "cli/workspace.hpp"
#include "note/checkpoint.hpp"
#include "store/key_set.hpp"
#include "vault/acts.hpp"
#include "vault/settle.hpp"

namespace medchain::cli {
namespace {

constexpr std::size_t max_checkpoint_file = 1'000'000;

/// The newest anchor of the member (of anybody without one), looking back from the end.
Status find_last_anchor(const ledger::Snapshot& view, StatusFacts& facts) {
  constexpr std::uint64_t far_enough = 10'000;
  for (std::uint64_t i = facts.entries, seen = 0; i-- > 0 && seen < far_enough; ++seen) {
    MC_ASSIGN(const auto entry, view.entry(EntryIndex(i)));
    if (!facts.newest_entry) facts.newest_entry = entry.statement.header.time;
    const auto* anchor = std::get_if<entry::Anchor>(&entry.statement.body);
    if (anchor == nullptr || (!facts.member.empty() && anchor->custodian.get() != facts.member))
      continue;
    facts.last_anchor = entry.statement.header.time;
    return {};
  }
  return {};
}

Status look_at_ledger(const ledger::Snapshot& view, StatusFacts& facts, note::Policy& known) {
  MC_ASSIGN(facts.origin, rules::origin(view));
  MC_ASSIGN(const TreeSize size, view.size());
  facts.entries = size.get();
  MC_ASSIGN(facts.log_time, rules::log_time(view));
  MC_ASSIGN(facts.records, store::count_keys(view.txn(), view.tables().records));
  if (!facts.member.empty()) {
    MC_ASSIGN(const auto name, MemberName::parse(facts.member));
    MC_ASSIGN(const auto state, rules::member(view, name));
    facts.member_status = state ? std::string(entry::word_of(state->status)) : "none";
  }
  MC_ASSIGN(const auto policy, rules::policy(view));
  MC_ASSIGN(const auto log, rules::log_key(view));
  known = entry::tlog_policy(policy, log);
  MC_ASSIGN(const std::string checkpoint, view.checkpoint());
  MC_ASSIGN(const auto verified, note::verify_checkpoint(checkpoint, known));
  facts.witnesses = policy.witnesses.size();
  facts.quorum = policy.quorum;
  facts.cosigned = verified.cosigned.size();
  facts.quorum_met = verified.quorum_met;
  return find_last_anchor(view, facts);
}

/// What web servers and witnesses are given.  After the ledger was read: it may be of a later
/// state, and only where writing it failed of an earlier one.
void look_at_checkpoint_file(const std::string& path, const note::Policy& policy,
                             StatusFacts& facts) {
  struct stat info = {};
  if (::stat(path.c_str(), &info) != 0) return;
  facts.checkpoint_time = UnixSeconds(info.st_mtime);
  const auto text = read_file(path, max_checkpoint_file, Code::input_unreadable);
  if (!text) {
    facts.checkpoint_error = text.error().message;
    return;
  }
  const auto verified = note::verify_checkpoint(*text, policy);
  if (verified)
    facts.checkpoint_entries = verified->checkpoint.size.get();
  else
    facts.checkpoint_error = verified.error().message;
}

/// One statement that the vault has as pending.  It may have landed: that is noted there late.
Status look_at_pending(ledger::Ledger& ledger, const std::string& note, std::uint64_t& count,
                       bool is_batch, StatusFacts& facts) {
  MC_ASSIGN(const entry::Entry entry, entry::parse_entry(note));
  MC_ASSIGN(const vault::Standing standing, vault::look_up(ledger, entry));
  if (standing.at) return {};
  ++count;
  facts.too_late += is_batch && standing.too_late;
  const UnixSeconds time = entry.statement.header.time;
  facts.oldest_pending = std::min(facts.oldest_pending.value_or(time), time);
  return {};
}

Status look_at_vault(ledger::Ledger& ledger, vault::Vault& vault, StatusFacts& facts) {
  std::vector<std::string> notes;
  MC_TRY(vault.read([&] {
    return vault.for_each_batch([&](std::uint64_t, const vault::Batch& batch) -> Status {
      if (batch.state == vault::BatchState::pending) notes.push_back(batch.note);
      return {};
    });
  }));
  for (const std::string& note : notes)
    MC_TRY(look_at_pending(ledger, note, facts.pending_batches, true, facts));
  MC_ASSIGN(const auto acts, vault::Acts(vault).pending());
  for (const auto& [id, act] : acts)
    MC_TRY(look_at_pending(ledger, act.note, facts.pending_acts, false, facts));
  return {};
}

void look_at_disk(StatusFacts& facts) {
  struct statvfs disk = {};
  if (::statvfs(facts.directory.c_str(), &disk) != 0) return;
  // As df(1) counts: what only root may use is not there.
  const std::uint64_t used = disk.f_blocks - disk.f_bfree;
  facts.free_bytes = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  facts.disk_bytes = (used + disk.f_bavail) * disk.f_frsize;
}

}  // namespace

std::string own_name(const Session& session) {
  const auto keys = session.setting("key");
  if (!keys) return {};
  const auto opened = read_card(*keys);
  return opened ? opened->name.get() : std::string();
}

Result<StatusFacts> gather_status(Session& session) {
  ledger::OpenOptions options;
  options.random_access = true;
  MC_ASSIGN(const auto ledger, open_ledger(session, options));
  std::unique_ptr<vault::Vault> vault;
  if (const auto directory = session.setting("vault");
      directory && vault::Vault::exists(*directory)) {
    MC_ASSIGN(vault, vault::Vault::open(*directory, {}));
  }
  StatusFacts facts;
  facts.directory = ledger->directory();
  facts.member = own_name(session);
  const std::string checkpoint = facts.directory + "/checkpoint";
  Places places;
  places.add(facts.directory, Access::read);
  places.add_if_link(checkpoint, Access::read);
  session.seal(places);
  note::Policy policy;
  MC_TRY(ledger->read(
      [&](const ledger::Snapshot& view) { return look_at_ledger(view, facts, policy); }));
  look_at_checkpoint_file(checkpoint, policy, facts);
  if (vault) MC_TRY(look_at_vault(*ledger, *vault, facts));
  MC_ASSIGN(const auto usage, ledger->environment().usage());
  facts.file_bytes = usage.file_bytes;
  facts.used_bytes = usage.used_bytes;
  facts.map_bytes = usage.map_bytes;
  facts.readers = usage.readers;
  facts.max_readers = usage.max_readers;
  facts.reader_lag = usage.reader_lag;
  look_at_disk(facts);
  return facts;
}

}  // namespace medchain::cli
