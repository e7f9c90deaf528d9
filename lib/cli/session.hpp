// Session: everything a tool's run function may touch of the outside world: arguments with
// environment and profile behind them, streams, clock, randomness, signals.  The only place in lib/
// that prints.
#pragma once

#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/types.hpp"
#include "cli/program.hpp"
#include "crypto/random.hpp"
#include "json/value.hpp"

namespace medchain::cli {

class Places;
class Progress;

/// stdout, or the -o file (made beside the target, fsynced, renamed at success only).  Results
/// only.
class Output {
 public:
  virtual ~Output() = default;
  virtual Status write(std::string_view bytes) = 0;  ///< output_failed
  Status line(const json::Object& object);           ///< one NDJSON line
  virtual Status flush() = 0;
  virtual Status finish() = 0;  ///< flush, fsync, rename; once, at success
};

class Session {
 public:
  virtual ~Session() = default;

  virtual const Program& program() const = 0;
  virtual const Arguments& arguments() const = 0;
  bool has(std::string_view flag) const { return arguments().has(flag); }
  const std::vector<std::string>& operands() const { return arguments().operands; }

  /// Option, then environment (empty counts as unset), then profile, then configuration file
  /// (CLI.md 2).
  virtual std::optional<std::string> setting(std::string_view name) const = 0;
  /// What went wrong when a setting made configuration be read late; run_program and required()
  /// look at it.
  virtual Status configuration() const { return {}; }
  /// The same, but its absence is a usage error that says how to give it.
  Result<std::string> required(std::string_view name) const;
  /// Numbers, durations and times typed as options.  Nothing if not given.
  Result<std::optional<std::uint64_t>> number(std::string_view name, std::uint64_t min,
                                              std::uint64_t max) const;
  Result<std::optional<std::int64_t>> duration(std::string_view name) const;
  /// A time, or a duration from now: back for `since`, ahead for all others (`--until=30d`); `time`
  /// takes no duration.
  Result<std::optional<UnixSeconds>> time(std::string_view name);
  /// The word of --format (--json is json), or the verb's default.
  virtual std::string format() const = 0;
  bool dry_run() const { return has("dry-run"); }
  bool quiet() const { return has("quiet"); }
  std::size_t verbosity() const { return arguments().count("verbose"); }

  /// -o or stdout.
  virtual Output& out() = 0;
  /// stdin, as a descriptor.  Fails with usage if it is a terminal (CLI.md 3).
  virtual Result<int> standard_input() = 0;

  /// `PROGRAM: TEXT` on stderr unless --quiet: what was done.  `warn` and `hint` as CLI.md 6; JSON
  /// lines with --format=json.
  virtual void tell(std::string_view text) = 0;
  virtual void warn(std::string_view text) = 0;
  /// The same; with --format=json this object in place of the text.
  virtual void tell(std::string_view text, const json::Object& object) = 0;
  virtual void warn(std::string_view text, const json::Object& object) = 0;
  virtual void detail(std::string_view text) = 0;  ///< with -v only
  /// An error that does not end the run (--keep-going): printed as the final one would be.
  virtual void report(const Error& error) = 0;

  virtual UnixSeconds now() = 0;  ///< the wall clock, or --time
  /// The wall clock, or --time if that is earlier: what a tick may say.  A mistyped --time must not
  /// move log time ahead.
  virtual UnixSeconds clock() { return now(); }
  virtual crypto::Random& random() = 0;
  virtual std::optional<std::string> environment(std::string_view name) const = 0;
  /// Directory of the user's configuration (`$XDG_CONFIG_HOME/medchain` or `~/.config/medchain`).
  virtual std::string config_directory() const = 0;
  /// SIGINT, SIGTERM or SIGHUP arrived: finish or abort what is in hand, print the summary, return
  /// Code::interrupted.
  virtual bool interrupted() const = 0;
  /// The one that arrived, or 0.
  virtual int signal() const { return 0; }
  /// Readable once interrupted(): for a poll beside what is waited for.  -1: there is none.
  virtual int stop_descriptor() const { return -1; }
  /// A progress line on stderr (CLI.md 8).  `unit` is "records", "entries"; total 0 when unknown.
  virtual std::unique_ptr<Progress> progress(std::string_view unit, std::uint64_t total) = 0;
  /// A question through /dev/tty; without a terminal a usage error naming `option` that answers it.
  /// Precondition: Verb::asks.
  virtual Result<bool> confirm(std::string_view question, std::string_view option) = 0;
  /// From here on nothing is opened but `places` and what -o needs (sealing.hpp; CLI.md 12).  The
  /// run is sealed to the places of its verb before it begins; a verb narrows that when it has
  /// opened what it needs.
  virtual void seal(const Places& places) = 0;
};

/// Only on a terminal and after 1 s, at most 10 a second, erased at the end; one line at SIGUSR1.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void update(std::uint64_t done, std::uint64_t bytes) = 0;
};

/// For passes over much: fails with interrupted once a signal came.
std::function<Status()> going_on(const Session& session);

/// Objects we print begin so: {"schema":"medchain/1","type":TYPE.
json::Object message(std::string_view type);
/// {"schema":"medchain/1","type":"error","id":...,"exit":...,"message":...,"hint":...}
json::Object error_object(const Error& error);

}  // namespace medchain::cli
