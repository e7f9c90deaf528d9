#include "note.hpp"

#include <cstddef>

#include "text.hpp"

namespace medchain::testdata {

namespace {

std::string_view wording(const Coded& coded, const Language& language) {
  return language.is_chinese ? coded.chinese : coded.english;
}

void append_placeholder(std::string& out, char kind, Prng& prng, const Language& language) {
  switch (kind) {
    case 'c':
      out += prng.pick(language.complaints);
      break;
    case 's':
      out += prng.pick(language.sites);
      break;
    case 'q':
      out += prng.pick(language.qualities);
      break;
    case 'f':
      out += prng.pick(language.findings);
      break;
    case 't':
      out += prng.pick(language.times);
      break;
    case 'a':
      out += prng.pick(language.advice);
      break;
    case 'd':
      out += wording(prng.pick(drugs()), language);
      break;
    case 'g':
      out += wording(prng.pick(diagnoses()), language);
      break;
    case 'n':
      append_number(out, 2 + prng.below(28));
      break;
    case 'v':
      append_fixed(out, prng.between(290, 760), 2);
      break;
    case 'p':
      append_number(out, 50 + prng.below(150));
      break;
    default:
      out += kind;
  }
}

}  // namespace

void append_filled(std::string& out, std::string_view pattern, Prng& prng,
                   const Language& language) {
  for (;;) {
    const std::size_t percent = pattern.find('%');
    if (percent == std::string_view::npos || percent + 1 == pattern.size()) break;
    out += pattern.substr(0, percent);
    append_placeholder(out, pattern[percent + 1], prng, language);
    pattern.remove_prefix(percent + 2);
  }
  out += pattern;
}

void append_sentence(std::string& out, unsigned section, Prng& prng, const Language& language) {
  append_filled(out, prng.pick(language.sections[section].templates), prng, language);
}

void append_note(std::string& out, const Note& note, Canaries& canaries) {
  const Language& language = *note.language;
  Prng head(derive(note.body_seed, for_note));
  out += head.pick(language.note_kinds);
  out += ", ";
  out += head.pick(language.departments);
  canaries.append(out);
  out += '\n';
  out += language.patient_label;
  out += note.patient;
  out += '\n';
  out += language.date_label;
  append_date(out, note.day);
  out += '\n';

  unsigned total = 0;
  for (const Section& section : language.sections) total += section.sentences;
  Prng edits(note.edit.seed);
  std::uint32_t redrawn = 0;
  for (unsigned i = 0; i < note.edit.redrawn; ++i) redrawn |= 1U << edits.below(total);

  unsigned index = 0;
  for (unsigned s = 0; s < language.sections.size(); ++s) {
    out += '\n';
    out += language.sections[s].title;
    out += '\n';
    for (unsigned i = 0; i < language.sections[s].sentences; ++i, ++index) {
      const bool is_redrawn = ((redrawn >> index) & 1) != 0;
      Prng sentence(derive(is_redrawn ? note.edit.seed : note.body_seed, for_edit, index));
      append_sentence(out, s, sentence, language);
      out += '\n';
    }
  }
  out += '\n';
  if (note.edit.addendum) {
    out += language.copied_label;
    append_sentence(out, 3, edits, language);
    out += '\n';
  }
  out += language.signed_label;
  out += note.author;
  out += '\n';
}

}  // namespace medchain::testdata
