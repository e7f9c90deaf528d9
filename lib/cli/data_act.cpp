#include "cli/data_act.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "cli/emitted.hpp"
#include "entry/codec.hpp"
#include "rules/apply.hpp"
#include "rules/sharing_view.hpp"

namespace medchain::cli {
namespace {

/// Appends what an earlier run has prepared.  Who refuses for time has first made the log time
/// durable that it judged by (settle.hpp).
Result<std::optional<EntryIndex>> append_settling(Session& session, ledger::Ledger& ledger,
                                                  ledger::Host& host,
                                                  std::span<const ledger::Prepared> entries) {
  auto result =
      ledger.append(entries, host, {session.clock(), session.dry_run()}, session.random());
  if (result) {
    if (result->derived_file_error) session.warn(result->derived_file_error->message);
    return std::optional(result->entries.front().index);
  }
  if (result.error().code == Code::entry_time) {
    const ledger::AppendOptions tick{session.clock(), false, true};
    MC_TRY(ledger.append({}, host, tick, session.random()));
  }
  return std::move(result).error();
}

Result<ledger::Prepared> sign_now(Session& session, ledger::Ledger& ledger, entry::Body body,
                                  const StatementId& id, std::span<const entry::SignAs> signers) {
  entry::Header header;
  MC_TRY(ledger.read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const auto author, MemberName::parse(signers.front().name));
    MC_ASSIGN(header, ledger::new_header(view, author, id, session.now()));
    return {};
  }));
  MC_ASSIGN(auto entry, entry::sign_statement({header, std::move(body)}, signers));
  return ledger::Prepared{std::move(entry), {}};
}

/// Whether somebody was told of this erasure.
Result<bool> is_told(const ledger::Snapshot& view, const EntryHash& erase) {
  bool told = false;
  MC_TRY(view.scan("notice/", [&](std::string_view, std::string_view value) -> Status {
    MC_ASSIGN(const json::Object object, json::parse_object(value));
    MC_ASSIGN(const auto state, entry::decode<rules::NoticeState>(object));
    told |= state.body.about == erase;
    return {};
  }));
  return told;
}

/// The notice of an erasure that others appended without it.
Status tell_of(Session& session, ledger::Ledger& ledger, ledger::Host& host, EntryIndex index,
               std::span<const entry::SignAs> signers) {
  std::optional<entry::Entry> erase;
  MC_TRY(ledger.read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(auto entry, view.entry(index));
    MC_ASSIGN(const bool told, is_told(view, entry::entry_hash(entry.bytes)));
    if (!told) erase = std::move(entry);
    return {};
  }));
  if (!erase) return {};
  MC_ASSIGN(const auto notice, notice_of(ledger, *erase, std::nullopt));
  if (!notice) return {};
  MC_ASSIGN(const auto signed_notice,
            sign_now(session, ledger, *notice, session.random().statement_id(), signers));
  auto sent = append_settling(session, ledger, host, std::span(&signed_notice, 1));
  if (!sent)
    session.warn("who received what was erased at entry " + std::to_string(index.get()) +
                 " could not be told: " + sent.error().message);
  return {};
}

}  // namespace

Result<std::optional<entry::Notice>> notice_of(ledger::Ledger& ledger, const entry::Entry& erase,
                                               std::optional<UnixSeconds> due) {
  const auto* body = std::get_if<entry::Erase>(&erase.statement.body);
  if (body == nullptr) return fail(Code::entry_invalid, "the entry is no erase entry");
  entry::Notice notice;
  notice.of = entry::NoticeOf::erasure;
  notice.about = entry::entry_hash(erase.bytes);
  notice.person = body->person;
  notice.due = due;
  MC_TRY(ledger.read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(auto receivers, vault::receivers_of(view, {*body}));
    notice.to = std::move(receivers.front());
    return {};
  }));
  std::erase(notice.to, erase.statement.header.author);
  if (notice.to.empty()) return std::optional<entry::Notice>();
  return std::optional(std::move(notice));
}

Result<vault::SettledErasures> settle_erasures(Session& session, vault::Vault& vault,
                                               ledger::Ledger& ledger, ledger::Host* host,
                                               std::span<const entry::SignAs> signers) {
  const vault::Append append =
      [&](const ledger::Prepared& erase) -> Result<std::optional<EntryIndex>> {
    if (host == nullptr) return std::optional<EntryIndex>();
    std::vector<ledger::Prepared> entries = {erase};
    MC_ASSIGN(const auto notice, notice_of(ledger, erase.entry, std::nullopt));
    if (notice) {
      MC_ASSIGN(auto signed_notice,
                sign_now(session, ledger, *notice, session.random().statement_id(), signers));
      entries.push_back(std::move(signed_notice));
    }
    auto index = append_settling(session, ledger, *host, entries);
    // The policy demands the signature of the person: what is erased is erased first.
    if (!index && index.error().code == Code::signature_missing && notice)
      index = append_settling(session, ledger, *host, std::span(&erase, 1));
    return index;
  };
  MC_ASSIGN(auto settled, vault::settle_erasures(vault, ledger, append));
  if (host != nullptr)
    for (const auto& [number, erasure] : settled.completed)
      MC_TRY(tell_of(session, ledger, *host, erasure.entry, signers));
  if (!settled.completed.empty())
    session.tell("completed " + counted(settled.completed.size(), "erasure") +
                 " that an interrupted run began");
  if (settled.abandoned > 0)
    session.warn(counted(settled.abandoned, "erasure") +
                 " prepared earlier can no longer be appended; nothing of it was erased" +
                 (settled.refused ? ": " + settled.refused->message : ""));
  if (settled.redone.versions + settled.redone.subjects > 0)
    session.tell(
        "erased again, as the ledger says: " + counted(settled.redone.versions, "version") + ", " +
        counted(settled.redone.subjects, "subject"));
  return settled;
}

