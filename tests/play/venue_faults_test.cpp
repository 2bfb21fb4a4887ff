// What the local exchange does to clients: late answers, silence, gaps, limits; all without a
// clock.
#include <algorithm>

#include "tests/play/venue_bed.hpp"

namespace tickweir::gateway::venue {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr book::TimeNs start{seconds{1'000}};

constexpr const char* coinbase_lines =
    R"(1 {"channel":"l2_data","timestamp":"2026-08-09T21:05:48Z","sequence_num":5,"events":[{"type":"snapshot","product_id":"A-B","updates":[{"side":"bid","event_time":"2026-08-09T21:05:48Z","price_level":"10","new_quantity":"1"}]}]}
2 {"channel":"l2_data","timestamp":"2026-08-09T21:05:48Z","sequence_num":6,"events":[{"type":"update","product_id":"A-B","updates":[{"side":"offer","event_time":"2026-08-09T21:05:48Z","price_level":"11","new_quantity":"2"}]}]}
3 {"channel":"l2_data","timestamp":"2026-08-09T21:05:48Z","sequence_num":7,"events":[{"type":"update","product_id":"A-B","updates":[{"side":"bid","event_time":"2026-08-09T21:05:48Z","price_level":"10","new_quantity":"3"}]}]}
4 {"channel":"l2_data","timestamp":"2026-08-09T21:05:48Z","sequence_num":9,"events":[{"type":"update","product_id":"A-B","updates":[{"side":"bid","event_time":"2026-08-09T21:05:48Z","price_level":"10","new_quantity":"4"}]}]}
)";
constexpr const char* subscribe =
    R"({"type":"subscribe","product_ids":["A-B"],"channel":"level2"})";
constexpr const char* subscribe_thrice =
    R"({"type":"subscribe","product_ids":["A-B","A-B","A-B"],"channel":"level2"})";

constexpr const char* binance_lines =
    R"(1 {"stream":"a@depth","data":{"e":"depthUpdate","E":1,"s":"A","U":1,"u":5,"b":[],"a":[]}}
2 GET /api/v3/depth?symbol=A&limit=5 {"lastUpdateId":5,"bids":[["10","1"]],"asks":[["11","1"]]}
3 {"stream":"a@depth","data":{"e":"depthUpdate","E":1,"s":"A","U":6,"u":7,"b":[["9","1"]],"a":[]}}
)";

struct Played {
    explicit Played(const char* venue, const char* lines, const ExchangeFaults& faults = {},
                    const ExchangeLimits& limits = {})
        : capture{write_capture(venue, lines)}, exchange{*capture.catalog, faults, limits} {}

    BedClient client(std::string_view target = "/") {
        return {exchange, capture.venue, target, start};
    }
    void play(std::size_t from, std::size_t to) {
        for (; from < to; ++from)
            exchange.on_line(capture.lines[from].line());
    }

