// What is read of an ITCH message before it is decoded, and how its numbers become the books' ids.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

#include "book/types.hpp"
#include "codecs/bytes.hpp"
#include "codecs/itch/messages.hpp"

namespace tickweir::gateway {

/// An ITCH price has four implied decimals, and so has the book's; the whole range fits.
constexpr book::Price price_of_price4(std::uint32_t price4) {
    return {static_cast<std::int64_t>(price4)};
}
constexpr book::Quantity quantity_of_shares(std::uint64_t shares) {
    return {static_cast<std::int64_t>(shares)};
}
constexpr book::InstrumentId instrument_id(std::uint16_t locate) {
    return book::InstrumentId{locate};
}
constexpr book::OrderId order_id(std::uint64_t reference) {
    return book::OrderId{reference};
}

namespace itch_peek {

// Where something is read before a message is decoded.
inline constexpr std::size_t locate_at = 1;
inline constexpr std::size_t time_at = 5;
static_assert(offsetof(codecs::itch::AddOrder, stock_locate) == locate_at);
static_assert(offsetof(codecs::itch::AddOrder, timestamp_ns) == time_at);

template <class Wire>
Wire read(const std::byte* message, std::size_t at) {
    Wire wire;
    std::memcpy(&wire, message + at, sizeof wire);
    return wire;
}

inline std::uint16_t locate(codecs::Bytes message) {
    return message.size() < locate_at + 2
               ? std::uint16_t{0}
               : std::uint16_t{read<codecs::be16>(message.data(), locate_at)};
}

inline std::optional<std::uint64_t> time(codecs::Bytes message) {
    if (message.size() < time_at + 6) return std::nullopt;
    return std::uint64_t{read<codecs::be48>(message.data(), time_at)};
}

}  // namespace itch_peek

}  // namespace tickweir::gateway
