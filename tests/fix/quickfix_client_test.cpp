// A QuickFIX initiator, without and with a dictionary, against the gateway's FIX port.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "tests/fix/fix_gateway.hpp"
#include "tests/fix/quickfix_client.hpp"
#include "tests/fix/temporary_directory.hpp"

namespace tickweir::tests {
namespace {

namespace fs = std::filesystem;

const std::string order = "11=1|55=ACME|54=1|60=20260101-00:00:00|38=1|40=2|44=1|";

class QuickfixClientTest : public testing::TestWithParam<const char*> {
protected:
    QuickfixOptions options() const {
        const std::string dictionary = GetParam();
        return {.comp_id = "A",
                .store = client_files_.path(),
                .dictionary = dictionary.empty()
                                  ? dictionary
                                  : (fs::path{TICKWEIR_SOURCE} / dictionary).string()};
    }
    void SetUp() override {
        const std::string file = options().dictionary;
        ASSERT_TRUE(file.empty() || fs::exists(file)) << file << " is not there";
    }
    std::string files() const { return gateway_files_.path(); }

private:
    TemporaryDirectory client_files_;
    TemporaryDirectory gateway_files_;
};

TEST_P(QuickfixClientTest, LogsOnHearsHeartbeatsAndLogsOut) {
    FixGateway gateway{fix_settings({"A"}, files())};
    QuickfixOptions quick = options();
    quick.heartbeat_s = 1;
    QuickfixClient client{gateway.port(), quick};
    client.start();
    EXPECT_TRUE(client.wait_for("logon"));
    EXPECT_TRUE(client.wait_for("in 0"));
    EXPECT_TRUE(client.wait_for("out 0"));
    client.stop();
    EXPECT_TRUE(client.wait_for("in 5"));
    EXPECT_TRUE(client.wait_for("logout"));
}

TEST_P(QuickfixClientTest, KeepsNumbersWhenEitherSideStartsAgain) {
    for (int run = 0; run < 2; ++run) {
        FixGateway gateway{fix_settings({"A"}, files())};
        QuickfixClient client{gateway.port(), options()};
        client.start();
        ASSERT_TRUE(client.wait_for("logon"));
        EXPECT_TRUE(client.send("D", order));
        EXPECT_TRUE(client.wait_for("in j " + std::to_string(2 + 3 * run)));
        client.stop();
        EXPECT_TRUE(client.wait_for("in 5 " + std::to_string(3 + 3 * run)));
        const auto lines = client.lines();
        EXPECT_TRUE(std::ranges::none_of(lines, [](const std::string& line) {
            return line.find(" 2 ") == 3;
        })) << "nobody misses anything";
        EXPECT_TRUE(gateway.stop());
    }
}

TEST_P(QuickfixClientTest, GetsAgainWhatItHasLost) {
    FixGateway gateway{fix_settings({"A"}, files())};
    QuickfixClient client{gateway.port(), options()};
    client.start();
    ASSERT_TRUE(client.wait_for("logon"));
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(client.send("D", order));
    EXPECT_TRUE(client.wait_for("in j 4"));
    client.stop();
    client.forget_from(2);
    client.start();
    EXPECT_TRUE(client.wait_for("logon", 2));
    EXPECT_TRUE(client.wait_for("in j 4 dup"));
    EXPECT_TRUE(client.wait_for("in j 2 dup"));
    EXPECT_TRUE(client.send("D", order));
    EXPECT_TRUE(client.wait_for("in j 7"));
}

INSTANTIATE_TEST_SUITE_P(Dictionaries, QuickfixClientTest,
                         testing::Values("", "gateway/fix/dictionary/FIX44.xml"),
                         [](const auto& test) {
                             return std::string{*test.param == 0 ? "Without" : "With"};
                         });

}  // namespace
}  // namespace tickweir::tests
