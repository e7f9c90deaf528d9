#include "cli/workspace.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/parse.hpp"
#include "cli/emitted.hpp"
#include "crypto/ssh_key.hpp"

namespace medchain::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_card_size = 65'536;

Result<std::string> find_card(const std::string& directory) {
  std::vector<std::string> cards;
  std::error_code failed;
  for (const auto& item : fs::directory_iterator(directory, failed))
    if (item.path().extension() == ".member") cards.push_back(item.path().string());
  if (failed)
    return fail(Code::key_missing,
                "cannot read the key directory " + quote(directory) + ": " + failed.message())
        .with_hint(failed == std::errc::permission_denied
                       ? "a key directory is of one user only: 'medchain-key new' makes your own"
                       : "medchain-key new --name MEMBER --key " + directory);
  if (cards.size() != 1)
    return fail(Code::key_missing, "the key directory " + quote(directory) + " has " +
                                       std::to_string(cards.size()) +
                                       " cards (*.member), expected one");
  return cards.front();
}

std::string beside(std::string ledger_directory, std::string_view suffix) {
  while (ledger_directory.size() > 1 && ledger_directory.back() == '/') ledger_directory.pop_back();
  return ledger_directory + std::string(suffix);
}

constexpr const char* emit_hint =
    "only who may read the host directory appends; others use --emit and have it appended by "
    "somebody who may, with 'medchain-sync apply'";

/// Whether this user may read the ledger and not write it.
bool is_for_reading(const std::string& directory) {
  const std::string data = directory + "/data.mdb";
  return ::access(data.c_str(), R_OK) == 0 && ::access(data.c_str(), W_OK) != 0;
}

}  // namespace

Status check_outside_stores(const std::string& path) {
  for (std::string at = absolute_path(path);; at = parent_directory(at)) {
    if (file_exists(at + "/data.mdb"))
      return fail(Code::key_unsafe, "the keys in " + quote(path) + " are inside of " + quote(at) +
                                        ", a ledger or vault")
          .with_hint("keep keys where neither copies of a ledger nor backups of a vault come by");
    if (at == "/") return {};
  }
}

Result<std::unique_ptr<crypto::Signer>> open_signer(const Session& session,
                                                    const std::string& path) {
  if (!path.ends_with(".pub")) {
    MC_ASSIGN(auto seed, crypto::load_ssh_private_key(path));
    return std::unique_ptr<crypto::Signer>(std::move(seed));
  }
  MC_ASSIGN(const std::string text, read_file(path, max_card_size, Code::key_missing));
  auto key = crypto::parse_ssh_public_key(text);
  if (!key) return std::move(key).error().context(quote(path));
  return crypto::connect_agent(session.environment("SSH_AUTH_SOCK").value_or(""), *key);
}

Result<KeyDirectory> open_keys(const Session& session) {
  MC_ASSIGN(const std::string path, session.required("key"));
  return open_keys_at(session, path);
}

Result<entry::Card> read_card(const std::string& directory) {
  MC_ASSIGN(const std::string card_path, find_card(directory));
  MC_ASSIGN(const std::string text, read_file(card_path, max_card_size, Code::key_missing));
  auto card = entry::parse_card(text);
  if (!card) return std::move(card).error().context(quote(card_path));
  return card;
}

Result<KeyDirectory> open_keys_at(const Session& session, const std::string& path) {
  KeyDirectory keys;
  keys.path = path;
  MC_TRY(check_outside_stores(path));
  const std::string private_key = path + "/sign.key", public_key = path + "/sign.pub";
  // First, because the key of a seed is known to be valid when the card is read.
  if (file_exists(private_key)) {
    MC_ASSIGN(keys.sign, open_signer(session, private_key));
  }
  MC_ASSIGN(keys.card, read_card(path));
  if (!keys.sign) {
    if (!file_exists(public_key))
      return fail(Code::key_missing,
                  "the key directory " + quote(path) + " has neither sign.key nor sign.pub");
    MC_ASSIGN(keys.sign, open_signer(session, public_key));
  }
  if (keys.sign->public_key() != keys.card.sign.key)
    return fail(Code::key_invalid, "the sign key in " + quote(path) +
                                       " is not that of the card of " +
                                       quote(keys.card.name.get()));
  return keys;
}

