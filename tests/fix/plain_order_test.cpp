// Orders that do not pass the engine against the same orders that do: whoever sends them cannot
// tell. Which way is taken depends on when the engine last had a frame, so pacing chooses.
#include "gateway/fix/plain_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "gateway/fix/dictionary/dictionary.hpp"
#include "tests/fix/raw_client.hpp"
#include "tests/fix/session_bed.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::tests {
namespace {

using gateway::fix::plain_order;

constexpr std::string_view limit_order =
    "11=id-1|55=DEMO-A|54=1|60=20260102-03:04:05.678|38=10|40=2|44=99.5|59=0|";

std::string order_of(std::uint64_t number, const std::string& body, const std::string& type = "D") {
    return client_message("A", type, number, body);
}

bool is_plain(const std::string& wire) {
    codecs::fix::Message message;
    (void)message.index(wire);
    return plain_order(message).has_value();
}

TEST(PlainOrderTest, TakesWhatClientsMostlySend) {
    codecs::fix::Message message;
    const std::string wire = order_of(7, std::string{limit_order});
    ASSERT_EQ(message.index(wire), codecs::fix::MessageFault::none);
    const auto plain = plain_order(message);
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->number, 7u);
    EXPECT_EQ(plain->sender, "A");
    EXPECT_EQ(plain->target, "TICKWEIR");
    EXPECT_TRUE(
        is_plain(order_of(8, "11=c|41=id-1|55=DEMO-A|54=1|60=20260102-03:04:05|37=12|", "F")));
    EXPECT_TRUE(
        is_plain(order_of(
            9,
            "11=r|41=id-1|55=DEMO-A|54=2|60=20260102-03:04:05.123456789|38=1.5|40=2|44=.5|1=acct|",
            "G")) == false);
    EXPECT_TRUE(is_plain(order_of(
        9, "11=r|41=id-1|55=DEMO-A|54=2|60=20260102-03:04:05.123456789|38=1.5|40=2|44=0.5|1=a|",
        "G")));
}

