#include "verify/tree_check.hpp"

#include <algorithm>

#include "rules/apply.hpp"
#include "verify/report_internal.hpp"
#include "verify/tree_view.hpp"

namespace medchain::verify {

namespace {

using merkle::Tile;
using merkle::tile_width;

std::string at(EntryIndex index) { return "entry " + std::to_string(index.get()); }

/// What the tree holds, and not a failure of the work.
bool is_of_tree(Code code) { return code == Code::store_damaged || code == Code::entry_missing; }

class TreeCheck {
 public:
  TreeCheck(const tiles::Reader& reader, const LedgerCheckOptions& options, TreeSize size,
            crypto::Random& random, LedgerReport& report)
      : reader_(reader), options_(options), report_(report), view_(reader, size, random) {}

  Status run(const note::Checkpoint& claimed) {
    std::size_t before = report_.findings.size();
    MC_TRY(check_entries());
    add_check(report_, "entries",
              "bytes, signatures, rules and manifests of " + std::to_string(size()) + " entries",
              before);
    before = report_.findings.size();
    if (entries_.size() == size()) MC_TRY(check_last_tiles());
    judge_roots(claimed);
    add_check(report_, "tree", "hash tiles of all levels", before);
    before = report_.findings.size();
    MC_TRY(check_checkpoint());
    add_check(report_, "checkpoint", "signature, size and root", before);
    before = report_.findings.size();
    if (options_.seen && report_.now && tiles_are_good_) {
      const auto hashes =
          merkle::read_from_tiles(size(), [this](const Tile& tile) { return reader_.tile(tile); });
      MC_TRY(check_seen(*options_.seen, rules::genesis(view_.state()), hashes, report_));
      add_check(report_, "seen", "consistency with the checkpoint seen before", before);
    }
    if (newer_rules_) return *newer_rules_;
    report_.complete = !unjudged_ && entries_.size() == size();
    if (has_errors(report_)) report_.now.reset();
    return {};
  }

 private:
  std::uint64_t size() const { return report_.size.get(); }

  void found(std::string_view id, std::string message, std::optional<EntryIndex> entry = {}) {
    add_finding(report_, id, std::move(message), entry);
  }

  Status check_entries() {
    for (std::uint64_t index = 0; index * tile_width < size(); ++index) {
      if (options_.interrupted())
        return fail(Code::interrupted,
                    "stopped by a signal after " + std::to_string(index * tile_width) + " entries");
      const EntryIndex first(index * tile_width);
      const std::uint64_t width = std::min(tile_width, size() - first.get());
      const auto bundle = reader_.bundle(index, width);
      if (!bundle && !is_of_tree(bundle.error().code)) return bundle.error();
      if (!bundle) {
        const bool is_missing = bundle.error().code == Code::entry_missing;
        found(is_missing ? "chain.missing" : "chain.damaged", bundle.error().message, first);
        return {};
      }
      MC_TRY(check_bundle(first, *bundle));
      options_.progress(first.get() + width);
    }
    return {};
  }

  Status check_bundle(EntryIndex first, const std::vector<std::string>& bundle) {
    std::vector<TreeHash> leaves;
    for (const std::string& bytes : bundle) {
      leaves.push_back(entry::as_leaf(entry::entry_hash(bytes)));
      entries_.add(leaves.back());
    }
    MC_TRY(add_hashes(0, leaves));
    if (unjudged_) return {};
    std::vector<std::optional<entry::Entry>> parsed;
    for (std::size_t i = 0; i < bundle.size() && !unjudged_; ++i)
      parsed.push_back(parse(EntryIndex(first.get() + i), bundle[i]));
    view_.begin_bundle(first.get() / tile_width, parsed);
    for (std::size_t i = 0; i < parsed.size(); ++i) {
      const EntryIndex index(first.get() + i);
      if (unjudged_ && *unjudged_ <= index) break;
      MC_TRY(judge(index, *parsed[i]));
    }
    return {};
  }

  std::optional<entry::Entry> parse(EntryIndex index, std::string_view bytes) {
    if (first_wrong_ && *first_wrong_ <= index) {
      unjudged_ = index;
      return std::nullopt;
    }
    auto entry = entry::parse_entry(bytes);
    if (entry) return std::move(*entry);
    if (entry.error().code == Code::rules_newer)
      stop_judging(index, std::move(entry).error());
    else
      broken("chain.damaged", index, entry.error());
    return std::nullopt;
  }

  void broken(std::string_view id, EntryIndex index, const Error& error) {
    found(id, at(index) + ": " + error.message, index);
    unjudged_ = index;
  }

  void stop_judging(EntryIndex index, Error newer_rules) {
    unjudged_ = index;
    newer_rules_ = std::move(newer_rules).context(at(index));
  }

  Status judge(EntryIndex index, const entry::Entry& entry) {
    std::vector<entry::Row> rows;
    if (std::holds_alternative<entry::Anchor>(entry.statement.body)) {
      auto read = view_.read_rows(index);
      if (!read && !is_of_tree(read.error().code)) return std::move(read).error();
      if (!read) {
        broken("manifest.damaged", index, read.error());
        return {};
      }
      rows = std::move(*read);
    }
    const auto changes = rules::apply(view_, {index, entry, rows});
    if (!changes) return judge_refusal(index, changes.error());
    report_.records += rows.size();
    return view_.accept(index, rows, *changes);
  }

  Status judge_refusal(EntryIndex index, const Error& error) {
    if (error.code == Code::input_unreadable) return error;
    if (error.code == Code::rules_newer) {
      stop_judging(index, error);
      return {};
    }
    const bool is_signature = error.code == Code::signature_invalid ||
                              error.code == Code::signature_missing ||
                              error.code == Code::signature_superfluous;
    broken(is_signature             ? "chain.altered"
           : is_of_tree(error.code) ? "manifest.damaged"
                                    : "rule.broken",
           index, error);
    return {};
  }

