// ActSession: what the acts between members have in common (medchain-grant and what follows it):
// keys, ledger, vault and packages are opened, earlier acts settled, and drafts become signed
// statements with their packages, appended (or printed with --emit) and answered by receipts.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/actor.hpp"
#include "cli/places.hpp"
#include "cli/refusal.hpp"
#include "crypto/sha256.hpp"
#include "exchange/act.hpp"

namespace medchain::cli {

/// A statement to be made.
struct Draft {
  entry::Body body;                   ///< without terms and package
  std::optional<entry::Terms> terms;  ///< sealed, committed to and put into the package
  std::vector<MemberName> must_read;  ///< who the package must be sealed to
  std::vector<MemberName> may_read;   ///< ... if they have seal keys
  exchange::Contents contents = {};   ///< what else goes into the package
  bool author_reads = true;           ///< the package is sealed to its author too
  std::string what;                   ///< for people: "asked 'hosp-b'"
  /// What depends on the header, such as a proof over its id.
  std::function<Status(const entry::Header&, entry::Body&)> complete = nullptr;
};

class ActSession {
 public:
  /// Opens everything by the settings; makes a vault where there is none.
  static Result<std::unique_ptr<ActSession>> begin(Session& session);

  Session& session() { return session_; }
  ledger::Ledger& ledger() { return actor_.ledger(); }
  /// Null in a dry run without a vault.
  vault::Vault* vault() { return actor_.vault(); }
  const package::Store& packages() const { return *packages_; }
  const MemberName& member() const { return actor_.member(); }
  bool is_patient() const { return actor_.keys().card.kind == entry::MemberKind::patient; }

  /// --person or --person-file as a tag; nothing for patients and devices.  Fails with
  /// person_missing.
  Result<std::optional<PersonTag>> person();
  /// Tag of another person of this member.
  Result<PersonTag> person_of(std::string_view name) { return actor_.person_of(name); }
  /// The seal key, read when it is first needed.  Fails as load_age_identity() does.
  Result<const crypto::Secret*> identity();
  /// Commitment to a document of this member, the same for the same document.
  Result<Commitment> commit_document(const std::string& path);
  /// Terms of an entry that this member can open; nothing if it has none.
  Result<std::optional<entry::Terms>> open_terms(EntryIndex index);
  /// Words that came from a file or standard input: they are part of what is asked for.
  void note_input(std::string_view text) { intent_.update(text).update(std::string_view("\0", 1)); }

  /// Another act follows in the same run: under an id of its own.
  void renew_id();
  /// Signs, seals, appends and prints receipts; the drafts are one transaction.
  Result<int> finish(std::vector<Draft> drafts);
  /// The first entry that finish() has appended, or found to be there; nothing before, with
  /// --dry-run, and where --emit gives it away.
  const std::optional<EntryHash>& done() const { return done_; }
  /// Puts a refusal on the ledger (`denied`), if it is one of the act itself (`is_one`); `body`
  /// without person, rule and refused statement, which is this member's own if it is the actor and
  /// the ledger refused it.  If that cannot be recorded, it is told; whatever comes of it, the
  /// answer was no.  Not with --dry-run and --emit.
  void record_refusal(entry::Denied body, const Error& refusal, bool (*is_one)(Code) = is_refusal);

 private:
  explicit ActSession(Session& session) : session_(session), actor_(session) {}
  Status open();
  Status settle();
  void begin_intent();
  Result<std::optional<std::vector<ledger::Appended>>> append(
      std::span<const ledger::Prepared> prepared);
  /// This very act, done by an earlier run that could not say so.
  Result<std::optional<EntryIndex>> done_before(const Digest& intent);
  Result<exchange::SignedAct> sign(Draft& draft, const StatementId& id, const Digest& intent);
  Status append_denied(entry::Denied body, const Error& refusal);
  Status seal(Draft& draft, const entry::Header& header, exchange::SignedAct& act);
  void print(const std::vector<ledger::Appended>& entries, const std::vector<Draft>& drafts);

  Session& session_;
  Actor actor_;
  std::optional<package::Store> packages_;
  std::optional<crypto::Secret> identity_;
  StatementId id_;
  bool id_taken_ = false;  ///< by an act of this run
  std::optional<EntryHash> done_;
  std::optional<entry::Entry> refused_;  ///< what the ledger refused last
  crypto::Sha256 intent_;
  exchange::SettledActs settled_;
  std::optional<Error> unwritten_;  ///< a file derived from the ledger could not be rewritten
};

/// Options of every act beside person_options(), and what it opens beside what they name.
std::vector<std::string_view> act_common();
void act_opens(const Session& session, Places& places);
/// ... of an act that unpacks, too: where a dry run does that.
void act_opens_scratch(const Session& session, Places& places);

}  // namespace medchain::cli
