#include "cli/act_session.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/stream.hpp"
#include "base/text.hpp"
#include "cli/anchor_run.hpp"
#include "cli/emitted.hpp"
#include "cli/shared_packages.hpp"
#include "cli/text_input.hpp"
#include "exchange/open_terms.hpp"
#include "verify/steps.hpp"

namespace medchain::cli {
namespace {

/// Options that say how a run goes, and not what it does.
constexpr std::array<std::string_view, 18> not_meant = {
    "id",     "time",     "wait",     "output",  "quiet",   "verbose",
    "color",  "progress", "format",   "json",    "dry-run", "emit",
    "config", "host",     "packages", "profile", "vault",   "duplicate-days"};

constexpr std::size_t max_embedded = std::size_t{32} << 10;

/// Sets the fields of a body that has them.
bool set_terms(entry::Body& body, const std::optional<Commitment>& terms,
               const std::optional<Commitment>& document, const entry::PackageRef& package) {
  return std::visit(
      [&](auto& kind) {
        if constexpr (requires { kind.package = package; }) {
          kind.package = package;
          // An emergency always has terms, other kinds need not.
          if constexpr (requires { kind.terms = *terms; })
            if (terms) kind.terms = *terms;
          if constexpr (std::is_same_v<std::decay_t<decltype(kind)>, entry::Prescription>)
            if (document) kind.document = *document;
          return true;
        } else {
          return false;
        }
      },
      body);
}

/// A directory in which this user may make files, or that it may make.
bool is_writable(const std::string& directory) {
  const std::string& place = file_exists(directory) ? directory : parent_directory(directory);
  return ::access(place.c_str(), W_OK | X_OK) == 0;
}

}  // namespace

std::vector<std::string_view> act_common() {
  return {"ledger", "key",  "vault", "host", "packages", "person",
          "id",     "emit", "time",  "wait", "dry-run",  "output"};
}

void act_opens(const Session& session, Places& places) {
  add_vault_to_write(session, places);
  const auto ledger = session.setting("ledger");
  if (!ledger) return;
  places.add(packages_to_write(session, *ledger));
}

void act_opens_scratch(const Session& session, Places& places) {
  act_opens(session, places);
  if (session.dry_run()) places.add(scratch_directory(session), Access::make);
}

Result<std::unique_ptr<ActSession>> ActSession::begin(Session& session) {
  std::unique_ptr<ActSession> act(new ActSession(session));
  MC_TRY(act->open());
  act->begin_intent();
  if (!session.dry_run()) MC_TRY(act->settle());
  return act;
}

Status ActSession::open() {
  MC_TRY(actor_.open());
  MC_ASSIGN(id_, statement_id(session_));
  MC_TRY(actor_.open_vault(true));
  const std::string packages = packages_directory(session_, ledger().directory());
  if (session_.dry_run()) {
    packages_ = package::Store::at(packages);
    return {};
  }
  // Who may only read there gives packages away from within the vault.
  const bool is_elsewhere = session_.has("emit") && !is_writable(packages);
  if (!is_elsewhere) MC_TRY(share_packages(session_, ledger().directory()));
  auto store = is_elsewhere
                   ? package::Store::open_elsewhere(packages, vault()->directory() + "/staging")
                   : package::Store::open(packages, member().get());
  if (!store) return std::move(store).error();
  packages_.emplace(std::move(*store));
  return {};
}

Status ActSession::settle() {
  const exchange::AppendActs append_acts = [&](std::span<const ledger::Prepared> prepared) {
    return append(prepared);
  };
  MC_ASSIGN(settled_, exchange::settle_acts(*vault(), ledger(), &*packages_, append_acts));
  const auto appended = static_cast<std::uint64_t>(
      std::count_if(settled_.completed.begin(), settled_.completed.end(),
                    [](const exchange::Completed& each) { return each.appended; }));
  if (appended > 0)
    session_.tell("completed an interrupted run: appended " + counted(appended, "act") +
                  " prepared then");
  if (settled_.abandoned > 0)
    session_.warn(counted(settled_.abandoned, "act") +
                  " prepared earlier can no longer be appended");
  if (settled_.early > 0)
    session_.warn(counted(settled_.early, "act") +
                  " prepared earlier, with a time that is still to come, cannot be appended yet");
  return {};
}

void ActSession::begin_intent() {
  const Arguments& arguments = session_.arguments();
  intent_.update("medchain/1 intent\n");
  note_input(arguments.verb->name);
  for (const std::string& operand : arguments.operands) note_input(operand);
  std::vector<std::string> words;
  for (const auto& [name, value] : arguments.values)
    if (std::find(not_meant.begin(), not_meant.end(), name) == not_meant.end())
      words.push_back(name + "=" + value);
  std::sort(words.begin(), words.end());
  for (const std::string& word : words) note_input(word);
  for (const std::string_view name : {"person", "purpose"})
    note_input(session_.setting(name).value_or(""));
}

Result<std::optional<std::vector<ledger::Appended>>> ActSession::append(
    std::span<const ledger::Prepared> prepared) {
  using Appended = std::optional<std::vector<ledger::Appended>>;
  if (session_.has("emit")) {
    for (const ledger::Prepared& each : prepared) MC_TRY(emit_act(session_, *packages_, each));
    MC_TRY(session_.out().flush());
    return Appended();
  }
  const ledger::AppendOptions options{session_.clock(), session_.dry_run()};
  auto result = ledger().append(prepared, *actor_.host(), options, session_.random());
  if (!result) {
    // So that a statement found too late is too late for ever.
    if (result.error().code == Code::entry_time && !session_.dry_run()) {
      const ledger::AppendOptions tick{session_.clock(), false, true};
      MC_TRY(ledger().append({}, *actor_.host(), tick, session_.random()));
    }
    return std::move(result).error();
  }
  if (result->derived_file_error) unwritten_ = result->derived_file_error;
  return Appended(std::move(result->entries));
}

Result<std::optional<PersonTag>> ActSession::person() {
  MC_ASSIGN(const auto tag, actor_.person());
  if (tag && session_.has("person-file")) note_input(to_text(*tag));
  return tag;
}

Result<const crypto::Secret*> ActSession::identity() {
  if (!identity_) {
    const std::string path = actor_.keys().path + "/seal.key";
    MC_TRY(check_private(path));
    auto loaded = crypto::load_age_identity(path);
    if (!loaded) return std::move(loaded).error();
    identity_.emplace(std::move(*loaded));
  }
  return &*identity_;
}

Result<Commitment> ActSession::commit_document(const std::string& path) {
  MC_ASSIGN(const File file, open_file(path, O_RDONLY, Code::input_unreadable));
  MC_ASSIGN(const crypto::Hashed all,
            crypto::sha256_of(read_from(file.fd(), path, Code::input_unreadable)));
  const Digest digest(all.hash);
  note_input(to_text(digest));
  return actor_.commit_document(digest);
}

Result<std::optional<entry::Terms>> ActSession::open_terms(EntryIndex index) {
  std::optional<entry::Entry> entry;
  MC_TRY(ledger().read([&](const ledger::Snapshot& view) -> Status {
    auto found = view.entry(index);
    if (!found) return std::move(found).error();
    entry.emplace(std::move(*found));
    return {};
  }));
  MC_ASSIGN(const crypto::Secret* key, identity());
  auto terms = exchange::open_terms(*packages_, *key, *entry);
  if (!terms)
    return std::move(terms).error().context("terms of entry " + std::to_string(index.get()));
  return terms;
}

Status ActSession::seal(Draft& draft, const entry::Header& header, exchange::SignedAct& act) {
  std::vector<exchange::Receiver> receivers;
  MC_TRY(ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(receivers, exchange::receivers_of(view, member(), draft.must_read, draft.may_read));
    return {};
  }));
  if (!draft.author_reads)
    std::erase_if(receivers, [&](const exchange::Receiver& one) { return one.name == member(); });
  if (receivers.empty() && draft.contents.bearers.empty())
    return fail(Code::key_missing, "the terms are sealed, and nobody meant has a seal key");
  std::optional<Commitment> commitment;
  if (draft.terms) {
    draft.contents.terms = exchange::seal_terms(*draft.terms, session_.random());
    commitment = draft.contents.terms->commitment();
  }
  MC_ASSIGN(auto sealed, exchange::seal(session_.dry_run() ? nullptr : &*packages_, header,
                                        draft.contents, receivers, session_.random()));
  std::optional<Commitment> document;
  if (draft.contents.document) document = draft.contents.document->commitment();
  MC_ASSERT(set_terms(draft.body, commitment, document, sealed.ref));
  act.package.emplace(std::move(sealed));
  return {};
}

