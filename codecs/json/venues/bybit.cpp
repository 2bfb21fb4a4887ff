// Bybit's public WebSocket API v5: `{"topic","type","ts","data"}` in whatever order, quoted
// numbers, and answers to requests, named by "op".
#include <array>
#include <charconv>

#include "codecs/json/venues/venues.hpp"

namespace tickweir::codecs::json {
namespace {

enum class Channel : std::uint8_t { book, touch_book, trades, tickers, other };

/// "orderbook.200.BTCUSDT", "publicTrade.BTCUSDT"
struct Topic {
    Channel channel = Channel::other;
    std::string_view name;
    std::string_view symbol;
    std::uint32_t depth = 0;
};

Topic topic_named(std::string_view text) {
    Topic topic;
    const std::size_t point = text.find('.');
    topic.name = text.substr(0, point);
    if (point == text.npos) return topic;
    topic.symbol = text.substr(point + 1);
    if (topic.name == "publicTrade") topic.channel = Channel::trades;
    if (topic.name == "tickers") topic.channel = Channel::tickers;
    if (topic.name != "orderbook") return topic;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(topic.symbol.data(), end, topic.depth);
    if (read.ec != std::errc{} || read.ptr == end || *read.ptr != '.') return topic;
    topic.symbol = {read.ptr + 1, static_cast<std::size_t>(end - read.ptr - 1)};
    topic.channel = topic.depth == 1 ? Channel::touch_book : Channel::book;
    return topic;
}

// --------------------------------------------------------------------------------------- books

struct BookField {
    enum : std::uint32_t { symbol = 1, bids = 2, asks = 4, id = 8, required = 15 };
    static constexpr std::array<std::string_view, 4> names{"s", "b", "a", "u"};
};

bool read_book_fields(Scan& scan, BookEvent& book) {
    using F = BookField;
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        switch (key_code(key)) {
            case key_code("s"):
                return scan.once(seen, F::symbol) && scan.string(book.symbol);
            case key_code("b"):
                return scan.once(seen, F::bids) && scan.quoted_levels(book.bids);
            case key_code("a"):
                return scan.once(seen, F::asks) && scan.quoted_levels(book.asks);
            case key_code("u"):
                return scan.once(seen, F::id) && scan.bare_unsigned(book.last_id);
            default:
                return scan.pass_over();
        }
    });
    book.first_id = book.last_id;
    return good && scan.complete(seen, F::required, F::names);
}

bool read_book(const Topic& topic, BookKind kind, Scan& scan, MarketFrame& out) {
    BookEvent& book = add_book(out);
    book.kind = kind;
    book.depth = topic.depth;
    return read_book_fields(scan, book);
}

/// The first row of a side.
LevelRow best_of(const MarketFrame& frame, RowRange rows) {
    return rows.count == 0 ? LevelRow{} : frame.levels[rows.begin];
}

/// The book of one level is sent whole, repeated where nothing changes, and numbered otherwise than
/// the others: a touch.
bool read_touch_book(BookKind kind, Scan& scan, MarketFrame& out) {
    BookEvent book;
    const std::size_t levels = out.levels.size();
    if (!read_book_fields(scan, book)) return false;
    if (kind == BookKind::snapshot) {
        TouchEvent& touch = add_touch(out);
        touch.symbol = book.symbol;
        touch.bid = best_of(out, book.bids);
        touch.ask = best_of(out, book.asks);
    }
    out.levels.resize(levels);
    return true;
}

// --------------------------------------------------------------------------- trades and tickers

struct TradeField {
    enum : std::uint32_t { symbol = 1, id = 2, price = 4, quantity = 8, side = 16, time = 32 };
    enum : std::uint32_t { required = 63 };
    static constexpr std::array<std::string_view, 6> names{"s", "i", "p", "v", "S", "T"};
};

bool read_trade(Scan& scan, MarketFrame& out) {
    using F = TradeField;
    TradeEvent& trade = add_trade(out);
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        switch (key_code(key)) {
            case key_code("s"):
                return scan.once(seen, F::symbol) && scan.string(trade.symbol);
            case key_code("i"):
                return scan.once(seen, F::id) && scan.text(trade.id);
            case key_code("p"):
                return scan.once(seen, F::price) && scan.quoted_number(trade.price);
            case key_code("v"):
                return scan.once(seen, F::quantity) && scan.quoted_number(trade.quantity);
            case key_code("S"):
                return scan.once(seen, F::side) && scan.side("Buy", "Sell", trade.aggressor);
            case key_code("T"):
                return scan.once(seen, F::time) && scan.bare_time(millisecond, trade.time_ns);
            default:
                return scan.pass_over();
        }
    });
    return good && scan.complete(seen, F::required, F::names);
}

struct TickerField {
    enum : std::uint32_t { symbol = 1, bid = 2, bid_quantity = 4, ask = 8, ask_quantity = 16 };
    enum : std::uint32_t { all = 31, required = 1 };
    static constexpr std::array<std::string_view, 1> names{"symbol"};
};

/// A change names only what has changed, and spot has no touch here: told where it is whole.
bool read_ticker(Scan& scan, MarketFrame& out) {
    using F = TickerField;
    TouchEvent touch;
    std::uint32_t seen = 0;
    const auto number = [&](std::uint32_t field, Number& to) {
        return scan.once(seen, field) && scan.quoted_number_or_nothing(to);
    };
    const bool good = scan.object([&](std::string_view key) {
        switch (key_code(key)) {
            case key_code("symbol"):
                return scan.once(seen, F::symbol) && scan.string(touch.symbol);
            case key_code("bid1Size"):
                return number(F::bid_quantity, touch.bid.quantity);
            case key_code("ask1Size"):
                return number(F::ask_quantity, touch.ask.quantity);
            default:
                if (key == "bid1Price") return number(F::bid, touch.bid.price);
                if (key == "ask1Price") return number(F::ask, touch.ask.price);
                return scan.pass_over();
        }
    });
    if (!good || !scan.complete(seen, F::required, F::names)) return false;
    if (seen == F::all) add_touch(out) = touch;
    return true;
}

