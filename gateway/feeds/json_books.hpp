// JSON venue → books: the one translation that replay, live feeds, benchmarks and tests use. Takes
// a venue's frames and HTTP answers, keeps all its books in sync by the venue's rules, knows which
// of them can be trusted, and tells a listener what each text changed. Pure: no clock, file, socket
// or thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "book/types.hpp"
#include "codecs/json/frame_decoder.hpp"
#include "codecs/json/market_frame.hpp"
#include "codecs/json/venue_id.hpp"
#include "gateway/feeds/json_events.hpp"
#include "gateway/feeds/json_instrument.hpp"
#include "gateway/feeds/json_rows.hpp"

namespace tickweir::gateway {

struct JsonBooksLimits {
    std::uint32_t instruments = 10'000;
    std::uint32_t connections = 1'024;
    std::uint32_t levels = 262'144;                            ///< a side
    std::size_t join_bytes = std::size_t{8} << 20;             ///< waiting for one snapshot
    std::size_t join_bytes_together = std::size_t{256} << 20;  ///< for all of them
    std::size_t symbol_bytes = 128;
    codecs::json::FrameLimits frame;
};

struct JsonBooksOptions {
    codecs::json::VenueId venue{};
    /// What only makes a book doubtful (the venue's own touch differs, it is crossed for longer
    /// than a second) takes it out of sync; else it is only counted.
    bool live = false;
    JsonBooksLimits limits{};
    book::MemoryBudget* budget = nullptr;  ///< of all that books keep; outlives them
};

/// Why the last text was refused, for messages to people.
struct JsonRefusal {
    codecs::json::FrameError error;  ///< its views live as long as the text
    std::uint32_t connection = 0;
};

/// All books of a venue. Connections are numbered by the caller, from 0.
///
/// A listener may have, what it lacks costs nothing:
///     on_instrument(index)             a symbol that was not known
///     on_rescaled(index)               its prices and quantities have other decimals from here on
///     on_levels(index, std::span<const book::LevelBookChange>, JsonTimes, bool touch_changed)
///     on_snapshot(index, JsonTimes)    the book was replaced; instruments()[index].book() has it
///     on_trade(index, const JsonTrade&)
///     on_sync(index, SyncState, SyncReason)
///     on_resync_wanted(index, connection, ResyncKind)
///     on_control(connection, const codecs::json::ControlEvent&)
///     on_definition(connection, const codecs::json::DefinitionEvent&)
/// Calls come in the order of the text; on_snapshot before on_sync, and a change only when all of
/// it holds. The listener must not call back. One owner thread.
class JsonBooks {
public:
    explicit JsonBooks(const JsonBooksOptions& options);

    /// Takes a WebSocket frame; `codecs::json::text_padding` bytes behind it must be readable. A
    /// refused one changes nothing, except where nothing that follows would show its loss: there
    /// the connection's books are out of sync. Linear in the text; allocates nothing after warm-up.
    template <class Listener>
    codecs::json::FrameStatus apply_frame(std::uint32_t connection, std::string_view text,
                                          book::TimeNs received, Listener&& listener);

    /// Takes the answer to `GET target` (path?query). An answer to what was asked before the book's
    /// last loss proves nothing and is only counted; without `asked` it is taken for good.
    template <class Listener>
    codecs::json::FrameStatus apply_answer(std::uint32_t connection, std::string_view target,
                                           std::string_view body, book::TimeNs received,
                                           Listener&& listener,
                                           std::optional<book::TimeNs> asked = std::nullopt);

    /// A connection of that number begins: its sequence may start anywhere.
    void on_connected(std::uint32_t connection);

    /// Books that came over it are out of sync. Who lost it connects again: no resync is asked for.
    template <class Listener>
    void on_connection_lost(std::uint32_t connection, book::TimeNs now, Listener&& listener);

    /// Of a connection's recording the next part begins, or another recording. Numbers tell which;
    /// where a loss would not show, books are out of sync as if the connection had been lost.
    template <class Listener>
    void on_other_recording(std::uint32_t connection, book::TimeNs now, Listener&& listener);

    /// Says that this symbol was subscribed to over a connection, before anything came of it.
    /// Answers its index; nothing where that would be beyond the limits. `depth` is the subscribed
    /// number of levels a side, for venues that do not repeat it (0: they do).
    template <class Listener>
    std::optional<std::uint32_t> expect(std::uint32_t connection, std::string_view symbol,
                                        Listener&& listener, std::uint32_t depth = 0);

    /// Judges what only time shows: books that stay crossed. Linear in the instruments.
    template <class Listener>
    void on_tick(book::TimeNs now, Listener&& listener);

