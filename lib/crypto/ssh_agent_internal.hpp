// connect_agent() with a time limit of the caller's, for tests of an agent that does not answer.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "crypto/ed25519.hpp"

namespace medchain::crypto {

/// The limit holds for connecting and for each read and write.
Result<std::unique_ptr<Signer>> connect_agent_within(const std::string& socket_path,
                                                     const PublicKey& key,
                                                     std::chrono::milliseconds limit);

}  // namespace medchain::crypto
