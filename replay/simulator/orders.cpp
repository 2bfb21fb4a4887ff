#include "replay/simulator/orders.hpp"

#include <algorithm>
#include <array>

#include "book/ensure.hpp"

namespace tickweir::replay::simulator {
namespace {

namespace itch = codecs::itch;

constexpr std::array<codecs::Alpha<4>, 8> participants{"NITE", "CDRG", "VIRT", "SGMT",
                                                       "JANE", "LEHM", "UBSS", "GTSM"};

/// Orders that live briefly: what a burst of a whole second brings, and more than that.
constexpr std::uint64_t brief_orders_max = 4'000'000;

book::Limits limits_for(const InstrumentTable& instruments, std::uint64_t resting_target) {
    book::Limits limits;
    limits.instruments = instruments.size();
    limits.orders = resting_target + brief_orders_max;
    limits.levels = limits.orders;
    return limits;
}

book::InstrumentId instrument_id(std::uint32_t place) {
    return book::InstrumentId{place};
}
book::Price price_of(std::uint32_t price4) {
    return {std::int64_t{price4}};
}
book::Quantity quantity_of(std::uint32_t shares) {
    return {std::int64_t{shares}};
}
std::uint64_t number_of(book::OrderId id) {
    return static_cast<std::uint64_t>(id);
}

}  // namespace

Orders::Orders(InstrumentTable& instruments, Feed& feed, std::uint64_t resting_target,
               Random random)
    : instruments_{instruments},
      feed_{feed},
      random_{random},
      books_{limits_for(instruments, resting_target)},
      resting_target_{resting_target},
      resting_at_{resting_target + 1, limits_for(instruments, resting_target).seed, nullptr} {}

// ------------------------------------------------------------------------------------ what is open

std::optional<Head> Orders::head(std::uint32_t place, book::Side side) const {
    const book::BookHeader* header = books_.find_book(instrument_id(place));
    if (header == nullptr) return std::nullopt;
    const book::Handle best = header->sides[static_cast<unsigned>(side)].best();
    if (best == 0) return std::nullopt;
    const book::LevelSlot& level = books_.level_at(best);
    const book::OrderSlot& order = books_.order_at(level.head);
    return Head{order.id, side, static_cast<std::uint32_t>(level.price.ticks),
                static_cast<std::uint32_t>(order.open.lots)};
}

// ----------------------------------------------------------------------------------------- drawing

std::uint32_t Orders::draw_shares() {
    if (random_.chance(hundred_ppm)) return 100;
    return static_cast<std::uint32_t>(random_.chance(odd_lot_ppm) ? odd_lot_shares.draw(random_)
                                                                  : 100 * round_lots.draw(random_));
}

std::uint32_t Orders::draw_near4(const Instrument& instrument, book::Side side) {
    const std::uint32_t touch4 = side == book::Side::buy ? instrument.bid4 : instrument.ask4();
    const std::uint32_t spread = instrument.spread_ticks;
    if (spread > 1 && random_.chance(improving_ppm)) {
        const std::uint32_t better4 = (1 + random_.below(spread - 1)) * instrument.tick4;
        return side == book::Side::buy ? touch4 + better4 : touch4 - better4;
    }
    return touch4;
}

std::optional<std::uint32_t> Orders::draw_price4(std::uint32_t place, book::Side side, Stay stay) {
    const Instrument& instrument = instruments_[place];
    const std::uint32_t tick4 = instrument.tick4;
    const std::uint32_t from4 = draw_near4(instrument, side);
    const std::uint64_t ticks =
        stay == Stay::resting ? far_ticks.draw(random_) : near_ticks.draw(random_);
    const auto away4 = static_cast<std::uint32_t>(ticks * tick4);
    const std::optional<Head> other = head(place, opposite(side));
    if (side == book::Side::sell) {
        const std::uint32_t price4 = from4 + away4;
        return other ? std::max(price4, other->price4 + tick4) : price4;
    }
    // What would fall below one tick lies anywhere between that and the touch.
    const std::uint32_t price4 =
        away4 < from4 ? from4 - away4 : (1 + random_.below(from4 / tick4)) * tick4;
    if (!other || price4 < other->price4) return price4;
    if (other->price4 <= tick4) return std::nullopt;
    return other->price4 - tick4;
}

// ------------------------------------------------------------------------------ coming and
// changing

void Orders::enter(std::uint32_t place, book::Side side) {
    enter(place, side, draw_stay());
}

void Orders::enter_resting(std::uint32_t place, book::Side side) {
    enter(place, side, Stay::resting);
}

void Orders::enter(std::uint32_t place, book::Side side, Stay stay) {
    const std::optional<std::uint32_t> price4 = draw_price4(place, side, stay);
    if (!price4) return;
    const std::uint32_t shares = draw_shares();
    const book::OrderId id{next_order_};
    const book::BookChange change =
        books_.add(instrument_id(place), id, side, price_of(*price4), quantity_of(shares));
    if (!change.ok()) return;  // the books are full: nobody enters until somebody leaves
    ++next_order_;

    const char wire_side = side == book::Side::buy ? 'B' : 'S';
    const auto fill = [&](auto message) {
        message.order_ref = number_of(id);
        message.side = wire_side;
        message.shares = shares;
        message.stock = instruments_[place].symbol;
        message.price4 = *price4;
        return message;
    };
    if (random_.chance(attributed_ppm)) {
        itch::AddOrderWithMpid message = fill(itch::AddOrderWithMpid{});
        message.attribution = participants[random_.below(participants.size())];
        feed_.emit(locate_of(place), message);
    } else {
        feed_.emit(locate_of(place), fill(itch::AddOrder{}));
    }
    settle(id, stay);
}

void Orders::settle(book::OrderId id, Stay stay) {
    if (stay == Stay::resting)
        rest(id);
    else
        wheel_.schedule({feed_.now_ns() + life_ns.draw(random_), id});
}

bool Orders::expire_until(std::uint64_t limit_ns) {
    const std::optional<Expiry> expiry = wheel_.next_until(limit_ns);
    if (!expiry) return false;
    feed_.advance_to(expiry->time_ns);
    come_up(expiry->order);
    return true;
}

void Orders::come_up(book::OrderId id) {
    const book::OrderSlot* order = books_.find_order(id);
    if (order == nullptr) return;  // it traded, or was in the way of a moving price
    const auto open = static_cast<std::uint32_t>(order->open.lots);
    const std::uint32_t owner = books_.level_at(order->level).owner;
    const std::uint32_t place = owner >> 1;
    const std::uint32_t fate = random_.below(1'000'000);
    if (fate < replaced_ppm)
        replace(place, static_cast<book::Side>(owner & 1), id, open);
    else if (fate < replaced_ppm + reduced_ppm && open > 1)
        reduce(place, id, open);
    else
        remove(place, id);
}

void Orders::reduce(std::uint32_t place, book::OrderId id, std::uint32_t open) {
    const std::uint32_t shares =
        open > 100 ? 100 * (1 + random_.below((open - 1) / 100)) : 1 + random_.below(open - 1);
    itch::OrderCancel message;
    message.order_ref = number_of(id);
    message.cancelled_shares = shares;
    feed_.emit(locate_of(place), message);
    book::ensure(books_.reduce(instrument_id(place), id, quantity_of(shares)).ok());
    settle(id, Stay::brief);
}

void Orders::replace(std::uint32_t place, book::Side side, book::OrderId id, std::uint32_t open) {
    const Stay stay = draw_stay();
    const std::optional<std::uint32_t> price4 = draw_price4(place, side, stay);
    constexpr std::uint32_t same_shares_ppm = 850'000;
    const std::uint32_t shares = random_.chance(same_shares_ppm) ? open : draw_shares();
    const book::OrderId new_id{next_order_};
    if (!price4 ||
        !books_.replace(instrument_id(place), id, new_id, price_of(*price4), quantity_of(shares))
             .ok())
        return remove(place, id);
    ++next_order_;
    itch::OrderReplace message;
    message.original_order_ref = number_of(id);
    message.new_order_ref = number_of(new_id);
    message.shares = shares;
    message.price4 = *price4;
    feed_.emit(locate_of(place), message);
    settle(new_id, stay);
}

// ------------------------------------------------------------------------------------------- going

void Orders::withdraw(std::uint32_t place, const Head& head) {
    if (!random_.chance(replaced_ppm)) return remove(place, head.id);
    forget(head.id);
    replace(place, head.side, head.id, head.shares);
}

void Orders::remove(std::uint32_t place, book::OrderId id) {
    itch::OrderDelete message;
    message.order_ref = number_of(id);
    feed_.emit(locate_of(place), message);
    forget(id);
    book::ensure(books_.remove(instrument_id(place), id).ok());
}

void Orders::take_off(std::uint32_t place, const Head& head, std::uint32_t shares) {
    if (shares == head.shares) forget(head.id);
    book::ensure(books_.execute(instrument_id(place), head.id, quantity_of(shares)).ok());
}

void Orders::execute(std::uint32_t place, const Head& head, std::uint32_t shares) {
    itch::OrderExecuted message;
    message.order_ref = number_of(head.id);
    message.executed_shares = shares;
    message.match_number = feed_.new_match(locate_of(place));
    feed_.emit(locate_of(place), message);
    take_off(place, head, shares);
}

void Orders::execute_at(std::uint32_t place, const Head& head, std::uint32_t shares,
                        std::uint32_t price4, bool printable) {
    itch::OrderExecutedWithPrice message;
    message.order_ref = number_of(head.id);
    message.executed_shares = shares;
    message.match_number = feed_.new_match(locate_of(place));
    message.printable = printable ? 'Y' : 'N';
    message.execution_price4 = price4;
    feed_.emit(locate_of(place), message);
    take_off(place, head, shares);
}

// ----------------------------------------------------------------------------------------- resting

void Orders::rest(book::OrderId id) {
    book::ensure(resting_at_.ready());
    resting_.push_back(id);
    resting_at_.insert(id, static_cast<std::uint32_t>(resting_.size()));
    if (resting_.size() > resting_target_) displace();
}

void Orders::displace() {
    const book::OrderId id = resting_[random_.below(static_cast<std::uint32_t>(resting_.size()))];
    const book::OrderSlot* order = books_.find_order(id);
    book::ensure(order != nullptr);
    remove(books_.level_at(order->level).owner >> 1, id);
}

void Orders::forget(book::OrderId id) {
    const std::uint32_t at = resting_at_.find(id);
    if (at == 0) return;
    resting_at_.erase(id);
    const book::OrderId last = resting_.back();
    resting_.pop_back();
    if (last == id) return;
    resting_at_.replace(last, at);
    resting_[at - 1] = last;
}

}  // namespace tickweir::replay::simulator
