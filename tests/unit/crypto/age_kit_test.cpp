// The test kit of C2SP/CCTV (age/testdata), read from the shared folder.  Files for X25519
// identities must give the verdict that stands in them and release exactly the plaintext whose hash
// does.  The kit has two more sorts:
// - with a passphrase: what opens with it is age.unsupported here, what is damaged is that or
// age.header_damaged;
// - for post-quantum identities: these are refused as keys, and with an X25519 identity the file
// opens never.
#include <doctest/doctest.h>

#include <map>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "crypto/sha256.hpp"
#include "unit/crypto/age_support.hpp"
#include "unit/crypto/hex.hpp"
#include "unit/crypto/process.hpp"
#include "unit/support.hpp"

using namespace medchain;
using namespace medchain::crypto;

namespace {

struct KitFile {
  std::string expect;
  std::optional<std::string> payload;  ///< hex SHA-256 of all plaintext that is released
  std::vector<std::string> identities;
  bool passphrase = false;
  bool compressed = false;
  std::string sealed;
};

KitFile read_kit_file(const std::filesystem::path& path) {
  const std::string text = test::read_all(path);
  KitFile file;
  std::size_t at = 0;
  for (;;) {
    const std::size_t end = text.find('\n', at);
    REQUIRE(end != std::string::npos);
    const std::string_view line = std::string_view(text).substr(at, end - at);
    at = end + 1;
    if (line.empty()) break;
    const std::size_t colon = line.find(": ");
    REQUIRE(colon != std::string_view::npos);
    const std::string_view key = line.substr(0, colon);
    const std::string value(line.substr(colon + 2));
    if (key == "expect") file.expect = value;
    if (key == "payload") file.payload = value;
    if (key == "identity") file.identities.push_back(value);
    if (key == "passphrase") file.passphrase = true;
    if (key == "compressed") file.compressed = true;
  }
  file.sealed = text.substr(at);
  return file;
}

/// zlib is in Python, and in none of the libraries we link.
std::string inflate(const std::filesystem::path& path, const std::string& python) {
  const auto outcome =
      test::run({python, "-c",
                 "import sys, zlib\n"
                 "data = open(sys.argv[1], 'rb').read()\n"
                 "sys.stdout.buffer.write(zlib.decompress(data[data.index(b'\\n\\n') + 2:]))",
                 path.string()});
  REQUIRE(outcome.exit == 0);
  return outcome.output;
}

/// What the kit counts as failures of header, armor or payload are told more finely here.
std::vector<Code> codes_for(const std::string& name, const std::string& expect) {
  static const std::map<std::string, Code> apart = {
      {"version_unsupported", Code::age_unsupported}, {"stream_no_nonce", Code::age_truncated},
      {"stream_short_nonce", Code::age_truncated},    {"armor_no_end_line", Code::age_truncated},
      {"stream_missing_tag", Code::age_truncated},
  };
  if (const auto found = apart.find(name); found != apart.end()) return {found->second};
  if (expect == "no match") return {Code::age_wrong_key};
  if (expect == "header failure" || expect == "HMAC failure") return {Code::age_header_damaged};
  if (expect == "armor failure") return {Code::age_header_damaged, Code::age_payload_damaged};
  if (expect == "payload failure") return {Code::age_payload_damaged, Code::age_truncated};
  FAIL("unknown verdict: " << expect);
  return {};
}

void check_x25519(const std::string& name, const KitFile& file) {
  std::vector<Secret> keys;
  std::vector<const Secret*> pointers;
  for (const std::string& text : file.identities) {
    auto key = parse_age_identity(text);
    REQUIRE(key);
    keys.push_back(std::move(*key));
  }
  for (const Secret& key : keys) pointers.push_back(&key);
  for (const std::size_t piece : {SIZE_MAX, std::size_t{7}}) {
    if (piece == 7 && file.sealed.size() > 1000000) continue;
    const auto opened = test::open(file.sealed, pointers, piece);
    CAPTURE(opened.error.value_or(Error{}).message);
    CHECK(opened.error.has_value() == (file.expect != "success"));
    if (opened.error) {
      const auto codes = codes_for(name, file.expect);
      CHECK(std::find(codes.begin(), codes.end(), opened.error->code) != codes.end());
    }
    if (file.payload)
      CHECK(to_hex(sha256(as_bytes(opened.plain))) == *file.payload);
    else
      CHECK(opened.plain.empty());
  }
}

void check_unsupported(const KitFile& file) {
  for (const std::string& text : file.identities) {
    if (!text.starts_with("AGE-SECRET-KEY-PQ-")) continue;
    test::check_error(parse_age_identity(text), Code::key_invalid, "post-quantum");
  }
  SeededRandom random(1);
  const Secret key = generate_age_identity(random);
  const auto opened = test::open(file.sealed, {&key});
  REQUIRE(opened.error);
  CAPTURE(opened.error->message);
  CHECK(opened.plain.empty());
  const Code code = opened.error->code;
  const bool well_formed = file.expect == "success" || file.expect == "no match";
  if (file.passphrase && file.expect == "success") CHECK(code == Code::age_unsupported);
  if (file.passphrase && !well_formed)
    CHECK((code == Code::age_unsupported || code == Code::age_header_damaged));
  if (!file.passphrase && well_formed) CHECK(code == Code::age_wrong_key);
  CHECK(info(code).id.starts_with("age."));
}

}  // namespace

TEST_CASE("the files of the age test kit give their verdicts") {
  const auto shared = test::shared_folder();
  if (!shared || !std::filesystem::exists(*shared / "vectors/age-testkit/testdata")) {
    MESSAGE("skipped: no shared vectors");
    return;
  }
  const std::string python = test::find_program("python3");
  std::size_t of_x25519 = 0, unsupported = 0, left_out = 0;
  for (const auto& item :
       std::filesystem::directory_iterator(*shared / "vectors/age-testkit/testdata")) {
    const std::string name = item.path().filename().string();
    CAPTURE(name);
    KitFile file = read_kit_file(item.path());
    if (file.compressed && python.empty()) {
      ++left_out;
      continue;
    }
    if (file.compressed) file.sealed = inflate(item.path(), python);
    const bool of_others =
        std::any_of(file.identities.begin(), file.identities.end(),
                    [](const std::string& text) { return text.starts_with("AGE-SECRET-KEY-PQ-"); });
    if (of_others || (file.passphrase && file.identities.empty())) {
      check_unsupported(file);
      ++unsupported;
    } else {
      check_x25519(name, file);
      ++of_x25519;
    }
  }
  MESSAGE(of_x25519 << " files for X25519 identities, " << unsupported << " of other kinds, "
                    << left_out << " left out for want of python3");
  CHECK(of_x25519 + left_out >= 30);
  CHECK(unsupported >= 10);
}
