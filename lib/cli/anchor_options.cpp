// What medchain-anchor and medchain-vault put are asked in the same words.
#include "cli/anchor_run.hpp"

namespace medchain::cli {

std::vector<Option> anchor_options() {
  return {{"receipts",
           0,
           ValueKind::words,
           "WHICH",
           "one receipt for each input, each batch, or none",
           {},
           "each|batch|none"},
          {"with-openings",
           0,
           ValueKind::flag,
           {},
           "put salts into receipts: they can then be verified without the vault"},
          {"with-names",
           0,
           ValueKind::flag,
           {},
           "put record ids and paths into receipts: they may identify people"},
          {"sketch",
           0,
           ValueKind::flag,
           {},
           "keep a sketch of each text, so that 'medchain-audit clones' finds what was copied"},
          {"keep-going", 0, ValueKind::flag, {}, "tell and skip bad inputs; status 3 at the end"}};
}

ReceiptWishes receipt_wishes(const Session& session, Receipts receipts) {
  ReceiptWishes wishes;
  wishes.with_openings = session.has("with-openings");
  wishes.with_names = session.has("with-names");
  wishes.keep_going = session.has("keep-going");
  const auto word = session.setting("receipts");
  wishes.receipts = !word              ? receipts
                    : *word == "each"  ? Receipts::each
                    : *word == "batch" ? Receipts::batch
                                       : Receipts::none;
  return wishes;
}

}  // namespace medchain::cli
