#include <doctest/doctest.h>
#include <fcntl.h>

#include <thread>

#include "source/ndjson_internal.hpp"
#include "unit/source/helper.hpp"

using namespace test;

namespace {

std::string patient(std::string_view id) {
  return R"({"resourceType":"Patient","id":")" + std::string(id) + R"(","birthDate":"1970-01-01"})";
}

void check_problem(std::string_view text, std::size_t item, Code code, std::string_view piece,
                   const Options& options = {}) {
  const Drained drained = drain_lines(text, options);
  REQUIRE(drained.items.size() > item);
  REQUIRE(drained.items[item].problem);
  const Error& problem = *drained.items[item].problem;
  INFO(problem.message);
  CHECK(info(problem.code).id == info(code).id);
  CHECK(contains(problem.message, piece));
}

using Summary = std::vector<std::string>;

}  // namespace

TEST_CASE("a FHIR line gives type, id, subject, date, code and the digest of its bytes") {
  const std::string line =
      R"({"resourceType":"Observation","id":"o-1","subject":{"reference":"Patient/7"},"effectiveDateTime":"2026-01-02",)"
      R"("code":{"coding":[{"system":"http://loinc.org","code":"718-7"}]},"valueQuantity":{"value":4.0}})";
  Options options;
  options.source = "lab";
  const Drained drained = drain_lines(line + "\n", options);
  REQUIRE(drained.summary() == Summary{"o-1"});
  const Record& record = *drained.items[0].record;
  CHECK(record.source == "lab");
  CHECK(record.type == "Observation");
  CHECK(record.subject == "Patient/7");
  CHECK(record.date == "2026-01-02");
  CHECK(record.code == "718-7");
  CHECK(record.digest == digest_of(line));
  CHECK(record.size == line.size());
  CHECK(record.path == "/in.ndjson");
  CHECK(record.line == 1);
  CHECK(record.id_rule == IdRule::automatic);
  CHECK(!record.canonical);
  CHECK(drained.items[0].place == "in.ndjson:1");
  CHECK(has_notice(drained, "identity of 1 record taken from FHIR"));
}

TEST_CASE(
    "empty lines, CRLF, a byte order mark and a missing last line end are taken as CLI.md says") {
  const std::string a = patient("a"), b = patient("b"), c = patient("c");
  const Drained drained = drain_lines("\xef\xbb\xbf" + a + "\r\n\r\n\n  \t\n" + b + "\n\n" + c);
  CHECK(drained.summary() == Summary{"a", "b", "c"});
  CHECK(drained.items[0].place == "in.ndjson:1");
  CHECK(drained.items[1].place == "in.ndjson:5");
  CHECK(drained.items[2].place == "in.ndjson:7");
  CHECK(drained.items[2].number == 3);
  const auto records = drained.records();
  CHECK(records[0].digest == digest_of(a));
  CHECK(records[0].offset == 3);
  CHECK(records[1].digest == digest_of(b));
  CHECK(records[2].digest == digest_of(c));
  CHECK(records[2].offset == 3 + a.size() + 2 + 2 + 1 + 4 + b.size() + 2);
  CHECK(has_notice(drained, "byte order mark stripped from 1 input (in.ndjson)"));
  // The mark is one at the beginning of the input only.
  check_problem(a + "\n\xef\xbb\xbf" + b + "\n", 1, Code::input_invalid, "");
  // A last line with CR but no LF has no CRLF: the CR is its own.
  CHECK(drain_lines(a + "\r").records().at(0).digest == digest_of(a + "\r"));
  CHECK(drain_lines("").items.empty());
  CHECK(drain_lines("\n\n\r\n").items.empty());
  CHECK(drain_lines("\xef\xbb\xbf").items.empty());
}

TEST_CASE("bad lines are problems of their own line, and reading goes on") {
  const Drained drained = drain_lines(
      patient("a") + "\n{\"resourceType\":\"Patient\",\"id\":\"\xff\"}\n{bad\n" + patient("b") +
      "\n[1]\n17\n{\"id\":\"x\"}\n{\"resourceType\":\"Patient\"}\n" + patient("c") + "\n");
  CHECK(drained.summary() == Summary{"a", "!input.encoding", "!input.invalid", "b",
                                     "!input.no_identity", "!input.no_identity",
                                     "!input.no_identity", "!input.no_identity", "c"});
  CHECK(drained.items[2].place == "in.ndjson:3");
  CHECK(drained.items[8].place == "in.ndjson:9");
  CHECK(!drained.error);
}

