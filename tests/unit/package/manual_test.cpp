// medchain-package(5) has every field of the JSON members, the header to the byte, and the limits.
#include <cstdlib>
#include <map>

#include "base/text.hpp"
#include "json/value.hpp"
#include "unit/package/package_support.hpp"

using namespace medchain;
using namespace medchain::package;

namespace {

/// The page from one line on, up to the next line that begins with `.S`; nothing without the
/// sources.
std::string section(const std::string& heading) {
  const char* source = std::getenv("MEDCHAIN_SOURCE");
  if (source == nullptr) {
    MESSAGE("skipped: MEDCHAIN_SOURCE is not set");
    return {};
  }
  const std::string page = test::read_all(std::filesystem::path(source) / "man/medchain-package.5");
  const std::size_t at = page.find(heading + "\n");
  REQUIRE(at != std::string::npos);
  return page.substr(at, page.find("\n.S", at + 1) - at);
}

/// The fields of the items `.It Li a , b` of a section, list after list.
std::vector<std::vector<std::string>> fields_of(const std::string& text) {
  std::vector<std::vector<std::string>> lists;
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with(".Bl ")) lists.emplace_back();
    if (!line.starts_with(".It Li ")) continue;
    for (const std::string_view name : split(line.substr(7), ' '))
      if (name != ",") lists.back().emplace_back(name);
  }
  return lists;
}

std::vector<std::string> keys(const json::Value& value) {
  REQUIRE(value.object() != nullptr);
  std::vector<std::string> names;
  for (const auto& [name, member] : value.object()->members()) names.push_back(name);
  return names;
}

const json::Value& first(const json::Value& document, std::string_view list) {
  const json::Value* found = document.object()->find(list);
  REQUIRE((found != nullptr && found->array() != nullptr && !found->array()->empty()));
  return found->array()->front();
}

}  // namespace

TEST_CASE("the manual has the fields of the manifest, in their order") {
  const auto lists = fields_of(section(".Ss manifest.json"));
  if (lists.empty()) return;
  const auto document = test::must(json::parse(format_manifest(test::manifest_of({{"a", ""}}))));
  REQUIRE(lists.size() == 2);
  CHECK(lists[0] == keys(document));
  CHECK(lists[1] == keys(first(document, "files")));
}

TEST_CASE("the manual has the fields of the openings, in their order") {
  const auto lists = fields_of(section(".Ss openings.json"));
  if (lists.empty()) return;
  RecordOpening record;
  record.source = record.type = record.id = "";
  ValueOpening value;
  value.file = value.text = "";
  const auto document = test::must(json::parse(format_openings({{record}, {value}})));
  REQUIRE(lists.size() == 3);
  CHECK(lists[0] == keys(document));
  CHECK(lists[1] == keys(first(document, "records")));
  CHECK(lists[2] == keys(first(document, "values")));
}

TEST_CASE("the manual's table of the header covers it, and its fixed values are those written") {
  const std::string text = section(".Sh TAR");
  if (text.empty()) return;
  std::string header;
  test::must(ArchiveWriter(test::append_to(header)).begin({"n", 0, UnixSeconds(0)}));
  std::size_t at = 0, fixed = 0;
  for (const std::string_view line : split(text, '\n')) {
    if (!line.starts_with(".It Li ") && !line.starts_with(".It \\(em ")) continue;
    const std::string_view row = line.substr(line.find(" Ta ") + 4);
    std::size_t offset = 0, size = 0;
    char value[32] = {};
    const int read =
        std::sscanf(std::string(row).c_str(), "%zu Ta %zu Ta Li %31s", &offset, &size, value);
    CAPTURE(line);
    REQUIRE(read >= 2);
    CHECK(offset == at);
    at += size;
    const bool zeros = row.ends_with(" Ta NULs");
    if (read < 3 && !zeros) continue;
    ++fixed;
    const std::string field = header.substr(offset, size);
    std::string expected(value);
    if (row.ends_with(" No , space, NUL")) expected += ' ';
    expected.resize(size, '\0');
    CHECK(field == expected);
  }
  CHECK(at == test::tar_block);
  CHECK(fixed == 13);
}

TEST_CASE("the manual has the limits") {
  const std::string text = section(".Sh LIMITS");
  if (text.empty()) return;
  const Limits limits;
  const auto mib = [](std::uint64_t bytes) {
    REQUIRE(bytes % (1 << 20) == 0);
    return std::to_string(bytes >> 20) + " MiB\n";
  };
  CHECK(text.find("records Ta 8,192\n") != std::string::npos);
  CHECK(limits.records == 8'192);
  CHECK(text.find("manifest.json Ta " + mib(limits.manifest_bytes)) != std::string::npos);
  CHECK(text.find("openings.json Ta " + mib(limits.openings_bytes)) != std::string::npos);
  CHECK(text.find("each proof Ta " + mib(limits.proof_bytes)) != std::string::npos);
  CHECK(text.find("the application Ta 8 GiB less 1 byte\n") != std::string::npos);
  CHECK(limits.record_bytes == (std::uint64_t{8} << 30) - 1);
  CHECK(text.find("but the manifest Ta 1 TiB\n") != std::string::npos);
  CHECK(limits.total_bytes == std::uint64_t{1} << 40);
}
