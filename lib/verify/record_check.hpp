// Are these bytes what was anchored?  By the member's vault, or by receipts with openings; always
// against the ledger itself: the row is recomputed, its manifest must have the root of its entry,
// and the entry must be in the signed tree.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "ledger/snapshot.hpp"
#include "source/source.hpp"
#include "vault/vault.hpp"

namespace medchain::verify {

enum class RecordVerdict {
  intact,      ///< the newest version
  superseded,  ///< an older version; a newer one is anchored
  differs,     ///< the record is known, these bytes are none of its versions
  unknown,     ///< neither id nor bytes are known
  erased,      ///< it was erased: nothing can be said any more
  pending,     ///< anchored in the vault, not on the ledger yet
  damaged,     ///< the ledger does not hold what the vault says it holds
};
std::string_view to_text(RecordVerdict verdict);
/// intact and superseded are good.
bool is_good(RecordVerdict verdict);

struct RecordFinding {
  RecordVerdict verdict = RecordVerdict::unknown;
  std::optional<ledger::RowPlace> place;  ///< of the version that matches, or that it differs from
  std::optional<UnixSeconds> time;        ///< when that version was anchored (the entry's time)
  std::uint64_t version = 0;              ///< 1-based among the record's versions, 0: none
  std::uint64_t versions = 0;
  bool by_content = false;  ///< the id is not known here, the bytes are
  std::string message;
};

/// A receipt that carries its opening.
struct Opening {
  ledger::RowPlace place;
  Digest digest;
  Salt salt;
};
/// From a receipt line of medchain-anchor.  Nothing for other lines and for receipts without salt.
/// Fails with input_invalid.
Result<std::optional<Opening>> parse_opening(std::string_view line);

class RecordChecker {
 public:
  /// One of vault and openings.  The snapshot and the vault (inside Vault::read) must outlive the
  /// checker.
  RecordChecker(const ledger::Snapshot& view, const vault::Vault* vault,
                const std::vector<Opening>& openings);

  Result<RecordFinding> check(const source::Record& record);
  /// The same of each item that is a record, in their order: cheaper of many.
  Result<std::vector<RecordFinding>> check_all(std::span<const source::Item> items);
  /// A version of the vault against the ledger alone, bytes not read: intact, pending, erased or
  /// damaged.
  Result<RecordFinding> check_version(std::uint64_t number, const vault::Version& version);

 private:
  Result<RecordFinding> by_vault(const source::Record& record,
                                 const std::optional<vault::Latest>& latest);
  Result<RecordFinding> by_openings(const source::Record& record);
  /// Row on the ledger, manifest and inclusion of its entry in the signed tree; once per entry. The
  /// reason, or nothing if all is well.
  Result<std::optional<std::string>> check_entry(EntryIndex index);
  Result<std::optional<std::string>> check_place(const ledger::RowPlace& place,
                                                 const entry::Row& expected);

  const ledger::Snapshot& view_;
  const vault::Vault* vault_;
  std::multimap<Digest, Opening> openings_;
  struct CheckedEntry {
    std::optional<std::string> problem;
    UnixSeconds time;
    MemberName custodian;
    std::vector<entry::Row> rows;
  };
  std::map<EntryIndex, CheckedEntry> entries_;
};

/// A version of the vault that the ledger has and that nobody erased.  Fails with record_erased,
/// entry_missing (it is pending), store_damaged, and as check_version() does.
Result<RecordFinding> find_intact(const ledger::Snapshot& view, const vault::Vault& vault,
                                  std::uint64_t number, const vault::Version& version);

}  // namespace medchain::verify
