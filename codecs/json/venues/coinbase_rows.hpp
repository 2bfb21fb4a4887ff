// What Coinbase's two WebSocket APIs have in common. Private to the venues' files.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "codecs/json/venues/scan.hpp"

namespace tickweir::codecs::json {

/// Takes the rows of a change as they come, bids and asks mixed, and gives them as one range a
/// side, in which rows of one price keep their order. Asks wait in the frame's `keyed`, for which
/// this venue has no other use, so that nothing is allocated.
class MixedLevels {
public:
    explicit MixedLevels(MarketFrame& out) : out_{out}, first_{out.levels.size()} {}

    bool add(Scan& scan, bool is_bid, const LevelRow& row) {
        if (is_bid) return scan.add_level(row);
        KeyedRow kept;
        kept.price = row.price;
        kept.quantity = row.quantity;
        return scan.add_keyed(kept);
    }

    /// Behind the last row.
    void give(BookEvent& book) {
        const std::size_t middle = out_.levels.size();
        for (const KeyedRow& kept : out_.keyed)
            out_.levels.push_back({kept.price, kept.quantity});
        out_.keyed.clear();
        book.bids = {static_cast<std::uint32_t>(first_),
                     static_cast<std::uint32_t>(middle - first_)};
        book.asks = {static_cast<std::uint32_t>(middle),
                     static_cast<std::uint32_t>(out_.levels.size() - middle)};
    }

private:
    MarketFrame& out_;
    std::size_t first_;
};

struct TradeField {
    enum : std::uint32_t { symbol = 1, id = 2, price = 4, quantity = 8, side = 16, time = 32 };
    enum : std::uint32_t { required = 63 };
    static constexpr std::array<std::string_view, 6> names{"product_id", "trade_id", "price",
                                                           "size",       "side",     "time"};
};

/// A trade; `read_side(scan, side)` reads whose side is told and answers the aggressor's.
template <class ReadSide>
bool read_trade(bool is_history, ReadSide&& read_side, Scan& scan, MarketFrame& out) {
    using F = TradeField;
    TradeEvent& trade = add_trade(out);
    trade.is_history = is_history;
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        switch (key_code(key)) {
            case key_code("trade_id"):
                return scan.once(seen, F::id) && scan.text(trade.id);
            case key_code("price"):
                return scan.once(seen, F::price) && scan.quoted_number(trade.price);
            case key_code("size"):
                return scan.once(seen, F::quantity) && scan.quoted_number(trade.quantity);
            case key_code("side"):
                return scan.once(seen, F::side) && read_side(scan, trade.aggressor);
            case key_code("time"):
                return scan.once(seen, F::time) && scan.rfc3339_time(trade.time_ns);
            default:
                if (key != "product_id") return scan.pass_over();
                return scan.once(seen, F::symbol) && scan.string(trade.symbol);
        }
    });
    return good && scan.complete(seen, F::required, F::names);
}

/// An object with a list under one name, of which nothing is demanded.
template <class OnElement>
bool read_list(std::string_view name, Scan& scan, OnElement&& on_element) {
    std::uint32_t seen = 0;
    return scan.object([&](std::string_view key) {
        return key == name ? scan.once(seen, 1) && scan.array(on_element) : scan.pass_over();
    });
}

/// An instrument of the status channel.
inline bool read_product(Scan& scan, MarketFrame& out) {
    enum : std::uint32_t { symbol = 1, tick = 2, lot = 4, base = 8, quote = 16 };
    static constexpr std::array<std::string_view, 3> names{"id", "quote_increment",
                                                           "base_increment"};
    DefinitionEvent& product = add_definition(out);
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        if (key == "id") return scan.once(seen, symbol) && scan.string(product.symbol);
        if (key == "quote_increment")
            return scan.once(seen, tick) && scan.quoted_number_or_nothing(product.tick);
        if (key == "base_increment")
            return scan.once(seen, lot) && scan.quoted_number_or_nothing(product.lot);
        if (key == "base_currency") return scan.once(seen, base) && scan.string(product.base);
        if (key == "quote_currency") return scan.once(seen, quote) && scan.string(product.quote);
        return scan.pass_over();
    });
    return good && scan.complete(seen, symbol | tick | lot, names);
}

/// An error, which has no channel.
inline bool read_coinbase_error(Scan& scan, MarketFrame& out) {
    enum : std::uint32_t { message = 1, reason = 2 };
    ControlEvent& control = add_control(out, ControlKind::refused);
    std::string_view why;
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        if (key == "message") return scan.once(seen, message) && scan.string(control.text);
        if (key == "reason" && scan.kind() == ValueKind::string)
            return scan.once(seen, reason) && scan.string(why);
        return scan.pass_over();
    });
    if (!why.empty()) control.text = why;
    return good;
}

}  // namespace tickweir::codecs::json
