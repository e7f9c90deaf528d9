// Proof of one record (DESIGN 6): a C2SP tlog-proof whose `extra` carries, as JSON, what leads from
// the record's bytes to the proven leaf:
//   {"schema":"medchain/1","type":"proof","note":ENTRY,"row":BASE64(100
//   bytes),"row_index":N,"path":[sha256:...],"salt":...,"digest":...}
// bytes -> digest -> commitment -> row -> manifest path -> anchor entry -> log path -> checkpoint
// -> witnesses.  Verifies offline, with a policy only.
#pragma once

#include <optional>
#include <string>

#include "ledger/snapshot.hpp"
#include "note/proof.hpp"

namespace medchain::verify {

struct RecordProof {
  entry::Entry entry;  ///< the anchor
  entry::Row row;
  std::uint32_t row_index = 0;
  merkle::Proof path;  ///< row to manifest root
  Salt salt;
  Digest digest;
};

/// The proof of a row that is on the ledger.  Fails with store_damaged, or internal if salt and
/// digest do not open the row.
Result<std::string> prove_record(const ledger::Snapshot& view, const ledger::RowPlace& place,
                                 const Salt& salt, const Digest& digest);

/// The same for many rows of one snapshot, which it keeps: a manifest is hashed once for all rows
/// that are asked for one after another.
class RecordProver {
 public:
  explicit RecordProver(const ledger::Snapshot& view) : view_(view) {}
  Result<std::string> prove(const ledger::RowPlace& place, const Salt& salt, const Digest& digest);

 private:
  Status load(EntryIndex entry);

  const ledger::Snapshot& view_;
  std::optional<EntryIndex> entry_;
  std::string note_;
  std::vector<entry::Row> rows_;
  std::vector<TreeHash> hashes_;  ///< stored hashes of the manifest's tree
  merkle::Proof log_;
  std::string checkpoint_;
};

struct CheckedProof {
  note::Verified log;  ///< checkpoint and cosignatures
  EntryIndex index;
  RecordProof record;
};

/// Everything but the record's bytes, which the caller compares with `record.digest`.  Fails with
/// proof_invalid naming the broken link, signature_*, checkpoint_invalid, policy_unmet.
Result<CheckedProof> check_proof(std::string_view proof, const note::Policy& policy);

}  // namespace medchain::verify
