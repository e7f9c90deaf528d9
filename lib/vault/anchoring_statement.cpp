// The signed statement of a batch.
#include <algorithm>
#include <set>

#include "entry/codec.hpp"
#include "vault/anchoring.hpp"

namespace medchain::vault {

Result<entry::Statement> Anchoring::statement_of(UnixSeconds now) {
  std::set<std::string> names;
  std::uint64_t bytes = 0;
  for (const NewRow& row : rows_) {
    names.insert(row.version.type);
    bytes += row.version.size;
  }
  entry::Anchor anchor;
  anchor.custodian = identity_.custodian;
  anchor.count = rows_.size();
  anchor.bytes = std::min(bytes, entry::max_integer);
  std::map<std::string, std::uint16_t> positions;
  for (const std::string& name : names) {
    MC_ASSIGN(auto word, entry::Word::parse(name));
    positions.emplace(name, static_cast<std::uint16_t>(anchor.types.size()));
    anchor.types.push_back(std::move(word));
  }
  std::vector<entry::Row> rows;
  rows.reserve(rows_.size());
  for (NewRow& row : rows_) {
    row.row.type = positions.at(row.version.type);
    rows.push_back(row.row);
  }
  anchor.root = entry::manifest_root(rows);
  entry::Header header;
  header.ledger = vault_.owner_.origin;
  header.genesis = vault_.owner_.genesis;
  header.author = identity_.custodian;
  header.id = random_.statement_id();
  header.time = now;
  return entry::Statement{std::move(header), std::move(anchor)};
}

Result<ReadyBatch> Anchoring::prepare(UnixSeconds now, std::vector<SecretValue>& secrets) {
  ReadyBatch ready;
  // The random bytes of a batch in one call: it is a system call (PERF).
  secrets.resize(rows_.size());
  random_.fill(MutableByteView(secrets.front().data(), secrets.size() * sizeof(SecretValue)));
  for (std::size_t i = 0; i < rows_.size(); ++i)
    rows_[i].row.commitment = entry::commit(Salt(secrets[i]), rows_[i].version.digest);
  for (const SecretValue& salt : secrets) ready.salts.emplace_back(salt);
  MC_ASSIGN(const entry::Statement statement, statement_of(now));
  MC_ASSIGN(ready.prepared.entry,
            entry::sign_statement(statement, std::span(&identity_.signer, 1)));
  ready.prepared.rows.reserve(rows_.size());
  for (const NewRow& row : rows_) ready.prepared.rows.push_back(row.row);
  ready.taken = std::move(taken_);
  return ready;
}

}  // namespace medchain::vault
