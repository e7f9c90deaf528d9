#include "canary.hpp"
#include "commands.hpp"
#include "output.hpp"
#include "person.hpp"
#include "prng.hpp"
#include "text.hpp"

namespace medchain::testdata {

namespace {

constexpr int readings_per_day = 288;  // one every five minutes
constexpr int sensor_low = 40;         // below: "Low"
constexpr int sensor_high = 400;       // above: "High"

/// A walk that is drawn back to 130 mg/dL and pushed up by meals.
class Glucose {
 public:
  int next(Prng& prng) {
    if (prng.one_in(70)) push_ += prng.between(60, 520);
    if (prng.one_in(240)) push_ -= prng.between(100, 300);
    const int step = push_ / 8;
    push_ -= step;
    level_ += step + (130 - level_) / 14 + prng.between(-4, 4);
    if (level_ < 20) level_ = 20;
    return level_;
  }

 private:
  int level_ = 120;
  int push_ = 0;
};

void append_value(std::string& out, int level) {
  if (level < sensor_low) {
    out += "Low";
  } else if (level > sensor_high) {
    out += "High";
  } else {
    append_number(out, static_cast<unsigned>(level));
  }
}

void append_head(std::string& out, const Person& person) {
  out +=
      "Index,Timestamp (YYYY-MM-DDThh:mm:ss),Event Type,Event Subtype,Patient Info,Device Info,"
      "Source Device ID,Glucose Value (mg/dL),Insulin Value (u),Carb Value (grams),"
      "Duration (hh:mm:ss),Glucose Rate of Change (mg/dL/min)\r\n";
  out += "1,,FirstName,," + person.given + ",,,,,,,\r\n";
  out += "2,,LastName,," + person.family + ",,,,,,,\r\n";
  out += "3,,DateOfBirth,,";
  append_date(out, person.birth_day);
  out += ",,,,,,,\r\n4,,Device,,,Sample Sensor,Sample Phone,,,,,\r\n";
}

}  // namespace

void run_cgm(const Options& options) {
  Sink sink = Sink::standard_output();
  std::string& out = sink.buffer();
  append_head(out, make_person(options.seed, 0));

  Prng prng(derive(options.seed, for_glucose));
  Glucose glucose;
  const int first_day = days_of(2024, 1, 1);
  std::uint64_t index = 5;
  int gap = 0;  // readings still missing
  for (std::uint64_t day = 0; day < options.days; ++day) {
    for (int reading = 0; reading < readings_per_day; ++reading) {
      const int level = glucose.next(prng);
      if (gap == 0 && prng.one_in(400)) gap = prng.between(2, 36);
      if (gap > 0) {
        --gap;
        continue;
      }
      append_number(out, index++);
      out += ',';
      append_time(out, first_day + static_cast<int>(day), reading * 300 + 17, "");
      out += ",EGV,,,,Sample Phone,";
      append_value(out, level);
      out += ",,,,\r\n";
      sink.record_done();
    }
  }
  sink.close();
}

}  // namespace medchain::testdata