// -------------------------------------------------------------------------------------- frames

bool read_data(const Topic& topic, BookKind kind, Scan& scan, MarketFrame& out) {
    switch (topic.channel) {
        case Channel::book:
            return read_book(topic, kind, scan, out);
        case Channel::touch_book:
            return read_touch_book(kind, scan, out);
        case Channel::trades:
            return scan.array([&] { return read_trade(scan, out); });
        case Channel::tickers:
            return read_ticker(scan, out);
        case Channel::other:
            break;
    }
    return scan.pass_over();
}

struct FrameField {
    enum : std::uint32_t { data = 1, time = 2, engine_time = 4, topic = 8, type = 16 };
    enum : std::uint32_t { required = 3 };
    static constexpr std::array<std::string_view, 2> names{"data", "ts"};
};

/// Of books and touches the matching engine's time, where it is told.
void set_times(std::int64_t time_ns, MarketFrame& out) {
    for (BookEvent& book : out.books)
        book.time_ns = time_ns;
    for (TouchEvent& touch : out.touches)
        touch.time_ns = time_ns;
}

bool read_frame(std::string_view name, Scan& scan, MarketFrame& out) {
    using F = FrameField;
    const Topic topic = topic_named(name);
    if (topic.channel == Channel::other)
        return scan.object([&](std::string_view) { return scan.pass_over(); });
    const std::string_view type = scan.peek_string("type");
    const BookKind kind = type == "snapshot" ? BookKind::snapshot : BookKind::delta;
    if (kind == BookKind::delta && type != "delta") return scan.wrong_shape("type");
    std::int64_t time_ns = 0;
    std::int64_t engine_time_ns = 0;
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        switch (key_code(key)) {
            case key_code("topic"):
                return scan.once(seen, F::topic) && scan.pass_over();
            case key_code("type"):
                return scan.once(seen, F::type) && scan.pass_over();
            case key_code("ts"):
                return scan.once(seen, F::time) && scan.bare_time(millisecond, time_ns);
            case key_code("cts"):
                return scan.once(seen, F::engine_time) &&
                       scan.bare_time(millisecond, engine_time_ns);
            case key_code("data"):
                return scan.once(seen, F::data) && read_data(topic, kind, scan, out);
            default:
                return scan.pass_over();
        }
    });
    set_times(engine_time_ns != 0 ? engine_time_ns : time_ns, out);
    return good && scan.complete(seen, F::required, F::names);
}

// ------------------------------------------------------------------------------------- answers

/// One event a topic.
bool read_topics(ControlKind kind, Scan& scan, MarketFrame& out) {
    return scan.array([&] {
        std::string_view name;
        if (!scan.string(name)) return false;
        const Topic topic = topic_named(name);
        ControlEvent& control = add_control(out, kind);
        control.channel = topic.name;
        control.symbol = topic.symbol;
        control.number = topic.depth;
        return true;
    });
}

/// Options answer with the topics, under "data".
bool read_topic_lists(Scan& scan, MarketFrame& out) {
    return scan.object([&](std::string_view key) {
        if (key == "successTopics") return read_topics(ControlKind::subscribed, scan, out);
        if (key == "failTopics") return read_topics(ControlKind::refused, scan, out);
        return scan.pass_over();
    });
}

struct Answer {
    std::string_view request;
    std::string_view message;
    bool success = true;
};

void add_answer(std::string_view op, const Answer& answer, MarketFrame& out) {
    ControlKind kind = ControlKind::heartbeat;
    if (!answer.success)
        kind = ControlKind::refused;
    else if (op == "subscribe")
        kind = ControlKind::subscribed;
    else if (op == "unsubscribe")
        kind = ControlKind::unsubscribed;
    else if (op != "pong" && op != "ping")
        return;
    ControlEvent& control = add_control(out, kind);
    if (kind == ControlKind::refused) {
        control.text = answer.message;
        control.request = answer.request;
    }
    if (kind == ControlKind::subscribed || kind == ControlKind::unsubscribed)
        control.text = answer.request;
}

/// The topics are not repeated: `text` of the event is the id that our request had.
bool read_answer(Scan& scan, MarketFrame& out) {
    enum : std::uint32_t { success = 1, message = 2, request = 4, lists = 8 };
    const std::string_view op = scan.peek_string("op");
    const bool has_lists = scan.peek_string("type") == "COMMAND_RESP";
    Answer answer;
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        if (key == "success") return scan.once(seen, success) && scan.boolean(answer.success);
        if (key == "ret_msg") return scan.once(seen, message) && scan.string(answer.message);
        if (key == "req_id") return scan.once(seen, request) && scan.text(answer.request);
        if (key == "data" && has_lists)
            return scan.once(seen, lists) && read_topic_lists(scan, out);
        return scan.pass_over();
    });
    if (good && out.controls.empty()) add_answer(op, answer, out);
    return good;
}

}  // namespace

bool decode_bybit(Scan& scan, MarketFrame& out) {
    const Scan::Place topic = scan.find("topic");
    if (topic == nullptr) return read_answer(scan, out);
    const std::string_view name = scan.string_at(topic);
    return name.empty() ? scan.wrong_shape("topic") : read_frame(name, scan, out);
}

}  // namespace tickweir::codecs::json
