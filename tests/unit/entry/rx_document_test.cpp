#include "entry/rx_document.hpp"

#include <doctest/doctest.h>

#include "unit/entry/random_fill.hpp"
#include "unit/note/keys.hpp"

using namespace medchain;
using entry::RxDocument;
using entry::RxNote;
using test::check_refused;

namespace {

const std::string sample =
    R"({"schema":"medchain/1","type":"prescription-document","items":[{"code":"86904123","unit":"tablet","quantity":20,)"
    R"("dose":"1-0-1"},{"code":"86904124","unit":"vial","quantity":5}]})"
    "\n";
const std::string handed_out =
    R"({"schema":"medchain/1","type":"prescription-note","products":[{"item":1,"product":"P1","quantity":12,"batch":"B7"},)"
    R"({"item":1,"product":"P2","quantity":8},{"item":2,"product":"P3","quantity":5}]})"
    "\n";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("documents of prescriptions have one spelling") {
  const auto document = entry::parse_rx_document(sample);
  REQUIRE(document);
  CHECK(entry::format_rx(*document) == sample);
  CHECK(entry::quantities_of(*document) == std::vector<std::uint64_t>{20, 5});
  test::RandomFill random(7);
  for (int i = 0; i < 50; ++i) {
    RxDocument made;
    random.fill(made);
    if (made.items.empty()) made.items.emplace_back().code = "x";
    for (auto& item : made.items) {
      item.quantity += item.quantity == 0 ? 1 : 0;
      if (item.unit.empty()) item.unit = "x";
    }
    const auto again = entry::parse_rx_document(entry::format_rx(made));
    REQUIRE_MESSAGE(again.ok(), (again ? "" : again.error().message));
    CHECK(*again == made);
    CHECK(entry::differing_fields(made, *again).empty());
  }
  const auto refused = [](const std::string& text, std::string_view piece) {
    check_refused(entry::parse_rx_document(text), Code::input_invalid, piece);
  };
  refused(sample.substr(0, sample.size() - 1), "does not end in a line feed");
  refused(replaced(sample, "\"items\"", " \"items\""), "not the one spelling");
  refused(replaced(sample, "\"quantity\":5", "\"quantity\":0"), "'items[1].quantity': expected 1 or more");
  refused(replaced(sample, "\"unit\":\"tablet\",", ""), "'items[0].unit' is missing");
  refused(replaced(sample, "\"unit\":\"tablet\"", "\"unit\":\"tablet\",\"colour\":\"red\""), "items[0].colour");
  refused(replaced(sample, "prescription-document", "prescription-note"), "'type'");
  refused("{\"schema\":\"medchain/1\",\"type\":\"prescription-document\",\"items\":[]}\n", "nothing is prescribed");
}

TEST_CASE("the products of a note count for their items") {
  const auto parsed = entry::parse_rx_note(handed_out);
  REQUIRE(parsed);
  CHECK(entry::format_rx(*parsed) == handed_out);
  const auto counts = entry::quantities_of(*parsed, 2);
  REQUIRE(counts);
  CHECK(*counts == std::vector<std::uint64_t>{20, 5});
  check_refused(entry::quantities_of(*parsed, 1), Code::input_invalid, "item 2: the prescription has 1");
  for (const std::string_view many : {"9007199254740991", "1000000", "999981"}) {
    const auto note = entry::parse_rx_note(
        replaced(replaced(handed_out, "\"item\":2", "\"item\":1"), "\"quantity\":5", "\"quantity\":" + std::string(many)));
    REQUIRE(note);
    check_refused(entry::quantities_of(*note, 2), Code::input_invalid, "item 1: expected up to 1000000 in all");
  }
  check_refused(entry::parse_rx_note(replaced(handed_out, "\"item\":2", "\"item\":0")), Code::input_invalid,
                "'products[2].item': items are counted from 1");
  check_refused(entry::parse_rx_note(replaced(handed_out, "\"quantity\":5", "\"quantity\":0")), Code::input_invalid,
                "'products[2].quantity': expected 1 or more");
}

TEST_CASE("one digit that differs is named by its field") {
  const auto issued = entry::parse_rx_document(sample);
  REQUIRE(issued);
  const struct {
    const char *from, *to;
    std::vector<std::string> fields;
  } changes[] = {
      {"1-0-1", "1-1-1", {"items[0].dose"}},
      {"\"quantity\":20", "\"quantity\":21", {"items[0].quantity"}},
      {"86904124", "86904125", {"items[1].code"}},
      {"vial", "vials", {"items[1].unit"}},
      {",\"dose\":\"1-0-1\"", "", {"items[0].dose"}},
      {"\"unit\":\"vial\",\"quantity\":5", "\"name\":\"X\",\"unit\":\"vial\",\"quantity\":6", {"items[1].quantity", "items[1].name"}},
      {",{\"code\":\"86904124\",\"unit\":\"vial\",\"quantity\":5}", "", {"items[1]"}},
      {"\"items\"", "\"patient\":\"P1\",\"items\"", {"patient"}},
  };
  for (const auto& change : changes) {
    const auto shown = entry::parse_rx_document(replaced(sample, change.from, change.to));
    REQUIRE(shown);
    CHECK(entry::differing_fields(*issued, *shown) == change.fields);
  }
}
