// The hash by which ClOrdIDs of sessions are known where their texts are not kept.
#pragma once

#include <cstdint>

#include "txn/venue/vocabulary.hpp"

namespace tickweir::txn {

/// 128 bits, of which a table keeps what it needs: all of `first`, of `second` the upper ones.
struct ClientIdHash {
    std::uint64_t first = 0;
    std::uint64_t second = 0;
};

/// Multiplications over the whole id; who does not know the seed finds no two that are alike. The
/// same for ever: snapshots hold it.
ClientIdHash hash_of(SessionId session, const ClientOrderId& id, std::uint64_t seed);

}  // namespace tickweir::txn