Result<std::chrono::milliseconds> lock_wait(const Session& session) {
  MC_ASSIGN(const auto seconds, session.duration("wait"));
  return std::chrono::milliseconds(seconds.value_or(10) * 1'000);
}

Result<std::unique_ptr<ledger::Ledger>> open_ledger(const Session& session,
                                                    ledger::OpenOptions options) {
  MC_ASSIGN(const std::string directory, session.required("ledger"));
  MC_ASSIGN(options.lock_wait, lock_wait(session));
  auto ledger = ledger::Ledger::open(directory, options);
  if (!ledger && !options.read_only && is_for_reading(directory))
    return std::move(ledger).error().with_hint(emit_hint);
  return ledger;
}

std::string host_directory(const Session& session, const std::string& ledger_directory) {
  if (auto given = session.setting("host")) return *given;
  return beside(ledger_directory, ".host");
}

std::string packages_directory(const Session& session, const std::string& ledger_directory) {
  if (auto given = session.setting("packages")) return *given;
  return beside(ledger_directory, ".packages");
}

Result<std::unique_ptr<ledger::Host>> open_host(const Session& session, ledger::Ledger& ledger) {
  const std::string directory = host_directory(session, ledger.directory());
  auto host = ledger::Host::open(directory);
  if (!host) {
    Error error = std::move(host).error();
    const bool may_read = ::access((directory + "/log.key").c_str(), R_OK) == 0;
    if (error.hint.empty() && !may_read) error.hint = emit_hint;
    return std::move(error).context("host directory");
  }
  MC_TRY(ledger.check_host(**host));
  return host;
}

Result<StatementId> statement_id(Session& session) {
  const auto given = session.setting("id");
  if (!given) return session.random().statement_id();
  auto id = parse_statement_id(*given);
  if (!id) return fail(Code::usage, "option '--id': " + id.error().message);
  return id;
}

std::string index_range(EntryIndex first, EntryIndex last) {
  if (first == last) return "entry " + std::to_string(first.get());
  return "entries " + std::to_string(first.get()) + "-" + std::to_string(last.get());
}

json::Object receipt_of(const Session& session, const entry::Statement& statement,
                        const ledger::Appended& appended, const EntryHash& hash) {
  json::Object receipt = message("receipt");
  receipt.set("kind", entry::type_of(statement.body))
      .set("entry", appended.index.get())
      .set("author", statement.header.author.get())
      .set("id", to_text(statement.header.id))
      .set("time", format_time(statement.header.time))
      .set("hash", to_text(hash));
  if (appended.existed) receipt.set("existed", true);
  if (session.dry_run()) receipt.set("dry_run", true);
  return receipt;
}

Status append_entry(Session& session, ledger::Ledger& ledger, const ledger::Prepared& prepared,
                    std::string_view what) {
  if (session.has("emit")) {
    MC_TRY(session.out().line(emitted(prepared)));
    session.tell("prepared, not appended: " + std::string(what));
    return {};
  }
  MC_ASSIGN(const auto host, open_host(session, ledger));
  const ledger::AppendOptions options{session.clock(), session.dry_run()};
  MC_ASSIGN(const auto result,
            ledger.append(std::span(&prepared, 1), *host, options, session.random()));
  const ledger::Appended& appended = result.entries.front();
  EntryHash hash = entry::entry_hash(prepared.entry.bytes);
  // The same statement may stand there with other signatures: a receipt names what is there.
  if (appended.existed)
    MC_TRY(ledger.read([&](const ledger::Snapshot& view) -> Status {
      MC_ASSIGN(hash, view.leaf(appended.index));
      return {};
    }));
  const json::Object receipt = receipt_of(session, prepared.entry.statement, appended, hash);
  session.tell((session.dry_run()  ? "would append "
                : appended.existed ? "was there already, "
                                   : "appended ") +
               index_range(appended.index, appended.index) + ": " + std::string(what));
  // The entry is durable: whatever fails from here on says so.
  const std::string done = "appended " + index_range(appended.index, appended.index) + ", but ";
  auto printed = session.out().line(receipt);
  if (printed) printed = session.out().flush();
  if (!printed && session.dry_run()) return printed;
  if (!printed)
    return fail(Code::output_failed,
                done + "the receipt could not be written: " + printed.error().message);
  if (result.derived_file_error)
    return fail(result.derived_file_error->code, done + result.derived_file_error->message);
  return {};
}

Status check_no_terminal(const Session& session, std::string_view what) {
  if (session.arguments().value("output") || ::isatty(STDOUT_FILENO) != 1) return {};
  return fail(Code::usage,
              "standard output is a terminal, and " + std::string(what) + " may be anything")
      .with_hint("give '--output=FILE', or '--output=-' to have it on the terminal");
}

Result<std::unique_ptr<vault::Vault>> open_vault(const Session& session,
                                                 const vault::OpenOptions& options) {
  MC_ASSIGN(const std::string directory, session.required("vault"));
  return vault::Vault::open(directory, options);
}

Status check_same_ledger(const vault::Vault& vault, const ledger::Snapshot& view) {
  MC_ASSIGN(const GenesisHash genesis, rules::genesis(view));
  if (vault.owner().genesis == genesis) return {};
  return fail(Code::vault_conflict, "the vault " + quote(vault.directory()) +
                                        " is of another ledger: " + quote(vault.owner().origin));
}

Result<std::string> data_directory(const Session& session) {
  // The XDG Base Directory Specification has relative paths ignored.
  if (const auto data = session.environment("XDG_DATA_HOME"); data && data->starts_with('/'))
    return *data + "/medchain";
  if (const auto home = session.environment("HOME"); home && home->starts_with('/'))
    return *home + "/.local/share/medchain";
  return fail(Code::usage, "there is no place for what no option names")
      .with_hint("set HOME or XDG_DATA_HOME");
}

}  // namespace medchain::cli
