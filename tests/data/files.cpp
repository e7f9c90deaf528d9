#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include "commands.hpp"
#include "file_draft.hpp"
#include "json.hpp"
#include "output.hpp"
#include "plan.hpp"
#include "text.hpp"

namespace medchain::testdata {

namespace {

enum class FileKind : std::uint8_t { dicom, cda, pdf, hl7, hl7_batch, fhir, text };

constexpr unsigned files_per_patient = 12;
constexpr unsigned files_per_study = 6;
constexpr unsigned first_text = 4;

// Frozen: another order gives other sample data.
constexpr std::array<FileKind, files_per_patient> slot_kinds = {
    FileKind::dicom, FileKind::dicom, FileKind::dicom,     FileKind::cda,
    FileKind::text,  FileKind::pdf,   FileKind::hl7,       FileKind::fhir,
    FileKind::text,  FileKind::dicom, FileKind::hl7_batch, FileKind::fhir,
};

struct FileName {
  std::string_view english;
  std::string_view chinese;
  std::string_view extension;
};

FileName name_of(FileKind kind) {
  switch (kind) {
    case FileKind::dicom:
      return {"IM", "\u5f71\u50cf", ".dcm"};
    case FileKind::cda:
      return {"discharge summary", "\u51fa\u9662\u5c0f\u7ed3", ".xml"};
    case FileKind::pdf:
      return {"lab report", "\u68c0\u67e5\u62a5\u544a", ".pdf"};
    case FileKind::hl7:
      return {"result", "\u68c0\u9a8c\u7ed3\u679c", ".hl7"};
    case FileKind::hl7_batch:
      return {"result batch", "\u68c0\u9a8c\u6279\u6b21", ".hl7"};
    case FileKind::fhir:
      return {"resource", "\u8d44\u6e90", ".json"};
    case FileKind::text:
      return {"scan of letter", "\u626b\u63cf\u4ef6", ".txt"};
  }
  return {};
}

class FilesRun {
 public:
  explicit FilesRun(const Options& options)
      : options_(options),
        canary_log_(open_if_given(options.canaries_path)),
        planted_log_(open_if_given(options.planted_path)),
        canaries_(canary_log_ ? &*canary_log_ : nullptr),
        plan_(options.count, planted_log_.has_value(), options.conflicts),
        resources_(options.seed, options.types, canaries_) {}

  void run() {
    make_directories(options_.output_directory);
    std::uint64_t next_plant = 0;
    for (std::uint64_t file = 0; file < options_.count; ++file) {
      if (next_plant < plan_.plants() && file == plan_.item_of_plant(next_plant)) {
        write_plant(next_plant++);
      } else {
        const std::string path = path_of(originals_, Recording::all);
        store(path, content_of(originals_, Version{}, Recording::all));
        ++originals_;
      }
    }
    if (canary_log_) canary_log_->close();
    if (planted_log_) planted_log_->close();
  }

 private:
  static std::optional<Sink> open_if_given(const std::string& path) {
    if (path.empty()) return std::nullopt;
    return Sink::create(path);
  }

  [[nodiscard]] std::uint64_t file_key(std::uint64_t file) const {
    return derive(options_.seed, for_file, file);
  }
  [[nodiscard]] std::uint64_t study_key(std::uint64_t file) const {
    return derive(options_.seed, for_study, file / files_per_study);
  }
  static FileKind kind_of(std::uint64_t file) {
    return slot_kinds[static_cast<std::size_t>(file % files_per_patient)];
  }

  const Person& person_of(std::uint64_t file) {
    const std::uint64_t number = file / files_per_patient;
    if (!has_person_ || person_.number != number) person_ = make_person(options_.seed, number);
    has_person_ = true;
    return person_;
  }

  /// PATIENT/STUDY of a file, each with its canary.
  std::string directory_of(std::uint64_t file) {
    const Person& person = person_of(file);
    const std::uint64_t patient_key = derive(person.key, for_directory);
    const std::uint64_t visit_key = derive(study_key(file), for_directory);
    canaries_.log_fixed(patient_key);
    canaries_.log_fixed(visit_key);
    std::string path = person.full + ' ' + person.mrn;
    canaries_.append_fixed(path, patient_key, ' ');
    path += '/';
    append_date(path, day_of(file));
    path += ' ';
    Prng prng(visit_key);
    path += prng.pick(person.language->departments);
    canaries_.append_fixed(path, visit_key, ' ');
    return path + '/';
  }

  std::string path_of(std::uint64_t file, Recording recording) {
    canaries_.start(derive(file_key(file), for_directory), recording);
    const FileName name = name_of(kind_of(file));
    std::string path = directory_of(file);
    path += person_.language->is_chinese ? name.chinese : name.english;
    path += ' ';
    append_padded(path, file % files_per_patient + 1, 2);
    canaries_.append(path);
    path += name.extension;
    return path;
  }

  std::string plant_path(std::uint64_t plant, std::uint64_t directory_file, FileKind kind) {
    canaries_.start(derive(options_.seed, for_plant, plant, for_directory), Recording::fields);
    std::string path = directory_of(directory_file) + "copy ";
    append_number(path, plant + 1);
    canaries_.append(path);
    path += name_of(kind).extension;
    return path;
  }

  [[nodiscard]] int day_of(std::uint64_t file) const {
    return Prng(study_key(file)).between(days_of(2022, 1, 3), days_of(2024, 6, 28));
  }

