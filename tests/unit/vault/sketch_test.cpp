#include <doctest/doctest.h>

#include <random>
#include <set>

#include "unit/vault/vault_support.hpp"
#include "vault/sketch.hpp"

using namespace test;

namespace {

/// Words that nobody wrote.
std::string text_of(std::size_t words, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::string text;
  for (std::size_t i = 0; i < words; ++i) text += "w" + std::to_string(random() % 5000) + " ";
  return text;
}

/// The share of runs of words that two texts have in common, counted.
double jaccard(const std::string& a, const std::string& b) {
  const auto runs_of = [](const std::string& text) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : text)
      if (c == ' ') {
        words.push_back(word);
        word.clear();
      } else {
        word += c;
      }
    std::set<std::string> runs;
    for (std::size_t i = 0; i + vault::sketch_run <= words.size(); ++i) {
      std::string run;
      for (std::size_t j = 0; j < vault::sketch_run; ++j) run += words[i + j] + " ";
      runs.insert(run);
    }
    return runs;
  };
  const auto x = runs_of(a), y = runs_of(b);
  std::size_t both = 0;
  for (const std::string& run : x) both += y.count(run);
  return static_cast<double>(both) / static_cast<double>(x.size() + y.size() - both);
}

unsigned alike(std::string_view a, std::string_view b) {
  const auto x = vault::sketch_of(a), y = vault::sketch_of(b);
  REQUIRE(x);
  REQUIRE(y);
  return vault::similarity(*x, *y);
}

const std::string note = "The patient was seen today in good general condition, with no fever and no cough; the lungs are clear on both sides.";

}  // namespace

TEST_CASE("what is alike does not depend on case, marks and spaces") {
  CHECK(alike(note, "the PATIENT was seen today - in good general condition  with no fever\nand no cough: the lungs are clear on both sides") == 100);
  CHECK(alike(note, note + " Sent home.") < 100);
  CHECK(alike(note, note + " Sent home.") > 60);
  CHECK(alike(note, text_of(30, 1)) < 5);
}

TEST_CASE("a Chinese character is a word") {
  const std::string text = "\u60a3\u8005\u4eca\u65e5\u4e00\u822c\u60c5\u51b5\u826f\u597d\uff0c\u65e0\u53d1\u70ed\uff0c\u65e0\u54b3\u55fd\uff0c\u53cc\u80ba\u547c\u5438\u97f3\u6e05\uff0c\u672a\u95fb\u53ca\u5e72\u6e7f\u6027\u5570\u97f3\u3002";
  CHECK(alike(text, "\u60a3\u8005\u4eca\u65e5\u4e00\u822c\u60c5\u51b5\u826f\u597d \u65e0\u53d1\u70ed \u65e0\u54b3\u55fd \u53cc\u80ba\u547c\u5438\u97f3\u6e05 \u672a\u95fb\u53ca\u5e72\u6e7f\u6027\u5570\u97f3") == 100);
  CHECK(alike(text, "\u60a3\u8005\u4eca\u65e5\u4e00\u822c\u60c5\u51b5\u826f\u597d\uff0c\u65e0\u53d1\u70ed\uff0c\u6709\u54b3\u55fd\uff0c\u53cc\u80ba\u547c\u5438\u97f3\u6e05\uff0c\u672a\u95fb\u53ca\u5e72\u6e7f\u6027\u5570\u97f3\u3002") < 100);
  CHECK(alike(text, "\u60a3\u8005\u4eca\u65e5\u4e00\u822c\u60c5\u51b5\u826f\u597d\uff0c\u65e0\u53d1\u70ed\uff0c\u6709\u54b3\u55fd\uff0c\u53cc\u80ba\u547c\u5438\u97f3\u6e05\uff0c\u672a\u95fb\u53ca\u5e72\u6e7f\u6027\u5570\u97f3\u3002") > 60);
}

TEST_CASE("short texts have no sketch") {
  CHECK_FALSE(vault::sketch_of(""));
  CHECK_FALSE(vault::sketch_of("no fever and no cough"));
  CHECK_FALSE(vault::sketch_of(text_of(vault::min_sketch_words - 1, 1)));
  CHECK(vault::sketch_of(text_of(vault::min_sketch_words, 1)));
}

TEST_CASE("the estimate is near what a count gives") {
  double error = 0;
  int pairs = 0;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    const std::size_t size = 40 + seed * 10;
    const std::string a = text_of(size, seed);
    // The same but for a part at the end.
    const std::string b = a.substr(0, a.find(' ', a.size() * (50 + seed % 50) / 100) + 1) + text_of(size / 10, seed + 1000);
    const double exact = jaccard(a, b) * 100;
    const double estimate = alike(a, b);
    CAPTURE(exact);
    CHECK(estimate == doctest::Approx(exact).epsilon(0.01).scale(1200));
    error += std::abs(estimate - exact);
    ++pairs;
  }
  CHECK(error / pairs < 3.5);
}

TEST_CASE("a sketch is what was kept") {
  auto sketch = vault::sketch_of(note);
  REQUIRE(sketch);
  sketch->author = "Practitioner/7";
  const auto bytes = vault::encode(*sketch);
  CHECK(must(vault::decode_sketch(bytes)) == *sketch);
  CHECK(bytes.size() == 269 + 14);
  for (const std::size_t size : {0u, 1u, 268u})
    check_refused(vault::decode_sketch(medchain::ByteView(bytes).first(size)), Code::store_damaged, "sketch");
  auto other = bytes;
  other[0] = std::byte{9};
  check_refused(vault::decode_sketch(other), Code::store_damaged, "sketch");
}

TEST_CASE("text that is cut within a character is read to its end") {
  std::string text = note + " \u60a3\u8005";
  text.pop_back();
  CHECK(vault::sketch_of(text));
}
