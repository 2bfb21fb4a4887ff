// OKX's public WebSocket API v5: `{"arg":{"channel","instId"},"action","data":[...]}` with quoted
// numbers, the answers to requests, named by "event", and a bare `pong`.
#include <array>
#include <limits>

#include "codecs/json/venues/venues.hpp"

namespace tickweir::codecs::json {
namespace {

enum class Channel : std::uint8_t {
    book,
    snapshots,
    touch_book,
    trades,
    tickers,
    instruments,
    other
};

struct ChannelKind {
    std::string_view name;
    Channel kind;
    std::uint32_t depth;
};

constexpr std::array<ChannelKind, 9> channels{{
    {"books", Channel::book, 400},
    {"books-l2-tbt", Channel::book, 400},
    {"books50-l2-tbt", Channel::book, 50},
    {"books5", Channel::snapshots, 5},
    {"bbo-tbt", Channel::touch_book, 1},
    {"trades", Channel::trades, 0},
    {"trades-all", Channel::trades, 0},
    {"tickers", Channel::tickers, 0},
    {"instruments", Channel::instruments, 0},
}};

ChannelKind channel_named(std::string_view name) {
    for (const ChannelKind& channel : channels)
        if (channel.name == name) return channel;
    return {name, Channel::other, 0};
}

/// What all data of a frame are of.
struct Topic {
    ChannelKind channel;
    std::string_view symbol;
    BookKind kind = BookKind::snapshot;
};

// --------------------------------------------------------------------------------------- books

bool read_integer(Scan& scan, std::int64_t& out) {
    Number number;
    if (!scan.bare_number(number)) return false;
    if (number.decimals != 0) return scan.refuse(FrameStatus::bad_number);
    out = number.mantissa;
    return true;
}

/// A CRC-32 as a signed number; 0 is what OKX sends since it gave checksums up.
bool read_checksum(Scan& scan, BookEvent& book) {
    std::int64_t value = 0;
    if (!read_integer(scan, value)) return false;
    if (value < std::numeric_limits<std::int32_t>::min() ||
        value > std::numeric_limits<std::int32_t>::max())
        return scan.refuse(FrameStatus::bad_number);
    book.checksum = static_cast<std::uint32_t>(value);
    book.has_checksum = value != 0;
    return true;
}

/// -1: nothing came before.
bool read_previous(Scan& scan, BookEvent& book) {
    std::int64_t value = 0;
    if (!read_integer(scan, value)) return false;
    if (value < -1) return scan.refuse(FrameStatus::bad_number);
    book.has_previous = value >= 0;
    book.previous_id = book.has_previous ? static_cast<std::uint64_t>(value) : 0;
    return true;
}

struct BookField {
    enum : std::uint32_t { bids = 1, asks = 2, time = 4, checksum = 8, id = 16, previous = 32 };
    enum : std::uint32_t { symbol = 64, required = 7 };
    static constexpr std::array<std::string_view, 3> names{"bids", "asks", "ts"};
};

bool read_book_fields(Scan& scan, BookEvent& book) {
    using F = BookField;
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        switch (key_code(key)) {
            case key_code("asks"):
                return scan.once(seen, F::asks) && scan.quoted_levels(book.asks);
            case key_code("bids"):
                return scan.once(seen, F::bids) && scan.quoted_levels(book.bids);
            case key_code("ts"):
                return scan.once(seen, F::time) && scan.quoted_time(millisecond, book.time_ns);
            case key_code("checksum"):
                return scan.once(seen, F::checksum) && read_checksum(scan, book);
            case key_code("seqId"):
                return scan.once(seen, F::id) && scan.bare_unsigned(book.last_id);
            case key_code("instId"):
                return scan.once(seen, F::symbol) && scan.string(book.symbol);
            default:
                if (key != "prevSeqId") return scan.pass_over();
                return scan.once(seen, F::previous) && read_previous(scan, book);
        }
    });
    book.first_id = book.last_id;
    return good && scan.complete(seen, F::required, F::names);
}

bool read_book(const Topic& topic, Scan& scan, MarketFrame& out) {
    BookEvent& book = add_book(out);
    book.kind = topic.kind;
    book.symbol = topic.symbol;
    book.depth = topic.channel.depth;
    return read_book_fields(scan, book) && (!book.symbol.empty() || scan.wrong_shape("instId"));
}

