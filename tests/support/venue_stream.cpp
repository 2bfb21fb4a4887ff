#include "tests/support/venue_stream.hpp"

#include <algorithm>
#include <array>

#include "tests/support/naive_amounts.hpp"

namespace tickweir::tests {

using txn::OrderType;
using txn::SelfTrade;
using txn::Side;
using txn::TimeInForce;

namespace {

constexpr std::int64_t second = 1'000'000'000;

txn::TimeNs at(std::int64_t ns) {
    return txn::TimeNs{std::chrono::nanoseconds{ns}};
}

}  // namespace

txn::VenueSettings small_venue() {
    txn::VenueSettings settings;
    settings.assets = {{"USD", 18}, {"ACME", 18}, {"GLOBEX", 18}};
    for (const std::uint32_t base : {1u, 2u}) {
        txn::InstrumentSettings instrument;
        instrument.symbol = settings.assets[base].name;
        instrument.base = txn::AssetId{base};
        instrument.quote = txn::AssetId{0};
        settings.instruments.push_back(instrument);
    }
    for (const char* const name : {"A0", "A1", "A2", "A3", "A4"})
        settings.accounts.push_back({name, 1000, 0});
    for (const char* const name : {"S0", "S1", "S2", "S3", "S4"})
        settings.sessions.push_back({name, 1000});
    settings.limits.orders = 4096;
    settings.limits.window = 1024;
    settings.limits.balances = 64;
    settings.limits.positions = 64;
    settings.limits.client_ids = 1 << 16;
    settings.limits.trades = 4096;
    return settings;
}

VenueStream::VenueStream(std::uint64_t seed) : random_{seed}, settings_{small_venue()} {
    make_settings();
    ids_.assign(settings_.sessions.size() + 1, 0);
    for (const txn::InstrumentSettings& one : settings_.instruments)
        middle_.push_back(std::max<std::int64_t>(one.reference.ticks / one.tick.ticks, 200));
}

std::int64_t VenueStream::upto(std::int64_t most) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(most + 1));
}

// ---------------------------------------------------------------------------------- settings

void VenueStream::make_settings() {
    settings_.log_number = any_of<std::uint16_t>({1, 7, 65535});
    for (txn::InstrumentSettings& instrument : settings_.instruments)
        make_instrument(instrument);
    settings_.assets[0].decimals = any_of<unsigned>({4, 6, 8, 10, 18});
    for (const txn::InstrumentSettings& one : settings_.instruments) {
        if (one.quantity_decimals == 18) settings_.assets[0].decimals = 18;
    }
    settings_.fees.maker_millionths = any_of<std::int32_t>({0, 0, -100, 333, 1500});
    settings_.fees.taker_millionths =
        std::max(any_of<std::int32_t>({0, 200, 777, 2500, 100}), -settings_.fees.maker_millionths);
    settings_.fees.rounding = book::exact::all_roundings.at(static_cast<std::size_t>(upto(7)));
    make_limits();
    make_account_limits();
}

