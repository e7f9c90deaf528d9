#include "cli/text_input.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/key_maker.hpp"

namespace medchain::cli {
namespace {

constexpr std::size_t max_text = std::size_t{1} << 18;

Result<std::string> read_all(Session& session, int fd, std::size_t limit) {
  std::string text;
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR && session.interrupted())
      return fail(Code::interrupted, "stopped by a signal");
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(Code::input_unreadable, "read", "standard input", errno);
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (text.size() > limit)
      return fail(Code::input_too_long,
                  "standard input is over " + std::to_string(limit) + " bytes");
  }
}

}  // namespace

Result<std::optional<std::string>> read_bytes_option(Session& session, std::string_view option) {
  const auto path = session.setting(option);
  if (!path) return std::optional<std::string>();
  std::string bytes;
  if (*path == "-") {
    MC_ASSIGN(const int fd, session.standard_input());
    MC_ASSIGN(bytes, read_all(session, fd, max_text));
  } else {
    MC_ASSIGN(bytes, read_file(*path, max_text, Code::input_unreadable));
  }
  return std::optional(std::move(bytes));
}

Result<std::optional<std::string>> read_text_option(Session& session, std::string_view option) {
  MC_ASSIGN(auto bytes, read_bytes_option(session, option));
  if (!bytes) return bytes;
  std::string text = std::move(*bytes);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (!is_utf8(text))
    return fail(Code::input_encoding, "option '--" + std::string(option) + "': expected UTF-8");
  if (text.empty())
    return fail(Code::input_invalid, "option '--" + std::string(option) + "': the text is empty");
  return std::optional(std::move(text));
}

Result<std::vector<std::string>> read_lines_option(Session& session, std::string_view option) {
  MC_ASSIGN(const auto text, read_text_option(session, option));
  std::vector<std::string> lines;
  if (!text) return lines;
  for (const std::string_view line : split(*text, '\n'))
    if (const std::string_view trimmed = trim_ascii(line); !trimmed.empty())
      lines.emplace_back(trimmed);
  return lines;
}

Result<std::optional<std::string>> subject_option(Session& session) {
  const auto path = session.setting("subject-file");
  if (!path) return session.setting("subject");
  if (session.has("subject"))
    return fail(Code::usage, "option '--subject-file' takes the place of '--subject'");
  std::string text;
  if (*path == "-") {
    MC_ASSIGN(text, read_one_line(session));
  } else {
    MC_ASSIGN(text, read_file(*path, max_text, Code::input_unreadable));
  }
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.pop_back();
  if (text.empty()) return fail(Code::input_invalid, "the file of the subject is empty");
  return std::optional(std::move(text));
}

}  // namespace medchain::cli
