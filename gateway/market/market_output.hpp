// What a market shard says to the serving threads: who watches what, and records in their rings.
// Owned by the shard's thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "book/byte_ring.hpp"
#include "book/ensure.hpp"
#include "book/ring.hpp"
#include "gateway/market/feed_record.hpp"
#include "gateway/market/market_event.hpp"
#include "gateway/runtime/reactor.hpp"

namespace tickweir::gateway {

/// One serving thread as a market shard sees it.
struct ServingLink {
    book::ByteRing* events = nullptr;                  ///< market → serving
    book::SpscRing<WatchRequest>* requests = nullptr;  ///< serving → market
    Waker* waker = nullptr;                            ///< of the serving thread; may be none
};

/// Times that a record carries.
struct EventTimes {
    std::int64_t exchange_ns = 0;
    std::int64_t received_ns = 0;
};

class MarketOutput {
public:
    /// What one message of a feed can make a serving thread be sent, at most: a record of each kind
    /// with one item, two for levels.
    static constexpr std::size_t bytes_per_message_max =
        book::ByteRing::record_bytes(sizeof(MarketEventHeader) + sizeof(store::Quote)) +
        book::ByteRing::record_bytes(sizeof(MarketEventHeader) + 2 * sizeof(LevelItem)) +
        book::ByteRing::record_bytes(sizeof(MarketEventHeader) + sizeof(OrderItem)) +
        book::ByteRing::record_bytes(sizeof(MarketEventHeader) + sizeof(store::Trade));
    static constexpr std::size_t record_bytes_max =
        sizeof(MarketEventHeader) + sizeof(store::Quote);

    /// The least ring that the largest record of a feed cannot block for ever.
    static constexpr std::size_t ring_bytes_min = 256U << 10;
    static_assert(feed_record_messages_max * bytes_per_message_max + record_bytes_max + 64 <=
                  ring_bytes_min);

    /// What one record may hold, and what room_for_text() asks for at most: both together fit any
    /// ring that is empty.
    static constexpr std::size_t items_bytes_max = 48U << 10;
    static constexpr std::size_t text_room_max = 128U << 10;
    static_assert(text_room_max + items_bytes_max + record_bytes_max + 64 <= ring_bytes_min);

    MarketOutput(std::vector<ServingLink> links, std::size_t instruments)
        : links_{std::move(links)},
          instruments_{instruments},
          watches_(links_.size() * instruments),
          beginnings_(links_.size() * instruments),
          any_(instruments),
          written_(links_.size()) {
        for (const ServingLink& link : links_)
            book::ensure(link.events->capacity() >= ring_bytes_min);
    }

    std::size_t link_count() const { return links_.size(); }
    const ServingLink& link(std::size_t i) const { return links_[i]; }

    /// What anyone watches of an instrument; 0 for nearly all, nearly always.
    std::uint8_t watched(book::InstrumentId instrument) const { return any_[index(instrument)]; }
    std::uint8_t watched(std::size_t link, book::InstrumentId instrument) const {
        return watches_[link * instruments_ + index(instrument)];
    }
    void set_watches(std::size_t link, book::InstrumentId instrument, std::uint8_t watches) {
        watches_[link * instruments_ + index(instrument)] = watches;
        std::uint8_t any = 0;
        for (std::size_t i = 0; i < links_.size(); ++i)
            any = static_cast<std::uint8_t>(any | watched(i, instrument));
        any_[index(instrument)] = any;
    }

    /// Watches whose beginning has still to be sent; until then their changes are not, for the
    /// beginning will contain them.
    std::uint8_t& beginnings(std::size_t link, book::InstrumentId instrument) {
        return beginnings_[link * instruments_ + index(instrument)];
    }

    /// Whether every link has room for what so many messages can cause.
    bool room_for_messages(std::size_t messages) {
        for (ServingLink& link : links_)
            if (!link.events->fits(messages * bytes_per_message_max, record_bytes_max))
                return false;
        return true;
    }

    /// Whether every link has room for what a text of so many bytes usually causes. What it causes
    /// beyond that is sent as beginnings.
    bool room_for_text(std::size_t bytes) {
        // A row of a book takes ten characters at least and an item of 24 bytes; a trade or a touch
        // takes three times as many, and a record of 120.
        const std::size_t room = std::min(bytes * 4 + 2 * bytes_per_message_max, text_room_max);
        for (ServingLink& link : links_)
            if (!link.events->fits(room, items_bytes_max + sizeof(MarketEventHeader))) return false;
        return true;
    }

    /// To one link; false, and nothing sent, when its ring is full.
    template <class Item>
    [[nodiscard]] bool send(std::size_t link, const MarketEventHeader& header,
                            std::span<const Item> items) {
        book::ByteRing& ring = *links_[link].events;
        const std::size_t bytes = sizeof header + items.size_bytes();
        const std::span<std::byte> room = ring.reserve(bytes);
        if (room.data() == nullptr) return false;
        std::memcpy(room.data(), &header, sizeof header);
        if (!items.empty())
            std::memcpy(room.data() + sizeof header, items.data(), items.size_bytes());
        ring.commit(bytes);
        written_[link] = 1;
        return true;
    }

    /// To all that watch, and have the beginning already. `missed(link)` is called for each that
    /// has no room: its beginning has to come again. A record has at most items_bytes_max of items.
    template <class Item, class Missed>
    void send_to_watchers(Watch watch, const MarketEventHeader& header, std::span<const Item> items,
                          Missed&& missed) {
        book::ensure(items.size_bytes() <= items_bytes_max);
        for (std::size_t i = 0; i < links_.size(); ++i)
            if ((watched(i, header.instrument) & ~beginnings(i, header.instrument) &
                 static_cast<std::uint8_t>(watch)) != 0 &&
                !send(i, header, items)) [[unlikely]]
                missed(i);
    }

    /// Whether anything was sent since publish().
    bool unpublished() const {
        return std::ranges::any_of(written_, [](std::uint8_t written) { return written != 0; });
    }

    /// Shows the links what was sent, and wakes those that sleep.
    void publish() {
        for (std::size_t i = 0; i < links_.size(); ++i) {
            if (written_[i] == 0) continue;
            written_[i] = 0;
            links_[i].events->publish();
            if (links_[i].waker != nullptr) links_[i].waker->wake();
        }
    }

private:
    static std::size_t index(book::InstrumentId id) { return static_cast<std::size_t>(id); }

    std::vector<ServingLink> links_;
    std::size_t instruments_;
    std::vector<std::uint8_t> watches_;     // by link and instrument
    std::vector<std::uint8_t> beginnings_;  // likewise
    std::vector<std::uint8_t> any_;         // by instrument: those of all links together
    std::vector<std::uint8_t> written_;     // by link: unpublished records
};

}  // namespace tickweir::gateway
