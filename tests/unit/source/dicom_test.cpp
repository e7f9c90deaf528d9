#include <doctest/doctest.h>

#include "unit/source/helper.hpp"

using namespace test;

namespace {

constexpr std::string_view implicit_little = "1.2.840.10008.1.2";
constexpr std::string_view explicit_little = "1.2.840.10008.1.2.1";
constexpr std::string_view explicit_big = "1.2.840.10008.1.2.2";
constexpr std::string_view deflated = "1.2.840.10008.1.2.1.99";

Result<Identified> identify(const std::string& file) {
  return identify_dicom(reader_of(file), file.size());
}

void check_fails(const std::string& file, Code code, std::string_view piece) {
  const auto found = identify(file);
  REQUIRE(!found);
  CHECK(found.error().code == code);
  INFO(found.error().message);
  CHECK(contains(found.error().message, piece));
}

DicomSet study(bool explicit_vr, bool big_endian) {
  DicomSet set(explicit_vr, big_endian);
  set.add(8, 0x16, "UI", "1.2.840.10008.5.1.4.1.1.2").add(8, 0x18, "UI", "1.2.3.4.55");
  set.add(8, 0x20, "DA", "20260102").add(8, 0x30, "TM", "101112.5");
  set.add(0x10, 0x10, "PN", "DOE^JANE").add(0x10, 0x20, "LO", "P-17");
  return set;
}

}  // namespace

TEST_CASE("DICOM gives instance, study, patient and date in every uncompressed syntax") {
  struct Case {
    std::string_view syntax;
    bool explicit_vr, big_endian;
  };
  for (const Case& each :
       {Case{implicit_little, false, false}, Case{explicit_little, true, false},
        Case{explicit_big, true, true}, Case{"1.2.840.10008.1.2.4.91", true, false}}) {
    INFO(each.syntax);
    DicomSet set = study(each.explicit_vr, each.big_endian);
    set.add(0x20, 0xd, "UI", "1.2.3.4").add(0x20, 0xe, "UI", "1.2.9");
    const std::string file = dicom_file(each.syntax, set.bytes());
    CHECK(looks_like_dicom(as_bytes(file)));
    const auto found = identify(file);
    REQUIRE(found.ok());
    CHECK(found->id == "1.2.3.4.55");
    CHECK(found->group == "1.2.3.4");
    CHECK(found->subject == "P-17");
    CHECK(found->date == "20260102");
  }
}

TEST_CASE("DICOM reads no further than StudyInstanceUID") {
  DicomSet set = study(true, false);
  set.add(0x20, 0xd, "UI", "1.2.3.4").raw("garbage that is no element");
  CHECK(identify(dicom_file(explicit_little, set.bytes())).ok());

  DicomSet without = study(true, false);
  without.add(0x28, 0x10, "US", "ab").raw("garbage that is no element");
  const auto found = identify(dicom_file(explicit_little, without.bytes()));
  REQUIRE(found.ok());
  CHECK(found->group.empty());
}

TEST_CASE("DICOM skips sequences of defined and undefined length, nested ones, and UN") {
  for (const bool explicit_vr : {true, false}) {
    DicomSet set(explicit_vr, false);
    set.add(8, 0x18, "UI", "1.2");
    // Undefined length, an item of undefined length with a sequence inside, an item of defined
    // length.
    set.header(8, 0x1140, "SQ", undefined_length).header(0xfffe, 0xe000, "", undefined_length);
    set.add(8, 0x1150, "UI", "9.9").header(8, 0x1199, "SQ", undefined_length);
    set.header(0xfffe, 0xe000, "", 4).raw("abcd").header(0xfffe, 0xe0dd, "", 0);
    set.header(0xfffe, 0xe00d, "", 0)
        .header(0xfffe, 0xe000, "", 6)
        .raw("abcdef")
        .header(0xfffe, 0xe0dd, "", 0);
    // Defined length: skipped whatever is in it.
    set.header(8, 0x2112, "SQ", 10).raw("0123456789");
    if (explicit_vr) {
      // UN of undefined length is implicit little endian inside.
      DicomSet inner(false, false);
      inner.header(0xfffe, 0xe000, "", undefined_length).add(8, 0x1150, "", "9.9 ");
      inner.header(0xfffe, 0xe00d, "", 0).header(0xfffe, 0xe0dd, "", 0);
      set.header(9, 0x1001, "UN", undefined_length).raw(inner.bytes());
    }
    set.add(0x20, 0xd, "UI", "1.7");
    const auto found =
        identify(dicom_file(explicit_vr ? explicit_little : implicit_little, set.bytes()));
    if (!found) MESSAGE(found.error().message);
    REQUIRE(found.ok());
    CHECK(found->group == "1.7");
    CHECK(found->id == "1.2");
  }
}

TEST_CASE("a deflated data set gives the instance of the file meta group alone") {
  const auto found = identify(dicom_file(deflated, "\x02\x00not even deflate", "1.22.333"));
  REQUIRE(found.ok());
  CHECK(found->id == "1.22.333");
  CHECK(found->group.empty());
}

