#include "cli/actor.hpp"

#include "cli/text_input.hpp"
#include "cli/vault_acts.hpp"
#include "entry/codec.hpp"
#include "entry/terms.hpp"
#include "rules/state.hpp"
#include "vault/backup.hpp"
#include "vault/persons.hpp"

namespace medchain::cli {

Status Actor::open() {
  MC_ASSIGN(keys_, open_keys(session_));
  const bool emits = session_.has("emit");
  ledger::OpenOptions options;
  options.read_only = emits;
  options.random_access = true;
  MC_ASSIGN(ledger_, open_ledger(session_, options));
  if (!emits) {
    MC_ASSIGN(host_, open_host(session_, *ledger_));
  }
  owner_.member = member();
  MC_TRY(ledger_->read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(owner_.origin, rules::origin(view));
    MC_ASSIGN(owner_.genesis, rules::genesis(view));
    MC_ASSIGN(const auto state, rules::member(view, member()));
    if (!state)
      return fail(Code::member_unknown, quote(member().get()) + " is not a member of this ledger");
    return {};
  }));
  if (const auto path = session_.setting("person-key")) return open_staff(*path);
  return {};
}

Status Actor::open_vault(bool make_vault) {
  MC_ASSIGN(const std::string directory, session_.required("vault"));
  const bool is_there = vault::Vault::exists(directory);
  if (!is_there && make_vault) {
    if (session_.dry_run()) return {};
    MC_TRY(vault::Vault::create(directory, owner_, session_.random()));
    session_.tell("made a vault in " + quote(directory) +
                  "; back it up: without it nothing can be opened");
  }
  if (is_there && vault::is_restored(directory) && !session_.dry_run())
    MC_TRY(finish_restore(session_, *ledger_, directory));
  vault::OpenOptions options;
  options.read_only = session_.dry_run();
  MC_ASSIGN(options.lock_wait, lock_wait(session_));
  MC_ASSIGN(vault_, vault::Vault::open(directory, options));
  return vault_->check_owner(owner_);
}

Status Actor::open_staff(const std::string& path) {
  MC_ASSIGN(staff_, open_signer(session_, path));
  MC_TRY(ledger_->read([&](const ledger::Snapshot& view) -> Status {
    return view.scan("key/" + member().get() + "/",
                     [&](std::string_view, std::string_view text) -> Status {
                       MC_ASSIGN(const json::Object object, json::parse_object(text));
                       MC_ASSIGN(const auto key, entry::decode<rules::KeyState>(object));
                       if (!key.until && key.key.key == staff_->public_key())
                         staff_name_ = key.key.name;
                       return {};
                     });
  }));
  if (!staff_name_.empty()) return {};
  return fail(Code::key_invalid, "the staff key is not one that " + quote(member().get()) +
                                     " has registered on this ledger")
      .with_hint("medchain-member staff-add VKEY");
}

std::vector<entry::SignAs> Actor::signers() const {
  std::vector<entry::SignAs> all = {keys_.as_author()};
  if (staff_) all.push_back({staff_name_, staff_.get()});
  return all;
}

Result<std::optional<PersonTag>> Actor::person() {
  const entry::MemberKind kind = keys_.card.kind;
  if (kind == entry::MemberKind::patient || kind == entry::MemberKind::device)
    return std::optional<PersonTag>();
  MC_ASSIGN(const auto from_file, read_text_option(session_, "person-file"));
  if (from_file && session_.has("person"))
    return fail(Code::usage, "options '--person' and '--person-file' exclude each other");
  const auto name = from_file ? from_file : session_.setting("person");
  if (!name)
    return fail(Code::person_missing, "the act names the person who acts")
        .with_hint("give '--person=ID' or '--person-file=FILE', or set MEDCHAIN_PERSON");
  MC_ASSIGN(const PersonTag tag, person_of(*name));
  return std::optional(tag);
}

Result<PersonTag> Actor::person_of(std::string_view name) {
  std::optional<PersonTag> tag;
  if (vault_) {
    MC_ASSIGN(tag, vault::Persons(*vault_).tag(name, session_.random()));
  }
  if (tag) return *tag;
  // A dry run without the key of persons: any tag is judged alike.
  MC_ASSERT(session_.dry_run());
  session_.random().fill(tag.emplace().bytes);
  return *tag;
}

Result<Commitment> Actor::commit_document(const Digest& digest) {
  std::optional<Salt> salt;
  if (vault_) {
    MC_ASSIGN(salt, vault::Persons(*vault_).document_salt(digest, session_.random()));
  }
  if (!salt) session_.random().fill(salt.emplace().bytes);
  return entry::commit_document(*salt, digest);
}

std::vector<Option> person_options() {
  return {{"person-file", 0, ValueKind::file, "FILE", "who acts, read from FILE; '-' is stdin"},
          {"person-key", 0, ValueKind::file, "FILE", "staff key of who acts; it signs too"}};
}

}  // namespace medchain::cli
