// Which trades an answer shows, and that following `next` shows each of them once.
#include "gateway/serve/api/trade_page.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "tests/support/seed.hpp"

namespace tickweir::gateway {
namespace {

using Numbers = std::vector<std::uint64_t>;
using Trades = std::vector<store::Trade>;

store::Trade trade(std::uint64_t number, std::int64_t time_ns) {
    store::Trade made;
    made.index = number;
    made.times.exchange_ns = time_ns;
    return made;
}

/// Numbers 11 to 16 at the times 100, 100, 200, 200, 200, 300.
Trades six() {
    return {trade(11, 100), trade(12, 100), trade(13, 200),
            trade(14, 200), trade(15, 200), trade(16, 300)};
}

struct Shown {
    Numbers numbers;
    std::string next;
    friend bool operator==(const Shown&, const Shown&) = default;
};

std::optional<TradeBound> bound(std::string_view text) {
    if (text.empty()) return std::nullopt;
    const auto parsed = parse_trade_bound(text);
    EXPECT_TRUE(parsed) << text;
    return parsed;
}

Shown show(Trades kept, std::string_view from, std::string_view to, std::size_t limit) {
    const TradePage page = select_trades(kept, {bound(from), bound(to), limit});
    Shown shown;
    for (const store::Trade& one : page.trades)
        shown.numbers.push_back(one.index);
    if (page.next) shown.next = to_text(*page.next);
    return shown;
}

TEST(TradePage, ShowsTheNewestWithoutABeginning) {
    EXPECT_EQ(show(six(), "", "", 10), (Shown{{11, 12, 13, 14, 15, 16}, ""}));
    EXPECT_EQ(show(six(), "", "", 6), (Shown{{11, 12, 13, 14, 15, 16}, ""}));
    EXPECT_EQ(show(six(), "", "", 2), (Shown{{15, 16}, ":14"}));
    EXPECT_EQ(show(six(), "", ":14", 2), (Shown{{13, 14}, ":12"}));
    EXPECT_EQ(show(six(), "", "200", 2), (Shown{{14, 15}, "200:13"}));
    EXPECT_EQ(show({}, "", "", 2), (Shown{{}, ""}));
}

TEST(TradePage, ShowsTheFirstFromABeginningOn) {
    EXPECT_EQ(show(six(), "100", "", 2), (Shown{{11, 12}, "100:13"}));
    EXPECT_EQ(show(six(), "100:13", "", 2), (Shown{{13, 14}, "100:15"}));
    EXPECT_EQ(show(six(), "100:15", "", 2), (Shown{{15, 16}, ""}));
    EXPECT_EQ(show(six(), ":0", "", 1), (Shown{{11}, ":12"}));
}

TEST(TradePage, TakesBothBoundsAsInclusive) {
    EXPECT_EQ(show(six(), "100", "200", 10), (Shown{{11, 12, 13, 14, 15}, ""}));
    EXPECT_EQ(show(six(), "101", "199", 10), (Shown{{}, ""}));
    EXPECT_EQ(show(six(), "200", "200", 2), (Shown{{13, 14}, "200:15"}));
    EXPECT_EQ(show(six(), "300", "", 10), (Shown{{16}, ""}));
}

TEST(TradePage, ReadsBoundsItHasWritten) {
    for (const char* text : {"0", "9223372036854775807", ":0", ":7", "12:34"})
        EXPECT_EQ(to_text(*parse_trade_bound(text)), text);
}

TEST(TradePage, RefusesOtherBounds) {
    for (const char* text : {"", ":", "1:", "-1", "+1", "1.5", "9223372036854775808", "1:-2", ":x",
                             "1:2:3", " 1", "1 "})
        EXPECT_EQ(parse_trade_bound(text), std::nullopt) << text;
}

TEST(TradePage, ShowsEachTradeOnceWhenNextIsFollowed) {
    std::mt19937_64 random{tests::test_seed()};
    for (int round = 0; round < 500; ++round) {
        Trades kept;
        Numbers all;
        // Times may stand still and step back, as real ones do.
        std::int64_t time = 1'000;
        for (std::uint64_t number = 5; number < 5 + random() % 40; ++number) {
            time += static_cast<std::int64_t>(random() % 4) - 1;
            kept.push_back(trade(number, time));
            all.push_back(number);
        }
        const std::size_t limit = 1 + random() % 7;
        const bool forward = random() % 2 == 0;
        Numbers seen;
        std::string next = forward ? "0" : "";
        do {
            const Shown page = show(kept, forward ? next : "", forward ? "" : next, limit);
            ASSERT_LE(page.numbers.size(), limit);
            seen.insert(forward ? seen.end() : seen.begin(), page.numbers.begin(),
                        page.numbers.end());
            next = page.next;
        } while (!next.empty());
        ASSERT_EQ(seen, all) << "limit " << limit << (forward ? " forward" : " back");
    }
}

}  // namespace
}  // namespace tickweir::gateway
