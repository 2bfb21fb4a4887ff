// Kraken Futures' WebSocket API v1: flat objects, named by "feed" where they carry market data, by
// "event" where they answer. A change of a book is one level.
#include <array>

#include "codecs/json/venues/kraken_rows.hpp"
#include "codecs/json/venues/venues.hpp"

namespace tickweir::codecs::json {
namespace {

// --------------------------------------------------------------------------------------- books

struct SnapshotField {
    enum : std::uint32_t { feed = 1, product = 2, sequence = 4, bids = 8, asks = 16, time = 32 };
    enum : std::uint32_t { required = 31 };
    static constexpr std::array<std::string_view, 5> names{"feed", "product_id", "seq", "bids",
                                                           "asks"};
};

bool read_snapshot(Scan& scan, MarketFrame& out) {
    using F = SnapshotField;
    BookEvent& book = add_book(out);
    book.kind = BookKind::snapshot;
    const std::size_t first_row = out.levels.size();
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        switch (key_code(key)) {
            case key_code("feed"):
                return scan.once(seen, F::feed) && scan.pass_over();
            case key_code("seq"):
                return scan.once(seen, F::sequence) && scan.bare_unsigned(book.last_id);
            case key_code("bids"):
                return scan.once(seen, F::bids) &&
                       read_priced_rows(scan, out, book, first_row, book.bids);
            case key_code("asks"):
                return scan.once(seen, F::asks) &&
                       read_priced_rows(scan, out, book, first_row, book.asks);
            default:
                if (key == "product_id")
                    return scan.once(seen, F::product) && scan.string(book.symbol);
                if (key == "timestamp")
                    return scan.once(seen, F::time) && scan.bare_time(millisecond, book.time_ns);
                return scan.pass_over();
        }
    });
    book.first_id = book.last_id;
    return good && scan.complete(seen, F::required, F::names);
}

struct LevelField {
    enum : std::uint32_t { feed = 1, product = 2, side = 4, sequence = 8, price = 16 };
    enum : std::uint32_t { quantity = 32, time = 64, required = 63 };
    static constexpr std::array<std::string_view, 6> names{"feed", "product_id", "side",
                                                           "seq",  "price",      "qty"};
};

bool read_change(Scan& scan, MarketFrame& out) {
    using F = LevelField;
    BookEvent& book = add_book(out);
    LevelRow row;
    TradeSide side = TradeSide::unknown;
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        switch (key_code(key)) {
            case key_code("feed"):
                return scan.once(seen, F::feed) && scan.pass_over();
            case key_code("side"):
                return scan.once(seen, F::side) && scan.side("buy", "sell", side);
            case key_code("seq"):
                return scan.once(seen, F::sequence) && scan.bare_unsigned(book.last_id);
            case key_code("price"):
                return scan.once(seen, F::price) &&
                       read_bare_as_written(scan, row.price, book.price_decimals);
            case key_code("qty"):
                return scan.once(seen, F::quantity) &&
                       read_bare_as_written(scan, row.quantity, book.quantity_decimals);
            default:
                if (key == "product_id")
                    return scan.once(seen, F::product) && scan.string(book.symbol);
                if (key == "timestamp")
                    return scan.once(seen, F::time) && scan.bare_time(millisecond, book.time_ns);
                return scan.pass_over();
        }
    });
    if (!good || !scan.complete(seen, F::required, F::names)) return false;
    book.first_id = book.last_id;
    RowRange& rows = side == TradeSide::buy ? book.bids : book.asks;
    rows = {static_cast<std::uint32_t>(out.levels.size()), 1};
    return scan.add_level(row);
}

// ----------------------------------------------------------------------------- trades, touches

struct TradeField {
    enum : std::uint32_t { feed = 1, product = 2, side = 4, price = 8, quantity = 16, time = 32 };
    enum : std::uint32_t { id = 64, required = 63 };
    static constexpr std::array<std::string_view, 6> names{"feed",  "product_id", "side",
                                                           "price", "qty",        "time"};
};

bool read_trade(Scan& scan, MarketFrame& out, bool is_history) {
    using F = TradeField;
    TradeEvent& trade = add_trade(out);
    trade.is_history = is_history;
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        switch (key_code(key)) {
            case key_code("feed"):
                return scan.once(seen, F::feed) && scan.pass_over();
            case key_code("side"):
                return scan.once(seen, F::side) && scan.side("buy", "sell", trade.aggressor);
            case key_code("price"):
                return scan.once(seen, F::price) && scan.bare_number(trade.price);
            case key_code("qty"):
                return scan.once(seen, F::quantity) && scan.bare_number(trade.quantity);
            case key_code("time"):
                return scan.once(seen, F::time) && scan.bare_time(millisecond, trade.time_ns);
            case key_code("uid"):
                return scan.once(seen, F::id) && scan.text(trade.id);
            default:
                if (key != "product_id") return scan.pass_over();
                return scan.once(seen, F::product) && scan.string(trade.symbol);
        }
    });
    return good && scan.complete(seen, F::required, F::names);
}

