#include "verify/tree_view.hpp"

#include <algorithm>

namespace medchain::verify {

namespace {

using merkle::tile_width;

bool is_small(std::uint64_t count) { return count <= tiles::max_small_manifest; }

std::string at(EntryIndex index) { return "entry " + std::to_string(index.get()); }

const entry::Anchor* anchor_of(const std::optional<entry::Entry>& entry) {
  return entry ? std::get_if<entry::Anchor>(&entry->statement.body) : nullptr;
}

}  // namespace

void TreeView::begin_bundle(std::uint64_t index,
                            const std::vector<std::optional<entry::Entry>>& entries) {
  MC_ASSERT(index == small_of_.size());
  std::uint32_t small = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const entry::Anchor* anchor = anchor_of(entries[i]);
    if (anchor == nullptr) continue;
    const auto* facts = &*facts_.insert({anchor->custodian, anchor->types}).first;
    const auto count =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(anchor->count, UINT32_MAX));
    anchors_.push_back({EntryIndex(index * tile_width + i), small, count, anchor->root, facts});
    if (is_small(count)) small += count;
  }
  small_of_.push_back(small);
}

std::uint64_t TreeView::width_of(std::uint64_t bundle) const {
  return std::min(tile_width, size_.get() - bundle * tile_width);
}

const TreeView::AnchorAt* TreeView::anchor_at(EntryIndex index) const {
  const auto found =
      std::lower_bound(anchors_.begin(), anchors_.end(), index,
                       [](const AnchorAt& anchor, EntryIndex i) { return anchor.entry < i; });
  return found != anchors_.end() && found->entry == index ? &*found : nullptr;
}

Result<std::vector<entry::Row>> TreeView::load(const AnchorAt& anchor) const {
  std::vector<entry::Row> rows;
  if (anchor.count == 0 || anchor.count > entry::max_rows) return rows;  // the rules refuse it
  if (is_small(anchor.count)) {
    const std::uint64_t bundle = anchor.entry.get() / tile_width;
    if (small_bundle_ != bundle) {
      MC_ASSIGN(small_rows_, reader_.small_manifests(bundle, width_of(bundle), small_of_[bundle]));
      small_bundle_ = bundle;
    }
    const auto first = small_rows_.begin() + anchor.first;
    rows.assign(first, first + anchor.count);
  } else {
    MC_ASSIGN(rows, reader_.large_manifest(anchor.entry, anchor.count));
  }
  if (entry::manifest_root(rows) == anchor.root) return rows;
  return fail(Code::store_damaged,
              "the manifest of " + at(anchor.entry) + " is not the one that the entry commits to");
}

Result<std::vector<entry::Row>> TreeView::read_rows(EntryIndex index) {
  const AnchorAt* anchor = anchor_at(index);
  MC_ASSERT(anchor != nullptr);
  return load(*anchor);
}

Status TreeView::accept(EntryIndex index, std::span<const entry::Row> rows,
                        const std::vector<rules::Change>& changes) {
  state_.apply(changes);
  next_ = EntryIndex(index.get() + 1);
  const auto read = [this](const ledger::RowPlace& place) { return row_at(place); };
  for (std::size_t i = 0; i < rows.size(); ++i)
    MC_TRY(newest_.put(rows[i].record, {index, static_cast<std::uint32_t>(i)}, read));
  return {};
}

Result<entry::Row> TreeView::row_at(const ledger::RowPlace& place) const {
  if (loaded_ != place.entry) {
    const AnchorAt* anchor = anchor_at(place.entry);
    MC_ASSERT(anchor != nullptr && place.row < anchor->count);
    MC_ASSIGN(loaded_rows_, load(*anchor));
    loaded_ = place.entry;
  }
  return loaded_rows_[place.row];
}

Status TreeView::previous_rows(
    std::span<const entry::Row> rows,
    const std::function<Status(std::size_t, const rules::PreviousRow&)>& visit) const {
  const auto read = [this](const ledger::RowPlace& place) { return row_at(place); };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    MC_ASSIGN(const auto found, newest_.find(rows[i].record, read));
    if (!found) continue;
    const Facts& facts = *anchor_at(found->place.entry)->facts;
    MC_TRY(visit(i, {found->place.entry, found->place.row, facts.first, found->row.subject,
                     found->row.commitment}));
  }
  return {};
}

Status TreeView::placed_rows(
    EntryIndex anchor, const entry::RowRanges& rows,
    const std::function<Status(std::uint32_t, const rules::PlacedRow&)>& visit) const {
  const auto unknown = [&](std::string why) {
    return fail(Code::record_unknown, at(anchor) + std::move(why));
  };
  // Those of the same bundle are known beforehand.
  const AnchorAt* known = anchor < next_ ? anchor_at(anchor) : nullptr;
  if (known == nullptr) return unknown(" is not there, or is no anchor");
  for (const entry::RowRanges::Range& range : rows.ranges())
    for (std::uint32_t number = range.first; number <= range.last; ++number) {
      if (number >= known->count) return unknown(" has no row " + std::to_string(number));
      MC_ASSIGN(const entry::Row found, row_at({anchor, number}));
      if (found.type >= known->facts->second.size())
        return fail(Code::store_damaged, "row " + std::to_string(number) + " has no type");
      MC_TRY(visit(number, {found, known->facts->first, known->facts->second[found.type]}));
    }
  return {};
}

}  // namespace medchain::verify
