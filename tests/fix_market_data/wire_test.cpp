// Market data to a client of somebody else's making: a QuickFIX initiator takes every message of
// ours, with and without a dictionary, and rejects none.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "gateway/fix/dictionary/dictionary.hpp"
#include "gateway/fix/market_data_application.hpp"
#include "store/market_store.hpp"
#include "tests/fix/fix_gateway.hpp"
#include "tests/fix/quickfix_client.hpp"
#include "tests/fix/temporary_directory.hpp"
#include "tests/serve/hub/fake_market.hpp"

namespace tickweir::tests {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class MarketDataWireTest : public testing::TestWithParam<const char*> {
protected:
    MarketDataWireTest() : market_{store_, 256} {
        market_.clock_ns = 1'700'000'000'000'000'000;
        acme_ = market_.list("ACME", "tickweir");
        market_.add(acme_, 1, book::Side::buy, 999, 5);
        market_.add(acme_, 2, book::Side::sell, 1'001, 7);
        market_.trade(acme_, 1'000, 1);
    }

    std::unique_ptr<FixGateway> open() {
        FixGateway::Applications applications;
        applications.push_back(std::make_unique<gateway::fix::MarketDataApplication>(
            gateway::fix::MarketDataLimits{}, "tickweir", store_,
            gateway::FixMarketInput{{market_.link()}}, nullptr, metrics_));
        application_ =
            static_cast<gateway::fix::MarketDataApplication*>(applications.front().get());
        return std::make_unique<FixGateway>(fix_settings({"A"}, gateway_files_.path()),
                                            std::move(applications),
                                            std::string{gateway::fix::dictionary_xml()});
    }
    QuickfixOptions options() const {
        const std::string dictionary = GetParam();
        return {.comp_id = "A",
                .store = client_files_.path(),
                .dictionary = dictionary.empty()
                                  ? dictionary
                                  : (fs::path{TICKWEIR_SOURCE} / dictionary).string()};
    }
    /// The market hears what it was asked for.
    void serve() {
        const auto until = std::chrono::steady_clock::now() + 10s;
        while (market_.serve() == 0 && std::chrono::steady_clock::now() < until)
            std::this_thread::yield();
    }
    /// Nobody wakes the FIX thread for the market here; a message does.
    void poke(QuickfixClient& client) { client.send("x", "320=q|559=0|55=ACME|"); }

    store::MarketStore store_{{.instruments = 16, .active_instruments = 16}, nullptr, nullptr};
    FakeMarket market_;
    book::InstrumentId acme_{};
    gateway::Metrics metrics_;
    gateway::fix::MarketDataApplication* application_ = nullptr;

private:
    TemporaryDirectory client_files_;
    TemporaryDirectory gateway_files_;
};

TEST_P(MarketDataWireTest, IsTakenByAnotherEngine) {
    const std::unique_ptr<FixGateway> gateway = open();
    QuickfixClient client{gateway->port(), options()};
    client.start();
    ASSERT_TRUE(client.wait_for("logon"));
    client.send("e", "324=s|55=ACME|263=1|");
    EXPECT_TRUE(client.wait_for("in f"));
    // Without a dictionary that engine takes a second entry of a group for a tag twice.
    const bool knows_groups = *GetParam() != 0;
    client.send("V", "262=r|263=1|264=" + std::string{knows_groups ? "5" : "1"} +
                         "|265=1|267={269=0" + (knows_groups ? ";269=1;269=2" : "") +
                         "}|146={55=ACME}|");
    serve();
    poke(client);
    EXPECT_TRUE(client.wait_for("in y"));
    EXPECT_TRUE(client.wait_for("in W"));
    market_.add(acme_, 3, book::Side::buy, 999, 5);
    if (knows_groups) market_.add(acme_, 4, book::Side::buy, 1'000, 5);
    market_.trade(acme_, 1'000, 2);
    poke(client);
    EXPECT_TRUE(client.wait_for("in X", knows_groups ? 2 : 1));  // the book's, and the trade's
    market_.set_status(acme_, store::TradingState::trading, store::SyncReason::gap);
    poke(client);
    EXPECT_TRUE(client.wait_for("in W", 2));
    EXPECT_TRUE(client.wait_for("in f", 2));
    client.send("V", "262=r|263=1|264=5|265=1|267={269=0}|146={55=ACME}|");
    EXPECT_TRUE(client.wait_for("in Y"));
    application_->set_mode(5);
    poke(client);
    EXPECT_TRUE(client.wait_for("in h"));
    client.stop();
    EXPECT_TRUE(client.wait_for("logout"));
    for (const std::string& line : client.lines())
        EXPECT_FALSE(line.starts_with("out 3") || line.starts_with("out j") ||
                     line.starts_with("in 3") || line.starts_with("in j"))
            << line;
}

INSTANTIATE_TEST_SUITE_P(Clients, MarketDataWireTest,
                         testing::Values("", "gateway/fix/dictionary/FIX44.xml"),
                         [](const auto& test) {
                             return std::string{*test.param == 0 ? "WithoutADictionary"
                                                                 : "WithADictionary"};
                         });

}  // namespace
}  // namespace tickweir::tests
