#include "vault/sketch.hpp"

#include <algorithm>
#include <bit>

#include "vault/layout_internal.hpp"

namespace medchain::vault {
namespace {

constexpr std::uint8_t sketch_format = 1;  // frozen; a new layout takes the next number
constexpr std::size_t fixed_size = 1 + 8 + 8 + Sketch::bins;
constexpr std::uint32_t none = UINT32_MAX;

/// SplitMix64.  Who makes texts that collide makes them look alike to nobody but their own vault.
std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

constexpr std::uint64_t fnv_basis = 0xcbf29ce484222325, fnv_prime = 0x100000001b3;

/// Code points that are words by themselves: those of Chinese, Japanese and Korean.
bool is_ideograph(std::uint32_t c) {
  return (c >= 0x2e80 && c <= 0x9fff && (c < 0x3000 || c > 0x303f)) ||
         (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
         (c >= 0x20000 && c <= 0x3ffff);
}
/// Punctuation outside of ASCII, as far as it is common: general, and of Chinese texts.
bool is_mark(std::uint32_t c) {
  return (c >= 0x80 && c <= 0xbf) || (c >= 0x2000 && c <= 0x206f) || (c >= 0x3000 && c <= 0x303f) ||
         (c >= 0xff00 && c <= 0xff20);
}

/// ASCII letters and digits as they count; 0 for what is between words.
constexpr std::array<std::uint8_t, 128> letters = [] {
  std::array<std::uint8_t, 128> table{};
  for (std::uint8_t c = 'a'; c <= 'z'; ++c) table[c] = table[c - 'a' + 'A'] = c;
  for (std::uint8_t c = '0'; c <= '9'; ++c) table[c] = c;
  return table;
}();

/// Hashes of words, one by one.
class WordReader {
 public:
  explicit WordReader(std::string_view text) : text_(text) {}

  std::optional<std::uint64_t> next() {
    std::uint64_t word = 0;
    while (at_ < text_.size()) {
      std::uint32_t c = static_cast<unsigned char>(text_[at_]);
      std::size_t size = 1;
      if (c < letters.size()) {
        c = letters[c];
      } else {
        size = read_long(c);
        if (is_mark(c)) c = 0;
      }
      if (is_ideograph(c)) {
        if (word != 0) return mix(word);
        at_ += size;
        return mix(c);
      }
      at_ += size;
      if (c != 0)
        word = ((word != 0 ? word : fnv_basis) ^ c) * fnv_prime;
      else if (word != 0)
        return mix(word);
    }
    return word != 0 ? std::optional(mix(word)) : std::nullopt;
  }

 private:
  /// The code point that begins with the byte `c`, and its size.  Precondition: the text is UTF-8,
  /// but for its end.
  std::size_t read_long(std::uint32_t& c) const {
    const std::size_t size = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    if (at_ + size > text_.size()) return 1;
    c &= 0xffu >> (size + 1);
    for (std::size_t i = 1; i < size; ++i)
      c = c << 6 | (static_cast<unsigned char>(text_[at_ + i]) & 0x3fu);
    return size;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// Empty bins take what a bin chosen by hashing has: the same one for the same pattern of bins.
void fill_empty(const std::array<std::uint32_t, Sketch::bins>& least, Sketch& sketch) {
  for (std::size_t bin = 0; bin < Sketch::bins; ++bin) {
    std::size_t from = bin;
    for (std::uint64_t attempt = 1; least[from] == none; ++attempt)
      from = mix(bin << 32 | attempt) % Sketch::bins;
    sketch.least[bin] = static_cast<std::uint8_t>(least[from]);
  }
}

Error damaged() { return fail(Code::store_damaged, "vault: the sketch of a text is damaged"); }

std::optional<store::Table> table_of(store::Environment& environment) {
  return environment.later_table("sketches");
}

}  // namespace

std::optional<Sketch> sketch_of(std::string_view text) {
  Sketch sketch;
  std::array<std::uint32_t, Sketch::bins> least;
  least.fill(none);
  std::array<std::uint64_t, sketch_run> run{};
  WordReader reader(text);
  while (const auto word = reader.next()) {
    std::rotate(run.begin(), run.begin() + 1, run.end());
    run.back() = *word;
    sketch.text = mix(sketch.text ^ *word);
    if (++sketch.words < sketch_run) continue;
    std::uint64_t hash = 0;
    for (const std::uint64_t part : run) hash = std::rotl(hash, 23) ^ part;
    hash = mix(hash);
    std::uint32_t& bin = least[(hash >> 32) % Sketch::bins];
    bin = std::min(bin, static_cast<std::uint32_t>(hash) & (none - 1));
  }
  if (sketch.words < min_sketch_words) return std::nullopt;
  fill_empty(least, sketch);
  return sketch;
}

unsigned similarity(const Sketch& a, const Sketch& b) {
  if (a.text == b.text && a.words == b.words) return 100;
  std::size_t same = 0;
  for (std::size_t bin = 0; bin < Sketch::bins; ++bin)
    if (a.least[bin] == b.least[bin]) ++same;
  // One of 256 is the same by chance.
  constexpr double chance = 1.0 / 256;
  const double share = static_cast<double>(same) / Sketch::bins;
  const double alike = std::max(0.0, (share - chance) / (1 - chance));
  return std::min(99u, static_cast<unsigned>(alike * 100 + 0.5));
}

Bytes encode(const Sketch& sketch) {
  Bytes out;
  append_be(sketch_format, out);
  append_be(sketch.words, out);
  append_be(sketch.text, out);
  for (const std::uint8_t least : sketch.least) append_be(least, out);
  append(as_bytes(sketch.author), out);
  return out;
}

Result<Sketch> decode_sketch(ByteView bytes) {
  if (bytes.size() < fixed_size || std::to_integer<std::uint8_t>(bytes[0]) != sketch_format)
    return damaged();
  Sketch sketch;
  sketch.words = load_be<std::uint64_t>(bytes.subspan(1));
  sketch.text = load_be<std::uint64_t>(bytes.subspan(9));
  for (std::size_t bin = 0; bin < Sketch::bins; ++bin)
    sketch.least[bin] = std::to_integer<std::uint8_t>(bytes[17 + bin]);
  sketch.author = as_text(bytes.subspan(fixed_size));
  return sketch;
}

Status Sketches::put(store::WriteTxn& txn, std::uint64_t version, const Sketch& sketch) {
  return txn.append(*table_of(*vault_.environment_), number_key(version), encode(sketch));
}

Status Sketches::erase(store::WriteTxn& txn, std::uint64_t version) {
  const auto table = table_of(*vault_.environment_);
  MC_ASSIGN(const auto there, txn.get(*table, number_key(version)));
  return there ? txn.erase(*table, number_key(version)) : Status();
}

Result<std::optional<Sketch>> Sketches::find(std::uint64_t version) const {
  const auto table = table_of(*vault_.environment_);
  if (!table) return std::optional<Sketch>();
  MC_ASSIGN(const auto found, vault_.txn_->get(*table, number_key(version)));
  if (!found) return std::optional<Sketch>();
  MC_ASSIGN(Sketch sketch, decode_sketch(*found));
  return std::optional(std::move(sketch));
}

Status Sketches::for_each(const std::function<Status(std::uint64_t, const Sketch&)>& visit) const {
  const auto table = table_of(*vault_.environment_);
  if (!table) return {};
  MC_ASSIGN(auto cursor, vault_.txn_->cursor(*table));
  MC_ASSIGN(bool there, cursor.first());
  while (there) {
    if (cursor.key().size() != 8) return damaged();
    MC_ASSIGN(const Sketch sketch, decode_sketch(cursor.value()));
    MC_TRY(visit(load_be<std::uint64_t>(cursor.key()), sketch));
    MC_ASSIGN(there, cursor.next());
  }
  return {};
}

}  // namespace medchain::vault
