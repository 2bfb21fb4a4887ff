// Names of instruments as clients write them.
#include "gateway/serve/api/symbol_index.hpp"

#include <gtest/gtest.h>

namespace tickweir::gateway {
namespace {

using Ids = std::vector<book::InstrumentId>;

constexpr book::InstrumentId id(std::uint32_t number) {
    return book::InstrumentId{number};
}

store::Instrument instrument(std::string venue, std::string symbol) {
    store::Instrument made;
    made.venue = std::move(venue);
    made.symbol = std::move(symbol);
    return made;
}

class SymbolIndexTest : public testing::Test {
protected:
    SymbolIndexTest() {
        instruments_.add(instrument("nasdaq", "AAPL"));
        instruments_.add(instrument("bitstamp", "BTCUSD"));
        instruments_.add(instrument("nasdaq", "BTCUSD"));
        instruments_.add(instrument("kraken", "XBT/USD"));
        instruments_.add(instrument("deribit", "nasdaq:AAPL"));
        instruments_.add(instrument("deribit", "BTC:PERP"));
    }

    store::Instruments instruments_{16};
};

TEST_F(SymbolIndexTest, FindsASymbolThatOneVenueHas) {
    const SymbolIndex index{instruments_};
    EXPECT_EQ(index.find_only("AAPL"), id(0));
    EXPECT_EQ(index.find_only("XBT/USD"), id(3));
    EXPECT_EQ(index.find_all("AAPL"), Ids{id(0)});
}

TEST_F(SymbolIndexTest, TellsAllThatANameMayMean) {
    const SymbolIndex index{instruments_};
    EXPECT_EQ(index.find_only("BTCUSD"), std::nullopt);
    EXPECT_EQ(index.find_all("BTCUSD"), (Ids{id(1), id(2)}));
    EXPECT_EQ(index.find_only("nasdaq:BTCUSD"), id(2));
    EXPECT_EQ(index.find_only("bitstamp:BTCUSD"), id(1));
}

TEST_F(SymbolIndexTest, PrefersAVenueToAColonInASymbol) {
    const SymbolIndex index{instruments_};
    EXPECT_EQ(index.find_only("nasdaq:AAPL"), id(0));
    EXPECT_EQ(index.find_only("deribit:nasdaq:AAPL"), id(4));
    EXPECT_EQ(index.find_only("BTC:PERP"), id(5));
    EXPECT_EQ(index.find_only("deribit:BTC:PERP"), id(5));
}

TEST_F(SymbolIndexTest, FindsNothingUnderOtherNames) {
    const SymbolIndex index{instruments_};
    for (const char* name : {"", ":", "aapl", "nasdaq:", ":AAPL", "kraken:AAPL", "AAPL:nasdaq"}) {
        EXPECT_EQ(index.find_only(name), std::nullopt) << name;
        EXPECT_EQ(index.find_all(name), Ids{}) << name;
    }
}

TEST_F(SymbolIndexTest, LearnsWhatIsAddedLater) {
    SymbolIndex index{instruments_};
    EXPECT_EQ(index.count(), 6u);
    instruments_.add(instrument("bybit", "AAPL"));
    EXPECT_EQ(index.find_only("AAPL"), id(0));
    index.refresh();
    EXPECT_EQ(index.count(), 7u);
    EXPECT_EQ(index.find_all("AAPL"), (Ids{id(0), id(6)}));
    EXPECT_EQ(index.find_only("bybit:AAPL"), id(6));
}

}  // namespace
}  // namespace tickweir::gateway
