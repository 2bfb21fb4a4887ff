// What concerns many orders at once in the naive venue: mass cancels, expiry, the end of a day.
#include <algorithm>

#include "tests/support/naive_venue.hpp"

namespace tickweir::tests {

using txn::CancelReason;
using txn::EventKind;
using txn::MarketState;
using txn::Refusal;
using txn::TimeInForce;

/// Open orders that are wanted, sessions ascending, within a session by OrderID.
template <class Wanted>
std::vector<txn::OrderId> NaiveVenue::open_by_session(Wanted&& wanted) const {
    std::vector<txn::OrderId> found;
    for (std::size_t session = 0; session < settings_.sessions.size(); ++session) {
        for (const txn::OrderId id : open_) {
            const txn::OrderView& view = orders_.at(id).view;
            if (std::size_t(view.session) == session && wanted(view)) found.push_back(id);
        }
    }
    return found;
}

// -------------------------------------------------------------------------------- mass cancel

void NaiveVenue::on(const txn::MassCancel& request) {
    if (!is_operator() && request.session && *request.session != envelope_.session)
        return refuse(Refusal::unknown_session);
    if (request.session && std::size_t(*request.session) >= settings_.sessions.size())
        return refuse(Refusal::unknown_session);
    if (request.account && std::size_t(*request.account) >= settings_.accounts.size())
        return refuse(Refusal::unknown_account);
    if (request.instrument && std::size_t(*request.instrument) >= markets_.size())
        return refuse(Refusal::unknown_instrument);
    if (request.client_id.empty() && !is_operator()) return refuse(Refusal::bad_client_id);
    if (!request.client_id.empty()) {
        if (known_id(envelope_.session, request.client_id) != nullptr)
            return refuse(Refusal::duplicate_client_id);
        if (has_room_for_id())
            ids_[{envelope_.session, std::string{request.client_id.view()}}] = std::nullopt;
    }
    RestOfMassCancel work{request, envelope_.session, 0};
    if (!is_operator()) work.request.session = envelope_.session;
    go_on(work);
}

void NaiveVenue::go_on(const RestOfMassCancel& work) {
    const txn::MassCancel& request = work.request;
    const auto is_meant = [&request](const txn::OrderView& view) {
        const bool lives_long =
            view.time_in_force == TimeInForce::gtc || view.time_in_force == TimeInForce::gtd;
        return (!request.session || *request.session == view.session) &&
               (!request.account || *request.account == view.account) &&
               (!request.instrument || *request.instrument == view.instrument) &&
               (!request.side || *request.side == view.side) &&
               !(request.keep_long_lived && lives_long);
    };
    std::vector<txn::OrderId> meant = open_by_session(is_meant);
    if (request.account) std::sort(meant.begin(), meant.end());
    const std::size_t count = std::min<std::size_t>(meant.size(), settings_.limits.effects);
    for (std::size_t i = 0; i < count; ++i)
        cancel(orders_.at(meant[i]), CancelReason::mass_cancel, request.client_id);

    txn::Event told = event(EventKind::mass_cancelled);
    told.session = work.from;
    told.request_id = request.client_id;
    told.affected = work.affected + count;
    told.complete = count == meant.size();
    out_->events.push_back(told);
    if (!told.complete) work_ = RestOfMassCancel{request, work.from, told.affected};
}

// --------------------------------------------------------------------------------------- tick

void NaiveVenue::on(const txn::Tick&) {
    if (!is_operator()) return refuse(Refusal::unknown_session);
    go_on(RestOfTick{now_});
}

void NaiveVenue::go_on(const RestOfTick& work) {
    std::size_t left = settings_.limits.effects;
    for (std::size_t i = 0; i < markets_.size(); ++i) {
        if (markets_[i].state != MarketState::paused || markets_[i].pause_end > work.time) continue;
        if (left == 0) {
            work_ = work;
            return;
        }
        set_state(txn::InstrumentId{static_cast<std::uint32_t>(i)}, MarketState::trading);
        --left;
    }
    std::vector<std::pair<txn::TimeNs, txn::OrderId>> expired;
    for (const txn::OrderId id : open_) {
        const txn::OrderView& view = orders_.at(id).view;
        if (view.time_in_force == TimeInForce::gtd && view.expiry <= work.time)
            expired.emplace_back(view.expiry, id);
    }
    std::sort(expired.begin(), expired.end());
    const std::size_t count = std::min(expired.size(), left);
    for (std::size_t i = 0; i < count; ++i)
        cancel(orders_.at(expired[i].second), CancelReason::expired);
    if (count < expired.size()) work_ = work;
}

// ------------------------------------------------------------------------------------ day end

void NaiveVenue::on(const txn::DayEnd&) {
    if (!is_operator()) return refuse(Refusal::unknown_session);
    go_on(RestOfDayEnd{envelope_.session});
}

void NaiveVenue::go_on(const RestOfDayEnd& work) {
    const std::vector<txn::OrderId> ending = open_by_session(
        [](const txn::OrderView& view) { return view.time_in_force == TimeInForce::day; });
    const std::size_t count = std::min<std::size_t>(ending.size(), settings_.limits.effects);
    for (std::size_t i = 0; i < count; ++i)
        cancel(orders_.at(ending[i]), CancelReason::day_end);
    if (count < ending.size()) {
        work_ = work;
        return;
    }

    close_day();
    txn::Event told = event(EventKind::day_ended);
    told.session = work.from;
    out_->events.push_back(told);
}

/// What was closed is forgotten.
void NaiveVenue::close_day() {
    trades_.clear();
    last_order_of_yesterday_ = last_order_;
    std::erase_if(ids_, [this](const auto& known) {
        return !known.second || !open_.contains(*known.second);
    });
    std::erase_if(orders_, [this](const auto& known) { return !open_.contains(known.first); });
    for (Market& market : markets_) {
        if (market.last_trade) market.band = {market.last_trade, now_};
    }
}

}  // namespace tickweir::tests
