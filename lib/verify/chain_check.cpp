#include "verify/chain_check.hpp"

#include <algorithm>

#include "entry/codec.hpp"

namespace medchain::verify {
namespace {

std::string at(EntryIndex index) { return "entry " + std::to_string(index.get()); }

}  // namespace

Status ReplayView::previous_rows(
    std::span<const entry::Row> rows,
    const std::function<Status(std::size_t, const rules::PreviousRow&)>& visit) const {
  if (is_anchor_) return {};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    MC_ASSIGN(const auto places, ledger_.find_record(rows[i].record));
    std::optional<ledger::RowPlace> newest;
    for (const ledger::RowPlace& place : places)
      if (place.entry < index_) newest = place;
    if (!newest) continue;
    MC_ASSIGN(const entry::Row row, ledger_.row(*newest));
    MC_ASSIGN(const MemberName custodian, ledger_.custodian_of(newest->entry));
    MC_TRY(visit(i, {newest->entry, newest->row, custodian, row.subject, row.commitment}));
  }
  return {};
}

Status ReplayView::placed_rows(
    EntryIndex anchor, const entry::RowRanges& rows,
    const std::function<Status(std::uint32_t, const rules::PlacedRow&)>& visit) const {
  if (anchor >= index_)
    return fail(Code::record_unknown, at(anchor) + " is not there before " + at(index_));
  return ledger_.placed_rows(anchor, rows, visit);
}

Status Check::check_entries() {
  const std::uint64_t size = report_.size.get();
  MC_ASSIGN(auto cursor, view_.txn().cursor(view_.tables().entries));
  MC_ASSIGN(bool there, cursor.first());
  std::uint64_t expected = 0;
  for (; expected < size; ++expected) {
    if (options_.interrupted())
      return fail(Code::interrupted,
                  "stopped by a signal after " + std::to_string(expected) + " entries");
    const EntryIndex index(expected);
    if (!there || cursor.key().size() != 8 || load_be<std::uint64_t>(cursor.key()) != expected) {
      found("chain.missing",
            at(index) + " is missing, the ledger says it has " + std::to_string(size), index);
      return {};
    }
    MC_TRY(check_entry(index, as_text(cursor.value())));
    options_.progress(expected + 1);
    MC_ASSIGN(there, cursor.next());
  }
  return check_end(there);
}

/// Whether the ledger ends where the log key says that it ends.
Status Check::check_end(bool goes_on) {
  const std::uint64_t size = report_.size.get();
  std::uint64_t counted = size;
  if (const auto log = rules::log_key(replay_.state())) {
    MC_ASSIGN(const std::string signed_note, view_.checkpoint());
    // One that does not verify is a finding of check_checkpoint().
    if (const auto checkpoint = open_checkpoint(signed_note, *log))
      counted = checkpoint->size.get();
  }
  const std::string has = "the ledger says it has " + std::to_string(size);
  const std::string counts = "the signed checkpoint counts " + std::to_string(counted) + " entries";
  if (goes_on && counted > size)
    found("store.damaged", counts + ", " + has, EntryIndex(size));
  else if (counted < size)
    found("chain.added", at(EntryIndex(counted)) + " was added: " + counts + ", " + has,
          EntryIndex(counted));
  else if (goes_on)
    found("chain.added",
          "there are entries behind the " + std::to_string(size) + " that the ledger says it has",
          EntryIndex(size));
  else if (counted > size)
    found("chain.missing", at(EntryIndex(size)) + " is missing: " + counts + ", " + has,
          EntryIndex(size));
  return {};
}

Status Check::check_entry(EntryIndex index, std::string_view bytes) {
  const EntryHash leaf = entry::entry_hash(bytes);
  auto expected = view_.leaf(index);
  if (!expected) {
    found("tree.damaged", expected.error().message, index);
  } else if (*expected != leaf) {
    if (!are_signed_) {
      MC_ASSIGN(are_signed_, entries_are_signed());
    }
    if (*are_signed_) {
      found("tree.damaged",
            "the tree has another hash for " + at(index) +
                " than its bytes, which are those that the checkpoint signs",
            index);
    } else {
      judge_mismatch(index, bytes, leaf, *expected);
      if (!unjudged_) unjudged_ = index;
    }
  }
  // The tree over the entries as they are: its inner hashes and its root must be the stored ones.
  std::vector<TreeHash> hashes = {entry::as_leaf(leaf)};
  builder_.add(hashes.front());
  std::uint64_t n = index.get();
  for (; (n & 1) == 1; n >>= 1) {
    hashes.push_back(merkle::node_hash(levels_.back(), hashes.back()));
    levels_.pop_back();
  }
  levels_.push_back(hashes.back());
  if (expected && *expected == leaf) MC_TRY(check_tree_block(hashes));
  stored_ += hashes.size();
  if (unjudged_) return {};

  auto entry = entry::parse_entry(bytes);
  if (!entry && entry.error().code == Code::rules_newer) {
    stop_judging(index, std::move(entry).error());
    return {};
  }
  if (!entry) {
    found("chain.damaged", at(index) + ": " + entry.error().message, index);
    unjudged_ = index;
    return {};
  }
  const auto* anchor = std::get_if<entry::Anchor>(&entry->statement.body);
  std::vector<entry::Row> rows;
  if (anchor != nullptr) {
    auto read = view_.rows(index);
    if (!read) {
      found("manifest.damaged", read.error().message, index);
      unjudged_ = index;
      return {};
    }
    rows = std::move(*read);
    MC_TRY(check_rows(index, rows));
  }
  replay_.begin(index, anchor != nullptr);
  auto changes = rules::apply(replay_, {index, *entry, rows});
  if (!changes) {
    const Error& error = changes.error();
    if (error.code == Code::storage_failed) return error;
    if (error.code == Code::rules_newer) {
      stop_judging(index, std::move(changes).error());
      return {};
    }
    if (anchor != nullptr &&
        (rows.size() != anchor->count || entry::manifest_root(rows) != anchor->root)) {
      found("manifest.damaged",
            "the manifest of " + at(index) + " is not the one that the entry commits to", index);
      unjudged_ = index;
      return {};
    }
    const bool is_signature = error.code == Code::signature_invalid ||
                              error.code == Code::signature_missing ||
                              error.code == Code::signature_superfluous;
    found(is_signature ? "chain.altered" : "rule.broken", at(index) + ": " + error.message, index);
    unjudged_ = index;
    return {};
  }
  replay_.apply(*changes);
  return {};
}

