// BitMEX's WebSocket API: tables, `{"table","action","data":[...]}`, with bare numbers. Rows of a
// book are keyed by id, and several instruments may share a frame.
#include <algorithm>
#include <array>

#include "codecs/json/venues/venues.hpp"

namespace tickweir::codecs::json {
namespace {

enum class Table : std::uint8_t { book, trade, quote, instrument, other };

enum class Action : std::uint8_t { partial, insert, update, remove };

/// What all rows of a frame are of.
struct Topic {
    Table table = Table::other;
    Action action{};
    std::uint32_t depth = 0;
    std::string_view filtered;  ///< the one instrument that a partial is of; empty: not told
};

Topic topic_named(std::string_view table) {
    Topic topic;
    if (table == "orderBookL2_25") topic.depth = 25;
    if (table == "orderBookL2" || topic.depth != 0) topic.table = Table::book;
    if (table == "trade") topic.table = Table::trade;
    if (table == "quote") topic.table = Table::quote;
    if (table == "instrument") topic.table = Table::instrument;
    return topic;
}

bool action_named(std::string_view name, Action& out) {
    static constexpr std::array<std::string_view, 4> names{"partial", "insert", "update", "delete"};
    const auto* const found = std::ranges::find(names, name);
    out = static_cast<Action>(found - names.begin());
    return found != names.end();
}

/// "Buy" or "Sell"; what is no trade of two parties has "" or null.
bool read_side(Scan& scan, TradeSide& out) {
    if (scan.take_null()) return true;
    std::string_view side;
    if (!scan.string(side)) return false;
    if (side == "Buy")
        out = TradeSide::buy;
    else if (side == "Sell")
        out = TradeSide::sell;
    else
        return side.empty() || scan.wrong_shape();
    return true;
}

bool read_number_or_null(Scan& scan, Number& out) {
    return scan.take_null() || scan.bare_number(out);
}

// --------------------------------------------------------------------------------------- books

/// Instruments of a frame that are told apart: each row is compared with their names.
constexpr std::size_t instruments_max = 1024;

/// Puts the rows of each instrument together, whatever their order. They are taken as they come;
/// which runs of them belong to which event waits in the frame's `levels`, for which this venue has
/// no other use, so that nothing is allocated.
class KeyedBooks {
public:
    KeyedBooks(BookKind kind, std::uint32_t depth, MarketFrame& out)
        : kind_{kind}, depth_{depth}, out_{out} {}

    BookEvent& book_of(std::string_view symbol) {
        const auto book = std::ranges::find(out_.books, symbol, &BookEvent::symbol);
        current_ = static_cast<std::size_t>(book - out_.books.begin());
        if (book != out_.books.end()) return *book;
        BookEvent& added = add_book(out_);
        added.kind = kind_;
        added.depth = depth_;
        added.symbol = symbol;
        return added;
    }

    bool add(Scan& scan, std::string_view symbol, const KeyedRow& row, std::int64_t time_ns) {
        if (out_.levels.empty() || out_.books[current_].symbol != symbol) {
            book_of(symbol);
            if (out_.books.size() > instruments_max) return scan.refuse(FrameStatus::too_large);
            const auto event = static_cast<std::int64_t>(current_);
            in_order_ =
                in_order_ && (out_.levels.empty() || out_.levels.back().price.mantissa < event);
            out_.levels.push_back({{event, 0}, {}});
        }
        BookEvent& book = out_.books[current_];
        ++book.bids.count;
        book.time_ns = std::max(book.time_ns, time_ns);
        ++out_.levels.back().quantity.mantissa;
        return scan.add_keyed(row);
    }

    /// Behind the last row.
    void give() {
        std::uint32_t begin = 0;
        for (BookEvent& book : out_.books) {
            book.bids.begin = begin;
            begin += book.bids.count;
        }
        if (!in_order_) gather(begin);
        out_.levels.clear();
    }

private:
    /// The rows in the order of the events: into the second half, and from there to where they
    /// belong.
    void gather(std::uint32_t rows) {
        out_.keyed.resize(std::size_t{2} * rows);
        const auto first = out_.keyed.begin();
        auto from = first;
        for (const LevelRow& run : out_.levels) {
            RowRange& range = out_.books[static_cast<std::size_t>(run.price.mantissa)].bids;
            const std::int64_t count = run.quantity.mantissa;
            std::copy_n(from, count, first + rows + range.begin);
            range.begin += static_cast<std::uint32_t>(count);
            from += count;
        }
        std::copy_n(first + rows, rows, first);
        out_.keyed.resize(rows);
        for (BookEvent& book : out_.books)
            book.bids.begin -= book.bids.count;
    }

