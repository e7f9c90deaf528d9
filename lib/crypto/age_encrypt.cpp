#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "base/encoding.hpp"
#include "crypto/age_header_internal.hpp"
#include "crypto/age_input_internal.hpp"
#include "crypto/room_internal.hpp"
#include "crypto/sodium_internal.hpp"
#include "crypto/two_threads_internal.hpp"

namespace medchain::crypto {
namespace {

constexpr std::size_t sealed_size = age_chunk_size + age_tag_size;
/// Chunks that are sealed at a time, by two threads, while the next are filled in.
constexpr std::size_t batch = 8;

/// Bytes to the sink as they are, or in lines of base64 between the lines of an armor.
class AgeOutput {
 public:
  AgeOutput(AgeForm form, ByteSink sink) : form_(form), sink_(std::move(sink)) {
    if (form_ == AgeForm::armored) text_ = std::string(age_armor_begin) + "\n";
  }

  Status write(ByteView bytes) {
    if (form_ == AgeForm::binary) return sink_(bytes);
    while (!bytes.empty()) {
      const std::size_t count = std::min(bytes.size(), line_.size() - filled_);
      std::memcpy(line_.data() + filled_, bytes.data(), count);
      filled_ += count;
      bytes = bytes.subspan(count);
      if (filled_ == line_.size()) end_line();
    }
    return flush();
  }

  Status finish() {
    if (form_ == AgeForm::binary) return {};
    if (filled_ > 0) end_line();
    text_ += std::string(age_armor_end) + "\n";
    return flush();
  }

 private:
  void end_line() {
    text_ += to_base64(ByteView(line_).first(filled_)) + "\n";
    filled_ = 0;
  }
  Status flush() {
    MC_TRY(sink_(as_bytes(text_)));
    text_.clear();
    return {};
  }

  AgeForm form_;
  ByteSink sink_;
  ByteArray<age_armor_line_bytes> line_{};
  std::size_t filled_ = 0;
  std::string text_;
};

}  // namespace

struct AgeEncryptor::State {
  State(AgeForm form, ByteSink sink) : output(form, std::move(sink)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { threads.finish(); }

  struct Slot {
    Room plain{batch * age_chunk_size};
    Room sealed{batch * sealed_size};
    std::size_t filled = 0;  ///< bytes of plain
    std::size_t chunks() const {
      return std::max<std::size_t>(1, (filled + age_chunk_size - 1) / age_chunk_size);
    }
  };

  AgeOutput output;
  Secret key;
  std::uint64_t chunk = 0;
  Slot slots[2];  ///< one is filled while the other is sealed
  Slot* filling = &slots[0];
  Slot* sealing = nullptr;
  std::optional<Error> failure;
  bool finished = false;
  TwoThreads threads;

  Status passed(Status status) {
    if (!status) failure = status.error();
    return status;
  }

  void seal_chunk(Slot& slot, std::size_t i, std::uint64_t number, bool last) const {
    const std::size_t from = i * age_chunk_size;
    const std::size_t size = std::min(age_chunk_size, slot.filled - from);
    const auto nonce = age_chunk_nonce(number, last);
    crypto_aead_chacha20poly1305_ietf_encrypt(raw(slot.sealed.all().subspan(i * sealed_size)),
                                              nullptr, raw(slot.plain.all().subspan(from)), size,
                                              nullptr, 0, nullptr, raw(ByteView(nonce)),
                                              raw(key.view()));
  }

  /// Waits for the slot that is being sealed, and gives it to the sink.
  Status settle() {
    if (sealing == nullptr) return {};
    threads.finish();
    const Slot& slot = *std::exchange(sealing, nullptr);
    return passed(
        output.write(slot.sealed.all().first(slot.filled + slot.chunks() * age_tag_size)));
  }

  /// Begins with the filled slot.  Every chunk but the last one of the file is full.
  Status seal(bool last) {
    MC_TRY(settle());
    sealing = filling;
    filling = filling == &slots[0] ? &slots[1] : &slots[0];
    filling->filled = 0;
    const std::size_t count = sealing->chunks();
    threads.begin(count, [this, slot = sealing, first = chunk, count, last](std::size_t i) {
      seal_chunk(*slot, i, first + i, last && i + 1 == count);
    });
    chunk += count;
    return {};
  }

  /// A full slot is kept until more comes or nothing more: only the last chunk says so.
  Status write(ByteView bytes) {
    while (!bytes.empty()) {
      if (filling->filled == filling->plain.size()) MC_TRY(seal(false));
      const std::size_t count = std::min(bytes.size(), filling->plain.size() - filling->filled);
      filling->plain.use(filling->filled + count);
      std::memcpy(filling->plain.all().data() + filling->filled, bytes.data(), count);
      filling->filled += count;
      bytes = bytes.subspan(count);
    }
    return {};
  }

  Status finish() {
    MC_TRY(seal(true));
    MC_TRY(settle());
    return passed(output.finish());
  }
};

AgeEncryptor::AgeEncryptor(std::unique_ptr<State> state) : state_(std::move(state)) {}
AgeEncryptor::AgeEncryptor(AgeEncryptor&&) noexcept = default;
AgeEncryptor& AgeEncryptor::operator=(AgeEncryptor&&) noexcept = default;
AgeEncryptor::~AgeEncryptor() = default;

Result<AgeEncryptor> AgeEncryptor::create(std::span<const AgeRecipient> recipients, AgeForm form,
                                          Random& random, ByteSink sink) {
  ensure_sodium();
  if (recipients.empty() || recipients.size() > age_max_recipients)
    return fail(Code::input_invalid, "age: expected 1 to " + std::to_string(age_max_recipients) +
                                         " recipients, got " + std::to_string(recipients.size()));
  Secret file_key(age_file_key_size);
  random.fill(file_key.mutable_view());
  std::string header = std::string(age_version_line) + "\n";
  for (const AgeRecipient& recipient : recipients) {
    MC_ASSIGN(const std::string stanza, wrap_age_file_key(file_key, recipient, random));
    header += stanza;
  }
  header += "---";
  header += " " + to_base64(age_header_mac(file_key, header), Padding::without) + "\n";
  ByteArray<age_nonce_size> nonce;
  random.fill(nonce);
  auto state = std::make_unique<State>(form, std::move(sink));
  state->key = age_payload_key(file_key, nonce);
  MC_TRY(state->output.write(as_bytes(header)));
  MC_TRY(state->output.write(nonce));
  return AgeEncryptor(std::move(state));
}

Status AgeEncryptor::write(ByteView bytes) {
  if (state_->failure) return *state_->failure;
  MC_ASSERT(!state_->finished);
  return state_->write(bytes);
}

Status AgeEncryptor::finish() {
  if (state_->failure) return *state_->failure;
  MC_ASSERT(!state_->finished);
  state_->finished = true;
  return state_->finish();
}

}  // namespace medchain::crypto