void Check::stop_judging(EntryIndex index, Error newer_rules) {
  unjudged_ = index;
  newer_rules_ = std::move(newer_rules).context(at(index));
}

Result<bool> Check::entries_are_signed() const {
  merkle::RootBuilder builder;
  MC_ASSIGN(auto cursor, view_.txn().cursor(view_.tables().entries));
  MC_ASSIGN(bool there, cursor.first());
  while (there && builder.size() < report_.size.get()) {
    builder.add(entry::as_leaf(entry::entry_hash(as_text(cursor.value()))));
    MC_ASSIGN(there, cursor.next());
  }
  const auto log = rules::log_key(view_);
  const auto signed_note = view_.checkpoint();
  if (!log || !signed_note) return false;
  const auto checkpoint = open_checkpoint(*signed_note, *log);
  return checkpoint && builder.size() == report_.size.get() && checkpoint->size == report_.size &&
         checkpoint->root == RootHash(builder.root().bytes);
}

/// What happened to an entry whose bytes are not those that the tree has at its place.
void Check::judge_mismatch(EntryIndex index, std::string_view bytes, const EntryHash& leaf,
                           const EntryHash& expected) {
  const auto entry = entry::parse_entry(bytes);
  if (!entry) {
    found("chain.damaged", at(index) + " is not readable: " + entry.error().message, index);
    return;
  }
  const entry::Header& header = entry->statement.header;
  const std::string who =
      "the statement " + to_text(header.id) + " of " + quote(header.author.get());
  auto known = rules::statement(view_, header.author, header.id);
  if (known && *known && (*known)->index == index) {
    found("chain.altered",
          at(index) + " was altered: " + who +
              " is at its place, but its bytes are not those that were appended",
          index);
    return;
  }
  if (known && *known) {
    const auto home = view_.leaf((*known)->index);
    if (home && *home == leaf) {
      found("chain.reordered",
            at(index) + " was moved: " + who + " belongs to " + at((*known)->index), index);
      return;
    }
  }
  // An altered id or author: the statement's own text says another place or none.  The signature
  // tells an altered entry from a foreign one.
  found("chain.replaced",
        at(index) + " was replaced: " + who + " was never appended there (expected leaf " +
            to_text(expected) + ", found " + to_text(leaf) + ")",
        index);
}

Status Check::check_tree_block(const std::vector<TreeHash>& hashes) {
  std::vector<std::uint64_t> places(hashes.size());
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = stored_ + i;
  auto stored = view_.hash_reader()(places);
  if (!stored) {
    found("tree.damaged", stored.error().message);
    return {};
  }
  for (std::size_t i = 0; i < hashes.size(); ++i)
    if ((*stored)[i] != hashes[i]) {
      found("tree.damaged", "tree hash " + std::to_string(places[i]) +
                                " does not follow from the entries below it");
      return {};
    }
  return {};
}

Status Check::check_rows(EntryIndex index, const std::vector<entry::Row>& rows) {
  MC_ASSIGN(const auto secret, view_.index_secret());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const ledger::RowPlace place{index, static_cast<std::uint32_t>(i)};
    records_.add(ledger::index_key(secret, rows[i].record.view(), place));
    subjects_.add(ledger::index_key(secret, rows[i].subject.view(), place));
  }
  report_.records += rows.size();
  blocks_ += (rows.size() + ledger::rows_per_block - 1) / ledger::rows_per_block;
  return {};
}

Status Check::check_tables() {
  MC_ASSIGN(const std::uint64_t blocks, view_.txn().count(view_.tables().manifests));
  if (blocks != blocks_)
    found("manifest.damaged", "there are " + std::to_string(blocks) +
                                  " manifest blocks, the anchors account for " +
                                  std::to_string(blocks_));
  MC_ASSIGN(const std::uint64_t tree_blocks, view_.txn().count(view_.tables().tree));
  const std::uint64_t wanted =
      (merkle::stored_count(report_.size.get()) + ledger::hashes_per_block - 1) /
      ledger::hashes_per_block;
  if (tree_blocks != wanted)
    found("tree.damaged", "there are " + std::to_string(tree_blocks) + " tree blocks, expected " +
                              std::to_string(wanted));
  // Their hashes were compared; bytes behind them would stop the next append.
  std::uint64_t left = merkle::stored_count(report_.size.get());
  MC_ASSIGN(auto cursor, view_.txn().cursor(view_.tables().tree));
  MC_ASSIGN(bool there, cursor.first());
  while (there && left > 0) {
    const std::uint64_t hashes = std::min<std::uint64_t>(left, ledger::hashes_per_block);
    if (cursor.value().size() != hashes * 32) {
      found("tree.damaged", "a tree block of " + std::to_string(cursor.value().size()) +
                                " bytes, expected " + std::to_string(hashes * 32));
      return {};
    }
    left -= hashes;
    MC_ASSIGN(there, cursor.next());
  }
  return {};
}

}  // namespace medchain::verify
