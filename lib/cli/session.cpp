#include "cli/session.hpp"

#include "base/parse.hpp"
#include "cli/program_internal.hpp"

namespace medchain::cli {
namespace {

Error as_usage(std::string_view name, const Error& error) {
  return fail(Code::usage, "option '--" + std::string(name) + "': " + error.message)
      .with_hint(error.hint);
}

}  // namespace

Result<std::string> Session::required(std::string_view name) const {
  if (std::optional<std::string> value = setting(name)) return *value;
  MC_TRY(configuration());
  const std::vector<Option> options = options_of(*arguments().verb);
  const Option* option = find_option(options, name);
  if (option == nullptr) option = &common_option(name);
  std::string hint = "give '" + spelled(*option) + "'";
  if (const auto variable = value_variable(*option)) hint += " or set " + std::string(*variable);
  return fail(Code::usage, "option '--" + std::string(name) + "' is needed")
      .with_hint(std::move(hint));
}

Result<std::optional<std::uint64_t>> Session::number(std::string_view name, std::uint64_t min,
                                                     std::uint64_t max) const {
  const std::optional<std::string> text = setting(name);
  if (!text) return std::optional<std::uint64_t>();
  auto value = parse_u64(*text, min, max);
  if (!value) return as_usage(name, value.error());
  return std::optional(*value);
}

Result<std::optional<std::int64_t>> Session::duration(std::string_view name) const {
  const std::optional<std::string> text = setting(name);
  if (!text) return std::optional<std::int64_t>();
  auto value = parse_duration(*text);
  if (!value) return as_usage(name, value.error());
  return std::optional(*value);
}

Result<std::optional<UnixSeconds>> Session::time(std::string_view name) {
  const std::optional<std::string> text = setting(name);
  if (!text) return std::optional<UnixSeconds>();
  if (name != "time") {
    if (auto distance = parse_duration(*text)) {
      const std::int64_t from = now().get();
      std::int64_t there = 0;
      const bool overflows = name == "since" ? __builtin_sub_overflow(from, *distance, &there)
                                             : __builtin_add_overflow(from, *distance, &there);
      if (overflows || there < first_time.get() || there > last_time.get())
        return as_usage(
            name, fail(Code::usage, quote(*text) + " from now is not in a year from 1 to 9999"));
      return std::optional(UnixSeconds(there));
    }
  }
  auto value = parse_time(*text);
  if (!value) return as_usage(name, value.error());
  return std::optional(*value);
}

std::function<Status()> going_on(const Session& session) {
  return [&session]() -> Status {
    if (session.interrupted()) return fail(Code::interrupted, "stopped by a signal");
    return {};
  };
}

}  // namespace medchain::cli
