// Kraken's WebSocket API v1: market data in arrays `[channel id, what changed ..., "book-1000",
// "XBT/USD"]` with quoted numbers, everything else in objects named by "event".
#include <algorithm>
#include <array>
#include <limits>

#include "codecs/json/venues/kraken_rows.hpp"
#include "codecs/json/venues/venues.hpp"

namespace tickweir::codecs::json {
namespace {

/// `"1618678133.924027"`, seconds since 1970.
bool read_seconds(Scan& scan, std::int64_t& out_ns) {
    constexpr std::uint32_t nanosecond_decimals = 9;
    Number seconds;
    if (!scan.quoted_number(seconds)) return false;
    if (seconds.mantissa < 0 || seconds.decimals > nanosecond_decimals)
        return scan.refuse(FrameStatus::bad_number);
    std::int64_t unit_ns = 1;
    for (std::uint32_t i = seconds.decimals; i < nanosecond_decimals; ++i)
        unit_ns *= 10;
    if (seconds.mantissa > std::numeric_limits<std::int64_t>::max() / unit_ns)
        return scan.refuse(FrameStatus::bad_number);
    out_ns = seconds.mantissa * unit_ns;
    return true;
}

/// The digits of "book-1000" behind `prefix`.
bool read_depth(Scan& scan, std::string_view digits, std::uint64_t& out) {
    if (!read_unsigned(digits, NumberForm::bare, out) || out > UINT32_MAX)
        return scan.wrong_shape("channelName");
    return true;
}

// --------------------------------------------------------------------------------------- books

constexpr std::string_view book_prefix = "book-";

struct BookField {
    enum : std::uint32_t {
        snapshot_asks = 1,
        snapshot_bids = 2,
        asks = 4,
        bids = 8,
        checksum = 16
    };
    static constexpr std::array<std::string_view, 4> names{"as", "bs", "a", "b"};
};

/// A book whose changes stand in one object or in two.
struct BookReader {
    Scan& scan;
    MarketFrame& out;
    BookEvent& book;
    std::size_t first_row = 0;
    std::uint32_t seen = 0;

    /// `["0.042990","15979.71727919","1618678145.920708"]`, sometimes with `"r"` (sent before).
    bool row(bool is_snapshot) {
        LevelRow row;
        const bool is_first = out.levels.size() == first_row;
        std::int64_t time_ns = 0;
        std::string_view unused;
        unsigned index = 0;
        const bool good = scan.array([&] {
            switch (index++) {
                case 0:
                    if (is_first)
                        book.price_decimals = written_decimals(scan.string_at(scan.place()));
                    return scan.quoted_number(row.price);
                case 1:
                    if (is_first)
                        book.quantity_decimals = written_decimals(scan.string_at(scan.place()));
                    return scan.quoted_number(row.quantity);
                case 2:
                    // In a snapshot that of the level's last change, long ago.
                    return is_snapshot ? scan.string(unused) : read_seconds(scan, time_ns);
                default:
                    return scan.pass_over();
            }
        });
        if (!good) return false;
        if (index < 3) return scan.wrong_shape();
        book.time_ns = std::max(book.time_ns, time_ns);
        return scan.add_level(row);
    }

    bool rows(std::uint32_t field, RowRange& range) {
        if (!scan.once(seen, field)) return false;
        const std::size_t begin = out.levels.size();
        const bool is_snapshot = field <= BookField::snapshot_bids;
        const bool good = scan.array([&] { return row(is_snapshot); });
        range = {static_cast<std::uint32_t>(begin),
                 static_cast<std::uint32_t>(out.levels.size() - begin)};
        return good;
    }

    bool checksum() {
        std::uint64_t value = 0;
        return scan.once(seen, BookField::checksum) && scan.quoted_unsigned(value) &&
               fits_checksum(scan, value, book);
    }

    bool part() {
        return scan.object([&](std::string_view key) {
            switch (key_code(key)) {
                case key_code("a"):
                    return rows(BookField::asks, book.asks);
                case key_code("b"):
                    return rows(BookField::bids, book.bids);
                case key_code("as"):
                    return rows(BookField::snapshot_asks, book.asks);
                case key_code("bs"):
                    return rows(BookField::snapshot_bids, book.bids);
                case key_code("c"):
                    return checksum();
                default:
                    return scan.pass_over();
            }
        });
    }

