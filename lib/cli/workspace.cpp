#include "cli/workspace.hpp"

#include <algorithm>
#include <filesystem>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/parse.hpp"
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
  if (failed) return fail(Code::key_missing, "cannot read the key directory " + quote(directory) + ": " + failed.message())
                  .with_hint("medchain-key new --name MEMBER --key " + directory);
  if (cards.size() != 1)
    return fail(Code::key_missing, "the key directory " + quote(directory) + " has " + std::to_string(cards.size()) +
                                       " cards (*.member), expected one");
  return cards.front();
}

}  // namespace

Result<std::unique_ptr<crypto::Signer>> open_signer(const Session& session, const std::string& path) {
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

Result<KeyDirectory> open_keys_at(const Session& session, const std::string& path) {
  KeyDirectory keys;
  keys.path = path;
  MC_ASSIGN(const std::string card_path, find_card(path));
  MC_ASSIGN(const std::string text, read_file(card_path, max_card_size, Code::key_missing));
  auto card = entry::parse_card(text);
  if (!card) return std::move(card).error().context(quote(card_path));
  keys.card = std::move(*card);
  const std::string private_key = path + "/sign.key", public_key = path + "/sign.pub";
  if (!file_exists(private_key) && !file_exists(public_key))
    return fail(Code::key_missing, "the key directory " + quote(path) + " has neither sign.key nor sign.pub");
  MC_ASSIGN(keys.sign, open_signer(session, file_exists(private_key) ? private_key : public_key));
  if (keys.sign->public_key() != keys.card.sign.key)
    return fail(Code::key_invalid, "the sign key in " + quote(path) + " is not that of the card of " + quote(keys.card.name.get()));
  return keys;
}

Result<std::chrono::milliseconds> lock_wait(const Session& session) {
  MC_ASSIGN(const auto seconds, session.duration("wait"));
  return std::chrono::milliseconds(seconds.value_or(10) * 1'000);
}

Result<std::unique_ptr<ledger::Ledger>> open_ledger(const Session& session, ledger::OpenOptions options) {
  MC_ASSIGN(const std::string directory, session.required("ledger"));
  MC_ASSIGN(options.lock_wait, lock_wait(session));
  return ledger::Ledger::open(directory, options);
}

std::string host_directory(const Session& session, const std::string& ledger_directory) {
  if (auto given = session.setting("host")) return *given;
  std::string beside = ledger_directory;
  while (beside.size() > 1 && beside.back() == '/') beside.pop_back();
  return beside + ".host";
}

Result<std::unique_ptr<ledger::Host>> open_host(const Session& session, const ledger::Ledger& ledger) {
  auto host = ledger::Host::open(host_directory(session, ledger.directory()));
  if (!host) {
    Error error = std::move(host).error();
    if (error.hint.empty())
      error.hint = "only who may read the host directory appends; others use --emit and 'medchain-sync apply' on the ledger host";
    return std::move(error).context("host directory");
  }
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

json::Object emitted(const ledger::Prepared& prepared) {
  json::Object object = message("entry");
  object.set("kind", entry::type_of(prepared.entry.statement.body)).set("note", prepared.entry.bytes);
  if (!prepared.rows.empty()) {
    Bytes rows(prepared.rows.size() * entry::Row::size);
    for (std::size_t i = 0; i < prepared.rows.size(); ++i)
      prepared.rows[i].put(MutableByteView(rows).subspan(i * entry::Row::size, entry::Row::size));
    object.set("manifest", to_base64(rows));
  }
  return object;
}

Result<ledger::Prepared> parse_emitted(std::string_view line) {
  MC_ASSIGN(const json::Object object, json::parse_object(line));
  ledger::Prepared prepared;
  for (const auto& [name, value] : object.members()) {
    const std::string* text = value.string();
    if (text == nullptr) return fail(Code::input_invalid, "field " + quote(name) + ": expected text, got " + std::string(value.kind()));
    if (name == "schema") {
      if (*text != entry::schema) return fail(Code::input_invalid, "field 'schema': expected 'medchain/1', got " + quote(*text));
    } else if (name == "type") {
      if (*text != "entry") return fail(Code::input_invalid, "field 'type': expected 'entry', got " + quote(*text));
    } else if (name == "note") {
      MC_ASSIGN(prepared.entry, entry::parse_entry(*text));
    } else if (name == "manifest") {
      MC_ASSIGN(const Bytes rows, parse_base64(*text));
      if (rows.size() % entry::Row::size != 0 || rows.size() > entry::max_rows * entry::Row::size)
        return fail(Code::input_invalid, "field 'manifest': expected rows of 100 bytes, got " + std::to_string(rows.size()) + " bytes");
      for (std::size_t at = 0; at < rows.size(); at += entry::Row::size)
        prepared.rows.push_back(entry::Row::get(ByteView(rows).subspan(at, entry::Row::size)));
    } else if (name != "kind") {
      return fail(Code::input_invalid, "unknown field " + quote(name));
    }
  }
  if (prepared.entry.bytes.empty()) return fail(Code::input_invalid, "field 'note' is missing");
  return prepared;
}

Status append_entry(Session& session, ledger::Ledger& ledger, const ledger::Prepared& prepared, std::string_view what) {
  if (session.has("emit")) {
    MC_TRY(session.out().line(emitted(prepared)));
    session.tell("prepared, not appended: " + std::string(what));
    return {};
  }
  MC_ASSIGN(const auto host, open_host(session, ledger));
  const ledger::AppendOptions options{session.now(), session.dry_run()};
  MC_ASSIGN(const auto result, ledger.append(std::span(&prepared, 1), *host, options, session.random()));
  const ledger::Appended& appended = result.entries.front();
  json::Object receipt = message("receipt");
  receipt.set("kind", entry::type_of(prepared.entry.statement.body))
      .set("entry", appended.index.get())
      .set("author", prepared.entry.statement.header.author.get())
      .set("id", to_text(prepared.entry.statement.header.id))
      .set("time", format_time(prepared.entry.statement.header.time))
      .set("hash", to_text(entry::entry_hash(prepared.entry.bytes)));
  if (appended.existed) receipt.set("existed", true);
  if (session.dry_run()) receipt.set("dry_run", true);
  session.tell((session.dry_run() ? "would append " : appended.existed ? "was there already, " : "appended ") +
               index_range(appended.index, appended.index) + ": " + std::string(what));
  if (result.derived_file_error) session.report(*result.derived_file_error);
  return session.out().line(receipt);
}

std::string data_directory(const Session& session) {
  if (const auto data = session.environment("XDG_DATA_HOME"); data && !data->empty()) return *data + "/medchain";
  return session.environment("HOME").value_or("") + "/.local/share/medchain";
}

}  // namespace medchain::cli
