// Kraken's WebSocket API v2: `{"channel","type","data":[...]}` with bare numbers, and the answers
// to requests, `{"method","success",...}`.
#include <array>

#include "codecs/json/venues/kraken_rows.hpp"
#include "codecs/json/venues/venues.hpp"

namespace tickweir::codecs::json {
namespace {

// --------------------------------------------------------------------------------------- books

struct BookField {
    enum : std::uint32_t { symbol = 1, bids = 2, asks = 4, checksum = 8, time = 16, required = 7 };
    static constexpr std::array<std::string_view, 3> names{"symbol", "bids", "asks"};
};

bool read_checksum(Scan& scan, BookEvent& book) {
    std::uint64_t value = 0;
    return scan.bare_unsigned(value) && fits_checksum(scan, value, book);
}

bool read_book(Scan& scan, MarketFrame& out, bool is_snapshot) {
    using F = BookField;
    BookEvent& book = add_book(out);
    book.kind = is_snapshot ? BookKind::snapshot : BookKind::delta;
    const std::size_t first_row = out.levels.size();
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        switch (key_code(key)) {
            case key_code("symbol"):
                return scan.once(seen, F::symbol) && scan.string(book.symbol);
            case key_code("bids"):
                return scan.once(seen, F::bids) &&
                       read_priced_rows(scan, out, book, first_row, book.bids);
            case key_code("asks"):
                return scan.once(seen, F::asks) &&
                       read_priced_rows(scan, out, book, first_row, book.asks);
            case key_code("checksum"):
                return scan.once(seen, F::checksum) && read_checksum(scan, book);
            default:
                if (key != "timestamp") return scan.pass_over();
                return scan.once(seen, F::time) && scan.rfc3339_time(book.time_ns);
        }
    });
    return good && scan.complete(seen, F::required, F::names);
}

// ----------------------------------------------------------------------------- trades, touches

struct TradeField {
    enum : std::uint32_t { symbol = 1, side = 2, price = 4, quantity = 8, id = 16, time = 32 };
    enum : std::uint32_t { required = 63 };
    static constexpr std::array<std::string_view, 6> names{"symbol", "side",     "price",
                                                           "qty",    "trade_id", "timestamp"};
};

bool read_trade(Scan& scan, MarketFrame& out, bool is_snapshot) {
    using F = TradeField;
    TradeEvent& trade = add_trade(out);
    trade.is_history = is_snapshot;
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        switch (key_code(key)) {
            case key_code("symbol"):
                return scan.once(seen, F::symbol) && scan.string(trade.symbol);
            case key_code("side"):
                return scan.once(seen, F::side) && scan.side("buy", "sell", trade.aggressor);
            case key_code("price"):
                return scan.once(seen, F::price) && scan.bare_number(trade.price);
            case key_code("qty"):
                return scan.once(seen, F::quantity) && scan.bare_number(trade.quantity);
            case key_code("trade_id"):
                return scan.once(seen, F::id) && scan.text(trade.id);
            default:
                if (key != "timestamp") return scan.pass_over();
                return scan.once(seen, F::time) && scan.rfc3339_time(trade.time_ns);
        }
    });
    return good && scan.complete(seen, F::required, F::names);
}

struct TouchField {
    enum : std::uint32_t { symbol = 1, bid = 2, bid_quantity = 4, ask = 8, ask_quantity = 16 };
    enum : std::uint32_t { time = 32, required = 31 };
    static constexpr std::array<std::string_view, 5> names{"symbol", "bid", "bid_qty", "ask",
                                                           "ask_qty"};
};

bool read_touch(Scan& scan, MarketFrame& out) {
    using F = TouchField;
    TouchEvent& touch = add_touch(out);
    std::uint32_t seen = 0;
    // An empty side is null.
    const auto number = [&](std::uint32_t field, Number& to) {
        return scan.once(seen, field) && (scan.take_null() || scan.bare_number(to));
    };
    const bool good = scan.object([&](std::string_view key) {
        switch (key_code(key)) {
            case key_code("symbol"):
                return scan.once(seen, F::symbol) && scan.string(touch.symbol);
            case key_code("bid"):
                return number(F::bid, touch.bid.price);
            case key_code("bid_qty"):
                return number(F::bid_quantity, touch.bid.quantity);
            case key_code("ask"):
                return number(F::ask, touch.ask.price);
            case key_code("ask_qty"):
                return number(F::ask_quantity, touch.ask.quantity);
            default:
                if (key != "timestamp") return scan.pass_over();
                return scan.once(seen, F::time) && scan.rfc3339_time(touch.time_ns);
        }
    });
    return good && scan.complete(seen, F::required, F::names);
}

// --------------------------------------------------------------------------------- definitions

struct PairField {
    enum : std::uint32_t { symbol = 1, base = 2, quote = 4, lot = 8, tick = 16, required = 31 };
    static constexpr std::array<std::string_view, 5> names{"symbol", "base", "quote",
                                                           "qty_increment", "tick_size"};
};

