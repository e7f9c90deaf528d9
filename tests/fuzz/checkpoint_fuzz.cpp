// Checkpoints: what is accepted has one spelling; a signed one that verifies is what its log
// signed.
#include <cstdint>
#include <string_view>

#include "fuzz/require.hpp"
#include "note/checkpoint.hpp"

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
  if (const auto checkpoint = parse_checkpoint(text)) {
    require(format_checkpoint(*checkpoint) == text);
    require(checkpoint->size.get() <= max_tree_size);
  }
  if (const auto verified = verify_checkpoint(text, policy)) {
    require(text.starts_with(verified->text));
    require(format_checkpoint(verified->checkpoint) == verified->text);
    require(verified->checkpoint.origin == policy.logs[0].key.name);
    require(verified->quorum_met == (verified->cosigned.size() == 1));
  }
  return 0;
}
