// Ledger: the one door to a ledger directory: create, open, read, append (DESIGN 3, 7, 12, 13).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "entry/entry.hpp"
#include "entry/row.hpp"
#include "ledger/host.hpp"
#include "ledger/snapshot.hpp"

namespace medchain::ledger {

/// The newest layout of a ledger directory that this medchain reads and writes.
constexpr std::string_view layout = "2";

struct OpenOptions {
  bool read_only = true;
  bool random_access = false;  ///< few single reads: no read-ahead
  bool any_rules = false;      ///< also where rules are newer: for who replays them from genesis
  std::chrono::milliseconds lock_wait{10'000};
};

/// An entry that is ready to be judged: signed, with the rows of its manifest if it is an anchor.
struct Prepared {
  entry::Entry entry;
  std::vector<entry::Row> rows;
};

struct Appended {
  EntryIndex index;
  bool existed = false;  ///< the same statement was there before: idempotent
  /// AppendOptions::each: why it is not there; `index` says nothing then.
  std::optional<Error> refused = std::nullopt;
};

struct AppendResult {
  std::vector<Appended> entries;   ///< one for each prepared entry, in order
  std::optional<EntryIndex> tick;  ///< a tick went first
  std::string checkpoint;  ///< signed, of the state after; of a dry run that of the state as it is
  /// The entries are durable, but a file derived from them could not be rewritten: checkpoint or
  /// high-water mark.
  std::optional<Error> derived_file_error;
};

struct AppendOptions {
  UnixSeconds now;          ///< the appender's clock: decides whether a tick goes first
  bool dry_run = false;     ///< judges everything, then aborts; indexes are those it would get
  bool tick_alone = false;  ///< a tick that is due is appended even if nothing else is
  bool each =
      false;  ///< what the rules refuse is left out, and the others are appended all the same
};

class Ledger {
 public:
  /// `directory` must not exist or be empty (ledger_exists).  Writes genesis, first checkpoint,
  /// policy and high-water mark.  Refuses with rollback a host that has signed a ledger already,
  /// with key_invalid one whose log key is not that of `genesis`.
  static Result<std::unique_ptr<Ledger>> create(const std::string& directory,
                                                const entry::Entry& genesis, Host& host,
                                                crypto::Random& random);
  /// Fails with ledger_missing, ledger_newer, rules_newer, ledger_unavailable, store_damaged.
  static Result<std::unique_ptr<Ledger>> open(const std::string& directory,
                                              const OpenOptions& options);

  /// Runs `work` on one consistent snapshot.  Views and the Snapshot end with it.
  Status read(const std::function<Status(const Snapshot&)>& work);

  /// Appends in one durable transaction, all or nothing: a tick first if the clock says so, then
  /// each entry judged by rules::apply on the state before it.  A statement that is there already
  /// is not appended again.  Refuses with rollback if the ledger is behind the host's high-water
  /// mark, with fork if it contradicts it, with key_invalid if the host's log key is not the
  /// ledger's. An error means that nothing was appended; its message names the entry's number if
  /// there are several.  With `each` the rules' refusal of an entry is no error but told with it.
  Result<AppendResult> append(std::span<const Prepared> entries, Host& host,
                              const AppendOptions& options, crypto::Random& random);

  /// Refuses with rollback or fork if the ledger is behind the host's high-water mark or
  /// contradicts it, with key_invalid if the host is another ledger's: so that a run notices that
  /// has nothing to append.
  Status check_host(Host& host);

  /// Makes the indexes anew out of the manifests, under a new secret, in one transaction: readers
  /// see the old ones or the new ones.  The number of rows.  Whoever may write the directory may do
  /// it: indexes are derived.  Fails with store_damaged (a manifest), lock_timeout, storage_failed,
  /// and with interrupted once `is_stopped` says so.
  Result<std::uint64_t> reindex(crypto::Random& random, const std::function<bool()>& is_stopped);

  const std::string& directory() const { return directory_; }
  store::Environment& environment() { return *environment_; }
  const Tables& tables() const { return tables_; }

 private:
  Ledger() = default;
  Status open_environment(const std::string& directory, const OpenOptions& options, bool create);
  Result<AppendResult> append_unguarded(std::span<const Prepared> entries, Host& host,
                                        const AppendOptions& options, crypto::Random& random);
  /// checkpoint and policy files, from the newest state.
  Status write_derived_files();

  std::string directory_;
  std::unique_ptr<store::Environment> environment_;
  Tables tables_;
};

/// Signs and appends nothing: a statement's header for `author` on this ledger.
Result<entry::Header> new_header(const rules::View& view, const MemberName& author,
                                 const StatementId& id, UnixSeconds time);

}  // namespace medchain::ledger
