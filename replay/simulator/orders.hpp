// The open orders of a simulated day: where they are placed, how long they live, and what becomes
// of them. Every change is sent to the feed and applied to the books, so that both always agree.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "book/book_set.hpp"
#include "book/id_table.hpp"
#include "book/types.hpp"
#include "replay/simulator/expiry_wheel.hpp"
#include "replay/simulator/feed.hpp"
#include "replay/simulator/instruments.hpp"
#include "replay/simulator/random.hpp"
#include "replay/simulator/tables.hpp"

namespace tickweir::replay::simulator {

/// The order that trades next on one side of a book.
struct Head {
    book::OrderId id;
    book::Side side;
    std::uint32_t price4;
    std::uint32_t shares;
};

/// Most orders come up after a drawn time and are then deleted, replaced or reduced. The rest stay:
/// once there are as many of these as asked for, each new one displaces another, so that their
/// number is the same however long the day is. Instruments are named by their place in the table.
class Orders {
public:
    Orders(InstrumentTable& instruments, Feed& feed, std::uint64_t resting_target, Random random);

    /// The day's time from which orders come up.
    void start() { wheel_.start(feed_.now_ns()); }

    /// Enters an order at a drawn price that does not cross the book.
    void enter(std::uint32_t place, book::Side side);
    /// The same for an order that rests.
    void enter_resting(std::uint32_t place, book::Side side);

    /// Handles the next order that comes up until then; false if none does.
    bool expire_until(std::uint64_t limit_ns);

    std::optional<Head> head(std::uint32_t place, book::Side side) const;

    /// At most `head.shares`.
    void execute(std::uint32_t place, const Head& head, std::uint32_t shares);
    /// At a price that is not the order's; not printable where a bulk print follows.
    void execute_at(std::uint32_t place, const Head& head, std::uint32_t shares,
                    std::uint32_t price4, bool printable);
    /// Its owner takes it away, or to another price.
    void withdraw(std::uint32_t place, const Head& head);

    std::uint64_t open() const { return books_.open_orders(); }

private:
    enum class Stay : std::uint8_t { brief, resting };

    Stay draw_stay() { return random_.chance(resting_ppm) ? Stay::resting : Stay::brief; }
    void enter(std::uint32_t place, book::Side side, Stay stay);
    /// A price that does not cross the book; none where every price would.
    std::optional<std::uint32_t> draw_price4(std::uint32_t place, book::Side side, Stay stay);
    std::uint32_t draw_near4(const Instrument& instrument, book::Side side);
    std::uint32_t draw_shares();

    void come_up(book::OrderId id);
    void remove(std::uint32_t place, book::OrderId id);
    void reduce(std::uint32_t place, book::OrderId id, std::uint32_t open);
    void replace(std::uint32_t place, book::Side side, book::OrderId id, std::uint32_t open);
    void settle(book::OrderId id, Stay stay);

    void rest(book::OrderId id);
    void displace();
    /// Before an order goes: it rests no more.
    void forget(book::OrderId id);
    void take_off(std::uint32_t place, const Head& head, std::uint32_t shares);

    InstrumentTable& instruments_;
    Feed& feed_;
    Random random_;
    book::BookSet books_;
    ExpiryWheel wheel_;
    std::uint64_t resting_target_;
    std::uint64_t next_order_ = 1;
    std::vector<book::OrderId> resting_;
    book::IdTable resting_at_;  ///< place in `resting_` plus one
};

}  // namespace tickweir::replay::simulator
