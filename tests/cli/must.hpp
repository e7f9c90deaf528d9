// For the programs of tests/cli: what goes wrong ends them with status 2.
#pragma once

#include <cstdlib>
#include <iostream>
#include <string>

#include "base/result.hpp"

/// The program's name, for messages; each program says it.
extern const char* const program_name;

[[noreturn]] inline void stop(const std::string& message) {
  std::cerr << program_name << ": " << message << '\n';
  std::exit(2);
}
template <class T>
T must(medchain::Result<T> result) {
  if (!result) stop(result.error().message);
  return std::move(result).value();
}
inline void must(const medchain::Status& status) {
  if (!status) stop(status.error().message);
}
