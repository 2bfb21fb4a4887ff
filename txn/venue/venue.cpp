#include "txn/venue/venue.hpp"

#include <stdexcept>
#include <type_traits>

namespace tickweir::txn {
namespace {

const VenueSettings& checked(const VenueSettings& settings) {
    if (const std::string fault = fault_of(settings); !fault.empty())
        throw std::invalid_argument{"venue: " + fault};
    return settings;
}

book::Limits book_limits(const VenueSettings& settings) {
    // Every order may have a level of its own: what an order may do never depends on others'
    // prices.
    return {.instruments = settings.instruments.size(),
            .orders = settings.limits.orders,
            .levels = settings.limits.orders,
            .window = settings.limits.window,
            .seed = settings.limits.seed};
}

book::Limits stop_limits(const VenueSettings& settings) {
    book::Limits limits = book_limits(settings);
    limits.window = 1;  // they are few, and old
    return limits;
}

}  // namespace

Venue::Venue(const VenueSettings& settings)
    : settings_{checked(settings)},
      ledger_{settings},
      positions_{settings.limits.positions},
      position_limits_{settings.position_limits.size()},
      orders_{settings.limits.orders, settings.sessions.size(), settings.accounts.size()},
      client_ids_{settings.limits.client_ids, settings.limits.seed},
      books_{book_limits(settings)},
      stops_{stop_limits(settings)},
      waiting_{settings.limits.orders, settings.limits.seed, nullptr},
      trades_{settings.limits.trades} {
    for (const InstrumentSettings& instrument : settings.instruments)
        instruments_.emplace_back(
            instrument, settings.fees,
            settings.assets[static_cast<std::size_t>(instrument.quote)].decimals);
    for (const PositionLimit& limit : settings.position_limits) {
        const Row row = position_limits_.find_or_add(static_cast<std::uint32_t>(limit.account),
                                                     static_cast<std::uint32_t>(limit.instrument));
        position_limits_[row] = limit.quantity;
    }
    plan_.matches.reserve(settings.limits.effects);
    settled_.reserve(settings.limits.effects);
}

void Venue::execute(const Command& command, Outcome& outcome, log::SerialPoint& point) {
    outcome.clear();
    out_ = &outcome;
    point_ = &point;
    envelope_ = &command.envelope;
    traded_ = {};
    const Refusal refusal = admit(command);
    if (refusal != Refusal::busy && refusal != Refusal::nothing_to_do)
        now_ = std::max(now_, command.envelope.time);
    if (refusal == Refusal::none) {
        run(command.body);
        return prune_runnable();
    }
    std::visit(
        [&](const auto& body) {
            if constexpr (requires { body.client_id; })
                refuse(refusal, body.client_id);
            else
                refuse(refusal, {});
            if constexpr (std::is_same_v<std::decay_t<decltype(body)>, NewOrder>)
                out_->events.back().kind = EventKind::rejected;
        },
        command.body);
}

/// What holds for commands of all kinds.
Refusal Venue::admit(const Command& command) {
    const bool continues = std::holds_alternative<Continue>(command.body);
    if (continues != continuation_pending())
        return continues ? Refusal::nothing_to_do : Refusal::busy;
    const Envelope& envelope = command.envelope;
    if (!continues && envelope.deadline && std::max(now_, envelope.time) > *envelope.deadline)
        return Refusal::late;
    if (static_cast<std::size_t>(envelope.session) >= settings_.sessions.size())
        return Refusal::unknown_session;
    const bool is_client = std::holds_alternative<NewOrder>(command.body) ||
                           std::holds_alternative<CancelOrder>(command.body) ||
                           std::holds_alternative<ReplaceOrder>(command.body) ||
                           std::holds_alternative<MassCancel>(command.body) || continues;
    return is_client || envelope.session == operator_session ? Refusal::none
                                                             : Refusal::unknown_session;
}

void Venue::run(const CommandBody& body) {
    struct Visitor {
        Venue& venue;
        void operator()(const NewOrder& c) { venue.place(c); }
        void operator()(const CancelOrder& c) { venue.cancel(c); }
        void operator()(const ReplaceOrder& c) { venue.replace(c); }
        void operator()(const MassCancel& c) { venue.mass_cancel(c); }
        void operator()(const Deposit& c) { venue.administer(c); }
        void operator()(const Withdraw& c) { venue.administer(c); }
        void operator()(const Transfer& c) { venue.administer(c); }
        void operator()(const Halt& c) { venue.administer(c); }
        void operator()(const Resume& c) { venue.administer(c); }
        void operator()(const Tick&) { venue.tick(); }
        void operator()(const DayEnd&) { venue.begin_day_end(); }
        void operator()(const BustTrade& c) { venue.bust(c); }
        void operator()(const CorrectTrade& c) { venue.correct(c); }
        void operator()(const Continue&) { venue.go_on(); }
    };
    std::visit(Visitor{*this}, body);
}

// ---------------------------------------------------------------------------------- administration

/// A change of one balance; the refusal of an earlier one stays.
Refusal Venue::check_amount(AccountId account, AssetId asset, Int128 amount) const {
    if (!known(account)) return Refusal::unknown_account;
    if (!known(asset)) return Refusal::unknown_asset;
    if (amount <= 0) return Refusal::negative;
    return amount > balance_max ? Refusal::overflow : Refusal::none;
}

void Venue::administer(const Deposit& command) {
    Refusal refusal = check_amount(command.account, command.asset, command.amount);
    if (refusal == Refusal::none) {
        const Row row = ledger_.row(command.account, command.asset);
        const BalanceDelta delta{row, command.amount, 0, 0};
        refusal = row == 0 ? Refusal::capacity : ledger_.commit({&delta, 1});
    }
    if (refusal != Refusal::none) return refuse(refusal, {});
    tell_balance(command.account, command.asset);
}

void Venue::administer(const Withdraw& command) {
    Refusal refusal = check_amount(command.account, command.asset, command.amount);
    if (refusal == Refusal::none) {
        const Row row = ledger_.row(command.account, command.asset);
        const BalanceDelta delta{row, -command.amount, 0, 0};
        refusal = row == 0                                  ? Refusal::capacity
                  : ledger_.available(row) < command.amount ? Refusal::insufficient
                                                            : ledger_.commit({&delta, 1});
    }
    if (refusal != Refusal::none) return refuse(refusal, {});
    tell_balance(command.account, command.asset);
}

void Venue::administer(const Transfer& command) {
    Refusal refusal = known(command.to) ? check_amount(command.from, command.asset, command.amount)
                                        : Refusal::unknown_account;
    if (refusal == Refusal::none) {
        const Row from = ledger_.row(command.from, command.asset);
        const Row to = ledger_.row(command.to, command.asset);
        const BalanceDelta deltas[]{{from, -command.amount}, {to, command.amount}};
        refusal = from == 0 || to == 0                       ? Refusal::capacity
                  : ledger_.available(from) < command.amount ? Refusal::insufficient
                                                             : ledger_.commit(deltas);
    }
    if (refusal != Refusal::none) return refuse(refusal, {});
    tell_balance(command.from, command.asset);
    tell_balance(command.to, command.asset);
}

void Venue::tell_balance(AccountId account, AssetId asset) {
    const Balance balance = ledger_.balance(account, asset);
    Event& event = tell(EventKind::balance);
    event.account = account;
    event.asset = asset;
    event.total = balance.total;
    event.held = balance.held;
}

void Venue::administer(const Halt& command) {
    if (!known(command.instrument)) return refuse(Refusal::unknown_instrument, {});
    set_state(command.instrument, MarketState::halted);
}

void Venue::administer(const Resume& command) {
    if (!known(command.instrument)) return refuse(Refusal::unknown_instrument, {});
    set_state(command.instrument, MarketState::trading);
}

void Venue::set_state(InstrumentId instrument, MarketState state) {
    InstrumentState& its = of(instrument);
    its.state = state;
    if (state == MarketState::paused) its.pause_end = now_ + its.settings.pause;
    // Stops that waited for it are next; of several instruments one after the other.
    if (state == MarketState::trading) make_runnable(instrument);
    Event& event = tell(EventKind::state);
    event.instrument = instrument;
    event.market_state = state;
}

}  // namespace tickweir::txn
