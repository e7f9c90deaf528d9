// medchain-sync: work on a ledger that is somewhere else.
#include "cli/program.hpp"
#include "cli/sync_apply.hpp"

namespace medchain {
namespace {

cli::Program program() {
  cli::Program tool;
  tool.name = "medchain-sync";
  tool.summary = "work on a ledger that is on another host, or another user's";
  tool.examples = {"medchain-anchor --emit < tonight.ndjson | ssh ledger-host medchain-sync apply",
                   "medchain-sync apply < emitted.ndjson"};
  tool.verbs = {cli::sync_apply_verb()};
  tool.formats_read = {"formats: medchain/1, ledger layout 2, rules 1"};
  return tool;
}

}  // namespace
}  // namespace medchain

int main(int argc, char** argv) {
  return medchain::cli::run_program(medchain::program(), argc, argv);
}
