// A venue's state to bytes.
#include <algorithm>
#include <queue>
#include <utility>
#include <vector>

#include "txn/venue/settings_state.hpp"
#include "txn/venue/venue.hpp"
#include "txn/venue/venue_state.hpp"

namespace tickweir::txn {

class VenueSaver {
public:
    VenueSaver(const Venue& venue, StateWriter& out) : venue_{venue}, out_{out} {}

    void run() {
        out_.put(StatePart::head);
        out_.put(venue_state_version);
        save_settings(venue_.settings_, out_);
        put_counters();
        put_instruments();
        put_positions();
        put_orders();
        put_queues();
        put_lines();
        put_rest();
        put_client_ids();
        put_trades();
        out_.put(StatePart::end);
    }

private:
    void put_counters() {
        out_.put(StatePart::counters);
        out_.put(venue_.order_count_);
        out_.put(venue_.day_begin_);
        out_.put(venue_.now_);
    }

    void put_instruments() {
        out_.put(StatePart::instruments);
        for (const InstrumentState& its : venue_.instruments_) {
            out_.put(its.state);
            out_.put(its.last);
            out_.put(its.band_reference);
            put_optional(its.band_begin);
            out_.put(its.pause_end);
            out_.flag(its.fee_row != 0);
        }
    }

    /// By account and instrument, wherever the rows lie.
    void put_positions() {
        const PairTable<Position>& table = venue_.positions_;
        std::vector<std::uint64_t> keys;
        keys.reserve(table.size());
        for (Row row = 1; row <= table.size(); ++row)
            keys.push_back(std::uint64_t{table.entry(row).first} << 32 | table.entry(row).second);
        std::ranges::sort(keys);
        out_.put(StatePart::positions);
        out_.put(std::uint64_t{keys.size()});
        for (const std::uint64_t key : keys) {
            const auto account = static_cast<std::uint32_t>(key >> 32);
            const auto instrument = static_cast<std::uint32_t>(key);
            const Position& own = table[table.find(account, instrument)];
            out_.put(account);
            out_.put(instrument);
            out_.put(static_cast<std::uint8_t>((own.base_row != 0 ? base_row_bit : 0) |
                                               (own.quote_row != 0 ? quote_row_bit : 0)));
            out_.put(own.cost);
            out_.put(own.realized);
            out_.put(own.quantity);
        }
    }

    /// By OrderID: the lists of sessions, each of which is in that order, merged.
    void put_orders() {
        out_.put(StatePart::orders);
        out_.put(std::uint64_t{venue_.orders_.live()});
        using Next = std::pair<OrderId, OrderIndex>;
        std::priority_queue<Next, std::vector<Next>, std::greater<>> next;
        const auto put_next = [&](OrderIndex index) {
            if (index != 0) next.emplace(venue_.orders_[index].id, index);
        };
        for (std::size_t i = 0; i < venue_.settings_.sessions.size(); ++i)
            put_next(venue_.orders_.first_of(SessionId{static_cast<std::uint32_t>(i)}));
        while (!next.empty()) {
            const OrderRecord& order = venue_.orders_[next.top().second];
            next.pop();
            put_order(order);
            put_next(order.in_session.next);
        }
    }

    void put_order(const OrderRecord& order) {
        const bool in_book = !order.is_stop && !order.waiting;
        out_.put(order.id);
        out_.put(order.session);
        out_.put(order.account);
        out_.put(order.instrument);
        out_.put(static_cast<std::uint16_t>(
            (order.side == Side::sell ? side_bit : 0) | (order.post_only ? post_only_bit : 0) |
            (order.is_stop ? stop_bit : 0) | (order.triggered ? triggered_bit : 0) |
            (order.waiting ? waiting_bit : 0)));
        out_.put(static_cast<OrderType>(order.type));
        out_.put(static_cast<TimeInForce>(order.time_in_force));
        out_.put(static_cast<SelfTrade>(order.self_trade));
        out_.put(order.price);
        out_.put(order.stop_price);
        out_.put(order.quantity);
        out_.put(order.filled);
        out_.put(order.leaves);
        out_.put(order.display);
        out_.put(in_book ? venue_.books_.find_order(order.id)->open : Quantity{});
        out_.put(order.notional);
        out_.put(order.due);
        out_.put(order.held);
        out_.put(order.expiry);
        out_.text(order.client_id.view());
    }

