#include <cstddef>
#include <optional>
#include <vector>

#include "canary.hpp"
#include "commands.hpp"
#include "output.hpp"
#include "plan.hpp"
#include "text.hpp"

namespace medchain::testdata {

namespace {

/// The places of a run in order, when only some types are printed.
class PlaceSequence {
 public:
  explicit PlaceSequence(const TypeSet& printed) {
    for (unsigned slot = 0; slot < slots_per_period; ++slot) {
      rank_[slot] = slots_.size();
      if (printed[static_cast<std::size_t>(type_at(slot))]) slots_.push_back(slot);
    }
  }

  [[nodiscard]] RecordPlace place(std::uint64_t original) const {
    return {original / slots_.size(), slots_[original % slots_.size()]};
  }
  /// The inverse, for a place whose type is printed.
  [[nodiscard]] std::uint64_t original(RecordPlace place) const {
    return place.period * slots_.size() + rank_[place.slot];
  }

 private:
  std::vector<unsigned> slots_;
  std::array<std::size_t, slots_per_period> rank_{};
};

class NdjsonRun {
 public:
  explicit NdjsonRun(const Options& options)
      : options_(options),
        canary_log_(open_if_given(options.canaries_path)),
        planted_log_(open_if_given(options.planted_path)),
        canaries_(canary_log_ ? &*canary_log_ : nullptr),
        sequence_(options.types),
        plan_(options.count, planted_log_.has_value(), options.conflicts),
        changes_(options.seed, options.changed_percent, options.night),
        writer_(options.seed, options.types, canaries_) {}

  void run() {
    std::uint64_t next_plant = 0;
    for (std::uint64_t line = 0; line < options_.count; ++line) {
      if (next_plant < plan_.plants() && line == plan_.item_of_plant(next_plant)) {
        write_plant(next_plant++, line);
      } else {
        write_original();
      }
      sink_.buffer() += '\n';
      sink_.record_done();
    }
    sink_.close();
    if (canary_log_) canary_log_->close();
    if (planted_log_) planted_log_->close();
  }

 private:
  static std::optional<Sink> open_if_given(const std::string& path) {
    if (path.empty()) return std::nullopt;
    return Sink::create(path);
  }

  void write_original() {
    const RecordPlace place = sequence_.place(originals_++);
    writer_.write(sink_.buffer(), place, changes_.version_of(place), Recording::all);
    if (type_at(place.slot) != ResourceType::document_reference) return;
    if (last_note_ && last_note_->patient() != place.patient()) note_before_ = last_note_;
    last_note_ = place;
  }

  void write_plant(std::uint64_t plant, std::uint64_t line) {
    Prng prng(derive(options_.seed, for_plant, plant));
    const RecordPlace latest = sequence_.place(originals_ - 1);
    const PlantKind kind = plan_.kind(plant);
    if (kind == PlantKind::near_duplicate_note && last_note_) {
      const RecordPlace source = draw_note(prng, std::nullopt);
      writer_.write_copied_note(sink_.buffer(), source, source, plant);
      return log_plant(kind, source, line);
    }
    if (kind == PlantKind::copy_paste_note && has_note_of_other(latest)) {
      const RecordPlace source = draw_note(prng, latest);
      writer_.write_copied_note(sink_.buffer(), source, latest, plant);
      return log_plant(kind, source, line);
    }
    const RecordPlace source = sequence_.place(prng.below(static_cast<std::uint32_t>(originals_)));
    if (kind == PlantKind::same_id_other_bytes) {
      const Version conflict{derive(options_.seed, for_plant, plant, for_content) | 1, 0, true};
      writer_.write(sink_.buffer(), source, conflict, Recording::fields);
      return log_plant(kind, source, line);
    }
    // Also where there is no note to copy yet.
    writer_.write(sink_.buffer(), source, changes_.version_of(source), Recording::none);
    log_plant(PlantKind::exact_duplicate, source, line);
  }

  [[nodiscard]] bool has_note_of_other(RecordPlace target) const {
    return note_before_ || (last_note_ && last_note_->patient() != target.patient());
  }

  /// An earlier note, if `other_than` is given of another patient; there must be one.
  RecordPlace draw_note(Prng& prng, std::optional<RecordPlace> other_than) const {
    const RecordPlace drawn = sequence_.place(prng.below(static_cast<std::uint32_t>(originals_)));
    for (unsigned slot = 0; slot < slots_per_period; ++slot) {
      const RecordPlace place{drawn.period, (drawn.slot + slot) % slots_per_period};
      if (type_at(place.slot) == ResourceType::document_reference &&
          sequence_.original(place) < originals_ &&
          !(other_than && other_than->patient() == place.patient())) {
        return place;
      }
    }
    return other_than && last_note_->patient() == other_than->patient() ? *note_before_
                                                                        : *last_note_;
  }

  void log_plant(PlantKind kind, RecordPlace source, std::uint64_t line) {
    std::string& row = planted_log_->buffer();
    row += name_of(kind);
    row += '\t';
    append_number(row, plan_.item_of_original(sequence_.original(source)) + 1);
    row += '\t';
    append_number(row, line + 1);
    row += '\n';
    planted_log_->record_done();
  }

  const Options& options_;
  Sink sink_ = Sink::standard_output();
  std::optional<Sink> canary_log_;
  std::optional<Sink> planted_log_;
  Canaries canaries_;
  PlaceSequence sequence_;
  PlantPlan plan_;
  NightlyChanges changes_;
  ResourceWriter writer_;
  std::uint64_t originals_ = 0;
  std::optional<RecordPlace> last_note_;
  std::optional<RecordPlace> note_before_;  // the last one of another patient than last_note_'s
};

}  // namespace

void run_ndjson(const Options& options) { NdjsonRun(options).run(); }

}  // namespace medchain::testdata
