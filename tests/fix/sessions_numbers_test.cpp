// What is delivered while nobody is there, and numbers that are reserved before they are used.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/fix/raw_client.hpp"
#include "tests/fix/session_bed.hpp"

namespace tickweir::tests {
namespace {

using namespace std::chrono_literals;
using gateway::fix::NumberBlock;
using gateway::fix::ReportPlace;
using gateway::fix::SendStatus;

/// The fields by which a client tells messages apart.
std::string brief(const std::string& shown) {
    std::string text = field_of(shown, 35).value_or("?") + " " + field_of(shown, 34).value_or("?");
    for (const int tag : {43, 97, 17, 36})
        if (const auto value = field_of(shown, tag))
            text += " " + std::to_string(tag) + "=" + *value;
    return text;
}
std::vector<std::string> brief(const std::vector<std::string>& shown) {
    std::vector<std::string> texts;
    for (const std::string& text : shown)
        texts.push_back(brief(text));
    return texts;
}
using Texts = std::vector<std::string>;

// ------------------------------------------------------------------------------------- deliver

TEST(SessionsDeliverTest, SendsWhatItStoresToWhoIsThere) {
    SessionBed bed;
    bed.log_on(1);
    EXPECT_EQ(brief(bed.line->take()), Texts{"A 1"});
    EXPECT_EQ(bed.deliver("17=7.1-1|"), SendStatus::queued);
    EXPECT_EQ(brief(bed.line->take()), Texts{"8 2 17=7.1-1"});
    bed.say(client_message("A", "2", 2, "7=1|16=0|"));
    bed.sessions->turn(bed.now);
    EXPECT_EQ(brief(bed.line->take()), (Texts{"4 1 43=Y 36=2", "8 2 43=Y 17=7.1-1"}));
}

TEST(SessionsDeliverTest, KeepsUnderTheirNumbersWhatNobodyIsThereFor) {
    SessionBed bed;
    EXPECT_EQ(bed.deliver("97=Y|17=7.1-1|"), SendStatus::stored);
    EXPECT_EQ(bed.deliver("11=c|", "9"), SendStatus::stored);
    EXPECT_EQ(bed.next_outbound(), 3u);
    bed.kill();
    bed.open(nullptr);
    EXPECT_EQ(bed.deliver("17=7.2-1|"), SendStatus::stored);
    bed.log_on(1);
    EXPECT_EQ(brief(bed.line->take()), Texts{"A 4"});
    bed.say(client_message("A", "2", 2, "7=1|16=0|"));
    EXPECT_EQ(bed.deliver("17=7.3-1|"), SendStatus::queued);
    bed.sessions->turn(bed.now);
    bed.sessions->turn(bed.now);
    EXPECT_EQ(brief(bed.line->take()),
              (Texts{"8 1 43=Y 97=Y 17=7.1-1", "9 2 43=Y", "8 3 43=Y 17=7.2-1", "4 4 43=Y 36=5",
                     "8 5 17=7.3-1"}));
    EXPECT_EQ(bed.sessions->session(SessionBed::id).counts.sent_to_store, 1u);
}

TEST(SessionsDeliverTest, KeepsWhatComesWhileALogoutIsUnderWay) {
    SessionBed bed;
    bed.log_on(1);
    bed.sessions->log_out(SessionBed::id, "enough", bed.now);
    EXPECT_EQ(brief(bed.line->take()), (Texts{"A 1", "5 2"}));
    EXPECT_EQ(bed.deliver("17=7.1-1|"), SendStatus::stored);
    EXPECT_EQ(bed.line->take(), Texts{});
    EXPECT_EQ(bed.next_outbound(), 4u);
}

TEST(SessionsDeliverTest, RefusesWhatIsNeverSentAgainAndTakesNoNumberForIt) {
    SessionBed bed;
    EXPECT_EQ(bed.deliver("262=1|", "W"), SendStatus::refused);
    EXPECT_EQ(bed.deliver("", ""), SendStatus::refused);
    EXPECT_EQ(bed.deliver("58=" + std::string(70'000, 'x') + "|"), SendStatus::refused);
    EXPECT_EQ(bed.next_outbound(), 1u);
}

TEST(SessionsDeliverTest, SaysWhatNoDiskTook) {
    SessionBed bed;
    bed.settings.store_directory.clear();
    bed.kill();
    bed.open(nullptr);
    EXPECT_EQ(bed.deliver("17=7.1-1|"), SendStatus::not_kept);
    bed.log_on(1);
    bed.say(client_message("A", "2", 2, "7=1|16=0|"));
    bed.sessions->turn(bed.now);
    EXPECT_EQ(brief(bed.line->take()), (Texts{"A 2", "4 1 43=Y 36=3"}));
}

// ------------------------------------------------------------------------------------- reserve

TEST(SessionsNumbersTest, SendNothingBeforeItsNumberIsReservedDurably) {
    FakeReserve reserve;
    reserve.is_durable = false;
    SessionBed bed{&reserve};
    reserve.goes_on = {bed.created, 57, 23, {}, {9, 1}};
    EXPECT_TRUE(bed.sessions->resume_if_open());
    EXPECT_FALSE(bed.sessions->resume_if_open());
    EXPECT_EQ(bed.next_outbound(), 57u);
    EXPECT_EQ(bed.next_inbound(), 23u);
    EXPECT_EQ(bed.sessions->told(SessionBed::id), (ReportPlace{9, 1}));
    bed.log_on(23);
    bed.sessions->flush();
    ASSERT_EQ(reserve.asked, std::vector{(NumberBlock{bed.created, 1'058, {}})});
    EXPECT_FALSE(bed.sessions->may_send(SessionBed::id));
    reserve.sync();
    EXPECT_TRUE(bed.sessions->may_send(SessionBed::id));
    EXPECT_EQ(brief(bed.line->take()), Texts{"A 57"});
    for (int i = 0; i < 1'001; ++i)
        ASSERT_EQ(bed.deliver("17=7.1-1|"), SendStatus::queued);
    EXPECT_FALSE(bed.sessions->may_send(SessionBed::id));
    bed.sessions->flush();
    ASSERT_EQ(reserve.asked.size(), 2u);
    reserve.sync();
    EXPECT_TRUE(bed.sessions->may_send(SessionBed::id));
}

TEST(SessionsNumbersTest, KnowInTheNextProcessWhatALogonSaidOfDisconnections) {
    SessionBed bed;
    EXPECT_EQ(bed.sessions->cancel_on_disconnect(SessionBed::id), std::nullopt);
    bed.log_on(1, "108=30|8013=Y|");
    EXPECT_EQ(bed.sessions->cancel_on_disconnect(SessionBed::id), true);
    bed.kill();
    bed.open(nullptr);
    EXPECT_EQ(bed.sessions->cancel_on_disconnect(SessionBed::id), true);
    bed.log_on(2);
    EXPECT_EQ(bed.sessions->cancel_on_disconnect(SessionBed::id), std::nullopt);
}

TEST(SessionsNumbersTest, AskForNothingWhileNobodyUsesANumber) {
    FakeReserve reserve;
    SessionBed bed{&reserve};
    reserve.goes_on = {bed.created, 57, 23, {}, {}};
    bed.sessions->resume_if_open();
    bed.sessions->flush();
    EXPECT_TRUE(reserve.asked.empty());
    bed.deliver("17=7.1-1|");
    bed.sessions->flush();
    EXPECT_EQ(reserve.asked, std::vector{(NumberBlock{bed.created, 1'058, {}})});
}

TEST(SessionsNumbersTest, AskAgainWhereTheLogHadNoRoom) {
    FakeReserve reserve;
    reserve.refuses = true;
    SessionBed bed{&reserve};
    reserve.goes_on = {bed.created, 1, 1, {}, {}};
    bed.sessions->resume_if_open();
    bed.log_on(1);
    bed.sessions->flush();
    EXPECT_FALSE(bed.sessions->may_send(SessionBed::id));
    reserve.refuses = false;
    bed.sessions->flush();
    EXPECT_TRUE(bed.sessions->may_send(SessionBed::id));
}

TEST(SessionsNumbersTest, WaitForTheLogWithEverythingButRefusals) {
    FakeReserve reserve;
    reserve.is_open = reserve.is_ready = false;
    SessionBed bed{&reserve};
    reserve.goes_on = {bed.created, 1'001, 5, {}, {}};
    EXPECT_FALSE(bed.sessions->ready());
    FakeLine refused;
    codecs::fix::Message logon;
    const std::string wire = client_logon("A");
    ASSERT_EQ(logon.index(wire), codecs::fix::MessageFault::none);
    bed.sessions->refuse(SessionBed::id, refused, "not yet", bed.now);
    EXPECT_EQ(brief(refused.take()), Texts{"5 1"});
    EXPECT_TRUE(bed.sessions->may_send(SessionBed::id));
    EXPECT_EQ(bed.sessions
                  ->carry_out({.action = gateway::fix::SessionAction::reset,
                               .session = "A",
                               .next_inbound = 1,
                               .next_outbound = 1},
                              bed.now)
                  .text,
              "the venue is not open yet");
    bed.sessions->flush();
    EXPECT_TRUE(reserve.asked.empty());
    // Whoever delivers has heard of the venue: numbers are the log's from here on.
    reserve.is_open = true;
    EXPECT_FALSE(bed.sessions->ready());
    EXPECT_EQ(bed.deliver("97=Y|17=7.1-1|"), SendStatus::stored);
    EXPECT_EQ(bed.next_outbound(), 1'002u);
    EXPECT_FALSE(bed.sessions->ready());
    reserve.is_ready = true;
    EXPECT_TRUE(bed.sessions->ready());
}

TEST(SessionsNumbersTest, GoOnInTheNumberingOfTheLog) {
    FakeReserve reserve;
    SessionBed bed{&reserve};
    reserve.goes_on = {bed.created - 1h, 3'001, 12, {4, 2}, {8, 1}};
    EXPECT_EQ(bed.deliver("17=7.8-2|"), SendStatus::stored);
    EXPECT_EQ(bed.sessions->session(SessionBed::id).store->created(), bed.created - 1h);
    EXPECT_EQ(bed.next_outbound(), 3'002u);
    EXPECT_EQ(bed.next_inbound(), 12u);
    bed.sessions->flush();
    EXPECT_EQ(reserve.asked, std::vector{(NumberBlock{bed.created - 1h, 4'002, {4, 2}})});
}

TEST(SessionsNumbersTest, RememberWhatWasToldBeforeNumbersBeganAnew) {
    FakeReserve reserve;
    SessionBed bed{&reserve};
    reserve.goes_on = {bed.created, 1, 1, {4, 2}, {}};
    bed.deliver("17=7.20-1|");
    bed.deliver("17=7.20-2|");
    bed.log_on(1, "108=30|141=Y|");
    bed.sessions->flush();
    const book::TimeNs second = bed.sessions->session(SessionBed::id).store->created();
    EXPECT_GT(second, bed.created);
    EXPECT_EQ(brief(bed.line->take()), Texts{"A 1"});
    EXPECT_EQ(reserve.asked, std::vector{(NumberBlock{second, 1'002, {20, 2}})});
    // Nothing was told since: what was told before is not forgotten.
    bed.disconnect();
    bed.log_on(1, "108=30|141=Y|");
    bed.sessions->flush();
    const book::TimeNs third = bed.sessions->session(SessionBed::id).store->created();
    EXPECT_GT(third, second);
    EXPECT_EQ(reserve.asked.back(), (NumberBlock{third, 1'002, {20, 2}}));
}

}  // namespace
}  // namespace tickweir::tests
