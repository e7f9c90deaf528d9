// A member's vault beside a ledger, for the tests of lib/vault and lib/verify.
#pragma once

#include "unit/ledger/ledger_support.hpp"
#include "vault/anchoring.hpp"
#include "vault/settle.hpp"

namespace test {

namespace source = medchain::source;
namespace vault = medchain::vault;

/// Content `text` of the record file/`id`.
inline source::Record record_of(const std::string& id, const std::string& text, const std::string& subject = "") {
  source::Record record;
  record.type = "file";
  record.id = id;
  record.subject = subject;
  record.digest = medchain::Digest(medchain::crypto::sha256(medchain::as_bytes(text)));
  record.size = text.size();
  return record;
}

/// hosp-a's vault in `dir`/vault.
class VaultUnion : public Union {
 public:
  explicit VaultUnion(std::uint64_t seed = 7) : Union(seed) {
    must(vault::Vault::create(path(), owner(), random));
    open_vault();
  }
  std::string path() { return dir.path("vault"); }
  vault::Owner owner() {
    return {name("hosp-a"), origin, get([](const ledger::Snapshot& view) { return rules::genesis(view); })};
  }
  void open_vault() {
    vault.reset();
    vault::OpenOptions options;
    options.read_only = false;
    options.lock_wait = std::chrono::milliseconds(50);
    vault = must(vault::Vault::open(path(), options));
  }
  vault::Anchoring anchoring() {
    return {*vault, {name("hosp-a"), entry::SignAs{"hosp-a", &key_of("hosp-a")}}, random};
  }
  /// One run that ends as it should; where its entry is.
  EntryIndex anchor_records(const std::vector<source::Record>& records) {
    auto run = anchoring();
    must(run.begin());
    std::uint64_t number = 0;
    for (const source::Record& record : records) must(run.add(item(record, ++number)));
    const auto batch = must(run.flush(log_time()));
    const EntryIndex index = accept({batch.prepared}).entries.front().index;
    run.landed(batch.number, index);
    must(run.finish());
    return index;
  }
  static source::Item item(const source::Record& record, std::uint64_t number) {
    source::Item item;
    item.number = number;
    item.record = record;
    return item;
  }
  vault::Append appender() {
    return [this](const ledger::Prepared& prepared) -> medchain::Result<std::optional<EntryIndex>> {
      auto result = append({prepared});
      if (!result) return std::move(result).error();
      return std::optional(result->entries.front().index);
    };
  }
  vault::Settled settle() { return must(vault::settle(*vault, *ledger, appender())); }
  /// What `ask` finds in the vault.
  template <class Ask>
  auto ask(Ask question) {
    std::optional<decltype(question(*vault))> answer;
    must(vault->read([&]() -> medchain::Status {
      answer.emplace(question(*vault));
      return {};
    }));
    return must(std::move(*answer));
  }
  std::optional<vault::Latest> find(const std::string& id) {
    return ask([&](const vault::Vault& v) { return v.find(vault::record_key("", "file", id)); });
  }
  vault::Batch batch(std::uint64_t number) {
    return ask([&](const vault::Vault& v) { return v.batch(number); });
  }
  vault::Version version(std::uint64_t number) {
    return ask([&](const vault::Vault& v) { return v.version(number); });
  }

  std::unique_ptr<vault::Vault> vault;
};

}  // namespace test
