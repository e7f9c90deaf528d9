// Deletion: packages that nobody needs any more, and the signed note that stands in the place of
// one (medchain-package(5)): who looks for a package learns that its author deleted it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/ed25519.hpp"
#include "ledger/snapshot.hpp"
#include "package/store.hpp"

namespace medchain::exchange {

/// Each package that an entry names, in the order of the ledger.
Status for_each_package(
    const ledger::Snapshot& view,
    const std::function<Status(EntryIndex, const entry::Entry&, const entry::PackageRef&)>& visit);

/// Why a package stays.
enum class Need {
  none,   ///< it need not
  young,  ///< its retention has not passed
  open,   ///< a request, grant, prescription or emergency that is not over, or whose terms are read
  unused,  ///< nobody has said to have opened the release
  held,    ///< a legal hold, seal or retention period is over a record in it
};

struct OwnPackage {
  package::Sealed sealed;
  EntryIndex entry;
  std::string_view kind;  ///< of the entry
  UnixSeconds time;       ///< of the entry
  Need need = Need::none;
};

/// Packages of entries of `author`, in the order of the ledger, and who needs them at log time.
/// `retention` is in seconds, from the entry's time on.  A release with a record that was erased is
/// needed by nobody, unless another record in it is held.  With `without_use` a release that was
/// never opened is needed no longer than others.  `store` says which releases can still be opened.
Result<std::vector<OwnPackage>> own_packages(const ledger::Snapshot& view,
                                             const package::Store& store, const MemberName& author,
                                             std::int64_t retention, bool without_use);

struct Deletion {
  std::string origin;  ///< of the ledger
  PackageHash package;
  MemberName author;
  UnixSeconds time;
};
/// A note of four lines.  Fails as the signer does.
Result<std::string> sign_deletion(const Deletion& deletion, crypto::Signer& signer);
/// `note` says of this package of this ledger that `author` deleted it, signed by a key that it has
/// or had.  Fails with package_invalid.
Status check_deletion(const ledger::Snapshot& view, const PackageHash& package,
                      const MemberName& author, std::string_view note);

}  // namespace medchain::exchange
