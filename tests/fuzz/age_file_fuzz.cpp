// age files: the verdict does not hang on how the bytes come, an accepted header is written again
// as the same text, nothing comes out before it is authenticated, and what is sealed opens.  The
// corpus is sealed for the identity below.
#include <algorithm>
#include <cstdint>
#include <string>

#include "base/encoding.hpp"
#include "crypto/age_header_internal.hpp"
#include "fuzz/require.hpp"

using namespace medchain;
using namespace medchain::crypto;

namespace {

const Secret& identity() {
  static const Secret key = [] {
    SeededRandom random(20261125);
    return generate_age_identity(random);
  }();
  return key;
}

struct Outcome {
  std::string plain;
  std::string id;
  std::string message;
  bool operator==(const Outcome&) const = default;
};

Outcome open(std::string_view sealed, std::size_t piece) {
  Outcome outcome;
  const ByteSource source = [&](MutableByteView out) -> Result<std::size_t> {
    const std::string_view part = sealed.substr(0, std::min(piece, out.size()));
    std::copy_n(as_bytes(part).begin(), part.size(), out.begin());
    sealed.remove_prefix(part.size());
    return part.size();
  };
  const auto told = [&outcome](const Error& error) {
    outcome.id = info(error.code).id;
    outcome.message = error.message;
    require(outcome.id.starts_with("age.") && !error.message.empty());
    return outcome;
  };
  const Secret* const keys[] = {&identity()};
  auto decryptor = AgeDecryptor::open(keys, source);
  if (!decryptor) return told(decryptor.error());
  for (;;) {
    const auto chunk = decryptor->next();
    if (!chunk) return told(chunk.error());
    if (chunk->empty()) return outcome;
    outcome.plain += as_text(*chunk);
  }
}

/// Stanzas and MAC written as the only spelling there is.
std::string written(const AgeHeader& header) {
  std::string text = std::string(age_version_line) + "\n";
  for (const AgeStanza& stanza : header.stanzas) {
    text += "->";
    for (const std::string& argument : stanza.arguments) text += " " + argument;
    const std::string body = to_base64(stanza.body, Padding::without);
    for (std::size_t at = 0; at <= body.size(); at += 64) text += "\n" + body.substr(at, 64);
    text += "\n";
  }
  return text + "--- " + to_base64(header.mac, Padding::without) + "\n";
}

void check_header(std::string_view text) {
  AgeHeaderParser parser;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) return;
    const auto ended = parser.line(text.substr(at, end - at));
    if (!ended) return;
    at = end + 1;
    if (!*ended) continue;
    const AgeHeader header = parser.take();
    require(written(header) == text.substr(0, at));
    require(text.starts_with(header.authenticated));
    return;
  }
}

void check_round(std::string_view plain) {
  const AgeRecipient recipient = recipient_of(identity());
  for (const AgeForm form : {AgeForm::binary, AgeForm::armored}) {
    SeededRandom random(plain.size());
    std::string sealed;
    auto encryptor = AgeEncryptor::create({&recipient, 1}, form, random, [&sealed](ByteView bytes) {
      sealed += as_text(bytes);
      return Status();
    });
    require(encryptor.ok());
    const std::size_t middle = plain.size() / 3;
    require(encryptor->write(as_bytes(plain.substr(0, middle))).ok());
    require(encryptor->write(as_bytes(plain.substr(middle))).ok());
    require(encryptor->finish().ok());
    require(open(sealed, SIZE_MAX) == Outcome{std::string(plain), {}, {}});
    if (sealed.size() < 2) continue;
    const Outcome cut = open(sealed.substr(0, sealed.size() - 2), SIZE_MAX);
    require(!cut.id.empty() && plain.starts_with(cut.plain));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Outcome whole = open(text, SIZE_MAX);
  require(open(text, 1) == whole);
  require(open(text, 100) == whole);
  check_header(text);
  check_round(text);
  return 0;
}