bool read_trade_history(Scan& scan, MarketFrame& out) {
    enum : std::uint32_t { feed = 1, trades = 2 };
    static constexpr std::array<std::string_view, 2> names{"feed", "trades"};
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        if (key == "feed") return scan.once(seen, feed) && scan.pass_over();
        if (key != "trades") return scan.pass_over();
        return scan.once(seen, trades) &&
               scan.array([&] { return read_trade(scan, out, /*is_history=*/true); });
    });
    return good && scan.complete(seen, feed | trades, names);
}

struct TouchField {
    enum : std::uint32_t { feed = 1, product = 2, bid = 4, bid_quantity = 8, ask = 16 };
    enum : std::uint32_t { ask_quantity = 32, time = 64, required = 3 };
    static constexpr std::array<std::string_view, 2> names{"feed", "product_id"};
};

/// A side that is empty, and what an index does not have, is left out or null.
bool read_touch(Scan& scan, MarketFrame& out) {
    using F = TouchField;
    TouchEvent& touch = add_touch(out);
    std::uint32_t seen = 0;
    const auto number = [&](std::uint32_t field, Number& to) {
        return scan.once(seen, field) && (scan.take_null() || scan.bare_number(to));
    };
    const bool good = scan.object([&](std::string_view key) {
        switch (key_code(key)) {
            case key_code("feed"):
                return scan.once(seen, F::feed) && scan.pass_over();
            case key_code("bid"):
                return number(F::bid, touch.bid.price);
            case key_code("bid_size"):
                return number(F::bid_quantity, touch.bid.quantity);
            case key_code("ask"):
                return number(F::ask, touch.ask.price);
            case key_code("ask_size"):
                return number(F::ask_quantity, touch.ask.quantity);
            case key_code("time"):
                return scan.once(seen, F::time) && scan.bare_time(millisecond, touch.time_ns);
            default:
                if (key != "product_id") return scan.pass_over();
                return scan.once(seen, F::product) && scan.string(touch.symbol);
        }
    });
    return good && scan.complete(seen, F::required, F::names);
}

// ------------------------------------------------------------------------------------- answers

/// One event a product; one without a symbol where none is named.
bool read_products(ControlKind kind, Scan& scan, MarketFrame& out) {
    return scan.array([&] { return scan.string(add_control(out, kind).symbol); });
}

bool read_answer(ControlKind kind, Scan& scan, MarketFrame& out) {
    std::string_view feed;
    std::string_view message;
    const bool good = scan.object([&](std::string_view key) {
        if (key == "feed") return scan.string(feed);
        if (key == "message") return scan.string(message);
        if (key == "product_ids") return read_products(kind, scan, out);
        return scan.pass_over();
    });
    if (!good) return false;
    if (out.controls.empty()) add_control(out, kind);
    for (ControlEvent& control : out.controls) {
        control.channel = feed;
        control.text = message;
    }
    return true;
}

bool read_event(std::string_view event, Scan& scan, MarketFrame& out) {
    if (event == "subscribed") return read_answer(ControlKind::subscribed, scan, out);
    if (event == "unsubscribed") return read_answer(ControlKind::unsubscribed, scan, out);
    if (event == "alert" || event == "error" || event == "subscribed_failed" ||
        event == "unsubscribed_failed")
        return read_answer(ControlKind::refused, scan, out);
    return scan.pass_over();
}

bool read_feed(std::string_view feed, Scan& scan, MarketFrame& out) {
    if (feed == "book") return read_change(scan, out);
    if (feed == "book_snapshot") return read_snapshot(scan, out);
    if (feed == "trade") return read_trade(scan, out, /*is_history=*/false);
    if (feed == "trade_snapshot") return read_trade_history(scan, out);
    if (feed == "ticker") return read_touch(scan, out);
    if (feed == "heartbeat") add_control(out, ControlKind::heartbeat);
    return scan.object([&](std::string_view) { return scan.pass_over(); });
}

}  // namespace

bool decode_kraken_futures(Scan& scan, MarketFrame& out) {
    const std::string_view feed = scan.peek_string("feed");
    // Answers name a feed as well, but their products in "product_ids".
    if (scan.find("product_id") != nullptr) return read_feed(feed, scan, out);
    const std::string_view event = scan.peek_string("event");
    return event.empty() ? read_feed(feed, scan, out) : read_event(event, scan, out);
}

}  // namespace tickweir::codecs::json
