// Binance spot, USD-M and COIN-M futures: raw frames, those of combined streams, answers to
// requests, and GET .../depth. The three differ in fields that only futures have.
#include <array>

#include "codecs/json/venues/venues.hpp"

namespace tickweir::codecs::json {
namespace {

/// Times are milliseconds, or microseconds where the connection was opened so. What is too large
/// for milliseconds (beyond 2262) is the latter, of any year since 1970.
bool event_time(Scan& scan, std::int64_t& out_ns) {
    constexpr std::uint64_t milliseconds_max = INT64_MAX / millisecond;
    constexpr std::uint64_t microseconds_max = INT64_MAX / microsecond;
    std::uint64_t count = 0;
    if (!scan.bare_unsigned(count)) return false;
    if (count > microseconds_max) return scan.refuse(FrameStatus::bad_number);
    const std::int64_t unit = count <= milliseconds_max ? millisecond : microsecond;
    out_ns = static_cast<std::int64_t>(count) * unit;
    return true;
}

// ------------------------------------------------------------------------------------- depth

struct DepthField {
    enum : std::uint32_t { symbol = 1, first = 2, last = 4, bids = 8, asks = 16, time = 32 };
    enum : std::uint32_t { previous = 64, event = 128 };
    static constexpr std::array<std::string_view, 7> names{"s", "U", "u", "b", "a", "E", "pu"};
};

bool read_depth(VenueId venue, Scan& scan, MarketFrame& out) {
    using F = DepthField;
    BookEvent& book = add_book(out);
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        switch (key_code(key)) {
            case key_code("e"):
                return scan.once(seen, F::event) && scan.pass_over();
            case key_code("E"):
                return scan.once(seen, F::time) && event_time(scan, book.time_ns);
            case key_code("s"):
                return scan.once(seen, F::symbol) && scan.string(book.symbol);
            case key_code("U"):
                return scan.once(seen, F::first) && scan.bare_unsigned(book.first_id);
            case key_code("u"):
                return scan.once(seen, F::last) && scan.bare_unsigned(book.last_id);
            case key_code("pu"):
                return scan.once(seen, F::previous) && scan.bare_unsigned(book.previous_id);
            case key_code("b"):
                return scan.once(seen, F::bids) && scan.quoted_levels(book.bids);
            case key_code("a"):
                return scan.once(seen, F::asks) && scan.quoted_levels(book.asks);
            default:
                return scan.pass_over();
        }
    });
    book.has_previous = venue != VenueId::binance_spot;
    if (!book.has_previous) book.previous_id = 0;
    return good && scan.complete(seen, book.has_previous ? 127U : 63U, F::names);
}

// ------------------------------------------------------------------------------------ trades

struct TradeField {
    enum : std::uint32_t { symbol = 1, id = 2, price = 4, quantity = 8, maker = 16, time = 32 };
    enum : std::uint32_t { event = 64, kind = 128, required = 63 };
    static constexpr std::array<std::string_view, 6> of_trade{"s", "t", "p", "q", "m", "T"};
    static constexpr std::array<std::string_view, 6> of_aggregate{"s", "a", "p", "q", "m", "T"};
};