    LoadedCapture capture;
    Exchange exchange;
};

/// The "sequence_num" of each frame.
std::vector<std::string> numbers(const std::vector<std::string>& frames) {
    std::vector<std::string> found;
    for (const std::string& frame : frames) {
        const std::size_t at = frame.find("sequence_num\":") + 14;
        found.push_back(frame.substr(at, frame.find(',', at) - at));
    }
    return found;
}

using Texts = std::vector<std::string>;

TEST(Exchange, NumbersTheFramesOfEachConnectionAndKeepsTheRecordingsGaps) {
    Played played{"coinbase-advanced", coinbase_lines};
    BedClient early = played.client();
    played.exchange.on_message(early.id(), subscribe, start);
    played.play(0, 2);
    EXPECT_EQ(numbers(early.take(start)), (Texts{"0", "1", "2"}));
    BedClient late = played.client();
    played.exchange.on_message(late.id(), subscribe, start);
    EXPECT_EQ(numbers(late.take(start)), (Texts{"0", "1"}));  // its snapshot, and the answer
    played.play(2, 4);
    EXPECT_EQ(numbers(early.take(start)), (Texts{"3", "5"}));
    EXPECT_EQ(numbers(late.take(start)), (Texts{"2", "4"}));
    EXPECT_EQ(book_text(late.books(), "A-B"), "not in sync");
}

TEST(Exchange, LeavesEverySoManyBookFramesOut) {
    Played played{"coinbase-advanced", coinbase_lines, {.gap_every = 2}};
    BedClient client = played.client();
    played.exchange.on_message(client.id(), subscribe, start);
    played.play(0, 3);
    EXPECT_EQ(numbers(client.take(start)), (Texts{"0", "1", "3"}));
    EXPECT_EQ(played.exchange.counts().left_out, 1U);
}

TEST(Exchange, NeverLeavesTheLastFrameOfABookOut) {
    Played played{"coinbase-advanced", coinbase_lines, {.gap_every = 1}};
    BedClient client = played.client();
    played.exchange.on_message(client.id(), subscribe, start);
    played.play(0, 4);
    EXPECT_EQ(numbers(client.take(start)), (Texts{"0", "5"}));
    EXPECT_EQ(played.exchange.counts().left_out, 3U);
}

TEST(Exchange, FallsSilentBehindSoManyFrames) {
    Played played{"coinbase-advanced", coinbase_lines, {.drop_after = 2}};
    BedClient client = played.client();
    played.exchange.on_message(client.id(), subscribe, start);
    played.play(0, 4);
    EXPECT_EQ(client.take(start).size(), 2U);
    played.exchange.on_message(client.id(), subscribe, start);
    EXPECT_TRUE(client.take(start).empty());
    EXPECT_FALSE(played.exchange.closing(client.id()));
}

TEST(Exchange, AnswersLateWithTheBookAsItStandsThen) {
    Played played{"coinbase-advanced", coinbase_lines, {.delay = milliseconds{50}}};
    played.play(0, 1);
    BedClient client = played.client();
    played.exchange.on_message(client.id(), subscribe, start);
    played.play(1, 2);
    played.exchange.turn(start + milliseconds{49});
    EXPECT_TRUE(client.take(start).empty());
    EXPECT_EQ(played.exchange.next_due(), start + milliseconds{50});
    played.exchange.turn(start + milliseconds{50});
    EXPECT_EQ(client.take(start).size(), 2U);
    played.play(2, 3);
    client.take(start);
    EXPECT_EQ(book_text(client.books(), "A-B"), "bids 10x3 asks 11x2");
}

TEST(Exchange, LetsRequestsForABookWaitUntilTheCaptureHasIt) {
    Played played{"binance-spot", binance_lines};
    EXPECT_FALSE(played.exchange.started());
    BedClient client = played.client("/ws/a@depth");
    EXPECT_TRUE(played.exchange.started());
    played.play(0, 1);
    const HttpRequest request{"GET", "/api/v3/depth?symbol=A&limit=10", {}};
    EXPECT_FALSE(played.exchange.handle(request, PendingAnswer{7}, start));
    played.exchange.turn(start);
    EXPECT_TRUE(played.exchange.take_answers().empty());
    played.play(1, 3);
    played.exchange.turn(start);
    const auto answers = played.exchange.take_answers();
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].pending, PendingAnswer{7});
    EXPECT_EQ(
        answers[0].response.body,
        R"({"lastUpdateId":7,"bids":[["10.00000000","1.00000000"],["9.00000000","1.00000000"]],)"
        R"("asks":[["11.00000000","1.00000000"]]})");
}

TEST(Exchange, AnswersABookThatComesMeanwhileWhenItsDelayIsOver) {
    Played played{"binance-spot", binance_lines, {.delay = milliseconds{50}}};
    const HttpRequest request{"GET", "/api/v3/depth?symbol=A&limit=10", {}};
    EXPECT_FALSE(played.exchange.handle(request, PendingAnswer{7}, start));
    EXPECT_EQ(played.exchange.next_due(), start + milliseconds{50});
    played.play(0, 3);
    played.exchange.turn(*played.exchange.next_due());
    EXPECT_EQ(played.exchange.take_answers().size(), 1U);
}

TEST(Exchange, WaitsForABookThatIsNotThereWhenTheDelayIsOver) {
    Played played{"binance-spot", binance_lines, {.delay = milliseconds{50}}};
    const HttpRequest request{"GET", "/api/v3/depth?symbol=A&limit=10", {}};
    EXPECT_FALSE(played.exchange.handle(request, PendingAnswer{7}, start));
    played.exchange.turn(start + milliseconds{50});
    EXPECT_EQ(played.exchange.next_due(),
              start + milliseconds{50} + ExchangeLimits{}.answer_patience);
}

TEST(Exchange, GivesUpOnABookThatTheCaptureNeverHas) {
    Played played{"binance-spot", binance_lines};
    const HttpRequest request{"GET", "/api/v3/depth?symbol=A", {}};
    EXPECT_FALSE(played.exchange.handle(request, PendingAnswer{1}, start));
    const auto due = played.exchange.next_due();
    ASSERT_TRUE(due);
    played.exchange.turn(*due);
    const auto answers = played.exchange.take_answers();
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].response.status, 503);
}

TEST(Exchange, TakesTheEnvelopeOffOrPutsItOn) {
    Played combined{"binance-spot", binance_lines};
    BedClient raw = combined.client("/ws/a@depth");
    combined.play(0, 1);
    EXPECT_EQ(raw.take(start),
              (Texts{R"({"e":"depthUpdate","E":1,"s":"A","U":1,"u":5,"b":[],"a":[]})"}));
    Played bare{
        "binance-spot",
        "1 {\"e\":\"depthUpdate\",\"E\":1,\"s\":\"A\",\"U\":1,\"u\":5,\"b\":[],\"a\":[]}\n"};
    BedClient enveloped = bare.client("/stream?streams=a@depth@100ms");
    bare.play(0, 1);
    EXPECT_EQ(enveloped.take(start),
              (Texts{R"({"stream":"a@depth@100ms","data":)"
                     R"({"e":"depthUpdate","E":1,"s":"A","U":1,"u":5,"b":[],"a":[]}})"}));
}

