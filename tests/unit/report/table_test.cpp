#include "report/table.hpp"

#include <doctest/doctest.h>

using namespace medchain::report;

TEST_CASE("a table aligns columns and leaves no spaces at line ends") {
  Table table({{"member"}, {"entries", Align::right}, {"note"}});
  CHECK(table.empty());
  table.add({"hosp-a", "7", ""});
  table.add({"clinic-bbb", "1234567890", "new"});
  CHECK_FALSE(table.empty());
  CHECK(table.text() ==
        "member         entries  note\n"
        "hosp-a               7\n"
        "clinic-bbb  1234567890  new\n");
}

TEST_CASE("a table without rows is its heading") {
  CHECK(Table({{"a"}, {"b"}}).text() == "a  b\n");
}

TEST_CASE("wide characters count two columns") {
  Table table({{"name"}, {"n"}});
  table.add({"\xe5\xbc\xa0\xe4\xb8\x89\xe4\xb8\xb0", "1"});
  table.add({"abc", "2"});
  CHECK(table.text() ==
        "name    n\n"
        "\xe5\xbc\xa0\xe4\xb8\x89\xe4\xb8\xb0  1\n"
        "abc     2\n");
}

TEST_CASE("a long cell is cut at a whole character") {
  Table table({{"h", Align::left, 5}, {"n"}});
  table.add({"abcdefgh", "1"});
  table.add({"abcde", "2"});
  table.add({"\xe5\xbc\xa0\xe5\xbc\xa0\xe5\xbc\xa0", "3"});
  CHECK(table.text() ==
        "h      n\n"
        "abcd~  1\n"
        "abcde  2\n"
        "\xe5\xbc\xa0\xe5\xbc\xa0~  3\n");
}

TEST_CASE("control characters of a cell do not reach the terminal") {
  Table table({{"h"}});
  table.add({"a\x1b[31m\nb"});
  CHECK(table.text() == "h\na\\x1b[31m\\x0ab\n");
}

TEST_CASE("a table that is given in pieces has one heading, and columns that only grow") {
  Table table({{"name"}, {"n", Align::right}});
  table.add({"hosp-a", "1"});
  CHECK(table.next_text() == "name    n\nhosp-a  1\n");
  CHECK(table.empty());
  table.add({"b", "100"});
  table.add({"clinic-bbb", "2"});
  CHECK(table.next_text() == "b           100\nclinic-bbb    2\n");
  table.add({"c", "3"});
  CHECK(table.next_text() == "c             3\n");
}
