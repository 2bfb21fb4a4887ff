// What a JSON market writes into the store and sends as beginnings: its books as they stand.
#include <utility>

#include "gateway/market/json_market.hpp"
#include "gateway/market/level_values.hpp"

namespace tickweir::gateway {

// --------------------------------------------------------------------------------------- values

store::Scale JsonMarket::scale_of(std::uint32_t index) const {
    const JsonInstrument& instrument = books_->instruments()[index];
    return {static_cast<std::uint8_t>(instrument.price_decimals),
            static_cast<std::uint8_t>(instrument.quantity_decimals)};
}

/// Where the venue does not tell its time, that of receipt stands in for it.
EventTimes JsonMarket::times_of(const JsonTimes& times) const {
    return {times.exchange_ns != 0 ? times.exchange_ns + shift_ns_ : times.received_ns,
            received_ns_};
}

void JsonMarket::mark_depth(std::uint32_t index) {
    if (std::exchange(known_[index].depth_dirty, true)) return;
    depth_dirty_.push_back(index);
}

std::size_t JsonMarket::flush_depths() {
    const std::size_t count = depth_dirty_.size();
    for (const std::uint32_t index : depth_dirty_)
        put_depth(index);
    depth_dirty_.clear();
    return count;
}

void JsonMarket::put_depth(std::uint32_t index) {
    Known& known = known_[index];
    known.depth_dirty = false;
    const book::LevelBook& book = books_->instruments()[index].book();
    const std::int64_t levels = levels_in(book);
    counts_.levels += levels - std::exchange(known.levels, levels);
    writer_.store().put_depth(book::InstrumentId{known.id},
                              depth_of(book, scale_of(index), {known.last_event_ns, received_ns_}));
}

void JsonMarket::put_quote(std::uint32_t index, const EventTimes& times) {
    Known& known = known_[index];
    ++known.touches;
    writer_.put_quote(book::InstrumentId{known.id},
                      quote_of(index, {times.exchange_ns, times.received_ns}), times);
}

store::Quote JsonMarket::quote(book::InstrumentId instrument) const {
    return quote_of(index_of(instrument), writer_.store().latest_quote(instrument).times);
}

store::Quote JsonMarket::quote_of(std::uint32_t index, const store::Times& times) const {
    return gateway::quote_of(books_->instruments()[index].book(), known_[index].touches,
                             scale_of(index), times);
}

// ----------------------------------------------------------------------------------- beginnings

Begun JsonMarket::send_levels(std::size_t link, book::InstrumentId instrument, std::size_t from) {
    const std::uint32_t index = index_of(instrument);
    return send_levels_of(writer_, books_->instruments()[index].book(), link, instrument,
                          scale_of(index), known_[index].last_event_ns, from);
}

Begun JsonMarket::send_orders(std::size_t link, book::InstrumentId instrument, std::size_t from) {
    return send_no_orders(writer_, link, instrument, scale_of(index_of(instrument)), from);
}

}  // namespace tickweir::gateway
