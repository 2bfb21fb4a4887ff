// From what the markets say to W and X for those who asked: nets what a turn brought, encodes it
// once for all that have the same view, holds back what a slow session could not take, and brings
// it up to date later. One owner thread; times are passed in.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "book/depth_window.hpp"
#include "book/types.hpp"
#include "gateway/fix/market_data/body.hpp"
#include "gateway/fix/market_data/desk_parts.hpp"
#include "gateway/fix/market_data/entries.hpp"
#include "gateway/market/market_event.hpp"
#include "gateway/replica/instrument_state.hpp"

namespace tickweir::gateway::fix::market_data {

class StatusDesk;

class Publisher {
public:
    Publisher(const DeskParts& parts, StatusDesk& statuses);

    void set_now(book::TimeNs now) { now_ = now; }

    // ------------------------------------------------- what a replica::MarketInput has to tell
    /// Never: a session that does not read is conflated, and others do not wait for it.
    static bool full() { return false; }
    void quote_changed(std::uint32_t) {}
    bool change_levels(std::uint32_t instrument, std::span<const LevelItem> items);
    void levels_lost(std::uint32_t instrument);
    void orders_changed(std::uint32_t, std::span<const OrderItem>) {}
    void orders_do_not_fit(std::uint32_t) {}
    void traded(std::uint32_t instrument, const store::Trade& trade);
    void status_changed(std::uint32_t instrument);
    void sync_changed(std::uint32_t instrument);
    void begun(std::uint32_t instrument, Watch watch) { replaced(instrument, watch); }
    void replaced(std::uint32_t instrument, Watch watch);

    // ----------------------------------------------------------------------------------- requests
    /// Gives a new subscription its first message: now, or once its book is known.
    void start(std::uint32_t subscription);
    /// Answers a snapshot, now or once its book is known; its subscription ends with that.
    void answer(std::uint32_t subscription);
    /// Ends a request, without a word.
    void end(std::uint32_t request);
    /// Ends it with a MarketDataRequestReject; `reason` 0 is none of the standard's.
    void end(std::uint32_t request, char reason, std::string_view text);
    void reject(SessionId session, std::string_view id, char reason, std::string_view text);

    // --------------------------------------------------------------------------------------- time
    /// Sends what a turn has brought. settle() follows, as behind all others that send.
    void publish();
    /// Behind the books: why they went or came, to each session once; and the end of requests that
    /// a message of did not get out.
    void settle();
    /// Brings sessions that have caught up to the newest state, and ends what has waited too long.
    /// Whether there was any.
    bool catch_up();
    /// When there may be something to do besides what comes in.
    std::optional<book::TimeNs> next_due() const;

private:
    const replica::InstrumentState& state_of(const Stream& stream) const {
        return parts_.instruments[stream.instrument];
    }
    bool known(std::uint32_t instrument, const View& view) const;
    bool trusted(std::uint32_t instrument, const View& view) const;
    Stream& touch(std::uint32_t stream);
    void now_holds(Subscription& subscription, Holds holds);

    // A stream's turn.
    bool publish(std::uint32_t stream);
    void blank(Stream& stream);
    void refresh(std::uint32_t stream);
    void update(Stream& stream);
    void choose_recipients(Stream& stream, std::uint64_t prev);
    void fall_behind(Subscription& subscription, std::uint64_t prev);
    /// Full refreshes that do not fit one message end.
    void too_long(std::vector<std::uint32_t> subscriptions);

    // One subscription's way to the newest state.
    void bring(std::uint32_t subscription);
    void bring_book(std::uint32_t subscription);
    void first_of_tape(std::uint32_t subscription);
    bool catch_up(SessionId session);
    bool expire_waiting();
    void answer_waiting(std::uint32_t instrument);

    // Trades.
    void publish_trades(std::uint32_t instrument);
    void replay_trades(std::uint32_t instrument);
    void replay_trades_to(std::uint32_t subscription);
    std::span<const store::Trade> recent_trades(std::uint32_t instrument);
    std::optional<store::Trade> trade_of(std::uint32_t instrument, std::uint64_t index);
    std::uint64_t last_trade(std::uint32_t instrument) const;

    // Messages to recipients_, in publisher_text.cpp.
    /// A book as it stands, in W and, where it does not fit, further X. False, and nothing sent,
    /// where it does not fit and only W may be sent.
    bool write_book(std::uint32_t instrument, const View& view,
                    const std::optional<store::Trade>& trade);
    bool put_in_snapshot(const EntryShape& shape, book::Side side, const book::Level& level,
                         std::size_t rank, bool& timed);
    void write_nothing(std::uint32_t instrument);
    struct Told {
        Action action{};
        book::Level level;
        std::size_t rank = 0;
    };
    std::optional<Told> told_of(const Stream& stream, const replica::TouchedRow& row) const;
    /// What stands at the rows now. Whether there was anything to tell.
    bool write_rows(const Stream& stream, std::span<const replica::TouchedRow> rows);
    void write_trades(std::uint32_t instrument, std::span<const store::Trade> trades);
    template <class Write>
    void put(Write&& write);
    void flush_snapshot(std::uint32_t instrument);
    void flush_incremental();
    void send_body(std::string_view msg_type);
    std::string_view fields_of(std::uint32_t instrument) const {
        return instrument_fields(parts_, instrument);
    }

    DeskParts parts_;
    StatusDesk& statuses_;
    Body body_;
    std::size_t entries_ = 0;  // in body_
    book::TimeNs now_{};
    std::vector<std::uint32_t> due_;         // streams to publish
    std::vector<std::uint32_t> traded_;      // instruments
    std::vector<std::uint32_t> begun_;       // instruments
    std::vector<std::uint32_t> recipients_;  // subscriptions: of the message at hand
    std::vector<std::uint32_t> firsts_;      // subscriptions: of those who start with a trade
    std::vector<std::uint32_t> lost_;        // requests that a message of was refused
    std::vector<std::uint32_t> tapes_;       // subscriptions whose trades may follow from now on
    struct SyncTold {
        SessionId session{};
        std::uint32_t instrument = 0;
        friend constexpr auto operator<=>(const SyncTold&, const SyncTold&) = default;
    };
    std::vector<SyncTold> told_;     // sessions whose book of an instrument went or came again
    std::vector<SessionId> behind_;  // sessions
    std::vector<replica::TouchedRow> rows_;  // of one that is brought up to date
    std::vector<store::Trade> trades_;       // copied from the store
};

}  // namespace tickweir::gateway::fix::market_data
