#include "report/csv.hpp"

#include <doctest/doctest.h>

using medchain::json::Array;
using medchain::json::Object;
using medchain::report::csv_line;

TEST_CASE("cells are quoted where RFC 4180 says so") {
  CHECK(csv_line({"a", "", "b c"}) == "a,,b c\r\n");
  CHECK(csv_line({"a,b", "say \"no\"", "two\nlines", "cr\rhere"}) ==
        "\"a,b\",\"say \"\"no\"\"\",\"two\nlines\",\"cr\rhere\"\r\n");
}

TEST_CASE("no cell is a formula") {
  CHECK(csv_line({"=1+1", "+1", "-1", "@x", "\t=1", "\r=1"}) ==
        "'=1+1,'+1,'-1,'@x,'\t=1,\"'\r=1\"\r\n");
  CHECK(csv_line({"1=1", "a-b", "'=x"}) == "1=1,a-b,'=x\r\n");
}

TEST_CASE("members of an object are cells; arrays are joined") {
  Object inner;
  inner.set("entry", 4).set("rows", "0-1");
  Object object;
  object.set("n", 7).set("b", true).set("all", Array{"x", "=y"}).set("in", Array{inner});
  CHECK(csv_line(object, {"b", "none", "n", "all", "in"}) ==
        "true,,7,x =y,\"{\"\"entry\"\":4,\"\"rows\"\":\"\"0-1\"\"}\"\r\n");
}
