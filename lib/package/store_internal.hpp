// Parts of the store: names of packages, and packages that killed processes left.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "package/store.hpp"

namespace medchain::package {

constexpr std::string_view staging_name = "staging";
constexpr std::string_view staging_prefix = "seal-";

/// `staging`, or that of one owner, `staging-hosp-a`.
inline bool is_staging(std::string_view folder) {
  return folder == staging_name || folder.starts_with(std::string(staging_name) + "-");
}

std::string folder_name(const PackageHash& hash);    ///< `ab`
std::string file_name(const PackageHash& hash);      ///< `abcd....age`
std::string deletion_name(const PackageHash& hash);  ///< `abcd....deleted`
/// Nothing if it is no name of a package.
std::optional<PackageHash> parse_file_name(std::string_view name);
std::optional<PackageHash> parse_deletion_name(std::string_view name);

/// SHA-256 and size of a regular file.  Fails with storage_failed.
Result<Sealed> hash_file(const std::string& path);

/// The sealed package of this hash in one of the directories of `staging`; nothing if it is in
/// none.
Result<std::optional<std::string>> find_staged(const std::string& staging, const PackageHash& hash);

enum class Settled { published, discarded, kept };
/// Of one staging directory of a dead process.
Result<Settled> settle(
    const std::string& staging, const std::function<Result<Verdict>(const PackageHash&)>& judge,
    const std::function<Status(const std::string& staged, const PackageHash&)>& publish);

}  // namespace medchain::package
