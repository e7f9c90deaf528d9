// What the tests of lib/store share: opening with defaults, reading and writing whole tables.
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "store/store.hpp"
#include "unit/child.hpp"
#include "unit/support.hpp"

namespace test {

namespace store = medchain::store;
using medchain::as_bytes;
using medchain::as_text;
using medchain::ByteView;
using medchain::Code;
using medchain::Result;
using medchain::Status;
using Rows = std::vector<std::pair<std::string, std::string>>;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

#if !defined(__has_feature)  // gcc
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || __has_feature(address_sanitizer) || \
    __has_feature(thread_sanitizer)
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif

inline store::OpenOptions options(bool create = false) {
  store::OpenOptions options;
  options.tables = {"a", "b"};
  options.create = create;
  return options;
}

/// The environment, or the end of this test.
inline std::unique_ptr<store::Environment> must_open(const std::string& directory,
                                                     const store::OpenOptions& options) {
  auto environment = store::Environment::open(directory, options);
  REQUIRE_MESSAGE(environment.ok(), (environment ? "" : environment.error().message));
  return std::move(environment).value();
}

template <class T>
void must(const Result<T>& result) {
  REQUIRE_MESSAGE(result.ok(), (result ? "" : result.error().message));
}

/// The error code and a piece of the message.
template <class T>
void check_error(const Result<T>& result, Code code, std::string_view part) {
  REQUIRE(!result.ok());
  INFO(result.error().message);
  CHECK(medchain::info(result.error().code).id == medchain::info(code).id);
  CHECK(result.error().message.find(part) != std::string::npos);
}

inline Status write_rows(store::Environment& environment, std::string_view table,
                         const Rows& rows) {
  MC_ASSIGN(store::WriteTxn txn, environment.begin_write());
  for (const auto& [key, value] : rows)
    MC_TRY(txn.put(environment.table(table), as_bytes(key), as_bytes(value)));
  return std::move(txn).commit();
}

inline Result<Rows> read_rows(const store::ReadTxn& txn, store::Table table) {
  MC_ASSIGN(store::Cursor cursor, txn.cursor(table));
  Rows rows;
  for (Result<bool> more = cursor.first();; more = cursor.next()) {
    if (!more) return std::move(more).error();
    if (!*more) return rows;
    rows.emplace_back(as_text(cursor.key()), as_text(cursor.value()));
  }
}

inline Result<Rows> read_rows(store::Environment& environment, std::string_view table) {
  MC_ASSIGN(store::ReadTxn txn, environment.begin_read());
  return read_rows(txn, environment.table(table));
}

inline milliseconds since(Clock::time_point start) {
  return std::chrono::duration_cast<milliseconds>(Clock::now() - start);
}

}  // namespace test
