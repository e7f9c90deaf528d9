// Whether a ledger is what its entries say: everything derived is derived again, slowly, and compared.
#pragma once

#include "note/checkpoint.hpp"
#include "store/key_set.hpp"
#include "unit/ledger/ledger_support.hpp"
#include "unit/merkle/reference.hpp"

namespace test {

inline medchain::Status check_consistent(const ledger::Snapshot& view) {
  using namespace medchain;
  WorldView replayed;
  std::vector<TreeHash> leaves;
  std::uint64_t rows_in_all = 0;
  const std::uint64_t size = must(view.size()).get();
  for (std::uint64_t i = 0; i < size; ++i) {
    CAPTURE(i);
    const EntryIndex index(i);
    const auto entry = must(view.entry(index));
    const auto rows = must(view.rows(index));
    replayed.state.apply(must(rules::apply(replayed, {index, entry, rows})));
    if (const auto* anchor = std::get_if<entry::Anchor>(&entry.statement.body))
      replayed.anchors.push_back({index, anchor->custodian, rows, anchor->types});
    rows_in_all += rows.size();
    leaves.push_back(entry::as_leaf(entry::entry_hash(entry.bytes)));
    CHECK(entry::as_leaf(must(view.leaf(index))) == leaves.back());
  }
  check_refused(view.entry_bytes(EntryIndex(size)), Code::entry_missing, "there is no entry " + std::to_string(size));

  std::map<std::string, std::string, std::less<>> stored;
  must(view.scan("", [&](std::string_view key, std::string_view value) -> Status {
    stored.emplace(key, value);
    return {};
  }));
  CHECK(stored == replayed.state.values());

  const RootHash root(rfc6962::mth(leaves).bytes);
  CHECK(must(view.root(TreeSize(size))) == root);
  const note::Policy policy = entry::tlog_policy(must(rules::policy(view)), must(rules::log_key(view)));
  const auto verified = must(note::verify_checkpoint(must(view.checkpoint()), policy));
  CHECK(verified.checkpoint == note::Checkpoint{origin, TreeSize(size), root});

  CHECK(must(view.txn().count(view.tables().entries)) == size);
  CHECK(must(medchain::store::count_keys(view.txn(), view.tables().records)) == rows_in_all);
  CHECK(must(medchain::store::count_keys(view.txn(), view.tables().subjects)) == rows_in_all);
  for (const auto& anchor : replayed.anchors) {
    CHECK(must(view.custodian_of(anchor.index)) == anchor.custodian);
    for (std::uint32_t r = 0; r < anchor.rows.size(); ++r) {
      const ledger::RowPlace place{anchor.index, r};
      CHECK(must(view.row(place)) == anchor.rows[r]);
      const auto places = must(view.find_record(anchor.rows[r].record));
      CHECK(std::find(places.begin(), places.end(), place) != places.end());
    }
  }
  return {};
}

/// The same, and the public files are those of the newest state.
inline void check_consistent(Union& all) {
  must(all.ledger->read([](const ledger::Snapshot& view) { return check_consistent(view); }));
  CHECK(read_all(all.dir.path("ledger/checkpoint")) == all.get([](const ledger::Snapshot& view) { return view.checkpoint(); }));
  const auto policy = must(medchain::note::parse_policy(read_all(all.dir.path("ledger/policy"))));
  CHECK(policy == entry::tlog_policy(all.get([](const ledger::Snapshot& view) { return rules::policy(view); }),
                                     all.get([](const ledger::Snapshot& view) { return rules::log_key(view); })));
  const auto mark = must(all.host->high_water());
  REQUIRE(mark);
  CHECK(mark->size.get() == all.size());
}

}  // namespace test
