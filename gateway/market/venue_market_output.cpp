#include "gateway/market/venue_market_output.hpp"

#include <array>
#include <new>
#include <utility>

#include "book/ensure.hpp"

namespace tickweir::gateway {
namespace {

std::int64_t count_of(book::TimeNs time) {
    return time.time_since_epoch().count();
}

VenueLevelItem item_of(txn::InstrumentId instrument, txn::Side side, const book::Level& level) {
    return {.instrument = static_cast<std::uint32_t>(instrument),
            .side = side,
            .price = level.price,
            .open = level.open,
            .order_count = level.order_count};
}

/// Items of one record, where they will lie in the ring.
template <class Item>
class ItemRoom {
public:
    /// Without room it is full from the begin.
    explicit ItemRoom(book::ByteRing& ring)
        : ring_{ring},
          bytes_{ring.reserve(sizeof(VenueRecordHeader) + venue_record_items_max * sizeof(Item))} {}

    bool no_room() const { return bytes_.data() == nullptr; }
    bool full() const { return no_room() || count_ == venue_record_items_max; }
    bool empty() const { return count_ == 0; }
    void add(const Item& item) {
        new (bytes_.data() + sizeof(VenueRecordHeader) + count_++ * sizeof(Item)) Item{item};
    }
    Item& last() {
        return *std::launder(reinterpret_cast<Item*>(bytes_.data() + sizeof(VenueRecordHeader) +
                                                     (count_ - 1) * sizeof(Item)));
    }
    void commit(VenueRecordHeader header) {
        header.count = static_cast<std::uint32_t>(count_);
        std::memcpy(bytes_.data(), &header, sizeof header);
        ring_.commit(sizeof header + count_ * sizeof(Item));
    }

private:
    book::ByteRing& ring_;
    std::span<std::byte> bytes_;
    std::size_t count_ = 0;
};

/// A level that several fills of one command changed is told once, as it stands in the end. Equal
/// prices follow each other there, so that the last item is all there is to look at.
bool merge(VenueLevelItem& last, const VenueLevelItem& item) {
    if (last.instrument != item.instrument || last.side != item.side || last.price != item.price)
        return false;
    last = item;
    return true;
}

}  // namespace

VenueMarketOutput::VenueMarketOutput(MarketInput shard) : shard_{shard} {
    book::ensure(shard_.records->capacity() >= ring_bytes_min);
}

void VenueMarketOutput::hand_over() {
    if (!std::exchange(written_, false)) return;
    shard_.records->publish();
    if (shard_.waker != nullptr) shard_.waker->wake();
}

bool VenueMarketOutput::send_mark(VenueRecordKind kind, book::TimeNs now) {
    const std::span<std::byte> room = shard_.records->reserve(sizeof(VenueRecordHeader));
    if (room.data() == nullptr) return false;
    const VenueRecordHeader header{
        .kind = kind, .time_ns = count_of(now), .ready_ns = count_of(now)};
    std::memcpy(room.data(), &header, sizeof header);
    shard_.records->commit(sizeof header);
    written_ = true;
    return true;
}

bool VenueMarketOutput::send_stopped(book::TimeNs now) {
    return send_mark(VenueRecordKind::stopped, now);
}

// ---------------------------------------------------------------------------------- whole books

bool VenueMarketOutput::send_books(const txn::Venue& venue, book::TimeNs now) {
    if (!opened_) {
        if (!send_mark(VenueRecordKind::opening, now)) return false;
        opened_ = true;
    }
    const std::size_t instruments = venue.settings().instruments.size();
    for (; next_book_ < 2 * instruments; ++next_book_) {
        const auto instrument = static_cast<txn::InstrumentId>(next_book_ / 2);
        const txn::Side side = next_book_ % 2 == 0 ? txn::Side::buy : txn::Side::sell;
        if (!send_levels(venue, instrument, side, now)) return false;
        at_ = 0;
    }
    if (next_book_ == 2 * instruments) {
        if (!send_states(venue, now)) return false;
        ++next_book_;
        at_ = 0;
    }
    if (!send_mark(VenueRecordKind::ready, now)) return false;
    opened_ = false;
    next_book_ = 0;
    return true;
}

bool VenueMarketOutput::send_levels(const txn::Venue& venue, txn::InstrumentId instrument,
                                    txn::Side side, book::TimeNs now) {
    const VenueRecordHeader header{
        .kind = VenueRecordKind::levels, .time_ns = count_of(now), .ready_ns = count_of(now)};
    std::array<book::Level, venue_record_items_max> levels;
    for (;;) {
        const std::size_t count = venue.levels(instrument, side, at_, levels);
        if (count == 0) return true;
        ItemRoom<VenueLevelItem> room{*shard_.records};
        if (room.no_room()) return false;
        for (const book::Level& level : std::span{levels}.first(count))
            room.add(item_of(instrument, side, level));
        room.commit(header);
        written_ = true;
        at_ += count;
    }
}

bool VenueMarketOutput::send_states(const txn::Venue& venue, book::TimeNs now) {
    const VenueRecordHeader header{
        .kind = VenueRecordKind::states, .time_ns = count_of(now), .ready_ns = count_of(now)};
    const std::size_t instruments = venue.settings().instruments.size();
    while (at_ < instruments) {
        ItemRoom<VenueStateItem> room{*shard_.records};
        if (room.no_room()) return false;
        for (; at_ < instruments && !room.full(); ++at_) {
            const auto id = static_cast<txn::InstrumentId>(at_);
            room.add({static_cast<std::uint32_t>(id),
                      static_cast<std::uint32_t>(venue.market_state(id))});
        }
        room.commit(header);
        written_ = true;
    }
    return true;
}

// ------------------------------------------------------------------------------------- outcomes

bool VenueMarketOutput::send(const txn::ReleasedOutcome& outcome, book::TimeNs now) {
    const std::int64_t ready_ns = count_of(now);
    const VenueRecordHeader header{
        .lsn = static_cast<std::uint64_t>(outcome.lsn),
        .time_ns = outcome.events.empty() ? ready_ns : count_of(outcome.events.front().time),
        .ready_ns = ready_ns};
    switch (part_) {
        case Part::trades:
            if (!send_trades(header, outcome.events)) return false;
            part_ = Part::levels;
            at_ = 0;
            [[fallthrough]];
        case Part::levels:
            if (!send_levels(header, outcome.levels)) return false;
            part_ = Part::states;
            at_ = 0;
            [[fallthrough]];
        case Part::states:
            if (!send_states(header, outcome.events)) return false;
            part_ = Part::trades;
            at_ = 0;
    }
    return true;
}

/// `take(source, room)` puts what there is of a source into the room; nothing, for most. A record
/// is opened only where something is to be told, so that a full ring stops no other outcome.
template <class Item, class Source, class Take>
bool VenueMarketOutput::send_items(VenueRecordHeader header, std::span<const Source> from,
                                   Take&& take) {
    const auto is_told = [&](std::size_t i) { return take(from[i], nullptr); };
    while (at_ < from.size()) {
        if (!is_told(at_)) {
            ++at_;
            continue;
        }
        ItemRoom<Item> room{*shard_.records};
        if (room.no_room()) return false;
        for (; at_ < from.size() && !room.full(); ++at_)
            static_cast<void>(take(from[at_], &room));
        room.commit(header);
        written_ = true;
    }
    return true;
}

/// A fill is told twice, once for each side; the one that took says who the aggressor was.
bool VenueMarketOutput::send_trades(const VenueRecordHeader& header,
                                    std::span<const txn::Event> events) {
    VenueRecordHeader own = header;
    own.kind = VenueRecordKind::trades;
    return send_items<VenueTradeItem>(
        own, events, [](const txn::Event& event, ItemRoom<VenueTradeItem>* room) {
            if (event.kind != txn::EventKind::filled || event.fill.is_maker) return false;
            if (room != nullptr)
                room->add({.instrument = static_cast<std::uint32_t>(event.order.instrument),
                           .aggressor = event.order.side,
                           .price = event.fill.price,
                           .quantity = event.fill.quantity,
                           .trade = static_cast<std::uint64_t>(event.fill.trade)});
            return true;
        });
}

bool VenueMarketOutput::send_levels(const VenueRecordHeader& header,
                                    std::span<const txn::LevelEvent> levels) {
    VenueRecordHeader own = header;
    own.kind = VenueRecordKind::levels;
    return send_items<VenueLevelItem>(
        own, levels, [](const txn::LevelEvent& event, ItemRoom<VenueLevelItem>* room) {
            if (room == nullptr) return true;
            book::Level level = event.level;
            if (level.order_count == 0) level.open = {};
            const VenueLevelItem item = item_of(event.instrument, event.side, level);
            if (room->empty() || !merge(room->last(), item)) room->add(item);
            return true;
        });
}

bool VenueMarketOutput::send_states(const VenueRecordHeader& header,
                                    std::span<const txn::Event> events) {
    VenueRecordHeader own = header;
    own.kind = VenueRecordKind::states;
    return send_items<VenueStateItem>(
        own, events, [](const txn::Event& event, ItemRoom<VenueStateItem>* room) {
            if (event.kind != txn::EventKind::state) return false;
            if (room != nullptr)
                room->add({static_cast<std::uint32_t>(event.instrument),
                           static_cast<std::uint32_t>(event.market_state)});
            return true;
        });
}

}  // namespace tickweir::gateway
