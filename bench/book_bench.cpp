// What one event of a book costs with all its lines in cache, near the touch and far from it. Each
// batch of events is timed and then, outside the clock, undone, so that every batch meets the same
// book.
#include <array>
#include <chrono>
#include <string>
#include <vector>

#include "bench/micro.hpp"
#include "book/book_set.hpp"
#include "book/ensure.hpp"
#include "book/order_book.hpp"

namespace tickweir::bench {
namespace {

using book::InstrumentId;
using book::OrderId;
using book::Price;
using book::Quantity;
using book::Side;

constexpr InstrumentId instrument{1};
constexpr std::int64_t levels_a_side = 300;
constexpr std::int64_t orders_a_level = 4;
constexpr std::int64_t tick = 100;
constexpr std::uint64_t batch = 64;

/// Where in the book an event happens, in levels from the touch.
constexpr std::int64_t near = 1;
constexpr std::int64_t far = 200;

/// A book with an even spread of levels, two ticks apart, so that there is room between them.
class Book {
public:
    Book() {
        for (std::int64_t level = 0; level < levels_a_side; ++level)
            for (std::int64_t i = 0; i < orders_a_level; ++i)
                for (const Side side : {Side::buy, Side::sell})
                    add(side, price_at(side, level));
        initial_ = state();
    }

    Price price_at(Side side, std::int64_t level) const {
        const std::int64_t from_middle = (1 + 2 * level) * tick;
        return {1'000'000 + (side == Side::sell ? from_middle : -from_middle)};
    }
    /// A price behind that level where no order stands.
    Price gap_behind(Side side, std::int64_t level) const {
        return {price_at(side, level).ticks + (side == Side::sell ? tick : -tick)};
    }

    OrderId add(Side side, Price price) {
        const OrderId id{next_++};
        book::ensure(books.add(instrument, id, side, price, Quantity{100}).ok());
        return id;
    }
    /// The next id that is not in use.
    std::uint64_t next() const { return next_; }

    /// Everything that must be the same before and after a batch.
    struct State {
        book::Quote quote;
        std::size_t orders = 0;
        std::size_t levels = 0;
        friend bool operator==(const State& a, const State& b) {
            return a.quote.bid == b.quote.bid && a.quote.ask == b.quote.ask &&
                   a.orders == b.orders && a.levels == b.levels;
        }
    };
    State state() const {
        return {book::OrderBook{books, instrument}.quote(), books.open_orders(),
                books.open_levels()};
    }
    const State& initial() const { return initial_; }

