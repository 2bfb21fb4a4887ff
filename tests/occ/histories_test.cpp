// Transactions of several threads at one time, checked afterwards: executed again one after another
// in the order of the log, each has to read what it read then, and to leave what it left. The
// thread sanitizer runs these.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "tests/support/seed.hpp"
#include "txn/log/log_driver.hpp"
#include "txn/log/log_threads.hpp"
#include "txn/log/null_carrier.hpp"
#include "txn/occ/transactor.hpp"

namespace tickweir::txn::occ {
namespace {

constexpr unsigned threads = 6;

/// A log that forgets.
struct World {
    explicit World(std::size_t records) {
        for (std::uint64_t key = 1; key <= records; ++key)
            rows.push_back(table.find_or_add(key));
    }

    RecordTable table{256};
    std::vector<Row> rows;
    SerialLane lane;
    log::LogRing ring{{.bytes = std::size_t{1} << 20, .reserve_bytes = 0}, log::Lsn{1}};
    log::NullCarrier carrier;
    log::DurableLsn durable;
    log::LogDriver driver{ring, carrier, durable, log::LogId{}, log::Lsn{1}};
    log::LogThread thread{driver};
};

/// What one committed transaction saw and did.
struct Event {
    log::Lsn lsn{};
    bool is_snapshot = false;  // as of the state up to its LSN
    std::vector<std::pair<Row, Value>> read;
    std::vector<std::pair<Row, Value>> left;
};
using History = std::vector<Event>;

/// Each thread runs `work(transactor, random, history)`.
template <class Work>
History together(World& world, std::uint64_t seed, Work&& work) {
    std::vector<History> parts(threads);
    std::vector<std::thread> running;
    for (unsigned i = 0; i < threads; ++i)
        running.emplace_back([&, i] {
            std::mt19937_64 random{seed + i};
            Transactor transactor{world.table, world.lane, &world.ring};
            work(transactor, random, parts[i]);
        });
    for (std::thread& thread : running)
        thread.join();
    History all;
    for (History& part : parts)
        all.insert(all.end(), part.begin(), part.end());
    std::ranges::stable_sort(all, [](const Event& a, const Event& b) {
        // A snapshot stands behind the transaction that it names.
        return a.lsn != b.lsn ? a.lsn < b.lsn : a.is_snapshot < b.is_snapshot;
    });
    return all;
}

void expect_serial(const World& world, const History& history) {
    std::map<Row, Value> state;
    for (const Event& event : history) {
        for (const auto& [row, value] : event.read)
            ASSERT_EQ(state[row], value) << "read by LSN " << number(event.lsn) << " of row " << row
                                         << (event.is_snapshot ? " (snapshot)" : "");
        for (const auto& [row, value] : event.left)
            state[row] = value;
    }
    for (const auto& [row, value] : state)
        EXPECT_EQ(world.table[row].load(), value) << "row " << row;
}

Row row_of(const World& world, const Record& record) {
    return world.table.find(record.key());
}

/// Until the log takes it.
template <class Body>
Done run(Transactor& transactor, Body&& body) {
    for (;;) {
        const Done done = transactor.run(body);
        if (done.result != Result::shed) return done;
        std::this_thread::yield();
    }
}

void note_left(const World& world, Transactor& transactor, Event& event) {
    for (const Transaction::Changed& changed : transactor.transaction().changed())
        event.left.emplace_back(row_of(world, *changed.record), changed.after);
}

/// Reads, writes, adds and aborts at any step.
void random_work(World& world, Transactor& transactor, std::mt19937_64& random, History& history) {
    for (int i = 0; i < 4'000; ++i) {
        Event event;
        if (random() % 8 == 0) {
            std::vector<Row> rows = world.rows;
            rows.resize(1 + random() % 6);
            std::vector<Value> values(rows.size());
            event.is_snapshot = true;
            event.lsn = transactor.snapshot(rows, values);
            for (std::size_t k = 0; k < rows.size(); ++k)
                event.read.emplace_back(rows[k], values[k]);
            history.push_back(std::move(event));
            continue;
        }
        const std::uint64_t plan = random();
        const Done done = run(transactor, [&](Transaction& transaction) {
            event = {};
            std::mt19937_64 steps{plan};
            for (std::uint64_t step = 0, count = 1 + steps() % 5; step < count; ++step) {
                const Row row = world.rows[steps() % world.rows.size()];
                Record& record = world.table[row];
                const auto kind = steps() % 16;
                const auto amount = static_cast<Int128>(steps() % 100);
                Value value;
                if (kind == 0) return false;
                if (kind < 6) {
                    transaction.add(record, steps() % 3, amount);
                } else if (!transaction.read(record, value)) {
                    return true;
                } else if (kind < 11) {
                    value.fields[steps() % 3] -= amount;
                    transaction.write(record, value);
                } else {
                    event.read.emplace_back(row, value);
                }
            }
            return true;
        });
        if (done.result != Result::committed) continue;
        event.lsn = done.lsn;
        note_left(world, transactor, event);
        // What it read after having written it is its own: no matter for others.
        std::erase_if(event.read, [&](const auto& read) {
            return std::ranges::find(event.left, read.first,
                                     [](const auto& l) { return l.first; }) != event.left.end();
        });
        history.push_back(std::move(event));
    }
}

TEST(HistoriesTest, AreSerialInTheOrderOfTheLog) {
    World world{8};
    const History history =
        together(world, tests::test_seed(),
                 [&](Transactor& transactor, std::mt19937_64& random, History& part) {
                     random_work(world, transactor, random, part);
                 });
    EXPECT_GT(history.size(), 3'000U);
    expect_serial(world, history);
}

// A ring of records, each naming the next, in which pieces change places: it stays one ring of all.
TEST(HistoriesTest, ARingStaysARing) {
    constexpr std::size_t length = 12;
    World world{length};
    for (std::size_t i = 0; i < length; ++i)
        world.table[world.rows[i]].set({{world.rows[(i + 1) % length], 0, 0}});
    const auto next_of = [](const Value& value) { return static_cast<Row>(value.fields[0]); };
    together(world, tests::test_seed(),
             [&](Transactor& transactor, std::mt19937_64& random, History&) {
                 for (int i = 0; i < 3'000; ++i) {
                     const Row a = world.rows[random() % length];
                     (void)run(transactor, [&](Transaction& transaction) {
                         // a -> b -> c -> d becomes a -> c -> b -> d.
                         Value to_b;
                         Value to_c;
                         Value to_d;
                         if (!transaction.read(world.table[a], to_b)) return true;
                         Record& b = world.table[next_of(to_b)];
                         if (!transaction.read(b, to_c)) return true;
                         Record& c = world.table[next_of(to_c)];
                         if (!transaction.read(c, to_d)) return true;
                         transaction.write(world.table[a], to_c);
                         transaction.write(c, to_b);
                         transaction.write(b, to_d);
                         return true;
                     });
                 }
             });
    std::set<Row> seen;
    Row at = world.rows[0];
    for (std::size_t i = 0; i < length; ++i) {
        seen.insert(at);
        at = next_of(world.table[at].load());
    }
    EXPECT_EQ(at, world.rows[0]);
    EXPECT_EQ(seen.size(), length);
}

// Transfers by sums with a requirement, transfers by reading and writing, and onlookers.
TEST(HistoriesTest, MoneyIsNeitherMadeNorLostAndNobodySeesItOnItsWay) {
    constexpr std::size_t accounts = 6;
    constexpr Int128 each = 1'000;
    World world{accounts};
    for (const Row row : world.rows)
        world.table[row].set({{each, 0, 0}});
    std::atomic<std::uint64_t> refused{0};
    together(world, tests::test_seed(),
             [&](Transactor& transactor, std::mt19937_64& random, History&) {
                 std::vector<Value> values(accounts);
                 for (int i = 0; i < 3'000; ++i) {
                     Record& from = world.table[world.rows[random() % accounts]];
                     Record& to = world.table[world.rows[random() % accounts]];
                     const auto amount = static_cast<Int128>(random() % 700);
                     if (random() % 4 == 0) {
                         (void)transactor.snapshot(world.rows, values);
                         Int128 sum = 0;
                         for (const Value& value : values)
                             sum += value.fields[0];
                         ASSERT_TRUE(sum == each * Int128{accounts});
                     } else if (random() % 2 == 0) {
                         const Done done = run(transactor, [&](Transaction& transaction) {
                             transaction.require(from, {{1, 0, 0}, amount});
                             transaction.add(from, 0, -amount);
                             transaction.add(to, 0, amount);
                             return true;
                         });
                         refused += done.result == Result::refused ? 1 : 0;
                     } else if (&from != &to) {
                         (void)run(transactor, [&](Transaction& transaction) {
                             Value one;
                             Value other;
                             if (!transaction.read(from, one) || !transaction.read(to, other))
                                 return true;
                             if (one.fields[0] < amount) return false;
                             one.fields[0] -= amount;
                             other.fields[0] += amount;
                             transaction.write(from, one);
                             transaction.write(to, other);
                             return true;
                         });
                     }
                 }
             });
    Int128 sum = 0;
    for (const Row row : world.rows) {
        const Int128 has = world.table[row].load().fields[0];
        EXPECT_GE(has, 0);
        sum += has;
    }
    EXPECT_TRUE(sum == each * Int128{accounts});
    EXPECT_GT(refused.load(), 0U);
}

}  // namespace
}  // namespace tickweir::txn::occ
