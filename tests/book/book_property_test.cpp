// Random events, valid and not, on the books and on their naive twin: the same answer to each, and
// the same state after each.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "book/book_set.hpp"
#include "book/order_book.hpp"
#include "tests/support/book_text.hpp"
#include "tests/support/naive_book.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::book {
namespace {

using tests::NaiveBooks;
using tests::same;
using tests::text_of;

// How a venue might number its orders, or a stranger choose the numbers.
enum class Ids { ascending, sparse, colliding, reused };

struct Profile {
    std::string name;
    Limits limits;
    Ids ids = Ids::ascending;
    unsigned events = 50'000;
    std::size_t open_target = 40;  // adds and removals balance here
    unsigned prices = 8;           // a side
    bool extreme_values = false;
    unsigned compare_every = 1;  // events; answers are compared at each
};

// The index window is tiny, so that most orders outlive it.
Limits limits_of(std::size_t instruments, std::size_t orders, std::size_t levels) {
    return {instruments, orders, levels, 64, 0x5eed};
}

std::vector<Profile> profiles() {
    return {
        {"AscendingIds", limits_of(3, 1'000, 1'000), Ids::ascending},
        {"SparseIds", limits_of(3, 1'000, 1'000), Ids::sparse},
        {"CollidingIds", limits_of(3, 1'000, 1'000), Ids::colliding},
        {"ReusedIds", limits_of(2, 1'000, 1'000), Ids::reused},
        {"TinyLimits", limits_of(3, 24, 9), Ids::colliding},
        {"TinyOrderLimit", limits_of(2, 12, 1'000), Ids::ascending},
        {"ManyLevels", limits_of(2, 4'000, 4'000), Ids::colliding, 12'000, 500, 2'000},
        {"ManyOrdersALevel", limits_of(1, 4'000, 4'000), Ids::ascending, 12'000, 500, 3},
        {"ManyInstruments", limits_of(24, 1'000, 1'000), Ids::ascending, 20'000, 100},
        {"GrowingPools", limits_of(4, 20'000, 20'000), Ids::ascending, 40'000, 4'000, 1'000, false,
         200},
        {"ExtremeValues", limits_of(2, 1'000, 1'000), Ids::sparse, 50'000, 20, 6, true},
    };
}

enum class Kind { add, execute, reduce, remove, replace, clear, reset };

struct Event {
    Kind kind = Kind::add;
    InstrumentId instrument{};
    OrderId id{};
    OrderId new_id{};
    Side side = Side::buy;
    Price price;
    Quantity quantity;
    Participant participant{};
};

std::ostream& operator<<(std::ostream& out, const Event& event) {
    static constexpr const char* names[] = {"add",     "execute", "reduce", "remove",
                                            "replace", "clear",   "reset"};
    return out << names[static_cast<int>(event.kind)] << " instrument "
               << static_cast<std::uint32_t>(event.instrument) << " id "
               << static_cast<std::uint64_t>(event.id) << " new id "
               << static_cast<std::uint64_t>(event.new_id) << " " << event.side << " "
               << event.price << " x " << event.quantity;
}

template <class Books>
BookChange apply(Books& books, const Event& event) {
    switch (event.kind) {
        case Kind::add:
            return books.add(event.instrument, event.id, event.side, event.price, event.quantity,
                             event.participant);
        case Kind::execute:
            return books.execute(event.instrument, event.id, event.quantity);
        case Kind::reduce:
            return books.reduce(event.instrument, event.id, event.quantity);
        case Kind::remove:
            return books.remove(event.instrument, event.id);
        case Kind::replace:
            return books.replace(event.instrument, event.id, event.new_id, event.price,
                                 event.quantity);
        case Kind::clear:
            books.clear(event.instrument);
            break;
        case Kind::reset:
            books.reset();
            break;
    }
    return {};
}

// Makes events that mostly fit the state of the twin, and sometimes do not.
class EventSource {
public:
    EventSource(const Profile& profile, const NaiveBooks& books, std::uint64_t seed)
        : profile_{profile}, books_{books}, random_{seed} {}

    Event next() {
        Event event;
        event.kind = pick_kind();
        event.instrument = event.kind == Kind::reset ? InstrumentId{} : pick_instrument();
        event.side = static_cast<Side>(below(2));
        event.price = pick_price();
        event.participant = Participant{static_cast<std::uint32_t>(below(5))};
        if (event.kind == Kind::add) {
            event.id = one_in(25) ? used_id() : fresh_id();
            event.quantity = pick_quantity();
            return event;
        }
        event.id = used_id();
        const auto home = books_.instrument_of(event.id);
        if (home && !one_in(30)) event.instrument = *home;
        event.new_id = one_in(4) ? event.id : one_in(15) ? used_id() : fresh_id();
        const auto order = books_.find(event.instrument, event.id);
        if (order && one_in(3)) event.price = order->price;
        event.quantity =
            order && event.kind != Kind::replace ? pick_part(order->open) : pick_quantity();
        return event;
    }

    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
    bool one_in(std::uint64_t n) { return below(n) == 0; }

    // Mostly open, sometimes gone, seldom never seen.
    OrderId used_id() {
        if (one_in(100)) return OrderId{random_()};
        if (books_.open_orders() == 0 || one_in(10))
            return used_.empty() ? OrderId{0} : used_[below(used_.size())];
        return books_.open_order(below(books_.open_orders()));
    }

    Price pick_price() {
        const auto step = static_cast<std::int64_t>(below(profile_.prices));
        if (!profile_.extreme_values)
            return {step - static_cast<std::int64_t>(profile_.prices) / 2};
        return {one_in(2) ? std::numeric_limits<std::int64_t>::max() - step
                          : std::numeric_limits<std::int64_t>::min() + step};
    }

private:
    Kind pick_kind() {
        if (one_in(5'000)) return one_in(4) ? Kind::reset : Kind::clear;
        const bool few = books_.open_orders() < profile_.open_target;
        if (one_in(2)) return few || one_in(4) ? Kind::add : Kind::remove;
        return static_cast<Kind>(below(5));
    }

    InstrumentId pick_instrument() {
        // One beyond the limit now and then, seldom one far beyond it.
        if (one_in(500)) return InstrumentId{0xffffffff};
        const std::uint64_t spill = one_in(50) ? 1 : 0;
        return InstrumentId{static_cast<std::uint32_t>(below(profile_.limits.instruments + spill))};
    }

    Quantity pick_quantity() {
        if (one_in(40)) return {-static_cast<std::int64_t>(below(2))};
        if (profile_.extreme_values && one_in(2))
            return {std::numeric_limits<std::int64_t>::max() /
                    (1 + static_cast<std::int64_t>(below(3)))};
        return {1 + static_cast<std::int64_t>(below(20))};
    }

    Quantity pick_part(Quantity open) {
        if (one_in(30))
            return {open.lots < std::numeric_limits<std::int64_t>::max() ? open.lots + 1 : 0};
        if (one_in(40)) return {-static_cast<std::int64_t>(below(2))};
        if (one_in(4)) return open;
        return {1 + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(open.lots)))};
    }

    OrderId fresh_id() {
        ++counter_;
        const OrderId id = [&] {
            switch (profile_.ids) {
                case Ids::ascending:
                    return OrderId{counter_};
                case Ids::sparse:
                    return OrderId{random_()};
                case Ids::colliding:
                    return OrderId{counter_ << (counter_ % 3 == 0 ? 32 : 6)};
                case Ids::reused:
                    return OrderId{below(150)};
            }
            return OrderId{};
        }();
        if (used_.size() < 128)
            used_.push_back(id);
        else
            used_[below(used_.size())] = id;
        return id;
    }

    const Profile& profile_;
    const NaiveBooks& books_;
    std::mt19937_64 random_;
    std::uint64_t counter_ = 0;
    std::vector<OrderId> used_;  // some of those given out
};

std::vector<Level> levels_of(const OrderBook& book, Side side) {
    std::vector<Level> levels;
    book.for_each_level(side, [&](const Level& level) { levels.push_back(level); });
    return levels;
}

std::vector<Order> orders_of(const OrderBook& book, Side side) {
    std::vector<Order> orders;
    book.for_each_order(side, [&](const Order& order) { orders.push_back(order); });
    return orders;
}

void expect_equal_side(const OrderBook& book, const NaiveBooks& twin, Side side) {
    const InstrumentId instrument = book.instrument();
    const std::vector<Level> levels = twin.levels(instrument, side);
    const std::vector<Order> orders = twin.orders(instrument, side);
    ASSERT_EQ(levels_of(book, side), levels) << side;
    ASSERT_EQ(orders_of(book, side), orders) << side;
    ASSERT_EQ(book.level_count(side), levels.size());
    ASSERT_EQ(book.best(side), twin.best(instrument, side));
    ASSERT_EQ(book.front(side), orders.empty() ? std::nullopt : std::optional{orders.front()});
}

void expect_equal_books(const BookSet& set, const NaiveBooks& twin, std::size_t instruments) {
    for (std::uint32_t i = 0; i < instruments; ++i) {
        const InstrumentId instrument{i};
        const OrderBook book{set, instrument};
        ASSERT_EQ(book.version(), twin.version(instrument));
        ASSERT_EQ(book.quote(),
                  (Quote{twin.best(instrument, Side::buy), twin.best(instrument, Side::sell),
                         twin.touch_version(instrument)}));
        ASSERT_NO_FATAL_FAILURE(expect_equal_side(book, twin, Side::buy));
        ASSERT_NO_FATAL_FAILURE(expect_equal_side(book, twin, Side::sell));
    }
    ASSERT_EQ(set.open_orders(), twin.open_orders());
    ASSERT_EQ(set.open_levels(), twin.open_levels());
}

// The views that need an argument, at a random one.
void expect_equal_answers(const BookSet& set, const NaiveBooks& twin, const Profile& profile,
                          EventSource& source) {
    const InstrumentId instrument{
        static_cast<std::uint32_t>(source.below(profile.limits.instruments))};
    const OrderBook book{set, instrument};
    const OrderId id = source.used_id();
    ASSERT_EQ(book.find(id), twin.find(instrument, id));
    ASSERT_EQ(book.queue_position(id), twin.queue_position(instrument, id));
    ASSERT_EQ(set.find_order(id) != nullptr, twin.instrument_of(id).has_value());
    const Price price = source.pick_price();
    for (const Side side : {Side::buy, Side::sell}) {
        ASSERT_EQ(book.level(side, price), twin.level(instrument, side, price));
        std::vector<Level> top(source.below(6));
        top.resize(book.depth(side, top));
        std::vector<Level> expected = twin.levels(instrument, side);
        expected.resize(std::min(expected.size(), top.capacity()));
        ASSERT_EQ(top, expected);
    }
}

// Looking ahead must be harmless, whatever it looks at.
void look_ahead(const BookSet& set, const Event& event) {
    set.prefetch_index(event.instrument, event.id);
    set.prefetch_order(event.instrument, event.id, event.side);
    set.prefetch_level(event.instrument, event.id, event.side);
}

std::ostream& operator<<(std::ostream& out, const Profile& profile) {
    return out << profile.name;
}

class BookSetProperty : public testing::TestWithParam<Profile> {};

TEST_P(BookSetProperty, AgreesWithTheNaiveTwinAfterEveryEvent) {
    const Profile& profile = GetParam();
    const std::uint64_t seed = tests::test_seed();
    BookSet set{profile.limits};
    NaiveBooks twin{{profile.limits.instruments, profile.limits.orders, profile.limits.levels}};
    EventSource source{profile, twin, seed};
    std::array<unsigned, applied_kinds> answers{};
    std::size_t most_elders = 0;
    for (unsigned n = 0; n < profile.events; ++n) {
        const Event event = source.next();
        SCOPED_TRACE(testing::Message() << "event " << n << ": " << event);
        look_ahead(set, event);
        const BookChange expected = apply(twin, event);
        const BookChange change = apply(set, event);
        ASSERT_TRUE(same(change, expected))
            << text_of(change) << " instead of " << text_of(expected);
        if (n % profile.compare_every == 0) {
            ASSERT_NO_FATAL_FAILURE(expect_equal_books(set, twin, profile.limits.instruments));
        }
        ASSERT_NO_FATAL_FAILURE(expect_equal_answers(set, twin, profile, source));
        ++answers[static_cast<std::size_t>(expected.status)];
        most_elders = std::max(most_elders, set.elder_orders());
    }
    std::ostringstream summary;
    for (std::size_t i = 0; i < answers.size(); ++i)
        summary << to_string(static_cast<Applied>(i)) << ' ' << answers[i] << ", ";
    std::printf("%s%zu elders at most\n", summary.str().c_str(), most_elders);
    EXPECT_GT(answers[0], profile.events / 3) << "too few events were valid to prove much";
}

INSTANTIATE_TEST_SUITE_P(Profiles, BookSetProperty, testing::ValuesIn(profiles()),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace tickweir::book
