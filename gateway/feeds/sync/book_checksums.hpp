// The checksum of the best levels of a book, in the style of its venue.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "codecs/json/book_checksum.hpp"
#include "gateway/feeds/sync/venue_rules.hpp"

namespace tickweir::gateway {

/// The levels that count, best first.
template <std::size_t N>
struct BestLevels {
    template <class Rows>
    explicit BestLevels(const Rows& best_last) {
        count = std::min(N, best_last.size());
        auto row = best_last.rbegin();
        for (std::size_t i = 0; i < count; ++i, ++row) {
            const auto level = *row;
            levels[i] = {level.price.ticks, level.open.lots};
        }
    }
    std::span<const codecs::json::ScaledLevel> span() const { return {levels.data(), count}; }

    std::array<codecs::json::ScaledLevel, N> levels;
    std::size_t count = 0;
};

/// Of rows with `price` and `open`, best last. Nothing where the venue has none.
template <class Rows>
std::optional<std::uint32_t> book_checksum(ChecksumStyle style, const Rows& bids, const Rows& asks,
                                           codecs::json::WrittenScale price,
                                           codecs::json::WrittenScale quantity) {
    switch (style) {
        case ChecksumStyle::none:
            return std::nullopt;
        case ChecksumStyle::kraken: {
            using Best = BestLevels<codecs::json::kraken_checksum_levels>;
            return codecs::json::kraken_checksum(Best{asks}.span(), Best{bids}.span(), price,
                                                 quantity);
        }
        case ChecksumStyle::okx: {
            using Best = BestLevels<codecs::json::okx_checksum_levels>;
            return codecs::json::okx_checksum(Best{asks}.span(), Best{bids}.span(), price.held,
                                              quantity.held);
        }
    }
    return std::nullopt;
}

}  // namespace tickweir::gateway
