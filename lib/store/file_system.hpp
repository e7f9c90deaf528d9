// File systems whose locks or maps do not hold between processes or hosts: network shares and the
// like.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace medchain::store {

/// The name of such a file system, from statfs(2) f_type.
std::optional<std::string_view> unsafe_file_system(std::uint64_t type);
/// Fails with ledger_missing (no such directory) or ledger_unavailable.
Status check_file_system(const std::string& directory);

}  // namespace medchain::store
