#include "ledger/checked_read.hpp"

namespace medchain::ledger {

namespace {

Error damaged(EntryIndex index, std::string_view what) {
  return fail(Code::store_damaged,
              "entry " + std::to_string(index.get()) + ": " + std::string(what));
}

}  // namespace

Result<entry::Entry> checked_entry(const Snapshot& view, EntryIndex index) {
  MC_ASSIGN(const std::string bytes, view.entry_bytes(index));
  MC_ASSIGN(const EntryHash leaf, view.leaf(index));
  if (entry::entry_hash(bytes) != leaf)
    return damaged(index, "its bytes are not those that the tree has");
  return view.entry_of(index, bytes);
}

Result<std::vector<entry::Row>> checked_rows(const Snapshot& view, EntryIndex index,
                                             const entry::Entry& entry) {
  const auto* anchor = std::get_if<entry::Anchor>(&entry.statement.body);
  if (anchor == nullptr) return std::vector<entry::Row>();
  MC_ASSIGN(auto rows, view.rows(index));
  if (rows.size() != anchor->count || entry::manifest_root(rows) != anchor->root)
    return damaged(index, "its manifest is not the one that it commits to");
  return rows;
}

}  // namespace medchain::ledger