  FileDraft draft_of(std::uint64_t file, std::uint64_t key, std::uint64_t salt) {
    const Person& person = person_of(file);
    FileDraft draft{.person = person,
                    .canaries = canaries_,
                    .key = key,
                    .study_key = study_key(file),
                    .number = file,
                    .code = Prng(derive(key, for_code)),
                    .content = Prng(derive(key, for_content, salt)),
                    .day = day_of(file),
                    .second = 0,
                    .note = {}};
    draft.second = draft.code.between(7 * 3600, 18 * 3600);
    draft.note.body_seed = derive(file_key(file), for_note);
    draft.note.language = person.language;
    draft.note.day = draft.day;
    return draft;
  }

  std::string content_of(std::uint64_t file, Version version, Recording recording) {
    FileDraft draft = draft_of(file, file_key(file), version.salt);
    canaries_.start(derive(draft.key, version.salt), recording);
    switch (kind_of(file)) {
      case FileKind::dicom: {
        // Four images for each patient: slots 0, 1, 2 and 9.
        const std::uint64_t image =
            4 * (file / files_per_patient) + std::min<std::uint64_t>(file % files_per_patient, 3);
        return make_dicom(draft, static_cast<unsigned>(image % 3));
      }
      case FileKind::cda:
        return make_cda(draft);
      case FileKind::pdf:
        return make_pdf(draft);
      case FileKind::hl7:
        return make_hl7(draft);
      case FileKind::hl7_batch:
        return make_hl7_batch(draft);
      case FileKind::fhir:
        return fhir_of(file, version, recording);
      case FileKind::text:
        return make_text(draft);
    }
    return {};
  }

  /// The patient, then an observation: the same as in the lines of this seed.
  std::string fhir_of(std::uint64_t file, Version version, Recording recording) {
    const std::uint64_t person = file / files_per_patient;
    const RecordPlace patient{person / 2, static_cast<unsigned>(person % 2) * slots_per_patient};
    const bool is_patient = file % files_per_patient == 7;
    std::string compact;
    resources_.write(compact, is_patient ? patient : patient.sibling(2), version, recording);
    std::string indented;
    append_indented(indented, compact);
    return indented + '\n';
  }

  void write_plant(std::uint64_t plant) {
    Prng prng(derive(options_.seed, for_plant, plant));
    const std::uint64_t latest = originals_ - 1;
    const std::uint64_t drawn = prng.below(static_cast<std::uint32_t>(originals_));
    const std::uint64_t note = drawn / files_per_patient * files_per_patient + first_text;
    const PlantKind kind = plan_.kind(plant);
    if (kind == PlantKind::near_duplicate_note && latest >= first_text) {
      const std::uint64_t source = note <= latest ? note : first_text;
      return write_copied_text(plant, kind, source, source);
    }
    if (kind == PlantKind::copy_paste_note && latest >= files_per_patient) {
      const bool is_other = note / files_per_patient != latest / files_per_patient;
      const std::uint64_t source = is_other ? note : note - files_per_patient;
      return write_copied_text(plant, kind, source, latest);
    }
    if (kind == PlantKind::same_id_other_bytes) {
      // The first file of each patient is an image, which has an id of its own.
      const std::uint64_t source = drawn / files_per_patient * files_per_patient;
      const Version conflict{derive(options_.seed, for_plant, plant, for_content) | 1, 0, true};
      const std::string copy = plant_path(plant, source, kind_of(source));
      store(copy, content_of(source, conflict, Recording::fields));
      return log_plant(kind, path_of(source, Recording::none), copy);
    }
    const std::string copy = plant_path(plant, drawn, kind_of(drawn));
    store(copy, content_of(drawn, Version{}, Recording::none));
    log_plant(PlantKind::exact_duplicate, path_of(drawn, Recording::none), copy);
  }

  /// A letter for the patient of `target` with the text of the letter `source`.
  void write_copied_text(std::uint64_t plant, PlantKind kind, std::uint64_t source,
                         std::uint64_t target) {
    const Language* language = person_of(source).language;
    const std::string copy = plant_path(plant, target, FileKind::text);
    FileDraft draft = draft_of(target, derive(options_.seed, for_plant, plant, for_file), 0);
    draft.note.body_seed = derive(file_key(source), for_note);
    draft.note.language = language;
    draft.note.day += draft.content.between(1, 90);
    draft.note.edit = {derive(options_.seed, for_plant, plant, for_edit), 1, source == target};
    canaries_.start(draft.key, Recording::fields);
    store(copy, make_text(draft));
    log_plant(kind, path_of(source, Recording::none), copy);
  }

  void store(const std::string& path, std::string_view bytes) {
    const std::string full = options_.output_directory + '/' + path;
    std::string directory = full.substr(0, full.rfind('/'));
    if (directory != last_directory_) {
      make_directories(directory);
      last_directory_ = std::move(directory);
    }
    write_new_file(full, bytes);
  }

  void log_plant(PlantKind kind, std::string_view original, std::string_view copy) {
    std::string& row = planted_log_->buffer();
    row += medchain::testdata::name_of(kind);
    row += '\t';
    row += original;
    row += '\t';
    row += copy;
    row += '\n';
    planted_log_->record_done();
  }

  const Options& options_;
  std::optional<Sink> canary_log_;
  std::optional<Sink> planted_log_;
  Canaries canaries_;
  PlantPlan plan_;
  ResourceWriter resources_;
  Person person_;
  bool has_person_ = false;
  std::uint64_t originals_ = 0;
  std::string last_directory_;
};

}  // namespace

void run_files(const Options& options) { FilesRun(options).run(); }

}  // namespace medchain::testdata