bool read_trade(bool is_aggregate, Scan& scan, MarketFrame& out) {
    using F = TradeField;
    constexpr std::uint64_t codes[]{key_code("t"), key_code("a")};
    const std::uint64_t id_code = codes[is_aggregate ? 1 : 0];
    TradeEvent trade;
    bool buyer_is_maker = false;
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        const std::uint64_t code = key_code(key);
        if (code == id_code) return scan.once(seen, F::id) && scan.text(trade.id);
        switch (code) {
            case key_code("e"):
                return scan.once(seen, F::event) && scan.pass_over();
            case key_code("s"):
                return scan.once(seen, F::symbol) && scan.string(trade.symbol);
            case key_code("p"):
                return scan.once(seen, F::price) && scan.quoted_number(trade.price);
            case key_code("q"):
                return scan.once(seen, F::quantity) && scan.quoted_number(trade.quantity);
            case key_code("T"):
                return scan.once(seen, F::time) && event_time(scan, trade.time_ns);
            case key_code("m"):
                return scan.once(seen, F::maker) && scan.boolean(buyer_is_maker);
            default:
                return scan.pass_over();
        }
    });
    if (!good) return false;
    if (!scan.complete(seen, F::required, is_aggregate ? F::of_aggregate : F::of_trade))
        return false;
    // Futures report what did not happen on the market (X "NA") with nothing traded.
    if (trade.quantity.mantissa == 0) return true;
    trade.aggressor = buyer_is_maker ? TradeSide::sell : TradeSide::buy;
    trade.is_aggregate = is_aggregate;
    add_trade(out) = trade;
    return true;
}

// ------------------------------------------------------------------------------------- touch

struct TouchField {
    enum : std::uint32_t { id = 1, symbol = 2, bid = 4, bid_quantity = 8, ask = 16 };
    enum : std::uint32_t { ask_quantity = 32, time = 64, event = 128, required = 63 };
    static constexpr std::array<std::string_view, 6> names{"u", "s", "b", "B", "a", "A"};
};

bool read_touch(Scan& scan, MarketFrame& out) {
    using F = TouchField;
    TouchEvent& touch = add_touch(out);
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        switch (key_code(key)) {
            case key_code("e"):
                return scan.once(seen, F::event) && scan.pass_over();
            case key_code("u"):
                return scan.once(seen, F::id) && scan.bare_unsigned(touch.id);
            case key_code("s"):
                return scan.once(seen, F::symbol) && scan.string(touch.symbol);
            case key_code("b"):
                return scan.once(seen, F::bid) && scan.quoted_number(touch.bid.price);
            case key_code("B"):
                return scan.once(seen, F::bid_quantity) && scan.quoted_number(touch.bid.quantity);
            case key_code("a"):
                return scan.once(seen, F::ask) && scan.quoted_number(touch.ask.price);
            case key_code("A"):
                return scan.once(seen, F::ask_quantity) && scan.quoted_number(touch.ask.quantity);
            case key_code("E"):
                return scan.once(seen, F::time) && event_time(scan, touch.time_ns);
            default:
                return scan.pass_over();
        }
    });
    return good && scan.complete(seen, F::required, F::names);
}

// ------------------------------------------------------------------------- answers and others

/// `{"code":2,"msg":"..."}`, by itself or under "error", beside the id of what was refused.
bool read_refusal(Scan& scan, ControlEvent& control) {
    std::uint32_t seen = 0;
    return scan.object([&](std::string_view key) {
        if (key == "msg") return scan.once(seen, 1) && scan.string(control.text);
        if (key == "error" && scan.kind() == ValueKind::object)
            return scan.once(seen, 2) && read_refusal(scan, control);
        if (key == "id")
            return scan.once(seen, 4) && (scan.take_null() || scan.text(control.request));
        return scan.pass_over();
    });
}

/// `{"result":null,"id":1}`; the id, as text, says what it answers.
bool read_result(Scan& scan, ControlEvent& control) {
    std::uint32_t seen = 0;
    return scan.object([&](std::string_view key) {
        if (key == "id") return scan.once(seen, 1) && (scan.take_null() || scan.text(control.text));
        return scan.pass_over();
    });
}

/// What has no "e": a touch of spot, or an answer to a request of ours.
bool read_unnamed(Scan& scan, MarketFrame& out) {
    if (scan.begins_with("u") || (scan.find("u") != nullptr && scan.find("s") != nullptr))
        return read_touch(scan, out);
    if (scan.find("error") != nullptr || scan.find("msg") != nullptr)
        return read_refusal(scan, add_control(out, ControlKind::refused));
    if (scan.find("result") != nullptr)
        return read_result(scan, add_control(out, ControlKind::subscribed));
    return scan.pass_over();
}