    codecs::json::VenueId venue() const { return options_.venue; }
    const VenueRules& rules() const { return rules_; }
    const JsonInstruments& instruments() const { return instruments_; }
    const JsonCounts& counts() const { return counts_; }
    const std::optional<JsonRefusal>& last_refusal() const { return refusal_; }
    /// Which of Binance's two channels of trades counts: that which came first.
    std::optional<bool> trades_are_aggregates() const { return aggregates_; }

private:
    /// The text in hand.
    struct Text {
        std::uint32_t connection = 0;
        std::int64_t received_ns = 0;
        std::string_view frame;     // to be kept where it has to wait; empty: an answer
        std::int64_t asked_ns = 0;  // of an answer; 0: not told
        bool again = false;         // read from a join buffer
        bool bad_number = false;
    };
    template <class Listener>
    struct Step;

    std::optional<std::uint32_t> find(std::string_view symbol) const;
    bool connection_fits(std::uint32_t connection);
    void count(codecs::json::FrameStatus status);
    codecs::json::FrameStatus refuse_number(std::uint32_t connection);

    JsonBooksOptions options_;
    VenueRules rules_;
    codecs::json::FrameDecoder decoder_;
    codecs::json::MarketFrame frame_;
    codecs::json::MarketFrame joined_;  // what waited, decoded again while frame_ is in use
    JsonInstruments instruments_;
    std::vector<ConnectionSequence> sequences_;
    JoinRoom join_room_;
    JsonCounts counts_;
    std::optional<JsonRefusal> refusal_;
    std::optional<bool> aggregates_;
    mutable std::uint32_t last_found_ = 0;

    JsonRows rows_;
    SyncChanges changes_;
};

/// One text and its listener, for the length of a call.
template <class Listener>
struct JsonBooks::Step {
    using Book = codecs::json::BookEvent;
    using Frame = codecs::json::MarketFrame;
    static constexpr std::int64_t crossed_max_ns = 1'000'000'000;
    static constexpr std::uint32_t differences_proving = 2;  // of touches, in a row

    JsonBooks& books;
    Listener& listener;
    Text text;

    // All events.

    void take(const Frame& frame);
    /// Whether the frame is a new one of its connection.
    bool take_number(const Frame& frame);
    void take_control(const codecs::json::ControlEvent& control);
    static bool is_book_channel(std::string_view channel);
    void unsubscribed(std::uint32_t index);

    // Instruments.

    /// The instrument of a symbol, a new one if need be; nothing beyond the limits.
    std::optional<std::uint32_t> instrument(std::string_view symbol);
    void note(JsonInstrument& instrument) const;
    bool is_owner(const JsonInstrument& instrument) const;
    static void own(JsonInstrument& instrument, std::uint32_t connection);

    // Books.

    void take_book(const Frame& frame, const Book& event);
    void take_change(std::uint32_t index, const Frame& frame, const Book& event);
    /// A change of a book that is not in sync waits for the snapshot, or is lost.
    void keep(std::uint32_t index);
    /// It waits where that is the venue's way. False: it had no room, and all that waited is gone.
    bool put_aside(std::uint32_t index);
    void drop_waiting(JsonInstrument& instrument);
    void apply(std::uint32_t index, const Frame& frame, const Book& event);
    void take_snapshot(std::uint32_t index, const Frame& frame, const Book& event);
    JsonTimes times(const Book& event) const;
    static void count_checksum(JsonInstrument& instrument, const SyncRows& rows, SyncReason reason);

    /// The snapshot was asked for: what came before it is read again.
    void join(std::uint32_t index, const Frame& frame, const Book& event);
    /// Whether the first waiting change that the snapshot does not have follows it.
    bool fits_waiting(std::uint32_t index, std::uint64_t snapshot_id);
    /// A gap among them makes the rest wait again.
    void read_waiting(std::uint32_t index);

    /// The event's rows; whoever listens hears first that the instrument became finer.
    SyncReason read_rows(std::uint32_t index, const Frame& frame, const Book& event, SyncRows& out);
    void tell_scale(std::uint32_t index, std::uint32_t version_before);

    // Trades and touches.

    void take_trade(const codecs::json::TradeEvent& event);
    void take_touch(const codecs::json::TouchEvent& event);
    static SyncTouch touch_of(const JsonInstrument& instrument);
    /// One difference proves nothing: venues leave touches out that last for a few ids only, twice
    /// in ten minutes of a recorded session. A book that is wrong stays wrong.
    void judge_touch(std::uint32_t index, OracleVerdict verdict);
    void watch_crossing(std::uint32_t index);
    void judge_crossing(std::uint32_t index, std::int64_t now_ns);

    // Losses.

    /// An event that its book does not take.
    void refuse(std::uint32_t index, SyncReason reason);
    void lose(std::uint32_t index, SyncReason reason, bool resync);
    void tell_sync(std::uint32_t index);
    void want_resync(std::uint32_t index);
    /// Every book in sync that comes over the connection.
    void lose_connection(std::uint32_t connection, SyncReason reason, bool resync);
    /// A frame that says nothing. What it would have said shows later, or never.
    void refused();
};

}  // namespace tickweir::gateway

#include "gateway/feeds/json_books_impl.hpp"
