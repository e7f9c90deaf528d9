// The layout of LMDB 0.9 meta pages, data version 1, on a 64-bit machine in its own byte order:
//   page header: u64 page number, u16 pad, u16 flags, u32 (bounds) 16 bytes meta: u32 magic, u32
//   version, u64 address, u64 map size, database[2], u64 last page, u64 transaction     136 bytes
//   database: u32 pad (of the first: the page size), u16 flags, u16 depth, u64 branch, leaf,
//   overflow pages,
//             u64 entries, u64 root page 48 bytes
// The first is page 0, the second page 1; the one with the greater transaction number counts.
#include <sys/stat.h>
#include <sys/vfs.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "base/file_at.hpp"
#include "store/header_internal.hpp"

namespace medchain::store {
namespace {

constexpr std::uint32_t meta_magic = 0xbeefc0de;
constexpr std::uint32_t data_version = 1;
constexpr std::uint16_t meta_page_flag = 0x08;
constexpr std::uint16_t free_list_flags = 0x08;  // MDB_INTEGERKEY, and nothing of the environment's
constexpr std::uint16_t max_depth = 32;          // LMDB's CURSOR_STACK
constexpr std::uint64_t no_page = ~std::uint64_t{0};
constexpr std::uint64_t max_page = std::uint64_t{1} << 44;
constexpr std::size_t meta_bytes = 152;

template <class T>
T load(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

Error damaged(const std::string& path, const std::string& what) {
  return fail(Code::store_damaged, quote(path) + ": " + what);
}

struct Database {
  std::uint16_t flags, depth;
  std::uint64_t root;
};

Database load_database(const std::byte* from) {
  return {load<std::uint16_t>(from + 4), load<std::uint16_t>(from + 6),
          load<std::uint64_t>(from + 40)};
}

bool is_possible(const Database& database, std::uint64_t last_page, std::uint16_t flags) {
  if (database.flags != flags || database.depth > max_depth) return false;
  return database.root == no_page || (database.root > 1 && database.root <= last_page);
}

struct Meta {
  Header header;
  std::string_view problem;  ///< with its trees, which matters if this is the newer one
};

Result<Meta> read_meta(const File& file, const std::string& path, std::uint64_t number,
                       std::uint64_t page_size) {
  const std::string name = "meta page " + std::to_string(number);
  std::array<std::byte, meta_bytes> page;
  MC_ASSIGN(const std::size_t got,
            read_at(file, page, number * page_size, path, Code::storage_failed));
  if (got != page.size()) return damaged(path, "too short for " + name);

  const std::byte* const meta = page.data() + 16;
  if (load<std::uint32_t>(meta) != meta_magic)
    return damaged(path, number == 0 ? "not an LMDB file of this kind of machine"
                                     : name + " is damaged: wrong magic");
  const auto version = load<std::uint32_t>(meta + 4);
  if (version > data_version)
    return fail(Code::ledger_newer, quote(path) + ": " + name + " has data version " +
                                        std::to_string(version) + ", this medchain knows " +
                                        std::to_string(data_version));
  if (version != data_version) return damaged(path, name + " is damaged: wrong data version");
  if (load<std::uint64_t>(page.data()) != number ||
      load<std::uint16_t>(page.data() + 10) != meta_page_flag)
    return damaged(path, name + " is damaged: wrong page header");

  Meta result;
  Header& header = result.header;
  header.page_size = load<std::uint32_t>(meta + 24);
  header.last_page = load<std::uint64_t>(meta + 120);
  header.txn = load<std::uint64_t>(meta + 128);
  const bool is_power_of_2 = (header.page_size & (header.page_size - 1)) == 0;
  if (!is_power_of_2 || header.page_size < 256 || header.page_size > 65536)
    return damaged(path, name + " is damaged: page size " + std::to_string(header.page_size));
  if (header.last_page < 1 || header.last_page > max_page)
    return damaged(path, name + " is damaged: last page " + std::to_string(header.last_page));
  if (!is_possible(load_database(meta + 24), header.last_page, free_list_flags))
    result.problem = "impossible free list";
  else if (!is_possible(load_database(meta + 72), header.last_page, 0))
    result.problem = "impossible table list";
  return result;
}

struct UnsafeFileSystem {
  std::uint64_t type;
  std::string_view name;
};
// linux/magic.h has only some of these; the others are from the sources of the file systems.
constexpr UnsafeFileSystem unsafe_file_systems[] = {{0x6969, "NFS"},
                                                    {0x517b, "SMB"},
                                                    {0xff534d42, "CIFS"},
                                                    {0xfe534d42, "SMB2"},
                                                    {0x01021997, "9p"},
                                                    {0x65735546, "FUSE"},
                                                    {0x5346414f, "AFS"},
                                                    {0x6b414653, "AFS"},
                                                    {0x73757245, "Coda"},
                                                    {0x564c, "NCP"},
                                                    {0x00c36400, "Ceph"},
                                                    {0x0bd00bd0, "Lustre"},
                                                    {0x47504653, "GPFS"},
                                                    {0x7461636f, "OCFS2"},
                                                    {0x01161970, "GFS2"},
                                                    {0x786f4256, "vboxsf"},
                                                    {0x20030528, "OrangeFS"},
                                                    {0x19830326, "BeeGFS"},
                                                    {0xbacbacbc, "VMware shared folder"},
                                                    {0xaad7aaea, "PanFS"}};

}  // namespace

Result<Header> read_header(const File& file, const std::string& path) {
  MC_ASSIGN(const std::uint64_t bytes, file_bytes(file, path));
  if (bytes == 0) return damaged(path, "the file is empty");
  MC_ASSIGN(const Meta first, read_meta(file, path, 0, 0));
  const std::uint64_t page_size = first.header.page_size;
  if (bytes < 2 * page_size)
    return damaged(path, "the file is " + std::to_string(bytes) + " bytes, less than two pages");
  MC_ASSIGN(const Meta second, read_meta(file, path, 1, page_size));
  if (second.header.page_size != page_size)
    return damaged(path, "the meta pages have different page sizes");
  // The trees of the older one are not looked at, by LMDB neither: when a meta page could not be
  // written LMDB puts back its old transaction number and last page, beside the new trees.
  const bool is_second = second.header.txn > first.header.txn;
  const Meta& newer = is_second ? second : first;
  if (newer.problem.empty()) return newer.header;
  return damaged(path, "meta page " + std::to_string(is_second ? 1 : 0) +
                           " is damaged: " + std::string(newer.problem));
}

Result<std::uint64_t> file_bytes(const File& file, const std::string& path) {
  struct stat info = {};
  if (fstat(file.fd(), &info) != 0) return fail_errno(Code::storage_failed, "stat", path, errno);
  return static_cast<std::uint64_t>(info.st_size);
}

std::optional<std::string_view> unsafe_file_system(std::uint64_t type) {
  for (const UnsafeFileSystem& system : unsafe_file_systems)
    if (system.type == type) return system.name;
  return std::nullopt;
}

Status check_file_system(const std::string& directory) {
  struct statfs info = {};
  int result = 0;
  do {
    result = statfs(directory.c_str(), &info);
  } while (result != 0 && errno == EINTR);
  if (result != 0)
    return fail_errno(
        errno == ENOENT || errno == ENOTDIR ? Code::ledger_missing : Code::ledger_unavailable,
        "open", directory, errno);
  // f_type is signed: a magic above 2^31 must not be widened with its sign.
  const auto type = static_cast<std::uint64_t>(static_cast<std::uint32_t>(info.f_type));
  if (const auto name = unsafe_file_system(type))
    return fail(Code::ledger_unavailable,
                quote(directory) + " is on a " + std::string(*name) +
                    " file system: locks and memory maps do not hold there between processes");
  return {};
}

}  // namespace medchain::store
