// `tickweir replay` and `tickweir inspect` of FIX: logs made by hand, and captures of others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "gateway/commands/inspect.hpp"
#include "gateway/commands/replay.hpp"
#include "tests/replay/fix_texts.hpp"
#include "tests/replay/packets.hpp"

namespace tickweir::gateway {
namespace {

namespace fs = std::filesystem;
using replay::tests::fix;
using replay::tests::with_bars;
using testing::HasSubstr;
using testing::Not;

struct Ran {
    int status = -1;
    std::string out;
    std::string err;
};

class FixCaptures : public testing::Test {
protected:
    fs::path file(std::string_view name, const std::string& text) const {
        const fs::path path = directory_ / name;
        replay::tests::write_file(path, replay::tests::to_bytes(text));
        return path;
    }
    static Ran replay(const std::vector<fs::path>& captures, bool json = true,
                      bool strict = false) {
        ReplayOptions options;
        options.captures = captures;
        options.json = json;
        options.strict = strict;
        return run(options);
    }
    static Ran run(const ReplayOptions& options) {
        std::ostringstream out, err;
        const int status = run_replay(options, out, err);
        return {status, out.str(), err.str()};
    }
    static Ran inspect(const fs::path& capture, bool json, std::uint64_t messages = 0) {
        InspectOptions options;
        options.capture = capture;
        options.json = json;
        options.messages = messages;
        std::ostringstream out, err;
        const int status = run_inspect(options, out, err);
        return {status, out.str(), err.str()};
    }
    static std::string text_of(const fs::path& path) {
        std::ifstream in{path, std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }

    /// A message of the venue VEN; numbers rise by themselves.
    std::string venue(std::string_view type, std::string_view body) {
        const std::string number = std::to_string(++number_);
        return fix("35=" + std::string{type} + "|49=VEN|56=ME|34=" + number +
                   "|52=20240102-00:00:0" + number + "|" + std::string{body});
    }
    std::string day() {
        number_ = 0;
        std::string text = venue("A", "98=0|108=30|");
        text += venue("W", "55=ACME|268=2|269=0|270=10.5|271=3|269=1|270=10.7|271=1|");
        text += venue("X", "268=1|279=0|269=0|55=ACME|270=10.6|271=2|");
        text += venue("X", "268=1|279=0|269=2|55=ACME|270=10.7|271=0.5|");
        return text + venue("0", "");
    }

    replay::tests::TempDir directory_;
    unsigned number_ = 0;
};

TEST_F(FixCaptures, ReplayBuildsTheBooksOfALog) {
    const Ran ran = replay({file("day.fix", day())});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr(R"("venue": "VEN", "messages": 5)"));
    EXPECT_THAT(ran.out, HasSubstr(R"("messages_by_type": {"0": 1, "A": 1, "W": 1, "X": 2})"));
    EXPECT_THAT(ran.out, HasSubstr(R"("bad_frames": 0)"));
    EXPECT_THAT(ran.out, HasSubstr(R"("damage": null)"));
    EXPECT_THAT(ran.out, HasSubstr(R"("ACME": {"venue": "VEN", "in_sync_at_end": true)"));
    EXPECT_THAT(ran.out, HasSubstr(R"("book_updates": 1)"));
    EXPECT_THAT(ran.out, HasSubstr(R"("trades": 1, "trade_volume": "0.5")"));
    EXPECT_THAT(ran.out, HasSubstr(R"("first_time_ns": 1704153602000000000)"));
    EXPECT_THAT(ran.out, HasSubstr(R"("bids": [["10.6", "2"], ["10.5", "3"]])"));
    EXPECT_THAT(replay({directory_ / "day.fix"}, false).out, HasSubstr("ACME"));
}

TEST_F(FixCaptures, EveryWayToWriteALogGivesTheSameBooks) {
    const auto instruments = [](const Ran& ran) {
        return ran.out.substr(ran.out.find("\"instruments\""));
    };
    const std::string plain = day();
    const Ran strict = replay({file("plain.fix", plain)});
    std::string log;
    for (std::size_t at = 0; at < plain.size();) {
        const std::size_t next = std::min(plain.find("8=FIX", at + 1), plain.size());
        log += "2024-01-02 IN  " + with_bars(plain.substr(at, next - at)) + "\n";
        at = next;
    }
    const Ran lenient = replay({file("lines.log", log)});
    EXPECT_EQ(lenient.status, 0);
    EXPECT_EQ(instruments(lenient), instruments(strict));
}

TEST_F(FixCaptures, WhatIsBrokenIsCountedAndEndsAStrictReplay) {
    std::string text = day();
    const std::size_t at = text.find("271=3");
    text[at + 4] = '4';
    const fs::path path = file("broken.fix", text);
    const Ran ran = replay({path});
    EXPECT_EQ(ran.status, 0);
    EXPECT_THAT(ran.out, HasSubstr(R"("bad_frames": 1)"));
    EXPECT_THAT(ran.out, HasSubstr(R"("bad_check_sum": 1)"));
    EXPECT_THAT(ran.out, HasSubstr(R"("sequence_gaps": 1, "missing_messages": 1)"));
    EXPECT_THAT(ran.out, HasSubstr(R"("in_sync_at_end": false)"));
    const Ran strict = replay({path}, true, true);
    EXPECT_EQ(strict.status, 3);
    const std::size_t place = text.rfind("8=FIX", at);
    EXPECT_THAT(strict.err, HasSubstr("refused: bad CheckSum (byte " + std::to_string(place)));
    EXPECT_THAT(strict.out, HasSubstr(R"("messages": 1,)"));
}

TEST_F(FixCaptures, AGapInMsgSeqNumTakesTheSendersBooksOutOfSync) {
    std::string text = day();
    number_ += 3;
    text += venue("0", "");
    const Ran ran = replay({file("gap.fix", text)});
    EXPECT_THAT(ran.out, HasSubstr(R"("in_sync_at_end": false, "sync": "out_of_sync", )"
                                   R"("sync_reason": "gap")"));
}

TEST_F(FixCaptures, ALogonEndsWhatTheSubscriptionsBeforeItSaid) {
    for (const char* const type : {"A", "5"}) {
        const std::string text = day();
        const Ran ran = replay({file("again.fix", text + venue(type, "98=0|108=30|"))});
        EXPECT_THAT(ran.out, HasSubstr(R"("in_sync_at_end": false, "sync": "out_of_sync", )"
                                       R"("sync_reason": "connection_lost")"))
            << type;
    }
}

TEST_F(FixCaptures, UntilMaxMessagesAndAtAreFollowed) {
    const fs::path path = file("day.fix", day());
    ReplayOptions options;
    options.captures = {path};
    options.json = true;
    options.max_messages = 2;
    EXPECT_THAT(run(options).out, HasSubstr(R"("messages": 2,)"));
    options.max_messages.reset();
    options.at = *parse_session_time("00:00:02");
    EXPECT_THAT(run(options).out, HasSubstr(R"("bids": [["10.5", "3"]])"));
    options.at.reset();
    options.until = *parse_session_time("00:00:02");
    EXPECT_THAT(run(options).out, HasSubstr(R"("messages": 2,)"));
}

TEST_F(FixCaptures, EventsAreThoseOfLevels) {
    ReplayOptions options;
    options.captures = {file("day.fix", day())};
    options.events = directory_ / "events.jsonl";
    ASSERT_EQ(run(options).status, 0);
    const std::string events = text_of(directory_ / "events.jsonl");
    EXPECT_THAT(events, HasSubstr(R"("venue": "VEN", "symbol": "ACME", "action": "snapshot")"));
    EXPECT_THAT(events, HasSubstr(R"("levels": [["buy", "10.6", "2"]], "touch": true)"));
    EXPECT_THAT(events, HasSubstr(R"("action": "trade", "price": "10.7", "quantity": "0.5")"));
}

TEST_F(FixCaptures, KindsAreNotMixed) {
    const fs::path fix_log = file("day.fix", day());
    const fs::path json = file("x.jsonl", "# venue: okx\n");
    const Ran ran = replay({fix_log, json});
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, HasSubstr("day.fix is a FIX capture, "));
    EXPECT_THAT(ran.err, HasSubstr("x.jsonl is not: replay them apart"));
}

TEST_F(FixCaptures, InspectTellsSessionsTypesTimesAndDamage) {
    std::string text = day();
    text[text.find("108=30") + 4] = '9';
    number_ += 2;
    text += venue("5", "58=bye|");
    const fs::path path = file("day.fix", text);
    const Ran ran = inspect(path, false);
    EXPECT_EQ(ran.status, 0) << ran.err;
    for (const char* part : {"FIX log, plain", "VEN>ME", "Logout", "MarketDataIncrementalRefresh",
                             "2 messages from 6 on, of VEN>ME", "wrong CheckSum at 10 CheckSum",
                             "ACME", "first             2024-01-02T00:00:01.000000000Z"})
        EXPECT_THAT(ran.out, HasSubstr(part));
    const Ran json = inspect(path, true);
    for (const char* part :
         {R"("sender": "VEN", "target": "ME")", R"("first_number": 1, "last_number": 8)",
          R"("gaps_count": 1, "broken_count": 1)", R"("wrong_check_sum": 1)",
          R"("offset": 0, "stream": 0, "reason": "wrong CheckSum")"})
        EXPECT_THAT(json.out, HasSubstr(part));
}

TEST_F(FixCaptures, InspectShowsMessagesFieldByFieldButNoSecrets) {
    const fs::path path =
        file("logon.fix", fix("35=A|49=ME|56=VEN|34=1|553=me|554=hunter2|") + day());
    const Ran ran = inspect(path, false, 1);
    EXPECT_THAT(ran.out, HasSubstr("35 MsgType = A"));
    EXPECT_THAT(ran.out, HasSubstr("553 Username = me"));
    EXPECT_THAT(ran.out, HasSubstr("554 Password = (not shown)"));
    EXPECT_THAT(ran.out, Not(HasSubstr("268 ")));
    const Ran json = inspect(path, true, 1);
    EXPECT_THAT(json.out, HasSubstr(R"([553, "Username", "me"])"));
    EXPECT_THAT(json.out, Not(HasSubstr("hunter2")));
}

// ------------------------------------------------------------------------------------------
// recorded

const fs::path recorded = fs::path{TICKWEIR_DATA} / "fix";

class RecordedFixCaptures : public FixCaptures {
protected:
    void SetUp() override {
        if (!fs::exists(recorded)) GTEST_SKIP() << "no recorded captures in " << recorded;
    }
};

TEST_F(RecordedFixCaptures, TheIndexFeedIsValidAndTellsItsOwnGaps) {
    const fs::path path = recorded / "index-feed-2011-11-24.fix.gz";
    const Ran ran = replay({path}, true, true);
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr(R"("messages": 13888)"));
    EXPECT_THAT(ran.out, HasSubstr(R"("messages_by_type": {"0": 2523, "X": 11365})"));
    EXPECT_THAT(ran.out, HasSubstr(R"("bad_frames": 0)"));
    EXPECT_THAT(ran.out, HasSubstr(R"("sequence_gaps": 0, "missing_messages": 0, )"
                                   R"("repeated_messages": 13, "other_entries": 14337)"));
    // Its instruments' own numbers jump: of JA30 from 5 to 7.
    EXPECT_THAT(ran.out, HasSubstr(R"("J200": {"venue": "fix", "in_sync_at_end": true)"));
    EXPECT_THAT(ran.out, HasSubstr(R"("JA30": {"venue": "fix", "in_sync_at_end": false, )"
                                   R"("sync": "out_of_sync", "sync_reason": "gap")"));
    const Ran told = inspect(path, true);
    EXPECT_THAT(told.out, HasSubstr(R"("broken_count": 0)"));
}