Result<std::unique_ptr<DataAct>> DataAct::begin(Session& session, bool make_vault) {
  std::unique_ptr<DataAct> act(new DataAct(session));
  MC_TRY(act->open(make_vault));
  return act;
}

Status DataAct::open(bool make_vault) {
  const bool emits = session_.has("emit");
  MC_TRY(actor_.open());
  MC_TRY(actor_.open_vault(make_vault));
  Places places;
  if (!session_.dry_run()) places.add(vault().directory(), Access::replace);
  if (!emits) {
    places.add(ledger().directory(), Access::replace);
    places.add(host_to_write(host_directory(session_, ledger().directory())));
  }
  if (session_.arguments().verb->asks) places.add("/dev/tty", Access::update);
  session_.seal(places);
  if (session_.dry_run()) return {};
  const auto settled = vault::settle(
      vault(), ledger(),
      [&](const ledger::Prepared& prepared) -> Result<std::optional<EntryIndex>> {
        if (actor_.host() == nullptr) return std::optional<EntryIndex>();
        return append_settling(session_, ledger(), *actor_.host(), std::span(&prepared, 1));
      });
  if (!settled) return settled.error();
  MC_ASSIGN(settled_,
            settle_erasures(session_, vault(), ledger(), actor_.host(), actor_.signers()));
  return {};
}

Result<entry::Entry> DataAct::sign(entry::Body body, const StatementId& id) {
  MC_ASSIGN(auto prepared, sign_now(session_, ledger(), std::move(body), id, actor_.signers()));
  return std::move(prepared.entry);
}

Result<ledger::AppendResult> DataAct::append(std::span<const ledger::Prepared> entries) {
  auto result = ledger().append(entries, *actor_.host(), {session_.clock(), session_.dry_run()},
                                session_.random());
  if (!result && result.error().code == Code::signature_missing && !actor_.has_staff_key() &&
      result.error().hint.empty())
    return std::move(result).error().with_hint(
        "the person's staff key is given with '--person-key=FILE'; other members sign what "
        "'--emit' prints, with 'medchain-member endorse'");
  return result;
}

Result<int> DataAct::finish(entry::Body body, const std::string& what) {
  MC_ASSIGN(const StatementId id, statement_id(session_));
  Stated stated;
  MC_ASSIGN(stated.entry, sign(std::move(body), id));
  stated.what = what;
  if (session_.has("emit")) {
    MC_TRY(print_emitted({stated}));
    return 0;
  }
  const ledger::Prepared prepared{stated.entry, {}};
  MC_ASSIGN(const auto result, append(std::span(&prepared, 1)));
  MC_TRY(print({stated}, result));
  return 0;
}

Status DataAct::print_emitted(const std::vector<Stated>& stated) {
  for (const Stated& one : stated) MC_TRY(session_.out().line(emitted({one.entry, {}})));
  MC_TRY(session_.out().flush());
  for (const Stated& one : stated) session_.tell("prepared, not appended: " + one.what);
  return {};
}

Status DataAct::print(const std::vector<Stated>& stated, const ledger::AppendResult& result) {
  Status printed;
  for (std::size_t i = 0; i < stated.size(); ++i) {
    const ledger::Appended& appended = result.entries[i];
    session_.tell((session_.dry_run() ? "would append "
                   : appended.existed ? "was there already, "
                                      : "appended ") +
                  index_range(appended.index, appended.index) + ": " + stated[i].what);
    json::Object receipt = receipt_of(session_, stated[i].entry.statement, appended,
                                      entry::entry_hash(stated[i].entry.bytes));
    for (const auto& [name, value] : stated[i].more.members()) receipt.set(name, value);
    if (printed) printed = session_.out().line(receipt);
  }
  if (printed) printed = session_.out().flush();
  // The entries are durable: whatever fails from here on says so.
  const std::string done = "appended " +
                           index_range(result.entries.front().index, result.entries.back().index) +
                           ", but ";
  if (!printed && session_.dry_run()) return printed;
  if (!printed)
    return fail(Code::output_failed,
                done + "the receipt could not be written: " + printed.error().message);
  if (result.derived_file_error)
    return fail(result.derived_file_error->code, done + result.derived_file_error->message);
  return {};
}

void make_vault_opens(const Session& session, Places& places) {
  if (const auto vault = session.setting("vault"); vault && !session.dry_run())
    places.add_new(*vault, Access::make);
}

std::vector<std::string_view> data_act_common() {
  return {"ledger", "key",  "vault", "host",    "person", "id",
          "emit",   "time", "wait",  "dry-run", "output"};
}

}  // namespace medchain::cli
