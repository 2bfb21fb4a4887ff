#include "store/instruments.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "tests/support/literals.hpp"

namespace tickweir::store {
namespace {

using tests::operator""_instrument;

Instrument named(const std::string& venue, const std::string& symbol) {
    Instrument instrument;
    instrument.venue = venue;
    instrument.symbol = symbol;
    instrument.price_decimals = 4;
    return instrument;
}

TEST(Instruments, GivesDenseIdsInOrder) {
    Instruments instruments{3};
    EXPECT_EQ(instruments.add(named("nasdaq", "AAPL")), 0_instrument);
    EXPECT_EQ(instruments.add(named("nasdaq", "MSFT")), 1_instrument);
    EXPECT_EQ(instruments.count(), 2U);
    EXPECT_EQ(instruments[1_instrument], named("nasdaq", "MSFT"));
    EXPECT_EQ(instruments.limit(), 3U);
}

TEST(Instruments, KnowsAnInstrumentByVenueAndSymbol) {
    Instruments instruments{3};
    (void)instruments.add(named("nasdaq", "AAPL"));
    Instrument again = named("nasdaq", "AAPL");
    again.price_decimals = 2;
    EXPECT_EQ(instruments.add(again), 0_instrument);
    EXPECT_EQ(instruments[0_instrument].price_decimals, 4U);
    EXPECT_EQ(instruments.add(named("tickweir", "AAPL")), 1_instrument);
    // The border between the names counts.
    EXPECT_EQ(instruments.add(named("nasdaqA", "APL")), 2_instrument);
    EXPECT_EQ(instruments.find("tickweir", "AAPL"), 1_instrument);
    EXPECT_EQ(instruments.find("nasdaq", "NOPE"), std::nullopt);
    EXPECT_EQ(instruments.refused(), 0U);
}

TEST(Instruments, RefusesMoreThanTheLimitAndCounts) {
    Instruments instruments{1};
    ASSERT_TRUE(instruments.add(named("nasdaq", "AAPL")));
    EXPECT_EQ(instruments.add(named("nasdaq", "MSFT")), std::nullopt);
    EXPECT_EQ(instruments.refused(), 1U);
    EXPECT_EQ(instruments.add(named("nasdaq", "AAPL")), 0_instrument);
    EXPECT_EQ(instruments.count(), 1U);
}

TEST(Instruments, RefusesNamesThatAreTooLongOrMissing) {
    Instruments instruments{9};
    const std::string longest(Instruments::name_bytes_max, 'x');
    EXPECT_TRUE(instruments.add(named(longest, longest)));
    EXPECT_FALSE(instruments.add(named(longest + "x", "A")));
    EXPECT_FALSE(instruments.add(named("nasdaq", longest + "x")));
    EXPECT_FALSE(instruments.add(named("", "A")));
    EXPECT_FALSE(instruments.add(named("nasdaq", "")));
    Instrument instrument = named("nasdaq", "A");
    instrument.base = longest + "x";
    EXPECT_FALSE(instruments.add(instrument));
    instrument.base = "";
    instrument.quote = longest + "x";
    EXPECT_FALSE(instruments.add(instrument));
    EXPECT_EQ(instruments.refused(), 6U);
    EXPECT_EQ(instruments.count(), 1U);
}

TEST(Instruments, AbortsOnAnIdThatItNeverGave) {
    Instruments instruments{2};
    (void)instruments.add(named("nasdaq", "AAPL"));
    EXPECT_DEATH((void)instruments[1_instrument], "invariant broken");
}

TEST(Instruments, TellFinerScalesWithAVersion) {
    Instruments instruments{2};
    Instrument instrument;
    instrument.venue = "okx";
    instrument.symbol = "BTC-USDT";
    instrument.price_decimals = 1;
    ASSERT_TRUE(instruments.add(instrument));
    EXPECT_EQ(instruments.scaling(0_instrument), (Scaling{{1, 0}, 0}));
    EXPECT_TRUE(instruments.refine(0_instrument, {1, 8}));
    EXPECT_EQ(instruments.scaling(0_instrument), (Scaling{{1, 8}, 1}));
    EXPECT_FALSE(instruments.refine(0_instrument, {0, 5})) << "they never become coarser";
    EXPECT_TRUE(instruments.refine(0_instrument, {2, 0}));
    EXPECT_EQ(instruments.scaling(0_instrument), (Scaling{{2, 8}, 2}));
    EXPECT_EQ(instruments[0_instrument].price_decimals, 1U) << "as it became known";
}

TEST(Instruments, RefuseMoreDecimalsThanANumberHolds) {
    Instruments instruments{2};
    Instrument instrument;
    instrument.venue = "okx";
    instrument.symbol = "BTC-USDT";
    instrument.quantity_decimals = 19;
    EXPECT_FALSE(instruments.add(instrument));
    EXPECT_EQ(instruments.refused(), 1U);
}

}  // namespace
}  // namespace tickweir::store
