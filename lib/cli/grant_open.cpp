// open: a release becomes files, after its records were compared with the ledger and the use was
// declared.
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "cli/act_session.hpp"
#include "cli/entry_operand.hpp"
#include "cli/grant_acts.hpp"
#include "cli/open_released.hpp"
#include "exchange/open_release.hpp"

namespace medchain::cli {
namespace {

struct Found {
  EntryHash hash;
  rules::ReleaseState state;
  std::optional<entry::Entry> entry;
};

Result<Found> find_release(ActSession& act, const EntryHash& hash) {
  Found found;
  found.hash = hash;
  MC_TRY(act.ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(auto state, rules::release(view, found.hash));
    if (!state) return fail(Code::entry_missing, "there is no such release on this ledger");
    found.state = std::move(*state);
    MC_ASSIGN(auto entry, view.entry(found.state.index));
    found.entry.emplace(std::move(entry));
    return {};
  }));
  if (found.state.to != act.member())
    return fail(Code::not_permitted, "the release is to " + quote(found.state.to.get()));
  return found;
}

Status declare(ActSession& act, const Found& found, entry::UseOutcome outcome,
               std::optional<entry::Word> problem, std::uint64_t records) {
  entry::Use body;
  body.release = found.hash;
  MC_ASSIGN(body.person, act.person());
  body.purpose = found.state.purpose;
  body.outcome = outcome;
  body.problem = std::move(problem);
  body.records = records;
  Draft draft;
  draft.body = std::move(body);
  draft.what = outcome == entry::UseOutcome::opened ? "declared the use" : "recorded the failure";
  std::vector<Draft> drafts;
  drafts.push_back(std::move(draft));
  const auto done = act.finish(std::move(drafts));
  if (done) return {};
  entry::Denied denied;
  denied.actor = act.member();
  denied.object = found.hash;
  denied.purpose = found.state.purpose;
  act.record_refusal(std::move(denied), done.error());
  return done.error();
}

/// Packages are sealed to the key that the ledger shows of this member.
Result<bool> is_on_card(ActSession& act, const crypto::Secret& identity) {
  bool same = false;
  MC_TRY(act.ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const auto state, rules::member(view, act.member()));
    same = state && state->card.seal == crypto::recipient_of(identity);
    return {};
  }));
  return same;
}

/// Failures of this machine say nothing of what was released.
bool is_of_package(Code code) {
  const std::string_view id = info(code).id;
  return id.starts_with("package.") || id.starts_with("age.") || code == Code::input_truncated;
}

}  // namespace

std::vector<Option> open_options() {
  return {{"directory", 'C', ValueKind::directory, "DIR", "where the files go"},
          {"proofs", 0, ValueKind::flag, {}, "write the proofs beside the records"}};
}

void open_opens(const Session& session, Places& places) {
  act_opens_scratch(session, places);
  const auto directory = session.setting("directory");
  if (directory && !session.dry_run()) places.add_new(*directory, Access::make);
}

Result<int> open_released(ActSession& act, const EntryHash& release) {
  Session& session = act.session();
  MC_ASSIGN(std::string directory, session.required("directory"));
  if (session.dry_run()) directory = scratch_directory(session);
  MC_ASSIGN(const Found found, find_release(act, release));
  // Who must be named is asked before anything is opened.
  MC_ASSIGN(const auto person, act.person());
  if (found.state.receiver && person != found.state.receiver)
    return fail(Code::grant_person, "the release is for another person");
  MC_ASSIGN(const crypto::Secret* identity, act.identity());
  std::optional<exchange::OpenedRelease> opened;
  const Status checked = act.ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(auto files, exchange::open_release(act.packages(), *identity, view,
                                                 found.entry->statement, directory));
    opened.emplace(std::move(files));
    return {};
  });
  act.renew_id();
  if (!checked) {
    Error error = checked.error();
    MC_ASSIGN(const bool is_own_key, is_on_card(act, *identity));
    if (error.code == Code::age_wrong_key && !is_own_key)
      return std::move(error).with_hint("the seal key is not the one on this member's card");
    if (!session.dry_run() && is_of_package(error.code)) {
      MC_ASSIGN(auto problem, entry::Word::parse(info(error.code).id));
      const Status recorded = declare(act, found, entry::UseOutcome::failed, std::move(problem), 0);
      if (!recorded) session.warn("the failure could not be recorded: " + recorded.error().message);
    }
    return error;
  }
  MC_TRY(declare(act, found, entry::UseOutcome::opened, std::nullopt, opened->records));
  if (session.dry_run()) return 0;
  if (session.has("emit") && !act.done()) {
    session.tell("no file yet: run the same command again once the use is on the ledger");
    return 0;
  }
  using What = package::Unpacked::What;
  MC_ASSIGN(const auto paths,
            std::move(opened->files)
                .publish(session.has("proofs") ? What::records_and_proofs : What::records));
  session.tell("wrote " + counted(paths.size(), "file") + " to " + quote(directory));
  return 0;
}

Result<int> grant_open(Session& session) {
  MC_TRY(session.required("directory"));
  MC_ASSIGN(const auto act, ActSession::begin(session));
  EntryHash release;
  MC_TRY(act->ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(release, find_entry(view, "release", session.operands().front()));
    return {};
  }));
  return open_released(*act, release);
}

}  // namespace medchain::cli
