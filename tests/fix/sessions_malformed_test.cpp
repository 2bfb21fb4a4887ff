// What no application is given, and of which it hears all the same: garbage, and messages that the
// session layer refuses.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gateway/fix/dictionary/dictionary.hpp"
#include "tests/fix/raw_client.hpp"
#include "tests/fix/session_bed.hpp"

namespace tickweir::tests {
namespace {

using gateway::fix::SessionId;

/// Takes orders.
struct Listener final : gateway::fix::Application {
    bool takes(std::string_view msg_type) const override { return msg_type == "D"; }
    void on_logon(SessionId, book::TimeNs, gateway::fix::SessionOutput&) override {}
    void on_logout(SessionId, book::TimeNs) override {}
    void on_message(SessionId, const codecs::fix::Message&, book::TimeNs,
                    gateway::fix::SessionOutput&) override {
        ++messages;
    }
    void on_malformed(SessionId session, book::TimeNs now) override {
        EXPECT_EQ(session, SessionBed::id);
        at = now;
        ++malformed;
    }
    bool turn(book::TimeNs, gateway::fix::SessionOutput&) override { return false; }
    bool has_work() const override { return false; }

    int messages = 0;
    int malformed = 0;
    book::TimeNs at{};
};

class SessionsMalformedTest : public testing::Test {
protected:
    SessionsMalformedTest() {
        bed_.kill();
        bed_.applications = {&listener_};
        bed_.dictionary = gateway::fix::dictionary_xml();
        bed_.open(nullptr);
    }
    void log_on() {
        bed_.log_on(1);
        bed_.line->take();
    }
    /// How many of these are told as malformed.
    int told(const std::string& wire) {
        const int before = listener_.malformed;
        bed_.say(wire);
        return listener_.malformed - before;
    }
    std::string heard() {
        std::string types;
        for (const std::string& text : bed_.line->take())
            types += field_of(text, 35).value_or("?");
        return types;
    }

    SessionBed bed_;
    Listener listener_;
};

const std::string order = "11=a|55=ACME|54=1|60=20260102-10:00:00|38=1|40=2|44=1|";

TEST_F(SessionsMalformedTest, TellsOfFramesThatAreNone) {
    bed_.sessions->on_garbled(SessionBed::id, bed_.now);
    EXPECT_EQ(listener_.malformed, 0) << "nobody is logged on";
    log_on();
    bed_.sessions->on_garbled(SessionBed::id, bed_.now);
    EXPECT_EQ(listener_.malformed, 1);
    EXPECT_EQ(listener_.at, bed_.now);
    bed_.disconnect();
    bed_.sessions->on_garbled(SessionBed::id, bed_.now);
    EXPECT_EQ(listener_.malformed, 1);
    EXPECT_EQ(bed_.sessions->status(SessionBed::id, bed_.now).garbled, 3u);
}

TEST_F(SessionsMalformedTest, TellsOfMessagesThatTheSessionLayerRefuses) {
    log_on();
    EXPECT_EQ(told(client_message("A", "D", 2, order)), 0);
    EXPECT_EQ(told(client_message("A", "D", 3, "58=|" + order)), 1) << "no value";
    EXPECT_EQ(heard(), "3");
    EXPECT_EQ(told(client_message("A", "D", 4, "55=ACME|54=1|38=1|40=2|44=1|")), 1)
        << "11 and 60 are required";
    EXPECT_EQ(heard(), "3");
    EXPECT_EQ(told(client_message("A", "D", 5, "54=x|" + order)), 1) << "twice, and no side";
    EXPECT_EQ(heard(), "3");
    EXPECT_EQ(told(client_message("A", "ZZ", 6)), 1) << "no type of FIX";
    EXPECT_EQ(heard(), "3");
    EXPECT_EQ(told(client_message("A", "D", 7, order)), 0);
    EXPECT_EQ(listener_.messages, 2);
    EXPECT_EQ(bed_.sessions->status(SessionBed::id, bed_.now).rejected, 4u);
}

TEST_F(SessionsMalformedTest, SaysNothingOfWhatIsOnlyNotServedOrOutOfOrder) {
    log_on();
    EXPECT_EQ(told(client_message("A", "B", 2, "148=x|33=1|58=x|")), 0) << "answered with j";
    EXPECT_EQ(heard(), "j");
    EXPECT_EQ(told(client_message("A", "D", 4, order)), 0) << "ahead of a gap";
    EXPECT_EQ(heard(), "2");
    EXPECT_EQ(told(client_message("A", "1", 3, "112=x|")), 0);
    EXPECT_EQ(heard(), "0");
    EXPECT_EQ(listener_.messages, 1);
}

}  // namespace
}  // namespace tickweir::tests
