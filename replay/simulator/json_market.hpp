// The levels behind a simulated ITCH session: what a venue that publishes no orders knows of its
// books. Refuses nothing: the simulator's messages are whole and in order.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "book/types.hpp"
#include "codecs/bytes.hpp"

namespace tickweir::replay::simulator {

inline constexpr unsigned price_decimals = 4;     ///< of ITCH prices
inline constexpr unsigned quantity_decimals = 3;  ///< a share is 0.001

/// The levels of one side, best first: shares by price, a bid's price with its sign turned.
using Ladder = std::map<std::int64_t, std::int64_t>;
constexpr std::int64_t ladder_key(book::Side side, std::int64_t price) {
    return side == book::Side::buy ? -price : price;
}
constexpr std::int64_t price_at(book::Side side, std::int64_t key) {
    return side == book::Side::buy ? -key : key;
}

struct MarketTrade {
    std::int64_t price = 0;
    std::int64_t shares = 0;
    book::Side aggressor = book::Side::buy;
};

/// What one message did.
struct MarketStep {
    std::uint16_t locate = 0;   ///< 0: to no instrument
    std::uint64_t time_ns = 0;  ///< since midnight
    bool book_changed = false;
    std::optional<MarketTrade> trade;
    std::optional<std::string> listed;  ///< the instrument's name, when it is listed
};

class JsonMarket {
public:
    /// Takes the next message of the session.
    MarketStep apply(codecs::Bytes message);

    const Ladder& ladder(std::uint16_t locate, book::Side side) const {
        return books_[locate][static_cast<std::size_t>(side)];
    }
    /// Prices of a side, as keys, whose levels changed since the last call; each may come twice.
    std::vector<std::int64_t> take_changed(std::uint16_t locate, book::Side side);

private:
    struct Order {
        std::uint16_t locate = 0;
        book::Side side = book::Side::buy;
        std::int64_t price = 0;
        std::int64_t shares = 0;
    };
    struct Visitor;

    void add(std::uint64_t ref, const Order& order);
    void reduce(std::uint64_t ref, std::int64_t shares);
    void change(const Order& order, std::int64_t shares);
    void room_for(std::uint16_t locate);

    std::unordered_map<std::uint64_t, Order> orders_;
    std::vector<std::array<Ladder, 2>> books_;  // by locate, then side
    std::vector<std::array<std::vector<std::int64_t>, 2>> changed_;
};

}  // namespace tickweir::replay::simulator
