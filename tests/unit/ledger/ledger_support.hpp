// A ledger with its host in a temporary directory, for the tests of lib/ledger.
#pragma once

#include <memory>

#include "ledger/ledger.hpp"
#include "unit/rules/acts.hpp"
#include "unit/support.hpp"

namespace test {

namespace ledger = medchain::ledger;

template <class T>
T must(medchain::Result<T> result) {
  REQUIRE_MESSAGE(result.ok(), (result ? "" : result.error().message));
  return std::move(result).value();
}
inline void must(const medchain::Status& status) { REQUIRE_MESSAGE(status.ok(), (status ? "" : status.error().message)); }

inline const std::string origin = "ledger.example/main";

/// admin-a, the host's clock, custodians hosp-a and hosp-b; one admin is enough.
inline entry::Genesis genesis_for(ledger::Host& host) {
  using entry::Role;
  entry::Genesis genesis;
  genesis.log = {origin, medchain::note::KeyType::ed25519, host.log_key().public_key()};
  genesis.members = {card_of("admin-a", {Role::admin}), host.clock(), card_of("hosp-a", {Role::custodian}),
                     card_of("hosp-b", {Role::custodian})};
  return genesis;
}
inline entry::Entry sign_genesis(const entry::Genesis& genesis) {
  entry::Statement statement;
  statement.header.ledger = genesis.log.name;
  statement.header.author = name("admin-a");
  statement.header.time = World::start;
  statement.body = genesis;
  const entry::SignAs as{"admin-a", &key_of("admin-a")};
  return must(entry::sign_statement(statement, std::span(&as, 1)));
}

/// Statements of this ledger at its log time, signed by test keys.
class Author {
 public:
  explicit Author(std::uint64_t seed) : random_(seed) {}
  entry::Statement statement(const rules::View& view, entry::Body body, const std::string& author) {
    return {must(ledger::new_header(view, name(author), random_.statement_id(), must(rules::log_time(view)))), std::move(body)};
  }
  static ledger::Prepared sign(const entry::Statement& statement, Manifest manifest = {}) {
    const std::string& author = statement.header.author.get();
    const entry::SignAs as{author, &key_of(author)};
    return {must(entry::sign_statement(statement, std::span(&as, 1))), std::move(manifest)};
  }

 private:
  medchain::crypto::SeededRandom random_;
};

inline std::unique_ptr<ledger::Ledger> must_open(const std::string& directory, bool read_only = false) {
  ledger::OpenOptions options;
  options.read_only = read_only;
  return must(ledger::Ledger::open(directory, options));
}

/// Directories `ledger` and `host` below `dir`.
class Union {
 public:
  explicit Union(std::uint64_t seed = 7) : random(seed), author(seed + 100) {
    host = must(ledger::Host::create(dir.path("host"), name("clock"), random));
    ledger = must(ledger::Ledger::create(dir.path("ledger"), sign_genesis(genesis_for(*host)), *host, random));
  }
  void reopen(bool read_only = false) {
    ledger.reset();
    ledger = must_open(dir.path("ledger"), read_only);
  }
  void close() { ledger.reset(); }

  ledger::Prepared prepare(const entry::Body& body, const std::string& by = "hosp-a", Manifest manifest = {}) {
    std::optional<entry::Statement> statement;
    must(ledger->read([&](const ledger::Snapshot& view) -> medchain::Status {
      statement = author.statement(view, body, by);
      return {};
    }));
    return Author::sign(*statement, std::move(manifest));
  }
  ledger::Prepared anchor(const Manifest& manifest, const std::string& custodian = "hosp-a") {
    return prepare(anchor_of(manifest, custodian), custodian, manifest);
  }
  /// Another group each time: the smallest entry that anybody may append.
  ledger::Prepared small() {
    entry::Group body = group_act(entry::GroupAct::create, "group-" + std::to_string(++groups_), {"hosp-a"});
    return prepare(body);
  }
  medchain::Result<ledger::AppendResult> append(const std::vector<ledger::Prepared>& entries, std::int64_t clock_ahead = 0,
                                                bool dry_run = false) {
    return ledger->append(entries, *host, {UnixSeconds(log_time().get() + clock_ahead), dry_run}, random);
  }
  ledger::AppendResult accept(const std::vector<ledger::Prepared>& entries, std::int64_t clock_ahead = 0) {
    auto result = must(append(entries, clock_ahead));
    CHECK_MESSAGE(!result.derived_file_error, (result.derived_file_error ? result.derived_file_error->message : ""));
    return result;
  }
  void refused(const std::vector<ledger::Prepared>& entries, Code code, std::string_view piece) {
    check_refused(append(entries), code, piece);
  }

  /// What `ask` finds in a snapshot of now.
  template <class Ask>
  auto get(Ask ask) {
    std::optional<decltype(ask(std::declval<const ledger::Snapshot&>()))> answer;
    must(ledger->read([&](const ledger::Snapshot& view) -> medchain::Status {
      answer.emplace(ask(view));
      return {};
    }));
    return must(std::move(*answer));
  }
  UnixSeconds log_time() {
    return get([](const ledger::Snapshot& view) { return rules::log_time(view); });
  }
  std::uint64_t size() {
    return get([](const ledger::Snapshot& view) { return view.size(); }).get();
  }
  TempDir dir;
  medchain::crypto::SeededRandom random;
  Author author;
  std::unique_ptr<ledger::Host> host;
  std::unique_ptr<ledger::Ledger> ledger;

 private:
  int groups_ = 0;
};

}  // namespace test
