// Coinbase Advanced Trade's WebSocket API: `{"channel","timestamp","sequence_num","events":[...]}`
// with quoted numbers. The sequence counts all frames of a connection: that of a refused frame is
// lost with it, so nothing is refused for what is missing beside the market.
#include <algorithm>
#include <array>

#include "codecs/json/venues/coinbase_rows.hpp"
#include "codecs/json/venues/venues.hpp"

namespace tickweir::codecs::json {
namespace {

// --------------------------------------------------------------------------------------- books

bool read_is_bid(Scan& scan, bool& is_bid) {
    std::string_view side;
    if (!scan.string(side)) return false;
    is_bid = side == "bid";
    return is_bid || side == "offer" || side == "ask" || scan.wrong_shape();
}

struct LevelField {
    enum : std::uint32_t { side = 1, price = 2, quantity = 4, required = 7 };
    static constexpr std::array<std::string_view, 3> names{"side", "price_level", "new_quantity"};
};

bool read_level(Scan& scan, MixedLevels& levels) {
    using F = LevelField;
    LevelRow row;
    bool is_bid = false;
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        switch (key.size()) {
            case 4:
                if (key != "side") break;
                return scan.once(seen, F::side) && read_is_bid(scan, is_bid);
            case 11:
                if (key != "price_level") break;
                return scan.once(seen, F::price) && scan.quoted_number(row.price);
            case 12:
                if (key != "new_quantity") break;
                return scan.once(seen, F::quantity) && scan.quoted_number(row.quantity);
            default:
                break;
        }
        return scan.pass_over();
    });
    return good && scan.complete(seen, F::required, F::names) && levels.add(scan, is_bid, row);
}

/// "snapshot" or "update".
bool is_snapshot(Scan& scan, bool& out) {
    const std::string_view type = scan.peek_string("type");
    out = type == "snapshot";
    return out || type == "update" || scan.wrong_shape("type");
}

bool read_book(Scan& scan, MarketFrame& out) {
    enum : std::uint32_t { symbol = 1, updates = 2, required = 3 };
    static constexpr std::array<std::string_view, 2> names{"product_id", "updates"};
    bool whole = false;
    if (!is_snapshot(scan, whole)) return false;
    BookEvent& book = add_book(out);
    book.kind = whole ? BookKind::snapshot : BookKind::delta;
    MixedLevels levels{out};
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        if (key == "product_id") return scan.once(seen, symbol) && scan.string(book.symbol);
        if (key != "updates") return scan.pass_over();
        return scan.once(seen, updates) && scan.array([&] { return read_level(scan, levels); });
    });
    levels.give(book);
    return good && scan.complete(seen, required, names);
}

// -------------------------------------------------------------------------------------- trades

/// Told is the maker's side.
bool read_aggressor(Scan& scan, TradeSide& out) {
    std::string_view maker;
    if (!scan.string(maker)) return false;
    if (maker == "BUY")
        out = TradeSide::sell;
    else if (maker == "SELL")
        out = TradeSide::buy;
    else
        return maker == "UNKNOWN_ORDER_SIDE" || scan.wrong_shape();
    return true;
}

/// Told newest first, given oldest first.
bool read_trades(Scan& scan, MarketFrame& out) {
    static constexpr std::array<std::string_view, 1> names{"trades"};
    bool is_history = false;
    if (!is_snapshot(scan, is_history)) return false;
    const std::size_t first = out.trades.size();
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        if (key != "trades") return scan.pass_over();
        return scan.once(seen, 1) &&
               scan.array([&] { return read_trade(is_history, read_aggressor, scan, out); });
    });
    std::reverse(out.trades.begin() + static_cast<std::ptrdiff_t>(first), out.trades.end());
    return good && scan.complete(seen, 1, names);
}

// -------------------------------------------------------------------- touches, definitions, life

struct TickerField {
    enum : std::uint32_t { symbol = 1, bid = 2, bid_quantity = 4, ask = 8, ask_quantity = 16 };
    enum : std::uint32_t { all = 31 };
};

