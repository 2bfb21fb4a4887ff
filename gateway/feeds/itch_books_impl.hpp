// The hot half of itch_books.hpp: the look-ahead loop and what each message type does.
#pragma once

#include <bit>

#include "gateway/feeds/itch_books.hpp"

namespace tickweir::gateway {

constexpr book::InstrumentId instrument_id(std::uint16_t locate) {
    return book::InstrumentId{locate};
}
constexpr book::OrderId order_id(std::uint64_t reference) {
    return book::OrderId{reference};
}

namespace itch_peek {

// Where look-ahead reads before a message is decoded. A, F, E, C, X, D and U carry the reference of
// the order they touch at the same offset; what other types have there is a harmless guess.
inline constexpr std::size_t locate_at = 1;
inline constexpr std::size_t time_at = 5;
inline constexpr std::size_t order_at = 11;
inline constexpr std::size_t side_at = 19;
static_assert(offsetof(codecs::itch::AddOrder, stock_locate) == locate_at);
static_assert(offsetof(codecs::itch::AddOrder, timestamp_ns) == time_at);
static_assert(offsetof(codecs::itch::AddOrder, order_ref) == order_at);
static_assert(offsetof(codecs::itch::AddOrder, side) == side_at);
static_assert(offsetof(codecs::itch::OrderExecuted, order_ref) == order_at);
static_assert(offsetof(codecs::itch::OrderExecutedWithPrice, order_ref) == order_at);
static_assert(offsetof(codecs::itch::OrderCancel, order_ref) == order_at);
static_assert(offsetof(codecs::itch::OrderDelete, order_ref) == order_at);
static_assert(offsetof(codecs::itch::OrderReplace, original_order_ref) == order_at);

template <class Wire>
Wire read(const std::byte* message, std::size_t at) {
    Wire wire;
    std::memcpy(&wire, message + at, sizeof wire);
    return wire;
}

inline std::uint16_t locate(codecs::Bytes message) {
    return message.size() < locate_at + 2
               ? std::uint16_t{0}
               : std::uint16_t{read<codecs::be16>(message.data(), locate_at)};
}

inline std::optional<std::uint64_t> time(codecs::Bytes message) {
    if (message.size() < time_at + 6) return std::nullopt;
    return std::uint64_t{read<codecs::be48>(message.data(), time_at)};
}

struct Hint {
    book::InstrumentId instrument;
    book::OrderId order;
    book::Side side;
};

/// Requires 20 readable bytes, of which the last ones may belong to the next message.
inline Hint hint(const std::byte* message) {
    return {instrument_id(read<codecs::be16>(message, locate_at)),
            order_id(read<codecs::be64>(message, order_at)),
            message[side_at] == std::byte{'S'} ? book::Side::sell : book::Side::buy};
}
inline constexpr std::size_t hint_bytes = side_at + 1;

}  // namespace itch_peek

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
        if (m.event_code != start_of_messages) return;
        if (self.started_ || self.books_.open_orders() != 0) {
            self.begin_session();
            if constexpr (requires { listener.on_session(); }) listener.on_session();
        }
        self.started_ = true;
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
        instrument.cross_volume = instrument.cross_volume + quantity_of_shares(m.shares);
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
    // A system event concerns every shard and is counted by one.
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
    return refusals_ == refusals_before;
}

template <class Books, std::size_t Ahead>
template <class Listener>
ItchProgress BasicItchBooks<Books, Ahead>::apply(codecs::Bytes frames, Listener&& listener,
                                                 const ItchStop& stop) {
    constexpr std::size_t slots = std::bit_ceil(ahead + 1);
    std::array<Pending, slots> ring;
    std::size_t framed = 0;   // put into the ring
    std::size_t applied = 0;  // taken out of it
    ItchProgress progress;
    codecs::itch::FrameCursor cursor{frames};
    const std::byte* const end = frames.data() + frames.size();

    // Frames the next message of this shard; false when none can follow in this call.
    const auto frame = [&](Pending& into) {
        for (;;) {
            if (progress.messages == stop.messages) [[unlikely]] {
                progress.stopped = ItchStopped::at_messages;
                return false;
            }
            const codecs::itch::FrameStatus status = cursor.next(into.message);
            if (status == codecs::itch::FrameStatus::end_marker) {
                progress.consumed = cursor.position();
                continue;
            }
            if (status != codecs::itch::FrameStatus::message) [[unlikely]] {
                if (status == codecs::itch::FrameStatus::zero_length_damage)
                    progress.stopped = ItchStopped::damaged;
                return false;
            }
            if (stop.after_ns) [[unlikely]] {
                if (itch_peek::time(into.message).value_or(0) > *stop.after_ns) {
                    progress.stopped = ItchStopped::at_time;
                    return false;
                }
            }
            into.end = cursor.position();
            ++progress.messages;
            progress.consumed = into.end;
            if (shard_.owns(itch_peek::locate(into.message)) ||
                (!into.message.empty() && into.message[0] == std::byte{'S'})) [[likely]]
                return true;
        }
    };
    const auto hinted = [&](const Pending& pending, auto&& act) {
        const std::byte* message = pending.message.data();
        if (static_cast<std::size_t>(end - message) >= itch_peek::hint_bytes) [[likely]]
            act(itch_peek::hint(message));
    };

    bool more = true;
    for (;;) {
        if (more) [[likely]] {
            Pending& next = ring[framed & (slots - 1)];
            more = frame(next);
            if (more) [[likely]] {
                ++framed;
                if constexpr (ahead != 0)
                    hinted(next, [&](const itch_peek::Hint& hint) {
                        books_.prefetch_index(hint.instrument, hint.order);
                        instruments_.prefetch(static_cast<std::uint16_t>(
                            static_cast<std::uint32_t>(hint.instrument)));
                    });
                if (ahead != 0 && framed > ahead - ahead_order)
                    hinted(ring[(framed - 1 - (ahead - ahead_order)) & (slots - 1)],
                           [&](const itch_peek::Hint& hint) {
                               books_.prefetch_order(hint.instrument, hint.order, hint.side);
                           });
                if (ahead != 0 && framed > ahead - ahead_level)
                    hinted(ring[(framed - 1 - (ahead - ahead_level)) & (slots - 1)],
                           [&](const itch_peek::Hint& hint) {
                               books_.prefetch_level(hint.instrument, hint.order, hint.side);
                           });
                if (framed - applied <= ahead) continue;
            }
        }
        if (applied == framed) break;
        const Pending& pending = ring[applied & (slots - 1)];
        ++applied;
        if (!apply_one(pending.message, listener) && stop.at_refusal) [[unlikely]] {
            progress.stopped = ItchStopped::at_refusal;
            progress.consumed = pending.end;
            progress.messages = applied;
            return progress;
        }
    }
    return progress;
}

}  // namespace tickweir::gateway
