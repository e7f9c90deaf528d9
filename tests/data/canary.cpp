#include "canary.hpp"

#include <algorithm>
#include <string_view>

namespace medchain::testdata {

void Canaries::start(std::uint64_t stream, Recording recording) {
  prng_ = Prng(derive(stream, for_canary));
  recording_ = recording;
}

void Canaries::append(std::string& out, char separator) {
  if (!enabled()) return;
  const Canary canary = draw(prng_);
  out += separator;
  out.append(canary.data(), canary.size());
  if (recording_ != Recording::none) log(canary);
}

void Canaries::append_fixed(std::string& out, std::uint64_t key, char separator) const {
  if (!enabled()) return;
  Prng prng(derive(key, for_canary));
  const Canary canary = draw(prng);
  out += separator;
  out.append(canary.data(), canary.size());
}

void Canaries::log_fixed(std::uint64_t key) {
  if (!enabled() || recording_ != Recording::all) return;
  if (std::find(recent_keys_.begin(), recent_keys_.end(), key) != recent_keys_.end()) return;
  recent_keys_[next_recent_++ % recent_keys_.size()] = key;
  Prng prng(derive(key, for_canary));
  log(draw(prng));
}

Canaries::Canary Canaries::draw(Prng& prng) {
  static constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  Canary canary;
  // Eight letters from one number: 62^8 is far below 2^64, so the bias is no matter.
  for (std::size_t i = 0; i < canary.size(); i += 8) {
    std::uint64_t number = prng.next();
    for (std::size_t j = 0; j < 8; ++j, number /= 62) canary[i + j] = alphabet[number % 62];
  }
  return canary;
}

void Canaries::log(const Canary& canary) {
  log_->buffer().append(canary.data(), canary.size());
  log_->buffer() += '\n';
  log_->record_done();
}

}  // namespace medchain::testdata
