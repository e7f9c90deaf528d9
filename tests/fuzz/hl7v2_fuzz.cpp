// HL7 v2: messages lie in the file in order, begin with MSH, hold no other header, and small
// windows find the same ones.
#include <algorithm>
#include <cstdint>

#include "fuzz/require.hpp"
#include "source/hl7v2_internal.hpp"

using namespace medchain;
using namespace medchain::source;

namespace {

/// The offsets found a window at a time, windows growing by `step`; nothing if a window is refused.
std::optional<std::vector<Hl7Message>> split_by_windows(ByteView file, std::size_t step) {
  std::vector<Hl7Message> found;
  std::size_t base = 0, size = step;
  for (;;) {
    size = std::min(size, file.size() - base);
    const bool last = base + size == file.size();
    const auto split = split_hl7v2_window(file.subspan(base, size), base, last);
    if (!split) return std::nullopt;
    for (const Hl7Message& each : split->messages) found.push_back({base + each.offset, each.size});
    if (last) return found;
    require(split->consumed <= size);
    base += split->consumed;
    size += step - split->consumed;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView file(reinterpret_cast<const std::byte*>(data), size);
  (void)identify_hl7v2(file);
  (void)looks_like_hl7v2(file);
  const auto messages = split_hl7v2(file);
  if (!messages) return 0;
  std::size_t end = 0;
  for (const Hl7Message& each : *messages) {
    require(each.offset >= end && each.size >= 3 && each.size <= size - each.offset);
    end = each.offset + each.size;
    const ByteView message = file.subspan(each.offset, each.size);
    require(as_text(message).substr(0, 3) == "MSH");
    require(as_text(message).find("\rMSH", 3) == std::string_view::npos);
    require(as_text(message).find("\nMSH", 3) == std::string_view::npos);
    const auto found = identify_hl7v2(message);
    if (found) require(!found->id.empty() && looks_like_hl7v2(message));
  }
  if (size > 2000) return 0;
  for (const std::size_t step : {std::size_t{1}, std::size_t{5}, std::size_t{64}}) {
    const auto windows = split_by_windows(file, step);
    require(windows.has_value() && windows->size() == messages->size());
    for (std::size_t i = 0; i < windows->size(); ++i)
      require((*windows)[i].offset == (*messages)[i].offset &&
              (*windows)[i].size == (*messages)[i].size);
  }
  return 0;
}
