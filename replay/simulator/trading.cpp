#include "replay/simulator/trading.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace tickweir::replay::simulator {
namespace {

namespace itch = codecs::itch;
using book::Side;

/// What is behind its share comes with this chance at an arrival, so that it does not come in step.
constexpr std::uint32_t catch_up_ppm = 250'000;

}  // namespace

void Trading::arrive() {
    const Mood now = mood();
    const std::uint32_t place = instruments_.draw(random_);
    step(instruments_[place], now);
    clear_way(place, now);
    if (instruments_[place].state == State::trading) trade(place, now);
    tell_rare(place, now);
    enter_orders(place);
}

// ------------------------------------------------------------------------------------------ prices

void Trading::step(Instrument& instrument, const Mood& mood) {
    if (!random_.chance(mood.step_ppm)) return;
    const std::uint32_t tick4 = instrument.tick4;
    const auto level4 =
        static_cast<std::uint32_t>(std::uint64_t{instrument.start4} * mood.level_permille / 1'000);
    const std::uint32_t band4 = level4 / 100 * mood.band_percent;
    std::uint32_t& bid4 = instrument.bid4;
    // Outside the band a part of the way back, however seldom anybody comes.
    if (bid4 > level4 + band4)
        bid4 -= std::max((bid4 - level4) / 8 / tick4, std::uint32_t{1}) * tick4;
    else if (bid4 + band4 < level4)
        bid4 += std::max((level4 - bid4) / 8 / tick4, std::uint32_t{1}) * tick4;
    else if (const std::uint32_t move4 = (1 + random_.below(instrument.spread_ticks)) * tick4;
             random_.chance(500'000))
        bid4 += move4;
    else if (bid4 > move4)
        bid4 -= move4;
}

void Trading::clear_way(std::uint32_t place, const Mood& mood) {
    clear_side(place, Side::buy, mood);
    clear_side(place, Side::sell, mood);
}

/// All of them, or what an odd lot takes.
std::uint32_t Trading::part_of(std::uint32_t shares) {
    constexpr std::uint32_t whole_ppm = 400'000;
    return shares == 1 || random_.chance(whole_ppm) ? shares : 1 + random_.below(shares - 1);
}

/// Orders that the price has left behind trade, or are withdrawn.
void Trading::clear_side(std::uint32_t place, Side side, const Mood& mood) {
    const Instrument& instrument = instruments_[place];
    const std::uint32_t slack4 = instrument.spread_ticks * instrument.tick4;
    constexpr std::uint32_t withdrawn_ppm = 600'000;
    for (std::uint32_t i = 0; i < mood.sweep_executions; ++i) {
        const std::optional<Head> head = orders_.head(place, side);
        if (!head) return;
        const bool behind = side == Side::buy ? head->price4 > instrument.bid4 + slack4
                                              : head->price4 + slack4 < instrument.ask4();
        if (!behind) return;
        if (instrument.state == State::trading &&
            feed_.behind<itch::OrderExecuted>(mood.executions_ppm))
            orders_.execute(place, *head, part_of(head->shares));
        else if (random_.chance(withdrawn_ppm))
            orders_.withdraw(place, *head);
        else
            return;
        feed_.advance_by(random_.below(500));
    }
}

// ------------------------------------------------------------------------------------------ trades

void Trading::trade(std::uint32_t place, const Mood& mood) {
    if (feed_.behind<itch::OrderExecuted>(mood.executions_ppm) && random_.chance(catch_up_ppm))
        aggress(place, mood);
    if (feed_.behind<itch::OrderExecutedWithPrice>(executions_with_price_ppm) &&
        random_.chance(catch_up_ppm))
        execute_at_midpoint(place);
    if (feed_.behind<itch::Trade>(hidden_trades_ppm) && random_.chance(catch_up_ppm))
        trade_hidden(place);
}

void Trading::aggress(std::uint32_t place, const Mood& mood) {
    const Side hit = random_.chance(mood.selling_ppm) ? Side::buy : Side::sell;
    const bool sweeps = random_.chance(mood.sweep_ppm);
    constexpr std::uint32_t whole_ppm = 420'000;
    if (sweeps) return take(place, hit, 100 * (5 + random_.below(60)), mood.sweep_executions);
    constexpr std::uint32_t most = 4;
    if (random_.chance(whole_ppm)) return take(place, hit, 100 * (1 + random_.below(2)), most);
    // Odd lots often come in a row, and take one order piece by piece.
    constexpr std::uint32_t another_ppm = 280'000;
    do {
        take(place, hit, 1 + random_.below(60), most);
    } while (random_.chance(another_ppm));
}

void Trading::take(std::uint32_t place, Side hit, std::uint32_t shares, std::uint32_t most) {
    for (std::uint32_t i = 0; i < most && shares != 0; ++i) {
        const std::optional<Head> head = orders_.head(place, hit);
        if (!head) return;
        const std::uint32_t taken = std::min(shares, head->shares);
        orders_.execute(place, *head, taken);
        feed_.advance_by(random_.below(200));
        shares -= taken;
    }
}

/// Somebody got a better price than the one displayed; half of these are printed.
void Trading::execute_at_midpoint(std::uint32_t place) {
    const std::optional<Head> bid = orders_.head(place, Side::buy);
    const std::optional<Head> ask = orders_.head(place, Side::sell);
    if (!bid || !ask) return;
    const std::uint32_t midpoint4 = (bid->price4 + ask->price4) / 2;
    const Head& head = random_.chance(500'000) ? *bid : *ask;
    orders_.execute_at(place, head, head.shares, midpoint4, random_.chance(500'000));
}

void Trading::trade_hidden(std::uint32_t place) {
    const std::optional<Head> bid = orders_.head(place, Side::buy);
    const std::optional<Head> ask = orders_.head(place, Side::sell);
    if (!bid || !ask) return;
    itch::Trade message;
    message.side = 'B';
    message.shares =
        random_.chance(500'000) ? 100 : static_cast<std::uint32_t>(odd_lot_shares.draw(random_));
    message.stock = instruments_[place].symbol;
    message.price4 = (bid->price4 + ask->price4) / 2;
    message.match_number = feed_.new_match(locate_of(place));
    feed_.emit(locate_of(place), message);
}

// ------------------------------------------------------------------------------------------ orders

void Trading::enter_orders(std::uint32_t place) {
    const std::uint64_t count = orders_per_arrival.draw(random_);
    Side side = random_.chance(500'000) ? Side::buy : Side::sell;
    for (std::uint64_t i = 0; i < count; ++i) {
        orders_.enter(place, side);
        feed_.advance_by(random_.below(1'000));
        if (random_.chance(700'000)) side = opposite(side);
    }
}

// -------------------------------------------------------------------------------------------- rare

void Trading::tell_rare(std::uint32_t place, const Mood& mood) {
    if (share(mood.halts_ppm))
        auctions_.halt(place, random_.chance(500'000) ? Halt::price_limit : Halt::news);
    if (share(operational_halts_ppm)) auctions_.halt(place, Halt::operational);
    if (share(retail_interest_ppm)) tell_retail_interest(place);
    if (share(short_sale_changes_ppm)) tell_short_sale_change(place);
    if (share(broken_trades_ppm)) break_trade();
    // Half of the day's imbalances stand before the close, in its last tenth.
    if (progress_ppm() >= 900'000 && share(imbalances_ppm * 5)) auctions_.imbalance(place, 'C');
    if (profile_ == Profile::crash) breach_levels();
}

void Trading::tell_retail_interest(std::uint32_t place) {
    constexpr std::array flags{'B', 'S', 'A', 'N'};
    itch::RetailInterest message;
    message.stock = instruments_[place].symbol;
    message.interest_flag = flags[random_.below(flags.size())];
    feed_.emit(locate_of(place), message);
}

void Trading::tell_short_sale_change(std::uint32_t place) {
    itch::RegShoRestriction message;
    message.stock = instruments_[place].symbol;
    message.reg_sho_action = '1';
    feed_.emit(locate_of(place), message);
}

void Trading::break_trade() {
    const std::optional<Match> match = feed_.take_recent_match();
    if (!match) return;
    itch::BrokenTrade message;
    message.match_number = match->number;
    feed_.emit(match->locate, message);
}

/// The market as a whole falls 7 %, then 13 %: through its first level, then its second.
void Trading::breach_levels() {
    constexpr std::array<std::uint32_t, 2> breached_at_ppm{385'000, 545'000};
    if (breaches_ == breached_at_ppm.size() || progress_ppm() < breached_at_ppm[breaches_]) return;
    ++breaches_;
    itch::MwcbStatus message;
    message.breached_level = breaches_ == 1 ? '1' : '2';
    feed_.emit(0, message);
    stop_market();
}

void Trading::stop_market() {
    // Stopping and resuming takes about six messages an instrument: too much for a short session.
    constexpr std::uint64_t messages_each = 6;
    constexpr std::uint64_t share_max = 20;
    if (messages_each * instruments_.size() * share_max > feed_.limit()) return;
    for (std::uint32_t place = 0; place < instruments_.size(); ++place) {
        auctions_.halt(place, Halt::market_wide);
        feed_.advance_by(2'000);
    }
}

}  // namespace tickweir::replay::simulator
