// Sessions that do not read: their books are held back, and brought up to date at once.
#include "tests/fix_market_data/desk_bed.hpp"

namespace tickweir::tests {
namespace {

using book::Side;
using Texts = std::vector<std::string>;

void add_levels(DeskBed& bed, std::uint64_t first, int count, std::int64_t price) {
    for (int i = 0; i < count; ++i) {
        bed.market.add(DeskBed::acme, first + static_cast<std::uint64_t>(i), Side::buy, price - i,
                       10);
        bed.turn();
    }
}

TEST(MarketDataConflation, GivesOneUpdateForAllThatWasMissed) {
    DeskBed bed;
    bed.session().twin.expect("r", 5);
    add_levels(bed, 1, 3, 1'000);
    bed.answer("V", md_request("r", 1, 5, 1, "01", {"ACME"}));
    bed.session().queued = 200'000;
    add_levels(bed, 10, 4, 1'010);
    bed.market.remove(DeskBed::acme, 10);
    bed.turn();
    EXPECT_EQ(bed.heard(), Texts{});
    EXPECT_EQ(bed.desk->counts().left_behind, 1u);
    ASSERT_TRUE(bed.desk->next_due());
    bed.session().queued = 100'000;  // shorter, but not short
    bed.turn();
    EXPECT_EQ(bed.heard(), Texts{});
    bed.session().queued = 64'000;
    bed.turn();
    const Texts heard = bed.heard();
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_EQ(heard[0][0], 'X');
    EXPECT_EQ(bed.desk->counts().conflated, 4u);
    expect_book(bed.session().twin, "r", "ACME", bed.market, DeskBed::acme, 5);
    expect_no_complaints(bed.session().twin);
    add_levels(bed, 20, 1, 1'009);
    EXPECT_EQ(bed.heard().size(), 1u);
    expect_book(bed.session().twin, "r", "ACME", bed.market, DeskBed::acme, 5);
}

TEST(MarketDataConflation, GivesASnapshotWhereTooMuchWasMissed) {
    DeskBed bed;
    bed.session().twin.expect("r", 2);
    bed.answer("V", md_request("r", 1, 2, 1, "01", {"ACME"}));
    bed.session().queued = 200'000;
    for (int round = 0; round < 100; ++round) {
        add_levels(bed, 1 + static_cast<std::uint64_t>(round), 1, 1'000 + round);
    }
    bed.read_all();
    bed.turn();
    const Texts heard = bed.heard();
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_EQ(heard[0][0], 'W');
    expect_book(bed.session().twin, "r", "ACME", bed.market, DeskBed::acme, 2);
    EXPECT_EQ(bed.desk->counts().conflated, 99u);
}

TEST(MarketDataConflation, SaysAtOnceThatABookIsNotToBeTrusted) {
    DeskBed bed;
    add_levels(bed, 1, 3, 1'000);
    bed.answer("V", md_request("r", 1, 5, 1, "01", {"ACME"}));
    bed.session().queued = 200'000;
    add_levels(bed, 10, 3, 1'100);
    for (const auto reason : {store::SyncReason::gap, store::SyncReason::none,
                              store::SyncReason::feed_stale, store::SyncReason::none}) {
        bed.market.set_status(DeskBed::acme, store::TradingState::trading, reason);
        bed.turn();
    }
    const Texts heard = bed.heard();
    // Told once that it is gone, and why; what it is again waits for a short queue.
    ASSERT_GE(heard.size(), 2u);
    EXPECT_EQ(heard[0], "W 262=r|55=ACME|207=tickweir|268=0|");
    std::size_t books = 0;
    for (const std::string& text : heard)
        books += text[0] == 'W' || text[0] == 'X' ? 1U : 0U;
    EXPECT_EQ(books, 1u);
    bed.read_all();
    bed.turn();
    EXPECT_EQ(bed.heard().at(0).substr(0, 2), "W ");
    expect_book(bed.session().twin, "r", "ACME", bed.market, DeskBed::acme, 5);
}

TEST(MarketDataConflation, HoldsNobodyElseUp) {
    DeskBed bed;
    const SessionId other{7};
    bed.desk->on_logon(other, bed.now, bed.output);
    bed.session(other).twin.expect("r", 5);
    bed.answer("V", md_request("r", 1, 5, 1, "01", {"ACME"}));
    bed.ask(other, "V", md_request("r", 1, 5, 1, "01", {"ACME"}));
    bed.turn();
    bed.session().queued = 200'000;
    bed.heard(other);
    for (int i = 0; i < 20; ++i) {
        add_levels(bed, 100 + static_cast<std::uint64_t>(i), 1, 1'000 + i % 5);
        EXPECT_EQ(bed.heard(other).size(), 1u) << i;
        expect_book(bed.session(other).twin, "r", "ACME", bed.market, DeskBed::acme, 5);
    }
    EXPECT_EQ(bed.heard(), Texts{});
    expect_no_complaints(bed.session(other).twin);
}

TEST(MarketDataConflation, StartsASubscriptionWhenThereIsRoomForIt) {
    DeskBed bed;
    add_levels(bed, 1, 3, 1'000);
    bed.session().queued = 200'000;
    EXPECT_EQ(bed.answer("V", md_request("r", 1, 5, 1, "01", {"ACME"})), Texts{});
    bed.read_all();
    bed.turn();
    EXPECT_EQ(bed.heard().at(0)[0], 'W');
    expect_book(bed.session().twin, "r", "ACME", bed.market, DeskBed::acme, 5);
}

TEST(MarketDataConflation, KeepsItsMemoryWithinBounds) {
    DeskBed bed;
    bed.answer("V", md_request("r", 1, 0, 1, "01", {"ACME"}));
    bed.session().queued = 200'000;
    std::size_t used = 0;
    for (std::uint64_t i = 1; i <= 20'000; ++i) {
        const auto price = static_cast<std::int64_t>(1'000 + i * 7 % 100);
        bed.market.add(DeskBed::acme, i, Side::buy, price, 1);
        bed.turn();
        bed.market.remove(DeskBed::acme, i);
        bed.turn();
        if (i == 5'000) used = bed.budget.used();
    }
    EXPECT_EQ(bed.budget.used(), used);
    EXPECT_LT(used, 400'000u);
    EXPECT_EQ(bed.heard(), Texts{});
}

}  // namespace
}  // namespace tickweir::tests