TEST_CASE("the data set's instance goes before the meta group's") {
  CHECK(identify(dicom_file(explicit_little, study(true, false).bytes(), "7.7"))->id ==
        "1.2.3.4.55");
  DicomSet set(true, false);
  set.add(0x20, 0xd, "UI", "1.7");
  CHECK(identify(dicom_file(explicit_little, set.bytes(), "7.7"))->id == "7.7");
}

TEST_CASE("the file meta group may come without its length") {
  std::string file = small_dicom();
  file.erase(132, 12);
  const auto found = identify(file);
  REQUIRE(found.ok());
  CHECK(found->id == "1.2.3.4");
  CHECK(found->subject == "P 1");
}

TEST_CASE("DICOM refusals name the tag and the reason") {
  check_fails("", Code::input_invalid, "expected 'DICM'");
  check_fails(std::string(200, '\0'), Code::input_invalid, "expected 'DICM'");
  check_fails(dicom_file("", study(true, false).bytes()), Code::input_invalid, "(0002,0010)");
  DicomSet no_instance(true, false);
  no_instance.add(0x20, 0xd, "UI", "1.7");
  check_fails(dicom_file(explicit_little, no_instance.bytes(), ""), Code::input_no_identity,
              "(0008,0018)");

  DicomSet letters(true, false);
  letters.add(8, 0x18, "UI", "1.2.secret");
  check_fails(dicom_file(explicit_little, letters.bytes()), Code::input_invalid,
              "(0008,0018) at byte");
  CHECK(
      !contains(identify(dicom_file(explicit_little, letters.bytes())).error().message, "secret"));
  DicomSet at_limit(true, false), over_limit(true, false);
  at_limit.add(8, 0x18, "UI", std::string(64, '1'));
  over_limit.add(8, 0x18, "UI", std::string(65, '1'));
  CHECK(identify(dicom_file(explicit_little, at_limit.bytes())).ok());
  check_fails(dicom_file(explicit_little, over_limit.bytes()), Code::input_invalid,
              "at most 64 digits");

  DicomSet past_end(true, false);
  past_end.add(8, 0x18, "UI", "1.2").header(8, 0x1140, "SQ", 0xfffffffe).raw("abc");
  check_fails(dicom_file(explicit_little, past_end.bytes()), Code::input_invalid, "(0008,1140)");
  DicomSet bad_vr(true, false);
  bad_vr.add(8, 0x18, "UI", "1.2").raw(std::string("\x08\0\x20\0da\x02\0xx", 10));
  check_fails(dicom_file(explicit_little, bad_vr.bytes()), Code::input_invalid,
              "value representation");
  DicomSet bad_item(true, false);
  bad_item.header(8, 0x1140, "SQ", undefined_length).add(8, 0x18, "UI", "1.2");
  check_fails(dicom_file(explicit_little, bad_item.bytes()), Code::input_invalid,
              "expected an item");
  DicomSet long_value(true, false);
  long_value.add(0x10, 0x20, "UT", std::string(1026, 'p'));
  check_fails(dicom_file(explicit_little, long_value.bytes()), Code::input_invalid, "at most 1024");
}

TEST_CASE("every cut of a DICOM file is refused or gives the same instance") {
  const std::string whole = small_dicom();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto found = identify(whole.substr(0, size));
    if (found) CHECK(found->id == "1.2.3.4");
  }
}

TEST_CASE("deep nesting and endless elements in DICOM end with a limit") {
  DicomSet deep(false, false);
  for (int i = 0; i < 100; ++i)
    deep.header(8, 0x1140, "SQ", undefined_length).header(0xfffe, 0xe000, "", undefined_length);
  check_fails(dicom_file(implicit_little, deep.bytes()), Code::input_invalid,
              "nested deeper than 32");
  DicomSet endless(false, false);
  for (int i = 0; i < 100'001; ++i) endless.header(8, 8, "", 0);
  check_fails(dicom_file(implicit_little, endless.bytes()), Code::input_invalid,
              "over 100000 elements");
}

TEST_CASE("DICOM samples of others are identified") {
  const auto shared = shared_folder();
  if (!shared) {
    MESSAGE("no shared folder");
    return;
  }
  std::vector<std::string> ids;
  for (const char* name : {"IM-0001-0011.dcm", "IM-0001-0012.dcm", "IM-0002-0011.dcm"}) {
    const auto found = identify(read_all(*shared / "data/dev/attachments" / name));
    REQUIRE(found.ok());
    CHECK(!found->group.empty());
    CHECK(!found->subject.empty());
    CHECK(found->date.size() == 8);
    ids.push_back(found->id);
  }
  // The three samples are copies of one instance or different ones; the first is fixed by its
  // bytes.
  CHECK(ids[0] == "1.3.12.2.1107.5.1.4.54023.30000004093016410718700003866");
}
