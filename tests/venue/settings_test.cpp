// What is refused before there is a venue.
#include "txn/venue/settings.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "txn/venue/venue.hpp"

namespace tickweir::txn {
namespace {

VenueSettings good() {
    VenueSettings all;
    all.assets = {{"USD", 4}, {"ACME", 0}};
    InstrumentSettings acme;
    acme.symbol = "ACME";
    acme.base = AssetId{1};
    acme.quote = AssetId{0};
    all.instruments = {acme};
    all.accounts = {{"fees"}, {"A1"}};
    all.sessions = {{"operator"}};
    all.limits = {.orders = 16,
                  .window = 16,
                  .balances = 16,
                  .positions = 16,
                  .client_ids = 16,
                  .trades = 16};
    return all;
}

TEST(VenueSettingsTest, GoodOnesMakeAVenue) {
    EXPECT_EQ(fault_of(good()), "");
    EXPECT_EQ(Venue{good()}.open_orders(), 0U);
}

TEST(VenueSettingsTest, WhatIsWrongIsNamed) {
    struct Row {
        std::function<void(VenueSettings&)> spoil;
        std::string fault;
    };
    const Row rows[]{
        {[](auto& s) { s.log_number = 0; }, "log number 0"},
        {[](auto& s) { s.sessions.clear(); }, "no session: the first one is the operator"},
        {[](auto& s) { s.fees.account = AccountId{9}; },
         "the fees go to an account that is not there"},
        {[](auto& s) { s.assets[0].decimals = 19; }, "asset 'USD': more than 18 decimals"},
        {[](auto& s) { s.instruments[0].base = AssetId{7}; }, "instrument 'ACME': no such asset"},
        {[](auto& s) { s.instruments[0].base = AssetId{0}; },
         "instrument 'ACME': base and quote are the same asset"},
        {[](auto& s) { s.instruments[0].price_decimals = 19; },
         "instrument 'ACME': price and quantity have 19 decimals together, at most 18"},
        {[](auto& s) { s.instruments[0].price_decimals = 5; },
         "instrument 'ACME': its quote asset has fewer decimals than price and quantity together"},
        {[](auto& s) { s.instruments[0].tick = Price{0}; },
         "instrument 'ACME': tick and lot are above zero"},
        {[](auto& s) { s.instruments[0].notional_max = -1; },
         "instrument 'ACME': a limit below zero"},
        {[](auto& s) { s.instruments[0].collar_millionths = 100'000'001; },
         "instrument 'ACME': a collar or band above 10,000 %"},
        {[](auto& s) { s.instruments[0].pause = std::chrono::nanoseconds{-1}; },
         "instrument 'ACME': a time below zero or above a year"},
        {[](auto& s) {
             s.short_limits = {{AccountId{5}, AssetId{0}, 1}};
         },
         "a short limit of nobody, of nothing, below zero or above 10^19"},
        {[](auto& s) {
             s.position_limits = {{AccountId{1}, InstrumentId{1}, Quantity{1}}};
         },
         "a position limit of nobody, of nothing or below zero"},
        {[](auto& s) { s.fees.taker_millionths = 50'001; }, "a fee above 5 %"},
        {[](auto& s) { s.fees.maker_millionths = -1; }, "rebates above the fees that pay them"},
        {[](auto& s) { s.limits.effects = 257; }, "effects are 1 to 256"},
        {[](auto& s) { s.limits.trades = 0; }, "a limit is 0 or above 2^31"}};
    for (const Row& row : rows) {
        VenueSettings settings = good();
        row.spoil(settings);
        EXPECT_EQ(fault_of(settings), row.fault);
        EXPECT_THROW(Venue{settings}, std::invalid_argument) << row.fault;
    }
}

TEST(VenueSettingsTest, EveryReasonHasAName) {
    for (std::size_t i = 0; i < refusal_kinds; ++i)
        EXPECT_NE(to_string(static_cast<Refusal>(i)), "?") << i;
    EXPECT_EQ(to_string(static_cast<Refusal>(refusal_kinds)), "?");
    for (int i = 0; i <= static_cast<int>(CancelReason::collar); ++i)
        EXPECT_NE(to_string(static_cast<CancelReason>(i)), "?") << i;
}

}  // namespace
}  // namespace tickweir::txn
