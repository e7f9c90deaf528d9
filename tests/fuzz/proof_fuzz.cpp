// Proof files: what is accepted has one spelling, and only the entry that was logged is proven.
#include <cstdint>
#include <string_view>

#include "fuzz/require.hpp"
#include "note/proof.hpp"

using namespace medchain;
using namespace medchain::note;

namespace {

// The log and the witness of the corpus files: the Ed25519 seeds are 32 bytes 01 and 02.
constexpr std::string_view policy_text =
    "log log.example/main+25660c90+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c\n"
    "witness W witness.example/w1+df1c0a35+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU\n"
    "quorum W\n";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Policy policy = *parse_policy(policy_text);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto proof = parse_proof(text);
  if (!proof) return 0;
  require(format_proof(*proof) == text);
  require(proof->hashes.size() <= max_proof_hashes && proof->extra.size() <= max_proof_extra);
  // The corpus proves "entry 2" in a log of five.
  if (const auto verified = verify_proof(*proof, merkle::leaf_hash(as_bytes("entry 2")), policy))
    require(verified->quorum_met && proof->index == EntryIndex(2));
  require(!verify_proof(*proof, merkle::leaf_hash(as_bytes("never logged")), policy));
  return 0;
}
