// medchain-anchor: commit records.
#include <fcntl.h>

#include "base/file.hpp"
#include "cli/anchor_run.hpp"
#include "cli/job_file.hpp"
#include "cli/program.hpp"

namespace medchain {
namespace {

using cli::Session;
using cli::ValueKind;

Result<source::Options> source_options(const Session& session) {
  source::Options options;
  if (const auto rule = session.setting("id-from")) {
    MC_ASSIGN(options.id, source::parse_identity(*rule));
  }
  if (const auto rule = session.setting("subject-from")) {
    MC_ASSIGN(options.subject, source::parse_identity(*rule));
  }
  options.type = session.setting("type").value_or("");
  options.source = session.setting("source").value_or("");
  options.canonical_json = session.setting("canonical").has_value();
  options.follow_links = session.has("follow-links");
  return options;
}

/// A named list file or `-` for standard input.
Result<File> open_list(Session& session, const std::string& name) {
  if (name != "-") return open_file(name, O_RDONLY, Code::input_unreadable);
  MC_ASSIGN(const int fd, session.standard_input());
  const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
  if (copy < 0) return fail_errno(Code::input_unreadable, "read", "standard input", errno);
  return File(copy);
}

Result<std::unique_ptr<source::Reader>> choose_reader(Session& session, const source::Options& options, File& list) {
  const auto& names = session.operands();
  const auto files0 = session.setting("files0-from");
  const bool sums = session.has("from-sums");
  if (files0 && (sums || !names.empty())) return fail(Code::usage, "option '--files0-from' takes the place of file names");
  if (files0) {
    MC_ASSIGN(list, open_list(session, *files0));
    return source::read_files0(list.fd(), *files0, options);
  }
  if (sums) {
    if (names.size() > 1) return fail(Code::usage, "option '--from-sums' reads one list");
    MC_ASSIGN(list, open_list(session, names.empty() ? "-" : names.front()));
    return source::read_sums(list.fd(), names.empty() || names.front() == "-" ? "standard input" : names.front(), options);
  }
  if (names.empty() || (names.size() == 1 && names.front() == "-")) {
    MC_ASSIGN(const int fd, session.standard_input());
    return source::read_ndjson(fd, "standard input", "", options);
  }
  return source::read_files(names, options);
}

Result<int> run(Session& session) {
  cli::AnchorRequest request;
  request.with_openings = session.has("with-openings");
  request.with_names = session.has("with-names");
  request.keep_going = session.has("keep-going");
  request.receipts = session.has("job") ? cli::Receipts::batch : cli::Receipts::each;
  if (const auto word = session.setting("receipts"))
    request.receipts = *word == "each" ? cli::Receipts::each : *word == "batch" ? cli::Receipts::batch : cli::Receipts::none;
  File list;
  if (const auto job = session.setting("job")) {
    if (!session.operands().empty()) return fail(Code::usage, "option '--job' takes the place of file names");
    MC_ASSIGN(request.reader, cli::read_job(*job));
  } else {
    MC_ASSIGN(const auto options, source_options(session));
    MC_ASSIGN(request.reader, choose_reader(session, options, list));
  }
  return cli::run_anchor(session, std::move(request));
}

cli::Program program() {
  cli::Program tool;
  tool.name = "medchain-anchor";
  tool.summary = "commit records to a ledger: NDJSON, files, directories, checksums";
  tool.examples = {"medchain-anchor exports/*.ndjson", "sha256sum scans/*.dcm | medchain-anchor --from-sums"};
  cli::Verb verb;
  verb.operands = "[FILE...]";
  verb.summary = tool.summary;
  verb.options = {
      {"id-from", 0, ValueKind::text, "RULE", "where ids come from: auto, path, json:/POINTER, dicom, cda, hl7v2"},
      {"subject-from", 0, ValueKind::text, "RULE", "where subjects come from: json:/POINTER, dicom, cda, hl7v2"},
      {"type", 0, ValueKind::text, "WORD", "type of records whose content does not say it"},
      {"source", 0, ValueKind::text, "NAME", "system that gave the ids; part of a record's identity"},
      {"canonical", 0, ValueKind::words, "FORM", "digest a canonical form instead of the bytes", {}, "json"},
      {"from-sums", 0, ValueKind::flag, {}, "read sha256sum output instead of records"},
      {"files0-from", 0, ValueKind::file, "FILE", "read NUL-terminated file names from FILE"},
      {"follow-links", 0, ValueKind::flag, {}, "follow symbolic links in directories"},
      {"job", 0, ValueKind::file, "FILE", "read sources from a job file (medchain-config(5))"},
      {"receipts", 0, ValueKind::words, "WHICH", "one receipt for each input, each batch, or none", {}, "each|batch|none"},
      {"with-openings", 0, ValueKind::flag, {}, "put salts into receipts: they can then be verified without the vault"},
      {"with-names", 0, ValueKind::flag, {}, "put record ids and paths into receipts: they may identify people"},
      {"keep-going", 0, ValueKind::flag, {}, "tell and skip bad inputs; status 3 at the end"}};
  verb.common = {"ledger", "key", "vault", "host", "emit", "time", "wait", "dry-run", "output", "progress"};
  verb.appends = true;
  verb.run = run;
  tool.verbs = {verb};
  tool.formats_read = {"formats: medchain/1, ledger layout 1, vault layout 1, rules 1"};
  return tool;
}

}  // namespace
}  // namespace medchain

int main(int argc, char** argv) { return medchain::cli::run_program(medchain::program(), argc, argv); }