    /// A snapshot has both sides; a change at least one.
    bool finish() {
        using F = BookField;
        constexpr std::uint32_t snapshot = F::snapshot_asks | F::snapshot_bids;
        constexpr std::uint32_t change = F::asks | F::bids;
        if ((seen & change) != 0) return (seen & snapshot) == 0 || scan.wrong_shape(F::names[0]);
        book.kind = BookKind::snapshot;
        return scan.complete(seen, snapshot, F::names);
    }
};

// ----------------------------------------------------------------------------- trades, touches

/// `["354.11000000","0.89594024","1618678142.557535","s","l",""]`
bool read_trade(Scan& scan, MarketFrame& out, std::string_view pair) {
    TradeEvent& trade = add_trade(out);
    trade.symbol = pair;
    unsigned index = 0;
    const bool good = scan.array([&] {
        switch (index++) {
            case 0:
                return scan.quoted_number(trade.price);
            case 1:
                return scan.quoted_number(trade.quantity);
            case 2:
                return read_seconds(scan, trade.time_ns);
            case 3:
                return scan.side("b", "s", trade.aggressor);
            default:
                return scan.pass_over();
        }
    });
    return good && (index >= 4 || scan.wrong_shape());
}

/// A ticker's `"a":["355.24000000",27,"27.19106411"]`: price, whole lots, quantity.
bool read_best(Scan& scan, LevelRow& row) {
    unsigned index = 0;
    const bool good = scan.array([&] {
        switch (index++) {
            case 0:
                return scan.quoted_number(row.price);
            case 2:
                return scan.quoted_number(row.quantity);
            default:
                return scan.pass_over();
        }
    });
    return good && (index >= 3 || scan.wrong_shape());
}

bool read_ticker(Scan& scan, MarketFrame& out, std::string_view pair) {
    enum : std::uint32_t { ask = 1, bid = 2 };
    static constexpr std::array<std::string_view, 2> names{"a", "b"};
    TouchEvent& touch = add_touch(out);
    touch.symbol = pair;
    std::uint32_t seen = 0;
    const bool good = scan.object([&](std::string_view key) {
        if (key == "a") return scan.once(seen, ask) && read_best(scan, touch.ask);
        if (key == "b") return scan.once(seen, bid) && read_best(scan, touch.bid);
        return scan.pass_over();
    });
    return good && scan.complete(seen, ask | bid, names);
}

/// `[bid, ask, time, bid quantity, ask quantity]`
bool read_spread(Scan& scan, MarketFrame& out, std::string_view pair) {
    TouchEvent& touch = add_touch(out);
    touch.symbol = pair;
    unsigned index = 0;
    const bool good = scan.array([&] {
        switch (index++) {
            case 0:
                return scan.quoted_number(touch.bid.price);
            case 1:
                return scan.quoted_number(touch.ask.price);
            case 2:
                return read_seconds(scan, touch.time_ns);
            case 3:
                return scan.quoted_number(touch.bid.quantity);
            case 4:
                return scan.quoted_number(touch.ask.quantity);
            default:
                return scan.pass_over();
        }
    });
    return good && (index >= 5 || scan.wrong_shape());
}

// -------------------------------------------------------------------------------------- arrays

/// What the end of an array says it is.
struct Envelope {
    std::size_t count = 0;
    Scan::Place channel_at = nullptr;
    Scan::Place pair_at = nullptr;
};

Envelope envelope_of(const Scan& scan) {
    Envelope envelope;
    scan.peek_elements([&](std::size_t, Scan::Place place) {
        envelope.channel_at = envelope.pair_at;
        envelope.pair_at = place;
        ++envelope.count;
    });
    return envelope;
}

/// Calls `on_payload()` for what stands between the channel's number and its name.
template <class OnPayload>
bool read_elements(Scan& scan, std::size_t count, OnPayload&& on_payload) {
    std::size_t index = 0;
    return scan.array([&] {
        const std::size_t at = index++;
        if (at == 0) {
            std::uint64_t channel_id = 0;
            return scan.bare_unsigned(channel_id);
        }
        return at + 2 >= count ? scan.pass_over() : on_payload();
    });
}

bool read_book(Scan& scan, MarketFrame& out, std::string_view depth_text, std::string_view pair,
               std::size_t count) {
    std::uint64_t depth = 0;
    if (!read_depth(scan, depth_text, depth)) return false;
    BookReader reader{scan, out, add_book(out), out.levels.size()};
    reader.book.symbol = pair;
    reader.book.depth = static_cast<std::uint32_t>(depth);
    return read_elements(scan, count, [&] { return reader.part(); }) && reader.finish();
}

bool read_array(Scan& scan, MarketFrame& out) {
    const Envelope envelope = envelope_of(scan);
    const std::string_view channel = scan.string_at(envelope.channel_at);
    const std::string_view pair = scan.string_at(envelope.pair_at);
    // What an account is told ends with an object: `[[...],"ownTrades",{"sequence":1}]`.
    if (envelope.count == 3 && !channel.empty() && pair.empty()) return scan.pass_over();
    if (envelope.count < 4 || channel.empty() || pair.empty()) return scan.wrong_shape();
    if (channel.starts_with(book_prefix))
        return read_book(scan, out, channel.substr(book_prefix.size()), pair, envelope.count);
    if (channel == "trade")
        return read_elements(scan, envelope.count, [&] {
            return scan.array([&] { return read_trade(scan, out, pair); });
        });
    if (channel == "ticker")
        return read_elements(scan, envelope.count, [&] { return read_ticker(scan, out, pair); });
    if (channel == "spread")
        return read_elements(scan, envelope.count, [&] { return read_spread(scan, out, pair); });
    return scan.pass_over();
}

// -------------------------------------------------------------------------------------- events

struct Subscription {
    std::string_view status;
    std::string_view channel_name;  // with the depth: "book-1000"
    std::string_view name;
    std::uint64_t depth = 0;
};

bool read_subscription_fields(Scan& scan, Subscription& subscription) {
    return scan.object([&](std::string_view key) {
        if (key == "name") return scan.string(subscription.name);
        if (key == "depth") return scan.bare_unsigned(subscription.depth);
        return scan.pass_over();
    });
}

/// Tells what the status of a subscription means.
bool name_control(Scan& scan, const Subscription& subscription, ControlEvent& control) {
    if (subscription.status == "subscribed")
        control.kind = ControlKind::subscribed;
    else if (subscription.status == "unsubscribed")
        control.kind = ControlKind::unsubscribed;
    else if (subscription.status == "error")
        control.kind = ControlKind::refused;
    else
        return scan.wrong_shape("status");
    const std::size_t dash = subscription.channel_name.find('-');
    control.channel =
        subscription.name.empty() ? subscription.channel_name.substr(0, dash) : subscription.name;
    control.number = subscription.depth;
    if (control.number != 0 || control.channel != "book" || dash == std::string_view::npos)
        return true;
    return read_depth(scan, subscription.channel_name.substr(dash + 1), control.number);
}

bool read_subscription(Scan& scan, MarketFrame& out) {
    ControlEvent& control = add_control(out, ControlKind::subscribed);
    Subscription subscription;
    const bool good = scan.object([&](std::string_view key) {
        if (key == "status") return scan.string(subscription.status);
        if (key == "pair") return scan.string(control.symbol);
        if (key == "channelName") return scan.string(subscription.channel_name);
        if (key == "errorMessage") return scan.string(control.text);
        if (key == "subscription") return read_subscription_fields(scan, subscription);
        return scan.pass_over();
    });
    return good && name_control(scan, subscription, control);
}

bool read_refusal(Scan& scan, MarketFrame& out) {
    ControlEvent& control = add_control(out, ControlKind::refused);
    return scan.object([&](std::string_view key) {
        return key == "errorMessage" ? scan.string(control.text) : scan.pass_over();
    });
}

bool read_event(Scan& scan, MarketFrame& out) {
    const std::string_view event = scan.peek_string("event");
    if (event == "subscriptionStatus") return read_subscription(scan, out);
    if (event == "error") return read_refusal(scan, out);
    if (event == "heartbeat" || event == "pong") add_control(out, ControlKind::heartbeat);
    return scan.object([&](std::string_view) { return scan.pass_over(); });
}

}  // namespace

bool decode_kraken_v1(Scan& scan, MarketFrame& out) {
    return scan.kind() == ValueKind::array ? read_array(scan, out) : read_event(scan, out);
}

}  // namespace tickweir::codecs::json
