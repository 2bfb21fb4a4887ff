// One feed of a venue's JSON inside one market shard: its books, what they make the store and the
// serving threads hear, and what the feed is asked for where a book is lost. Takes records, reads
// no clock and never waits.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "book/budget.hpp"
#include "gateway/feeds/json_books.hpp"
#include "gateway/market/json_assembly.hpp"
#include "gateway/market/json_record.hpp"
#include "gateway/market/market_jobs.hpp"
#include "gateway/market/market_output.hpp"
#include "gateway/market/market_writer.hpp"
#include "gateway/market/resync_wish.hpp"
#include "store/market_store.hpp"

namespace tickweir::gateway {

/// What a JSON feed is to its shard.
struct JsonMarketOptions {
    std::string feed;  ///< its name, for the log
    codecs::json::VenueId venue{};
    std::uint32_t shard = 0;  ///< that has all of its instruments
    JsonBooksLimits limits{};
    /// The longest frame or answer, its target included.
    std::size_t text_bytes_max = (std::size_t{32} << 20) + (std::size_t{64} << 10);
    ResyncLink resync{};
    /// A book that a subscription should have brought is asked for again after so long.
    std::chrono::nanoseconds snapshot_wait{10'000'000'000};
};

/// Counts of a feed as its shard sees it.
struct JsonMarketCounts {
    std::uint64_t texts = 0;  ///< frames and answers taken
    /// Of them, those not understood, too long, or with an impossible number; by FrameStatus.
    std::array<std::uint64_t, frame_status_kinds> refused{};
    std::uint64_t snapshots = 0;       ///< books replaced
    std::uint64_t losses = 0;          ///< times that a book in sync went out of it
    std::uint64_t wishes = 0;          ///< for books to be sent again
    std::uint64_t overdue = 0;         ///< of them: nothing had come of a subscription
    std::uint64_t wishes_dropped = 0;  ///< of them: the feed cannot do anything about it
    std::uint64_t foreign = 0;         ///< instruments that another feed has already
    std::uint64_t trade_ids_cut = 0;   ///< trades whose id is too long to be kept
    std::int64_t levels = 0;           ///< held in all books, as of the last flush_depths()
};

class JsonMarket final : public InstrumentSource {
public:
    JsonMarket(JsonMarketOptions options, store::MarketStore& store, MarketOutput& output,
               MarketJobs& jobs, book::MemoryBudget* budget);

    /// Applies one record. Before: jobs().empty(), and room_for_text() of what it completes. Its
    /// json_record_padding bytes are readable.
    void apply(const JsonRecordHeader& header, std::span<const std::byte> record);

    /// Writes the depth of all instruments that changed since the last call to the store; answers
    /// how many.
    std::size_t flush_depths();

    const JsonBooks& books() const { return *books_; }
    const JsonMarketCounts& counts() const { return counts_; }

    // InstrumentSource
    Begun send_levels(std::size_t link, book::InstrumentId instrument, std::size_t from) override;
    Begun send_orders(std::size_t link, book::InstrumentId instrument, std::size_t from) override;
    store::Quote quote(book::InstrumentId instrument) const override;
    store::InstrumentStatus status(book::InstrumentId instrument) override;
    std::int64_t last_event_ns(book::InstrumentId instrument) const override {
        return known_[index_of(instrument)].last_event_ns;
    }

private:
    struct Listener;
    /// What we know of an instrument beside its book.
    struct Known {
        std::uint32_t id = none;  ///< in the store
        bool depth_dirty = false;
        store::SyncReason reason = store::SyncReason::awaiting_snapshot;
        std::uint64_t touches = 0;  ///< changes of the touch
        std::int64_t last_event_ns = 0;
        std::int64_t levels = 0;      ///< as counted last
        std::int64_t without_ns = 0;  ///< since when it has no good book, or was asked for late
    };
    struct Connection {
        bool is_open = false;
        std::int64_t heard_ns = 0;  ///< when it was opened or a subscription was accepted, last
    };
    static constexpr std::uint32_t none = ~std::uint32_t{0};

    void take_text(const JsonRecordHeader& header, std::span<const std::byte> record);
    void begin_session();
    void log_refusal(codecs::json::FrameStatus status, std::string_view text);
    void register_instrument(std::uint32_t index);
    void replaced(std::uint32_t index, const EventTimes& times);
    void feed_is(store::SyncReason reason);
    void wish(std::uint32_t index, std::uint32_t connection, ResyncKind kind);
    void send_wishes();
    void note_connection(std::uint32_t number, bool is_open);
    void ask_for_overdue();
    void mark_depth(std::uint32_t index);
    void put_depth(std::uint32_t index);
    void put_quote(std::uint32_t index, const EventTimes& times);
    store::Quote quote_of(std::uint32_t index, const store::Times& times) const;
    store::Scale scale_of(std::uint32_t index) const;
    EventTimes times_of(const JsonTimes& times) const;
    std::uint32_t index_of(book::InstrumentId instrument) const {
        return indices_[static_cast<std::size_t>(instrument)];
    }

    JsonMarketOptions options_;
    MarketWriter writer_;
    book::MemoryBudget* budget_;
    std::unique_ptr<JsonBooks> books_;  // made again for each session
    JsonAssembly assembly_;
    std::vector<Known> known_;                // by index in books_, the same in every session
    std::vector<std::uint32_t> indices_;      // by store id
    std::vector<std::uint32_t> depth_dirty_;  // indices
    std::vector<LevelItem> items_;            // of the change at hand
    std::vector<ResyncWish> wishes_;          // for which the ring has no room yet
    std::vector<Connection> connections_;
    JsonMarketCounts counts_;
    store::SyncReason feed_reason_ = store::SyncReason::none;
    // Of the record at hand.
    std::int64_t received_ns_ = 0;
    std::int64_t time_ns_ = 0;
    std::int64_t shift_ns_ = 0;
    std::int64_t next_log_ns_ = 0;
    std::uint64_t unlogged_ = 0;  // refusals since the last one that was logged
};

}  // namespace tickweir::gateway
