#include "tests/support/venue_checks.hpp"

#include <algorithm>

#include "tests/support/naive_amounts.hpp"
#include "tests/support/venue_text.hpp"

namespace tickweir::tests {

using txn::AccountId;
using txn::AssetId;
using txn::EventKind;
using txn::InstrumentId;
using txn::Side;

namespace {

template <class Id>
std::string number(Id id) {
    return std::to_string(std::uint64_t(id));
}

AccountId account_of(std::size_t i) {
    return AccountId{static_cast<std::uint32_t>(i)};
}
AssetId asset_of(std::size_t i) {
    return AssetId{static_cast<std::uint32_t>(i)};
}
InstrumentId instrument_of(std::size_t i) {
    return InstrumentId{static_cast<std::uint32_t>(i)};
}

}  // namespace

std::string VenueChecks::after(const txn::Command& command, const txn::Outcome& outcome,
                               const AnyVenue& venue) {
    if (std::string fault = fills(outcome); !fault.empty()) return fault;
    if (std::string fault = ids(outcome); !fault.empty()) return fault;
    follow(command, outcome);
    if (std::string fault = money(venue); !fault.empty()) return fault;
    if (std::string fault = orders(venue); !fault.empty()) return fault;
    return book(venue);
}

/// Each fill twice, the resting side first, with one price, quantity and trade.
std::string VenueChecks::fills(const txn::Outcome& outcome) {
    for (std::size_t i = 0; i < outcome.events.size(); ++i) {
        if (outcome.events[i].kind != EventKind::filled) continue;
        const txn::Event& made = outcome.events[i];
        if (i + 1 == outcome.events.size() || outcome.events[i + 1].kind != EventKind::filled)
            return "a fill without its other side";
        const txn::Event& taken = outcome.events[++i];
        if (made.fill.trade != taken.fill.trade || made.fill.price != taken.fill.price ||
            made.fill.quantity != taken.fill.quantity || !made.fill.is_maker ||
            taken.fill.is_maker || made.order.side == taken.order.side ||
            made.order.account == taken.order.account)
            return "two sides of a trade do not agree";
        if (std::uint64_t(made.fill.trade) != ++last_trade_) return "a trade's id is not the next";
    }
    return {};
}

std::string VenueChecks::ids(const txn::Outcome& outcome) {
    for (const txn::Event& event : outcome.events) {
        if (event.kind != EventKind::accepted) continue;
        const std::uint64_t expected = (std::uint64_t{settings_.log_number} << 48) | ++last_order_;
        if (std::uint64_t(event.order.order) != expected) return "an OrderID is not the next";
    }
    return {};
}

void VenueChecks::follow(const txn::Command& command, const txn::Outcome& outcome) {
    for (const txn::Event& event : outcome.events) {
        const txn::OrderView& order = event.order;
        if (event.kind == EventKind::balance) {
            if (const auto* deposit = std::get_if<txn::Deposit>(&command.body))
                deposited_[deposit->asset] += deposit->amount;
            if (const auto* withdrawal = std::get_if<txn::Withdraw>(&command.body))
                deposited_[withdrawal->asset] -= withdrawal->amount;
        }
        if (event.kind == EventKind::busted || event.kind == EventKind::corrected) {
            const txn::InstrumentSettings& traded =
                settings_.instruments.at(std::size_t(order.instrument));
            taken_back_from_.insert({order.account, traded.quote});
            taken_back_from_.insert({order.account, traded.base});
            if (order.client_id.empty() || !open_.contains(order.order)) continue;
            // What the order still has to fill stays, so that its sum goes down.
            sums_[order.order].taken_back = order.quantity - order.leaves - order.filled;
            open_[order.order] = order;
            continue;
        }
        const bool refuses = event.kind == EventKind::rejected ||
                             event.kind == EventKind::refused || event.kind == EventKind::ignored;
        if (order.order == txn::OrderId{} || refuses) continue;
        // A replace counts anew what is filled.
        if (event.kind == EventKind::replaced) sums_[order.order].taken_back = {};
        if (order.leaves.lots > 0 && order.status == txn::OrderStatus::open)
            open_[order.order] = order;
        else
            open_.erase(order.order);
    }
    for (const txn::LevelEvent& level : outcome.levels) {
        auto& side = levels_[{level.instrument, level.side}];
        if (level.level.open.lots == 0)
            side.erase(level.level.price);
        else
            side[level.level.price] = level.level;
    }
}

/// Totals are what was deposited; nobody is below a limit but by a trade taken back.
std::string VenueChecks::money(const AnyVenue& venue) const {
    for (std::size_t asset = 0; asset < settings_.assets.size(); ++asset) {
        txn::Int128 sum = 0;
        for (std::size_t account = 0; account < settings_.accounts.size(); ++account) {
            const NaiveBalance has = venue.balance(account_of(account), asset_of(asset));
            sum += has.total;
            txn::Int128 limit = 0;
            for (const txn::ShortLimit& one : settings_.short_limits) {
                if (one.account == account_of(account) && one.asset == asset_of(asset)) {
                    limit = one.amount;
                    break;
                }
            }
            const bool may_be_below =
                account_of(account) == settings_.fees.account ||
                taken_back_from_.contains({account_of(account), asset_of(asset)});
            if (has.held < 0) return "A" + std::to_string(account) + " holds less than nothing";
            if (!may_be_below && !venue.continuation_pending() && has.total - has.held < -limit)
                return "A" + std::to_string(account) + " is below its limit";
        }
        const auto found = deposited_.find(asset_of(asset));
        if (sum != (found == deposited_.end() ? txn::Int128{0} : found->second))
            return "what there is of asset " + std::to_string(asset) + " is not what was deposited";
    }
    return {};
}

/// Open orders are those that the events tell, and their sums hold.
std::string VenueChecks::orders(const AnyVenue& venue) const {
    if (venue.open_orders() != open_.size())
        return std::to_string(venue.open_orders()) + " orders are open, events tell of " +
               std::to_string(open_.size());
    std::map<std::pair<AccountId, InstrumentId>, std::pair<std::int64_t, std::int64_t>> open;
    for (const auto& [id, told] : open_) {
        const auto view = venue.order(id);
        if (!view) return "order " + number(id) + " is not open, as its events tell";
        if (!(*view == told)) return "order " + number(id) + " is not as its last event tells";
        const auto sums = sums_.find(id);
        const txn::Quantity back = sums == sums_.end() ? txn::Quantity{} : sums->second.taken_back;
        if (view->filled + view->leaves + back != view->quantity)
            return "order " + number(id) + ": filled and leaves are not its quantity";
        auto& [buys, sells] = open[{view->account, view->instrument}];
        (view->side == Side::buy ? buys : sells) += view->leaves.lots;
    }
    for (std::size_t account = 0; account < settings_.accounts.size(); ++account) {
        for (std::size_t i = 0; i < settings_.instruments.size(); ++i) {
            const NaivePosition position = venue.position(account_of(account), instrument_of(i));
            const auto found = open.find({account_of(account), instrument_of(i)});
            const auto expected =
                found == open.end() ? std::pair<std::int64_t, std::int64_t>{} : found->second;
            if (position.open_buy.lots != expected.first ||
                position.open_sell.lots != expected.second)
                return "open quantities of A" + std::to_string(account) + " are not its orders'";
        }
    }
    return {};
}

/// Level events add up to the book, and the book is not crossed.
std::string VenueChecks::book(const AnyVenue& venue) const {
    for (std::size_t i = 0; i < settings_.instruments.size(); ++i) {
        std::map<Side, txn::Price> best;
        for (const Side side : {Side::buy, Side::sell}) {
            std::map<txn::Price, book::Level> expected;
            for (const auto& [view, shown] : venue.resting(instrument_of(i), side)) {
                book::Level& level = expected[view.price];
                level.price = view.price;
                level.open = level.open + shown;
                ++level.order_count;
                if (shown.lots <= 0 || shown > view.leaves) return "an order shows what it has not";
                if (!best.contains(side)) best[side] = view.price;
            }
            const auto told = levels_.find({instrument_of(i), side});
            if (expected != (told == levels_.end() ? decltype(expected){} : told->second))
                return "level events do not add up to the book of instrument " + std::to_string(i);
        }
        if (best.size() == 2 && best[Side::buy] >= best[Side::sell])
            return "the book of instrument " + std::to_string(i) + " is crossed";
    }
    return {};
}

// ---------------------------------------------------------------------------------- comparison

std::string difference(const AnyVenue& first, const AnyVenue& second,
                       const txn::VenueSettings& settings) {
    if (first.continuation_pending() != second.continuation_pending())
        return "only one has a continuation pending";
    if (first.open_orders() != second.open_orders()) return "numbers of open orders";
    for (std::size_t i = 0; i < settings.instruments.size(); ++i) {
        const InstrumentId id = instrument_of(i);
        if (first.market_state(id) != second.market_state(id))
            return "market state of instrument " + std::to_string(i);
        for (const Side side : {Side::buy, Side::sell}) {
            if (first.resting(id, side) != second.resting(id, side))
                return "resting orders of instrument " + std::to_string(i);
        }
    }
    for (std::size_t i = 0; i < settings.accounts.size(); ++i) {
        const AccountId account = account_of(i);
        const std::string name = "A" + std::to_string(i);
        for (std::size_t j = 0; j < settings.assets.size(); ++j) {
            const NaiveBalance one = first.balance(account, asset_of(j));
            const NaiveBalance other = second.balance(account, asset_of(j));
            const auto text = [](const NaiveBalance& balance) {
                return VenueText::amount(balance.total) + " held " +
                       VenueText::amount(balance.held);
            };
            if (one.total != other.total || one.held != other.held)
                return "balance of " + name + ", " + settings.assets[j].name + ": " + text(one) +
                       ", " + text(other);
        }
        for (std::size_t j = 0; j < settings.instruments.size(); ++j) {
            const NaivePosition one = first.position(account, instrument_of(j));
            const NaivePosition other = second.position(account, instrument_of(j));
            if (one.quantity != other.quantity || one.cost != other.cost ||
                one.realized != other.realized || one.open_buy != other.open_buy ||
                one.open_sell != other.open_sell)
                return "position of " + name + " in instrument " + std::to_string(j);
        }
        if (!(first.exposure(account) == second.exposure(account))) return "exposure of " + name;
    }
    return {};
}

}  // namespace tickweir::tests
