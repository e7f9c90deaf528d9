#include <doctest/doctest.h>

#include "source/sums_internal.hpp"
#include "unit/source/helper.hpp"

using namespace test;

namespace {

const std::string hex = to_hex(crypto::sha256(as_bytes("abc")));

Drained drain_sums(const std::string& text, const Options& options = {}) {
  const File file = descriptor_of(text);
  return drain(*read_sums(file.fd(), "SUMS", options));
}

void check_fails(const std::string& line, std::string_view piece) {
  const auto parsed = parse_sum_line(line);
  REQUIRE(!parsed);
  CHECK(parsed.error().code == Code::input_invalid);
  INFO(parsed.error().message);
  CHECK(contains(parsed.error().message, piece));
}

}  // namespace

TEST_CASE("sha256sum lines in text and binary mode are read") {
  CHECK(parse_sum_line(hex + "  a.dcm")->name == "a.dcm");
  CHECK(parse_sum_line(hex + " *a.dcm")->name == "a.dcm");
  CHECK(parse_sum_line(hex + "   leading space")->name == " leading space");
  CHECK(parse_sum_line(hex + "  back\\slash")->name == "back\\slash");
  CHECK(parse_sum_line("\\" + hex + "  two\\nlines \\\\ and\\rreturn")->name ==
        "two\nlines \\ and\rreturn");
  CHECK(parse_sum_line(hex + "  caf\xe9")->name == "caf\xe9");
  CHECK(parse_sum_line(hex + "  a.dcm")->digest == digest_of("abc"));
}

TEST_CASE("upper-case hex digits are taken and mean the same") {
  std::string upper = hex;
  for (char& c : upper)
    if (c >= 'a') c = static_cast<char>(c - 'a' + 'A');
  CHECK(parse_sum_line(upper + "  a")->digest == digest_of("abc"));
}

TEST_CASE("other lines are refused with the reason and without the name") {
  check_fails("SHA256 (secret.dcm) = " + hex, "BSD-style");
  CHECK(contains(parse_sum_line("SHA256 (secret.dcm) = " + hex).error().hint, "--tag"));
  check_fails("SHA2-256 (secret.dcm) = " + hex, "BSD-style");
  check_fails("secret.dcm", "expected 64 hex digits");
  check_fails(hex.substr(1) + "  secret", "got 63 hex digits");
  check_fails(hex + hex + "  secret", "got 128 hex digits");
  check_fails(hex + " secret", "two spaces");
  check_fails(hex + "\tsecret", "two spaces");
  check_fails(hex, "two spaces");
  check_fails(hex + "  ", "expected a file name");
  check_fails("\\" + hex + "  bad\\t", "after a backslash");
  check_fails("\\" + hex + "  bad\\", "after a backslash");
  check_fails(hex + "  a" + std::string(1, '\0'), "NUL");
  CHECK(!contains(parse_sum_line(hex + " secret").error().message, "secret"));
}

TEST_CASE("a stream of sums gives names as ids and problems with line numbers") {
  const Drained drained = drain_sums("\xef\xbb\xbf" + hex + "  a.dcm\r\n\n# comment\n" + hex +
                                     " *dir/b.dcm\nnonsense\n" + hex + "  -\n");
  CHECK(drained.summary() ==
        std::vector<std::string>{"a.dcm", "dir/b.dcm", "!input.invalid", "!input.no_identity"});
  CHECK(drained.items[0].place == "SUMS:1");
  CHECK(drained.items[1].place == "SUMS:4");
  CHECK(drained.items[2].place == "SUMS:5");
  const Record& record = *drained.items[1].record;
  CHECK(record.path == absolute_path("dir/b.dcm"));
  CHECK(record.type == "file");
  CHECK(record.line == 0);
  CHECK(record.id_rule == IdRule::path);
  CHECK(record.digest == digest_of("abc"));
  CHECK(has_notice(drained, "byte order mark"));
  CHECK(has_notice(drained, "identity of 2 sums"));
}

TEST_CASE("with --id-from=path a sum's id is the absolute path") {
  Options options = id_from("path");
  options.type = "DICOM";
  const Drained drained = drain_sums(hex + "  x/./a.dcm\n", options);
  CHECK(drained.summary() == std::vector<std::string>{absolute_path("x/a.dcm")});
  CHECK(drained.items[0].record->type == "DICOM");
  CHECK(drained.notices.empty());
}

TEST_CASE("rules that need content are usage errors for sums") {
  for (const char* rule : {"dicom", "json:/id", "cda", "hl7v2"})
    CHECK(drain_sums(hex + "  a\n", id_from(rule)).error->code == Code::usage);
  Options options;
  options.subject = parse_subject("dicom").value();
  CHECK(drain_sums(hex + "  a\n", options).error->code == Code::usage);
}

TEST_CASE("a name may hold control characters, and a cut last line is refused") {
  CHECK(drain_sums("\\" + hex + "  two\\nlines\n").summary() ==
        std::vector<std::string>{"two\nlines"});
  CHECK(drain_sums(hex + "  a.dc").summary() == std::vector<std::string>{"!input.truncated"});
  const Drained drained = drain_sums(std::string(20'000, 'a') + "\n" + hex + "  b\n");
  CHECK(drained.summary() == std::vector<std::string>{"!input.too_long", "b"});
}
