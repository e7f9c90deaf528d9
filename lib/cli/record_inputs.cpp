#include "cli/record_inputs.hpp"

#include <fcntl.h>

#include <cerrno>

#include "entry/scalars.hpp"

namespace medchain::cli {
namespace {

template <class T>
Result<T> of_option(std::string_view name, Result<T> value) {
  if (value) return value;
  return fail(Code::usage, "option '--" + std::string(name) + "': " + value.error().message);
}

}  // namespace

Result<source::Options> source_options(Session& session) {
  source::Options options;
  if (const auto rule = session.setting("id-from")) {
    MC_ASSIGN(options.id, of_option("id-from", source::parse_identity(*rule)));
  }
  if (const auto rule = session.setting("subject-from")) {
    MC_ASSIGN(options.subject, of_option("subject-from", source::parse_subject(*rule)));
  }
  if (const auto type = session.setting("type")) {
    // It stands in clear on the ledger.
    MC_ASSIGN(const entry::Word word, of_option("type", entry::Word::parse(*type)));
    options.type = word.get();
  }
  options.source = session.setting("source").value_or("");
  options.canonical_json = session.setting("canonical").has_value();
  options.follow_links = session.has("follow-links");
  options.stop_fd = session.stop_descriptor();
  if (const auto encoding = session.setting("input-encoding")) {
    MC_ASSIGN(options.decoder, of_option("input-encoding", source::Decoder::open(*encoding)));
  }
  MC_ASSIGN(options.ignored,
            of_option("ignore", source::parse_ignored(session.arguments().all("ignore"))));
  MC_ASSIGN(const auto age, session.duration("min-age"));
  if (age) options.newest = newest_of_age(session, *age);
  return options;
}

Result<File> open_list(Session& session, const std::string& name) {
  if (name != "-") return open_file(name, O_RDONLY, Code::input_unreadable);
  MC_ASSIGN(const int fd, session.standard_input());
  const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
  if (copy < 0) return fail_errno(Code::input_unreadable, "read", "standard input", errno);
  return File(copy);
}

std::vector<Option> record_input_options() {
  return {{"id-from", 0, ValueKind::text, "RULE",
           "where ids come from: auto, path, json:/POINTER, dicom, cda, hl7v2"},
          {"subject-from", 0, ValueKind::text, "RULE",
           "where subjects come from: json:/POINTER, dicom, cda, hl7v2"},
          {"type", 0, ValueKind::text, "WORD", "type of records whose content does not say it"},
          {"source", 0, ValueKind::text, "NAME",
           "system that gave the ids; part of a record's identity"},
          {"canonical",
           0,
           ValueKind::words,
           "FORM",
           "digest a canonical form instead of the bytes",
           {},
           "json"},
          {"input-encoding",
           0,
           ValueKind::words,
           "NAME",
           "encoding of file names and of text that ids are taken from",
           {},
           source::Decoder::names},
          {"from-sums", 0, ValueKind::flag, {}, "read sha256sum output instead of records"},
          {"files0-from", 0, ValueKind::file, "FILE", "read NUL-terminated file names from FILE"},
          {"follow-links", 0, ValueKind::flag, {}, "follow symbolic links in directories"}};
}

Option min_age_option() {
  return {"min-age", 0, ValueKind::duration, "DURATION",
          "leave files modified less than this ago for a later run"};
}

Option ignore_option() {
  Option option{"ignore", 0, ValueKind::text, "POINTER",
                "a record is unchanged if it is but for this member: /meta"};
  option.repeat = true;
  return option;
}

std::int64_t newest_of_age(Session& session, std::int64_t age) { return session.now().get() - age; }

std::unique_ptr<source::Reader> read_as(Reading reading, int stop_fd, source::MakeReader make) {
  if (reading == Reading::here) return make(stop_fd);
  return source::read_ahead(std::move(make), stop_fd);
}

Result<RecordInputs> open_record_inputs(Session& session, Reading reading) {
  RecordInputs inputs;
  const auto& names = session.operands();
  const auto files0 = session.setting("files0-from");
  const bool sums = session.has("from-sums");
  MC_ASSIGN(const auto options, source_options(session));
  const bool by_name = files0 || !(sums || names.empty() || names == std::vector<std::string>{"-"});
  if (options.newest && !by_name)
    return fail(Code::usage, "option '--min-age' is for files that are named");
  if (sums && !options.ignored.empty())
    return fail(Code::usage,
                "option '--ignore' is for records that are read, not for '--from-sums'");
  if (files0 && (sums || !names.empty()))
    return fail(Code::usage, "option '--files0-from' takes the place of file names");
  const auto read = [&](auto make) {
    inputs.reader = read_as(reading, options.stop_fd, [options, make](int stop_fd) {
      source::Options own = options;
      own.stop_fd = stop_fd;
      return make(own);
    });
  };
  if (files0) {
    MC_ASSIGN(inputs.list, open_list(session, *files0));
    read([fd = inputs.list.fd(), name = *files0](const source::Options& own) {
      return source::read_files0(fd, name, own);
    });
  } else if (sums) {
    if (names.size() > 1) return fail(Code::usage, "option '--from-sums' reads one list");
    const std::string name = names.empty() ? "-" : names.front();
    MC_ASSIGN(inputs.list, open_list(session, name));
    read([fd = inputs.list.fd(), name](const source::Options& own) {
      return source::read_sums(fd, name == "-" ? "standard input" : name, own);
    });
  } else if (names.empty() || (names.size() == 1 && names.front() == "-")) {
    MC_ASSIGN(inputs.list, open_list(session, "-"));
    read([fd = inputs.list.fd()](const source::Options& own) {
      return source::read_ndjson(fd, "standard input", "", own);
    });
  } else {
    read([names](const source::Options& own) { return source::read_files(names, own); });
    inputs.places.add(inputs_to_read(names));
  }
  add_record_inputs(session, inputs.places);
  return inputs;
}

void add_record_inputs(const Session& session, Places& places) {
  if (session.has("files0-from") || session.has("follow-links")) places.add(everything());
  if (session.has("input-encoding")) places.add(encoding_data());
}

}  // namespace medchain::cli