bool read_ticker(Scan& scan, MarketFrame& out) {
    using F = TickerField;
    TouchEvent touch;
    std::uint32_t seen = 0;
    const auto number = [&](std::uint32_t field, Number& to) {
        return scan.once(seen, field) && scan.quoted_number_or_nothing(to);
    };
    const bool good = scan.object([&](std::string_view key) {
        if (key == "product_id") return scan.once(seen, F::symbol) && scan.string(touch.symbol);
        if (key == "best_bid") return number(F::bid, touch.bid.price);
        if (key == "best_bid_quantity") return number(F::bid_quantity, touch.bid.quantity);
        if (key == "best_ask") return number(F::ask, touch.ask.price);
        if (key == "best_ask_quantity") return number(F::ask_quantity, touch.ask.quantity);
        return scan.pass_over();
    });
    if (good && seen == F::all) add_touch(out) = touch;
    return good;
}

/// `{"CHANNEL":["PRODUCT", ...], ...}`: everything that is subscribed to by now.
bool read_subscriptions(Scan& scan, MarketFrame& out) {
    return scan.object([&](std::string_view channel) {
        return scan.array([&] {
            ControlEvent& control = add_control(out, ControlKind::subscribed);
            control.channel = channel;
            return scan.string(control.symbol);
        });
    });
}

// -------------------------------------------------------------------------------------- frames

enum class Channel : std::uint8_t {
    book,
    trades,
    ticker,
    subscriptions,
    status,
    heartbeats,
    other
};

Channel channel_named(std::string_view name) {
    if (name == "l2_data") return Channel::book;
    if (name == "market_trades") return Channel::trades;
    if (name == "ticker") return Channel::ticker;
    if (name == "subscriptions") return Channel::subscriptions;
    if (name == "status") return Channel::status;
    if (name == "heartbeats") return Channel::heartbeats;
    return Channel::other;
}

bool read_event(Channel channel, Scan& scan, MarketFrame& out) {
    switch (channel) {
        case Channel::book:
            return read_book(scan, out);
        case Channel::trades:
            return read_trades(scan, out);
        case Channel::ticker:
            return read_list("tickers", scan, [&] { return read_ticker(scan, out); });
        case Channel::status:
            return read_list("products", scan, [&] { return read_product(scan, out); });
        case Channel::heartbeats:
            add_control(out, ControlKind::heartbeat);
            break;
        case Channel::subscriptions: {
            std::uint32_t seen = 0;
            return scan.object([&](std::string_view key) {
                if (key != "subscriptions") return scan.pass_over();
                return scan.once(seen, 1) && read_subscriptions(scan, out);
            });
        }
        case Channel::other:
            break;
    }
    return scan.pass_over();
}

struct FrameField {
    enum : std::uint32_t { sequence = 1, events = 2, time = 4, channel = 8, required = 7 };
    static constexpr std::array<std::string_view, 3> names{"sequence_num", "events", "timestamp"};
};

bool read_frame(std::string_view name, Scan& scan, MarketFrame& out) {
    using F = FrameField;
    const Channel channel = channel_named(name);
    // Before all others, whatever the order of the fields; its number is known when they are read.
    add_control(out, ControlKind::sequence);
    std::int64_t time_ns = 0;
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        if (key == "channel") return scan.once(seen, F::channel) && scan.pass_over();
        if (key == "timestamp") return scan.once(seen, F::time) && scan.rfc3339_time(time_ns);
        if (key == "sequence_num")
            return scan.once(seen, F::sequence) && scan.bare_unsigned(out.controls[0].number);
        if (key != "events") return scan.pass_over();
        return scan.once(seen, F::events) &&
               scan.array([&] { return read_event(channel, scan, out); });
    });
    if (!good || !scan.complete(seen, F::required, F::names)) return false;
    for (BookEvent& book : out.books)
        book.time_ns = time_ns;
    for (TouchEvent& touch : out.touches)
        touch.time_ns = time_ns;
    return true;
}

}  // namespace

bool decode_coinbase_advanced(Scan& scan, MarketFrame& out) {
    const Scan::Place channel = scan.find("channel");
    if (channel != nullptr) {
        const std::string_view name = scan.string_at(channel);
        return name.empty() ? scan.wrong_shape("channel") : read_frame(name, scan, out);
    }
    if (scan.peek_string("type") == "error") return read_coinbase_error(scan, out);
    return scan.object([&](std::string_view) { return scan.pass_over(); });
}

}  // namespace tickweir::codecs::json
