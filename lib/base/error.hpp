// Errors are values.  Printing happens once, in lib/cli.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/error_ids.hpp"

namespace medchain {

enum class Code {
#define MC_CODE(name, id, exit, text) name,
  MC_ERRORS(MC_CODE)
#undef MC_CODE
};

struct ErrorInfo {
  Code code;
  std::string_view id;    ///< stable, `ledger.missing`
  int exit;               ///< CLI.md 5
  std::string_view text;  ///< manual sentence
};

/// All errors in table order.
std::span<const ErrorInfo> error_table();
const ErrorInfo& info(Code code);

/// What failed: lower case, no full stop, subject in single quotes, expected and got (STYLE 5.4).
struct Error {
  Code code = Code::internal;
  std::string message;
  std::string hint;  ///< something the user can type, or empty

  /// Puts what the caller knows in front: `CONTEXT: message`.
  Error context(std::string_view what) && {
    message = std::string(what) + ": " + message;
    return std::move(*this);
  }
  Error with_hint(std::string text) && {
    hint = std::move(text);
    return std::move(*this);
  }
};

/// What a process can do that has not enough memory.
constexpr std::string_view memory_hint =
    "give the process more (ulimit -v, MemoryMax= of its unit) and run the same command again";

inline Error fail(Code code, std::string message) { return Error{code, std::move(message), {}}; }

/// `'text'`, control and bidirectional characters escaped, cut at 200 bytes: for messages.
std::string quote(std::string_view text);
/// memory_exhausted: what to do about it is its hint.  An empty `doing` says just that.
Error out_of_memory(std::string_view doing = {});
/// `cannot open 'x': permission denied` from an errno value; ENOMEM is memory_exhausted, whatever
/// `code` is.
Error fail_errno(Code code, std::string_view what, std::string_view path, int error_number);

}  // namespace medchain