TEST_F(RecordedFixCaptures, UncheckedMessagesAreReadUnlessStrict) {
    const fs::path path = recorded / "orders-unchecked.log";
    const Ran ran = replay({path});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr(R"("messages_by_type": {"8": 25, "D": 75})"));
    EXPECT_THAT(ran.out, HasSubstr(R"("wrong_body_length": 100, "wrong_checksum": 100)"));
    const Ran strict = replay({path}, true, true);
    EXPECT_EQ(strict.status, 3);
    EXPECT_THAT(strict.err, HasSubstr("refused: wrong BodyLength (byte 0)"));
    EXPECT_THAT(inspect(path, true).out,
                HasSubstr(R"("wrong_body_length": 100, "wrong_check_sum": 100)"));
}

TEST_F(RecordedFixCaptures, RetransmissionsGiveEveryMessageOnce) {
    const fs::path path = recorded / "retransmissions.pcap";
    const Ran ran = replay({path}, true, true);
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr(R"("messages": 374)"));
    EXPECT_THAT(ran.out, HasSubstr(R"("repeated_bytes": 32206, "conflicting_bytes": 0)"));
    const Ran told = inspect(path, false);
    EXPECT_EQ(told.status, 0) << told.err;
    EXPECT_THAT(told.out, HasSubstr("pcap with FIX over TCP"));
    EXPECT_THAT(told.out, HasSubstr("9oXwVxvmzqsLFaE>-"));
}

}  // namespace
}  // namespace tickweir::gateway
