#include "txn/venue/client_id_hash.hpp"

#include <cstring>

#include "book/exact/wide.hpp"

namespace tickweir::txn {
namespace {

/// Both halves of a product of 64 bits by 64, folded into one.
std::uint64_t folded(std::uint64_t a, std::uint64_t b) {
    const book::exact::Uint128 product = book::exact::Uint128{a} * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace

/// The unused bytes of an id are zeros.
ClientIdHash hash_of(SessionId session, const ClientOrderId& id, std::uint64_t seed) {
    static_assert(sizeof(ClientOrderId) == 5 * sizeof(std::uint64_t));
    std::uint64_t words[5];
    std::memcpy(words, &id, sizeof words);
    constexpr std::uint64_t a = 0xa0761d6478bd642f, b = 0xe7037ed1a0b428db, c = 0x8ebc6af09c88c6e3,
                            d = 0x589965cc75374cc3;
    const std::uint64_t start = seed ^ folded(seed ^ a, static_cast<std::uint64_t>(session) ^ b);
    const std::uint64_t left = folded(words[0] ^ start ^ a, words[1] ^ start ^ b);
    const std::uint64_t right = folded(words[2] ^ start ^ c, words[3] ^ start ^ d);
    const std::uint64_t last = folded(words[4] ^ start ^ b, left ^ d);
    const std::uint64_t first = folded(left ^ right ^ c, last ^ start ^ a);
    return {first, folded(first ^ right ^ d, left ^ last ^ b)};
}

}  // namespace tickweir::txn