Result<exchange::SignedAct> ActSession::sign(Draft& draft, const StatementId& id,
                                             const Digest& intent) {
  exchange::SignedAct act;
  act.intent = intent;
  entry::Header header;
  MC_TRY(ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(header, ledger::new_header(view, member(), id, session_.now()));
    return verify::set_follows(view, draft.body);
  }));
  if (draft.complete) MC_TRY(draft.complete(header, draft.body));
  const bool has_package =
      draft.terms || draft.contents.document || !draft.contents.records.empty();
  if (has_package) MC_TRY(seal(draft, header, act));
  const std::vector<entry::SignAs> signers = actor_.signers();
  auto entry = entry::sign_statement({header, draft.body}, signers);
  if (!entry) {
    // Nothing refers to the package.
    if (act.package && act.package->staged) MC_TRY(act.package->staged->discard());
    return std::move(entry).error();
  }
  act.entry = std::move(*entry);
  return act;
}

Result<std::optional<EntryIndex>> ActSession::done_before(const Digest& intent) {
  const auto same =
      std::find_if(settled_.completed.begin(), settled_.completed.end(),
                   [&](const exchange::Completed& each) { return each.intent == intent; });
  if (same != settled_.completed.end()) return std::optional(same->entry);
  if (vault() == nullptr || !session_.has("id")) return std::optional<EntryIndex>();
  MC_ASSIGN(const auto known, vault::Acts(*vault()).find(id_));
  if (!known || known->state != vault::ActState::anchored) return std::optional<EntryIndex>();
  if (known->intent != intent)
    return fail(
        Code::entry_id_used,
        "the id is that of entry " + std::to_string(known->entry.get()) + ", which is another act");
  return std::optional(known->entry);
}

