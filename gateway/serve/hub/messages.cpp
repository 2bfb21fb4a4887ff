#include "gateway/serve/hub/messages.hpp"

#include <algorithm>

#include "gateway/serve/api/market_json.hpp"
#include "gateway/serve/json_numbers.hpp"

namespace tickweir::gateway::hub {
namespace {

using book::Side;
using store::Instrument;
using store::Scale;

void append_bool(std::string& out, std::string_view key, bool value) {
    out += key;
    out += value ? "true" : "false";
}

void append_head(std::string& out, std::string_view type, const UpdateHead& head) {
    out += type;
    out += head.name;
    out += "\"prev\":";
    append_unsigned(out, head.prev);
    out += ",\"seq\":";
    append_unsigned(out, head.seq);
    out += ",\"time\":";
    append_signed(out, head.time_ns);
    if (head.in_sync) append_bool(out, ",\"in_sync\":", *head.in_sync);
    if (head.seq > head.prev + 1) {
        out += ",\"conflated\":";
        append_unsigned(out, head.seq - head.prev - 1);
    }
}

void append_update_head(std::string& out, const UpdateHead& head) {
    append_head(out, "{\"type\":\"update\",", head);
}

void append_snapshot_head(std::string& out, const SnapshotHead& head) {
    out += "{\"type\":\"snapshot\",";
    out += head.name;
    out += "\"seq\":";
    append_unsigned(out, head.seq);
    out += ",\"time\":";
    append_signed(out, head.time_ns);
    append_bool(out, ",\"in_sync\":", head.in_sync);
    if (head.conflated != 0) {
        out += ",\"conflated\":";
        append_unsigned(out, head.conflated);
    }
}

// -------------------------------------------------------------------------------------------- l1

/// One side: its price and its quantity, or nulls.
void append_touch(std::string& out, std::string_view price_key, std::string_view quantity_key,
                  bool there, book::Price price, book::Quantity open, Scale scale) {
    out += price_key;
    if (there)
        append_price(out, price, scale.price_decimals);
    else
        out += "null";
    out += quantity_key;
    if (there)
        append_quantity(out, open, scale.quantity_decimals);
    else
        out += "null";
}

void append_touches(std::string& out, const store::Quote& quote) {
    append_touch(out, ",\"bid\":", ",\"bid_quantity\":", quote.has_bid != 0, quote.bid,
                 quote.bid_open, quote.scale);
    append_touch(out, ",\"ask\":", ",\"ask_quantity\":", quote.has_ask != 0, quote.ask,
                 quote.ask_open, quote.scale);
    out += '}';
}

// -------------------------------------------------------------------------------------------- l2

void append_row(std::string& out, Scale scale, book::Price price, book::Quantity open,
                std::uint64_t order_count) {
    if (out.back() != '[') out += ',';
    out += '[';
    append_price(out, price, scale.price_decimals);
    out += ',';
    append_quantity(out, open, scale.quantity_decimals);
    // What is open is in no orders only where the venue does not tell how many.
    if (order_count != 0 || open.lots == 0) {
        out += ',';
        append_unsigned(out, order_count);
    }
    out += ']';
}

/// What stands in the window at a touched price; nothing if it has none there, and then whether a
/// holder of the window has to be told so.
struct RowNow {
    std::optional<book::Level> level;
    bool told = false;
};

RowNow row_now(const book::LevelBook& book, std::size_t depth, const TouchedRow& row) {
    const auto rank = book.rank(row.side, row.price);
    if (!rank || *rank >= depth) return {{}, !row.was_absent};
    return {book.level(row.side, *rank), true};
}

bool append_touched_side(std::string& out, Scale scale, const book::LevelBook& book,
                         std::size_t depth, std::span<const TouchedRow> touched, Side side) {
    bool any = false;
    for (const bool removals : {true, false}) {
        for (const TouchedRow& row : touched) {
            if (row.side != side) continue;
            const RowNow now = row_now(book, depth, row);
            if (!now.told || now.level.has_value() == removals) continue;
            any = true;
            if (now.level)
                append_row(out, scale, row.price, now.level->open, now.level->order_count);
            else
                append_row(out, scale, row.price, {0}, 0);
        }
    }
    return any;
}

template <class Levels>
void append_levels(std::string& out, Scale scale, const Levels& best_first, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
        append_row(out, scale, best_first[i].price, best_first[i].open, best_first[i].order_count);
}

void append_book_side(std::string& out, Scale scale, const book::LevelBook& book, std::size_t depth,
                      Side side) {
    const book::LevelRows rows = book.levels(side);
    std::size_t left = std::min(depth, rows.size());
    for (auto row = rows.rbegin(); left > 0; ++row, --left) {
        const book::Level level = *row;
        append_row(out, scale, level.price, level.open, level.order_count);
    }
}

// -------------------------------------------------------------------------------------------- l3

std::string_view action_key(OrderAction action) {
    switch (action) {
        case OrderAction::add:
            return "{\"action\":\"add\",\"order_id\":\"";
        case OrderAction::reduce:
            return "{\"action\":\"reduce\",\"order_id\":\"";
        case OrderAction::remove:
            return "{\"action\":\"remove\",\"order_id\":\"";
        case OrderAction::replace:
            return "{\"action\":\"replace\",\"order_id\":\"";
    }
    return "";
}

void append_order(std::string& out, Scale scale, Side side, book::Price price,
                  book::Quantity open) {
    out += side == Side::buy ? "\"side\":\"buy\",\"price\":" : "\"side\":\"sell\",\"price\":";
    append_price(out, price, scale.price_decimals);
    out += ",\"quantity\":";
    append_quantity(out, open, scale.quantity_decimals);
    out += '}';
}

// ----------------------------------------------------------------------------------- trades,
// status

void append_trade_fields(std::string& out, const store::Trade& trade) {
    out += "\"price\":";
    append_price(out, trade.price, trade.scale.price_decimals);
    out += ",\"quantity\":";
    append_quantity(out, trade.quantity, trade.scale.quantity_decimals);
    switch (trade.aggressor) {
        case store::Aggressor::buy:
            out += ",\"side\":\"buy\"";
            break;
        case store::Aggressor::sell:
            out += ",\"side\":\"sell\"";
            break;
        case store::Aggressor::unknown:
            out += ",\"side\":null";
            break;
    }
    out += ",\"trade_id\":";
    append_trade_id(out, trade);
    out += '}';
}

void append_status(std::string& out, const store::InstrumentStatus& status, std::string_view mode) {
    out += ",\"state\":\"";
    out += to_string(status.state);
    out += "\",\"reason\":\"";
    out += to_string(status.reason);
    out += "\",\"mode\":";
    append_json_string(out, mode);
    out += '}';
}

}  // namespace

std::string stream_name(Channel channel, const Instrument& instrument) {
    std::string name = "\"channel\":\"";
    name += to_string(channel);
    name += "\",\"venue\":";
    append_json_string(name, instrument.venue);
    name += ",\"symbol\":";
    append_json_string(name, instrument.symbol);
    name += ',';
    return name;
}

void append_l1_update(std::string& out, const UpdateHead& head, const store::Quote& quote) {
    append_update_head(out, head);
    append_touches(out, quote);
}

void append_l1_snapshot(std::string& out, const SnapshotHead& head, const store::Quote& quote) {
    append_snapshot_head(out, head);
    append_touches(out, quote);
}

bool append_l2_update(std::string& out, const UpdateHead& head, Scale scale,
                      const book::LevelBook& book, std::size_t depth,
                      std::span<const TouchedRow> touched) {
    append_update_head(out, head);
    out += ",\"bids\":[";
    bool any = append_touched_side(out, scale, book, depth, touched, Side::buy);
    out += "],\"asks\":[";
    any |= append_touched_side(out, scale, book, depth, touched, Side::sell);
    out += "]}";
    return any;
}

void append_l2_snapshot(std::string& out, const SnapshotHead& head, Scale scale,
                        const book::LevelBook& book, std::size_t depth) {
    append_snapshot_head(out, head);
    out += ",\"bids\":[";
    append_book_side(out, scale, book, depth, Side::buy);
    out += "],\"asks\":[";
    append_book_side(out, scale, book, depth, Side::sell);
    out += "]}";
}

void append_l2_snapshot(std::string& out, const SnapshotHead& head, const store::Depth& levels,
                        std::size_t depth) {
    append_snapshot_head(out, head);
    out += ",\"bids\":[";
    append_levels(out, levels.scale, levels.bids, std::min<std::size_t>(levels.bid_count, depth));
    out += "],\"asks\":[";
    append_levels(out, levels.scale, levels.asks, std::min<std::size_t>(levels.ask_count, depth));
    out += "]}";
}

void append_l3_update(std::string& out, const UpdateHead& head, Scale scale,
                      std::span<const OrderItem> items) {
    append_update_head(out, head);
    out += ",\"events\":[";
    for (const OrderItem& item : items) {
        if (out.back() == '}') out += ',';
        out += action_key(item.action);
        append_unsigned(out, static_cast<std::uint64_t>(item.order));
        if (item.action == OrderAction::replace) {
            out += "\",\"new_order_id\":\"";
            append_unsigned(out, static_cast<std::uint64_t>(item.new_order));
        }
        out += "\",";
        append_order(out, scale, item.side, item.price, item.open);
    }
    out += "]}";
}

void append_l3_snapshot(std::string& out, const SnapshotHead& head, Scale scale,
                        std::span<const OrderReplica::Order> orders) {
    append_snapshot_head(out, head);
    out += ",\"orders\":[";
    for (const OrderReplica::Order& order : orders) {
        out += out.back() == '}' ? ",{\"order_id\":\"" : "{\"order_id\":\"";
        append_unsigned(out, static_cast<std::uint64_t>(order.id));
        out += "\",";
        append_order(out, scale, order.side, order.price, order.open);
    }
    out += "]}";
}

void append_trade_message(std::string& out, const UpdateHead& head, const store::Trade& trade) {
    append_head(out, "{\"type\":\"trade\",", head);
    out += ',';
    append_trade_fields(out, trade);
}

void append_trades_snapshot(std::string& out, const SnapshotHead& head,
                            std::span<const store::Trade> trades) {
    append_snapshot_head(out, head);
    out += ",\"trades\":[";
    for (const store::Trade& trade : trades) {
        out += out.back() == '}' ? ",{\"time\":" : "{\"time\":";
        append_signed(out, trade.times.exchange_ns);
        out += ',';
        append_trade_fields(out, trade);
    }
    out += "]}";
}

void append_status_update(std::string& out, const UpdateHead& head,
                          const store::InstrumentStatus& status, std::string_view mode) {
    append_update_head(out, head);
    append_status(out, status, mode);
}

void append_status_snapshot(std::string& out, const SnapshotHead& head,
                            const store::InstrumentStatus& status, std::string_view mode) {
    append_snapshot_head(out, head);
    append_status(out, status, mode);
}

void append_heartbeat(std::string& out, std::uint64_t counter, std::int64_t time_ns) {
    out += "{\"type\":\"heartbeat\",\"counter\":";
    append_unsigned(out, counter);
    out += ",\"time\":";
    append_signed(out, time_ns);
    out += '}';
}

}  // namespace tickweir::gateway::hub
