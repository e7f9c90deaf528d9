// medchain-windows: is a piece of any record in any file of a ledger (DESIGN 6)?  A piece is a window of 24 bytes, at least 12 of
// them distinct, at any place of a record; it is looked for at any place of each file, as it is, in hex and in base64.  Uses
// nothing of medchain.
//   medchain-windows [-v VOCABULARY] [-n SHOWN] PLACE... -- RECORDS...
//     both lists: files, or directories with all files below; VOCABULARY has pieces of our own, one in a line: windows within are
//     no find.  Prints each find, the first SHOWN (10) of them, and a last line with the counts.
//   Status 0: none; 1: some; 2: it could not be said.
#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

constexpr std::size_t width = 24, least_distinct = 12;

[[noreturn]] void stop(const std::string& message) {
  std::cerr << "medchain-windows: " << message << '\n';
  std::exit(2);
}

std::vector<std::string> files_of(const std::vector<std::string>& places) {
  std::vector<std::string> files;
  for (const std::string& place : places) {
    std::error_code failed;
    if (!fs::is_directory(place, failed)) {
      files.push_back(place);
      continue;
    }
    for (const auto& item : fs::recursive_directory_iterator(place))
      if (item.is_regular_file()) files.push_back(item.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) stop("cannot read " + path);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) stop("cannot read " + path);
  return bytes;
}

std::size_t byte(char c) { return static_cast<unsigned char>(c); }

/// Calls `visit(hash, offset)` for each window that counts.  Equal windows have equal hashes.
template <class Visit>
void for_each_window(std::string_view text, Visit visit) {
  constexpr std::uint64_t base = 0x9e3779b97f4a7c15;
  std::uint64_t leaving = 1;  // base to the power of width
  for (std::size_t i = 0; i < width; ++i) leaving *= base;
  std::array<std::uint8_t, 256> count{};
  std::size_t distinct = 0;
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    hash = hash * base + byte(text[i]) + 1;
    if (count[byte(text[i])]++ == 0) ++distinct;
    if (i >= width) {
      hash -= leaving * (byte(text[i - width]) + 1);
      if (--count[byte(text[i - width])] == 0) --distinct;
    }
    if (i + 1 < width || distinct < least_distinct) continue;
    std::uint64_t mixed = hash ^ (hash >> 32);
    mixed *= 0xd6e8feb86659fd93;
    visit(mixed ^ (mixed >> 32), i + 1 - width);
  }
}

/// What a file says in one way of reading it.
struct Reading {
  std::string file, how, bytes;
};

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

/// Each run of digits that can hold a window, read from each place in a group of digits on.
template <class Digit>
void decode_runs(const Reading& raw, const char* how, int bits, std::size_t group, Digit digit, std::vector<Reading>& readings) {
  const std::size_t least = (width * 8 + static_cast<std::size_t>(bits) - 1) / static_cast<std::size_t>(bits);
  Reading decoded{raw.file, how, {}};
  for (std::size_t from = 0; from < raw.bytes.size();) {
    std::size_t to = from;
    while (to < raw.bytes.size() && digit(raw.bytes[to]) >= 0) ++to;
    for (std::size_t phase = 0; to - from >= least && phase < group; ++phase) {
      std::uint32_t pending = 0;
      int have = 0;
      for (std::size_t i = from + phase; i < to; ++i) {
        pending = pending << bits | static_cast<std::uint32_t>(digit(raw.bytes[i]));
        have += bits;
        if (have < 8) continue;
        have -= 8;
        decoded.bytes.push_back(static_cast<char>(pending >> have & 0xff));
      }
      decoded.bytes.append(width, '\0');  // no window spans two runs and counts for nothing else
    }
    from = to + 1;
  }
  readings.push_back(std::move(decoded));
}

struct Place {
  std::uint64_t hash;
  std::uint32_t reading, offset;
  bool operator<(const Place& other) const { return hash < other.hash; }
};

/// Windows of all readings, to be asked for a window of a record.
class Index {
 public:
  explicit Index(const std::vector<Reading>& readings) : readings_(readings), filter_(std::size_t{1} << filter_bits) {
    for (std::size_t r = 0; r < readings.size(); ++r) {
      if (readings[r].bytes.size() > UINT32_MAX) stop(readings[r].file + " is too large");
      for_each_window(readings[r].bytes, [&](std::uint64_t hash, std::size_t offset) {
        places_.push_back({hash, static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(offset)});
        filter_[hash >> (64 - filter_bits)] = true;
      });
    }
    std::sort(places_.begin(), places_.end());
  }
  std::size_t size() const { return places_.size(); }
  const Place* find(std::uint64_t hash, std::string_view window) const {
    if (!filter_[hash >> (64 - filter_bits)]) return nullptr;
    auto place = std::lower_bound(places_.begin(), places_.end(), Place{hash, 0, 0});
    for (; place != places_.end() && place->hash == hash; ++place)
      if (std::string_view(readings_[place->reading].bytes).substr(place->offset, width) == window) return &*place;
    return nullptr;
  }

 private:
  static constexpr int filter_bits = 28;
  const std::vector<Reading>& readings_;
  std::vector<bool> filter_;  // most windows of records end here
  std::vector<Place> places_;
};

std::string shown(std::string_view window) {
  std::string text;
  for (const char c : window) text.push_back(c >= ' ' && c <= '~' ? c : '.');
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> places, records;
  std::string vocabulary;
  std::size_t most_shown = 10;
  std::vector<std::string>* list = &places;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--")
      list = &records;
    else if (list == &places && word == "-v" && i + 1 < argc)
      vocabulary = content(argv[++i]);
    else if (list == &places && word == "-n" && i + 1 < argc)
      most_shown = std::stoul(argv[++i]);
    else
      list->push_back(word);
  }
  if (places.empty() || records.empty()) stop("usage: medchain-windows [-v VOCABULARY] [-n SHOWN] PLACE... -- RECORDS...");

  std::vector<Reading> readings;
  for (const std::string& file : files_of(places)) {
    const Reading raw{file, "as it is", content(file)};
    decode_runs(raw, "in hex", 4, 2, hex_digit, readings);
    decode_runs(raw, "in base64", 6, 4, base64_digit, readings);
    readings.push_back(raw);
  }
  const Index index(readings);
  std::size_t finds = 0, windows = 0;
  for (const std::string& file : files_of(records)) {
    const std::string bytes = content(file);
    std::size_t last = SIZE_MAX - 1;  // a longer piece is one find
    for_each_window(bytes, [&](std::uint64_t hash, std::size_t offset) {
      ++windows;
      const std::string_view window = std::string_view(bytes).substr(offset, width);
      const Place* const place = index.find(hash, window);
      if (place == nullptr || vocabulary.find(window) != std::string::npos) return;
      if (offset != last + 1 && ++finds <= most_shown) {
        const Reading& reading = readings[place->reading];
        std::cout << "'" << shown(window) << "' at byte " << offset << " of " << file << " is in " << reading.file << ' ' << reading.how
                  << '\n';
      }
      last = offset;
    });
  }
  std::cout << finds << " finds, " << windows << " windows of records, " << index.size() << " windows of files\n";
  return finds == 0 ? 0 : 1;
}