    BookKind kind_;
    std::uint32_t depth_;
    MarketFrame& out_;
    std::size_t current_ = 0;
    bool in_order_ = true;  // the runs, by event
};

struct RowField {
    enum : std::uint32_t { symbol = 1, id = 2, side = 4, price = 8, quantity = 16, time = 32 };
    enum : std::uint32_t { known = 7, whole = 31 };
    static constexpr std::array<std::string_view, 5> names{"symbol", "id", "side", "price", "size"};
};

bool read_row(bool is_whole, Scan& scan, KeyedBooks& books) {
    using F = RowField;
    KeyedRow row;
    std::string_view symbol;
    TradeSide side = TradeSide::unknown;
    std::int64_t time_ns = 0;
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        switch (key_code(key)) {
            case key_code("symbol"):
                return scan.once(seen, F::symbol) && scan.string(symbol);
            case key_code("id"):
                return scan.once(seen, F::id) && scan.bare_unsigned(row.id);
            case key_code("side"):
                return scan.once(seen, F::side) && read_side(scan, side) &&
                       (side != TradeSide::unknown || scan.wrong_shape());
            case key_code("price"):
                return scan.once(seen, F::price) && scan.bare_number(row.price);
            case key_code("size"):
                return scan.once(seen, F::quantity) && scan.bare_number(row.quantity);
            default:
                if (key != "timestamp") return scan.pass_over();
                return scan.once(seen, F::time) && scan.rfc3339_time(time_ns);
        }
    });
    if (!good || !scan.complete(seen, is_whole ? F::whole : F::known, F::names)) return false;
    row.is_buy = side == TradeSide::buy;
    row.has_price = (seen & F::price) != 0;
    row.has_quantity = (seen & F::quantity) != 0;
    return books.add(scan, symbol, row, time_ns);
}

bool read_books(const Topic& topic, Scan& scan, MarketFrame& out) {
    static constexpr std::array<BookKind, 4> kinds{BookKind::keyed_snapshot, BookKind::keyed_insert,
                                                   BookKind::keyed_update, BookKind::keyed_remove};
    KeyedBooks books{kinds[static_cast<std::size_t>(topic.action)], topic.depth, out};
    const bool is_partial = topic.action == Action::partial;
    // A book may be empty, and is told nevertheless.
    if (is_partial && !topic.filtered.empty()) books.book_of(topic.filtered);
    const bool is_whole = is_partial || topic.action == Action::insert;
    if (!scan.array([&] { return read_row(is_whole, scan, books); })) return false;
    books.give();
    return true;
}

// ------------------------------------------------------------- trades, touches and definitions

struct TradeField {
    enum : std::uint32_t { symbol = 1, time = 2, price = 4, quantity = 8, side = 16, id = 32 };
    enum : std::uint32_t { required = 15 };
    static constexpr std::array<std::string_view, 4> names{"symbol", "timestamp", "price", "size"};
};

/// Prices of indices come as trades of nothing.
bool read_trade(bool is_history, Scan& scan, MarketFrame& out) {
    using F = TradeField;
    TradeEvent trade;
    trade.is_history = is_history;
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        switch (key_code(key)) {
            case key_code("symbol"):
                return scan.once(seen, F::symbol) && scan.string(trade.symbol);
            case key_code("price"):
                return scan.once(seen, F::price) && scan.bare_number(trade.price);
            case key_code("size"):
                return scan.once(seen, F::quantity) && read_number_or_null(scan, trade.quantity);
            case key_code("side"):
                return scan.once(seen, F::side) && read_side(scan, trade.aggressor);
            default:
                if (key == "timestamp")
                    return scan.once(seen, F::time) && scan.rfc3339_time(trade.time_ns);
                if (key == "trdMatchID")
                    return scan.once(seen, F::id) && (scan.take_null() || scan.text(trade.id));
                return scan.pass_over();
        }
    });
    if (!good || !scan.complete(seen, F::required, F::names)) return false;
    if (trade.quantity.mantissa != 0) add_trade(out) = trade;
    return true;
}

struct QuoteField {
    enum : std::uint32_t { symbol = 1, bid = 2, bid_quantity = 4, ask = 8, ask_quantity = 16 };
    enum : std::uint32_t { time = 32, required = 63 };
    static constexpr std::array<std::string_view, 6> names{"symbol",   "bidPrice", "bidSize",
                                                           "askPrice", "askSize",  "timestamp"};
};

bool read_quote(Scan& scan, MarketFrame& out) {
    using F = QuoteField;
    TouchEvent& touch = add_touch(out);
    std::uint32_t seen = 0;
    const auto number = [&](std::uint32_t field, Number& to) {
        return scan.once(seen, field) && read_number_or_null(scan, to);
    };
    const bool good = scan.object([&](std::string_view key) {
        switch (key_code(key)) {
            case key_code("symbol"):
                return scan.once(seen, F::symbol) && scan.string(touch.symbol);
            case key_code("bidPrice"):
                return number(F::bid, touch.bid.price);
            case key_code("bidSize"):
                return number(F::bid_quantity, touch.bid.quantity);
            case key_code("askPrice"):
                return number(F::ask, touch.ask.price);
            case key_code("askSize"):
                return number(F::ask_quantity, touch.ask.quantity);
            default:
                if (key != "timestamp") return scan.pass_over();
                return scan.once(seen, F::time) && scan.rfc3339_time(touch.time_ns);
        }
    });
    return good && scan.complete(seen, F::required, F::names);
}

