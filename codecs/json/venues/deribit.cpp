// Deribit's WebSocket API v2: JSON-RPC, whose notifications carry `{"channel","data"}`, with bare
// numbers, which may have exponents.
#include <array>
#include <charconv>

#include "codecs/json/venues/venues.hpp"

namespace tickweir::codecs::json {
namespace {

enum class Channel : std::uint8_t { book, trades, touch, other };

/// "book.BTC-PERPETUAL.raw", "book.BTC-PERPETUAL.none.20.100ms", "trades.ETH-27AUG21-4000-P.raw"
struct Topic {
    Channel channel = Channel::other;
    std::string_view name;
    std::string_view symbol;
    std::uint32_t depth = 0;
};

std::string_view take_part(std::string_view& rest) {
    const std::string_view part = rest.substr(0, rest.find('.'));
    rest.remove_prefix(part.size() == rest.size() ? part.size() : part.size() + 1);
    return part;
}

Topic topic_named(std::string_view text) {
    Topic topic;
    topic.name = take_part(text);
    topic.symbol = take_part(text);
    if (topic.name == "trades") topic.channel = Channel::trades;
    if (topic.name == "ticker" || topic.name == "quote") topic.channel = Channel::touch;
    if (topic.name != "book") return topic;
    topic.channel = Channel::book;
    static_cast<void>(take_part(text));  // the group, or the interval where there is no more
    const std::string_view depth = take_part(text);
    std::from_chars(depth.data(), depth.data() + depth.size(), topic.depth);
    return topic;
}

// --------------------------------------------------------------------------------------- books

/// "new" and "change" give what there is now.
bool read_action(Scan& scan, bool& removes) {
    std::string_view action;
    if (!scan.string(action)) return false;
    removes = action == "delete";
    return removes || action == "new" || action == "change" || scan.wrong_shape();
}

/// `["new",price,amount]`; of grouped books, which are always whole, `[price,amount]`.
bool read_level(Scan& scan) {
    LevelRow row;
    bool removes = false;
    bool has_action = false;
    unsigned index = 0;
    const bool good = scan.array([&] {
        if (index == 0 && !has_action && scan.kind() == ValueKind::string) {
            has_action = true;
            return read_action(scan, removes);
        }
        switch (index++) {
            case 0:
                return scan.bare_number(row.price);
            case 1:
                return scan.bare_number(row.quantity);
            default:
                return scan.pass_over();
        }
    });
    if (removes) row.quantity = {};
    return good && (index >= 2 || scan.wrong_shape()) && scan.add_level(row);
}

bool read_levels(Scan& scan, const MarketFrame& out, RowRange& rows) {
    const std::size_t begin = out.levels.size();
    const bool good = scan.array([&] { return read_level(scan); });
    rows = {static_cast<std::uint32_t>(begin),
            static_cast<std::uint32_t>(out.levels.size() - begin)};
    return good;
}

struct BookField {
    enum : std::uint32_t { symbol = 1, id = 2, bids = 4, asks = 8, time = 16, previous = 32 };
    enum : std::uint32_t { type = 64, snapshot = 31, change = 63 };
    static constexpr std::array<std::string_view, 6> names{
        "instrument_name", "change_id", "bids", "asks", "timestamp", "prev_change_id"};
};

/// Grouped books have no type.
bool set_kind(Scan& scan, BookEvent& book) {
    const Scan::Place place = scan.find("type");
    const std::string_view type = scan.string_at(place);
    book.kind = type == "change" ? BookKind::delta : BookKind::snapshot;
    return place == nullptr || type == "change" || type == "snapshot" || scan.wrong_shape("type");
}

bool read_book(const Topic& topic, Scan& scan, MarketFrame& out) {
    using F = BookField;
    BookEvent& book = add_book(out);
    book.depth = topic.depth;
    if (!set_kind(scan, book)) return false;
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        switch (key_code(key)) {
            case key_code("type"):
                return scan.once(seen, F::type) && scan.pass_over();
            case key_code("bids"):
                return scan.once(seen, F::bids) && read_levels(scan, out, book.bids);
            case key_code("asks"):
                return scan.once(seen, F::asks) && read_levels(scan, out, book.asks);
            default:
                break;
        }
        if (key == "change_id") return scan.once(seen, F::id) && scan.bare_unsigned(book.last_id);
        if (key == "timestamp")
            return scan.once(seen, F::time) && scan.bare_time(millisecond, book.time_ns);
        if (key == "prev_change_id")
            return scan.once(seen, F::previous) && scan.bare_unsigned(book.previous_id);
        if (key == "instrument_name") return scan.once(seen, F::symbol) && scan.string(book.symbol);
        return scan.pass_over();
    });
    book.first_id = book.last_id;
    book.has_previous = (seen & F::previous) != 0;
    return good &&
           scan.complete(seen, book.kind == BookKind::delta ? F::change : F::snapshot, F::names);
}

