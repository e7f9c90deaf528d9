// PDF 1.4 files: one page of text in ASCII, and metadata in UTF-8.  Nothing is compressed, so that
// a search of the bytes finds every word.

#include <cstddef>
#include <vector>

#include "file_draft.hpp"
#include "text.hpp"

namespace medchain::testdata {

namespace {

/// Numbers the objects and remembers where they start, for the cross-reference table.
class PdfFile {
 public:
  PdfFile() : bytes_("%PDF-1.4\n%\xc2\xb5\xc2\xb6\n") {}

  void object(std::string_view body) {
    offsets_.push_back(bytes_.size());
    append_number(bytes_, offsets_.size());
    bytes_ += " 0 obj\n";
    bytes_ += body;
    bytes_ += "\nendobj\n";
  }

  void stream(std::string_view dictionary, std::string_view data) {
    std::string body = "<< ";
    body += dictionary;
    body += "/Length ";
    append_number(body, data.size());
    body += " >>\nstream\n";
    body += data;
    body += "\nendstream";
    object(body);
  }

  /// `root` and `info` are object numbers.
  std::string finish(unsigned root, unsigned info) {
    const std::size_t start = bytes_.size();
    bytes_ += "xref\n0 ";
    append_number(bytes_, offsets_.size() + 1);
    bytes_ += "\n0000000000 65535 f \n";
    for (const std::size_t offset : offsets_) {
      append_padded(bytes_, offset, 10);
      bytes_ += " 00000 n \n";
    }
    bytes_ += "trailer\n<< /Size ";
    append_number(bytes_, offsets_.size() + 1);
    bytes_ += " /Root " + std::to_string(root) + " 0 R /Info " + std::to_string(info) + " 0 R >>\n";
    bytes_ += "startxref\n" + std::to_string(start) + "\n%%EOF\n";
    return bytes_;
  }

 private:
  std::string bytes_;
  std::vector<std::size_t> offsets_;
};

std::string literal(std::string_view text) {
  std::string out = "(";
  for (const char c : text) {
    if (c == '(' || c == ')' || c == '\\') out += '\\';
    out += c;
  }
  return out + ")";
}

std::string page_content(std::string_view text) {
  std::string content = "BT\n/F1 9 Tf\n11 TL\n40 800 Td\n";
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    content += literal(text.substr(0, end)) + " Tj T*\n";
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return content + "ET";
}

std::string metadata(FileDraft& draft) {
  std::string out =
      "<?xpacket begin=\"\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
      "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
      "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n"
      "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">";
  append_xml(out, draft.field(draft.person.full));
  out +=
      "</rdf:li></rdf:Alt></dc:title>\n"
      "</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>";
  return out;
}

}  // namespace

std::string make_pdf(FileDraft& draft) {
  const Person& person = draft.person;
  const std::string name = draft.field(person.given_ascii + ' ' + person.family_ascii);
  const std::string author = draft.field(make_doctor_ascii(draft.content));
  Note note = draft.note;
  note.patient = name;
  note.author = author;
  note.language = &english();
  std::string text = "Record number: " + draft.mrn() + "\nBorn: ";
  append_date(text, person.birth_day);
  text += "\nAddress: " + draft.field(person.place->ascii) + '\n';
  append_note(text, note, draft.canaries);

  PdfFile file;
  file.object("<< /Type /Catalog /Pages 2 0 R /Metadata 6 0 R >>");
  file.object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
  file.object(
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R\n"
      "   /Resources << /Font << /F1 4 0 R >> >> >>");
  file.object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
  file.stream("", page_content(text));
  file.stream("/Type /Metadata /Subtype /XML ", metadata(draft));
  file.object("<< /Title " + literal(draft.field("Report")) + " /Author " + literal(author) +
              " >>");
  return file.finish(1, 7);
}

}  // namespace medchain::testdata
