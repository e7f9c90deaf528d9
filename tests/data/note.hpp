// Clinical notes and short clinical texts.  A note is a list of sentences, each drawn from its own
// seed, so that a copied note can be made with a few of them changed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "canary.hpp"
#include "person.hpp"
#include "prng.hpp"
#include "vocabulary.hpp"

namespace medchain::testdata {

/// What differs between a note and the note it was copied from.
struct NoteEdit {
  std::uint64_t seed = 0;
  unsigned redrawn = 0;  // about so many sentences are replaced
  bool addendum = false;
};

struct Note {
  std::uint64_t body_seed = 0;
  NoteEdit edit;
  std::string_view patient;
  std::string_view author;
  int day = 0;
  const Language* language = nullptr;
};

/// Appends the text of the note, with one canary at the end of its first line.  Lines end in LF.
void append_note(std::string& out, const Note& note, Canaries& canaries);

/// Appends `pattern` with its placeholders (vocabulary.hpp) filled in.
void append_filled(std::string& out, std::string_view pattern, Prng& prng,
                   const Language& language);

/// Appends one random sentence of a section: 0 complaint to 5 plan.
void append_sentence(std::string& out, unsigned section, Prng& prng, const Language& language);

}  // namespace medchain::testdata