TEST(PlainOrderTest, LeavesTheRestToTheGeneralWay) {
    const std::string body{limit_order};
    const std::vector<std::string> others{
        order_of(2, body, "E"),
        order_of(2, body, "AE"),
        order_of(2, body + "9999=1|"),
        order_of(2, body + "528=X|"),
        order_of(2, body + "38=10|"),
        order_of(2, body + "41=x|"),  // no field of a new order
        order_of(2, "43=Y|" + body),
        order_of(2, body + "97=Y|"),  // header behind the body
        order_of(2, body + "1=|"),
        order_of(2, body + "110=-1|"),
        order_of(2, body + "110=1e3|"),
        order_of(2, body + "110=1.2.3|"),
        order_of(2, body + "110=1234567890123456|"),
        order_of(2, body + "126=20260102-03:04:05.12|"),
        order_of(2, body + "126=20260132-03:04:05|"),
        order_of(2, body + "18=6 1|"),
        order_of(2, "11=id-1|55=DEMO-A|54=1|60=20260102-03:04:05|38=10|44=1|"),  // no 40
        order_of(2, "11=id-1|55=DEMO-A|54=9|60=20260102-03:04:05|38=10|40=1|"),
        order_of(2, "11=id-1|55=DEMO-A|54=1|60=20260102-03:04:05|38=10|40=P|"),
        order_of(1'000'000'000, body),
        order_of(0, body),
    };
    for (const std::string& wire : others)
        EXPECT_FALSE(is_plain(wire)) << with_bars(wire);
}

/// Keeps what it is given; refuses some of it, as order entry does.
class Recorder final : public gateway::fix::Application {
public:
    bool takes(std::string_view type) const override {
        return type == "D" || type == "F" || type == "G";
    }
    void on_logon(gateway::fix::SessionId, book::TimeNs, gateway::fix::SessionOutput&) override {}
    void on_logout(gateway::fix::SessionId, book::TimeNs) override {}
    void on_message(gateway::fix::SessionId session, const codecs::fix::Message& message,
                    book::TimeNs, gateway::fix::SessionOutput& output) override {
        got.push_back(with_bars(std::string{message.text()}));
        if (message.find(38).value_or("") == "13")
            (void)output.business_reject(session, message, 0, "", "unlucky");
        else
            (void)output.send(session, "8", with_soh("37=1|17=1|150=0|39=0|"));
    }
    bool turn(book::TimeNs, gateway::fix::SessionOutput&) override { return false; }
    bool has_work() const override { return false; }

    std::vector<std::string> got;
};

struct Side {
    Side() : bed{nullptr, {&recorder}, std::string{gateway::fix::dictionary_xml()}} {
        bed.log_on(1);
        (void)bed.line->take();
    }
    /// What the client sees of it, but for times, lengths and checksums.
    std::vector<std::string> seen() {
        std::vector<std::string> shown;
        for (const std::string& text : bed.line->take()) {
            std::string brief;
            for (const int tag : {35, 34, 45, 371, 372, 373, 380, 58, 7, 16, 36, 123})
                brief += std::to_string(tag) + "=" + field_of(text, tag).value_or("-") + " ";
            shown.push_back(brief);
        }
        return shown;
    }
    Recorder recorder;
    SessionBed bed;
};

class RandomOrders {
public:
    explicit RandomOrders(std::uint64_t seed) : random_{seed} {}

    /// The next one of a client that is expected to go on at `expected`, and mostly does.
    std::string next(std::uint64_t expected) {
        std::uint64_t number = expected;
        if (odd(100)) number += 1 + random_() % 3;
        if (odd(1'000)) --number;
        static constexpr std::array types{"D", "D", "D", "F", "G", "1", "q"};
        const std::string type = types[random_() % types.size()];
        std::string body = type == "1" ? "112=x|" : fields(type);
        if (odd(50)) body = "43=Y|122=20260102-03:04:05|" + body;
        return order_of(number, body, type);
    }

private:
    bool odd(unsigned times) { return random_() % times == 0; }
    std::string one_of(std::initializer_list<const char*> values) {
        return *(values.begin() + static_cast<std::ptrdiff_t>(random_() % values.size()));
    }
    /// Nearly always one that is right.
    std::string value(std::initializer_list<const char*> right,
                      std::initializer_list<const char*> odd_ones) {
        return one_of(odd(25) ? odd_ones : right);
    }
    std::string fields(const std::string& type) {
        std::vector<std::string> all{
            "11=" + one_of({"a", "b", "c-1", "36 bytes of a name are not too long."}), "55=DEMO-A",
            "54=" + value({"1", "2"}, {"5", "Z", "11"}),
            "60=" + value({"20260102-03:04:05", "20260102-03:04:05.678"},
                          {"20260102-03:04:60", "20260102-03:04:05.67", "20260102",
                           "20260102-24:00:00", "20260102-03:04:05.123456789"}),
            "38=" + value({"10", "13", "1.5", "00012"}, {".5", "5.", "-1", "1e5", "+3"})};
        if (type != "F") all.push_back("40=" + value({"1", "2"}, {"4", "P", "9", "x"}));
        if (type != "D") all.push_back("41=" + one_of({"a", "b"}));
        if (type == "D" && odd(60)) all.push_back("41=a");
        if (odd(2)) all.push_back("44=" + value({"100", "99.5"}, {"1,000", "0x10"}));
        if (odd(3)) all.push_back("59=" + value({"0", "1", "3", "6"}, {"2", "Q"}));
        if (odd(4)) all.push_back("1=acct");
        if (odd(4)) all.push_back("21=" + value({"1", "2", "3"}, {"4"}));
        if (odd(6)) all.push_back("18=" + value({"6"}, {"6 1", "66", "@"}));
        if (odd(6)) all.push_back("528=" + value({"A", "P"}, {"Z"}));
        if (odd(6)) all.push_back("15=" + one_of({"USD", "US"}));
        if (odd(6)) all.push_back("207=" + one_of({"XDEM", "a long name"}));
        if (odd(6)) all.push_back("110=" + value({"1"}, {"a"}));
        if (odd(6)) all.push_back("111=" + value({"1", "1.25"}, {"x"}));
        if (odd(6)) all.push_back("58=" + one_of({"hello", "="}));
        if (odd(8)) all.push_back("126=" + value({"20260102-03:04:05"}, {"never"}));
        if (odd(8)) all.push_back("99=" + value({"1"}, {"1..2"}));
        if (odd(9)) all.push_back("37=" + one_of({"1", "NONE"}));
        if (odd(40)) all.push_back("9999=x");
        if (odd(40)) all.push_back("44=");
        if (odd(40)) all.push_back("97=Y");
        if (odd(40)) all.push_back(all[random_() % all.size()]);
        if (odd(40)) all.erase(all.begin() + static_cast<std::ptrdiff_t>(random_() % all.size()));
        if (odd(3)) std::shuffle(all.begin(), all.end(), random_);
        std::string body = odd(20) ? "97=" + one_of({"Y", "N"}) + "|" : "";
        for (const std::string& field : all)
            body += field + "|";
        return body;
    }
    std::mt19937_64 random_;
};

TEST(PlainOrderTest, NobodyCanTellWhichWayAnOrderTook) {
    const std::uint64_t seed = test_seed();
    std::uint64_t plain = 0;
    for (std::uint64_t round = 0; round < 20; ++round) {
        RandomOrders orders{seed + round};
        Side quick;
        Side slow;
        for (int i = 0; i < 200 && !quick.bed.line->hung_up; ++i) {
            const std::string wire = orders.next(quick.bed.next_inbound());
            quick.bed.now += std::chrono::milliseconds{1};
            slow.bed.now += std::chrono::milliseconds{250};
            quick.bed.say(wire);
            slow.bed.say(wire);
            ASSERT_EQ(quick.seen(), slow.seen()) << "round " << round << ": " << with_bars(wire);
            ASSERT_EQ(quick.recorder.got, slow.recorder.got) << with_bars(wire);
            ASSERT_EQ(quick.bed.next_inbound(), slow.bed.next_inbound()) << with_bars(wire);
            ASSERT_EQ(quick.bed.line->hung_up, slow.bed.line->hung_up) << with_bars(wire);
        }
        plain += quick.bed.sessions->session(SessionBed::id).counts.plain;
        EXPECT_EQ(slow.bed.sessions->session(SessionBed::id).counts.plain, 0u);
    }
    EXPECT_GT(plain, 200u);
}

}  // namespace
}  // namespace tickweir::tests
