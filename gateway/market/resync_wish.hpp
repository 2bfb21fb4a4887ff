// What a market shard asks of a feed whose book it cannot trust any more. Values of a bounded ring;
// what a feed cannot do it drops and counts.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "book/ring.hpp"
#include "gateway/feeds/sync/sync_state.hpp"
#include "gateway/runtime/reactor.hpp"

namespace tickweir::gateway {

using WishKind = ResyncKind;

/// Market shard → feed.
struct ResyncWish {
    static constexpr std::size_t symbol_bytes_max = 64;

    WishKind kind{};
    std::uint8_t symbol_bytes = 0;
    std::uint16_t connection = 0;  ///< that the book comes over
    std::array<char, symbol_bytes_max> symbol_text{};

    /// The symbol is cut to symbol_bytes_max; no instrument of the store has a longer one.
    static ResyncWish make(WishKind kind, std::uint16_t connection, std::string_view symbol) {
        ResyncWish wish{.kind = kind, .connection = connection};
        wish.symbol_bytes = static_cast<std::uint8_t>(
            symbol.copy(wish.symbol_text.data(), wish.symbol_text.size()));
        return wish;
    }
    std::string_view symbol() const { return {symbol_text.data(), symbol_bytes}; }
    friend bool operator==(const ResyncWish&, const ResyncWish&) = default;
};

using ResyncRing = book::SpscRing<ResyncWish>;

/// A feed's ring of wishes as its shard sees it.
struct ResyncLink {
    ResyncRing* wishes = nullptr;  ///< none: nobody can do anything about it
    Waker* waker = nullptr;        ///< of the feed's thread; may be none
};

}  // namespace tickweir::gateway