/// The best levels in the form of a book. Its ids are those of another channel's messages.
bool read_touch_book(const Topic& topic, Scan& scan, MarketFrame& out) {
    const std::size_t levels = out.levels.size();
    BookEvent book;
    book.symbol = topic.symbol;
    if (!read_book_fields(scan, book)) return false;
    if (book.symbol.empty()) return scan.wrong_shape("instId");
    TouchEvent& touch = add_touch(out);
    touch.symbol = book.symbol;
    touch.time_ns = book.time_ns;
    if (book.bids.count != 0) touch.bid = out.levels[book.bids.begin];
    if (book.asks.count != 0) touch.ask = out.levels[book.asks.begin];
    out.levels.resize(levels);
    return true;
}

// ------------------------------------------------------------------------------------- trades

struct TradeField {
    enum : std::uint32_t { symbol = 1, id = 2, price = 4, quantity = 8, side = 16, time = 32 };
    enum : std::uint32_t { required = 63 };
    static constexpr std::array<std::string_view, 6> names{"instId", "tradeId", "px",
                                                           "sz",     "side",    "ts"};
};

bool read_trade(Scan& scan, MarketFrame& out) {
    using F = TradeField;
    TradeEvent& trade = add_trade(out);
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        switch (key_code(key)) {
            case key_code("instId"):
                return scan.once(seen, F::symbol) && scan.string(trade.symbol);
            case key_code("tradeId"):
                return scan.once(seen, F::id) && scan.text(trade.id);
            case key_code("px"):
                return scan.once(seen, F::price) && scan.quoted_number(trade.price);
            case key_code("sz"):
                return scan.once(seen, F::quantity) && scan.quoted_number(trade.quantity);
            case key_code("side"):
                return scan.once(seen, F::side) && scan.side("buy", "sell", trade.aggressor);
            case key_code("ts"):
                return scan.once(seen, F::time) && scan.quoted_time(millisecond, trade.time_ns);
            default:
                return scan.pass_over();
        }
    });
    return good && scan.complete(seen, F::required, F::names);
}

// ------------------------------------------------------------------------ touches, definitions

struct TickerField {
    enum : std::uint32_t { symbol = 1, bid = 2, bid_quantity = 4, ask = 8, ask_quantity = 16 };
    enum : std::uint32_t { time = 32, required = 63 };
    static constexpr std::array<std::string_view, 6> names{"instId", "bidPx", "bidSz",
                                                           "askPx",  "askSz", "ts"};
};

bool read_ticker(Scan& scan, MarketFrame& out) {
    using F = TickerField;
    TouchEvent& touch = add_touch(out);
    std::uint32_t seen = 0;
    const auto number = [&](std::uint32_t field, Number& to) {
        return scan.once(seen, field) && scan.quoted_number_or_nothing(to);
    };
    const bool good = scan.object([&](std::string_view key) {
        switch (key_code(key)) {
            case key_code("instId"):
                return scan.once(seen, F::symbol) && scan.string(touch.symbol);
            case key_code("bidPx"):
                return number(F::bid, touch.bid.price);
            case key_code("bidSz"):
                return number(F::bid_quantity, touch.bid.quantity);
            case key_code("askPx"):
                return number(F::ask, touch.ask.price);
            case key_code("askSz"):
                return number(F::ask_quantity, touch.ask.quantity);
            case key_code("ts"):
                return scan.once(seen, F::time) && scan.quoted_time(millisecond, touch.time_ns);
            default:
                return scan.pass_over();
        }
    });
    return good && scan.complete(seen, F::required, F::names);
}

struct InstrumentField {
    enum : std::uint32_t { symbol = 1, tick = 2, lot = 4, base = 8, quote = 16, required = 7 };
    static constexpr std::array<std::string_view, 3> names{"instId", "tickSz", "lotSz"};
};

bool read_instrument(Scan& scan, MarketFrame& out) {
    using F = InstrumentField;
    DefinitionEvent& definition = add_definition(out);
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        switch (key_code(key)) {
            case key_code("instId"):
                return scan.once(seen, F::symbol) && scan.string(definition.symbol);
            case key_code("tickSz"):
                return scan.once(seen, F::tick) && scan.quoted_number_or_nothing(definition.tick);
            case key_code("lotSz"):
                return scan.once(seen, F::lot) && scan.quoted_number_or_nothing(definition.lot);
            case key_code("baseCcy"):
                return scan.once(seen, F::base) && scan.string(definition.base);
            case key_code("quoteCcy"):
                return scan.once(seen, F::quote) && scan.string(definition.quote);
            default:
                return scan.pass_over();
        }
    });
    return good && scan.complete(seen, F::required, F::names);
}

