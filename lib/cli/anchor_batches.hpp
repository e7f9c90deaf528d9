// The batches of an anchoring run: records are decided about, appended entry by entry, and told in
// receipts.
#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "cli/anchor_side.hpp"
#include "json/value.hpp"
#include "vault/anchoring.hpp"

namespace medchain::cli {

enum class Receipts { each, batch, none };

struct ReceiptWishes {
  Receipts receipts = Receipts::each;
  bool with_openings = false;  ///< salts in receipts: who has one can open the commitment
  bool with_names = false;     ///< record ids and paths in receipts
  bool keep_going = false;     ///< bad inputs are told and skipped
};

/// The fault of one input, and not of the vault that takes it.
bool is_of_input(const Error& error);

class AnchorBatches {
 public:
  /// Precondition: the side's vault is open and settled; begin() is called before all else.
  AnchorBatches(AnchorSide& side, const ReceiptWishes& wishes);

  Status begin();
  /// As Anchoring::expect.
  Status expect(std::span<const source::Item> items) { return anchoring_.expect(items); }
  /// As Anchoring::add.
  Status add(source::Item&& item, const std::optional<source::RecordBytes>& bytes);
  /// A bad input stops the batch it is in, or is told and skipped with --keep-going (CLI.md 4).
  Status reject(const source::Item& item, Error error);
  bool full() const;
  /// Appends what waits, and prints its receipts.
  Status flush();
  /// Writes where batches have landed.
  Status finish() { return anchoring_.finish(); }

  vault::Anchoring& anchoring() { return anchoring_; }
  const vault::Tally& durable() const { return durable_; }  ///< inputs that were answered for
  std::uint64_t rejected() const { return rejected_; }

 private:
  Status rehearse();
  json::Object receipt(const vault::Taken& taken, std::optional<EntryIndex> entry,
                       const Salt* salt) const;
  template <class Print>
  Status in_order(const std::vector<vault::Taken>& all, Print print);
  Status tell(const vault::ReadyBatch& batch, std::optional<EntryIndex> index);
  Status tell_one(const vault::ReadyBatch& batch, const vault::Taken& taken,
                  std::optional<EntryIndex> index);
  std::optional<EntryIndex> entry_of(const vault::Batch& batch, std::uint64_t number) const;

  Session& session_;
  AnchorSide& side_;
  ReceiptWishes wishes_;
  vault::Anchoring anchoring_;
  vault::Tally durable_;
  std::uint64_t rejected_ = 0;
  std::vector<std::pair<std::uint64_t, json::Object>> waiting_errors_;  ///< input number, line
};

}  // namespace medchain::cli
