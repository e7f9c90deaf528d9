// medchain-init: create a ledger: host keys, genesis, policy, first checkpoint, a profile.
#include <algorithm>
#include <filesystem>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "cli/config.hpp"
#include "cli/key_maker.hpp"
#include "cli/made_directories.hpp"
#include "cli/places.hpp"
#include "cli/policy_file.hpp"
#include "cli/prescription_policy.hpp"
#include "cli/program.hpp"
#include "cli/workspace.hpp"
#include "entry/codec.hpp"
#include "rules/apply.hpp"

namespace medchain {
namespace {

namespace fs = std::filesystem;
using cli::Session;
using cli::ValueKind;

struct Places {
  std::string ledger, host, key, vault, packages;
};

/// Options and profile first; with a profile of its own the rest has a home below the user's data
/// directory.
Result<Places> find_places(const Session& session) {
  const auto profile = session.setting("profile");
  std::string home;
  if (profile) {
    MC_ASSIGN(home, cli::data_directory(session));
    home += "/" + *profile;
  }
  const auto place = [&](std::string_view name) -> Result<std::string> {
    if (auto given = session.setting(name)) return absolute_path(*given);
    if (!home.empty()) return home + "/" + std::string(name);
    return session.required(name);
  };
  Places places;
  MC_ASSIGN(places.ledger, place("ledger"));
  places.host = absolute_path(cli::host_directory(session, places.ledger));
  MC_ASSIGN(places.key, place("key"));
  places.vault =
      session.setting("vault").value_or(home.empty() ? places.ledger + ".vault" : home + "/vault");
  places.packages = session.setting("packages").value_or(places.ledger + ".packages");
  return places;
}

void also_opens(const Session& session, cli::Places& open) {
  const auto places = find_places(session);
  if (!places) return;  // run() says why
  open.add_new(places->ledger, cli::Access::make);
  open.add_new(places->host, cli::Access::make);
  if (file_exists(places->key))
    open.add_linked(places->key, cli::Access::read);
  else
    open.add_new(places->key, cli::Access::make);
  if (session.setting("profile")) open.add(cli::profile_to_write(session));
  if (session.setting("policy")) open.add(cli::zone_data());
}

Result<cli::KeyDirectory> keys_of_founder(Session& session, const Places& places,
                                          cli::MadeDirectories& made) {
  if (file_exists(places.key)) return cli::open_keys_at(session, places.key);
  const auto profile = session.setting("profile");
  if (!profile) return cli::open_keys_at(session, places.key);
  cli::CardRequest request;
  auto name = MemberName::parse(*profile);
  if (!name)
    return fail(Code::usage,
                "the profile's name cannot be a member's name: " + name.error().message)
        .with_hint("medchain-key new --name MEMBER --role admin --role custodian --profile " +
                   *profile);
  request.card.name = *name;
  request.card.roles = {entry::Role::admin, entry::Role::auditor, entry::Role::custodian,
                        entry::Role::requester, entry::Role::reviewer};
  MC_TRY(made.add(places.key));
  MC_TRY(cli::make_keys(session, places.key, request));
  return cli::open_keys_at(session, places.key);
}

Result<std::vector<entry::Card>> founders(const Session& session, const entry::Card& own,
                                          const entry::Card& clock) {
  std::vector<entry::Card> cards = {own, clock};
  for (const std::string& path : session.arguments().all("founder")) {
    MC_ASSIGN(const std::string text, read_file(path, 65'536, Code::key_missing));
    auto card = entry::parse_card(text);
    if (!card) return std::move(card).error().context(quote(path));
    cards.push_back(std::move(*card));
  }
  std::sort(cards.begin(), cards.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return cards;
}

Status check_empty(const std::string& directory) {
  std::error_code failed;
  if (!file_exists(directory)) return {};
  if (fs::is_directory(directory, failed) && fs::is_empty(directory, failed) && !failed) return {};
  return fail(Code::ledger_exists,
              quote(directory) + " is not an empty directory; nothing that exists is overwritten");
}

Result<int> run(Session& session) {
  MC_ASSIGN(const std::string origin, session.required("origin"));
  if (auto valid = note::check_key_name(origin); !valid || origin.size() > 255)
    return fail(Code::usage,
                "option '--origin': expected a name without spaces and '+', such as "
                "ledger.union.example/main");
  MC_ASSIGN(const Places places, find_places(session));
  MC_TRY(check_empty(places.ledger));
  cli::MadeDirectories made;
  const bool makes_keys = !file_exists(places.key);
  MC_ASSIGN(const auto keys, keys_of_founder(session, places, made));

  auto clock = MemberName::parse(session.setting("clock").value_or("clock"));
  if (!clock) return fail(Code::usage, "option '--clock': " + clock.error().message);
  MC_TRY(check_empty(places.host));
  MC_TRY(made.add(places.host));
  MC_TRY(made.add(places.ledger));
  MC_ASSIGN(const auto host, ledger::Host::create(places.host, *clock, session.random()));

  entry::Genesis genesis;
  MC_ASSIGN(genesis.members, founders(session, keys.card, host->clock()));
  genesis.log = {origin, note::KeyType::ed25519, host->log_key().public_key()};
  const auto admins =
      std::count_if(genesis.members.begin(), genesis.members.end(),
                    [](const auto& card) { return entry::has_role(card, entry::Role::admin); });
  genesis.policy.admit = cli::default_admit(static_cast<std::uint64_t>(admins));
  if (const auto zone = session.arguments().value("time-zone")) genesis.policy.timezone = *zone;
  if (const auto file = session.setting("policy")) {
    const entry::Policy defaults = genesis.policy;
    MC_ASSIGN(genesis.policy, cli::read_policy_file(*file, defaults));
    cli::tell_preset(session, genesis.policy, defaults);
  }
  entry::Header header;
  header.ledger = origin;
  header.author = keys.card.name;
  MC_ASSIGN(header.id, cli::statement_id(session));
  header.time = session.now();
  if (header.time.get() >
      session.clock().get() + static_cast<std::int64_t>(genesis.policy.max_skew))
    return fail(Code::entry_time, "option '--time': log time would begin at " +
                                      format_time(header.time) + ", which is still to come");
  const auto author = keys.as_author();
  MC_ASSIGN(const auto entry, entry::sign_statement({header, genesis}, std::span(&author, 1)));
  // Judged before anything is written, so that a refused policy leaves no directory behind.
  MC_TRY(rules::apply(rules::MapView(), {EntryIndex(0), entry, {}}));
  if (admins > 1 && genesis.policy.admit == static_cast<std::uint64_t>(admins))
    session.warn(
        "all " + std::to_string(admins) +
        " admins must sign together: if one loses its key, nobody is admitted, changed or "
        "suspended any more; a further admin or a smaller 'admit' in --policy leaves a way");
  const GenesisHash hash(entry::entry_hash(entry.bytes).bytes);
  if (!session.dry_run())
    MC_TRY(ledger::Ledger::create(places.ledger, entry, *host, session.random()));

  json::Object receipt = cli::message("receipt");
  receipt.set("kind", "genesis")
      .set("entry", 0)
      .set("ledger", origin)
      .set("genesis", to_text(hash));
  receipt.set("vkey", note::format_vkey(genesis.log)).set("directory", places.ledger);
  if (session.dry_run()) receipt.set("dry_run", true);
  MC_TRY(session.out().line(receipt));
  if (session.dry_run()) return 0;
  const auto profile = session.setting("profile");
  if (profile)
    MC_TRY(cli::save_profile(session.config_directory(), *profile,
                             {{"ledger", places.ledger},
                              {"host", places.host},
                              {"key", places.key},
                              {"vault", absolute_path(places.vault)},
                              {"packages", absolute_path(places.packages)}}));
  made.keep();
  if (makes_keys)
    session.tell("made the keys of '" + keys.card.name.get() + "' in " + quote(places.key));
  session.tell("made ledger '" + origin + "' in " + quote(places.ledger) +
               "; who may append reads " + quote(places.host));
  session.tell("its log key: " + note::format_vkey(genesis.log));
  if (profile)
    session.tell("wrote profile " + quote(*profile) +
                 "; use it with --profile or MEDCHAIN_PROFILE");
  return 0;
}

cli::Program program() {
  cli::Program tool;
  tool.name = "medchain-init";
  tool.summary = "create a ledger: host keys, genesis, policy, first checkpoint and a profile";
  tool.examples = {"medchain-init --origin ledger.union.example/main --profile union",
                   "medchain-init --origin ledger.union.example/main -l ledger -k keys/union "
                   "--founder clinic-b.member"};
  cli::Verb verb;
  verb.summary = tool.summary;
  verb.options = {
      {"origin", 0, ValueKind::text, "NAME",
       "the ledger's global name, such as ledger.union.example/main"},
      {"founder",
       0,
       ValueKind::file,
       "CARD",
       "card of another founder; may be repeated",
       {},
       {},
       true},
      {"policy", 0, ValueKind::file, "FILE", "policy in YAML (medchain-config(5))"},
      {"clock", 0, ValueKind::text, "MEMBER", "name of the clock member (default clock)"}};
  verb.common = {"ledger", "key",  "vault",     "host",    "packages",
                 "id",     "time", "time-zone", "dry-run", "output"};
  verb.max_operands = 0;
  verb.formats = "json";
  verb.appends = true;
  verb.makes_profile = true;
  verb.signs = true;
  verb.also_opens = also_opens;
  verb.run = run;
  tool.verbs = {verb};
  tool.formats_read = {"formats: medchain/1, ledger layout 2, rules 1"};
  return tool;
}

}  // namespace
}  // namespace medchain

int main(int argc, char** argv) {
  return medchain::cli::run_program(medchain::program(), argc, argv);
}