/// "price_increment" is what "tick_size" was called before, and still stands beside it.
bool read_pair(Scan& scan, MarketFrame& out) {
    using F = PairField;
    DefinitionEvent& definition = add_definition(out);
    Number increment;
    bool has_increment = false;
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        if (key == "symbol") return scan.once(seen, F::symbol) && scan.string(definition.symbol);
        if (key == "base") return scan.once(seen, F::base) && scan.string(definition.base);
        if (key == "quote") return scan.once(seen, F::quote) && scan.string(definition.quote);
        if (key == "qty_increment")
            return scan.once(seen, F::lot) && scan.bare_number(definition.lot);
        if (key == "tick_size")
            return scan.once(seen, F::tick) && scan.bare_number(definition.tick);
        if (key != "price_increment") return scan.pass_over();
        has_increment = true;
        return scan.bare_number(increment);
    });
    if (has_increment && (seen & F::tick) == 0) {
        definition.tick = increment;
        seen |= F::tick;
    }
    return good && scan.complete(seen, F::required, F::names);
}

bool read_instruments(Scan& scan, MarketFrame& out) {
    return scan.object([&](std::string_view key) {
        if (key != "pairs") return scan.pass_over();
        return scan.array([&] { return read_pair(scan, out); });
    });
}

// ------------------------------------------------------------------------------------ messages

enum class Channel : std::uint8_t { book, trade, ticker, instrument, other };

Channel channel_named(std::string_view name) {
    if (name == "book") return Channel::book;
    if (name == "trade") return Channel::trade;
    if (name == "ticker") return Channel::ticker;
    if (name == "instrument") return Channel::instrument;
    return Channel::other;
}

bool read_data(Channel channel, bool is_snapshot, Scan& scan, MarketFrame& out) {
    switch (channel) {
        case Channel::book:
            return scan.array([&] { return read_book(scan, out, is_snapshot); });
        case Channel::trade:
            return scan.array([&] { return read_trade(scan, out, is_snapshot); });
        case Channel::ticker:
            return scan.array([&] { return read_touch(scan, out); });
        case Channel::instrument:
            return read_instruments(scan, out);
        case Channel::other:
            break;
    }
    return scan.pass_over();
}

bool read_message(std::string_view name, Scan& scan, MarketFrame& out) {
    enum : std::uint32_t { channel_field = 1, type_field = 2, data_field = 4, required = 7 };
    static constexpr std::array<std::string_view, 3> names{"channel", "type", "data"};
    if (name == "heartbeat") add_control(out, ControlKind::heartbeat);
    const Channel channel = channel_named(name);
    const bool is_market = channel != Channel::other;
    // What the data are depends on it, wherever it stands.
    const std::string_view type = is_market ? scan.peek_string("type") : std::string_view{};
    const bool is_snapshot = type == "snapshot";
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        std::string_view text;
        switch (key_code(key)) {
            case key_code("channel"):
                return scan.once(seen, channel_field) && scan.string(text);
            case key_code("type"):
                return scan.once(seen, type_field) && scan.string(text) &&
                       (!is_market || is_snapshot || text == "update" || scan.wrong_shape());
            case key_code("data"):
                return scan.once(seen, data_field) && read_data(channel, is_snapshot, scan, out);
            default:
                return scan.pass_over();
        }
    });
    return good && (!is_market || scan.complete(seen, required, names));
}

// ------------------------------------------------------------------------------------- answers

struct Answer {
    std::string_view method;
    std::string_view error;
    std::string_view channel;
    std::string_view symbol;
    std::uint64_t depth = 0;
    bool success = false;
    bool is_answer = false;
};

bool read_result(Scan& scan, Answer& answer) {
    if (scan.kind() != ValueKind::object) return scan.pass_over();
    return scan.object([&](std::string_view key) {
        if (key == "channel") return scan.string(answer.channel);
        if (key == "symbol") return scan.string(answer.symbol);
        if (key == "depth") return scan.bare_unsigned(answer.depth);
        return scan.pass_over();
    });
}

bool read_answer_fields(Scan& scan, Answer& answer) {
    return scan.object([&](std::string_view key) {
        if (key == "method") return scan.string(answer.method);
        if (key == "result") return read_result(scan, answer);
        if (key == "error") return scan.take_null() || scan.string(answer.error);
        if (key == "symbol") return scan.take_null() || scan.string(answer.symbol);
        if (key == "success") {
            answer.is_answer = true;
            return scan.boolean(answer.success);
        }
        return scan.pass_over();
    });
}

/// An answer names its channel only where the request was good.
bool read_answer(Scan& scan, MarketFrame& out) {
    Answer answer;
    if (!read_answer_fields(scan, answer)) return false;
    if (answer.method == "pong") add_control(out, ControlKind::heartbeat);
    const bool is_refusal = answer.is_answer ? !answer.success : !answer.error.empty();
    ControlKind kind = ControlKind::refused;
    if (!is_refusal) {
        if (answer.method == "subscribe")
            kind = ControlKind::subscribed;
        else if (answer.method == "unsubscribe")
            kind = ControlKind::unsubscribed;
        else
            return true;
        if (!answer.is_answer) return scan.wrong_shape("success");
        if (answer.channel.empty()) return scan.wrong_shape("channel");
    }
    ControlEvent& control = add_control(out, kind);
    control.channel = answer.channel;
    control.symbol = answer.symbol;
    control.text = answer.error;
    control.number = answer.depth;
    return true;
}

}  // namespace

bool decode_kraken_v2(Scan& scan, MarketFrame& out) {
    const Scan::Place channel = scan.find("channel");
    if (channel == nullptr) return read_answer(scan, out);
    return read_message(scan.string_at(channel), scan, out);
}

}  // namespace tickweir::codecs::json
