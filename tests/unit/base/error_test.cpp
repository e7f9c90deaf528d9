#include "base/error.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <memory>
#include <set>

#include "base/result.hpp"
#include "base/text.hpp"

using namespace medchain;

namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return fail(Code::input_invalid, "odd");
  return value / 2;
}

Result<std::unique_ptr<int>> quarter(int value) {
  MC_ASSIGN(const int first, half(value));
  MC_ASSIGN(const int second, half(first));
  return std::make_unique<int>(second);
}

Status check_quarter(int value) {
  MC_TRY(half(value));
  MC_TRY(quarter(value));
  return {};
}

}  // namespace

TEST_CASE("the table of errors is in the order of the codes and its ids are unique") {
  std::set<std::string_view> ids;
  std::size_t position = 0;
  for (const ErrorInfo& row : error_table()) {
    CHECK(static_cast<std::size_t>(row.code) == position++);
    CHECK(&info(row.code) == &row);
    CHECK(ids.insert(row.id).second);
    CHECK(((row.exit >= 1 && row.exit <= 11) || row.exit == 70));
    CHECK_FALSE(row.text.empty());
  }
}

TEST_CASE("quoted text is escaped and cut at a whole character") {
  CHECK(quote("a'b") == "'a'b'");
  CHECK(quote("\x1b") == "'\\x1b'");
  CHECK(quote(std::string(200, 'a')) == "'" + std::string(200, 'a') + "'");
  CHECK(quote(std::string(201, 'a')) == "'" + std::string(200, 'a') + "...'");
  for (const std::string character : {"\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80"})
    for (std::size_t before = 194; before < 204; ++before) {
      const std::string text = std::string(before, 'a') + character + character + character;
      CHECK(quote(text).find("\\x") == std::string::npos);
      CHECK(is_utf8(quote(text)));
    }
}

TEST_CASE("errno becomes a message in lower case") {
  const Error error = fail_errno(Code::storage_failed, "open", "x", ENOENT);
  CHECK(error.code == Code::storage_failed);
  CHECK(error.message == "cannot open 'x': no such file or directory");
  CHECK(fail_errno(Code::internal, "do", "x", EIO).message == "cannot do 'x': input/output error");
}

TEST_CASE("errors gain context and hints on their way up") {
  const Error error =
      fail(Code::usage, "wrong").context("inner").context("outer").with_hint("do this");
  CHECK(error.message == "outer: inner: wrong");
  CHECK(error.hint == "do this");
}

TEST_CASE("results pass values and errors through") {
  CHECK(**quarter(12) == 3);
  CHECK(quarter(6).error().message == "odd");
  CHECK(quarter(3).error().code == Code::input_invalid);
  CHECK(check_quarter(4));
  CHECK(check_quarter(2).error().message == "odd");
}