    book::BookSet books{book::Limits{.instruments = 16, .window = std::size_t{1} << 13}};

private:
    std::uint64_t next_ = 1;
    State initial_;
};

/// Times `batch` calls of `event(i)`, each of which tells whether it was applied; `before` and
/// `after` are outside the clock.
template <class Before, class Event, class After>
void time_batches(benchmark::State& state, Book& book, Before before, Event event, After after) {
    using Clock = std::chrono::steady_clock;
    bool all_applied = true;
    for (auto _ : state) {
        before();
        const Clock::time_point start = Clock::now();
        for (std::uint64_t i = 0; i < batch; ++i)
            all_applied &= event(i);
        state.SetIterationTime(std::chrono::duration<double>(Clock::now() - start).count());
        after();
    }
    expect(state, all_applied, true);
    expect(state, book.state(), book.initial());
    per_item(state, batch);
}

constexpr auto nothing = [] {};

void no_event(benchmark::State& state, std::int64_t) {
    Book book;
    time_batches(
        state, book, nothing,
        [](std::uint64_t i) {
            benchmark::DoNotOptimize(i);
            return true;
        },
        nothing);
}

/// Adds at the price that `price_of` gives, takes them out again.
template <class PriceOf>
void add_at(benchmark::State& state, PriceOf price_of) {
    Book book;
    std::uint64_t first = book.next();
    time_batches(
        state, book, nothing,
        [&](std::uint64_t i) {
            return book.books
                .add(instrument, OrderId{first + i}, Side::buy, price_of(book), Quantity{100})
                .ok();
        },
        [&] {
            for (std::uint64_t i = 0; i < batch; ++i)
                (void)book.books.remove(instrument, OrderId{first + i});
            first += batch;
        });
}

void add_to_level(benchmark::State& state, std::int64_t from_touch) {
    add_at(state, [&](const Book& book) { return book.price_at(Side::buy, from_touch); });
}

/// Every event is an add that makes a level or the removal that ends it.
void make_and_end_level(benchmark::State& state, std::int64_t from_touch) {
    Book book;
    const Price price = book.gap_behind(Side::buy, from_touch);
    std::uint64_t id = book.next();
    time_batches(
        state, book, nothing,
        [&](std::uint64_t i) {
            if (i % 2 != 0) return book.books.remove(instrument, OrderId{id++}).ok();
            return book.books.add(instrument, OrderId{id}, Side::buy, price, Quantity{100}).ok();
        },
        nothing);
}

/// Fills one level with a batch of orders, times what `event` does to each, and takes out what is
/// left of them.
template <class Event>
void with_orders(benchmark::State& state, std::int64_t from_touch, Event event) {
    Book book;
    std::vector<OrderId> orders(batch);
    time_batches(
        state, book,
        [&] {
            for (OrderId& id : orders)
                id = book.add(Side::buy, book.price_at(Side::buy, from_touch));
        },
        [&](std::uint64_t i) { return event(book, orders[i]).ok(); },
        [&] {
            for (const OrderId id : orders)
                (void)book.books.remove(instrument, id);
        });
}

void execute(benchmark::State& state, std::int64_t from_touch) {
    with_orders(state, from_touch, [](Book& book, OrderId id) {
        return book.books.execute(instrument, id, Quantity{40});
    });
}

void remove(benchmark::State& state, std::int64_t from_touch) {
    with_orders(state, from_touch,
                [](Book& book, OrderId id) { return book.books.remove(instrument, id); });
}

/// To the next level behind, under the same id.
void replace(benchmark::State& state, std::int64_t from_touch) {
    with_orders(state, from_touch, [from_touch](Book& book, OrderId id) {
        return book.books.replace(instrument, id, id, book.price_at(Side::buy, from_touch + 1),
                                  Quantity{70});
    });
}

/// Both sides, the ten best levels.
void snapshot(benchmark::State& state) {
    constexpr std::size_t depth = 10;
    const Book book;
    const book::OrderBook view{book.books, instrument};
    std::array<book::Level, depth> levels;
    std::int64_t lots = 0;
    for (auto _ : state) {
        lots = 0;
        for (const Side side : {Side::buy, Side::sell}) {
            const std::size_t count = view.depth(side, levels);
            lots += levels[count - 1].open.lots;
            benchmark::DoNotOptimize(levels);
        }
    }
    expect(state, lots, std::int64_t{2 * 100 * orders_a_level});
    per_item(state, 1);
}

void register_all() {
    const auto both = [](const std::string& name, auto run) {
        for (const auto& [where, levels] : {std::pair{"/near", near}, std::pair{"/far", far}}) {
            const std::int64_t from_touch = levels;
            benchmark::RegisterBenchmark((name + where).c_str(), [=](benchmark::State& state) {
                run(state, from_touch);
            })->UseManualTime();
        }
    };
    benchmark::RegisterBenchmark("event/nothing", [](benchmark::State& state) {
        no_event(state, near);
    })->UseManualTime();
    both("event/add", add_to_level);
    both("event/level", make_and_end_level);
    both("event/execute", execute);
    both("event/remove", remove);
    both("event/replace", replace);
    benchmark::RegisterBenchmark("snapshot/10", snapshot);
}

}  // namespace
}  // namespace tickweir::bench

int main(int argc, char** argv) {
    tickweir::bench::register_all();
    return tickweir::bench::run_micro(argc, argv);
}
