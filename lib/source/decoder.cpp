#include "source/decoder.hpp"

#include <iconv.h>

#include <algorithm>
#include <cerrno>

#include "base/text.hpp"

namespace medchain::source {
namespace {

/// Of what any of the encodings has in so many bytes, UTF-8 has at most twice as many.
constexpr std::size_t growth = 2;

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

Result<std::shared_ptr<Decoder>> Decoder::open(std::string_view name) {
  if (name != "gb18030" && name != "gbk")
    return fail(Code::usage, quote(name) + ": expected gb18030 or gbk");
  std::string upper(name);
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  const iconv_t handle = ::iconv_open("UTF-8", upper.c_str());
  if (handle == reinterpret_cast<iconv_t>(-1))
    return fail(Code::config_invalid, "the C library has no conversion of " + upper +
                                          ": its gconv modules are not installed");
  return std::shared_ptr<Decoder>(new Decoder(handle, std::move(upper)));
}

Decoder::~Decoder() { ::iconv_close(handle_); }

Result<std::string> Decoder::decode(std::string_view text, std::string_view what) {
  // Single bytes below 0x80 are ASCII in all of them.
  if (is_ascii(text)) return std::string(text);
  std::string out(text.size() * growth, '\0');
  char* from = const_cast<char*>(text.data());  // iconv(3) does not write to it
  char* to = out.data();
  std::size_t left = text.size(), space = out.size();
  (void)::iconv(handle_, nullptr, nullptr, nullptr, nullptr);
  if (::iconv(handle_, &from, &left, &to, &space) == static_cast<std::size_t>(-1) || left > 0)
    return fail(Code::input_encoding, std::string(what) + " is not " + name_ + " from byte " +
                                          std::to_string(text.size() - left) + " on");
  out.resize(out.size() - space);
  return out;
}

}  // namespace medchain::source
