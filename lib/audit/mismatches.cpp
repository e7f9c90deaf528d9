#include "audit/mismatches.hpp"

#include <array>

namespace medchain::audit {
namespace {

using report::FindingKind;
using report::Level;

// In the order of source::MismatchKind.  Ids are stable.
constexpr std::array<FindingKind, 15> kinds = {{
    {"type.other", Level::error, "the resource has another type than was declared"},
    {"type.lacking", Level::warning, "the type is one of FHIR, the bytes are no resource"},
    {"type.class", Level::note, "the type is one of FHIR, the bytes are a document"},
    {"format.other", Level::error, "the bytes have another format than was declared"},
    {"format.unlike", Level::warning, "the bytes have not the format that was declared"},
    {"format.broken", Level::error, "the bytes break the rules of their format"},
    {"format.rows", Level::warning, "rows of a table differ in width"},
    {"charset.other", Level::warning, "the bytes are not in the encoding that was declared"},
    {"profile.other", Level::error, "a profile is claimed that is for another type"},
    {"element.missing", Level::warning, "an element that each such resource has is missing"},
    {"profile.missing", Level::warning, "an element that the claimed profile asks for is missing"},
    {"document.missing", Level::warning, "what each such CDA document has is missing"},
    {"template.missing", Level::warning, "a template that must be claimed is not"},
    {"attachment.other", Level::error, "data in it have another format than it says"},
    {"attachment.size", Level::warning, "data in it have another size than it says"},
}};
static_assert(kinds.size() == static_cast<std::size_t>(source::MismatchKind::attachment_size) + 1);

}  // namespace

std::span<const report::FindingKind> mismatch_kinds() { return kinds; }

const report::FindingKind& mismatch_kind(source::MismatchKind kind) {
  return kinds[static_cast<std::size_t>(kind)];
}

}  // namespace medchain::audit
