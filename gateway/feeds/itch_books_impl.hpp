// The hot half of itch_books.hpp: the look-ahead loop and what each message type does.
#pragma once

#include <bit>

#include "gateway/feeds/itch_books.hpp"

namespace tickweir::gateway {

inline void ItchCounts::add(const ItchCounts& other) {
    messages += other.messages;
    bytes += other.bytes;
    for (std::size_t i = 0; i < by_type.size(); ++i)
        by_type[i] += other.by_type[i];
    for (std::size_t i = 0; i < rejected.size(); ++i)
        rejected[i] += other.rejected[i];
}

/// What each message type does to books, instruments and the listener.
template <class Books, std::size_t Ahead>
template <class Listener>
struct BasicItchBooks<Books, Ahead>::Visitor {
    BasicItchBooks& self;
    Listener& listener;

    // ------------------------------------------------------------------------ session, directory
    void operator()(const codecs::itch::SystemEvent& m) {
        constexpr char start_of_messages = 'O';
        // Asked of the feed, not of the books: shards without orders begin again with the others.
        if (m.event_code != start_of_messages || self.untouched_) return;
        self.begin_session();
        if constexpr (requires { listener.on_session(); }) listener.on_session();
    }

    void operator()(const codecs::itch::StockDirectory& m) {
        if (self.shard_.owns(m.stock_locate)) announce(m);
    }

    void operator()(const codecs::itch::StockTradingAction& m) {
        ItchInstrument* instrument = known(m);
        if (instrument == nullptr) return;
        switch (m.trading_state) {
            case 'T':
                instrument->state = TradingState::trading;
                break;
            case 'H':
                instrument->state = TradingState::halted;
                break;
            case 'P':
                instrument->state = TradingState::paused;
                break;
            case 'Q':
                instrument->state = TradingState::quotation_only;
                break;
            default:
                instrument->state = TradingState::unknown;
        }
        if constexpr (requires { listener.on_state(std::uint16_t{}); })
            listener.on_state(m.stock_locate);
    }

    // ------------------------------------------------------------------------------------ orders
    void operator()(const codecs::itch::AddOrder& m) { add(m, {}); }

    void operator()(const codecs::itch::AddOrderWithMpid& m) {
        std::uint32_t participant = 0;
        static_assert(sizeof participant == sizeof m.attribution);
        std::memcpy(&participant, &m.attribution, sizeof participant);
        add(m, book::Participant{participant});
    }

    void operator()(const codecs::itch::OrderExecuted& m) {
        ItchInstrument* instrument = known(m);
        if (instrument == nullptr) return;
        const book::BookChange change = self.books_.execute(id(m), order_id(m.order_ref),
                                                            quantity_of_shares(m.executed_shares));
        if (!applied(m, *instrument, change, m.order_ref)) return;
        trade(m, *instrument, m.order_ref,
              {change.price, change.quantity, m.match_number, opposite(change.side)});
    }

    void operator()(const codecs::itch::OrderExecutedWithPrice& m) {
        ItchInstrument* instrument = known(m);
        if (instrument == nullptr) return;
        const book::BookChange change = self.books_.execute(id(m), order_id(m.order_ref),
                                                            quantity_of_shares(m.executed_shares));
        if (!applied(m, *instrument, change, m.order_ref)) return;
        if (m.printable != 'Y') return;
        trade(m, *instrument, m.order_ref,
              {price_of_price4(m.execution_price4), change.quantity, m.match_number,
               opposite(change.side)});
    }

    void operator()(const codecs::itch::OrderCancel& m) {
        ItchInstrument* instrument = known(m);
        if (instrument == nullptr) return;
        applied(m, *instrument,
                self.books_.reduce(id(m), order_id(m.order_ref),
                                   quantity_of_shares(m.cancelled_shares)),
                m.order_ref);
    }

    void operator()(const codecs::itch::OrderDelete& m) {
        ItchInstrument* instrument = known(m);
        if (instrument == nullptr) return;
        applied(m, *instrument, self.books_.remove(id(m), order_id(m.order_ref)), m.order_ref);
    }

    void operator()(const codecs::itch::OrderReplace& m) {
        ItchInstrument* instrument = known(m);
        if (instrument == nullptr) return;
        applied(
            m, *instrument,
            self.books_.replace(id(m), order_id(m.original_order_ref), order_id(m.new_order_ref),
                                price_of_price4(m.price4), quantity_of_shares(m.shares)),
            m.original_order_ref, m.new_order_ref);
    }

    // ---------------------------------------------------------------------------- trades, the rest
    void operator()(const codecs::itch::Trade& m) {
        ItchInstrument& instrument = learned(m);
        if (m.shares == 0) return self.refuse(ItchReject::zero_quantity);
        instrument.touch(m.timestamp_ns);
        trade(m, instrument, 0,
              {price_of_price4(m.price4), quantity_of_shares(m.shares), m.match_number,
               std::nullopt});
    }

    void operator()(const codecs::itch::CrossTrade& m) {
        ItchInstrument& instrument = learned(m);
        // The only quantity of 64 bits on the wire.
        const book::Quantity crossed = quantity_of_shares(m.shares);
        std::int64_t sum = 0;
        if (crossed.lots < 0 ||
            __builtin_add_overflow(instrument.cross_volume.lots, crossed.lots, &sum)) [[unlikely]]
            return self.refuse(ItchReject::quantity_overflow);
        instrument.cross_volume = {sum};
    }

    // Their locate is always 0: they concern the market, or name their stock only.
    void operator()(const codecs::itch::IpoQuotingPeriod&) {}
    void operator()(const codecs::itch::MwcbDeclineLevel&) {}
    void operator()(const codecs::itch::MwcbStatus&) {}

