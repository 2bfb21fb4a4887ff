#include "gateway/commands/event_writer.hpp"

#include <span>
#include <utility>

#include "gateway/feeds/itch_instruments.hpp"

namespace tickweir::gateway {
namespace {

constexpr unsigned price_decimals = ItchInstrument::price_decimals;
constexpr unsigned quantity_decimals = ItchInstrument::quantity_decimals;

std::string_view side_name(book::Side side) {
    return side == book::Side::buy ? "buy" : "sell";
}

/// The action of a message type that changes a book.
std::string_view action_of(char type) {
    switch (type) {
        case 'A':
        case 'F':
            return "add";
        case 'E':
        case 'C':
            return "execute";
        case 'X':
            return "reduce";
        case 'D':
            return "remove";
        case 'U':
            return "replace";
        default:
            return "?";
    }
}

void write_id(JsonWriter& json, std::string_view key, std::uint64_t id) {
    json.key(key);
    json.string(std::to_string(id));
}

void write_price(JsonWriter& json, std::string_view key, book::Price price) {
    json.key(key);
    json.price(price, price_decimals);
}

void write_quantity(JsonWriter& json, std::string_view key, book::Quantity quantity) {
    json.key(key);
    json.quantity(quantity, quantity_decimals);
}

void write_levels(JsonWriter& json, const book::BookChange& change) {
    json.key("levels");
    json.begin_array();
    for (const book::LevelChange& moved : std::span{change.levels}.first(change.level_count)) {
        json.begin_array();
        json.string(side_name(moved.side));
        json.price(moved.level.price, price_decimals);
        json.quantity(moved.level.open, quantity_decimals);
        json.number(moved.level.order_count);
        json.end_array();
    }
    json.end_array();
}

}  // namespace

replay::Result<EventWriter> EventWriter::create(const std::filesystem::path& path) {
    auto sink = replay::ByteSink::create(path);
    if (!sink) return sink.error();
    return EventWriter{std::move(*sink)};
}

void EventWriter::begin(JsonWriter& json, book::TimeNs time, std::string_view symbol,
                        std::string_view action) {
    line_.clear();
    json.begin_object();
    json.key("time");
    json.number(time.time_since_epoch().count());
    json.key("symbol");
    json.string(symbol);
    json.key("action");
    json.string(action);
}

void EventWriter::end(JsonWriter& json) {
    json.end_object();
    line_ += '\n';
    sink_.write(std::as_bytes(std::span{line_}));
}

void EventWriter::on_change(const ItchEvent& event, book::TimeNs time, std::string_view symbol,
                            const book::BookChange& change) {
    JsonWriter json{line_};
    begin(json, time, symbol, action_of(event.type));
    write_id(json, "order_id", static_cast<std::uint64_t>(event.order));
    const bool replaced = event.type == 'U';
    if (replaced) write_id(json, "new_order_id", static_cast<std::uint64_t>(event.new_order));
    json.key("side");
    json.string(side_name(change.side));
    if (replaced) {
        // The order moved to the last of the levels that changed.
        write_price(json, "price", change.levels[change.level_count - 1U].level.price);
        write_quantity(json, "quantity", change.left);
        write_price(json, "previous_price", change.price);
        write_quantity(json, "previous_quantity", change.quantity);
    } else {
        write_price(json, "price", change.price);
        write_quantity(json, "quantity", change.quantity);
    }
    write_quantity(json, "left", change.left);
    write_levels(json, change);
    json.key("touch");
    json.boolean(change.touch_changed);
    end(json);
}

void EventWriter::on_trade(const ItchEvent& event, book::TimeNs time, std::string_view symbol,
                           const ItchTrade& trade) {
    JsonWriter json{line_};
    begin(json, time, symbol, "trade");
    if (event.order != book::OrderId{})
        write_id(json, "order_id", static_cast<std::uint64_t>(event.order));
    write_price(json, "price", trade.price);
    write_quantity(json, "quantity", trade.quantity);
    json.key("side");
    if (trade.aggressor)
        json.string(side_name(*trade.aggressor));
    else
        json.null();
    write_id(json, "trade_id", trade.match_number);
    end(json);
}

void EventWriter::on_clear() {
    line_.clear();
    JsonWriter json{line_};
    json.begin_object();
    json.key("action");
    json.string("clear");
    end(json);
}

void EventWriter::on_lost(std::uint64_t messages) {
    line_.clear();
    JsonWriter json{line_};
    json.begin_object();
    json.key("action");
    json.string("lost");
    json.key("messages");
    json.number(messages);
    end(json);
}

replay::Result<void> EventWriter::finish() {
    return sink_.finish();
}

}  // namespace tickweir::gateway
