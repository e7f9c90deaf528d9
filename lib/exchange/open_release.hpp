// Opening a release: its package is decrypted into a private directory and every record compared
// with the ledger, before the use is declared and a file appears (DESIGN 8).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crypto/secret.hpp"
#include "entry/entry.hpp"
#include "ledger/ledger.hpp"
#include "package/store.hpp"
#include "package/unpack.hpp"

namespace medchain::exchange {

struct OpenedRelease {
  package::Unpacked files;
  std::uint64_t records = 0;
};

/// `release` is the entry's statement; files go to `directory`.  Fails with package_missing,
/// package_invalid (not what the entry names; a record, by its file name, that is not what the
/// release or the ledger says), input_truncated, and as crypto::AgeDecryptor and storage do.
/// Nothing is left then.
Result<OpenedRelease> open_release(const package::Store& store, const crypto::Secret& identity,
                                   const ledger::Snapshot& view, const entry::Statement& release,
                                   const std::string& directory);

}  // namespace medchain::exchange
