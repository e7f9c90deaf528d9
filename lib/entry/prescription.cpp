#include "entry/prescription.hpp"

#include "base/encoding.hpp"

namespace medchain::entry {

std::string redeem_text(const GenesisHash& genesis, const EntryHash& prescription,
                        const MemberName& author, const StatementId& id) {
  return "medchain/1 redeem\n" + to_text(genesis) + "\n" + to_text(prescription) + "\n" +
         author.get() + "\n" + to_text(id) + "\n";
}

}  // namespace medchain::entry
