// Replica: a new ledger directory, made out of entries that come from elsewhere and are believed
// only after all rules.  Needs no host: the checkpoint comes with them.
#pragma once

#include <memory>
#include <string>

#include "crypto/random.hpp"
#include "ledger/ledger.hpp"
#include "store/store.hpp"

namespace medchain::ledger {

class Replica {
 public:
  /// `directory` must be an empty one.  Until seal() nobody may take it for a ledger.  Fails with
  /// ledger_exists, storage_failed.
  static Result<Replica> create(const std::string& directory, crypto::Random& random);
  Replica(Replica&&) noexcept;
  Replica& operator=(Replica&&) = delete;
  ~Replica();

  /// The next entry, judged as where it was appended first.  Fails as rules::apply() does, with
  /// storage_failed; then nothing more may be added.
  Status add(const Prepared& prepared);
  TreeSize size() const;
  /// Ends it: the checkpoint must be signed by the log key of its genesis and be that of the
  /// entries added.  All of it is durable, with the derived files, and it is a ledger.  Fails with
  /// checkpoint_invalid, signature_missing, signature_invalid, storage_failed.
  Status seal(std::string_view checkpoint);

 private:
  struct State;
  explicit Replica(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace medchain::ledger
