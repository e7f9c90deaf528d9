#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>

#include "base/encoding.hpp"
#include "crypto/sha256.hpp"
#include "package/store_internal.hpp"
#include "package/stream_internal.hpp"

namespace medchain::package {
namespace {

constexpr std::string_view suffix = ".age";
constexpr std::string_view deletion_suffix = ".deleted";
constexpr std::size_t max_deletion = 4'096;

std::optional<PackageHash> parse_name(std::string_view name, std::string_view ending) {
  PackageHash hash;
  if (!name.ends_with(ending) ||
      !parse_hex(name.substr(0, name.size() - ending.size()), hash.bytes))
    return std::nullopt;
  return hash;
}

/// Sorted.
Result<std::vector<std::string>> list(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code failed;
  std::filesystem::directory_iterator items(directory, failed);
  for (; !failed && items != std::filesystem::directory_iterator(); items.increment(failed))
    names.push_back(items->path().filename().string());
  // No directory is an empty one: there is none before the first package.
  if (failed && failed.value() != ENOENT)
    return fail_errno(Code::storage_failed, "list", directory, failed.value());
  std::sort(names.begin(), names.end());
  return names;
}

struct Listed {
  std::map<PackageHash, std::string> packages, deletions;  // and their paths
  std::vector<Finding> foreign;
};

Status list_folder(const std::string& directory, const std::string& folder, Listed& into) {
  const std::string path = directory + "/" + folder;
  struct stat facts {};
  const bool is_folder = ::lstat(path.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode);
  if (!is_folder || folder.size() != 2) {
    into.foreign.push_back({Finding::Kind::foreign, path, {}, "it is no folder of packages"});
    return {};
  }
  MC_ASSIGN(const auto names, list(path));
  for (const std::string& name : names) {
    const std::string place = path + "/" + name;
    const auto hash = parse_file_name(name), deleted = parse_deletion_name(name);
    if (deleted && folder_name(*deleted) == folder)
      into.deletions.emplace(*deleted, place);
    else if (!hash || folder_name(*hash) != folder)
      into.foreign.push_back({Finding::Kind::foreign, place, {}, "it is not named as a package"});
    else
      into.packages.emplace(*hash, place);
  }
  return {};
}

/// What is wrong with a package that is there and expected.
std::string difference(const std::string& path, const Sealed& expected) {
  const auto found = hash_file(path);
  if (!found) return found.error().message;
  if (found->bytes != expected.bytes)
    return "it has " + std::to_string(found->bytes) + " bytes, expected " +
           std::to_string(expected.bytes);
  if (found->hash != expected.hash) return "its bytes have another hash: " + to_text(found->hash);
  return {};
}

Status check_note(const std::string& path, const PackageHash& hash,
                  const std::function<Status(const PackageHash&, std::string_view)>& check) {
  struct stat facts {};
  if (::lstat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode))
    return fail(Code::storage_failed, quote(path) + " is not a regular file");
  MC_ASSIGN(const std::string note, read_file(path, max_deletion, Code::storage_failed));
  return check(hash, note);
}

}  // namespace

std::string folder_name(const PackageHash& hash) { return to_hex(hash.view().first(1)); }
std::string file_name(const PackageHash& hash) { return to_hex(hash.view()) + std::string(suffix); }

std::string deletion_name(const PackageHash& hash) {
  return to_hex(hash.view()) + std::string(deletion_suffix);
}

std::optional<PackageHash> parse_file_name(std::string_view name) {
  return parse_name(name, suffix);
}
std::optional<PackageHash> parse_deletion_name(std::string_view name) {
  return parse_name(name, deletion_suffix);
}

Result<Sealed> hash_file(const std::string& path) {
  MC_ASSIGN(const File file,
            open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, Code::storage_failed));
  struct stat facts {};
  if (::fstat(file.fd(), &facts) != 0 || !S_ISREG(facts.st_mode))
    return fail(Code::storage_failed, quote(path) + " is not a regular file");
  MC_ASSIGN(const crypto::Hashed all,
            crypto::sha256_of(read_from(file.fd(), path, Code::storage_failed)));
  return Sealed{PackageHash(all.hash), all.bytes};
}

Result<std::optional<std::string>> find_staged(const std::string& staging,
                                               const PackageHash& hash) {
  MC_ASSIGN(const auto names, list(staging));
  for (const std::string& name : names) {
    std::string path = staging + "/" + name + "/" + file_name(hash);
    if (name.starts_with(staging_prefix) && file_exists(path))
      return std::optional(std::move(path));
  }
  return std::optional<std::string>();
}

Result<Settled> settle(
    const std::string& staging, const std::function<Result<Verdict>(const PackageHash&)>& judge,
    const std::function<Status(const std::string&, const PackageHash&)>& publish) {
  MC_ASSIGN(const auto names, list(staging));
  for (const std::string& name : names) {
    const auto hash = parse_file_name(name);
    if (!hash) continue;  // unsealed: nothing refers to it
    MC_ASSIGN(const Verdict verdict, judge(*hash));
    switch (verdict) {
      case Verdict::keep:
        return Settled::kept;
      case Verdict::discard:
        return Settled::discarded;
      case Verdict::publish:
        break;
    }
    const std::string path = staging + "/" + name;
    MC_ASSIGN(const Sealed found, hash_file(path));
    if (found.hash != *hash)
      return fail(Code::store_damaged, "package " + quote(path) +
                                           ": its bytes have another hash: " + to_text(found.hash));
    MC_TRY(publish(path, *hash));
    return Settled::published;
  }
  return Settled::discarded;
}

Result<std::vector<Finding>> Store::check(
    const std::function<Result<std::vector<Sealed>>()>& expected,
    const std::function<Status(const PackageHash&, std::string_view)>& check_deletion) const {
  Listed listed;
  MC_ASSIGN(const auto folders, list(directory_));
  for (const std::string& folder : folders)
    if (!is_staging(folder)) MC_TRY(list_folder(directory_, folder, listed));
  std::vector<Finding> findings = std::move(listed.foreign);
  MC_ASSIGN(const std::vector<Sealed> named, expected());
  std::map<PackageHash, Sealed> wanted;
  for (const Sealed& each : named) wanted.emplace(each.hash, each);
  for (const auto& [hash, sealed] : wanted) {
    const auto place = listed.packages.find(hash);
    if (place == listed.packages.end()) {
      // It may have been published since: only what is not there now is missing.
      if (file_exists(path(hash))) continue;
      const Status deleted = check_note(deletion_path(hash), hash, check_deletion);
      if (deleted) continue;
      std::string text = "an entry names it, and it is not there";
      if (file_exists(deletion_path(hash))) text += "; " + deleted.error().message;
      findings.push_back({Finding::Kind::missing, path(hash), hash, std::move(text)});
      continue;
    }
    if (std::string text = difference(place->second, sealed); !text.empty())
      findings.push_back({Finding::Kind::damaged, place->second, hash, std::move(text)});
  }
  for (const auto& [hash, place] : listed.packages)
    if (!wanted.contains(hash))
      findings.push_back({Finding::Kind::orphaned, place, hash, "no entry names it"});
  for (const auto& [hash, place] : listed.deletions)
    if (!wanted.contains(hash))
      findings.push_back({Finding::Kind::orphaned, place, hash, "no entry names its package"});
  std::sort(findings.begin(), findings.end(),
            [](const Finding& a, const Finding& b) { return a.path < b.path; });
  return findings;
}

}  // namespace medchain::package
