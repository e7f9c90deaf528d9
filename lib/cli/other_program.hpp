// Running a program that is not ours.  What is secret goes to its standard input, never to its
// arguments or environment.  For verbs with runs_others alone: a sealed process runs nothing.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "crypto/secret.hpp"

namespace medchain::cli {

/// What `words` (the program, looked for in PATH, and its arguments) prints when it is given
/// `input`, of at most 4 KiB.  Fails with output_failed if it is not installed or does not end
/// with 0; what it says of that goes to standard error.
Result<std::string> output_of(std::vector<std::string> words, const crypto::Secret& input);

}  // namespace medchain::cli