// --------------------------------------------------------------------------- trades and touches

struct TradeField {
    enum : std::uint32_t { symbol = 1, id = 2, price = 4, quantity = 8, side = 16, time = 32 };
    enum : std::uint32_t { required = 63 };
    static constexpr std::array<std::string_view, 6> names{
        "instrument_name", "trade_id", "price", "amount", "direction", "timestamp"};
};

bool read_trade(Scan& scan, MarketFrame& out) {
    using F = TradeField;
    TradeEvent& trade = add_trade(out);
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        if (key == "instrument_name")
            return scan.once(seen, F::symbol) && scan.string(trade.symbol);
        if (key == "trade_id") return scan.once(seen, F::id) && scan.text(trade.id);
        if (key == "price") return scan.once(seen, F::price) && scan.bare_number(trade.price);
        if (key == "amount")
            return scan.once(seen, F::quantity) && scan.bare_number(trade.quantity);
        if (key == "direction")
            return scan.once(seen, F::side) && scan.side("buy", "sell", trade.aggressor);
        if (key == "timestamp")
            return scan.once(seen, F::time) && scan.bare_time(millisecond, trade.time_ns);
        return scan.pass_over();
    });
    return good && scan.complete(seen, F::required, F::names);
}

struct TouchField {
    enum : std::uint32_t { symbol = 1, time = 2, bid = 4, bid_quantity = 8, ask = 16 };
    enum : std::uint32_t { ask_quantity = 32, required = 63 };
    static constexpr std::array<std::string_view, 6> names{"instrument_name", "timestamp",
                                                           "best_bid_price",  "best_bid_amount",
                                                           "best_ask_price",  "best_ask_amount"};
};

/// A side that is empty has a price of null or 0.
bool read_touch(Scan& scan, MarketFrame& out) {
    using F = TouchField;
    TouchEvent& touch = add_touch(out);
    std::uint32_t seen = 0;
    const auto number = [&](std::uint32_t field, Number& to) {
        return scan.once(seen, field) && (scan.take_null() || scan.bare_number(to));
    };
    const bool good = scan.object([&](std::string_view key) {
        if (key == "best_bid_price") return number(F::bid, touch.bid.price);
        if (key == "best_bid_amount") return number(F::bid_quantity, touch.bid.quantity);
        if (key == "best_ask_price") return number(F::ask, touch.ask.price);
        if (key == "best_ask_amount") return number(F::ask_quantity, touch.ask.quantity);
        if (key == "instrument_name")
            return scan.once(seen, F::symbol) && scan.string(touch.symbol);
        if (key == "timestamp")
            return scan.once(seen, F::time) && scan.bare_time(millisecond, touch.time_ns);
        return scan.pass_over();
    });
    return good && scan.complete(seen, F::required, F::names);
}

// --------------------------------------------------------------------------------- notifications

