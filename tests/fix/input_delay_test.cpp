// That the port tells how long sessions wait that send more than their share of a turn.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "gateway/venue/input_delay.hpp"
#include "tests/fix/fix_gateway.hpp"
#include "tests/fix/fix_text.hpp"
#include "tests/fix/raw_client.hpp"

namespace tickweir::tests {
namespace {

TEST(FixInputDelayTest, IsOfWhoHasMoreThanATurnsShareAndOfNobodyElse) {
    gateway::InputDelay delay;
    FixGateway gateway{fix_settings({"A"}), {}, {}, nullptr, nullptr, &delay};
    RawClient client{gateway.port()};
    client.send(client_logon("A"));
    EXPECT_EQ(field_of(client.read(), 35), "A");
    std::uint64_t sequence = 1;
    const auto question = [&] { return client_message("A", "1", ++sequence, "112=there|"); };
    const auto waited = [&] { return delay.take(gateway::wall_clock_now()).count(); };
    for (int i = 0; i < 3; ++i) {
        client.send(question());
        EXPECT_EQ(field_of(client.read(), 35), "0");
    }
    EXPECT_EQ(waited(), 0);

    std::string many;
    for (int i = 0; i < 40; ++i)
        many += question();
    client.send(many);
    for (int i = 0; i < 40; ++i)
        EXPECT_EQ(field_of(client.read(), 35), "0");
    // One more turn, and nobody waits any longer.
    client.send(question());
    EXPECT_EQ(field_of(client.read(), 35), "0");
    EXPECT_GT(waited(), 0);
    EXPECT_EQ(waited(), 0);
}

}  // namespace
}  // namespace tickweir::tests
