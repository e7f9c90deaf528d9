// C2SP tlog-proof files (draft): `c2sp.org/tlog-proof@v1`, optional extra, index,
// hashes, checkpoint.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "merkle/tree.hpp"
#include "note/checkpoint.hpp"

namespace medchain::note {

constexpr std::size_t max_proof_size = 1 << 20;      ///< of the whole file
constexpr std::size_t max_proof_extra = 700 * 1024;  ///< bytes before base64
constexpr std::size_t max_proof_hashes = 64;

struct TlogProof {
  Bytes extra;  ///< unauthenticated; empty: no extra line
  EntryIndex index;
  merkle::Proof hashes;
  std::string checkpoint;  ///< signed note, verbatim
  bool operator==(const TlogProof&) const = default;
};

/// Precondition: within the limits above.
std::string format_proof(const TlogProof& proof);
/// Fails with proof_invalid naming the line and the rule: the limits, the lines of the file, the
/// form of the note. Verifies nothing and does not look into the checkpoint's text.
Result<TlogProof> parse_proof(std::string_view text);
/// Log part: checkpoint under `policy` (fails as verify_checkpoint), inclusion of `leaf`
/// (proof_invalid), and only then the quorum (policy_unmet).
Result<Verified> verify_proof(const TlogProof& proof, const TreeHash& leaf, const Policy& policy);

}  // namespace medchain::note
