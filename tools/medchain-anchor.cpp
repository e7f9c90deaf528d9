// medchain-anchor: commit records.
#include "cli/anchor_run.hpp"
#include "cli/followed_input.hpp"
#include "cli/job_file.hpp"
#include "cli/program.hpp"
#include "cli/record_inputs.hpp"

namespace medchain {
namespace {

using cli::Session;
using cli::ValueKind;

void also_opens(const Session& session, cli::Places& places) {
  cli::add_vault_to_write(session, places);
  cli::add_record_inputs(session, places);
  cli::add_followed(session, places);
  // Its sources are known when it is read.
  if (session.has("job")) places.add(cli::everything());
}

Result<int> run(Session& session) {
  cli::AnchorRequest request;
  request.wishes =
      cli::receipt_wishes(session, session.has("job") ? cli::Receipts::batch : cli::Receipts::each);
  cli::RecordInputs inputs;
  cli::FollowedInput followed;
  File job_lock;
  if (session.has("commit-every") && !session.has("follow"))
    return fail(Code::usage, "option '--commit-every' needs '--follow'");
  if (session.has("follow")) {
    MC_ASSIGN(followed, cli::open_followed(session));
    request.reader = std::move(followed.reader);
    request.inputs = std::move(followed.places);
    request.alarm = std::move(followed.alarm);
    request.commit_every = followed.every;
  } else if (const auto job = session.setting("job")) {
    if (!session.operands().empty())
      return fail(Code::usage, "option '--job' takes the place of file names");
    auto of_sources = cli::record_input_options();
    of_sources.push_back(cli::ignore_option());
    for (const cli::Option& option : of_sources)
      if (session.has(option.name))
        return fail(Code::usage,
                    "option '--" + std::string(option.name) +
                        "' does not go with '--job': the job file says it for each source");
    MC_ASSIGN(cli::Job read, cli::read_job(session, *job));
    request.reader = std::move(read.reader);
    request.inputs = std::move(read.places);
    request.job = *job;
    request.retry = read.retry;
    job_lock = std::move(read.lock);
    request.exports = std::move(read.exports);
  } else {
    // A sketch is made of a record's bytes.
    const auto reading = session.has("sketch") ? cli::Reading::here : cli::Reading::ahead;
    MC_ASSIGN(inputs, cli::open_record_inputs(session, reading));
    request.reader = std::move(inputs.reader);
    request.inputs = inputs.places;
  }
  return cli::run_anchor(session, std::move(request));
}

cli::Program program() {
  cli::Program tool;
  tool.name = "medchain-anchor";
  tool.summary = "commit records to a ledger: NDJSON, files, directories, checksums";
  tool.examples = {"medchain-anchor exports/*.ndjson",
                   "sha256sum scans/*.dcm | medchain-anchor --from-sums"};
  cli::Verb verb;
  verb.operands = "[FILE...]";
  verb.summary = tool.summary;
  verb.options = cli::record_input_options();
  verb.options.push_back(cli::min_age_option());
  verb.options.push_back(cli::ignore_option());
  verb.options.push_back(
      {"job", 0, ValueKind::file, "FILE", "read sources from a job file (medchain-config(5))"});
  for (const cli::Option& option : cli::follow_options()) verb.options.push_back(option);
  const auto own = cli::anchor_options();
  verb.options.insert(verb.options.end(), own.begin(), own.end());
  verb.common = {"ledger", "key",  "vault",   "host",   "emit",
                 "time",   "wait", "dry-run", "output", "progress"};
  verb.formats = "json";
  verb.appends = true;
  verb.writes = {"ledger", "host"};
  verb.signs = true;
  verb.also_opens = also_opens;
  verb.run = run;
  tool.verbs = {verb};
  tool.formats_read = {"formats: medchain/1, ledger layout 2, vault layout 2, rules 1"};
  return tool;
}

}  // namespace
}  // namespace medchain

int main(int argc, char** argv) {
  return medchain::cli::run_program(medchain::program(), argc, argv);
}
