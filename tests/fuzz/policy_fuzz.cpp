// Policies: reading, formatting and reading again gives the same; quorums are neither met by nobody
// nor beyond all.
#include <cstdint>
#include <string_view>

#include "fuzz/require.hpp"
#include "note/checkpoint.hpp"

using namespace medchain::note;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto policy = parse_policy(text);
  if (!policy) return 0;
  const std::string canonical = format_policy(*policy);
  const auto again = parse_policy(canonical);
  require(again.ok() && *again == *policy && format_policy(*again) == canonical);

  std::vector<std::string> all;
  for (const Policy::Witness& witness : policy->witnesses) all.push_back(witness.name);
  require(is_quorum_met(*policy, all));
  require(is_quorum_met(*policy, {}) == (policy->quorum == "none"));
  return 0;
}
