// medchain-key decrypt: opens one age file with identities of the user's.
#pragma once

#include "cli/session.hpp"

namespace medchain::cli {

/// identity.
std::vector<Option> decrypt_options();
/// Plaintext to the results, chunk by chunk as it is authenticated.  Fails as crypto::AgeDecryptor
/// and crypto::load_age_identity do, with usage (no identity; plaintext for a terminal) and
/// input_unreadable.
Result<int> decrypt_file(Session& session);

}  // namespace medchain::cli
