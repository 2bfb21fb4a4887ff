// Bitstamp: changes of whole books, live trades, answers and GET /api/v2/order_book/X. Instruments
// are named by the last part of the channel or path only.
#include <array>

#include "codecs/json/venues/venues.hpp"

namespace tickweir::codecs::json {
namespace {

constexpr std::string_view book_prefix = "diff_order_book_";
constexpr std::string_view trades_prefix = "live_trades_";

struct BookField {
    enum : std::uint32_t { bids = 1, asks = 2, time = 4, required = 7 };
    static constexpr std::array<std::string_view, 3> names{"bids", "asks", "microtimestamp"};
};

bool read_book(BookKind kind, std::string_view symbol, Scan& scan, MarketFrame& out) {
    using F = BookField;
    BookEvent& book = add_book(out);
    book.kind = kind;
    book.symbol = symbol;
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        if (key == "bids") return scan.once(seen, F::bids) && scan.quoted_levels(book.bids);
        if (key == "asks") return scan.once(seen, F::asks) && scan.quoted_levels(book.asks);
        if (key == "microtimestamp") {
            const Scan::Place place = scan.place();
            if (!scan.once(seen, F::time) || !scan.quoted_time(microsecond, book.time_ns))
                return false;
            scan.go_to(place);
            return scan.quoted_unsigned(book.last_id);
        }
        return scan.pass_over();
    });
    book.first_id = book.last_id;
    return good && scan.complete(seen, F::required, F::names);
}

struct TradeField {
    enum : std::uint32_t { id = 1, price = 2, quantity = 4, type = 8, time = 16, required = 31 };
    static constexpr std::array<std::string_view, 5> names{"id", "price_str", "amount_str", "type",
                                                           "microtimestamp"};
};

bool read_trade(std::string_view symbol, Scan& scan, MarketFrame& out) {
    using F = TradeField;
    TradeEvent& trade = add_trade(out);
    trade.symbol = symbol;
    std::uint64_t type = 0;
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        if (key == "id") return scan.once(seen, F::id) && scan.text(trade.id);
        if (key == "price_str") return scan.once(seen, F::price) && scan.quoted_number(trade.price);
        if (key == "amount_str")
            return scan.once(seen, F::quantity) && scan.quoted_number(trade.quantity);
        if (key == "type")
            return scan.once(seen, F::type) && scan.bare_unsigned(type) &&
                   (type <= 1 || scan.wrong_shape());
        if (key == "microtimestamp")
            return scan.once(seen, F::time) && scan.quoted_time(microsecond, trade.time_ns);
        return scan.pass_over();
    });
    trade.aggressor = type == 0 ? TradeSide::buy : TradeSide::sell;
    return good && scan.complete(seen, F::required, F::names);
}

bool read_data(std::string_view channel, Scan& scan, MarketFrame& out) {
    if (channel.starts_with(book_prefix))
        return read_book(BookKind::delta, channel.substr(book_prefix.size()), scan, out);
    if (channel.starts_with(trades_prefix))
        return read_trade(channel.substr(trades_prefix.size()), scan, out);
    return scan.pass_over();
}

/// `{"code":null,"message":"..."}`, over HTTP also `{"status":"error","reason":"..."}`.
bool read_refusal(Scan& scan, MarketFrame& out) {
    ControlEvent& control = add_control(out, ControlKind::refused);
    if (scan.kind() != ValueKind::object) return scan.pass_over();
    return scan.object([&](std::string_view key) {
        const bool says_why = key == "message" || key == "reason" || key == "error";
        return says_why && scan.kind() == ValueKind::string ? scan.string(control.text)
                                                            : scan.pass_over();
    });
}

void add_subscription(ControlKind kind, std::string_view channel, MarketFrame& out) {
    ControlEvent& control = add_control(out, kind);
    control.channel = channel;
    for (const std::string_view prefix : {book_prefix, trades_prefix}) {
        if (!channel.starts_with(prefix)) continue;
        control.channel = prefix.substr(0, prefix.size() - 1);
        control.symbol = channel.substr(prefix.size());
    }
}

/// What all of the frame but "data" says by its name.
void add_named(std::string_view event, std::string_view channel, MarketFrame& out) {
    if (event == "bts:heartbeat") add_control(out, ControlKind::heartbeat);
    if (event == "bts:request_reconnect") add_control(out, ControlKind::going_down);
    if (event == "bts:subscription_succeeded")
        add_subscription(ControlKind::subscribed, channel, out);
    if (event == "bts:unsubscription_succeeded")
        add_subscription(ControlKind::unsubscribed, channel, out);
}

}  // namespace

bool decode_bitstamp(Scan& scan, MarketFrame& out) {
    enum : std::uint32_t { event_field = 1, channel_field = 2, data_field = 4 };
    const std::string_view event = scan.peek_string("event");
    const std::string_view channel = scan.peek_string("channel");
    const bool is_market = event == "data" || event == "trade";
    add_named(event, channel, out);
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        std::string_view unused;
        if (key == "event") return scan.once(seen, event_field) && scan.string(unused);
        if (key == "channel") return scan.once(seen, channel_field) && scan.string(unused);
        if (key != "data") return scan.pass_over();
        if (!scan.once(seen, data_field)) return false;
        if (is_market) return read_data(channel, scan, out);
        if (event == "bts:error") return read_refusal(scan, out);
        return scan.pass_over();
    });
    static constexpr std::array<std::string_view, 3> names{"event", "channel", "data"};
    return good && scan.complete(seen, is_market ? 7U : 1U, names);
}

bool decode_bitstamp_answer(std::string_view target, Scan& scan, MarketFrame& out) {
    if (scan.find("bids") == nullptr && scan.find("asks") == nullptr &&
        (scan.find("error") != nullptr || scan.find("reason") != nullptr))
        return read_refusal(scan, out);
    constexpr std::string_view path = "/order_book/";
    const std::size_t at = target.find(path);
    if (at == target.npos) return scan.pass_over();
    std::string_view symbol = target.substr(at + path.size());
    symbol = symbol.substr(0, symbol.find_first_of("/?"));
    if (symbol.empty()) return scan.wrong_shape("symbol");
    return read_book(BookKind::snapshot, symbol, scan, out);
}

}  // namespace tickweir::codecs::json