  /// Hashes that follow from the entries, of this level and in order: whole tiles, or at the end
  /// the partial one.
  Status add_hashes(unsigned level, const std::vector<TreeHash>& hashes) {
    if (level == levels_.size()) levels_.emplace_back();
    levels_[level].hashes.insert(levels_[level].hashes.end(), hashes.begin(), hashes.end());
    if (levels_[level].hashes.size() < tile_width) return {};
    MC_TRY(compare_tile(level));
    const TreeHash root = merkle::root_of(levels_[level].hashes);
    levels_[level].hashes.clear();
    ++levels_[level].index;
    return add_hashes(level + 1, {root});
  }

  Status check_last_tiles() {
    for (unsigned level = 0; level < levels_.size(); ++level)
      if (!levels_[level].hashes.empty()) MC_TRY(compare_tile(level));
    return {};
  }

  Status compare_tile(unsigned level) {
    Level& mine = levels_[level];
    const Tile tile{level, mine.index, mine.hashes.size()};
    const auto read = reader_.tile(tile);
    if (!read && !is_of_tree(read.error().code)) return read.error();
    if (level == 0 && read)
      for (const TreeHash& hash : *read) tiles_.add(hash);
    if (read && *read == mine.hashes) return {};
    tiles_are_good_ = false;
    if (mine.is_told) return {};
    mine.is_told = true;  // the first one of each level
    if (!read) {
      found("tree.damaged", read.error().message);
      return {};
    }
    const auto first = std::mismatch(read->begin(), read->end(), mine.hashes.begin()).first;
    const auto number = static_cast<std::uint64_t>(first - read->begin());
    if (level == 0)
      first_wrong_ = EntryIndex(tile.index * tile_width + number);
    else
      found("tree.damaged", "hash " + std::to_string(number) + " of " +
                                quote(merkle::tile_path(tile)) +
                                " does not follow from the entries below it");
    return {};
  }

  /// Where tile and entry differ, the checkpoint tells which of them is as it was signed.
  void judge_roots(const note::Checkpoint& claimed) {
    const auto is_signed = [&](const merkle::RootBuilder& builder) {
      return builder.size() == size() && RootHash(builder.root().bytes) == claimed.root;
    };
    const bool entries_are_signed = is_signed(entries_);
    if (first_wrong_ && !entries_are_signed && is_signed(tiles_))
      found("chain.altered", at(*first_wrong_) + " is not the one that the checkpoint signs",
            *first_wrong_);
    else if (first_wrong_)
      found("tree.damaged",
            "the hash of " + at(*first_wrong_) + " is not that of its bytes" +
                (entries_are_signed ? ", which are those that the checkpoint signs" : ""),
            *first_wrong_);
    if (!first_wrong_ && !entries_are_signed && entries_.size() == size())
      found("checkpoint.invalid", "the signed root is not the root of the entries");
  }

  Status check_checkpoint() {
    const auto log = rules::log_key(view_.state());
    if (!log && newer_rules_) return {};
    if (!log) {
      found("checkpoint.invalid",
            "there is no log key to verify the checkpoint with: genesis could not be read");
      return {};
    }
    if (const auto checkpoint = open_checkpoint(report_.checkpoint, *log); !checkpoint) {
      found("checkpoint.invalid", checkpoint.error().message);
      return {};
    }
    return newer_rules_ ? Status() : pin(view_.state(), *log, options_.seen, report_);
  }

  struct Level {
    std::vector<TreeHash> hashes;  ///< of the tile that is being filled
    std::uint64_t index = 0;       ///< its number
    bool is_told = false;          ///< one of this level is wrong
  };

  const tiles::Reader& reader_;
  const LedgerCheckOptions& options_;
  LedgerReport& report_;
  TreeView view_;
  merkle::RootBuilder entries_, tiles_;  // roots of the entries, and of what level 0 says
  std::vector<Level> levels_;
  bool tiles_are_good_ = true;
  std::optional<EntryIndex> first_wrong_;  // entry whose hash is not that of level 0
  std::optional<EntryIndex> unjudged_;     // from here rules cannot be replayed
  std::optional<Error> newer_rules_;       // why, where nobody is to blame
};

Result<note::Checkpoint> claimed_by(std::string_view signed_note) {
  MC_ASSIGN(const note::Note note, note::parse(signed_note));
  MC_ASSIGN(auto checkpoint, note::parse_checkpoint(note.text));
  if (checkpoint.size.get() > entry::max_integer)
    return fail(Code::checkpoint_invalid, "the checkpoint counts more entries than any ledger has");
  return checkpoint;
}

}  // namespace

Result<LedgerReport> check_tree(const tiles::Reader& reader, const LedgerCheckOptions& options,
                                crypto::Random& random) {
  LedgerReport report;
  MC_ASSIGN(report.checkpoint, reader.checkpoint());
  // Whose it is can be told when the first entry was read.
  const auto claimed = claimed_by(report.checkpoint);
  if (!claimed) {
    add_finding(report, "checkpoint.invalid", claimed.error().message);
    return report;
  }
  report.size = claimed->size;
  if (report.size.get() == 0) {
    add_finding(report, "chain.missing", "the ledger has no genesis entry", EntryIndex(0));
    return report;
  }
  TreeCheck check(reader, options, report.size, random, report);
  Status status = check.run(*claimed);
  return report_after(std::move(status), std::move(report));
}

}  // namespace medchain::verify
