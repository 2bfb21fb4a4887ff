// Whom a saved state may be loaded into: who has grown, and nobody who is another.
#include "txn/venue/settings_state.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/snapshot/state_bytes.hpp"
#include "tests/support/venue_stream.hpp"

namespace tickweir::txn {
namespace {

using tests::small_venue;
using tests::VenueBytes;

Command command_of(SessionId session, CommandBody body) {
    Command command;
    command.envelope.session = session;
    command.envelope.time = TimeNs{std::chrono::seconds{1}};
    command.body = std::move(body);
    return command;
}

/// One with an open stop that buys without a limit.
Venue venue_with_a_stop(const VenueSettings& settings) {
    Venue venue{settings};
    Outcome said;
    venue.execute(
        command_of(operator_session, Deposit{AccountId{1}, AssetId{0}, balance_max / 1'000'000}),
        said);
    NewOrder stop;
    stop.client_id = ClientOrderId{"one"};
    stop.account = AccountId{1};
    stop.type = OrderType::stop;
    stop.time_in_force = TimeInForce::gtc;
    stop.stop_price = Price{250};
    stop.quantity = Quantity{3};
    venue.execute(command_of(SessionId{1}, stop), said);
    EXPECT_EQ(said.events.front().kind, EventKind::accepted);
    return venue;
}

std::string fault_of_loading(const VenueSettings& settings, const VenueBytes& bytes) {
    std::string fault;
    (void)tests::loaded(settings, bytes, fault);
    return fault;
}

TEST(SettingsState, MayHaveGrown) {
    VenueSettings grown = small_venue();
    const VenueBytes bytes = tests::saved(venue_with_a_stop(grown));
    grown.assets.push_back({"EUR", 4});
    grown.accounts.push_back({"A5", 10, 0});
    grown.sessions.push_back({"S5", 10});
    grown.instruments.push_back(grown.instruments.front());
    grown.instruments.back().symbol = "EURO";
    grown.instruments.back().base = AssetId{3};
    grown.limits.orders *= 2;
    grown.limits.client_ids *= 4;
    grown.limits.trades *= 4;
    grown.limits.balances *= 2;
    grown.limits.positions *= 2;
    grown.instruments[1].collar_millionths = 20'000;
    grown.instruments[0].band_millionths = 50'000;
    grown.short_limits.push_back({AccountId{5}, AssetId{3}, 7});
    std::string fault;
    const auto venue = tests::loaded(grown, bytes, fault);
    ASSERT_NE(venue, nullptr) << fault;
    EXPECT_EQ(venue->open_orders(), 1u);
    EXPECT_TRUE(venue->balance(AccountId{1}, AssetId{0}).total == balance_max / 1'000'000);
}

TEST(SettingsState, SayWhatDiffers) {
    const VenueSettings settings = small_venue();
    const VenueBytes bytes = tests::saved(venue_with_a_stop(settings));
    struct Case {
        std::function<void(VenueSettings&)> change;
        std::string said;
    };
    const Case cases[] = {
        {[](auto& s) { s.log_number = 2; }, "the log number is 1 in the saved state and 2 here"},
        {[](auto& s) { s.limits.seed ^= 1; }, "the seed of hashes is "},
        {[](auto& s) { s.assets[1].name = "ACNE"; },
         "asset 1 is 'ACME' in the saved state and 'ACNE' here"},
        {[](auto& s) { s.assets[2].decimals = 8; }, "decimals of asset 2 is 18 in the saved"},
        {[](auto& s) { s.accounts.pop_back(); },
         "the number of accounts is 5 in the saved state and 4 here"},
        {[](auto& s) { std::swap(s.accounts[1], s.accounts[2]); },
         "account 1 is 'A1' in the saved state and 'A2' here; account 2 is 'A2' in the saved"},
        {[](auto& s) { s.sessions[4].name = "X"; }, "session 4 is 'S4' in the saved state"},
        {[](auto& s) { s.instruments[0].symbol = "X"; }, "instrument 0 is 'ACME' in the saved"},
        {[](auto& s) { s.instruments[1].price_decimals = 3; },
         "price decimals of instrument 1 is 2 in the saved state and 3 here"},
        {[](auto& s) { s.instruments[1].quantity_decimals = 1; }, "quantity decimals of instrume"},
        {[](auto& s) { s.instruments[1].tick.ticks = 5; }, "the tick of instrument 1 is 1 in"},
        {[](auto& s) { s.instruments[1].lot.lots = 5; }, "the lot of instrument 1 is 1 in"},
        {[](auto& s) { s.instruments[1].base = AssetId{1}; }, "the base asset of instrument 1"},
        {[](auto& s) { s.fees.taker_millionths = 9; }, "the taker's fee in millionths is 0 in"},
        {[](auto& s) { s.fees.maker_millionths = 9; }, "the maker's fee in millionths is 0 in"},
        {[](auto& s) { s.fees.account = AccountId{1}; }, "the fee account is 0 in"},
        {[](auto& s) { s.fees.rounding = book::exact::Rounding::up; }, "the rounding of fees is"},
        {[](auto& s) { s.limits.orders = 10; },
         "the limit of orders is 4096 in the saved state and 10 here"},
        {[](auto& s) { s.instruments[0].collar_millionths = 9; }, "the collar of instrument 0"},
    };
    for (const Case& one : cases) {
        VenueSettings other = settings;
        one.change(other);
        const std::string fault = fault_of_loading(other, bytes);
        EXPECT_NE(fault.find("the settings are others: "), std::string::npos) << fault;
        EXPECT_NE(fault.find(one.said), std::string::npos) << fault << "\nexpected " << one.said;
    }
}

TEST(LedgerState, ComesByAccountAndAssetWhateverCameFirst) {
    const VenueSettings settings = small_venue();
    Ledger one{settings};
    Ledger other{settings};
    const Balance some{5, 2};
    ASSERT_TRUE(one.restore(AccountId{1}, AssetId{2}, some));
    ASSERT_TRUE(one.restore(AccountId{0}, AssetId{1}, {-9, 0}));
    ASSERT_TRUE(other.restore(AccountId{0}, AssetId{1}, {-9, 0}));
    ASSERT_TRUE(other.restore(AccountId{1}, AssetId{2}, some));
    const auto bytes = [&](const Ledger& ledger) {
        return tests::saved_by([&](StateWriter& writer) { save_ledger(ledger, settings, writer); });
    };
    EXPECT_EQ(bytes(one), bytes(other));
}

}  // namespace
}  // namespace tickweir::txn
