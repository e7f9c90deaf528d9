// C2SP checkpoints (tlog-checkpoint v1.0.0), cosignatures (tlog-cosignature v1.0.1) and policies
// (tlog-policy draft).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/types.hpp"
#include "note/note.hpp"

namespace medchain::note {

constexpr std::size_t max_origin_size = 255;
constexpr std::uint64_t max_tree_size = INT64_MAX;
constexpr std::size_t max_policy_size = 1'000'000;

/// origin LF size LF base64(root) LF.  Extension lines are refused when reading: we write none.
struct Checkpoint {
  std::string origin;
  TreeSize size;
  RootHash root;
  bool operator==(const Checkpoint&) const = default;
};

std::string format_checkpoint(const Checkpoint& checkpoint);
/// Fails with checkpoint_invalid naming the line: origin empty or over 255 bytes, size not decimal
/// or over 2^63-1, root not 32 bytes, extension lines, an empty tree with another root than
/// SHA-256("").
Result<Checkpoint> parse_checkpoint(std::string_view text);

/// Signs with the log key; name = origin.  Fails as parse_checkpoint and note::sign do.
Result<std::string> sign_checkpoint(const Checkpoint& checkpoint, crypto::Signer& log_key);

/// A timestamped cosignature line (type 0x04) over the checkpoint text.  Fails with
/// checkpoint_invalid for a text that parse_checkpoint refuses and with input_invalid for a name
/// that is none or a time before 1970.
Result<SignatureLine> cosign(std::string_view checkpoint_text, UnixSeconds time,
                             std::string_view name, crypto::Signer& witness_key);
/// Its time, or signature_invalid (of another key, other length, time over 2^63-1, does not
/// verify).
Result<UnixSeconds> check_cosignature(std::string_view checkpoint_text, const SignatureLine& line,
                                      const VerifierKey& key);

/// A C2SP tlog-policy: one or more logs, witnesses, groups, one quorum.
struct Policy {
  struct Log {
    VerifierKey key;  ///< type 0x01
    std::string url;  ///< may be empty
    bool operator==(const Log&) const = default;
  };
  struct Witness {
    std::string name;  ///< local name in the policy
    VerifierKey key;   ///< type 0x04
    std::string url;
    bool operator==(const Witness&) const = default;
  };
  struct Group {
    std::string name;
    std::size_t k = 0;                 ///< how many members must have cosigned, 1 to members.size()
    std::vector<std::string> members;  ///< witnesses and groups defined before
    bool operator==(const Group&) const = default;
  };
  std::vector<Log> logs;
  std::vector<Witness> witnesses;
  std::vector<Group> groups;
  std::string quorum;  ///< a name or `none`
  bool operator==(const Policy&) const = default;
};

/// Strict, failing closed: config_invalid with the line number and the rule (c2sp.org/tlog-policy).
/// Stricter than the draft: at least one log, the last line ends in LF, names and URLs are UTF-8,
/// URLs are http or https.
Result<Policy> parse_policy(std::string_view text);
/// Logs, witnesses, groups with numeric thresholds, quorum.  Precondition: a policy that
/// parse_policy could have made.
std::string format_policy(const Policy& policy);
/// Whether these witnesses (policy names; unknown ones count for nothing) make up the quorum.
bool is_quorum_met(const Policy& policy, const std::vector<std::string>& cosigners);

struct Verified {
  Checkpoint checkpoint;
  std::string text;
  /// Policy name of the witness, its time; in the note's order, each once.
  std::vector<std::pair<std::string, UnixSeconds>> cosigned;
  bool quorum_met = false;
};
/// Opens a signed checkpoint under a policy: any listed log must have signed (else
/// signature_missing; a bad signature of a listed log or witness fails with signature_invalid),
/// origin must be that log's key name, note and text must be well formed (checkpoint_invalid).  An
/// unmet quorum is not an error here.
Result<Verified> verify_checkpoint(std::string_view signed_checkpoint, const Policy& policy);

}  // namespace medchain::note