void VenueStream::make_instrument(txn::InstrumentSettings& instrument) {
    instrument.price_decimals = any_of<unsigned>({0, 1, 2});
    instrument.quantity_decimals = any_of<unsigned>({0, 0, 2});
    instrument.tick.ticks = any_of<std::int64_t>({1, 1, 5});
    instrument.lot.lots = any_of<std::int64_t>({1, 1, 10});
    if (chance(80)) {  // so fine that sums of quantities come near what 64 bits hold
        instrument.price_decimals = 0;
        instrument.quantity_decimals = 18;
        instrument.lot.lots = 100'000'000'000'000'000;
    }
    if (chance(600)) instrument.reference.ticks = 200 * instrument.tick.ticks;
    if (chance(400))
        instrument.collar_millionths = any_of<std::uint32_t>({12'345, 30'000, 200'000});
    if (chance(400)) instrument.band_millionths = any_of<std::uint32_t>({9'999, 20'000, 50'000});
    instrument.band_window = std::chrono::seconds{upto(60)};
    instrument.pause = std::chrono::seconds{1 + upto(15)};
    if (chance(200)) instrument.quantity_max.lots = 15 * instrument.lot.lots;
    if (chance(200))
        instrument.notional_max =
            Int128{2500} * instrument.tick.ticks * instrument.lot.lots *
            ten_to(18 - instrument.price_decimals - instrument.quantity_decimals);
}

void VenueStream::make_limits() {
    settings_.limits.effects = any_of<std::uint32_t>({1, 2, 3, 5, 256});
    settings_.limits.trades = any_of<std::size_t>({3, 4096, 4096});
    if (chance(150)) settings_.limits.orders = static_cast<std::size_t>(3 + upto(30));
    if (chance(150)) settings_.limits.client_ids = static_cast<std::size_t>(10 + upto(300));
    if (chance(200)) settings_.sessions[1].orders_max = static_cast<std::uint32_t>(1 + upto(10));
    if (chance(200)) settings_.accounts[2].orders_max = static_cast<std::uint32_t>(1 + upto(10));
}

void VenueStream::make_account_limits() {
    if (chance(300)) settings_.accounts[1].notional_max = 3000 * ten_to(18);
    for (std::uint32_t account = 0; account < settings_.accounts.size(); ++account) {
        for (std::uint32_t asset = 0; asset < settings_.assets.size(); ++asset) {
            if (chance(250))
                settings_.short_limits.push_back(
                    {txn::AccountId{account}, txn::AssetId{asset}, (1 + upto(5000)) * ten_to(18)});
        }
        for (std::uint32_t instrument = 0; instrument < settings_.instruments.size();
             ++instrument) {
            if (chance(150))
                settings_.position_limits.push_back(
                    {txn::AccountId{account}, txn::InstrumentId{instrument}, {5 + upto(60)}});
        }
    }
}

// ------------------------------------------------------------------------------------ choices

txn::AccountId VenueStream::account() {
    if (chance(10)) return txn::AccountId{77};
    if (chance(30)) return txn::AccountId{0};
    return txn::AccountId{static_cast<std::uint32_t>(1 + upto(3))};
}

txn::InstrumentId VenueStream::instrument() {
    if (chance(8)) return txn::InstrumentId{2};
    return txn::InstrumentId{chance(300) ? 1u : 0u};
}

/// Whole lots, seldom not.
std::int64_t VenueStream::lots(txn::InstrumentId instrument, std::int64_t most) {
    const std::size_t i = std::size_t(instrument);
    const std::int64_t lot =
        i < settings_.instruments.size() ? settings_.instruments[i].lot.lots : 1;
    return (1 + upto(most - 1)) * lot + (chance(8) ? 1 : 0);
}

txn::Price VenueStream::near(txn::InstrumentId instrument, std::int64_t ticks_away) {
    const std::size_t i = std::min<std::size_t>(std::size_t(instrument), middle_.size() - 1);
    const std::int64_t tick = settings_.instruments[i].tick.ticks;
    return {std::max<std::int64_t>(middle_[i] + ticks_away, 1) * tick + (chance(8) ? 1 : 0)};
}

txn::ClientOrderId VenueStream::fresh_id(txn::SessionId session) {
    if (chance(8)) return {};
    if (chance(15)) return old_id(session);
    const std::size_t i = std::min(std::size_t(session), ids_.size() - 1);
    return txn::ClientOrderId{"c" + std::to_string(++ids_[i])};
}

/// One that was probably given out, not long ago.
txn::ClientOrderId VenueStream::old_id(txn::SessionId session) {
    const std::size_t i = std::min(std::size_t(session), ids_.size() - 1);
    const std::int64_t last = static_cast<std::int64_t>(ids_[i]);
    return txn::ClientOrderId{"c" + std::to_string(std::max<std::int64_t>(
                                        1, last - upto(std::min<std::int64_t>(last, 30))))};
}

// ----------------------------------------------------------------------------------- commands

VenueStep VenueStream::next() {
    ++made_;
    if (chance(700)) now_ns_ += upto(chance(20) ? 30 : 2) * second + upto(3);
    for (std::int64_t& middle : middle_)
        middle = std::clamp<std::int64_t>(middle + upto(2) - 1, 100, 400);
    VenueStep step;
    txn::Envelope& envelope = step.command.envelope;
    envelope.session = txn::SessionId{static_cast<std::uint32_t>(chance(5) ? 9 : 1 + upto(2))};
    envelope.sequence = ++sequence_;
    envelope.time = at(chance(20) ? now_ns_ - upto(2 * second) : now_ns_);
    envelope.arrived = envelope.time;
    if (chance(30)) envelope.deadline = at(now_ns_ + upto(2 * second) - second / 2);
    // First everybody gets something; later the operator has his turn now and then.
    if (made_ <= 12) {
        envelope.session = txn::operator_session;
        step.command.body = txn::Deposit{txn::AccountId{static_cast<std::uint32_t>(1 + made_ % 4)},
                                         txn::AssetId{static_cast<std::uint32_t>(made_ % 3)},
                                         (100 + upto(20'000)) * ten_to(18)};
    } else if (resumes_) {
        envelope.session = txn::operator_session;
        step.command.body = txn::Resume{*resumes_};
        resumes_.reset();
    } else if (chance(130)) {
        if (!chance(20)) envelope.session = txn::operator_session;
        step.command.body = administration();
    } else {
        step.command.body = body(envelope.session);
    }
    step.drains = !chance(20);
    return step;
}

txn::CommandBody VenueStream::body(txn::SessionId session) {
    const std::int64_t what = upto(99);
    if (what < 68) return new_order(session);
    if (what < 78) return cancel(session);
    if (what < 98) return replace(session);
    return chance(400) ? txn::CommandBody{mass_cancel(session)} : txn::Continue{};
}

txn::CommandBody VenueStream::administration() {
    const std::int64_t what = upto(99);
    const txn::TradeId trade{
        chance(30) ? trades_ + 1
                   : trades_ - static_cast<std::uint64_t>(upto(static_cast<std::int64_t>(
                                   std::min<std::uint64_t>(trades_, 6))))};
    if (what < 25) return money();
    if (what < 30) return txn::Halt{instrument()};
    if (what < 50) return txn::Resume{instrument()};
    if (what < 72) return txn::Tick{};
    if (what < 76) return txn::DayEnd{};
    if (what < 84) return txn::BustTrade{trade};
    if (what < 94)
        return txn::CorrectTrade{trade, near({}, upto(6) - 3), {upto(12) - (chance(50) ? 12 : 0)}};
    return mass_cancel(txn::operator_session);
}

txn::CommandBody VenueStream::money() {
    const txn::AssetId asset{static_cast<std::uint32_t>(chance(20) ? 9 : upto(2))};
    const Int128 small = chance(40) ? Int128{-upto(1)} : (upto(2000) + 1) * ten_to(18) + upto(9);
    const Int128 amount = chance(15) ? 2 * ten_to(37) : chance(5) ? ten_to(37) - upto(1) : small;
    const std::int64_t what = upto(9);
    if (what < 5) return txn::Deposit{account(), asset, amount};
    if (what < 8) return txn::Withdraw{account(), asset, amount};
    return txn::Transfer{account(), account(), asset, amount};
}

txn::NewOrder VenueStream::new_order(txn::SessionId session) {
    txn::NewOrder order;
    order.client_id = fresh_id(session);
    order.account = account();
    order.instrument = instrument();
    order.side = any_of({Side::buy, Side::sell});
    order.quantity.lots = lots(order.instrument, chance(50) ? 60 : 12);
    order.self_trade =
        any_of({SelfTrade::cancel_incoming, SelfTrade::cancel_resting, SelfTrade::cancel_both});
    shape(order);
    if (chance(10)) order.possible_resend = true;
    if (chance(10)) order.possible_duplicate = true;
    if (chance(40)) spoil(order);
    return order;
}

/// Type, prices and instructions that go together.
void VenueStream::shape(txn::NewOrder& order) {
    const int sign = order.side == Side::buy ? 1 : -1;
    const std::int64_t what = upto(99);
    order.type = what < 66   ? OrderType::limit
                 : what < 78 ? OrderType::market
                 : what < 90 ? OrderType::stop
                             : OrderType::stop_limit;
    const std::int64_t aggression = chance(30) ? upto(60) - 30 : upto(9) - 7;
    const bool is_stop = order.type == OrderType::stop || order.type == OrderType::stop_limit;
    if (order.type == OrderType::limit || order.type == OrderType::stop_limit)
        order.price = near(order.instrument, sign * (is_stop ? upto(5) : aggression));
    if (is_stop) order.stop_price = near(order.instrument, sign * (upto(6) - 1));
    order.time_in_force = any_of({TimeInForce::day, TimeInForce::day, TimeInForce::gtc,
                                  TimeInForce::gtc, TimeInForce::gtc, TimeInForce::gtd,
                                  TimeInForce::ioc, TimeInForce::fok, TimeInForce::gtd});
    const bool is_immediate =
        order.time_in_force == TimeInForce::ioc || order.time_in_force == TimeInForce::fok;
    if (order.type == OrderType::market && !is_immediate) order.time_in_force = TimeInForce::day;
    if (order.type == OrderType::stop && is_immediate) order.time_in_force = TimeInForce::day;
    if (order.time_in_force == TimeInForce::gtd) order.expiry = at(now_ns_ + upto(40) * second);
    if (order.price && !is_immediate) {
        if (chance(250)) order.display.lots = lots(order.instrument, 4);
        if (chance(150)) order.post_only = true;
    }
    if (!is_stop && !order.post_only && chance(60))
        order.min_quantity.lots = lots(order.instrument, 8);
}

/// One thing is wrong with it.
void VenueStream::spoil(txn::NewOrder& order) {
    switch (upto(13)) {
        case 0:
            order.quantity.lots = -upto(1);
            break;
        case 1:
            order.price = txn::Price{-upto(1)};
            break;
        case 2:
            order.price.reset();
            break;
        case 3:
            order.stop_price = txn::Price{upto(2) - 1};
            break;
        case 4:
            order.stop_price.reset();
            break;
        case 5:
            order.display.lots = -1;
            break;
        case 6:
            order.display.lots = 7;
            break;
        case 7:
            order.min_quantity.lots = upto(80) - 1;
            break;
        case 8:
            order.expiry = at(now_ns_ - upto(2));
            break;
        case 9:
            order.time_in_force =
                any_of({TimeInForce::gtd, TimeInForce::ioc, TimeInForce::fok, TimeInForce::gtc});
            break;
        case 10:
            order.post_only = true;
            break;
        case 11:
            order.type = any_of(
                {OrderType::market, OrderType::limit, OrderType::stop, OrderType::stop_limit});
            break;
        case 12:
            order.quantity.lots = std::int64_t{1} << (30 + upto(32));
            break;
        default:
            order.price = txn::Price{std::int64_t{1} << (20 + upto(42))};
            break;
    }
}

template <class Request>
void VenueStream::name_target(Request& request, txn::SessionId session,
                              const txn::OrderView*& target) {
    target = nullptr;
    if (!open_.empty() && !chance(60)) {
        for (int tries = 0; tries < 8; ++tries) {
            target =
                &open_[static_cast<std::size_t>(upto(static_cast<std::int64_t>(open_.size()) - 1))];
            if (target->session == session) break;
        }
        if (chance(500)) request.order = target->order;
        if (!request.order || chance(100)) request.original = target->client_id;
        if (chance(20)) request.original = old_id(session);
        return;
    }
    if (chance(500)) request.original = old_id(session);
    if (chance(500)) {
        const auto back = static_cast<std::uint64_t>(
            upto(static_cast<std::int64_t>(std::min<std::uint64_t>(orders_, 40))));
        request.order = txn::OrderId{(std::uint64_t{settings_.log_number} << 48) +
                                     (chance(50) ? orders_ + 1 : orders_ - back)};
    }
}

txn::CancelOrder VenueStream::cancel(txn::SessionId session) {
    txn::CancelOrder request;
    const txn::OrderView* target = nullptr;
    request.client_id = fresh_id(session);
    name_target(request, session, target);
    return request;
}

txn::ReplaceOrder VenueStream::replace(txn::SessionId session) {
    txn::ReplaceOrder request;
    const txn::OrderView* target = nullptr;
    request.client_id = fresh_id(session);
    name_target(request, session, target);
    const txn::InstrumentId traded = target != nullptr ? target->instrument : txn::InstrumentId{};
    request.quantity.lots = lots(traded, 12);
    if (target != nullptr) {
        if (target->price.ticks != 0) request.price = target->price;
        if (target->stop_price.ticks != 0) request.stop_price = target->stop_price;
        const std::int64_t lot = settings_.instruments[std::size_t(traded)].lot.lots;
        if (chance(600)) request.quantity.lots = target->quantity.lots + (upto(4) - 3) * lot;
        if (chance(350)) request.price = near(traded, upto(8) - 4);
        if (request.stop_price && chance(300)) request.stop_price = near(traded, upto(8) - 4);
        if (chance(100)) request.display = target->display;
        if (chance(60)) request.expiry = target->expiry;
    } else {
        request.price = near(traded, upto(8) - 4);
    }
    if (chance(80)) request.display = txn::Quantity{lots(traded, 5) - (chance(200) ? 5 : 0)};
    if (chance(40)) request.expiry = at(now_ns_ + (upto(30) - 3) * second);
    if (chance(20)) request.price.reset();
    if (chance(20)) request.stop_price = near(traded, 3);
    if (chance(10)) request.possible_resend = true;
    if (chance(10)) request.possible_duplicate = true;
    return request;
}

txn::MassCancel VenueStream::mass_cancel(txn::SessionId session) {
    txn::MassCancel request;
    if (session != txn::operator_session || chance(500)) request.client_id = fresh_id(session);
    if (chance(300))
        request.session =
            chance(700) ? session : txn::SessionId{static_cast<std::uint32_t>(upto(5))};
    if (chance(400)) request.account = account();
    if (chance(400)) request.instrument = instrument();
    if (chance(300)) request.side = any_of({Side::buy, Side::sell});
    request.keep_long_lived = chance(300);
    return request;
}

// -------------------------------------------------------------------------------------- learn

void VenueStream::learn(const txn::Outcome& outcome) {
    constexpr std::uint64_t counter = (std::uint64_t{1} << 48) - 1;
    for (const txn::Event& event : outcome.events) {
        const bool stops =
            event.kind == txn::EventKind::state && event.market_state != txn::MarketState::trading;
        if (stops && chance(600)) resumes_ = event.instrument;
        trades_ = std::max(trades_, std::uint64_t(event.fill.trade));
        const bool refuses =
            event.kind == txn::EventKind::rejected || event.kind == txn::EventKind::refused;
        if (event.order.order == txn::OrderId{} || refuses) continue;
        orders_ = std::max(orders_, std::uint64_t(event.order.order) & counter);
        std::erase_if(open_,
                      [&](const txn::OrderView& one) { return one.order == event.order.order; });
        if (event.order.status == txn::OrderStatus::open && event.order.leaves.lots > 0)
            open_.push_back(event.order);
    }
}

}  // namespace tickweir::tests
