// Acts: what a vault keeps of its member's statements that go with a package or name a person
// (requests, grants, releases and so on; anchors have batches).  A signed statement is kept here,
// durably, before it is appended, so that whoever comes after a crash can look it up by (author,
// id) and finish it (DESIGN 12).  Also the key of the member's persons and documents.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "vault/vault.hpp"

namespace medchain::vault {

enum class ActState : std::uint8_t {
  pending = 1,    ///< signed; not known to be on the ledger
  anchored = 2,   ///< on the ledger at `entry`
  abandoned = 3,  ///< can never land
};

struct Act {
  ActState state = ActState::pending;
  bool is_given_away = false;  ///< others have the statement too and may append it
  std::uint64_t number = 0;    ///< order in which they were made, from 1
  EntryIndex entry;            ///< when anchored
  std::optional<PackageHash> package;
  /// Digest of what was asked for, without id and time: asked again under the same id, or after a
  /// crash, it is answered and not done a second time.
  Digest intent;
  std::string note;  ///< the signed statement, while pending
  bool operator==(const Act&) const = default;
};

Bytes encode(const Act& act);
Result<Act> decode_act(ByteView bytes);

/// Not within Vault::read().
class Acts {
 public:
  explicit Acts(Vault& vault) : vault_(vault) {}

  /// Keeps pending acts, in one durable transaction, numbered in order.  An id of an act that was
  /// not abandoned is an error (entry_id_used).
  Status keep(std::span<const std::pair<StatementId, Act>> acts);
  Status land(std::span<const std::pair<StatementId, EntryIndex>> acts);
  Status abandon(std::span<const StatementId> ids);

  Result<std::optional<Act>> find(const StatementId& id) const;
  /// In the order in which they were made.
  Result<std::vector<std::pair<StatementId, Act>>> pending() const;
  /// The act with this package, if there is one.
  Result<std::optional<Act>> find(const PackageHash& package) const;

 private:
  Status for_each(const std::function<Status(const StatementId&, const Act&)>& visit) const;
  Status change(const StatementId& id, store::WriteTxn& txn, ActState state, EntryIndex entry);

  Vault& vault_;
};

}  // namespace medchain::vault
