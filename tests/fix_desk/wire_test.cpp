// Order entry over real sockets: the session layer, the dictionary and the desk together, with a
// real venue on a thread of its own.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "gateway/fix/dictionary/dictionary.hpp"
#include "gateway/fix/order_entry_application.hpp"
#include "tests/fix/fix_gateway.hpp"
#include "tests/fix/fix_text.hpp"
#include "tests/fix/raw_client.hpp"
#include "tests/fix/temporary_directory.hpp"
#include "tests/fix_desk/desk_bed.hpp"

namespace tickweir::tests {
namespace {

class OrderEntryWireTest : public testing::Test {
protected:
    OrderEntryWireTest() : directory_{desk_venue(), desk_directory()}, shard_{desk_venue()} {
        fund(shard_.venue());
    }
    ~OrderEntryWireTest() override {
        gateway_.reset();
        stop_ = true;
        if (venue_.joinable()) venue_.join();
    }

    void open(const shield::SessionShieldLimits& limits) {
        FixGateway::Applications applications;
        applications.push_back(std::make_unique<gateway::fix::OrderEntryApplication>(
            orders::OrderDeskParts{
                .directory = &directory_,
                .link = shard_.link(),
                .sessions = std::vector<orders::DeskSessionSettings>(3, {.shield = limits}),
                .venue_sessions = desk_venue().sessions.size()},
            metrics_));
        gateway_ = std::make_unique<FixGateway>(
            fix_settings({"CLIENT1", "CLIENT2", "COPIES"}, files_.path()), std::move(applications),
            std::string{gateway::fix::dictionary_xml()});
        venue_ = std::thread{[this] {
            shard_.ready();
            while (!stop_) {
                shard_.now = gateway::wall_clock_now();
                if (!shard_.step()) std::this_thread::yield();
            }
        }};
    }
    /// Logged on, and the venue is known to be ready.
    std::unique_ptr<RawClient> client(const std::string& more = "108=30|") {
        auto client = std::make_unique<RawClient>(gateway_->port());
        client->send(client_logon("CLIENT1", number_, more));
        EXPECT_NE(client->read("A"), "");
        for (;;) {
            client->send(message("H", "11=none|55=ACME|54=1|"));
            const std::string answer = client->read();
            if (answer.empty() || field_of(answer, 35) == "8") return client;
        }
    }
    std::string message(const std::string& type, const std::string& body) {
        return client_message("CLIENT1", type, ++number_, body);
    }
    static std::string brief(const std::string& shown, const std::vector<int>& tags) {
        std::string text = field_of(shown, 35).value_or("closed");
        for (const int tag : tags)
            text += " " + std::to_string(tag) + "=" + field_of(shown, tag).value_or("-");
        return text;
    }

    orders::OrderDirectory directory_;
    FakeShard shard_;
    gateway::Metrics metrics_;
    TemporaryDirectory files_;
    std::unique_ptr<FixGateway> gateway_;
    std::uint64_t number_ = 1;

private:
    std::atomic<bool> stop_{false};
    std::thread venue_;
};

TEST_F(OrderEntryWireTest, TradesThroughTheSessionLayer) {
    open(no_shield());
    const auto trader = client();
    trader->send(message("D", limit_order_text("a")));
    EXPECT_EQ(brief(trader->read(), {11, 150, 39}), "8 11=a 150=0 39=0");
    trader->send(message("G", replace_text("b", "a", "99.00")));
    EXPECT_EQ(brief(trader->read(), {11, 41, 150, 44}), "8 11=b 41=a 150=5 44=99");
    trader->send(message("D", limit_order_text("b")));
    EXPECT_EQ(brief(trader->read(), {11, 150, 103}), "8 11=b 150=8 103=6");
    trader->send(message("F", cancel_text("c", "b")));
    EXPECT_EQ(brief(trader->read(), {11, 41, 150}), "8 11=c 41=b 150=4");
    trader->send(message("F", cancel_text("d", "b")));
    EXPECT_EQ(brief(trader->read(), {11, 39, 434, 102}), "9 11=d 39=4 434=1 102=0");
    trader->send(message("q", mass_cancel_text("q")));
    EXPECT_EQ(brief(trader->read(), {11, 531, 533}), "r 11=q 531=7 533=0");
    trader->send(message("AF", "584=m|585=7|"));
    EXPECT_EQ(brief(trader->read(), {584, 911, 912}), "8 584=m 911=0 912=Y");
    trader->send(message("D", limit_order_text("e", '9')));
    EXPECT_EQ(brief(trader->read(), {11, 150, 39}), "8 11=e 150=8 39=8");
}

TEST_F(OrderEntryWireTest, CancelsWhatItsLogonAskedForAndTellsWhoComesBack) {
    open(no_shield());
    auto trader = client("108=30|8013=Y|");
    trader->send(message("D", limit_order_text("a")));
    EXPECT_EQ(brief(trader->read(), {11, 150}), "8 11=a 150=0");
    trader.reset();
    // As long as the gateway has not seen that the connection ended, it takes no other.
    std::unique_ptr<RawClient> again;
    ++number_;
    for (int tries = 0; tries < 1'000; ++tries) {
        again = std::make_unique<RawClient>(gateway_->port());
        again->send(client_logon("CLIENT1", number_));
        const std::string answer = again->read();
        if (!answer.empty() && field_of(answer, 35) == "A") break;
    }
    again->send(message("2", "7=1|16=0|"));
    std::string report;
    do {
        report = again->read("8");
    } while (!report.empty() && field_of(report, 150) != "4");
    EXPECT_EQ(brief(report, {11, 150, 39}), "8 11=a 150=4 39=4");
}

TEST_F(OrderEntryWireTest, TakesNobodyInWhileTheLoadModeSaysSo) {
    open(no_shield());
    const auto trader = client();
    shard_.board.mode.store(static_cast<std::uint8_t>(gateway::LoadMode::protect));
    RawClient late{gateway_->port()};
    late.send(client_logon("CLIENT2"));
    EXPECT_EQ(brief(late.read(), {58}), "5 58=shed: no logons while the load mode is L3 or above");
    EXPECT_TRUE(late.is_closed());
    shard_.board.mode.store(static_cast<std::uint8_t>(gateway::LoadMode::shed));
    RawClient again{gateway_->port()};
    again.send(client_logon("CLIENT2"));
    EXPECT_EQ(brief(again.read(), {}), "A");
}

TEST_F(OrderEntryWireTest, LogsOutWhoAbusesCancels) {
    shield::SessionShieldLimits limits = no_shield();
    limits.throttle.cancels = shield::Rate{1, 2};
    open(limits);
    const auto trader = client();
    for (const char* id : {"a", "b", "c"})
        trader->send(message("F", cancel_text(id, "nope")));
    EXPECT_EQ(brief(trader->read("5"), {58}), "5 58=throttled: more than 1 cancels a second");
    EXPECT_TRUE(trader->is_closed());
}

}  // namespace
}  // namespace tickweir::tests
