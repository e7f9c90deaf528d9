// What the sources of this directory share about damage: see guard_damage in store.hpp.
#pragma once

#include <lmdb.h>

namespace medchain::store {

/// True once a guard of this process has caught a fault: LMDB may then have been left in the middle
/// of anything, so transactions and environments are no longer ended but leaked (the kernel cleans
/// up behind the process).
bool damage_was_caught();

/// The process's handlers of faults, from the first of these to the last.  An environment has one,
/// so that the many guards of its reads need not put them in and out.
class FaultHandlers {
 public:
  FaultHandlers();
  FaultHandlers(const FaultHandlers&) = delete;
  FaultHandlers& operator=(const FaultHandlers&) = delete;
  ~FaultHandlers();
};

/// Given to mdb_env_set_assert: a failed assertion of LMDB inside of a guard is damage too; outside
/// LMDB aborts.
void on_lmdb_assertion(MDB_env* env, const char* text);

}  // namespace medchain::store
