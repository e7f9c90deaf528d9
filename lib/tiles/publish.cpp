#include "tiles/publish.hpp"

#include <algorithm>

#include "ledger/checked_read.hpp"
#include "note/checkpoint.hpp"
#include "tiles/layout.hpp"

namespace medchain::tiles {

namespace {

using merkle::Tile;
using merkle::tile_width;

class Publishing {
 public:
  Publishing(const ledger::Snapshot& view, TreeFiles& files, const PublishOptions& options)
      : view_(view), files_(files), options_(options), hashes_(view.hash_reader()) {}

  Result<Published> run() {
    MC_ASSIGN(done_.size, view_.size());
    MC_ASSIGN(const std::string checkpoint, view_.checkpoint());
    MC_ASSIGN(log_, rules::log_key(view_));
    MC_TRY(check_own(checkpoint));
    MC_ASSIGN(const auto published, files_.read(checkpoint_path, note::max_note_size));
    if (published) MC_TRY(check_published(*published));
    if (published && *published == checkpoint) return done_;
    for (std::uint64_t index = before() / tile_width; index * tile_width < size(); ++index)
      MC_TRY(put_bundle(index));
    for (unsigned level = 0; level < merkle::tile_levels(size()); ++level) MC_TRY(put_tiles(level));
    // From here on whoever asks for a partial file gets the full one in its place (tlog-tiles).
    MC_TRY(files_.sync());
    MC_TRY(remove_partials());
    done_.files = files_.files();
    MC_TRY(files_.replace(checkpoint_path, checkpoint));
    done_.checkpoint = true;
    return done_;
  }

 private:
  std::uint64_t before() const { return done_.before.get(); }
  std::uint64_t size() const { return done_.size.get(); }

  Result<note::Checkpoint> open(std::string_view checkpoint) const {
    note::Policy policy;
    policy.logs = {{log_, {}}};
    policy.quorum = "none";
    MC_ASSIGN(note::Verified verified, note::verify_checkpoint(checkpoint, policy));
    return std::move(verified.checkpoint);
  }

  /// Nothing is given to others that the log key has not signed.
  Status check_own(std::string_view signed_note) const {
    const auto checkpoint = open(signed_note);
    if (!checkpoint)
      return fail(Code::store_damaged,
                  "the ledger's checkpoint does not verify: " + checkpoint.error().message);
    MC_ASSIGN(const RootHash root, view_.root(done_.size));
    if (checkpoint->size == done_.size && checkpoint->root == root) return {};
    return fail(Code::store_damaged, "the ledger's checkpoint is not that of its tree");
  }

  Status check_published(std::string_view signed_note) {
    const std::string where = quote(files_.directory());
    const auto checkpoint = open(signed_note);
    if (!checkpoint)
      return fail(Code::entry_foreign, where + " has the tree of another ledger: its checkpoint: " +
                                           checkpoint.error().message)
          .with_hint("publish to a new directory; nothing that is there is overwritten");
    if (checkpoint->size > done_.size)
      return fail(Code::rollback, "the ledger has " + std::to_string(size()) + " entries, but " +
                                      std::to_string(checkpoint->size.get()) +
                                      " were published to " + where);
    MC_ASSIGN(const RootHash root, view_.root(checkpoint->size));
    if (root != checkpoint->root)
      return fail(Code::fork, "the first " + std::to_string(checkpoint->size.get()) +
                                  " entries are not those that were published to " + where);
    done_.before = checkpoint->size;
    return {};
  }

  /// Entries and manifests of a bundle that has new ones.
  Status put_bundle(std::uint64_t index) {
    MC_TRY(options_.going_on());
    const std::uint64_t first = index * tile_width;
    const std::uint64_t width = std::min(tile_width, size() - first);
    std::string bundle, small;
    for (std::uint64_t i = 0; i < width; ++i) {
      const EntryIndex number(first + i);
      MC_ASSIGN(const entry::Entry entry, ledger::checked_entry(view_, number));
      add_to_bundle(entry.bytes, bundle);
      MC_TRY(put_manifest(number, entry, small));
    }
    MC_TRY(files_.put(bundle_path(index, width), bundle));
    if (!small.empty()) MC_TRY(files_.put(small_manifests_path(index, width), small));
    options_.progress(first + width);
    return {};
  }

  /// A small one is added to `small`, a large one that is published already is not read again.
  Status put_manifest(EntryIndex index, const entry::Entry& entry, std::string& small) {
    const auto* anchor = std::get_if<entry::Anchor>(&entry.statement.body);
    if (anchor == nullptr) return {};
    const bool is_large = anchor->count > max_small_manifest;
    if (is_large && index.get() < before()) return {};
    MC_ASSIGN(const auto rows, ledger::checked_rows(view_, index, entry));
    std::string large;
    add_rows(rows, is_large ? large : small);
    return is_large ? files_.put(large_manifest_path(index), large) : Status();
  }

  Status put_tiles(unsigned level) {
    const std::uint64_t full = merkle::full_tiles(level, size());
    for (std::uint64_t index = merkle::full_tiles(level, before()); index < full; ++index)
      MC_TRY(put_tile({level, index, tile_width}));
    const std::uint64_t width = merkle::partial_width(level, size());
    return width == 0 ? Status() : put_tile({level, full, width});
  }

  Status put_tile(const Tile& tile) {
    MC_ASSIGN(const auto hashes, hashes_(merkle::stored_places(tile)));
    if (tile.width == tile_width) MC_TRY(check_full(tile, hashes));
    std::string bytes;
    for (const TreeHash& hash : hashes) bytes += as_text(hash.view());
    return files_.put(merkle::tile_path(tile), bytes);
  }

  Status check_full(const Tile& tile, const std::vector<TreeHash>& hashes) const {
    const std::uint64_t above =
        merkle::stored_index((tile.level + 1) * merkle::tile_height, tile.index);
    MC_ASSIGN(const auto root, hashes_(std::span(&above, 1)));
    if (root.front() == merkle::root_of(hashes)) return {};
    return fail(Code::store_damaged,
                "the tree's hashes of " + merkle::tile_path(tile) + " do not make up its root");
  }

  /// Of the files that became full since the tree was published.
  Status remove_partials() {
    for (unsigned level = 0; level < merkle::tile_levels(size()); ++level) {
      const std::uint64_t full = merkle::full_tiles(level, size());
      for (std::uint64_t index = merkle::full_tiles(level, before()); index < full; ++index) {
        MC_TRY(remove(merkle::tile_path({level, index, tile_width})));
        if (level > 0) continue;
        MC_TRY(remove(bundle_path(index, tile_width)));
        MC_TRY(remove(small_manifests_path(index, tile_width)));
      }
    }
    return {};
  }

  Status remove(const std::string& name) {
    MC_ASSIGN(const std::uint64_t removed, files_.remove_partials(name));
    done_.removed += removed;
    return {};
  }

  const ledger::Snapshot& view_;
  TreeFiles& files_;
  const PublishOptions& options_;
  merkle::HashReader hashes_;
  note::VerifierKey log_;
  Published done_;
};

}  // namespace

Result<Published> publish(const ledger::Snapshot& view, TreeFiles& files,
                          const PublishOptions& options) {
  return Publishing(view, files, options).run();
}

}  // namespace medchain::tiles
