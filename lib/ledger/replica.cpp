#include "ledger/replica.hpp"

#include <optional>

#include "ledger/directory_internal.hpp"
#include "ledger/tables_internal.hpp"
#include "ledger/writer.hpp"
#include "note/checkpoint.hpp"

namespace medchain::ledger {

namespace {

/// A transaction keeps its pages in memory.
constexpr std::size_t transaction_bytes = std::size_t{32} << 20;

}  // namespace

struct Replica::State {
  std::string directory;
  OpenedTables opened;
  std::optional<store::WriteTxn> txn;
  std::unique_ptr<Writer> writer;
  std::size_t bytes = 0;  // of what was added to the transaction
  TreeSize size;

  Status begin() {
    MC_ASSIGN(store::WriteTxn begun, opened.environment->begin_write());
    txn.emplace(std::move(begun));
    writer = std::make_unique<Writer>(*txn, opened.tables, size);
    return {};
  }
  Status commit() {
    size = writer->size();
    writer.reset();
    store::WriteTxn ending = std::move(*txn);
    txn.reset();
    bytes = 0;
    return std::move(ending).commit();
  }
};

Replica::Replica(std::unique_ptr<State> state) : state_(std::move(state)) {}
Replica::Replica(Replica&&) noexcept = default;
Replica::~Replica() {
  if (!state_) return;
  state_->writer.reset();
  state_->txn.reset();
}

Result<Replica> Replica::create(const std::string& directory, crypto::Random& random) {
  MC_TRY(check_empty(directory));
  auto state = std::make_unique<State>();
  state->directory = directory;
  store::OpenOptions options;
  options.create = true;
  MC_ASSIGN(state->opened, open_tables(directory, std::move(options)));
  MC_TRY(state->begin());
  MC_TRY(write_new_meta(*state->txn, state->opened.tables, layout, random));
  // Rules ask for it; entries that are added are behind it.
  MC_TRY(state->txn->put(state->opened.tables.meta, as_bytes("size"), ByteArray<8>{}));
  return Replica(std::move(state));
}

TreeSize Replica::size() const { return state_->writer ? state_->writer->size() : state_->size; }

Status Replica::add(const Prepared& prepared) {
  if (!state_->txn) MC_TRY(state_->begin());
  MC_TRY(state_->writer->append(prepared.entry, prepared.rows));
  state_->bytes += prepared.entry.bytes.size() + prepared.rows.size() * entry::Row::size;
  return state_->bytes < transaction_bytes ? Status() : state_->commit();
}

Status Replica::seal(std::string_view checkpoint) {
  if (!state_->txn) MC_TRY(state_->begin());
  const Snapshot& view = state_->writer->view();
  const TreeSize size = state_->writer->size();
  if (size.get() == 0) return fail(Code::checkpoint_invalid, "there is no genesis entry");
  note::Policy policy;
  MC_ASSIGN(note::VerifierKey log, rules::log_key(view));
  policy.logs = {{std::move(log), {}}};
  policy.quorum = "none";
  MC_ASSIGN(const note::Verified verified, note::verify_checkpoint(checkpoint, policy));
  MC_ASSIGN(const RootHash root, view.root(size));
  if (verified.checkpoint.size != size)
    return fail(Code::checkpoint_invalid,
                "the checkpoint counts " + std::to_string(verified.checkpoint.size.get()) +
                    " entries, and there are " + std::to_string(size.get()));
  if (verified.checkpoint.root != root)
    return fail(Code::checkpoint_invalid, "the signed root is not the root of the entries");
  MC_TRY(state_->writer->set_checkpoint(checkpoint));
  MC_ASSIGN(const DerivedFiles files, derived_files(view));
  MC_TRY(state_->commit());
  return write_files(state_->directory, files);
}

}  // namespace medchain::ledger
