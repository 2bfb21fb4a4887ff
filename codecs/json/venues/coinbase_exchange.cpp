// Coinbase Exchange's WebSocket feed: flat objects named by "type", with quoted numbers. Its book
// has no sequence.
#include <array>

#include "codecs/json/venues/coinbase_rows.hpp"
#include "codecs/json/venues/venues.hpp"

namespace tickweir::codecs::json {
namespace {

// --------------------------------------------------------------------------------------- books

struct SnapshotField {
    enum : std::uint32_t { symbol = 1, bids = 2, asks = 4, time = 8, required = 7 };
    static constexpr std::array<std::string_view, 3> names{"product_id", "bids", "asks"};
};

bool read_snapshot(Scan& scan, MarketFrame& out) {
    using F = SnapshotField;
    BookEvent& book = add_book(out);
    book.kind = BookKind::snapshot;
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        if (key == "product_id") return scan.once(seen, F::symbol) && scan.string(book.symbol);
        if (key == "bids") return scan.once(seen, F::bids) && scan.quoted_levels(book.bids);
        if (key == "asks") return scan.once(seen, F::asks) && scan.quoted_levels(book.asks);
        if (key == "time") return scan.once(seen, F::time) && scan.rfc3339_time(book.time_ns);
        return scan.pass_over();
    });
    return good && scan.complete(seen, F::required, F::names);
}

/// "buy" or "sell".
bool read_is_buy(Scan& scan, bool& is_buy) {
    std::string_view side;
    if (!scan.string(side)) return false;
    is_buy = side == "buy";
    return is_buy || side == "sell" || scan.wrong_shape();
}

/// `["buy","price","quantity"]`
bool read_change(Scan& scan, MixedLevels& levels) {
    LevelRow row;
    bool is_bid = false;
    unsigned index = 0;
    const bool good = scan.array([&] {
        switch (index++) {
            case 0:
                return read_is_buy(scan, is_bid);
            case 1:
                return scan.quoted_number(row.price);
            case 2:
                return scan.quoted_number(row.quantity);
            default:
                return scan.pass_over();
        }
    });
    return good && (index >= 3 || scan.wrong_shape()) && levels.add(scan, is_bid, row);
}

bool read_update(Scan& scan, MarketFrame& out) {
    enum : std::uint32_t { symbol = 1, changes = 2, time = 4, required = 3 };
    static constexpr std::array<std::string_view, 2> names{"product_id", "changes"};
    BookEvent& book = add_book(out);
    MixedLevels levels{out};
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        if (key == "product_id") return scan.once(seen, symbol) && scan.string(book.symbol);
        if (key == "time") return scan.once(seen, time) && scan.rfc3339_time(book.time_ns);
        if (key != "changes") return scan.pass_over();
        return scan.once(seen, changes) && scan.array([&] { return read_change(scan, levels); });
    });
    levels.give(book);
    return good && scan.complete(seen, required, names);
}

// -------------------------------------------------------------------------------------- trades

/// Told is the maker's side.
bool read_maker(Scan& scan, TradeSide& aggressor) {
    return scan.side("sell", "buy", aggressor);
}

// ------------------------------------------------------------------------------------- touches

struct TickerField {
    enum : std::uint32_t { symbol = 1, bid = 2, bid_quantity = 4, ask = 8, ask_quantity = 16 };
    enum : std::uint32_t { time = 32, touch = 31, required = 1 };
    static constexpr std::array<std::string_view, 1> names{"product_id"};
};

/// The quantities came later than the channel: without them there is no touch to tell.
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
        if (key == "best_bid_size") return number(F::bid_quantity, touch.bid.quantity);
        if (key == "best_ask") return number(F::ask, touch.ask.price);
        if (key == "best_ask_size") return number(F::ask_quantity, touch.ask.quantity);
        if (key == "time") return scan.once(seen, F::time) && scan.rfc3339_time(touch.time_ns);
        return scan.pass_over();
    });
    if (!good || !scan.complete(seen, F::required, F::names)) return false;
    if ((seen & F::touch) == F::touch) add_touch(out) = touch;
    return true;
}

// ------------------------------------------------------------------------- answers and the rest

/// `{"name":"level2","product_ids":["BTC-USD", ...]}`: one event a product.
bool read_channel(Scan& scan, MarketFrame& out) {
    enum : std::uint32_t { name = 1, products = 2 };
    const std::string_view channel = scan.peek_string("name");
    std::uint32_t seen = 0;
    return scan.object([&](std::string_view key) {
        if (key == "name") return scan.once(seen, name) && scan.pass_over();
        if (key != "product_ids") return scan.pass_over();
        return scan.once(seen, products) && scan.array([&] {
            ControlEvent& control = add_control(out, ControlKind::subscribed);
            control.channel = channel;
            return scan.string(control.symbol);
        });
    });
}

bool read_heartbeat(Scan& scan, MarketFrame& out) {
    ControlEvent& control = add_control(out, ControlKind::heartbeat);
    std::uint32_t seen = 0;
    return scan.object([&](std::string_view key) {
        if (key != "product_id") return scan.pass_over();
        return scan.once(seen, 1) && scan.string(control.symbol);
    });
}

}  // namespace

bool decode_coinbase_exchange(Scan& scan, MarketFrame& out) {
    const std::string_view type = scan.peek_string("type");
    if (type == "l2update") return read_update(scan, out);
    if (type == "match") return read_trade(/*is_history=*/false, read_maker, scan, out);
    if (type == "ticker") return read_ticker(scan, out);
    if (type == "heartbeat") return read_heartbeat(scan, out);
    if (type == "snapshot") return read_snapshot(scan, out);
    if (type == "last_match") return read_trade(/*is_history=*/true, read_maker, scan, out);
    if (type == "error") return read_coinbase_error(scan, out);
    if (type == "subscriptions")
        return read_list("channels", scan, [&] { return read_channel(scan, out); });
    if (type == "status")
        return read_list("products", scan, [&] { return read_product(scan, out); });
    if (type.empty()) return scan.wrong_shape("type");
    return scan.pass_over();
}

}  // namespace tickweir::codecs::json
