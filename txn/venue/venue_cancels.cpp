// How orders end: by their owner's wish, one or many, by time, and by the day's end.
#include "txn/venue/venue.hpp"

namespace tickweir::txn {

/// An id of a request is used up where the request did something; true where there was room to
/// note it.
bool Venue::use_up(const ClientOrderId& client_id, std::uint64_t number) {
    if (client_id.empty() || client_ids_.full()) return false;
    client_ids_.add(envelope_->session, client_id, number);
    return true;
}

void Venue::refuse_named(Refusal refusal, const ClientOrderId& request, OrderId named) {
    refuse(refusal, request);
    Event& event = out_->events.back();
    event.order.order = named;
    if (const auto open = order(named)) event.order = *open;
}

void Venue::cancel(const CancelOrder& command) {
    const Named named = find_named(command.original, command.order);
    Refusal refusal = named.refusal;
    if (refusal == Refusal::none && command.client_id.empty()) refusal = Refusal::bad_client_id;
    if (refusal == Refusal::none && client_ids_.find(envelope_->session, command.client_id))
        refusal = Refusal::duplicate_client_id;
    if (refusal != Refusal::none) return refuse_named(refusal, command.client_id, named.id);
    use_up(command.client_id, static_cast<std::uint64_t>(named.id) & ClientIds::no_order);
    end_order(named.order, EventKind::cancelled, CancelReason::requested, command.client_id);
}

/// Takes an order out of wherever it is, gives back what it holds and says so.
void Venue::end_order(OrderIndex index, EventKind kind, CancelReason reason,
                      const ClientOrderId& request) {
    take_out(index);
    OrderRecord& order = orders_[index];
    if (order.held != 0) releases_.push_back({order.held_row, 0, -order.held});
    count_open(order, Quantity{} - order.leaves);
    Event& event = tell(kind, order);
    event.cancel_reason = reason;
    event.request_id = request;
    event.order.leaves = {};
    event.order.status = kind == EventKind::expired ? OrderStatus::expired : OrderStatus::cancelled;
    orders_.remove(index);
}

/// Afterwards it is nowhere but among the open orders.
void Venue::take_out(OrderIndex index) {
    OrderRecord& order = orders_[index];
    if (order.waiting) {
        if (!order.triggered) leave_line(index);  // else it left when its turn came
        waiting_.erase(order.id);
        order.waiting = false;
    } else if (order.is_stop) {
        stops_.remove(order.instrument, order.id);
        order.is_stop = false;
    } else if (books_.find_order(order.id) != nullptr) {
        tell_level(books_.remove(order.instrument, order.id), order.instrument);
    }
}

// ------------------------------------------------------------------------------------ many at once

Refusal Venue::check_filter(const MassCancel& command) const {
    const bool is_operator = envelope_->session == operator_session;
    if (command.session &&
        (static_cast<std::size_t>(*command.session) >= settings_.sessions.size() ||
         (!is_operator && *command.session != envelope_->session)))
        return Refusal::unknown_session;
    if (command.account && !known(*command.account)) return Refusal::unknown_account;
    if (command.instrument && !known(*command.instrument)) return Refusal::unknown_instrument;
    if (command.client_id.empty()) return is_operator ? Refusal::none : Refusal::bad_client_id;
    return client_ids_.find(envelope_->session, command.client_id) ? Refusal::duplicate_client_id
                                                                   : Refusal::none;
}

void Venue::mass_cancel(const MassCancel& command) {
    if (const Refusal refusal = check_filter(command); refusal != Refusal::none)
        return refuse(refusal, command.client_id);
    use_up(command.client_id, ClientIds::no_order);
    rest_ = {};
    rest_.filter = command;
    if (!command.session && envelope_->session != operator_session)
        rest_.filter.session = envelope_->session;
    begin_cancelling();
}

void Venue::begin_day_end() {
    rest_ = {};
    rest_.ends_day = true;
    begin_cancelling();
}

void Venue::begin_cancelling() {
    rest_.kind = Rest::Kind::cancels;
    rest_.session = envelope_->session;
    rest_.list = rest_.filter.session.value_or(SessionId{});
    const bool by_account = !rest_.filter.session && rest_.filter.account;
    rest_.order = by_account ? orders_.first_of(*rest_.filter.account) : first_of_list();
    if (rest_.order != 0 && !is_to_end(orders_[rest_.order]))
        rest_.order = next_to_end(rest_.order);
    go_on_cancelling();
}

void Venue::go_on_cancelling() {
    for (std::uint32_t n = 0; rest_.order != 0 && n < settings_.limits.effects; ++n) {
        const OrderIndex ending = rest_.order;
        rest_.order = next_to_end(ending);
        end_order(ending, rest_.ends_day ? EventKind::expired : EventKind::cancelled,
                  rest_.ends_day ? CancelReason::day_end : CancelReason::mass_cancel,
                  rest_.filter.client_id);
        ++rest_.affected;
    }
    const bool complete = rest_.order == 0;
    if (complete) rest_.kind = Rest::Kind::none;
    if (rest_.ends_day) {
        if (complete) finish_day();
        return;
    }
    Event& event = tell(EventKind::mass_cancelled);
    event.session = rest_.session;
    event.request_id = rest_.filter.client_id;
    event.affected = rest_.affected;
    event.complete = complete;
}

bool Venue::is_to_end(const OrderRecord& order) const {
    if (rest_.ends_day) return order.time_in_force == TimeInForce::day;
    const MassCancel& filter = rest_.filter;
    return (!filter.account || *filter.account == order.account) &&
           (!filter.instrument || *filter.instrument == order.instrument) &&
           (!filter.side || *filter.side == order.side) &&
           !(filter.keep_long_lived && order.long_lived());
}

/// The first order of the list that is gone over, or of the lists behind it where it may be any.
OrderIndex Venue::first_of_list() {
    if (rest_.filter.session) return orders_.first_of(rest_.list);
    for (; static_cast<std::size_t>(rest_.list) < settings_.sessions.size();
         rest_.list = SessionId{static_cast<std::uint32_t>(rest_.list) + 1})
        if (const OrderIndex first = orders_.first_of(rest_.list); first != 0) return first;
    return 0;
}

OrderIndex Venue::next_to_end(OrderIndex order) {
    const bool by_account = !rest_.filter.session && rest_.filter.account;
    do {
        if (by_account) {
            order = orders_[order].in_account.next;
        } else {
            order = orders_[order].in_session.next;
            if (order == 0 && !rest_.filter.session) {
                rest_.list = SessionId{static_cast<std::uint32_t>(rest_.list) + 1};
                order = first_of_list();
            }
        }
    } while (order != 0 && !is_to_end(orders_[order]));
    return order;
}

void Venue::finish_day() {
    client_ids_.keep_only([&](std::uint64_t number) {
        return number != ClientIds::no_order && find(order_id(number)) != 0;
    });
    trades_.forget_all();
    day_begin_ = order_count_;
    for (InstrumentState& instrument : instruments_)
        instrument.begin_day(now_);
    tell(EventKind::day_ended).session = rest_.session;
}

// -------------------------------------------------------------------------------------------- time

bool Venue::is_current(const Expiries::Entry& entry) const {
    const OrderIndex index = find(entry.order);
    return index != 0 && orders_[index].expiry == entry.time;
}

/// Between ticks, too, no more times are kept than twice those of open orders.
void Venue::note_expiry(TimeNs time, OrderId order) {
    expiries_.tidy(orders_.live(),
                   [this](const Expiries::Entry& entry) { return is_current(entry); });
    expiries_.add(time, order);
}

std::optional<TimeNs> Venue::tick_due() const {
    std::optional<TimeNs> due = expiries_.first();
    for (const InstrumentState& instrument : instruments_)
        if (instrument.state == MarketState::paused && (!due || instrument.pause_end < *due))
            due = instrument.pause_end;
    return due;
}

void Venue::tick() {
    rest_ = {};
    rest_.time = now_;
    go_on_expiring();
}

void Venue::go_on_expiring() {
    const auto current = [this](const Expiries::Entry& entry) { return is_current(entry); };
    rest_.kind = Rest::Kind::none;
    std::uint32_t n = 0;
    for (std::size_t i = 0; i < instruments_.size(); ++i) {
        if (instruments_[i].state != MarketState::paused || instruments_[i].pause_end > rest_.time)
            continue;
        if (n++ == settings_.limits.effects) {
            rest_.kind = Rest::Kind::expiry;
            return;
        }
        set_state(InstrumentId{static_cast<std::uint32_t>(i)}, MarketState::trading);
    }
    for (;; ++n) {
        const auto due = expiries_.next_due(rest_.time, current);
        if (!due) break;
        if (n == settings_.limits.effects) {
            rest_.kind = Rest::Kind::expiry;
            return;
        }
        expiries_.drop_next();
        end_order(find(due->order), EventKind::expired, CancelReason::expired, {});
    }
    expiries_.tidy(orders_.live(), current);
}

}  // namespace tickweir::txn
