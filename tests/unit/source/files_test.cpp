#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "unit/source/helper.hpp"

using namespace test;

namespace {

using Summary = std::vector<std::string>;

std::string resource(std::string_view id) {
  return R"({"resourceType":"Patient","id":")" + std::string(id) + "\"}";
}

/// The one record of one file.
Record record_of(const std::string& path, const Options& options = {}) {
  const Drained drained = drain_files({path}, options);
  REQUIRE(drained.items.size() == 1);
  if (drained.items[0].problem) MESSAGE(drained.items[0].problem->message);
  REQUIRE(drained.items[0].record);
  return *drained.items[0].record;
}

void check_problem(const std::string& path, Code code, std::string_view piece,
                   const Options& options = {}) {
  const Drained drained = drain_files({path}, options);
  REQUIRE(drained.items.size() == 1);
  REQUIRE(drained.items[0].problem);
  INFO(drained.items[0].problem->message);
  CHECK(info(drained.items[0].problem->code).id == info(code).id);
  CHECK(contains(drained.items[0].problem->message, piece));
}

}  // namespace

TEST_CASE(
    "by content: DICOM, CDA, HL7 v2, FHIR, lines, and the path for the rest, and it is said") {
  TempDir folder;
  write_file(folder.path("a.dcm"), small_dicom());
  write_file(folder.path("b.xml"), small_cda());
  write_file(folder.path("c.hl7"), hl7_message("M1"));
  write_file(folder.path("d.json"), "{\n  \"resourceType\": \"Patient\",\n  \"id\": \"p1\"\n}\n");
  write_file(folder.path("e.txt"), resource("l1") + "\n\n" + resource("l2") + "\n");
  write_file(folder.path("f.pdf"), "%PDF-1.4 whatever");
  write_file(folder.path("g.ndjson"), resource("n1") + "\n");
  write_file(folder.path("h.empty"), "");
  Options options;
  options.source = "hosp";
  const Drained drained = drain_files({folder.path()}, options);
  CHECK(drained.summary() == Summary{"1.2.3.4", "1.2.3^D1", "M1", "p1", "l1", "l2",
                                     folder.path("f.pdf"), "n1", folder.path("h.empty")});
  const auto records = drained.records();
  Summary types;
  for (const Record& each : records) types.push_back(each.type);
  CHECK(types == Summary{"DICOM", "CDA", "HL7v2", "Patient", "Patient", "Patient", "file",
                         "Patient", "file"});
  CHECK(records[0].digest == digest_of(small_dicom()));
  CHECK(records[0].size == small_dicom().size());
  CHECK(records[0].group == "1.2.3");
  CHECK(records[0].subject == "P 1");
  CHECK(records[1].digest == digest_of(small_cda()));
  CHECK(records[1].subject == "9.8.7^P1");
  CHECK(records[2].digest == digest_of(hl7_message("M1")));
  CHECK(records[2].subject == "P1^^^HOSP");
  CHECK(records[3].digest == digest_of(read_all(folder.path("d.json"))));
  CHECK(records[4].digest == digest_of(resource("l1")));
  CHECK(records[5].line == 3);
  CHECK(records[8].size == 0);
  CHECK(records[8].digest == digest_of(""));
  for (std::size_t i = 0; i < drained.items.size(); ++i) {
    CHECK(drained.items[i].number == i + 1);
    CHECK(records[i].source == "hosp");
    CHECK(records[i].path.starts_with(folder.path()));
    CHECK(records[i].mtime > 1'700'000'000);
  }
  CHECK(drained.items[5].place == folder.path("e.txt:3"));
  CHECK(drained.items[6].place == folder.path("f.pdf"));
  CHECK(drained.notices == Summary{"identity of 4 records taken from FHIR resourceType and id",
                                   "identity of 1 file taken from DICOM SOPInstanceUID",
                                   "identity of 1 file taken from the CDA document id",
                                   "identity of 1 message taken from HL7 v2 MSH-10",
                                   "identity of 2 files taken from the path"});
}

TEST_CASE("damaged files of a known kind are problems, and the path is not taken unasked") {
  TempDir folder;
  write_file(folder.path("a.dcm"), small_dicom().substr(0, 150));
  write_file(folder.path("b.xml"), cda_document("<title>x</title>"));
  const Drained drained = drain_files({folder.path()});
  CHECK(drained.summary() == Summary{"!input.invalid", "!input.no_identity"});
  for (const Item& item : drained.items) CHECK(contains(item.problem->hint, "--id-from=path"));
  CHECK(drained.notices.empty());
}

TEST_CASE("an explicit rule is kept for every file") {
  TempDir folder;
  write_file(folder.path("a.ndjson"), resource("n1") + "\n" + resource("n2") + "\n");
  write_file(folder.path("b.json"), R"({"mrn": 5})");
  CHECK(record_of(folder.path("a.ndjson"), id_from("path")).id == folder.path("a.ndjson"));
  CHECK(record_of(folder.path("a.ndjson"), id_from("path")).digest ==
        digest_of(read_all(folder.path("a.ndjson"))));
  CHECK(drain_files({folder.path("a.ndjson")}, id_from("json:/id")).summary() ==
        Summary{"n1", "n2"});
  CHECK(record_of(folder.path("b.json"), id_from("json:/mrn")).id == "5");
  CHECK(record_of(folder.path("b.json"), id_from("json:/mrn")).type == "JSON");
  check_problem(folder.path("b.json"), Code::input_no_identity, "'/nr'", id_from("json:/nr"));
  check_problem(folder.path("b.json"), Code::input_invalid, "not a DICOM file", id_from("dicom"));
  check_problem(folder.path("b.json"), Code::input_invalid, "not well-formed XML", id_from("cda"));
  check_problem(folder.path("b.json"), Code::input_invalid, "not HL7 v2", id_from("hl7v2"));
  Options options = id_from("path");
  options.type = "Scan";
  CHECK(record_of(folder.path("b.json"), options).type == "Scan");
  CHECK(drain_files({folder.path()}, id_from("path")).notices.empty());
  write_file(folder.path("empty"), "");
  for (const char* rule : {"dicom", "cda", "hl7v2", "json:/a"})
    check_problem(folder.path("empty"), Code::input_invalid, "", id_from(rule));
}

TEST_CASE("single JSON files: FHIR by id, others and arrays by path, broken ones said") {
  TempDir folder;
  const auto id_of = [&folder](std::string_view text) {
    write_file(folder.path("x.json"), text);
    return record_of(folder.path("x.json"));
  };
  CHECK(id_of(resource("p1")).id == "p1");
  CHECK(id_of("\xef\xbb\xbf\n " + resource("p1") + "\n\n").id == "p1");
  CHECK(id_of("\xef\xbb\xbf" + resource("p1")).digest ==
        digest_of("\xef\xbb\xbf" + resource("p1")));
  CHECK(id_of("{\n\"resourceType\":\"Bundle\"\n}").id == folder.path("x.json"));
  CHECK(id_of("{\n\"resourceType\":\"Bundle\"\n}").type == "Bundle");
  CHECK(id_of("{\"a\":1}").id_rule == IdRule::path);
  CHECK(id_of("[" + resource("p1") + "]").id_rule == IdRule::path);
  CHECK(id_of("[\n" + resource("p1") + ",\n" + resource("p2") + "\n]\n").id_rule == IdRule::path);
  CHECK(id_of("{\"resourceType\":\"Patient\",\"id\":\"p1\"").id_rule == IdRule::path);
  // Two objects on one line, or something else behind the first, are neither lines nor one value.
  CHECK(id_of(resource("a") + resource("b")).id_rule == IdRule::path);
  CHECK(id_of(resource("a") + "\ntext\n").id_rule == IdRule::path);
  write_file(folder.path("x.json"), "{\n\"resourceType\": ");
  CHECK(has_notice(drain_files({folder.path("x.json")}), "1 file named .json but not valid JSON"));
  write_file(folder.path("x.json"), "{\"resourceType\":\"Patient\",\"id\":\"a\\nb\"}");
  check_problem(folder.path("x.json"), Code::input_invalid, "control character");
}

TEST_CASE(
    "lines are found by content even where the first one is longer than the head of the file") {
  TempDir folder;
  std::string first = resource("big");
  first.insert(1, "\"x\":\"" + std::string(400'000, 'x') + "\",");
  write_file(folder.path("lines"), first + "\n" + resource("b") + "\n");
  CHECK(drain_files({folder.path("lines")}).summary() == Summary{"big", "b"});
  write_file(folder.path("one"), first);
  CHECK(record_of(folder.path("one")).id == "big");
  CHECK(record_of(folder.path("one")).digest == digest_of(first));
}

TEST_CASE(
    "JSON over the limit is anchored by path and said, or refused where its id is asked for") {
  TempDir folder;
  std::string text = "{\"resourceType\":\"Patient\",\"id\":\"p\",\n\"x\":\"";
  text.append(max_record_line + 1 - text.size() - 2, 'x').append("\"}");
  write_file(folder.path("big.json"), text);
  const Drained drained = drain_files({folder.path("big.json")});
  REQUIRE(drained.records().size() == 1);
  CHECK(drained.records()[0].id_rule == IdRule::path);
  CHECK(drained.records()[0].digest == digest_of(text));
  CHECK(has_notice(drained, "over 64 MiB"));
  check_problem(folder.path("big.json"), Code::input_too_long, "67108864", id_from("json:/id"));
  Options canonical;
  canonical.canonical_json = true;
  check_problem(folder.path("big.json"), Code::input_too_long, "67108864", canonical);
}

TEST_CASE("the canonical mode is for JSON files and leaves others alone") {
  TempDir folder;
  write_file(folder.path("a.json"), "{ \"b\": 1.0,\n \"a\": 2 }\n");
  write_file(folder.path("b.pdf"), "%PDF { }");
  for (const char* rule : {"auto", "path", "json:/a"}) {
    Options options = id_from(rule);
    options.canonical_json = true;
    const Record record = record_of(folder.path("a.json"), options);
    CHECK(record.digest == digest_of("{\"a\":2,\"b\":1.0}"));
    CHECK(record.canonical);
  }
  Options options;
  options.canonical_json = true;
  CHECK(record_of(folder.path("b.pdf"), options).digest == digest_of("%PDF { }"));
  CHECK(!record_of(folder.path("b.pdf"), options).canonical);
}

TEST_CASE("the subject can come from content while the id is the path") {
  TempDir folder;
  write_file(folder.path("a.dcm"), small_dicom());
  write_file(folder.path("b.xml"), small_cda());
  write_file(folder.path("c.hl7"), hl7_message("M1"));
  write_file(folder.path("d.json"), "{\"mrn\":\"P5\"}");
  write_file(folder.path("e.txt"), "text");
  const auto subjects = [&folder](std::string_view rule) {
    Options options = id_from("path");
    options.subject = parse_subject(rule).value();
    const Drained drained = drain_files({folder.path()}, options);
    Summary found;
    for (const Record& each : drained.records()) found.push_back(each.subject);
    CHECK(has_notice(drained, "no subject found where --subject-from says in 4 records"));
    return found;
  };
  CHECK(subjects("dicom") == Summary{"P 1", "", "", "", ""});
  CHECK(subjects("cda") == Summary{"", "9.8.7^P1", "", "", ""});
  CHECK(subjects("hl7v2") == Summary{"", "", "P1^^^HOSP", "", ""});
  CHECK(subjects("json:/mrn") == Summary{"", "", "", "P5", ""});
}

TEST_CASE("HL7 v2 batches give a record for each message, with its offset") {
  TempDir folder;
  const std::string a = hl7_message("1"), bad = hl7_message(""), b = hl7_message("2", "P2");
  const std::string start = "FHS|^~\\&|X\rBHS|^~\\&|X\r";
  write_file(folder.path("batch.hl7"), start + a + bad + b + "BTS|3\rFTS|1\r");
  const Drained drained = drain_files({folder.path("batch.hl7")});
  CHECK(drained.summary() == Summary{"1", "!input.no_identity", "2"});
  CHECK(contains(drained.items[1].problem->message,
                 "the message at byte " + std::to_string(start.size() + a.size())));
  const auto records = drained.records();
  CHECK(records[0].offset == start.size());
  CHECK(records[1].offset == start.size() + a.size() + bad.size());
  CHECK(records[1].digest == digest_of(b));
  CHECK(records[1].size == b.size());

  write_file(folder.path("empty.hl7"), "FHS|^~\\&|X\rBHS|^~\\&|X\rBTS|0\rFTS|1\r");
  CHECK(drain_files({folder.path("empty.hl7")}).items.empty());
  write_file(folder.path("bad.hl7"), a + "BTS|1\rsecret\r");
  const Drained broken = drain_files({folder.path("bad.hl7"), folder.path("batch.hl7")});
  CHECK(broken.summary() == Summary{"!input.invalid", "1", "!input.no_identity", "2"});
}

TEST_CASE("HL7 v2 batches bigger than a window are read whole") {
  TempDir folder;
  std::string text = "BHS|^~\\&|X\r";
  Summary expected;
  std::vector<Digest> digests;
  for (int i = 0; i < 300; ++i) {
    std::string message = hl7_message(std::to_string(i));
    message +=
        "OBX|2|ED|x||" +
        std::string(static_cast<std::size_t>(i % 7) * 3000 + (i == 150 ? 3'000'000 : 0), 'x') +
        "\r";
    expected.push_back(std::to_string(i));
    digests.push_back(digest_of(message));
    text += message;
  }
  write_file(folder.path("big"), text + "BTS|300\r");
  const Drained drained = drain_files({folder.path("big")});
  CHECK(drained.summary() == expected);
  const auto records = drained.records();
  for (std::size_t i = 0; i < records.size(); ++i) {
    CHECK(records[i].digest == digests[i]);
    if (i % 50 == 0) {
      const auto again = read_record(records[i].path, 0, records[i].offset, {});
      REQUIRE(again.ok());
      CHECK(again->digest == digests[i]);
      CHECK(again->id == records[i].id);
    }
  }
}

TEST_CASE("a big sparse file is digested in constant memory") {
  TempDir folder;
  write_file(folder.path("sparse"), "x");
  constexpr std::size_t size = 96u << 20;
  REQUIRE(::truncate(folder.path("sparse").c_str(), static_cast<off_t>(size)) == 0);
  const Record record = record_of(folder.path("sparse"));
  CHECK(record.size == size);
  crypto::Sha256 sha256;
  sha256.update("x");
  const std::string zeros(1u << 20, '\0');
  for (std::size_t left = size - 1; left > 0;) {
    const std::size_t count = std::min(left, zeros.size());
    sha256.update(std::string_view(zeros).substr(0, count));
    left -= count;
  }
  CHECK(record.digest == Digest(sha256.finish()));
}

TEST_CASE("records read again are the same, and changes show") {
  TempDir folder;
  write_file(folder.path("a.dcm"), small_dicom());
  write_file(folder.path("b.xml"), small_cda());
  write_file(folder.path("c.hl7"), hl7_message("M1") + hl7_message("M2"));
  write_file(folder.path("d.json"), "{\n  \"resourceType\": \"Patient\",\n  \"id\": \"p1\"\n}\n");
  write_file(folder.path("e.ndjson"),
             "\xef\xbb\xbf" + resource("n1") + "\r\n\n" + resource("n2") + "\n" + resource("n3"));
  write_file(folder.path("f.pdf"), "%PDF");
  const auto records = drain_files({folder.path()}).records();
  CHECK(records.size() == 9);
  for (const Record& each : records) {
    const auto again = read_record(each.path, each.line, each.offset, {});
    REQUIRE(again.ok());
    CHECK(again->digest == each.digest);
    CHECK(again->id == each.id);
    CHECK(again->type == each.type);
    CHECK(again->subject == each.subject);
    CHECK(again->size == each.size);
    CHECK(again->line == each.line);
    CHECK(again->offset == each.offset);
    CHECK(again->path == each.path);
  }
  // By line alone, and with an offset that has become wrong.
  CHECK(read_record(folder.path("e.ndjson"), 3, 0, {})->id == "n2");
  CHECK(read_record(folder.path("e.ndjson"), 4, 5, {})->id == "n3");
  const auto fails = [](const Result<Record>& result, Code code) {
    return !result && result.error().code == code;
  };
  CHECK(fails(read_record(folder.path("e.ndjson"), 2, 0, {}), Code::input_changed));
  CHECK(fails(read_record(folder.path("e.ndjson"), 9, 0, {}), Code::input_changed));
  CHECK(fails(read_record(folder.path("c.hl7"), 0, 7, {}), Code::input_changed));
  CHECK(fails(read_record(folder.path("c.hl7"), 0, 99'999, {}), Code::input_changed));
  CHECK(fails(read_record(folder.path("none"), 0, 0, {}), Code::input_unreadable));
  CHECK(fails(read_record(folder.path(), 0, 0, {}), Code::input_unreadable));
  write_file(folder.path("f.pdf"), "%PDG");
  CHECK(read_record(folder.path("f.pdf"), 0, 0, {})->digest == digest_of("%PDG"));
}

TEST_CASE("names from a list are separated by NUL") {
  TempDir folder;
  write_file(folder.path("a"), "1");
  write_file(folder.path("b b"), "2");
  const auto drain_list = [](const std::string& list) {
    const File file = descriptor_of(list);
    return drain(*read_files0(file.fd(), "LIST", {}));
  };
  const std::string a = folder.path("a"), b = folder.path("b b");
  CHECK(drain_list(a + '\0' + b + '\0').summary() == Summary{a, b});
  CHECK(drain_list(a + '\0' + b).summary() == Summary{a, b});
  CHECK(drain_list("").items.empty());
  const Drained holes = drain_list(a + std::string("\0\0", 2) + b + '\0');
  CHECK(holes.summary() == Summary{a, "!input.invalid", b});
  CHECK(holes.items[1].place == "LIST:2");
  const Drained missing = drain_list(a + "\n" + b + "\n");
  CHECK(missing.summary() == Summary{"!input.unreadable"});
  CHECK(contains(missing.items[0].problem->hint, "NUL"));
  CHECK(drain_list(std::string(70'000, 'x') + '\0' + a + '\0').summary() ==
        Summary{"!input.too_long", a});
}

TEST_CASE("samples of others: every file gets an identity") {
  const auto shared = shared_folder();
  if (!shared) {
    MESSAGE("no shared folder");
    return;
  }
  const Drained drained = drain_files({(*shared / "data/dev").string()});
  std::size_t problems = 0;
  for (const Item& item : drained.items)
    if (item.problem) {
      ++problems;
      // The log of the export is NDJSON, but not FHIR.
      INFO(item.place << ": " << item.problem->message);
      CHECK(contains(item.place, "log.ndjson"));
    } else {
      CHECK(!item.record->id.empty());
      CHECK(!item.record->type.empty());
    }
  CHECK(drained.items.size() > 10'000);
  CHECK(has_notice(drained, "identity of 3 files taken from DICOM"));
  CHECK(has_notice(drained, "identity of 6 files taken from the CDA"));
}