TEST_CASE("NUL bytes, lone surrogates, deep nesting and binary garbage are refused by line") {
  check_problem(std::string("{\"resourceType\":\"Patient\",\"id\":\"a\0b\"}\n", 39), 0,
                Code::input_invalid, "");
  check_problem(std::string("\0\0\0\n", 4), 0, Code::input_invalid, "");
  const Drained surrogate =
      drain_lines("{\"resourceType\":\"Patient\",\"id\":\"\\ud800\"}\n" + patient("b") + "\n");
  CHECK(surrogate.items.at(0).problem);
  CHECK(surrogate.items.at(1).record);
  const Drained deep = drain_lines(std::string(100'000, '[') + "\n" + patient("b") + "\n");
  CHECK(deep.items.at(0).problem);
  CHECK(deep.items.at(1).record);
  const Drained deep_closed =
      drain_lines("{\"resourceType\":\"Patient\",\"id\":\"x\",\"a\":" + std::string(100'000, '[') +
                  std::string(100'000, ']') + "}\n" + patient("b") + "\n");
  CHECK(deep_closed.items.size() == 2);
  CHECK(deep_closed.items.at(1).record);

  std::string garbage;
  std::uint32_t seed = 12345;
  for (int i = 0; i < 200'000; ++i)
    garbage += static_cast<char>((seed = seed * 1664525 + 1013904223) >> 24);
  const Drained drained = drain_lines(garbage);
  CHECK(drained.records().empty());
  CHECK(!drained.items.empty());
}

TEST_CASE("ids that are escaped control characters or too long are refused, and not quoted") {
  check_problem("{\"resourceType\":\"Patient\",\"id\":\"secret\\u0000\"}\n", 0, Code::input_invalid,
                "control character");
  check_problem("{\"resourceType\":\"Patient\",\"id\":\"secret\\n\"}\n", 0, Code::input_invalid,
                "the id:");
  const std::string longest = std::string(max_id, 'i');
  CHECK(drain_lines("{\"resourceType\":\"Device\",\"id\":\"" + longest + "\"}\n").summary() ==
        Summary{longest});
  // A patient is its own subject, under a longer name.
  check_problem(patient(longest) + "\n", 0, Code::input_invalid, "the subject: expected at most 1024");
  check_problem(patient(std::string(max_id + 1, 'i')) + "\n", 0, Code::input_invalid,
                "at most 1024");
  check_problem(patient("") + "\n", 0, Code::input_no_identity, "field 'id'");
  check_problem("{\"resourceType\":\"not a type\",\"id\":\"secret\"}\n", 0, Code::input_no_identity,
                "'resourceType'");
  for (const char* line :
       {"{\"resourceType\":\"Patient\",\"id\":\"secret\\n\"}\n", "{\"secret\":\n",
        "{\"resourceType\":\"secret x\"}\n", "{\"a\":secret}\n", "\"secret\xff\"\n"})
    for (const Item& item : drain_lines(line).items) {
      REQUIRE(item.problem);
      CHECK(!contains(item.problem->message + item.problem->hint, "secret"));
    }
}

TEST_CASE("what is not FHIR says how to name its id") {
  const Drained drained = drain_lines("{\"mrn\":\"a\"}\n");
  REQUIRE(drained.items.at(0).problem);
  CHECK(contains(drained.items[0].problem->hint, "--id-from=json:/"));
}

TEST_CASE("a JSON pointer gives the id, as string or number") {
  Options options = id_from("json:/visit/0/nr");
  options.type = "Visit";
  options.subject = parse_subject("json:/mrn").value();
  const Drained drained = drain_lines(
      "{\"mrn\":\"P1\",\"visit\":[{\"nr\":17}]}\n{\"visit\":[{\"nr\":\"v\\u00e9\"}]}\n{\"visit\":[]"
      "}\n"
      "{\"visit\":[{\"nr\":\"\"}]}\n{\"resourceType\":\"Encounter\",\"id\":\"e\",\"visit\":[{"
      "\"nr\":1.50}]}\n",
      options);
  CHECK(drained.summary() ==
        Summary{"17", "v\xc3\xa9", "!input.no_identity", "!input.no_identity", "1.50"});
  CHECK(drained.items[0].record->subject == "P1");
  CHECK(drained.items[0].record->type == "Visit");
  CHECK(drained.items[0].record->id_rule == IdRule::json);
  CHECK(drained.items[1].record->subject.empty());
  CHECK(drained.items[4].record->type == "Encounter");
  CHECK(contains(drained.items[2].problem->message, "'/visit/0/nr'"));
  CHECK(has_notice(drained, "no subject found where --subject-from says in 4 records"));
  CHECK(drain_lines("{\"a\":1}\n", id_from("json:/a")).records().at(0).type == "JSON");
}

TEST_CASE("a subject by pointer goes before the one that FHIR says") {
  Options options;
  options.subject = parse_subject("json:/identifier/0/value").value();
  const Drained drained = drain_lines(
      "{\"resourceType\":\"Patient\",\"id\":\"a\",\"identifier\":[{\"value\":\"MRN1\"}]}\n" +
          patient("b") + "\n",
      options);
  CHECK(drained.items.at(0).record->subject == "MRN1");
  CHECK(drained.items.at(1).record->subject == "Patient/b");
}

TEST_CASE("the canonical mode digests the canonical form and says so") {
  Options options;
  options.canonical_json = true;
  const Drained drained = drain_lines(
      "{ \"id\": \"a\", \"resourceType\": \"Patient\", \"x\": 4.0 }\n"
      "{\"resourceType\":\"Patient\",\"id\":\"a\",\"id\":\"b\"}\n",
      options);
  const Record& record = drained.items.at(0).record.value();
  const std::string canonical = "{\"id\":\"a\",\"resourceType\":\"Patient\",\"x\":4.0}";
  CHECK(record.digest == digest_of(canonical));
  CHECK(record.size == canonical.size());
  CHECK(record.canonical);
  CHECK(drained.items.at(1).problem);
}

TEST_CASE("a last line that is cut is told apart from a bad line") {
  check_problem(patient("a") + "\n{\"resourceType\":\"Patient\",\"id\":\"b", 1,
                Code::input_truncated, "no line end");
  check_problem("{\"resourceType\":\"Patient\",\"id\":\"b\n", 0, Code::input_invalid, "");
}

TEST_CASE("UTF-16 gets a hint") {
  const Drained drained = drain_lines(std::string("\xff\xfe{\0\"\0\n\0", 8));
  REQUIRE(!drained.items.empty());
  CHECK(drained.items[0].problem->code == Code::input_encoding);
  CHECK(contains(drained.items[0].problem->hint, "iconv"));
}

TEST_CASE("a place is escaped for terminals") {
  const File file = descriptor_of("{\n");
  const Drained drained = drain(*read_ndjson(file.fd(), "a\nb\x1b[31m", "", {}));
  REQUIRE(drained.items.size() == 1);
  CHECK(!contains(drained.items[0].place, "\n"));
  CHECK(!contains(drained.items[0].place, "\x1b"));
  CHECK(drained.items[0].place.ends_with(":1"));
}

TEST_CASE("lines are the same whatever the size of the buffer and the pieces of a pipe") {
  std::string text = "\xef\xbb\xbf";
  std::vector<std::string> expected;
  for (int i = 0; i < 50; ++i) {
    const std::string line =
        patient(std::to_string(i) + std::string(static_cast<std::size_t>(i) * 3, 'x'));
    expected.push_back(std::to_string(i) + std::string(static_cast<std::size_t>(i) * 3, 'x'));
    text += line + (i % 3 == 0 ? "\r\n" : i % 7 == 0 ? "\n\n" : "\n");
  }
  for (const std::size_t buffer_size :
       {std::size_t{1}, std::size_t{7}, std::size_t{64}, std::size_t{100'000}}) {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    const File in(ends[0]);
    std::thread writer([&text, out = ends[1]] {
      for (std::size_t at = 0; at < text.size(); at += 13)
        CHECK(write_all(out, text.substr(at, 13), "pipe").ok());
      ::close(out);
    });
    Run run({});
    RecordLines lines(run, {in.fd(), "in", "", 0, 1, 0, buffer_size});
    std::vector<std::string> found;
    for (;;) {
      Item item;
      const auto more = lines.next(item);
      REQUIRE(more.ok());
      if (!*more) break;
      REQUIRE(item.record);
      found.push_back(item.record->id);
    }
    writer.join();
    CHECK(found == expected);
    CHECK(run.bytes_read == text.size());
  }
}

TEST_CASE(
    "a line at the limit is read, one over it is reported once and reading goes on behind it") {
  const auto padded = [](std::size_t size) {
    std::string line = "{\"resourceType\":\"Patient\",\"id\":\"big\",\"x\":\"";
    line.append(size - line.size() - 2, 'x').append("\"}");
    return line;
  };
  for (const char* end : {"\n", "\r\n"}) {
    std::string text = patient("a") + "\n" + padded(max_record_line) + end + patient("b") + "\n";
    CHECK(drain_lines(text).summary() == Summary{"a", "big", "b"});
    text = patient("a") + "\n" + padded(max_record_line + 1) + end + patient("b") + "\n";
    const Drained drained = drain_lines(text);
    CHECK(drained.summary() == Summary{"a", "!input.too_long", "b"});
    CHECK(drained.items[1].place == "in.ndjson:2");
    CHECK(drained.items[2].place == "in.ndjson:3");
    CHECK(drained.records().at(1).offset ==
          patient("a").size() + 1 + max_record_line + 1 + std::string(end).size());
  }
  const Drained twice =
      drain_lines(std::string(max_record_line * 2 + 100, '{') + "\n" + patient("b"));
  CHECK(twice.summary() == Summary{"!input.too_long", "b"});
  CHECK(drain_lines(std::string(max_record_line + 10, '{')).summary() ==
        Summary{"!input.too_long"});
}

TEST_CASE("a descriptor that cannot be read ends the stream with an error") {
  TempDir folder;
  const auto directory = open_file(folder.path(), O_RDONLY | O_DIRECTORY, Code::internal);
  REQUIRE(directory.ok());
  const Drained drained = drain(*read_ndjson(directory->fd(), "dir", "", {}));
  REQUIRE(drained.error);
  CHECK(drained.error->code == Code::input_unreadable);
  CHECK(contains(drained.error->message, "dir: cannot read: is a directory"));
}

TEST_CASE("a file on standard input that changes while it is read is told at the end") {
  TempDir folder;
  write_file(folder.path("in"), patient("a") + "\n");
  const auto file = open_file(folder.path("in"), O_RDONLY, Code::internal);
  const auto reader = read_ndjson(file->fd(), "in", "", {});
  CHECK((*reader->next())->record);
  std::ofstream(folder.path("in"), std::ios::app) << patient("b") << "\n";
  const Drained rest = drain(*reader);
  CHECK(rest.summary() == Summary{"b", "!input.changed"});
  CHECK(!*reader->next());
}

TEST_CASE("NDJSON samples of others: one record for every line that is not empty") {
  const auto shared = shared_folder();
  if (!shared) {
    MESSAGE("no shared folder");
    return;
  }
  std::size_t records = 0;
  for (const char* folder : {"fhir-bulk-10", "fhir-scale-1000", "fhir-synthea-48"})
    for (const auto& each : std::filesystem::directory_iterator(*shared / "data/dev" / folder)) {
      if (each.path().extension() != ".ndjson" || each.path().filename() == "log.ndjson") continue;
      INFO(each.path().string());
      const Drained drained = drain_files({each.path().string()});
      std::ifstream in(each.path(), std::ios::binary);
      std::size_t at = 0;
      for (std::string line; std::getline(in, line);) {
        if (line.empty()) continue;
        REQUIRE(at < drained.items.size());
        REQUIRE(drained.items[at].record);
        const Record& record = *drained.items[at++].record;
        CHECK(!record.id.empty());
        CHECK(each.path().filename().string().starts_with(record.type + "."));
        CHECK(record.digest == digest_of(line));
      }
      CHECK(at == drained.items.size());
      records += at;
    }
  CHECK(records > 10'000);
}
