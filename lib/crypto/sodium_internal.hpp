// The one place that starts libsodium.  Every function here that calls libsodium calls
// ensure_sodium() first.
#pragma once

namespace medchain::crypto {

void ensure_sodium();

}  // namespace medchain::crypto