TEST(Exchange, ClosesAClientThatTakesNothingAndRefusesOneTooMany) {
    ExchangeLimits limits;
    limits.clients = 1;
    limits.client_bytes = 400;
    Played played{"coinbase-advanced", coinbase_lines, {}, limits};
    BedClient client = played.client();
    EXPECT_FALSE(played.exchange.open("/", start));
    EXPECT_EQ(played.exchange.counts().refused_clients, 1U);
    played.exchange.on_message(client.id(), subscribe, start);
    static_cast<void>(played.exchange.due());
    played.play(0, 3);
    const auto due = played.exchange.due();
    ASSERT_EQ(due.size(), 1U);
    ASSERT_TRUE(played.exchange.closing(client.id()));
    EXPECT_EQ(played.exchange.closing(client.id())->code, 1008);
    played.exchange.close(client.id());
    EXPECT_TRUE(played.exchange.open("/", start));
}

TEST(Exchange, AnswersARequestThatNamesAProductManyTimesWithOneSnapshot) {
    Played played{"coinbase-advanced", coinbase_lines};
    played.play(0, 1);
    BedClient client = played.client();
    played.exchange.on_message(client.id(), subscribe_thrice, start);
    EXPECT_EQ(played.exchange.counts().snapshots, 1U);
    played.exchange.on_message(client.id(), subscribe, start);
    EXPECT_EQ(played.exchange.counts().snapshots, 2U);
}

TEST(Exchange, DoesNothingMoreForAClientThatItCloses) {
    ExchangeLimits limits;
    limits.client_bytes = 400;
    Played played{"coinbase-advanced", coinbase_lines, {}, limits};
    played.play(0, 1);
    BedClient client = played.client();
    while (!played.exchange.closing(client.id()))
        played.exchange.on_message(client.id(), subscribe, start);
    const ExchangeCounts before = played.exchange.counts();
    played.exchange.on_message(client.id(), subscribe, start);
    EXPECT_EQ(played.exchange.counts().snapshots, before.snapshots);
    EXPECT_EQ(played.exchange.counts().said, before.said);
    EXPECT_EQ(played.exchange.counts().too_slow, 1U);
}

TEST(Exchange, ClosesAClientThatAsksForMoreLateAnswersThanItMayHaveUnsent) {
    ExchangeLimits limits;
    limits.client_bytes = 4'000;
    Played played{"coinbase-advanced", coinbase_lines, {.delay = milliseconds{50}}, limits};
    BedClient client = played.client();
    for (int i = 0; i < 3; ++i) {
        played.exchange.on_message(client.id(), subscribe, start);
        played.exchange.turn(start + seconds{i + 1});
        client.take(start);  // what was answered counts no more
        ASSERT_FALSE(played.exchange.closing(client.id()));
    }
    for (int i = 0; i < 100; ++i)
        played.exchange.on_message(client.id(), subscribe, start);
    ASSERT_TRUE(played.exchange.closing(client.id()));
    EXPECT_EQ(played.exchange.closing(client.id())->code, 1008);
    EXPECT_EQ(played.exchange.due().size(), 1U);
    EXPECT_EQ(played.exchange.counts().too_slow, 1U);
    played.exchange.turn(start + seconds{9});
    EXPECT_TRUE(client.take(start).empty());
}

TEST(Exchange, PlaysOnlyWhatWasSubscribedToAndNothingBehindAnUnsubscription) {
    Played played{"coinbase-advanced", coinbase_lines};
    BedClient client = played.client();
    BedClient other = played.client();
    played.exchange.on_message(client.id(), subscribe, start);
    played.play(0, 1);
    EXPECT_EQ(client.take(start).size(), 2U);
    EXPECT_TRUE(other.take(start).empty());
    played.exchange.on_message(
        client.id(), R"({"type":"unsubscribe","product_ids":["A-B"],"channel":"level2"})", start);
    played.play(1, 3);
    EXPECT_EQ(client.take(start).size(), 1U);  // the answer
}

TEST(Exchange, BeginsAnewWithAnEmptyMarket) {
    Played played{"coinbase-advanced", coinbase_lines};
    BedClient client = played.client();
    played.exchange.on_message(client.id(), subscribe, start);
    played.play(0, 3);
    played.exchange.restart();
    EXPECT_FALSE(played.exchange.started());
    BedClient next = played.client();
    played.exchange.on_message(next.id(), subscribe, start);
    EXPECT_EQ(next.take(start).size(), 1U);  // the answer, and no snapshot
    played.play(0, 3);
    next.take(start);
    EXPECT_EQ(book_text(next.books(), "A-B"), "bids 10x3 asks 11x2");
}

}  // namespace
}  // namespace tickweir::gateway::venue
