#include "gateway/commands/level_event_writer.hpp"

#include <utility>

namespace tickweir::gateway {
namespace {

std::string_view side_name(book::Side side) {
    return side == book::Side::buy ? "buy" : "sell";
}

}  // namespace

replay::Result<LevelEventWriter> LevelEventWriter::create(const std::filesystem::path& path) {
    auto sink = replay::ByteSink::create(path);
    if (!sink) return sink.error();
    return LevelEventWriter{std::move(*sink)};
}

void LevelEventWriter::begin(JsonWriter& json, std::int64_t received_ns, std::string_view venue,
                             const JsonInstrument& instrument, std::string_view action) {
    line_.clear();
    json.begin_object();
    json.key("time");
    json.number(received_ns);
    json.key("venue");
    json.string(venue);
    json.key("symbol");
    json.string(instrument.symbol);
    json.key("action");
    json.string(action);
}

void LevelEventWriter::end(JsonWriter& json) {
    json.end_object();
    line_ += '\n';
    sink_.write(std::as_bytes(std::span{line_}));
}

void LevelEventWriter::on_levels(std::string_view venue, const JsonInstrument& instrument,
                                 JsonTimes times, std::span<const book::LevelBookChange> changes,
                                 bool touch_changed) {
    JsonWriter json{line_};
    begin(json, times.received_ns, venue, instrument, "levels");
    json.key("levels");
    json.begin_array();
    for (const book::LevelBookChange& change : changes) {
        json.begin_array();
        json.string(side_name(change.side));
        json.price(change.level.price, instrument.price_decimals);
        json.quantity(change.level.open, instrument.quantity_decimals);
        json.end_array();
    }
    json.end_array();
    json.key("touch");
    json.boolean(touch_changed);
    end(json);
}

void LevelEventWriter::on_snapshot(std::string_view venue, const JsonInstrument& instrument,
                                   JsonTimes times) {
    JsonWriter json{line_};
    begin(json, times.received_ns, venue, instrument, "snapshot");
    for (const book::Side side : {book::Side::buy, book::Side::sell}) {
        json.key(side == book::Side::buy ? "bids" : "asks");
        json.begin_array();
        const book::LevelRows levels = instrument.book().levels(side);
        for (auto row = levels.rbegin(); row != levels.rend(); ++row) {
            const book::Level level = *row;
            json.begin_array();
            json.price(level.price, instrument.price_decimals);
            json.quantity(level.open, instrument.quantity_decimals);
            json.end_array();
        }
        json.end_array();
    }
    end(json);
}

void LevelEventWriter::on_trade(std::string_view venue, const JsonInstrument& instrument,
                                const JsonTrade& trade) {
    JsonWriter json{line_};
    begin(json, trade.times.received_ns, venue, instrument, "trade");
    json.key("price");
    json.price(trade.price, instrument.price_decimals);
    json.key("quantity");
    json.quantity(trade.quantity, instrument.quantity_decimals);
    json.key("side");
    if (trade.aggressor)
        json.string(side_name(*trade.aggressor));
    else
        json.null();
    json.key("trade_id");
    json.string(trade.id);
    end(json);
}

void LevelEventWriter::on_sync(std::string_view venue, const JsonInstrument& instrument,
                               std::int64_t received_ns) {
    JsonWriter json{line_};
    begin(json, received_ns, venue, instrument, "sync");
    json.key("state");
    json.string(to_string(instrument.state()));
    json.key("reason");
    json.string(to_string(instrument.reason()));
    end(json);
}

replay::Result<void> LevelEventWriter::finish() {
    return sink_.finish();
}

}  // namespace tickweir::gateway