void ActSession::print(const std::vector<ledger::Appended>& entries,
                       const std::vector<Draft>& drafts) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const ledger::Appended& appended = entries[i];
    const std::string done = session_.dry_run() ? "would append "
                             : appended.existed ? "was there already, "
                                                : "appended ";
    const std::string what = i < drafts.size() ? ": " + drafts[i].what : "";
    session_.tell(done + index_range(appended.index, appended.index) + what);
  }
}

void ActSession::renew_id() {
  if (id_taken_) id_ = session_.random().statement_id();
}

Result<int> ActSession::finish(std::vector<Draft> drafts) {
  const Digest intent(crypto::Sha256(intent_).finish());
  MC_ASSIGN(const auto before, done_before(intent));
  id_taken_ = true;
  if (before) {
    const ledger::Appended there{*before, true};
    MC_TRY(ledger().read([&](const ledger::Snapshot& view) -> Status {
      MC_ASSIGN(const entry::Entry entry, view.entry(there.index));
      done_ = entry::entry_hash(entry.bytes);
      return session_.out().line(
          receipt_of(session_, entry.statement, there, entry::entry_hash(entry.bytes)));
    }));
    print({there}, drafts);
    return 0;
  }
  for (const exchange::Waiting& each : settled_.waiting)
    if (session_.has("emit") && each.intent == intent) {
      session_.tell("printed again: " + drafts.front().what);
      return 0;
    }
  std::vector<exchange::SignedAct> acts;
  std::vector<entry::Entry> entries;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    const StatementId id = i == 0 ? id_ : session_.random().statement_id();
    MC_ASSIGN(auto made, sign(drafts[i], id, intent));
    entries.push_back(made.entry);
    acts.push_back(std::move(made));
  }
  exchange::Done done;
  if (session_.dry_run()) {
    std::vector<ledger::Prepared> prepared;
    for (const entry::Entry& entry : entries) prepared.push_back({entry, {}});
    MC_ASSIGN(auto appended, append(prepared));
    if (appended) done.entries = std::move(*appended);
  } else {
    const exchange::AppendActs append_acts = [&](std::span<const ledger::Prepared> prepared) {
      return append(prepared);
    };
    refused_.reset();
    auto result = exchange::act(*vault(), std::move(acts), append_acts, session_.has("emit"));
    if (!result && entries.size() == 1) refused_ = entries.front();
    if (!result && result.error().code == Code::signature_missing && !actor_.has_staff_key())
      return std::move(result).error().with_hint(
          "give '--person-key=FILE', the person's staff key");
    if (!result) return std::move(result).error();
    done = std::move(*result);
  }
  if (done.entries.empty()) {
    for (const Draft& draft : drafts) session_.tell("prepared, not appended: " + draft.what);
    return 0;
  }
  if (!session_.dry_run()) done_ = entry::entry_hash(entries.front().bytes);
  print(done.entries, drafts);
  // The entries are durable: whatever fails from here on says so.
  const std::string told =
      "appended " + index_range(done.entries.front().index, done.entries.back().index) + ", but ";
  Status printed;
  for (std::size_t i = 0; i < entries.size() && printed; ++i)
    printed = session_.out().line(receipt_of(session_, entries[i].statement, done.entries[i],
                                             entry::entry_hash(entries[i].bytes)));
  if (printed) printed = session_.out().flush();
  if (!printed && session_.dry_run()) return std::move(printed).error();
  if (!printed)
    return fail(Code::output_failed,
                told + "the receipt could not be written: " + printed.error().message);
  if (done.unfinished)
    return fail(done.unfinished->code,
                told + "the rest waits for the next run: " + done.unfinished->message);
  if (unwritten_) return fail(unwritten_->code, told + unwritten_->message);
  return 0;
}

