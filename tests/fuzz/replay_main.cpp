// Replays a corpus directory through LLVMFuzzerTestOneInput: every file, every prefix cut in half, and every file with
// one byte changed at a few places.  An empty or missing corpus is a failure, so that the test cannot pass by testing nothing.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::vector<std::filesystem::path> files;
  std::error_code failed;
  for (const auto& item : std::filesystem::directory_iterator(argv[1], failed)) files.push_back(item.path());
  if (failed || files.empty()) {
    std::fprintf(stderr, "no corpus in '%s'\n", argv[1]);
    return 1;
  }
  std::sort(files.begin(), files.end());
  std::size_t runs = 0;
  const auto run = [&runs](const std::vector<std::uint8_t>& bytes) {
    // A copy of the exact size, so that a sanitizer sees a read past the end.
    const std::vector<std::uint8_t> exact(bytes);
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
    ++runs;
  };
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    std::vector<std::uint8_t> bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    run(bytes);
    for (std::size_t cut = bytes.size() / 2; cut > 0; cut /= 2)
      run({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(cut)});
    const std::size_t step = std::max<std::size_t>(1, bytes.size() / 64);
    for (std::size_t i = 0; i < bytes.size(); i += step)
      for (const unsigned mask : {0x01U, 0x80U, 0xffU}) {
        std::vector<std::uint8_t> changed = bytes;
        changed[i] = static_cast<std::uint8_t>(changed[i] ^ mask);
        run(changed);
      }
  }
  std::printf("%zu inputs from %zu files\n", runs, files.size());
  return 0;
}
