// Whether bytes are of the encoding that is declared for them.  Only encodings are known that can
// be refuted: any bytes are Latin-1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace medchain::source {

enum class Charset : std::uint8_t { ascii, utf8, gb18030 };

/// Of IANA's names and those of HL7 table 0211, whatever their case; nothing for all others.
std::optional<Charset> charset_of(std::string_view name);

/// What is wrong, as words that say what they are instead, with the byte; nothing if the bytes can
/// be of that encoding.  `complete`: the text does not go on.
std::optional<std::string> refute(Charset charset, std::string_view text, bool complete);

}  // namespace medchain::source
