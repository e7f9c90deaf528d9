// The Session of a running program.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "cli/config.hpp"
#include "cli/console_internal.hpp"
#include "cli/output_internal.hpp"
#include "cli/pager_internal.hpp"
#include "cli/sealing.hpp"
#include "cli/session.hpp"

namespace medchain::cli {

class SystemSession final : public Session {
 public:
  /// `program`, `arguments` and `console` outlive the object.
  SystemSession(const Program& program, const Arguments& arguments, Console& console);

  /// For verbs with no-pager, where results are for people and go to a terminal: a pager is between
  /// until this object is gone, if one is wanted and can be run.  Before the process is sealed.
  void start_pager();
  /// Reads configuration if there is any and a setting of the verb is still open, and opens the
  /// file of -o. Fails with usage, config_invalid and output_failed.
  Status prepare();
  /// See harden_process(); what the kernel refuses is told with -v.
  void harden();
  /// Ends the results: at success with a file in its place, otherwise without it.  The first
  /// failure is returned.
  Status close(bool success);

  const Program& program() const override { return program_; }
  const Arguments& arguments() const override { return arguments_; }
  std::optional<std::string> setting(std::string_view name) const override;
  Status configuration() const override;
  std::string format() const override;
  Output& out() override { return *output_; }
  Result<int> standard_input() override;
  void tell(std::string_view text) override;
  void warn(std::string_view text) override;
  void tell(std::string_view text, const json::Object& object) override;
  void warn(std::string_view text, const json::Object& object) override;
  void detail(std::string_view text) override;
  void report(const Error& error) override;
  UnixSeconds now() override;
  UnixSeconds clock() override;
  crypto::Random& random() override;
  std::optional<std::string> environment(std::string_view name) const override;
  std::string config_directory() const override;
  bool interrupted() const override;
  int signal() const override;
  int stop_descriptor() const override;
  std::unique_ptr<Progress> progress(std::string_view unit, std::uint64_t total) override;
  Result<bool> confirm(std::string_view question, std::string_view option) override;
  void seal(const Places& places) override;

 private:
  /// Option or environment.
  std::optional<std::string> given(std::string_view name) const;
  bool has_open_settings() const;
  void load_configuration() const;
  std::vector<std::string> input_files() const;
  /// On a terminal the results come before what is told about them.
  void flush_if_terminal();

  const Program& program_;
  const Arguments& arguments_;
  std::vector<Option> options_;
  Console& console_;
  std::unique_ptr<Pager> pager_;
  std::unique_ptr<StreamOutput> output_;
  bool output_is_terminal_ = false;
  std::string lacking_;  ///< what was told already
  std::optional<UnixSeconds> fixed_time_;
  std::unique_ptr<crypto::Random> random_;
  // Read once, late; what a setting is does not change by that.
  mutable bool configuration_read_ = false;
  mutable std::map<std::string, std::string> configuration_;
  mutable std::optional<Error> configuration_error_;
};

}  // namespace medchain::cli
