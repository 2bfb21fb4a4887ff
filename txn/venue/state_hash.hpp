// A hash of a state as a sum of hashes of its parts, so that neither their order nor their place
// in memory matters, and parts can be taken out and put in again.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "book/exact/wide.hpp"

namespace tickweir::txn {

using book::exact::Uint128;

/// One part's hash: fed with words, told by its table.
class PartHash {
public:
    explicit PartHash(std::uint32_t table) { add(table); }

    PartHash& add(std::uint64_t word) {
        low_ = folded(low_ ^ word, 0xa0761d6478bd642f);
        high_ = folded(high_ ^ word ^ 0xe7037ed1a0b428db, 0x8ebc6af09c88c6e3 ^ low_);
        return *this;
    }
    PartHash& add_signed(std::int64_t word) { return add(static_cast<std::uint64_t>(word)); }
    PartHash& add_wide(book::exact::Int128 word) {
        const auto bits = static_cast<Uint128>(word);
        return add(static_cast<std::uint64_t>(bits)).add(static_cast<std::uint64_t>(bits >> 64));
    }
    PartHash& add_text(std::string_view text) {
        add(text.size());
        for (const char byte : text)
            add(static_cast<unsigned char>(byte));
        return *this;
    }
    Uint128 value() const { return Uint128{high_} << 64 | low_; }

private:
    static std::uint64_t folded(std::uint64_t a, std::uint64_t b) {
        const Uint128 product = Uint128{a} * (b | 1);
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    }

    std::uint64_t low_ = 0x589965cc75374cc3;
    std::uint64_t high_ = 0x1d8e4e27c47d124f;
};

}  // namespace tickweir::txn
