#include <doctest/doctest.h>

#include "source/hl7v2_internal.hpp"
#include "unit/source/helper.hpp"

using namespace test;

namespace {

void check_fails(const std::string& message, Code code, std::string_view piece) {
  const auto found = identify_hl7v2(as_bytes(message));
  REQUIRE(!found);
  CHECK(found.error().code == code);
  INFO(found.error().message);
  CHECK(contains(found.error().message, piece));
}

std::vector<std::string> pieces(const std::string& file) {
  std::vector<std::string> found;
  const auto messages = split_hl7v2(as_bytes(file));
  REQUIRE(messages.ok());
  for (const Hl7Message& each : *messages) found.push_back(file.substr(each.offset, each.size));
  return found;
}

}  // namespace

TEST_CASE(
    "an HL7 v2 message gives control id, patient, date and type, whatever ends its segments") {
  for (const char* end : {"\r", "\n", "\r\n"}) {
    const auto found =
        identify_hl7v2(as_bytes(hl7_message("M42", "P1^^^HOSP&1.2&ISO^MR~X2^^^GOV", end)));
    REQUIRE(found.ok());
    CHECK(found->id == "M42");
    CHECK(found->subject == "P1^^^HOSP&1.2&ISO");
    CHECK(found->date == "20260102030405+0800");
    CHECK(found->group == "ORU^R01^ORU_R01");
  }
}

TEST_CASE("separators are those of the message header") {
  const auto found =
      identify_hl7v2(as_bytes("MSH#!*$%#A#B#C#D#2026!x##ADT!A01#77#P\rPID###P9!!!LAB*Q\r"));
  REQUIRE(found.ok());
  CHECK(found->id == "77");
  CHECK(found->subject == "P9^^^LAB");
  CHECK(found->date == "2026");
}

TEST_CASE("patient ids may lack an authority, be null or be missing") {
  CHECK(identify_hl7v2(as_bytes(hl7_message("1", "P1")))->subject == "P1");
  CHECK(identify_hl7v2(as_bytes(hl7_message("1", " P1 ^^^")))->subject == "P1");
  CHECK(identify_hl7v2(as_bytes(hl7_message("1", "\"\"")))->subject.empty());
  CHECK(identify_hl7v2(as_bytes(hl7_message("1", "^^^HOSP")))->subject.empty());
  CHECK(identify_hl7v2(as_bytes("MSH|^~\\&|||||||ACK|5"))->subject.empty());
  CHECK(identify_hl7v2(as_bytes("MSH|^~\\&|||||||ACK|5\rPIDX|||P2\rPID|||P3\rPID|||P4"))->subject ==
        "P3");
}

TEST_CASE("HL7 v2 refusals name the reason") {
  check_fails("", Code::input_invalid, "expected 'MSH'");
  check_fails("PID|1||P1\r", Code::input_invalid, "expected 'MSH'");
  check_fails("MSH", Code::input_invalid, "expected 'MSH'");
  check_fails("MSHX^~\\&|a", Code::input_invalid, "separators");
  check_fails("MSH||||||||||||", Code::input_invalid, "separators");
  check_fails("MSH|^~\\&|LAB|HOSP\r", Code::input_no_identity, "MSH-10");
  check_fails(hl7_message(""), Code::input_no_identity, "MSH-10");
  check_fails(hl7_message("\"\""), Code::input_no_identity, "MSH-10");
}

TEST_CASE("a plain file is one message with all its bytes") {
  for (const char* end : {"\r", "\n", "\r\n"}) {
    const std::string file = hl7_message("1", "P1", end) + end;
    CHECK(pieces(file) == std::vector<std::string>{file});
  }
}

TEST_CASE("a batch file is split at its message headers") {
  for (const char* end : {"\r", "\n", "\r\n"}) {
    const std::string a = hl7_message("1", "P1", end), b = hl7_message("2", "P2", end),
                      c = hl7_message("3", "P3", end);
    const std::string file = std::string("FHS|^~\\&|X") + end + "BHS|^~\\&|X" + end + a + b +
                             "BTS|2" + end + "BHS|^~\\&" + end + c + "BTS|1" + end + "FTS|2" + end;
    CHECK(looks_like_hl7v2(as_bytes(file)));
    CHECK(pieces(file) == std::vector<std::string>{a, b, c});
    CHECK(pieces(a + b) == std::vector<std::string>{a, b});
  }
  CHECK(pieces("FHS|^~\\&\rBHS|^~\\&\rBTS|0\rFTS|1\r").empty());
}

TEST_CASE("what is outside of messages and no header is refused") {
  const auto outside =
      split_hl7v2(as_bytes("BHS|^~\\&\r" + hl7_message("1") + "BTS|1\rsecret text\r"));
  REQUIRE(!outside);
  CHECK(contains(outside.error().message, "expected an MSH, FHS, BHS, BTS or FTS segment at byte"));
  CHECK(!contains(outside.error().message, "secret"));
  CHECK(!split_hl7v2(as_bytes("garbage")));
  CHECK(!split_hl7v2({}));
  CHECK(!split_hl7v2(as_bytes("\r\n\r\n")));
}

TEST_CASE("windows of every size split a batch as the whole does") {
  const std::string file = "FHS|^~\\&|X\r\nBHS|^~\\&\r\n" + hl7_message("1", "P1", "\r\n") +
                           hl7_message("2", "P2", "\r\n") + "\r\nBTS|2\r\nBHS|^~\\&\r\n" +
                           hl7_message("3", "P3", "\r\n") + "BTS|1\r\nFTS|2\r\n";
  const std::vector<std::string> expected = pieces(file);
  for (std::size_t step = 1; step <= file.size(); ++step) {
    std::vector<std::string> found;
    std::size_t base = 0, size = step;
    for (;;) {
      size = std::min(size, file.size() - base);
      const bool last = base + size == file.size();
      const auto split =
          split_hl7v2_window(as_bytes(std::string_view(file).substr(base, size)), base, last);
      REQUIRE(split.ok());
      for (const Hl7Message& each : split->messages)
        found.push_back(file.substr(base + each.offset, each.size));
      if (last) break;
      base += split->consumed;
      size = size - split->consumed + step;
    }
    CHECK(found == expected);
  }
}