bool read_data(const Topic& topic, Scan& scan, MarketFrame& out) {
    switch (topic.channel) {
        case Channel::book:
            return read_book(topic, scan, out);
        case Channel::trades:
            return scan.array([&] { return read_trade(scan, out); });
        case Channel::touch:
            return read_touch(scan, out);
        case Channel::other:
            break;
    }
    return scan.pass_over();
}

bool read_notification(Scan& scan, MarketFrame& out) {
    enum : std::uint32_t { channel = 1, data = 2 };
    static constexpr std::array<std::string_view, 2> names{"channel", "data"};
    const Topic topic = topic_named(scan.peek_string("channel"));
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        std::string_view unused;
        if (key == "channel") return scan.once(seen, channel) && scan.string(unused);
        if (key == "data") return scan.once(seen, data) && read_data(topic, scan, out);
        return scan.pass_over();
    });
    return good && scan.complete(seen, channel | data, names);
}

/// A "test_request" has to be answered with `public/test`.
bool read_heartbeat(Scan& scan, MarketFrame& out) {
    const bool is_test = scan.peek_string("type") == "test_request";
    add_control(out, is_test ? ControlKind::ping : ControlKind::heartbeat);
    return scan.object([&](std::string_view) { return scan.pass_over(); });
}

bool read_named(std::string_view method, Scan& scan, MarketFrame& out) {
    static constexpr std::array<std::string_view, 1> names{"params"};
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        if (key != "params") return scan.pass_over();
        if (!scan.once(seen, 1)) return false;
        if (method == "subscription") return read_notification(scan, out);
        if (method == "heartbeat") return read_heartbeat(scan, out);
        return scan.pass_over();
    });
    return good && scan.complete(seen, method == "subscription" ? 1U : 0U, names);
}

// ------------------------------------------------------------------------------------- answers

/// The channels: those of a subscription and of its end look the same, which `text`, the id of our
/// request, tells apart. No channel: none was as the venue knows them.
bool read_channels(Scan& scan, MarketFrame& out) {
    const bool good = scan.array([&] {
        std::string_view name;
        if (!scan.string(name)) return false;
        const Topic topic = topic_named(name);
        ControlEvent& control = add_control(out, ControlKind::subscribed);
        control.channel = topic.name;
        control.symbol = topic.symbol;
        control.number = topic.depth;
        return true;
    });
    if (good && out.controls.empty())
        add_control(out, ControlKind::refused).text = "no channel of the request is known";
    return good;
}

bool read_error(Scan& scan, MarketFrame& out) {
    ControlEvent& control = add_control(out, ControlKind::refused);
    std::uint32_t seen = 0;
    return scan.object([&](std::string_view key) {
        if (key != "message") return scan.pass_over();
        return scan.once(seen, 1) && scan.string(control.text);
    });
}

/// Whether the array that begins here is one of names, or empty: other requests are answered
/// with objects.
bool lists_channels(Scan& scan) {
    bool names_only = scan.kind() == ValueKind::array;
    scan.peek_elements([&](std::size_t, Scan::Place place) {
        names_only = names_only && !scan.string_at(place).empty();
    });
    return names_only;
}

bool read_answer(Scan& scan, MarketFrame& out) {
    enum : std::uint32_t { id = 1, result = 2, error = 4 };
    std::string_view request;
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        if (key == "id") return scan.once(seen, id) && (scan.take_null() || scan.text(request));
        if (key == "error") return scan.once(seen, error) && read_error(scan, out);
        if (key != "result") return scan.pass_over();
        return scan.once(seen, result) &&
               (lists_channels(scan) ? read_channels(scan, out) : scan.pass_over());
    });
    for (ControlEvent& control : out.controls)
        (control.kind == ControlKind::subscribed ? control.text : control.request) = request;
    return good;
}

}  // namespace

bool decode_deribit(Scan& scan, MarketFrame& out) {
    const Scan::Place method = scan.find("method");
    if (method == nullptr) return read_answer(scan, out);
    return read_named(scan.string_at(method), scan, out);
}

}  // namespace tickweir::codecs::json