Status ActSession::append_denied(entry::Denied body, const Error& refusal) {
  MC_ASSIGN(body.rule, entry::Word::parse(info(refusal.code).id));
  MC_ASSIGN(body.person, actor_.person());
  // What is too large to stand in another entry stays unproven.
  if (refused_ && body.actor == member() && refused_->bytes.size() <= max_embedded)
    body.refused = refused_->bytes;
  Draft draft;
  draft.body = std::move(body);
  // Not the act that was refused, should this run be killed here.
  note_input("denied");
  const Digest intent(crypto::Sha256(intent_).finish());
  std::vector<exchange::SignedAct> acts;
  MC_ASSIGN(auto made, sign(draft, session_.random().statement_id(), intent));
  acts.push_back(std::move(made));
  const exchange::AppendActs append_acts = [&](std::span<const ledger::Prepared> prepared) {
    return append(prepared);
  };
  const auto done = exchange::act(*vault(), std::move(acts), append_acts, false);
  // One an hour is enough.
  if (!done && done.error().code == Code::entry_state) return {};
  if (!done) return done.error();
  session_.tell("recorded the refusal at entry " +
                std::to_string(done->entries.front().index.get()));
  return {};
}

void ActSession::record_refusal(entry::Denied body, const Error& refusal, bool (*is_one)(Code)) {
  if (!is_one(refusal.code) || session_.dry_run() || session_.has("emit")) return;
  if (const Status recorded = append_denied(std::move(body), refusal); !recorded)
    session_.warn("the refusal could not be recorded: " + recorded.error().message);
}

}  // namespace medchain::cli