    /// Of each level those from the first one on that stands behind a later order.
    void put_queues() {
        out_.put(StatePart::queues);
        for (std::size_t i = 0; i < venue_.instruments_.size(); ++i) {
            const auto* const book =
                venue_.books_.find_book(InstrumentId{static_cast<std::uint32_t>(i)});
            if (book == nullptr) continue;
            for (const Side side : {Side::buy, Side::sell}) {
                const book::SideRows& rows = book->side(side);
                for (std::size_t level = rows.size(); level-- > 0;)
                    put_queue(venue_.books_.level_at(rows.level(level)));
            }
        }
        out_.put(OrderId{0});
    }

    void put_queue(const book::LevelSlot& level) {
        OrderId before{0};
        bool moved = false;
        for (book::Handle at = level.head; at != 0; at = venue_.books_.order_at(at).next) {
            const OrderId id = venue_.books_.order_at(at).id;
            moved = moved || id < before;
            before = id;
            if (moved) out_.put(id);
        }
    }

    void put_lines() {
        out_.put(StatePart::lines);
        for (const InstrumentState& its : venue_.instruments_) {
            for (std::size_t i = its.first_waiting; i < its.waiting.size(); ++i)
                if (its.waiting[i] != 0) out_.put(venue_.orders_[its.waiting[i]].id);
            out_.put(OrderId{0});
        }
        out_.put(std::uint64_t{venue_.runnable_.size()});
        for (const InstrumentId instrument : venue_.runnable_)
            out_.put(instrument);
    }

    void put_rest() {
        const Venue::Rest& rest = venue_.rest_;
        out_.put(StatePart::rest);
        out_.put(rest.affected);  // of the last one, too: it is hashed
        out_.put(rest.kind);
        if (rest.kind == Venue::Rest::Kind::none) return;
        out_.put(rest.order == 0 ? OrderId{0} : venue_.orders_[rest.order].id);
        out_.put(rest.session);
        out_.put(rest.time);
        out_.flag(rest.ends_day);
        out_.put(rest.list);
        out_.put(rest.terms.limit);
        out_.put(rest.terms.min_quantity);
        out_.flag(rest.terms.whole);
        out_.flag(rest.terms.immediate);
        out_.put(rest.terms.rest_reason);
        const MassCancel& filter = rest.filter;
        out_.text(filter.client_id.view());
        put_optional(filter.session);
        put_optional(filter.account);
        put_optional(filter.instrument);
        put_optional(filter.side);
        out_.flag(filter.keep_long_lived);
    }

    void put_client_ids() {
        out_.put(StatePart::client_ids);
        out_.put(std::uint64_t{venue_.client_ids_.size()});
        venue_.client_ids_.for_each([&](std::uint64_t first, std::uint64_t rest) {
            out_.put(first);
            out_.put(rest);
        });
    }

    void put_trades() {
        out_.put(StatePart::trades);
        out_.put(venue_.trades_.count());
        out_.put(venue_.trades_.forgotten());
        out_.put(venue_.trades_.known());
        venue_.trades_.for_each([&](const TradeRecord& trade) {
            out_.put(trade.instrument);
            out_.flag(trade.busted);
            out_.put(trade.price);
            out_.put(trade.quantity);
            put_side(trade.buyer);
            put_side(trade.seller);
        });
    }

    void put_side(const TradeSide& side) {
        out_.put(side.order);
        out_.put(side.due);
        out_.put(side.fee);
        out_.put(side.account);
        out_.put(side.session);
        out_.flag(side.is_maker);
    }

    /// A flag, and the value or 0.
    template <class T>
    void put_optional(const std::optional<T>& value) {
        out_.flag(value.has_value());
        out_.put(value.value_or(T{}));
    }

    const Venue& venue_;
    StateWriter& out_;
};

void Venue::save(StateWriter& writer) const {
    VenueSaver{*this, writer}.run();
}

}  // namespace tickweir::txn
