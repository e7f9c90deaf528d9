// What a verifier remembers between runs (DESIGN 7): genesis, log key, policy and the newest
// checkpoint that it verified, pinned in a file of its own.  One JSON line:
//   {"schema":"medchain/1","type":"seen","ledger":...,"genesis":...,"log":VKEY,"policy":TLOG-POLICY,"checkpoint":NOTE}
// The file is replaced atomically, and only after all checks and all output.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/types.hpp"
#include "entry/fields.hpp"
#include "note/checkpoint.hpp"

namespace medchain::verify {

struct Seen {
  std::string ledger;  ///< origin
  GenesisHash genesis;
  note::VerifierKey log;
  std::string policy;      ///< C2SP tlog-policy text
  std::string checkpoint;  ///< signed note
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"ledger", Exposure::clear, "origin"}, self.ledger);
    visit(Field{"genesis", Exposure::clear, "entry hash of entry 0"}, self.genesis);
    visit(Field{"log", Exposure::clear, "vkey of the log key"}, self.log);
    visit(Field{"policy", Exposure::clear, "C2SP tlog-policy"}, self.policy);
    visit(Field{"checkpoint", Exposure::clear, "newest checkpoint verified"}, self.checkpoint);
  }
};

std::string format_seen(const Seen& seen);
/// Strict.  Fails with input_truncated, input_invalid; the checkpoint's signature is verified under
/// the pinned key (checkpoint_invalid, signature_*).
Result<Seen> parse_seen(std::string_view text);
/// Nothing if the file does not exist: trust on first use, which the caller tells.
Result<std::optional<Seen>> load_seen(const std::string& path);

/// Two signed checkpoints that contradict each other, with what shows it.
struct Evidence {
  std::string kind;  ///< fork or rollback
  std::string ledger;
  std::string seen;                    ///< signed note
  std::string found;                   ///< signed note
  std::optional<RootHash> root_found;  ///< root that the found tree has at the seen size
  std::vector<TreeHash> consistency;   ///< from there to the found checkpoint
};
std::string format_evidence(const Evidence& evidence);

/// Checkpoint inside a signed note, its log signature verified under `log`.
Result<note::Checkpoint> open_checkpoint(std::string_view signed_note,
                                         const note::VerifierKey& log);

}  // namespace medchain::verify
