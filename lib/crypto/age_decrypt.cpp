#include <sodium.h>

#include <algorithm>
#include <optional>

#include "crypto/age_header_internal.hpp"
#include "crypto/age_input_internal.hpp"
#include "crypto/room_internal.hpp"
#include "crypto/sodium_internal.hpp"
#include "crypto/two_threads_internal.hpp"

namespace medchain::crypto {
namespace {

constexpr std::size_t sealed_size = age_chunk_size + age_tag_size;
/// Chunks that are opened at a time, by two threads.
constexpr std::size_t batch = 8;
/// No other version has a longer first line, and a file that is none ends the search here.
constexpr std::size_t version_line_limit = 64;

Result<AgeHeader> read_header(AgeInput& input) {
  AgeHeaderParser parser;
  MC_ASSIGN(const std::string version, input.header_line(version_line_limit));
  MC_ASSIGN(bool ended, parser.line(version));
  while (!ended) {
    MC_ASSIGN(const std::string line, input.header_line(age_max_header));
    MC_ASSIGN(ended, parser.line(line));
  }
  return parser.take();
}

}  // namespace

struct AgeDecryptor::State {
  explicit State(ByteSource source) : input(std::move(source)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  AgeInput input;
  Secret key;
  TwoThreads threads;
  std::uint64_t chunk = 0;   ///< the next to be given
  std::uint64_t offset = 0;  ///< where it begins
  Room sealed{batch * sealed_size};
  Room plain{batch * age_chunk_size};
  std::size_t filled = 0;   ///< bytes of sealed
  std::size_t at = 0;       ///< chunks of sealed that were given
  bool opened[batch] = {};  ///< of the full chunks: opens as one that others follow
  bool input_ended = false;
  std::optional<Error> input_failed;  ///< told when what came before it was given
  bool last_seen = false;
  bool ended = false;
  std::optional<Error> failure;

  /// The tag is checked before a byte is decrypted; on failure the chunk's plaintext is zero.
  bool opens(std::size_t i, std::size_t size, bool last) {
    const auto nonce = age_chunk_nonce(chunk + (i - at), last);
    return crypto_aead_chacha20poly1305_ietf_decrypt(
               raw(plain.all().subspan(i * age_chunk_size)), nullptr, nullptr,
               raw(sealed.all().subspan(i * sealed_size)), size, nullptr, 0, raw(ByteView(nonce)),
               raw(key.view())) == 0;
  }

  /// The next batch: its full chunks are opened, each by itself.
  void fill() {
    const std::uint64_t before = input.offset();
    const auto got = input.read(sealed.all());
    filled = static_cast<std::size_t>(input.offset() - before);
    plain.use(std::min(filled, plain.size()));  // without their tags they are fewer
    at = 0;
    if (!got) input_failed = got.error();
    input_ended = filled < sealed.size();
    threads.run(filled / sealed_size,
                [this](std::size_t i) { opened[i] = opens(i, sealed_size, false); });
  }

  Error damaged(const std::string& problem) const {
    return fail(Code::age_payload_damaged, "payload: chunk " + std::to_string(chunk + 1) + " at " +
                                               input.place(offset) + ": " + problem);
  }

  Result<ByteView> end() {
    if (at * sealed_size < filled)
      return fail(Code::age_payload_damaged,
                  "payload: data follow the last chunk at " + input.place(offset));
    if (input_failed) return *input_failed;
    ended = true;
    return ByteView();
  }

  Result<ByteView> next() {
    if (at * sealed_size >= filled && !input_ended) fill();
    if (last_seen) return end();
    const std::size_t size = std::min(sealed_size, filled - std::min(filled, at * sealed_size));
    if (size < sealed_size && input_failed) return *input_failed;
    // Every chunk but the last is full, so that an end here is none of the sealer's.
    if (size < age_tag_size)
      return fail(Code::age_truncated,
                  "payload: the file is cut: the last chunk is missing at " + input.place(offset));
    if (size < sealed_size || !opened[at]) {
      if (!opens(at, size, true))
        return damaged(size < sealed_size ? "it was changed, or the file is cut in it"
                                          : "it was changed, or is not in its place");
      last_seen = true;
    }
    const ByteView given = ByteView(plain.all()).subspan(at * age_chunk_size, size - age_tag_size);
    if (given.empty() && chunk > 0) return damaged("the last chunk is empty");
    ++chunk;
    offset += size;
    ++at;
    // An empty view would be the end, which what follows may not be.
    return given.empty() ? next() : Result<ByteView>(given);
  }
};

AgeDecryptor::AgeDecryptor(std::unique_ptr<State> state) : state_(std::move(state)) {}
AgeDecryptor::AgeDecryptor(AgeDecryptor&&) noexcept = default;
AgeDecryptor& AgeDecryptor::operator=(AgeDecryptor&&) noexcept = default;
AgeDecryptor::~AgeDecryptor() = default;

Result<AgeDecryptor> AgeDecryptor::open(std::span<const Secret* const> identities,
                                        ByteSource source) {
  ensure_sodium();
  auto state = std::make_unique<State>(std::move(source));
  AgeInput& input = state->input;
  MC_TRY(input.begin());
  MC_ASSIGN(const AgeHeader header, read_header(input));
  MC_ASSIGN(const Secret file_key, unwrap_age_file_key(header, identities));
  if (!equal_constant_time(age_header_mac(file_key, header.authenticated), header.mac))
    return fail(Code::age_header_damaged, "header: the MAC is wrong: the header was changed");
  ByteArray<age_nonce_size> nonce;
  MC_ASSIGN(const std::size_t got, input.read(nonce));
  if (got < nonce.size())
    return fail(Code::age_truncated,
                "the file is cut: it ends within the nonce of the payload, at " +
                    input.place(input.offset()));
  state->key = age_payload_key(file_key, nonce);
  input.begin_payload();
  state->offset = input.offset();
  return AgeDecryptor(std::move(state));
}

Result<ByteView> AgeDecryptor::next() {
  if (state_->failure) return *state_->failure;
  if (state_->ended) return ByteView();
  Result<ByteView> chunk = state_->next();
  if (!chunk) state_->failure = chunk.error();
  return chunk;
}

}  // namespace medchain::crypto
