// medchain-sync: work on a ledger that is somewhere else.
#include "cli/program.hpp"
#include "cli/sync_apply.hpp"
#include "cli/sync_backup.hpp"
#include "cli/sync_tiles.hpp"

namespace medchain {
namespace {

cli::Program program() {
  cli::Program tool;
  tool.name = "medchain-sync";
  tool.summary = "work on a ledger that is on another host, and give copies of it to others";
  tool.examples = {"medchain-anchor --emit < tonight.ndjson | ssh ledger-host medchain-sync apply",
                   "medchain-sync tiles -o /var/www/ledger"};
  tool.verbs = {cli::sync_apply_verb(), cli::sync_tiles_verb(), cli::sync_backup_verb(),
                cli::sync_restore_verb()};
  tool.formats_read = {"formats: medchain/1, ledger layout 2, rules 1, tlog-tiles"};
  return tool;
}

}  // namespace
}  // namespace medchain

int main(int argc, char** argv) {
  return medchain::cli::run_program(medchain::program(), argc, argv);
}
