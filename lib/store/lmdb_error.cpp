// LMDB's return codes, its own (negative) and errno values, as errors.
#include <cerrno>

#include "store/lmdb_internal.hpp"

namespace medchain::store {
namespace {

/// What we say for LMDB's own codes; the others are bugs of ours.
struct Meaning {
  int lmdb;
  Code code;
  std::string_view text;
  std::string_view hint;
};
constexpr Meaning meanings[] = {
    {MDB_MAP_FULL, Code::storage_full, "the map is full", ""},
    {MDB_MAP_RESIZED, Code::storage_full, "another process made it larger than this one's map",
     "run the same command again"},
    {MDB_CORRUPTED, Code::store_damaged, "a page is damaged", ""},
    {MDB_PAGE_NOTFOUND, Code::store_damaged, "a page is missing", ""},
    {MDB_INVALID, Code::store_damaged, "not an LMDB file", ""},
    {MDB_CURSOR_FULL, Code::store_damaged, "a tree is too deep", ""},
    {MDB_PAGE_FULL, Code::store_damaged, "a page is overfull", ""},
    {MDB_INCOMPATIBLE, Code::store_damaged, "a page or table is of the wrong kind", ""},
    {MDB_VERSION_MISMATCH, Code::ledger_unavailable,
     "a program with another LMDB version has it open", ""},
    {MDB_READERS_FULL, Code::lock_timeout, "too many processes read at the same time",
     "try again when some of them are done"},
    {MDB_PANIC, Code::storage_failed, "an earlier write failed", "run the same command again"},
};

}  // namespace

Error lmdb_error(int code, std::string_view what, const std::string& path) {
  const std::string start = "cannot " + std::string(what) + " of " + quote(path) + ": ";
  for (const Meaning& meaning : meanings)
    if (meaning.lmdb == code)
      return fail(meaning.code, start + std::string(meaning.text))
          .with_hint(std::string(meaning.hint));
  if (code < 0 || code == EINVAL)
    return fail(Code::internal, start + "LMDB says " + quote(mdb_strerror(code)));
  return fail_errno(Code::storage_failed, std::string(what) + " of", path, code);
}

Error met_damage(const std::string& path) {
  return fail(Code::store_damaged, "a damaged page of " + quote(path) + " was met before");
}

}  // namespace medchain::store
