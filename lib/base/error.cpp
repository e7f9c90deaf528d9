#include "base/error.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include "base/result.hpp"
#include "base/text.hpp"

namespace medchain {
namespace {

constexpr ErrorInfo table[] = {
#define MC_ROW(name, id, exit, text) {Code::name, id, exit, text},
    MC_ERRORS(MC_ROW)
#undef MC_ROW
};

constexpr std::size_t quote_limit = 200;

}  // namespace

std::span<const ErrorInfo> error_table() { return table; }

const ErrorInfo& info(Code code) { return table[static_cast<std::size_t>(code)]; }

std::string quote(std::string_view text) {
  const bool cut = text.size() > quote_limit;
  std::size_t end = cut ? quote_limit : text.size();
  // Not within a character: its bytes would be shown as damage that is not there.
  for (int i = 0; cut && i < 3 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80; ++i)
    --end;
  return "'" + escape_for_terminal(text.substr(0, end)) + (cut ? "...'" : "'");
}

Error out_of_memory(std::string_view doing) {
  const std::string start = doing.empty() ? "" : "cannot " + std::string(doing) + ": ";
  return fail(Code::memory_exhausted, start + "out of memory").with_hint(std::string(memory_hint));
}

Error fail_errno(Code code, std::string_view what, std::string_view path, int error_number) {
  if (error_number == ENOMEM) return out_of_memory(std::string(what) + " " + quote(path));
  char buffer[256];
  // GNU strerror_r: the text may live elsewhere than in the buffer.
  std::string reason = strerror_r(error_number, buffer, sizeof buffer);
  if (!reason.empty() && reason[0] >= 'A' && reason[0] <= 'Z' &&
      !(reason.size() > 1 && reason[1] >= 'A' && reason[1] <= 'Z'))
    reason[0] = static_cast<char>(reason[0] - 'A' + 'a');
  return fail(code, "cannot " + std::string(what) + " " + quote(path) + ": " + reason);
}

void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "medchain: internal error: %s (%s:%d)\n", condition, file, line);
  std::_Exit(70);
}

}  // namespace medchain
