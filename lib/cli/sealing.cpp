#include "cli/sealing.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <system_error>

#include "base/file.hpp"
#include "base/text.hpp"

namespace medchain::cli {
namespace {

// The headers of Debian 12 know version 2; numbers of the later ones are part of the kernel's
// interface (landlock(7)).
constexpr std::uint64_t refer = 1u << 13;                                       // version 2
constexpr std::uint64_t truncate = 1u << 14;                                    // 3
constexpr std::uint64_t ioctl_dev = 1u << 15;                                   // 5
constexpr std::uint64_t bind_tcp = 1u << 0, connect_tcp = 1u << 1;              // 4
constexpr std::uint64_t scope_unix_sockets = 1u << 0, scope_signals = 1u << 1;  // 6

/// struct landlock_ruleset_attr as of version 6.  A kernel takes a longer one than it knows if the
/// rest is zero.
struct Attributes {
  std::uint64_t files = 0, network = 0, scope = 0;
};

/// All that this version can forbid.
Attributes all_rights(int version) {
  Attributes all;
  all.files = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
  if (version >= 2) all.files |= refer;
  if (version >= 3) all.files |= truncate;
  if (version >= 4) all.network = bind_tcp | connect_tcp;
  if (version >= 5) all.files |= ioctl_dev;
  if (version >= 6) all.scope = scope_unix_sockets | scope_signals;
  return all;
}

constexpr std::uint64_t for_files = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                    LANDLOCK_ACCESS_FS_READ_FILE | truncate | ioctl_dev;

std::uint64_t rights_of(Access access) {
  constexpr std::uint64_t read = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
  constexpr std::uint64_t update = read | LANDLOCK_ACCESS_FS_WRITE_FILE | truncate;
  // A directory is synced through a descriptor that is open for reading.
  constexpr std::uint64_t rename =
      LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE;
  switch (access) {
    case Access::list:
      return LANDLOCK_ACCESS_FS_READ_DIR;
    case Access::read:
      return read;
    case Access::update:
      return update;
    case Access::rename:
      return rename;
    case Access::replace:
      return update | rename;
    case Access::make:
      return update | rename | refer | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR;
  }
  return 0;
}

/// 0 where there is no Landlock or it is switched off.
int kernel_version() {
  const long version =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version > 0 ? static_cast<int>(version) : 0;
}

/// False if the kernel refused.  Passed over: what is not there or cannot be opened, as the run
/// will meet the same, and pipes and sockets behind /dev/fd, which need no rule.
bool allow(int ruleset, const Place& place, std::uint64_t handled) {
  const File file(open(place.path.c_str(), O_PATH | O_CLOEXEC));
  struct stat info = {};
  if (!file.is_open() || fstat(file.fd(), &info) != 0) return true;
  std::uint64_t rights = rights_of(place.access) & handled;
  if (!S_ISDIR(info.st_mode)) rights &= for_files;
  if (rights == 0) return true;
  landlock_path_beneath_attr rule = {};
  rule.allowed_access = rights;
  rule.parent_fd = file.fd();
  return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0 ||
         errno == EBADFD;
}

std::string lacking_in(int version) {
  std::vector<std::string> parts;
  if (version < 3) parts.emplace_back("cutting files");
  if (version < 4) parts.emplace_back("TCP");
  if (version < 6) parts.emplace_back("signals and abstract sockets");
  if (parts.empty()) return {};
  return "Landlock version " + std::to_string(version) + " of this kernel does not seal " +
         join(parts, ", ");
}

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

}  // namespace

std::string_view to_text(Access access) {
  switch (access) {
    case Access::list:
      return "list";
    case Access::read:
      return "read";
    case Access::update:
      return "update";
    case Access::rename:
      return "rename";
    case Access::replace:
      return "replace";
    case Access::make:
      return "make";
  }
  return "";
}

void Places::add_new(std::string path, Access access) {
  while (!file_exists(path) && path != "/" && path != ".") path = parent_directory(path);
  add(std::move(path), access);
}

void Places::add_if_link(std::string path, Access access) {
  struct stat info = {};
  if (lstat(path.c_str(), &info) == 0 && S_ISLNK(info.st_mode)) add(std::move(path), access);
}

void Places::add_linked(const std::string& directory, Access access) {
  add(directory, access);
  const std::unique_ptr<DIR, CloseDirectory> opened(opendir(directory.c_str()));
  while (const dirent* entry = opened ? readdir(opened.get()) : nullptr)
    if (entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN)
      add_if_link(directory + "/" + entry->d_name, access);
}

std::string harden_process() {
  std::vector<std::string> failed;
  // Of the two the second one also holds for core_pattern pipes, which disregard the limit.
  const rlimit none = {0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0) failed.emplace_back("the limit of core dumps");
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) failed.emplace_back("dumps and tracing");
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) failed.emplace_back("new privileges");
  if (failed.empty()) return {};
  return "the kernel refused to seal " + join(failed, ", ");
}

Sealed seal_process(const Places& places, int newest) {
  const int version = std::min(kernel_version(), newest);
  if (version == 0) return {0, "this kernel has no Landlock, or it is switched off"};
  const auto refused = [](const char* what) {
    return Sealed{
        0, "Landlock: cannot " + std::string(what) + ": " + std::generic_category().message(errno)};
  };
  const Attributes all = all_rights(version);
  const File ruleset(static_cast<int>(syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0)));
  if (!ruleset.is_open()) return refused("make a ruleset");
  for (const Place& place : places.list())
    if (!allow(ruleset.fd(), place, all.files)) return refused("add a rule");
  if (syscall(SYS_landlock_restrict_self, ruleset.fd(), 0) != 0) return refused("seal");
  return {version, lacking_in(version)};
}

}  // namespace medchain::cli
