// Text of another encoding as UTF-8, by iconv(3).  Strict: no character is left out or replaced.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace medchain::source {

class Decoder {
 public:
  /// Names that --input-encoding takes, a bar between two.
  static constexpr std::string_view names = "gb18030|gbk";

  /// Reads files of the C library, once.  Fails with usage for another name, and with
  /// config_invalid if the C library cannot do it.
  static Result<std::shared_ptr<Decoder>> open(std::string_view name);
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  ~Decoder();

  /// Fails with input_encoding: `WHAT is not GBK from byte 5 on`.
  Result<std::string> decode(std::string_view text, std::string_view what);

 private:
  Decoder(void* handle, std::string name) : handle_(handle), name_(std::move(name)) {}

  void* handle_;  ///< iconv_t
  std::string name_;
};

}  // namespace medchain::source