    /// No effect on books, but the instrument has to be known.
    template <class Message>
    void operator()(const Message& m) {
        (void)known(m);
    }

private:
    template <class Message>
    static book::InstrumentId id(const Message& m) {
        return instrument_id(m.stock_locate);
    }

    template <class Message>
    static std::array<char, 8> name(const Message& m) {
        std::array<char, 8> name;
        static_assert(sizeof m.stock == sizeof name);
        std::memcpy(name.data(), &m.stock, sizeof name);
        return name;
    }

    template <class Message>
    ItchInstrument* known(const Message& m) {
        ItchInstrument& instrument = self.instruments_[m.stock_locate];
        if (instrument.known) [[likely]]
            return &instrument;
        self.refuse(ItchReject::unknown_locate);
        return nullptr;
    }

    template <class Message>
    ItchInstrument& learned(const Message& m) {
        ItchInstrument& instrument = self.instruments_[m.stock_locate];
        if (!instrument.known) [[unlikely]]
            announce(m);
        return instrument;
    }

    template <class Message>
    void announce(const Message& m) {
        self.instruments_.announce(m.stock_locate, name(m));
        if constexpr (requires { listener.on_instrument(std::uint16_t{}); })
            listener.on_instrument(m.stock_locate);
    }

    template <class Message>
    void refuse(const Message& m, ItchReject why, ItchInstrument& instrument) {
        self.refuse(why, instrument);
        if constexpr (requires { listener.on_lost_sync(std::uint16_t{}); })
            listener.on_lost_sync(m.stock_locate);
    }

    template <class Message>
    [[gnu::always_inline]] void add(const Message& m, book::Participant participant) {
        ItchInstrument& instrument = learned(m);
        if (m.side != 'B' && m.side != 'S') [[unlikely]]
            return refuse(m, ItchReject::bad_side, instrument);
        applied(
            m, instrument,
            self.books_.add(id(m), order_id(m.order_ref),
                            m.side == 'B' ? book::Side::buy : book::Side::sell,
                            price_of_price4(m.price4), quantity_of_shares(m.shares), participant),
            m.order_ref);
    }

    template <class Message>
    [[gnu::always_inline]] bool applied(const Message& m, ItchInstrument& instrument,
                                        const book::BookChange& change, std::uint64_t order,
                                        std::uint64_t new_order = 0) {
        if (!change.ok()) [[unlikely]] {
            refuse(m, reject_of(change.status), instrument);
            return false;
        }
        instrument.touch(m.timestamp_ns);
        if constexpr (requires { listener.on_change(ItchEvent{}, change); })
            listener.on_change(event(m, order, new_order), change);
        return true;
    }

    template <class Message>
    void trade(const Message& m, ItchInstrument& instrument, std::uint64_t order,
               const ItchTrade& trade) {
        instrument.note_trade(trade.price, trade.quantity);
        if constexpr (requires { listener.on_trade(ItchEvent{}, trade); })
            listener.on_trade(event(m, order, 0), trade);
    }

    template <class Message>
    static ItchEvent event(const Message& m, std::uint64_t order, std::uint64_t new_order) {
        return {m.type, id(m), m.timestamp_ns, book::OrderId{order}, book::OrderId{new_order}};
    }
};

template <class Books, std::size_t Ahead>
template <class Listener>
bool BasicItchBooks<Books, Ahead>::apply_one(codecs::Bytes message, Listener& listener) {
    // What concerns every shard is counted by one.
    const bool counted = shard_.owns(itch_peek::locate(message));
    if (counted) [[likely]] {
        ++counts_.messages;
        counts_.bytes += message.size();
        if (!message.empty()) ++counts_.by_type[static_cast<std::uint8_t>(message[0])];
    }
    const std::uint64_t refusals_before = refusals_;
    const codecs::itch::DecodeStatus status =
        codecs::itch::decode(message, Visitor<Listener>{*this, listener});
    if (status != codecs::itch::DecodeStatus::ok) [[unlikely]] {
        const bool unknown = status == codecs::itch::DecodeStatus::unknown_type;
        if (counted) refuse(unknown ? ItchReject::unknown_type : ItchReject::bad_length);
        // A damaged message may have been an event of any book; its locate cannot be trusted.
        if (!unknown) {
            on_lost();
            if constexpr (requires { listener.on_all_lost_sync(); }) listener.on_all_lost_sync();
        }
    }
    untouched_ = false;
    return refusals_ == refusals_before;
}

template <class Books, std::size_t Ahead>
template <class Listener>
ItchProgress BasicItchBooks<Books, Ahead>::apply(codecs::Bytes frames, Listener&& listener,
                                                 const ItchStop& stop) {
    std::array<ItchPending, std::bit_ceil(Ahead + 1)> ring;
    const auto slot = [&](std::size_t message) -> ItchPending& {
        return ring[message & (ring.size() - 1)];
    };
    ItchFramer framer{frames, shard_, stop};
    ItchLookAhead<Books> look_ahead{books_, instruments_};
    std::size_t framed = 0;   // put into the ring
    std::size_t applied = 0;  // taken out of it
    for (bool more = true;;) {
        if (more) [[likely]] {
            more = framer.next(slot(framed));
            if (more) [[likely]] {
                if constexpr (Ahead != 0) look_ahead.on_message(slot(framed).message);
                if (++framed - applied <= Ahead) continue;
            }
        }
        if (applied == framed) return framer.progress;
        const ItchPending& due = slot(applied++);
        if (!apply_one(due.message, listener) && stop.at_refusal) [[unlikely]]
            return {ItchStopped::at_refusal, due.end, applied};
    }
}

}  // namespace tickweir::gateway
