#include "cli/shared_packages.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.hpp"
#include "cli/workspace.hpp"

namespace medchain::cli {

Status share_packages(const Session& session, const std::string& ledger_directory) {
  const std::string packages = packages_directory(session, ledger_directory);
  struct stat ledger {};
  if (session.setting("packages") || file_exists(packages) ||
      ::stat(ledger_directory.c_str(), &ledger) != 0 || (ledger.st_mode & S_ISGID) == 0)
    return {};
  MC_TRY(make_directory(packages, 0700, true));
  // Whoever owns a ledger may not belong to the group that reads it.
  const bool is_given = ::chown(packages.c_str(), static_cast<uid_t>(-1), ledger.st_gid) == 0;
  if (is_given && ::chmod(packages.c_str(), 02750) != 0)
    return fail_errno(Code::storage_failed, "set the mode of", packages, errno);
  return {};
}

}  // namespace medchain::cli
