#include "gateway/fix/market_data/entries.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "codecs/fix/fields.hpp"
#include "store/trade_id.hpp"

namespace tickweir::gateway::fix::market_data {
namespace {

namespace tag = codecs::fix::tag;

constexpr std::string_view bid = "269=0\x01";
constexpr std::string_view offer = "269=1\x01";

constexpr std::string_view action_field(Action action) {
    switch (action) {
        case Action::add:
            return "279=0\x01";
        case Action::change:
            return "279=1\x01";
        case Action::remove:
            return "279=2\x01";
    }
    return {};
}

/// The venue's id where it is one that a field can hold.
std::string_view id_text(const store::Trade& trade,
                         std::array<char, store::trade_id_chars_max>& room) {
    const std::string_view text = store::trade_id_text(trade, room);
    const auto plain = [](char c) { return c > ' ' && c <= '~'; };
    if (!text.empty() && std::ranges::all_of(text, plain)) return text;
    const auto end = std::to_chars(room.data(), room.data() + room.size(), trade.index).ptr;
    return {room.data(), static_cast<std::size_t>(end - room.data())};
}

}  // namespace

void append_level(Body& body, const EntryShape& shape, Action action, book::Side side,
                  const book::Level& level, std::size_t rank, bool with_time) {
    if (shape.incremental) body.fields(action_field(action));
    body.fields(side == book::Side::buy ? bid : offer);
    if (shape.incremental) body.fields(shape.instrument);
    body.decimal(tag::md_entry_px, level.price.ticks, shape.scale.price_decimals);
    const bool stands = action != Action::remove;
    if (stands) body.decimal(tag::md_entry_size, level.open.lots, shape.scale.quantity_decimals);
    if (with_time) body.fields(shape.time);
    if (!stands) return;
    // What is open is in no orders only where the venue does not tell how many.
    if (level.order_count != 0) body.number(tag::number_of_orders, level.order_count);
    if (shape.positions) body.number(tag::md_entry_position_no, rank + 1);
}

void append_trade(Body& body, bool incremental, std::string_view instrument,
                  const store::Trade& trade) {
    std::array<char, store::trade_id_chars_max> room;
    const std::string_view id = id_text(trade, room);
    if (incremental) body.fields(action_field(Action::add));
    body.fields("269=2\x01");
    if (incremental) {
        body.text(tag::md_entry_id, id);
        body.fields(instrument);
    }
    body.decimal(tag::md_entry_px, trade.price.ticks, trade.scale.price_decimals);
    body.decimal(tag::md_entry_size, trade.quantity.lots, trade.scale.quantity_decimals);
    body.fields(
        EntryTime{trade.times.exchange_ns != 0 ? trade.times.exchange_ns : trade.times.receive_ns}
            .fields());
    if (!incremental) body.text(tag::text, id);
}

}  // namespace tickweir::gateway::fix::market_data
