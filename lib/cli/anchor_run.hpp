// One run of medchain-anchor: settle what was pending, then read, prepare, append and tell, batch
// by batch, in the order of DESIGN 12.
#pragma once

#include "cli/sealing.hpp"
#include "cli/session.hpp"
#include "source/source.hpp"

namespace medchain::cli {

enum class Receipts { each, batch, none };

struct AnchorRequest {
  std::unique_ptr<source::Reader> reader;
  Places inputs;  ///< what the reader opens
  Receipts receipts = Receipts::each;
  bool with_openings = false;  ///< salts in receipts: who has one can open the commitment
  bool with_names = false;     ///< record ids and paths in receipts
  bool keep_going = false;
  bool keep_copies = false;  ///< of the records' bytes, in the vault
};

/// receipts, with-openings, with-names, keep-going; and what they say.
std::vector<Option> anchor_options();
AnchorRequest anchor_request(const Session& session, Receipts receipts);

/// Exit status 0, 3 (input rejected), or an Error; the summary line is printed in every case in
/// which the run began.
Result<int> run_anchor(Session& session, AnchorRequest request);

/// For Verb::also_opens: a vault that is made or written.
void add_vault_to_write(const Session& session, Places& places);

}  // namespace medchain::cli
