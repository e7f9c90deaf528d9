// Proof of one record or entry (DESIGN 6): a C2SP tlog-proof whose `extra` carries, as JSON, what
// leads to the proven leaf:
//   {"schema":"medchain/1","type":"proof","note":ENTRY,"row":BASE64(100
//   bytes),"row_index":N,"path":[sha256:...],"salt":...,"digest":...}
// bytes -> digest -> commitment -> row -> manifest path -> anchor entry -> log path -> checkpoint
// -> witnesses.  That of an entry has the note alone, one that keeps the record private no salt and
// digest.  That of a referral or prescription with its steps proves the last one so, and has before
// it "steps":[{"entry":INDEX,"note":ENTRY,"hashes":[sha256:...]}], each with its own way to the
// same checkpoint.  Verifies offline, with a policy only.
#pragma once

#include <optional>
#include <string>

#include "ledger/snapshot.hpp"
#include "note/proof.hpp"
#include "verify/steps.hpp"

namespace medchain::verify {

/// What a commitment was made of.
struct ProvenOpening {
  Salt salt;
  Digest digest;
};

/// A row of the manifest of an anchor entry.
struct ProvenRow {
  entry::Row row;
  std::uint32_t index = 0;
  merkle::Proof path;  ///< row to manifest root
  std::optional<ProvenOpening> opening;
};

/// The proof of a row that is on the ledger.  Fails with store_damaged, or internal if salt and
/// digest do not open the row.
Result<std::string> prove_record(const ledger::Snapshot& view, const ledger::RowPlace& place,
                                 const std::optional<ProvenOpening>& opening);
/// The proof of an entry.  Fails with entry_missing, store_damaged.
Result<std::string> prove_entry(const ledger::Snapshot& view, EntryIndex index);
/// The proof of a referral or prescription with all its steps so far.  Fails as steps_of() and
/// check_steps() do, or with input_too_long: more steps than a proof has room for.
Result<std::string> prove_steps(const ledger::Snapshot& view, const EntryHash& of);

/// The same for many rows of one snapshot, which it keeps: a manifest is hashed once for all rows
/// that are asked for one after another.
class RecordProver {
 public:
  explicit RecordProver(const ledger::Snapshot& view) : view_(view) {}
  Result<std::string> prove(const ledger::RowPlace& place,
                            const std::optional<ProvenOpening>& opening);

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
  entry::Entry entry;
  std::optional<ProvenRow> row;  ///< of a proof of a record
  std::vector<Step> steps;       ///< of a proof of steps: all, `entry` is the last
};

/// Everything but the record's bytes, which the caller compares with the opening's digest.  Fails
/// with proof_invalid naming the broken link, signature_*, checkpoint_invalid, policy_unmet.
Result<CheckedProof> check_proof(std::string_view proof, const note::Policy& policy);

}  // namespace medchain::verify