/// Changes of an instrument name only what has changed.
bool read_instrument(Scan& scan, MarketFrame& out) {
    enum : std::uint32_t { symbol = 1, tick = 2, lot = 4, base = 8, quote = 16, whole = 7 };
    static constexpr std::array<std::string_view, 1> names{"symbol"};
    DefinitionEvent instrument;
    std::uint32_t seen = 0;
    const auto name = [&](std::uint32_t field, std::string_view& to) {
        return scan.once(seen, field) && (scan.take_null() || scan.string(to));
    };
    const bool good = scan.object([&](std::string_view key) {
        if (key == "symbol") return scan.once(seen, symbol) && scan.string(instrument.symbol);
        if (key == "tickSize")
            return scan.once(seen, tick) && read_number_or_null(scan, instrument.tick);
        if (key == "lotSize")
            return scan.once(seen, lot) && read_number_or_null(scan, instrument.lot);
        if (key == "underlying") return name(base, instrument.base);
        if (key == "quoteCurrency") return name(quote, instrument.quote);
        return scan.pass_over();
    });
    if (!good || !scan.complete(seen, symbol, names)) return false;
    if ((seen & whole) == whole) add_definition(out) = instrument;
    return true;
}

// -------------------------------------------------------------------------------------- tables

bool read_data(const Topic& topic, Scan& scan, MarketFrame& out) {
    switch (topic.table) {
        case Table::book:
            return read_books(topic, scan, out);
        case Table::trade: {
            const bool is_history = topic.action == Action::partial;
            return scan.array([&] { return read_trade(is_history, scan, out); });
        }
        case Table::quote:
            return scan.array([&] { return read_quote(scan, out); });
        case Table::instrument:
            return scan.array([&] { return read_instrument(scan, out); });
        case Table::other:
            break;
    }
    return scan.pass_over();
}

bool read_table(std::string_view name, Scan& scan, MarketFrame& out) {
    enum : std::uint32_t { data = 1, table_field = 2, action_field = 4 };
    static constexpr std::array<std::string_view, 1> names{"data"};
    Topic topic = topic_named(name);
    if (topic.table == Table::other)
        return scan.object([&](std::string_view) { return scan.pass_over(); });
    if (!action_named(scan.peek_string("action"), topic.action)) return scan.wrong_shape("action");
    topic.filtered = scan.string_at(scan.find("symbol", scan.find("filter")));
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        if (key == "table") return scan.once(seen, table_field) && scan.pass_over();
        if (key == "action") return scan.once(seen, action_field) && scan.pass_over();
        if (key != "data") return scan.pass_over();
        return scan.once(seen, data) && read_data(topic, scan, out);
    });
    return good && scan.complete(seen, data, names);
}

// ------------------------------------------------------------------------------------- answers

/// "orderBookL2:XBTUSD"
bool read_topic(ControlKind kind, Scan& scan, MarketFrame& out) {
    ControlEvent& control = add_control(out, kind);
    std::string_view topic;
    if (!scan.string(topic)) return false;
    const std::size_t colon = topic.find(':');
    control.channel = topic.substr(0, colon);
    if (colon != topic.npos) control.symbol = topic.substr(colon + 1);
    control.number = topic_named(control.channel).depth;
    return true;
}

bool read_answer(Scan& scan, MarketFrame& out) {
    enum : std::uint32_t { subscribe = 1, unsubscribe = 2, error = 4 };
    std::uint32_t seen = 0;
    return scan.object([&](std::string_view key) {
        if (key == "subscribe")
            return scan.once(seen, subscribe) && read_topic(ControlKind::subscribed, scan, out);
        if (key == "unsubscribe")
            return scan.once(seen, unsubscribe) && read_topic(ControlKind::unsubscribed, scan, out);
        if (key != "error") return scan.pass_over();
        return scan.once(seen, error) && scan.string(add_control(out, ControlKind::refused).text);
    });
}

}  // namespace

bool decode_bitmex(Scan& scan, MarketFrame& out) {
    if (scan.take_word("pong")) {
        add_control(out, ControlKind::heartbeat);
        return true;
    }
    const Scan::Place table = scan.find("table");
    if (table == nullptr) return read_answer(scan, out);
    const std::string_view name = scan.string_at(table);
    return name.empty() ? scan.wrong_shape("table") : read_table(name, scan, out);
}

}  // namespace tickweir::codecs::json
