// Clients that mean harm, or are broken: none of them ends the process, and a session beside them
// is served in order all the while.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "gateway/fix/dictionary/dictionary.hpp"
#include "tests/fix/fix_gateway.hpp"
#include "tests/fix/fix_text.hpp"
#include "tests/fix/raw_client.hpp"
#include "tests/fix/temporary_directory.hpp"

namespace tickweir::tests {
namespace {

/// A session that does nothing wrong and asks again and again whether it is served.
class Witness {
public:
    explicit Witness(FixGateway& gateway) : client_{gateway.port()} {
        client_.send(client_logon("GOOD"));
        EXPECT_EQ(field_of(client_.read(), 35), "A");
    }
    void expect_served() {
        const std::uint64_t number = next_++;
        const std::string id = std::to_string(number);
        client_.send(client_message("GOOD", "1", number, "112=" + id + "|"));
        const std::string answer = client_.read();
        EXPECT_EQ(field_of(answer, 35), "0");
        EXPECT_EQ(field_of(answer, 112), id);
        EXPECT_EQ(field_of(answer, 34), id) << "every message, in order";
    }

private:
    RawClient client_;
    std::uint64_t next_ = 2;
};

std::string logon_with(const std::string& fields) {
    return framed("35=A|49=BAD|56=TICKWEIR|34=1|52=" + time_text() + "|98=0|" + fields);
}

/// With QuickFIX's validation against the dictionary, and without.
class HostileClientTest : public testing::TestWithParam<bool> {
protected:
    static std::string dictionary() {
        return GetParam() ? std::string{gateway::fix::dictionary_xml()} : std::string{};
    }
};

TEST_P(HostileClientTest, IsClosedBeforeLogonWhateverItSends) {
    FixGateway gateway{fix_settings({"GOOD", "BAD"}), {}, dictionary()};
    Witness witness{gateway};
    const std::vector<std::string> inputs{
        "GET / HTTP/1.1\r\n\r\n",
        with_soh("8=FIX.4.4|9=2000000000|35=A|"),
        with_soh("8=FIX.4.4|9=99999999999999999999|"),
        with_soh("8=FIX.4.4|9=-5|35=A|"),
        with_soh("8=FIX.4.4|9=abc|35=A|"),
        with_soh("8=FIX.4.4|9=5|49=A|35=A|10=000|"),
        logon_with("108=30|95=2147483647|96=x|"),
        logon_with("108=30|95=1000000|96=x|"),
        logon_with("108=30|95=-1|96=x|"),
        logon_with("108=30|96=x|"),
        logon_with("108=30|354=-1|355=xx|"),
        logon_with("108=abc|"),
        logon_with("108=99999999999|"),
        logon_with("108=30|x=1|"),
        logon_with("108=30|99999999999=1|"),
        logon_with("108=30|-1=1|"),
        logon_with("108=30|nothing|"),
        logon_with("108=30|141=maybe|"),
        logon_with("108=30|384=-1|372=D|"),
        logon_with("108=30|384=999999999|372=D|"),
        framed("35=A|49=BAD|56=TICKWEIR|34=99999999999|52=" + time_text() + "|98=0|108=30|"),
        framed("35=A|49=BAD|56=TICKWEIR|52=" + time_text() + "|98=0|108=30|"),
        framed("35=A|49=BAD|56=TICKWEIR|34=1|98=0|108=30|"),
        framed("35=0|49=BAD|56=TICKWEIR|34=1|52=" + time_text() + "|"),
        framed("35=A|49=BAD|56=TICKWEIR|34=1|52=" + time_text() + "|98=0|108=30|", "FIX.4.2"),
        std::string(5'000, '8'),
        with_soh("8=FIX.4.4|9=4000|35=A|") + std::string(5'000, 'x'),
    };
    for (const std::string& input : inputs) {
        SCOPED_TRACE(with_bars(input.substr(0, 100)));
        RawClient client{gateway.port()};
        client.send(input);
        client.finish_sending();
        EXPECT_EQ(client.read(), "");
        witness.expect_served();
    }
    EXPECT_TRUE(gateway.alive());
}

TEST_P(HostileClientTest, IsAnsweredOrIgnoredAfterLogonAndHarmsNobody) {
    FixGateway gateway{fix_settings({"GOOD", "BAD"}), {}, dictionary()};
    Witness witness{gateway};
    const std::vector<std::string> bodies{"95=2147483647|96=x|",
                                          "354=-1|355=xx|",
                                          "96=x|",
                                          "95=3|96=abc|96=x|",
                                          "95=4|96=a|bc|95=1|96=x|",
                                          "x=1|",
                                          "nothing|",
                                          "99999999999=1|",
                                          "0=1|",
                                          "58=|",
                                          "34=7|",
                                          "52=never|",
                                          "453=-1|",
                                          "453=1000000|",
                                          "43=maybe|",
                                          "122=20260101-25:00:00|"};
    for (const std::string& body : bodies) {
        for (const std::string type : {"D", "0", "1", "A", "2", "4", "5"}) {
            SCOPED_TRACE(type + " " + body);
            RawClient client{gateway.port()};
            client.send(client_logon("BAD", 1, "108=30|141=Y|"));
            ASSERT_EQ(field_of(client.read(), 35), "A");
            client.send(client_message("BAD", type, 2, body));
            client.send(client_message("BAD", "5", 3));
            client.finish_sending();
            EXPECT_TRUE(client.is_closed());
        }
        witness.expect_served();
    }
    EXPECT_TRUE(gateway.alive());
}

TEST_P(HostileClientTest, MayDripItsBytes) {
    FixGateway gateway{fix_settings({"GOOD", "BAD"}), {}, dictionary()};
    Witness witness{gateway};
    RawClient client{gateway.port()};
    for (const char byte : client_logon("BAD")) {
        client.send({&byte, 1});
        witness.expect_served();
    }
    EXPECT_EQ(field_of(client.read(), 35), "A");
}

TEST_P(HostileClientTest, IsCutWhereItNeverReads) {
    gateway::fix::FixSettings settings = fix_settings({"GOOD", "BAD"});
    settings.sessions[1].queue_bytes_max = 64 * 1024;
    FixGateway gateway{std::move(settings), {}, dictionary()};
    Witness witness{gateway};
    RawClient client{gateway.port(), 4'096};
    client.send(client_logon("BAD"));
    std::uint64_t number = 2;
    for (; number < 1'000'000; ++number) {
        if (!client.send(client_message("BAD", "D", number))) break;
        if (number % 500 == 0) witness.expect_served();
    }
    EXPECT_LT(number, 1'000'000u);
    witness.expect_served();
}

TEST_P(HostileClientTest, IsSentEverythingAgainOnlySoOften) {
    const TemporaryDirectory directory;
    FixGateway gateway{fix_settings({"GOOD", "BAD"}, directory.path()), {}, dictionary()};
    Witness witness{gateway};
    RawClient client{gateway.port()};
    client.send(client_logon("BAD"));
    std::uint64_t number = 2;
    for (; number <= 300; ++number)
        client.send(client_message("BAD", "D", number));
    for (int i = 0; i < 70; ++i)
        client.send(client_message("BAD", "2", number++, "7=1|16=0|"));
    witness.expect_served();
    const std::string last = client.read("5");
    EXPECT_EQ(field_of(last, 58), "too many resend requests");
    witness.expect_served();
}

TEST_P(HostileClientTest, MaySkipNumbersAsItLikes) {
    gateway::fix::FixSettings settings = fix_settings({"GOOD", "BAD"});
    settings.queued_gaps_max = 10;
    FixGateway gateway{std::move(settings), {}, dictionary()};
    Witness witness{gateway};
    RawClient client{gateway.port()};
    client.send(client_logon("BAD"));
    for (std::uint64_t number = 100; number < 400; ++number)
        client.send(client_message("BAD", "1", number, "112=x|"));
    EXPECT_EQ(field_of(client.read("2"), 7), "2");
    EXPECT_EQ(field_of(client.read("5"), 58), "messages are missing, and are not sent again");
    witness.expect_served();
}

TEST_P(HostileClientTest, MayConnectAsOftenAsItLikes) {
    gateway::fix::FixSettings settings = fix_settings({"GOOD", "BAD"});
    settings.connections_max = 100;
    FixGateway gateway{std::move(settings), {}, dictionary()};
    Witness witness{gateway};
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 300; ++i) {
        clients.push_back(std::make_unique<RawClient>(gateway.port()));
        clients.back()->send("8=FIX.4.4\x01");
        if (i % 50 == 0) witness.expect_served();
    }
    witness.expect_served();
    clients.clear();
    witness.expect_served();
    RawClient after{gateway.port()};
    after.send(client_logon("BAD"));
    EXPECT_EQ(field_of(after.read(), 35), "A");
}

INSTANTIATE_TEST_SUITE_P(Dictionaries, HostileClientTest, testing::Bool(), [](const auto& test) {
    return std::string{test.param ? "With" : "Without"};
});

}  // namespace
}  // namespace tickweir::tests
