#include "replay/simulator/auctions.hpp"

#include <algorithm>

#include "replay/simulator/tables.hpp"

namespace tickweir::replay::simulator {
namespace {

namespace itch = codecs::itch;

constexpr Curve halt_ns{Knot{0, 3 * second_ns}, Knot{800'000, 8 * second_ns},
                        Knot{1'000'000, 30 * second_ns}};
static_assert(well_formed(halt_ns));

std::uint32_t percent_of(const Instrument& instrument, std::uint32_t percent) {
    const std::uint64_t price4 = std::uint64_t{instrument.bid4} * percent / 100;
    return std::max(instrument.tick4,
                    static_cast<std::uint32_t>(price4 - price4 % instrument.tick4));
}

}  // namespace

// ---------------------------------------------------------------------------------------- schedule

std::optional<std::uint64_t> Auctions::next_ns() const {
    if (actions_.empty()) return std::nullopt;
    return actions_.front().time_ns;
}

void Auctions::plan(std::uint32_t place, Halt why, Step step, std::uint64_t after_ns) {
    actions_.push_back({feed_.now_ns() + after_ns, ++planned_, place, why, step});
    std::push_heap(actions_.begin(), actions_.end());
}

void Auctions::act() {
    std::pop_heap(actions_.begin(), actions_.end());
    const Action action = actions_.back();
    actions_.pop_back();
    feed_.advance_to(action.time_ns);
    if (action.step == Step::quote)
        quote(action.place, action.why);
    else
        resume(action.place, action.why);
}

// ------------------------------------------------------------------------------------------- halts

void Auctions::halt(std::uint32_t place, Halt why) {
    Instrument& instrument = instruments_[place];
    if (instrument.state != State::trading) return;
    instrument.state = State::halted;
    tell_halt(place, why);
    const std::uint64_t lasting_ns = halt_ns.draw(random_);
    if (why != Halt::operational) plan(place, why, Step::quote, lasting_ns / 2);
    plan(place, why, Step::resume, lasting_ns);
    // News and halts for the price's sake open at another price.
    if (why == Halt::news || why == Halt::price_limit) {
        const std::uint32_t moved4 = percent_of(instrument, 97 + random_.below(7));
        if (moved4 > instrument.start4 / 4 && moved4 < instrument.start4 * 2)
            instrument.bid4 = moved4;
    }
}

void Auctions::tell_halt(std::uint32_t place, Halt why) {
    switch (why) {
        case Halt::news:
            return tell_state(place, 'H', "T1");
        case Halt::market_wide:
            return tell_state(place, 'H', "MWC1");
        case Halt::new_listing:
            return tell_state(place, 'H', "IPO1");
        case Halt::operational:
            return tell_operational(place, 'H');
        case Halt::price_limit:
            tell_state(place, 'P', "LUDP");
            return tell_collar(place);
    }
}

void Auctions::quote(std::uint32_t place, Halt why) {
    switch (why) {
        case Halt::market_wide:
            tell_state(place, 'Q', "MWCQ");
            break;
        case Halt::new_listing:
            tell_state(place, 'Q', "IPOQ");
            break;
        case Halt::news:
        case Halt::price_limit:
        case Halt::operational:
            tell_state(place, 'Q', "T3");
            break;
    }
    imbalance(place, 'H');
}

void Auctions::resume(std::uint32_t place, Halt why) {
    instruments_[place].state = State::trading;
    if (why == Halt::operational) return tell_operational(place, 'T');
    cross(place, 'H', true);
    tell_state(place, 'T', {});
}

// ------------------------------------------------------------------------------------ new listings

void Auctions::list_new(std::uint32_t place, bool direct) {
    Instrument& instrument = instruments_[place];
    constexpr std::uint64_t wait_ns = 10 * second_ns;
    if (direct) {
        itch::DirectListingPriceDiscovery message;
        message.stock = instrument.symbol;
        message.open_eligibility_status = 'Y';
        message.minimum_allowable_price4 = percent_of(instrument, 80);
        message.maximum_allowable_price4 = percent_of(instrument, 180);
        message.near_execution_price4 = instrument.bid4;
        message.near_execution_time = feed_.now_ns();
        message.lower_collar_price4 = percent_of(instrument, 90);
        message.upper_collar_price4 = percent_of(instrument, 110);
        feed_.emit(locate_of(place), message);
    } else {
        itch::IpoQuotingPeriod message;
        message.stock = instrument.symbol;
        message.release_time_s = static_cast<std::uint32_t>((feed_.now_ns() + wait_ns) / second_ns);
        message.release_qualifier = 'A';
        message.ipo_price4 = instrument.start4;
        feed_.emit(0, message);
    }
    plan(place, Halt::new_listing, Step::quote, wait_ns / 2);
    plan(place, Halt::new_listing, Step::resume, wait_ns);
}

// ---------------------------------------------------------------------------------------- messages

void Auctions::tell_state(std::uint32_t place, char state, codecs::Alpha<4> reason) {
    itch::StockTradingAction message;
    message.stock = instruments_[place].symbol;
    message.trading_state = state;
    message.reason = reason;
    feed_.emit(locate_of(place), message);
}

void Auctions::tell_collar(std::uint32_t place) {
    const Instrument& instrument = instruments_[place];
    itch::LuldAuctionCollar message;
    message.stock = instrument.symbol;
    message.reference_price4 = instrument.bid4;
    message.upper_price4 = percent_of(instrument, 105);
    message.lower_price4 = percent_of(instrument, 95);
    feed_.emit(locate_of(place), message);
}

void Auctions::tell_operational(std::uint32_t place, char action) {
    itch::OperationalHalt message;
    message.stock = instruments_[place].symbol;
    message.market_code = 'Q';
    message.halt_action = action;
    feed_.emit(locate_of(place), message);
}

void Auctions::imbalance(std::uint32_t place, char cross_type) {
    const Instrument& instrument = instruments_[place];
    itch::NetOrderImbalance message;
    message.stock = instrument.symbol;
    message.paired_shares = std::uint64_t{100} * random_.below(2'000);
    message.imbalance_shares = std::uint64_t{100} * random_.below(500);
    const bool even = message.imbalance_shares == 0;
    message.imbalance_direction = even ? 'N' : random_.chance(500'000) ? 'B' : 'S';
    message.near_price4 = instrument.bid4;
    message.far_price4 = percent_of(instrument, 98 + random_.below(5));
    message.current_reference_price4 = instrument.bid4;
    message.cross_type = cross_type;
    message.price_variation_indicator = random_.chance(700'000) ? 'L' : '1';
    feed_.emit(locate_of(place), message);
}

void Auctions::cross(std::uint32_t place, char cross_type, bool taking) {
    const Instrument& instrument = instruments_[place];
    std::uint64_t shares = 0;
    constexpr std::uint32_t takes_ppm = 330'000;
    if (taking && random_.chance(takes_ppm)) {
        const std::optional<Head> bid = orders_.head(place, book::Side::buy);
        const std::optional<Head> ask = orders_.head(place, book::Side::sell);
        if (bid && ask) {
            const std::uint32_t matched = std::min(bid->shares, ask->shares);
            orders_.execute_at(place, *bid, matched, instrument.bid4, false);
            orders_.execute_at(place, *ask, matched, instrument.bid4, false);
            shares = matched;
        }
    }
    // Orders that only the auction knows: the quiet half of the market often has none.
    if (random_.chance(instrument.rank < 1'000 ? 900'000 : 300'000))
        shares += 100 * round_lots.draw(random_);
    itch::CrossTrade message;
    message.stock = instrument.symbol;
    message.shares = shares;
    message.cross_price4 = shares == 0 ? 0 : instrument.bid4;
    message.match_number = feed_.new_match(locate_of(place));
    message.cross_type = cross_type;
    feed_.emit(locate_of(place), message);
}

}  // namespace tickweir::replay::simulator
