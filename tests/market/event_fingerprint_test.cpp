// Every event of the books in the middle of a simulated day, pinned: whoever changes what the books
// tell, or in which order, or how the simulator draws, has to say so here. The numbers are the same
// on every machine and in every kind of build.
#include <gtest/gtest.h>

#include <string>

#include "gateway/commands/crc32.hpp"
#include "gateway/feeds/itch_books_impl.hpp"
#include "replay/simulator.hpp"
#include "tests/replay/support.hpp"

namespace tickweir::tests {
namespace {

using gateway::ItchEvent;
using gateway::ItchTrade;

/// The checksum of events as text, one line each with all that they tell.
class Fingerprint {
public:
    void on_change(const ItchEvent& event, const book::BookChange& change) {
        ++changes;
        begin(event);
        add(static_cast<unsigned>(change.side), change.price.ticks, change.quantity.lots,
            change.left.lots, static_cast<unsigned>(change.touch_changed));
        for (std::size_t i = 0; i < change.level_count; ++i) {
            const auto& [side, level] = change.levels[i];
            add(static_cast<unsigned>(side), level.price.ticks, level.open.lots, level.order_count);
        }
        end();
    }
    void on_trade(const ItchEvent& event, const ItchTrade& trade) {
        ++trades;
        begin(event);
        add(trade.price.ticks, trade.quantity.lots, trade.match_number,
            trade.aggressor ? static_cast<int>(*trade.aggressor) : -1);
        end();
    }

    std::uint64_t changes = 0;
    std::uint64_t trades = 0;
    std::uint32_t crc() const { return crc_.value(); }

private:
    void begin(const ItchEvent& event) {
        line_.assign(1, event.type);
        add(static_cast<std::uint32_t>(event.instrument), event.time_ns,
            static_cast<std::uint64_t>(event.order), static_cast<std::uint64_t>(event.new_order));
    }
    template <class... Numbers>
    void add(Numbers... numbers) {
        ((line_ += ' ', line_ += std::to_string(numbers)), ...);
    }
    void end() {
        line_ += '\n';
        crc_.add(line_);
    }

    std::string line_;
    gateway::Crc32 crc_;
};

/// What `tickweir simulate --seed 11 --instruments 200 --messages 300000` would write, applied; the
/// fingerprint is that of messages 100,001 to 200,000.
Fingerprint fingerprint_of_mid_session() {
    replay::SimulatorOptions options;
    options.seed = 11;
    options.instruments = 200;
    options.messages = 300'000;
    auto simulator = std::move(*replay::Simulator::create(options));
    std::array<replay::tests::Buffer, 3> thirds;
    std::uint64_t messages = 0;
    for (codecs::Bytes message = simulator.next(); !message.empty(); message = simulator.next())
        replay::tests::append(thirds[messages++ / 100'000], replay::tests::frame(message));
    EXPECT_EQ(messages, 300'000U);

    book::Limits limits;
    limits.orders = 1 << 20;
    limits.levels = 1 << 20;
    limits.window = 1 << 20;
    gateway::ItchBooks books{limits};
    Fingerprint fingerprint;
    EXPECT_EQ(books.apply(thirds[0], gateway::NoItchListener{}).messages, 100'000U);
    EXPECT_EQ(books.apply(thirds[1], fingerprint).messages, 100'000U);
    EXPECT_EQ(books.counts().rejected_total(), 0U);
    return fingerprint;
}

TEST(EventFingerprint, OfTheMiddleOfADayIsWhatItAlwaysWas) {
    const Fingerprint seen = fingerprint_of_mid_session();
    EXPECT_EQ(seen.changes, 99'568U);
    EXPECT_EQ(seen.trades, 2'437U);
    EXPECT_EQ(seen.crc(), 0x9abdff14U);
}

}  // namespace
}  // namespace tickweir::tests