// ------------------------------------------------------------------------------------ messages

bool read_element(const Topic& topic, Scan& scan, MarketFrame& out) {
    switch (topic.channel.kind) {
        case Channel::book:
        case Channel::snapshots:
            return read_book(topic, scan, out);
        case Channel::touch_book:
            return read_touch_book(topic, scan, out);
        case Channel::trades:
            return read_trade(scan, out);
        case Channel::tickers:
            return read_ticker(scan, out);
        case Channel::instruments:
            return read_instrument(scan, out);
        case Channel::other:
            break;
    }
    return scan.pass_over();
}

/// Whole books come without an action.
bool set_kind(std::string_view action, Scan& scan, Topic& topic) {
    if (topic.channel.kind != Channel::book || action == "snapshot") return true;
    topic.kind = BookKind::delta;
    return action == "update" || scan.wrong_shape("action");
}

bool read_message(Scan::Place arg, Scan& scan, MarketFrame& out) {
    enum : std::uint32_t { arg_field = 1, action_field = 2, data_field = 4 };
    Topic topic{channel_named(scan.string_at(scan.find("channel", arg))),
                scan.string_at(scan.find("instId", arg))};
    if (topic.channel.name.empty()) return scan.wrong_shape("channel");
    if (!set_kind(scan.peek_string("action"), scan, topic)) return false;
    std::uint32_t seen = 0;
    return scan.object([&](std::string_view key) {
        if (key == "arg") return scan.once(seen, arg_field) && scan.pass_over();
        if (key == "action") return scan.once(seen, action_field) && scan.pass_over();
        if (key != "data") return scan.pass_over();
        if (!scan.once(seen, data_field)) return false;
        if (topic.channel.kind == Channel::other) return scan.pass_over();
        return scan.array([&] { return read_element(topic, scan, out); });
    });
}

// ------------------------------------------------------------------------------------- answers

struct Answer {
    std::string_view event;
    std::string_view channel;
    std::string_view symbol;
    std::string_view message;
    bool has_arg = false;
};

bool read_arg(Scan& scan, Answer& answer) {
    return scan.object([&](std::string_view key) {
        if (key == "channel") return scan.string(answer.channel);
        if (key == "instId") return scan.string(answer.symbol);
        return scan.pass_over();
    });
}

bool read_answer(Scan& scan, MarketFrame& out) {
    Answer answer;
    const bool good = scan.object([&](std::string_view key) {
        if (key == "event") return scan.string(answer.event);
        if (key == "arg") {
            answer.has_arg = true;
            return read_arg(scan, answer);
        }
        if (key == "msg") return scan.string(answer.message);
        return scan.pass_over();
    });
    if (!good) return false;
    if (answer.event.empty() && answer.has_arg) return scan.wrong_shape("data");
    ControlKind kind = ControlKind::refused;
    if (answer.event == "subscribe")
        kind = ControlKind::subscribed;
    else if (answer.event == "unsubscribe")
        kind = ControlKind::unsubscribed;
    else if (answer.event == "notice")
        kind = ControlKind::going_down;
    else if (answer.event == "channel-conn-count-error")
        answer.message = answer.event;
    else if (answer.event != "error")
        return true;
    if ((kind == ControlKind::subscribed || kind == ControlKind::unsubscribed) &&
        answer.channel.empty())
        return scan.wrong_shape("channel");
    ControlEvent& control = add_control(out, kind);
    control.channel = answer.channel;
    control.symbol = answer.symbol;
    control.text = answer.message;
    control.number = channel_named(answer.channel).depth;
    return true;
}

}  // namespace

bool decode_okx(Scan& scan, MarketFrame& out) {
    if (scan.take_word("pong")) {
        add_control(out, ControlKind::heartbeat);
        return true;
    }
    // Answers have an "arg" as well.
    const Scan::Place arg = scan.find("arg");
    if (arg != nullptr && scan.find("data") != nullptr) return read_message(arg, scan, out);
    return read_answer(scan, out);
}

}  // namespace tickweir::codecs::json
