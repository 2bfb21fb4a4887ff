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
    : Venue{checked(settings), std::make_unique<Ledger>(settings)} {}

Venue::Venue(const VenueSettings& settings, std::unique_ptr<Ledger> own) : Venue{settings, *own} {
    own_ledger_ = std::move(own);
}

Venue::Venue(const VenueSettings& settings, Ledger& shared)
    : settings_{checked(settings)},
      ledger_{shared},
      teller_{shared},
      positions_{settings.limits.positions},
      position_limits_{settings.position_limits.size()},
      orders_{settings.limits.orders, settings.sessions.size(), settings.accounts.size()},
      client_ids_{settings.limits.client_ids, settings.limits.seed},
      books_{book_limits(settings)},
      stops_{stop_limits(settings)},
      waiting_{settings.limits.orders, settings.limits.seed, nullptr},
      trades_{settings.limits.trades, settings.shard} {
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

void Venue::populate(std::size_t orders) {
    orders_.populate(std::min(orders, settings_.limits.orders));
    client_ids_.populate();
    books_.populate();
    trades_.populate();
}

void Venue::execute(const Command& command, Outcome& outcome, log::SerialPoint& point) {
    outcome.clear();
    out_ = &outcome;
    point_ = &point;
    plan_.matches.clear();
    envelope_ = &command.envelope;
    traded_ = {};
    const Refusal refusal = admit(command);
    if (refusal != Refusal::busy && refusal != Refusal::nothing_to_do)
        now_ = std::max(now_, command.envelope.time);
    if (refusal == Refusal::none) {
        run(command.body);
        release_all();
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

/// The moment of the command, unless refused.
Refusal Venue::commit(std::span<const BalanceDelta> deltas) {
    return teller_.commit(deltas, *point_, plan_.matches.size());
}

/// What orders held that ended in this command. Together, so that nobody sees one half of it.
void Venue::release_all() {
    if (releases_.empty()) return;
    teller_.apply(releases_, *point_, out_->events.size());
    releases_.clear();
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
    if (refusal != Refusal::none) return refuse(refusal, {});
    const Row row = ledger_.row(command.account, command.asset);
    const BalanceDelta delta{row, command.amount};
    refusal = row == 0 ? Refusal::capacity : commit({&delta, 1});
    if (refusal != Refusal::none) return refuse(refusal, {});
    tell_balance(command.account, command.asset, row);
}

void Venue::administer(const Withdraw& command) {
    Refusal refusal = check_amount(command.account, command.asset, command.amount);
    if (refusal != Refusal::none) return refuse(refusal, {});
    const Row row = ledger_.row(command.account, command.asset);
    const BalanceDelta delta{row, -command.amount, 0, command.amount, 0, true};
    refusal = row == 0 ? Refusal::capacity : commit({&delta, 1});
    if (refusal != Refusal::none) return refuse(refusal, {});
    tell_balance(command.account, command.asset, row);
}

void Venue::administer(const Transfer& command) {
    Refusal refusal = known(command.to) ? check_amount(command.from, command.asset, command.amount)
                                        : Refusal::unknown_account;
    if (refusal != Refusal::none) return refuse(refusal, {});
    const Row from = ledger_.row(command.from, command.asset);
    const Row to = ledger_.row(command.to, command.asset);
    const BalanceDelta deltas[]{{from, -command.amount, 0, command.amount, 0, true},
                                {to, command.amount}};
    refusal = from == 0 || to == 0 ? Refusal::capacity : commit(deltas);
    if (refusal != Refusal::none) return refuse(refusal, {});
    tell_balance(command.from, command.asset, from);
    tell_balance(command.to, command.asset, to);
}

/// As the command left it: others may have changed it again since.
void Venue::tell_balance(AccountId account, AssetId asset, Row row) {
    const Balance balance = teller_.after(row);
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