/// "btcusdt@depth20@100ms" carries the best 20 levels, on futures in the form of a change.
bool is_partial_depth(std::string_view stream) {
    constexpr std::string_view depth = "@depth";
    const std::size_t at = stream.find(depth);
    if (at == stream.npos || at + depth.size() == stream.size()) return false;
    const char next = stream[at + depth.size()];
    return next >= '0' && next <= '9';
}

bool read_event(VenueId venue, std::string_view stream, Scan& scan, MarketFrame& out) {
    if (scan.kind() != ValueKind::object) return scan.pass_over();
    const Scan::Place named = scan.find("e");
    if (named == nullptr) return read_unnamed(scan, out);
    const std::string_view event = scan.string_at(named);
    if (event == "bookTicker") return read_touch(scan, out);
    if (event == "trade") return read_trade(false, scan, out);
    if (event == "depthUpdate" && !is_partial_depth(stream)) return read_depth(venue, scan, out);
    if (event == "aggTrade") return read_trade(true, scan, out);
    if (event == "serverShutdown") add_control(out, ControlKind::going_down);
    return scan.pass_over();
}

std::string_view parameter_of(std::string_view target, std::string_view name) {
    std::size_t at = target.find('?');
    while (at != target.npos) {
        std::string_view rest = target.substr(at + 1);
        at = target.find('&', at + 1);
        if (!rest.starts_with(name) || rest.substr(name.size(), 1) != "=") continue;
        rest.remove_prefix(name.size() + 1);
        return rest.substr(0, rest.find('&'));
    }
    return {};
}

struct AnswerField {
    enum : std::uint32_t { id = 1, bids = 2, asks = 4, time = 8, required = 7 };
    static constexpr std::array<std::string_view, 3> names{"lastUpdateId", "bids", "asks"};
};

bool read_snapshot(std::string_view target, Scan& scan, MarketFrame& out) {
    using F = AnswerField;
    BookEvent& book = add_book(out);
    book.kind = BookKind::snapshot;
    book.symbol = parameter_of(target, "symbol");
    if (book.symbol.empty()) return scan.wrong_shape("symbol");
    std::uint64_t limit = 0;
    if (read_unsigned(parameter_of(target, "limit"), NumberForm::quoted, limit) &&
        limit <= UINT32_MAX)
        book.depth = static_cast<std::uint32_t>(limit);
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        if (key == "lastUpdateId")
            return scan.once(seen, F::id) && scan.bare_unsigned(book.last_id);
        if (key == "bids") return scan.once(seen, F::bids) && scan.quoted_levels(book.bids);
        if (key == "asks") return scan.once(seen, F::asks) && scan.quoted_levels(book.asks);
        if (key == "E") return scan.once(seen, F::time) && event_time(scan, book.time_ns);
        return scan.pass_over();
    });
    book.first_id = book.last_id;
    return good && scan.complete(seen, F::required, F::names);
}

}  // namespace

bool decode_binance(VenueId venue, Scan& scan, MarketFrame& out) {
    if (scan.begins_with("e") || scan.find("data") == nullptr)
        return read_event(venue, {}, scan, out);
    const std::string_view stream = scan.peek_string("stream");
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        if (key == "data") return scan.once(seen, 1) && read_event(venue, stream, scan, out);
        if (key == "stream") {
            std::string_view unused;
            return scan.once(seen, 2) && scan.string(unused);
        }
        return scan.pass_over();
    });
    return good && ((seen & 2) != 0 || scan.wrong_shape("stream"));
}

bool decode_binance_answer(VenueId, std::string_view target, Scan& scan, MarketFrame& out) {
    if (scan.find("msg") != nullptr && scan.find("lastUpdateId") == nullptr)
        return read_refusal(scan, add_control(out, ControlKind::refused));
    if (!target.substr(0, target.find('?')).ends_with("/depth")) return scan.pass_over();
    return read_snapshot(target, scan, out);
}

}  // namespace tickweir::codecs::json
