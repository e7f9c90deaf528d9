#include <doctest/doctest.h>

#include "source/csv_internal.hpp"
#include "unit/source/helper.hpp"

using namespace test;
using namespace std::string_literals;

namespace {

using Fields = std::vector<std::string>;

struct Table {
  std::vector<CsvRow> rows;
  std::optional<Error> error;
  bool mark = false;
};

Table read_table(std::string_view text) {
  const File file = descriptor_of(text);
  CsvRows rows(file.fd(), -1);
  Table table;
  for (;;) {
    auto row = rows.next();
    if (!row) {
      table.error = row.error();
      const auto again = rows.next();
      CHECK((again.ok() && !*again));
      break;
    }
    if (!*row) break;
    table.rows.push_back(std::move(**row));
  }
  table.mark = rows.had_byte_order_mark();
  return table;
}

void check_error(std::string_view text, Code code, std::string_view piece) {
  INFO(text.substr(0, 80));
  const Table table = read_table(text);
  REQUIRE(table.error);
  CHECK(table.error->code == code);
  INFO(table.error->message);
  CHECK(contains(table.error->message, piece));
}

}  // namespace

TEST_CASE("RFC 4180: quotes, separators and line ends within fields, lines counted") {
  const Table table = read_table(
      "a,b,c\r\n\"x,1\",\"say \"\"hi\"\"\",\"two\r\nlines\n\nmore\"\r\n\r\n "
      ",\"\",\r\nlast,row,here");
  CHECK(!table.error);
  REQUIRE(table.rows.size() == 4);
  CHECK(table.rows[0].fields == Fields{"a", "b", "c"});
  CHECK(table.rows[1].fields == Fields{"x,1", "say \"hi\"", "two\nlines\n\nmore"});
  CHECK(table.rows[1].line == 2);
  CHECK(table.rows[2].fields == Fields{" ", "", ""});
  CHECK(table.rows[2].line == 7);
  CHECK(table.rows[3].line == 8);
  CHECK(table.rows[2].ended);
  CHECK(!table.rows[3].ended);
}

TEST_CASE("the separator is found in the first line, a byte order mark is stripped once") {
  CHECK(read_table("\xef\xbb\xbf"
                   "a;b\n1,5;2\n")
            .rows[1]
            .fields == Fields{"1,5", "2"});
  CHECK(read_table("\xef\xbb\xbf"
                   "a\n")
            .mark);
  CHECK(read_table("\xef\xbb\xbf"
                   "a\n")
            .rows[0]
            .fields == Fields{"a"});
  CHECK(!read_table("a\n\xef\xbb\xbf"
                    "a\n")
             .mark);
  CHECK(read_table("a\tb\n1\t2\n").rows[1].fields == Fields{"1", "2"});
  CHECK(separator_of("\"a;b;c;d\",e") == ',');
  CHECK(separator_of("") == ',');
  CHECK(read_table("").rows.empty());
  CHECK(read_table("\n\r\n\n").rows.empty());
}

TEST_CASE("broken quoting ends the table and names the line where the row began") {
  check_error("a,b\n1,\"x\"y\n3,4\n", Code::input_invalid, "line 2: expected a separator");
  check_error("a,b\n1,x\"y\n3,4\n", Code::input_invalid, "line 2: ");
  check_error("a,b\n1,\"x\" ,\n", Code::input_invalid, "line 2: ");
  check_error("a,b\n\n1,\"x\n3,4\n", Code::input_truncated, "line 3: the row is not complete");
  check_error("a,b\n1,\"x", Code::input_truncated, "line 2: ");
}

TEST_CASE("bytes that are no text are problems of their row only") {
  const Table table = read_table("a,b\n1,\xff\n2,x\0y\n3,\xe4\xb8\xad\n"s);
  CHECK(!table.error);
  REQUIRE(table.rows.size() == 4);
  CHECK(table.rows[1].problem->code == Code::input_encoding);
  CHECK(contains(table.rows[1].problem->message, "column 2: expected UTF-8"));
  CHECK(table.rows[1].fields.empty());
  CHECK(table.rows[2].problem->code == Code::input_invalid);
  CHECK(contains(table.rows[2].problem->message, "NUL byte at offset 1"));
  CHECK(table.rows[3].fields == Fields{"3", "\xe4\xb8\xad"});
}

TEST_CASE("limits: a long line, a long quoted row, many columns") {
  const std::string ten_million(10'000'000, 'x');
  const Table table = read_table("a,b\n" + ten_million + ",1\n3,4\n");
  CHECK(!table.error);
  REQUIRE(table.rows.size() == 3);
  CHECK(table.rows[1].problem->code == Code::input_too_long);
  CHECK(table.rows[2].fields == Fields{"3", "4"});
  CHECK(table.rows[2].line == 3);

  // Within quotes nobody knows where the row would end.
  check_error("a,b\n1,\"x\n" + ten_million + "\"\n", Code::input_too_long, "line 2: ");
  std::string many_lines = "a,b\n1,\"";
  for (int i = 0; i < 20'000; ++i) many_lines += std::string(99, 'y') + "\n";
  check_error(many_lines + "\"\n3,4\n", Code::input_too_long, "line 2: ");

  const std::string at_limit(max_csv_row, 'z');
  CHECK(read_table(at_limit + "\n").rows[0].fields[0].size() == max_csv_row);
  CHECK(read_table(at_limit + "z\n").rows[0].problem->code == Code::input_too_long);

  CHECK(read_table(std::string(max_csv_columns - 1, ',') + "\n").rows[0].fields.size() ==
        max_csv_columns);
  const Table wide = read_table(std::string(max_csv_columns, ',') + "\n1,2\n");
  CHECK(contains(wide.rows[0].problem->message, "got 1025"));
  CHECK(wide.rows[1].fields == Fields{"1", "2"});
}
