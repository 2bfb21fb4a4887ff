// What memory has to be bounded against is sent whole, under names that nobody had before.
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <vector>

#include "bench/load/trading/abuse_flow.hpp"
#include "tests/load/stub_gateway.hpp"

namespace tickweir::tests {
namespace {

using bench::AbuseFlow;

const std::vector<bench::TradedInstrument> instruments{{"S0"}, {"S1"}, {"S2"}};

struct Abuse {
    LoggedOn client;
    AbuseFlow flow{7, "run", instruments, 10'000};

    /// What one more of the troubles is, as bytes.
    std::string trouble() {
        flow.trouble(client.session, client.now);
        std::string bytes{client.session.output()};
        client.session.drain(bytes.size());
        return bytes;
    }
};

std::string value_of(std::string_view message, std::string_view tag) {
    const std::string name = soh("|" + std::string{tag} + "=");
    const std::size_t at = message.find(name);
    if (at == message.npos) return {};
    const std::string_view rest = message.substr(at + name.size());
    return std::string{rest.substr(0, rest.find(wire::soh))};
}

TEST(AbuseFlowTest, AsksForAllThatWasEverSentAndForAllOrders) {
    Abuse abuse;
    abuse.flow.ask_again(abuse.client.session, abuse.client.now);
    EXPECT_EQ(abuse.client.gateway.take(abuse.client.session),
              (Texts{"35=2|34=2|7=1|16=0|", "35=AF|34=3|584=arun.1|585=7|"}));
    EXPECT_EQ(abuse.flow.sent(), 2U);
}

TEST(AbuseFlowTest, SubscribesToWholeBooksOfAllInstruments) {
    Abuse abuse;
    abuse.flow.subscribe(abuse.client.session, abuse.client.now);
    EXPECT_EQ(abuse.client.gateway.take(abuse.client.session),
              Texts{"35=V|34=2|262=vrun.1|263=1|264=0|265=1|267=3|269=0|269=1|269=2|"
                    "146=3|55=S0|55=S1|55=S2|"});
}

TEST(AbuseFlowTest, GoesThroughAllOfItsTroubles) {
    Abuse abuse;
    std::array<std::string, AbuseFlow::troubles> all;
    for (std::string& bytes : all)
        bytes = abuse.trouble();
    const auto type = [&](std::size_t i) { return value_of(all[i], "35"); };
    EXPECT_EQ(value_of(all[0], "55"), "NOrun.1");
    EXPECT_EQ(type(1), "V");
    EXPECT_EQ(value_of(all[1], "55"), "NOrun.3");
    EXPECT_EQ(value_of(all[2], "58").size(), AbuseFlow::largest_text);
    EXPECT_LT(all[2].size(), wire::message_bytes_most);
    EXPECT_EQ(type(6), "F");
    EXPECT_EQ(type(7), "D");
    // What is no message takes no number.
    EXPECT_EQ(value_of(all[6], "34"), std::to_string(std::stoi(value_of(all[2], "34")) + 1));
    wire::Message message;
    for (const std::size_t broken : {3U, 4U, 5U})
        EXPECT_EQ(message.read(all[broken]).status, wire::FrameStatus::garbled) << all[broken];
}

TEST(AbuseFlowTest, NamesNothingTwice) {
    Abuse abuse;
    std::set<std::string> names;
    std::size_t named = 0;
    for (int i = 0; i < 800; ++i) {
        const std::string bytes = abuse.trouble();
        for (const char* tag : {"11", "41", "262"}) {
            const std::string name = value_of(bytes, tag);
            if (name.empty()) continue;
            ++named;
            names.insert(name);
        }
    }
    EXPECT_EQ(named, 600U);  // five of eight have one, a cancel two
    EXPECT_EQ(names.size(), named);
}

TEST(AbuseFlowTest, SendsTheSameForTheSameSeed) {
    Abuse once;
    Abuse again;
    for (int i = 0; i < 40; ++i)
        ASSERT_EQ(once.trouble(), again.trouble());
}

TEST(AbuseFlowTest, CountsNothingThatHadNoRoom) {
    Abuse abuse;
    for (int i = 0; i < 200; ++i)
        abuse.flow.trouble(abuse.client.session, abuse.client.now);
    const std::uint64_t most = abuse.flow.sent();
    EXPECT_LT(most, 200U);  // 25 of the largest do not fit into what waits for the socket
    EXPECT_GT(most, 100U);
}

}  // namespace
}  // namespace tickweir::tests
