// The bytes of records of one's own, wherever they are: in a copy, or where they were read.
#pragma once

#include <cstdint>
#include <string>

#include "source/rereader.hpp"
#include "vault/vault.hpp"

namespace medchain::cli {

enum class ContentState : std::uint8_t {
  read,
  missing,     ///< no copy and no file, or it came by standard input
  changed,     ///< what is there has other bytes than were anchored
  unreadable,  ///< a file or copy that is there and gives nothing
};

struct OwnContent {
  ContentState state = ContentState::missing;
  std::string text;       ///< its beginning; empty if it was not read
  bool complete = false;  ///< that is all of it
};

/// The copy, or if there is none that is good the file.  All bytes are compared with the digest
/// that was anchored, and the first `most` are given.  `sources` is the same for all of a run, so
/// that a file of many records is read once.  Within Vault::read().  Fails for what is the vault's
/// own damage alone.
Result<OwnContent> own_content(const vault::Vault& vault, std::uint64_t number,
                               const vault::Version& version, source::Rereader& sources,
                               std::size_t most);

}  // namespace medchain::cli
