// Store: the packages beside a ledger (DESIGN 3, 8, 12), each a file named by the SHA-256 of its
// sealed bytes: `ab/abcd....age`.  A package is sealed in private staging, and published only after
// the entry that names it is committed; so what is published is on the ledger, and who loses a race
// leaves nothing. Knows nothing of what is in a package.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "base/result.hpp"
#include "base/stream.hpp"
#include "base/types.hpp"

namespace medchain::package {

class Staging;

struct Sealed {
  PackageHash hash;  ///< SHA-256 of the file, as sha256sum prints it
  std::uint64_t bytes = 0;
  bool operator==(const Sealed&) const = default;
};

/// A package that is not published yet.  If it goes away before it is sealed, nothing is left;
/// after, it stays in staging (its statement may be pending) until Store::recover() settles it.
class Staged {
 public:
  Staged(Staged&& other) noexcept;
  Staged& operator=(Staged&& other) = delete;
  ~Staged();

  /// Takes the sealed bytes.  Valid as long as this object stays where it is.
  ByteSink sink();
  /// After the last byte: synced, and named by its hash within staging.  Fails with storage_failed.
  Result<Sealed> seal();
  /// After its entry is committed.  Durable when it returns; a package of the same hash that is
  /// there already is the same.  Fails with storage_failed, and recover() can then still publish
  /// it. Precondition: sealed.
  Status publish();
  /// Its entry will never be.  Fails with storage_failed if something is left.
  Status discard();

 private:
  friend class Store;
  struct State;
  explicit Staged(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// What to do with a sealed package whose process ended before it could decide.
enum class Verdict { publish, keep, discard };

struct Finding {
  enum class Kind {
    missing,   ///< an entry names it, and it is not there
    damaged,   ///< it is there, but its bytes are not those of its name or the entry
    orphaned,  ///< no entry names it, or the package of which this is the note
    foreign    ///< a file that is no package
  };
  Kind kind;
  std::string path;
  std::optional<PackageHash> hash;
  std::string message;
};

class Store {
 public:
  /// Makes `directory` (0755) with its staging (0700) if it is not there.  Several members may
  /// share a directory: `owner` (a member's name) has its own staging, and recovers nobody else's;
  /// without a name it is that of who appends for others.
  /// Fails with storage_failed.
  static Result<Store> open(const std::string& directory, std::string_view owner = {});
  /// For who may read `directory` and not write there: packages are staged below `own`, which is
  /// made (0700), and published by others, with the entries that were given to them.
  /// Staged::publish is not called, and recover() lets go of what the others have published.
  static Result<Store> open_elsewhere(const std::string& directory, const std::string& own);
  /// For reading only: makes nothing.
  static Store at(std::string directory) { return Store(std::move(directory)); }

  Result<Staged> stage();
  /// A sealed package that waits in this owner's staging; nothing if it is not there.
  Result<std::optional<File>> read_staged(const PackageHash& hash) const;
  /// Where a published package is.
  std::string path(const PackageHash& hash) const;
  /// Where the note is that stands in the place of a package that was deleted.
  std::string deletion_path(const PackageHash& hash) const;
  /// Fails with package_missing, and says so where a note says that it was deleted.
  Result<File> read(const PackageHash& hash) const;
  /// Takes it away, and leaves `note` (medchain-package(5), deletion) in its place, durably and
  /// first.  Fails with package_missing, or with storage_failed.
  Status remove(const PackageHash& hash, std::string_view note);

  /// To be called when pending statements are settled.  Removes what killed processes left
  /// unsealed, and does with each package they left sealed what `judge` says: publish if its entry
  /// is on the ledger, keep if its statement is pending. Returns how many were published.  Fails
  /// with storage_failed, with store_damaged for a package that is to be published and is not the
  /// one it was, and as `judge` does; the others stay for the next time.
  Result<std::size_t> recover(const std::function<Result<Verdict>(const PackageHash&)>& judge);

  /// Compares the packages that are there, hashing each, with those that entries name.  `expected`
  /// is asked after the directory was listed: so a package that appears meanwhile is no finding.
  /// A package that is not there is no finding either if `check_deletion` finds nothing wrong with
  /// the note in its place.  Findings in the order of their paths.
  Result<std::vector<Finding>> check(
      const std::function<Result<std::vector<Sealed>>()>& expected,
      const std::function<Status(const PackageHash&, std::string_view note)>& check_deletion) const;

 private:
  explicit Store(std::string directory) : directory_(std::move(directory)) {}
  std::string staging() const;
  Error missing(const PackageHash& hash) const;

  std::string directory_;
  std::string owner_;
  std::string elsewhere_;  // where staging is, if not in directory_
};

}  // namespace medchain::package
