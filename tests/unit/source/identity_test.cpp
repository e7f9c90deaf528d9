#include <doctest/doctest.h>

#include "source/run_internal.hpp"
#include "unit/source/helper.hpp"

using namespace test;

TEST_CASE("rules for ids have one spelling each") {
  CHECK(parse_identity("auto")->rule == IdRule::automatic);
  CHECK(parse_identity("path")->rule == IdRule::path);
  CHECK(parse_identity("dicom")->rule == IdRule::dicom);
  CHECK(parse_identity("cda")->rule == IdRule::cda);
  CHECK(parse_identity("hl7v2")->rule == IdRule::hl7v2);
  const auto json = parse_identity("json:/identifier/0/value");
  CHECK(json->rule == IdRule::json);
  CHECK(json->pointer == "/identifier/0/value");
  CHECK(parse_identity("json:/a~1b~0c").ok());
  CHECK(parse_identity("json:/").ok());
}

TEST_CASE("wrong rules are usage errors with a hint") {
  for (const char* text : {"", "Path", "json", "json:", "json:mrn", "json:/a~2", "json:/a~",
                           "json:/\xff", "hl7", "dicoms"}) {
    INFO(text);
    const auto parsed = parse_identity(text);
    REQUIRE(!parsed);
    CHECK(parsed.error().code == Code::usage);
    CHECK(contains(parsed.error().message, "expected"));
  }
  CHECK(contains(parse_identity("json:mrn").error().hint, "json:/identifier/0/value"));
  CHECK(contains(parse_identity("dicoms").error().hint, "'dicom'"));
}

TEST_CASE("subjects come out of content only") {
  CHECK(parse_subject("json:/subject/reference").ok());
  CHECK(parse_subject("dicom").ok());
  for (const char* text : {"path", "auto", "x"}) {
    const auto parsed = parse_subject(text);
    REQUIRE(!parsed);
    CHECK(parsed.error().code == Code::usage);
  }
}

TEST_CASE("options that cannot be kept fail before anything is read") {
  Options options;
  options.type = "no spaces";
  CHECK(drain_lines("{}\n", options).error->code == Code::usage);
  options.type = std::string(65, 'a');
  CHECK(drain_files({"/"}, options).error->code == Code::usage);
  options.type = std::string(64, 'a');
  options.source = std::string(max_id + 1, 's');
  CHECK(drain_lines("{}\n", options).error->code == Code::usage);
  options.source = "a\nb";
  CHECK(drain_lines("{}\n", options).error->code == Code::usage);
  options.source.clear();
  options.subject = Identity{IdRule::path, {}};
  CHECK(drain_lines("{}\n", options).error->code == Code::usage);
  CHECK(drain_lines("{}\n", id_from("dicom")).error->code == Code::usage);
  CHECK(drain_lines("{}\n", id_from("path")).error->code == Code::usage);
}

TEST_CASE("the last check of a record holds its limits") {
  const auto check = [](std::string id, std::string subject = "") {
    Record record;
    record.id = std::move(id);
    record.subject = std::move(subject);
    const Status status = check_record(record);
    return status ? "ok" : info(status.error().code).id;
  };
  CHECK(check("a") == "ok");
  CHECK(check("") == "input.no_identity");
  CHECK(check(std::string(max_id, 'a')) == "ok");
  CHECK(check(std::string(max_id + 1, 'a')) == "input.invalid");
  CHECK(check("a\tb") == "input.invalid");
  CHECK(check("a\x7f") == "input.invalid");
  CHECK(check(std::string("a\0b", 3)) == "input.invalid");
  CHECK(check("caf\xe9") == "ok");
  CHECK(check("a", std::string(max_id + 1, 'a')) == "input.invalid");
  CHECK(check("a", "P\n1") == "input.invalid");

  Record record;
  record.id = "a";
  record.date = "2026\n";
  record.code = std::string(max_id + 1, 'c');
  record.group = "g";
  CHECK(check_record(record).ok());
  CHECK(record.date.empty());
  CHECK(record.code.empty());
  CHECK(record.group == "g");
}

TEST_CASE("notices count and then start anew") {
  Notices notices;
  for (int i = 0; i < 3; ++i) notices.count(Notice::dicom);
  notices.count(Notice::path);
  notices.count(Notice::byte_order_mark, "a.ndjson");
  CHECK(notices.take() ==
        std::vector<std::string>{"identity of 3 files taken from DICOM SOPInstanceUID",
                                 "identity of 1 file taken from the path",
                                 "byte order mark stripped from 1 input (a.ndjson)"});
  CHECK(notices.take().empty());
}
