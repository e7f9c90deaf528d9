#include <sodium.h>

#include <optional>

#include "crypto/age_header_internal.hpp"
#include "crypto/age_input_internal.hpp"
#include "crypto/sodium_internal.hpp"

namespace medchain::crypto {
namespace {

constexpr std::size_t sealed_size = age_chunk_size + age_tag_size;
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
  explicit State(AgeSource source) : input(std::move(source)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { wipe(plain); }

  AgeInput input;
  Secret key;
  std::uint64_t chunk = 0;
  Bytes sealed = Bytes(sealed_size);
  Bytes plain = Bytes(age_chunk_size);
  bool last_seen = false;
  bool ended = false;
  std::optional<Error> failure;

  /// The tag is checked before a byte is decrypted; on failure plain is zero.
  bool opens(ByteView bytes, bool last) {
    return crypto_aead_chacha20poly1305_ietf_decrypt(
               raw(plain), nullptr, nullptr, raw(bytes), bytes.size(), nullptr, 0,
               raw(ByteView(age_chunk_nonce(chunk, last))), raw(key.view())) == 0;
  }

  Error damaged(std::uint64_t offset, const std::string& problem) const {
    return fail(Code::age_payload_damaged, "payload: chunk " + std::to_string(chunk + 1) + " at " +
                                               input.place(offset) + ": " + problem);
  }

  Result<ByteView> next() {
    const std::uint64_t offset = input.offset();
    if (last_seen) {
      MC_ASSIGN(const std::size_t more, input.read(MutableByteView(sealed).first(1)));
      if (more > 0)
        return fail(Code::age_payload_damaged,
                    "payload: data follow the last chunk at " + input.place(offset));
      ended = true;
      return ByteView();
    }
    MC_ASSIGN(const std::size_t size, input.read(sealed));
    // Every chunk but the last is full, so that an end here is none of the sealer's.
    if (size < age_tag_size)
      return fail(Code::age_truncated,
                  "payload: the file is cut: the last chunk is missing at " + input.place(offset));
    const ByteView bytes = ByteView(sealed).first(size);
    if (size < sealed_size || !opens(bytes, false)) {
      if (!opens(bytes, true))
        return damaged(offset, size < sealed_size ? "it was changed, or the file is cut in it"
                                                  : "it was changed, or is not in its place");
      last_seen = true;
    }
    const ByteView opened = ByteView(plain).first(size - age_tag_size);
    if (opened.empty() && chunk > 0) return damaged(offset, "the last chunk is empty");
    ++chunk;
    // An empty view would be the end, which what follows may not be.
    return opened.empty() ? next() : Result<ByteView>(opened);
  }
};

AgeDecryptor::AgeDecryptor(std::unique_ptr<State> state) : state_(std::move(state)) {}
AgeDecryptor::AgeDecryptor(AgeDecryptor&&) noexcept = default;
AgeDecryptor& AgeDecryptor::operator=(AgeDecryptor&&) noexcept = default;
AgeDecryptor::~AgeDecryptor() = default;

Result<AgeDecryptor> AgeDecryptor::open(std::span<const Secret* const> identities,
                                        AgeSource source) {
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
