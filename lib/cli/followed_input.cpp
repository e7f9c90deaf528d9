#include "cli/followed_input.hpp"

#include "base/file.hpp"

namespace medchain::cli {
namespace {

constexpr std::int64_t usual_wait = 5, longest_wait = 86'400;

bool is_standard_input(const Session& session) {
  return session.operands().empty() || session.operands().front() == "-";
}

}  // namespace

std::vector<Option> follow_options() {
  return {{"follow", 0, ValueKind::flag, {}, "go on with NDJSON that comes in, until SIGTERM"},
          {"commit-every", 0, ValueKind::duration, "DURATION",
           "with --follow: commit a record after so long at most (default: 5s)"}};
}

Result<FollowedInput> open_followed(Session& session) {
  for (const std::string_view option :
       {"from-sums", "files0-from", "follow-links", "min-age", "job", "emit", "dry-run"})
    if (session.has(option))
      return fail(Code::usage,
                  "option '--" + std::string(option) + "' does not go with '--follow'");
  if (session.operands().size() > 1)
    return fail(Code::usage, "option '--follow' reads standard input, or one file or fifo");
  FollowedInput input;
  MC_ASSIGN(const auto every, session.duration("commit-every"));
  input.every = every.value_or(usual_wait);
  if (input.every < 1 || input.every > longest_wait)
    return fail(Code::usage, "option '--commit-every': expected 1s to 24h");
  MC_ASSIGN(StopOrAlarm alarm, StopOrAlarm::open(session.stop_descriptor()));
  input.alarm = std::make_unique<StopOrAlarm>(std::move(alarm));
  MC_ASSIGN(source::Options options, source_options(session));
  options.stop_fd = input.alarm->descriptor();
  if (is_standard_input(session)) {
    MC_ASSIGN(input.list, open_list(session, "-"));
    input.reader = source::read_ndjson(input.list.fd(), "standard input", "", options);
  } else {
    input.reader = source::follow_ndjson(session.operands().front(), options);
    add_followed(session, input.places);
  }
  return input;
}

void add_followed(const Session& session, Places& places) {
  if (!session.has("follow") || is_standard_input(session)) return;
  places.add(inputs_to_read({parent_directory(absolute_path(session.operands().front()))}));
}

}  // namespace medchain::cli
