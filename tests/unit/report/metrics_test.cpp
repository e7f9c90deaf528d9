#include "report/metrics.hpp"

#include <doctest/doctest.h>

using namespace medchain::report;

TEST_CASE("gauges of one name share a heading, and label values are escaped") {
  Gauges gauges(Gauges::Labels{{"directory", "/a \"b\"\\c\nd"}});
  gauges.add("medchain_up", "Whether it is.", 1);
  gauges.add("medchain_last", "None.", std::optional<std::int64_t>());
  gauges.add("medchain_needs", "How many.", 2, {{"level", "warning"}});
  gauges.add("medchain_needs", "How many.", 0, {{"level", "critical"}});
  CHECK(gauges.text() ==
        "# HELP medchain_up Whether it is.\n"
        "# TYPE medchain_up gauge\n"
        "medchain_up{directory=\"/a \\\"b\\\"\\\\c\\nd\"} 1\n"
        "# HELP medchain_needs How many.\n"
        "# TYPE medchain_needs gauge\n"
        "medchain_needs{directory=\"/a \\\"b\\\"\\\\c\\nd\",level=\"warning\"} 2\n"
        "medchain_needs{directory=\"/a \\\"b\\\"\\\\c\\nd\",level=\"critical\"} 0\n");
}

TEST_CASE("a plugin's line stays one line with one bar") {
  CHECK(plugin_line("MEDCHAIN", "OK", "all|well\n", {}) == "MEDCHAIN OK - all/well\\x0a\n");
  CHECK(plugin_line("MEDCHAIN", "WARNING", "old",
                    {{"age", 90, "s", "60", "120"}, {"free", 7, "%", "10:", "5:"}, {"n", 0}}) ==
        "MEDCHAIN WARNING - old | age=90s;60;120;0 free=7%;10:;5:;0 n=0;;;0\n");
}
