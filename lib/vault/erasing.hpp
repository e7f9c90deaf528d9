// Erasing (DESIGN 6; HEALTH E-1..6): the salts of all versions of a record, the keys of their
// copies and, for a whole subject, K are overwritten.  Order: the intent with the signed statement
// is durable in the table `erasures`; the `erase` entry is on the ledger; slots are overwritten and
// synced; copies are forgotten and their files removed; done.  What a crash interrupts is redone
// from the row, and what a vault out of an older backup does not know of from the ledger.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "entry/entry.hpp"
#include "vault/settle.hpp"
#include "vault/vault.hpp"

namespace medchain::vault {

enum class ErasureState : std::uint8_t {
  intended = 1,   ///< signed; not known to be on the ledger; nothing is destroyed
  stated = 2,     ///< on the ledger at `entry`; slots may still be there
  done = 3,       ///< nothing is left to destroy
  abandoned = 4,  ///< can never land: nothing was destroyed
};

struct Erasure {
  ErasureState state = ErasureState::intended;
  bool is_given_away = false;           ///< others have the statement too and may append it
  EntryIndex entry;                     ///< when stated
  std::vector<std::uint64_t> subjects;  ///< numbers of subjects that go as a whole
  std::vector<std::uint64_t> records;  ///< a version of each record: with it go all of its versions
  std::string note;                    ///< the signed statement, while intended
  bool operator==(const Erasure&) const = default;
};
Bytes encode(const Erasure& erasure);
/// Fails with store_damaged.
Result<Erasure> decode_erasure(ByteView bytes);

/// Versions and subjects by number.
struct Doomed {
  std::vector<std::uint64_t> versions, subjects;
};

/// Tags of an `erase` entry at most: with the longest names it stays below 65,535 bytes.
constexpr std::size_t max_erased_tags = 800;

/// One record or subject that is to be erased.
struct ErasureItem {
  std::string name;  ///< TYPE/ID or the subject's name, for people
  std::optional<RecordTag> record;
  SubjectTag subject;
  std::uint64_t versions = 0, copies = 0;
};

struct ErasurePlan {
  Erasure erasure;                 ///< without note
  std::vector<RecordTag> records;  ///< ascending
  std::vector<SubjectTag> subjects;
  std::vector<ErasureItem> items;  ///< in the order asked for, each once
  std::uint64_t versions = 0, copies = 0;
};

/// All versions of these records.  Within Vault::read().  Fails with record_erased (naming it).
Result<ErasurePlan> plan_records(const Vault& vault, const std::vector<std::uint64_t>& versions);
/// All records of this subject, and its key.  Fails with record_unknown, record_erased.
Result<ErasurePlan> plan_subject(const Vault& vault, std::string_view name);

/// For each entry, who received any version of what it erases, by releases of whomever, but its
/// custodian; ascending.  The ledger alone knows.
Result<std::vector<std::vector<MemberName>>> receivers_of(
    const ledger::Snapshot& view, const std::vector<entry::Erase>& erasures);

/// Not within Vault::read(); the vault was opened for writing, but for unfinished().
class Erasing {
 public:
  explicit Erasing(Vault& vault) : vault_(vault) {}

  /// Keeps intents, in one durable transaction; their numbers.
  Result<std::vector<std::uint64_t>> intend(const std::vector<Erasure>& erasures);
  /// They are on the ledger.
  Status state(const std::vector<std::pair<std::uint64_t, EntryIndex>>& landed);
  /// They can never land, or were refused.
  Status abandon(const std::vector<std::uint64_t>& numbers);
  /// Overwrites, forgets, removes, and is done.  Precondition: stated.  May be done again at any
  /// time, after a crash at any point.
  Status destroy(std::uint64_t number);

  Result<std::optional<Erasure>> find(std::uint64_t number) const;
  /// Intended and stated ones, oldest first.
  Result<std::vector<std::pair<std::uint64_t, Erasure>>> unfinished() const;

  struct Redone {
    std::uint64_t versions = 0, subjects = 0;
  };
  /// Destroys what `erase` entries about the vault's owner erase and this vault did not know of: it
  /// comes out of a backup, or another copy of it was used meanwhile.
  Result<Redone> redo(const ledger::Snapshot& view);

 private:
  Status for_each(const std::function<Status(std::uint64_t, Erasure)>& visit) const;
  Result<std::set<EntryIndex>> stated() const;  ///< entries that rows carried or carry out
  Result<std::uint64_t> last_number() const;
  Result<Doomed> doomed_by(const Erasure& erasure) const;
  Result<Doomed> doomed_since(const ledger::Snapshot& view, std::uint64_t from,
                              std::uint64_t& through) const;
  Status destroy_all(const Doomed& doomed);
  Status forget(const Doomed& doomed, std::vector<CopyPlace>& places);
  Status change(store::WriteTxn& txn, std::uint64_t number, const Erasure& erasure);
  Status change_all(const std::vector<std::pair<std::uint64_t, EntryIndex>>& rows,
                    ErasureState state);

  Vault& vault_;
};

struct SettledErasures {
  /// On the ledger, and done in this run.
  std::vector<std::pair<std::uint64_t, Erasure>> completed;
  std::uint64_t appended = 0;    ///< of them, appended now
  std::uint64_t waiting = 0;     ///< this run does not append
  std::uint64_t abandoned = 0;   ///< can never land
  std::optional<Error> refused;  ///< why the last of them was refused, if not for its time
  Erasing::Redone redone;
};

/// What settle() is for batches: statements that are on the ledger are carried out, the others
/// appended, or abandoned where the ledger refuses them for ever; one that others have too waits
/// until it is too late.  Then Erasing::redo().
Result<SettledErasures> settle_erasures(Vault& vault, ledger::Ledger& ledger, const Append& append);

}  // namespace medchain::vault
