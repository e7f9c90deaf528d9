// Result<T>: a value or an Error.  Status: success or an Error.  Both must be looked at.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <utility>
#include <variant>

#include "base/error.hpp"

/// A broken invariant of our own stops the program in every build (STYLE 5.8).  Never on input.
#define MC_ASSERT(condition) \
  ((condition) ? void(0) : ::medchain::assertion_failed(#condition, __FILE__, __LINE__))

#define MC_CONCAT_(a, b) a##b
#define MC_CONCAT(a, b) MC_CONCAT_(a, b)

/// Returns the error of `expression` from the enclosing function, if it has one.  The name is new each time, so that one
/// can stand inside a lambda in another.
#define MC_TRY(expression) MC_TRY_(expression, MC_CONCAT(mc_status_, __COUNTER__))
#define MC_TRY_(expression, status)                           \
  do {                                                        \
    if (auto status = (expression); !status)                  \
      return std::move(status).error();                       \
  } while (false)

/// `MC_ASSIGN(auto x, f());`: declares x from the Result of f() or returns its error.
#define MC_ASSIGN(declaration, expression)                              \
  auto MC_CONCAT(mc_result_, __LINE__) = (expression);                  \
  if (!MC_CONCAT(mc_result_, __LINE__))                                 \
    return std::move(MC_CONCAT(mc_result_, __LINE__)).error();          \
  declaration = std::move(MC_CONCAT(mc_result_, __LINE__)).value()

namespace medchain {

[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}        // NOLINT implicit
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}    // NOLINT implicit

  explicit operator bool() const { return state_.index() == 0; }
  bool ok() const { return state_.index() == 0; }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& value() & {
    MC_ASSERT(ok());
    return std::get<0>(state_);
  }
  const T& value() const& {
    MC_ASSERT(ok());
    return std::get<0>(state_);
  }
  /// By value, so that `for (x : f().value())` does not dangle.
  T value() && {
    MC_ASSERT(ok());
    return std::get<0>(std::move(state_));
  }
  const Error& error() const& {
    MC_ASSERT(!ok());
    return std::get<1>(state_);
  }
  Error&& error() && {
    MC_ASSERT(!ok());
    return std::get<1>(std::move(state_));
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT implicit

  explicit operator bool() const { return !error_; }
  bool ok() const { return !error_; }
  const Error& error() const& {
    MC_ASSERT(error_);
    return *error_;
  }
  Error&& error() && {
    MC_ASSERT(error_);
    return std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace medchain
