// The command on JSON captures: recorded ones against the results of another program, and small
// ones written by hand for what the options do.
#include <simdjson.h>

#include <map>

#include "tests/gateway/replay_support.hpp"

namespace tickweir::gateway::tests {
namespace {

using testing::HasSubstr;
using testing::Not;

const fs::path recorded = fs::path{TICKWEIR_DATA} / "json";

std::string minified(simdjson::dom::element element) {
    return simdjson::to_string(element);
}

/// Every key of `expected` that has another value in `got`; arrays and numbers as their text.
std::string differences(simdjson::dom::object expected, simdjson::dom::element got,
                        const std::string& where) {
    std::string all;
    for (const auto& [key, value] : expected) {
        const std::string path = where + "/" + std::string{key};
        simdjson::dom::element there;
        if (got[key].get(there) != simdjson::SUCCESS) {
            all += path + " is missing\n";
            continue;
        }
        simdjson::dom::object inner;
        if (value.get(inner) == simdjson::SUCCESS)
            all += differences(inner, there, path);
        else if (minified(value) != minified(there))
            all += path + ": " + minified(value) + " expected, not " + minified(there) + "\n";
    }
    return all;
}

std::vector<fs::path> recorded_captures() {
    std::vector<fs::path> captures;
    if (!fs::exists(recorded)) return captures;
    for (const auto& entry : fs::directory_iterator{recorded})
        if (entry.path().string().ends_with(".jsonl.gz")) captures.push_back(entry.path());
    std::ranges::sort(captures);
    return captures;
}

TEST(JsonReplay, AgreesWithTheResultsOfAnotherProgramInEveryKey) {
    const std::vector<fs::path> captures = recorded_captures();
    if (captures.empty()) GTEST_SKIP() << "no recorded captures in " << recorded;
    for (const fs::path& capture : captures) {
        const std::string name = capture.string();
        const std::string expected_text = text_of(
            name.substr(0, name.size() - std::string{".jsonl.gz"}.size()) + ".expected.json");
        simdjson::dom::parser expected_parser;
        simdjson::dom::parser got_parser;
        const simdjson::dom::object expected = expected_parser.parse(expected_text);
        ReplayOptions options = json_of({capture});
        options.include_io = true;  // once over each is enough
        const Ran ran = run(options);
        EXPECT_EQ(ran.status, 0) << name << ran.err;
        const simdjson::dom::element got = got_parser.parse(ran.out);
        EXPECT_EQ(differences(expected, got, ""), "") << name;
        EXPECT_EQ(simdjson::dom::object{got["instruments"]}.size(),
                  simdjson::dom::object{expected["instruments"]}.size())
            << name;
    }
}

TEST(JsonReplay, TouchesOfBinanceAgreeWithItsBook) {
    for (const char* const name : {"binance-spot_btcusdt_30s", "binance-usdm_btcusdt_20240808"}) {
        const fs::path capture = recorded / (std::string{name} + ".jsonl.gz");
        if (!fs::exists(capture)) GTEST_SKIP() << "no recorded captures in " << recorded;
        const Ran ran = run(json_of({capture}));
        EXPECT_THAT(ran.out, HasSubstr("\"touches_differ\": 0,")) << name;
        EXPECT_THAT(ran.out, Not(HasSubstr("\"touches_checked\": 0,"))) << name;
    }
}

// ------------------------------------------------------------------------------- written by hand

/// Lines of a Bybit capture; times are seconds after 2024-01-02T00:00:00Z.
class Session {
public:
    static constexpr std::int64_t day_ns = 1'704'153'600'000'000'000;

    explicit Session(const std::string& venue = "bybit") { text_ = "# venue: " + venue + "\n"; }

    Session& line(int second, const std::string& rest) {
        text_ += std::to_string(day_ns + second * std::int64_t{1'000'000'000}) + " " + rest + "\n";
        return *this;
    }
    Session& snapshot(int second, const std::string& symbol, int id, const std::string& bids,
                      const std::string& asks) {
        return book(second, "snapshot", symbol, id, bids, asks);
    }
    Session& delta(int second, const std::string& symbol, int id, const std::string& bids,
                   const std::string& asks) {
        return book(second, "delta", symbol, id, bids, asks);
    }
    Session& trade(int second, const std::string& symbol, const std::string& price,
                   const std::string& quantity) {
        return line(second, R"({"topic":"publicTrade.)" + symbol +
                                R"(","type":"snapshot","ts":1,"data":[{"T":1,"s":")" + symbol +
                                R"(","S":"Buy","v":")" + quantity + R"(","p":")" + price +
                                R"(","i":"t1","BT":false}]})");
    }
    /// Neither a comment nor behind a time.
    Session& nonsense() {
        text_ += "nonsense\n";
        return *this;
    }
    const std::string& text() const { return text_; }
    /// Where a line begins, counted from the venue's.
    std::size_t offset(std::size_t line) const {
        std::size_t at = 0;
        while (line-- > 0)
            at = text_.find('\n', at) + 1;
        return at;
    }

private:
    Session& book(int second, const std::string& type, const std::string& symbol, int id,
                  const std::string& bids, const std::string& asks) {
        return line(second, R"({"topic":"orderbook.50.)" + symbol + R"(","ts":1,"type":")" + type +
                                R"(","data":{"s":")" + symbol + R"(","b":[)" + bids + R"(],"a":[)" +
                                asks + R"(],"u":)" + std::to_string(id) + R"(,"seq":1},"cts":1})");
    }

    std::string text_;
};

class JsonReplayOptions : public testing::Test {
protected:
    JsonReplayOptions() {
        session_.snapshot(1, "ACME", 7, R"(["10.5","2"],["10","1"])", R"(["11","3"])")
            .delta(2, "ACME", 8, R"(["10.75","0.5"])", "")
            .trade(3, "ACME", "10.75", "0.25")
            .delta(4, "ACME", 9, R"(["10.75","0"])", R"(["11","0"],["12","4"])")
            .trade(5, "ACME", "10.5", "0.125");
    }

    fs::path write(const std::string& name, const Session& session) const {
        replay::tests::write_file(directory_ / name, replay::tests::to_bytes(session.text()));
        return directory_ / name;
    }
    fs::path capture() const { return write("acme.jsonl", session_); }

    Session session_;
    TempDir directory_;
};

TEST_F(JsonReplayOptions, TellEverythingOfASmallCapture) {
    const Ran ran = run(json_of({capture()}));
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr(R"("venue": "bybit", "messages": 5, )"));
    EXPECT_THAT(ran.out, HasSubstr(R"("frames": 5, "http_answers": 0, "sends": 0, )"
                                   R"("bad_frames": 0)"));
    EXPECT_THAT(ran.out, HasSubstr(R"("in_sync_at_end": true, "sync": "in_sync")"));
    EXPECT_THAT(ran.out, HasSubstr(R"("price_decimals": 2, "quantity_decimals": 3, )"
                                   R"("book_updates": 2,)"));
    EXPECT_THAT(ran.out, HasSubstr(R"("trade_volume": "0.375", "last_trade_price": "10.5")"));
    EXPECT_THAT(ran.out, HasSubstr(R"("bids": [["10.5", "2"], ["10", "1"]], )"
                                   R"("asks": [["12", "4"]])"));
    EXPECT_THAT(ran.out, HasSubstr("\"bbo_changes\": 3,"));
    EXPECT_THAT(ran.out, HasSubstr("\"damage\": null"));
}

TEST_F(JsonReplayOptions, StopAfterSoManyFramesOrAtATime) {
    ReplayOptions options = json_of({capture()});
    options.max_messages = 2;
    EXPECT_THAT(run(options).out, HasSubstr(R"("messages": 2, )"));
    EXPECT_THAT(run(options).out, HasSubstr(R"("bids": [["10.75", "0.5"], )"));
    options.max_messages.reset();
    options.until = SinceMidnight{std::chrono::seconds{3}};
    EXPECT_THAT(run(options).out, HasSubstr(R"("messages": 3, )"));
    options.until = book::TimeNs{std::chrono::nanoseconds{Session::day_ns + 2'999'999'999}};
    EXPECT_THAT(run(options).out, HasSubstr(R"("messages": 2, )"));
}

TEST_F(JsonReplayOptions, ShowBooksAsTheyStood) {
    ReplayOptions options = json_of({capture()});
    options.at = SinceMidnight{std::chrono::seconds{2}};
    const Ran ran = run(options);
    EXPECT_THAT(ran.out, HasSubstr(R"("messages": 5, )"));
    EXPECT_THAT(ran.out, HasSubstr(R"("bids": [["10.75", "0.5"], )")) << "with what came then";
    options.depth = 1;
    EXPECT_THAT(run(options).out, HasSubstr(R"("bids": [["10.75", "0.5"]], )"));
}

TEST_F(JsonReplayOptions, StopAtTheFirstRefusedFrameWhenStrict) {
    session_.line(6, R"({"topic":"orderbook.50.ACME","type":"delta","ts":1,"data":{)")
        .trade(7, "ACME", "10.5", "1");
    ReplayOptions options = json_of({capture()});
    const Ran lenient = run(options);
    EXPECT_EQ(lenient.status, 0);
    EXPECT_THAT(lenient.out, HasSubstr(R"("bad_frames": 1)"));
    EXPECT_THAT(lenient.out, HasSubstr(R"("rejected": {"malformed": 1, "wrong_shape": 0)"));
    options.strict = true;
    const Ran strict = run(options);
    EXPECT_EQ(strict.status, 3);
    EXPECT_THAT(strict.out, HasSubstr(R"("messages": 6, )"));
    EXPECT_THAT(strict.err, HasSubstr("refused: malformed"));
    EXPECT_THAT(strict.err, HasSubstr("(byte " + std::to_string(session_.offset(6)) + ")"));
}

TEST_F(JsonReplayOptions, TellWhereACaptureIsDamaged) {
    const fs::path path = write("damaged.jsonl", Session{session_}.nonsense());
    const Ran ran = run(json_of({path}));
    EXPECT_EQ(ran.status, 3);
    EXPECT_THAT(ran.out, HasSubstr("\"offset\": " + std::to_string(session_.offset(6))));
    EXPECT_THAT(ran.out, HasSubstr(R"("messages": 5, )")) << "what came before is told";
}

TEST_F(JsonReplayOptions, WriteEvents) {
    ReplayOptions options = json_of({capture()});
    options.events = directory_ / "events.jsonl";
    EXPECT_EQ(run(options).status, 0);
    const std::string events = text_of(*options.events);
    EXPECT_EQ(std::ranges::count(events, '\n'), 6) << events;
    EXPECT_THAT(events, HasSubstr(R"("action": "snapshot", "bids": [["10.5", "2"], ["10", "1"]], )"
                                  R"("asks": [["11", "3"]]})"));
    EXPECT_THAT(events, HasSubstr(R"("action": "sync", "state": "in_sync", "reason": "none"})"));
    EXPECT_THAT(events, HasSubstr(R"("action": "levels", "levels": [["buy", "10.75", "0.5"]], )"
                                  R"("touch": true})"));
    EXPECT_THAT(events, HasSubstr(R"("action": "trade", "price": "10.5", "quantity": "0.125", )"
                                  R"("side": "buy", "trade_id": "t1"})"));
}

TEST_F(JsonReplayOptions, SampleBooks) {
    ReplayOptions options = json_of({capture()});
    options.top_every = ReplayOptions::TopEvery{std::chrono::seconds{2}, directory_ / "top.csv"};
    options.depth = 1;
    EXPECT_EQ(run(options).status, 0);
    const std::string day = std::to_string(Session::day_ns / 1'000'000'000);
    EXPECT_EQ(text_of(options.top_every->file),
              "time,symbol,bid_price_1,bid_quantity_1,ask_price_1,ask_quantity_1\n" +
                  std::to_string(Session::day_ns + 2'000'000'000) + ",ACME,10.75,0.5,11,3\n" +
                  std::to_string(Session::day_ns + 4'000'000'000) + ",ACME,10.5,2,12,4\n");
}

TEST_F(JsonReplayOptions, SampleNoDaysWithoutLines) {
    Session later;
    later.delta(40 * 86'400, "ACME", 10, R"(["9","1"])", "");
    ReplayOptions options = json_of({capture(), write("later.jsonl", later)});
    options.top_every = ReplayOptions::TopEvery{std::chrono::seconds{2}, directory_ / "top.csv"};
    options.depth = 1;
    EXPECT_EQ(run(options).status, 0);
    const std::string samples = text_of(options.top_every->file);
    EXPECT_EQ(std::ranges::count(samples, '\n'), 1 + 3 + 1) << samples;
}

TEST_F(JsonReplayOptions, GoOnInTheNextCapture) {
    Session second;
    second.delta(6, "ACME", 10, R"(["9","1"])", "").delta(7, "ACME", 12, R"(["8","1"])", "");
    const Ran ran = run(json_of({capture(), write("next.jsonl", second)}));
    EXPECT_THAT(ran.out, HasSubstr(R"("messages": 7, )"));
    EXPECT_THAT(ran.out, HasSubstr(R"("book_updates": 3, "stale_ignored": 0, "unapplied": 1, )"));
    EXPECT_THAT(ran.out, HasSubstr(R"("sync": "out_of_sync", "sync_reason": "gap")"));
}

TEST_F(JsonReplayOptions, NameTheVenueWhereTwoShareASymbol) {
    Session other{"coinbase-exchange"};
    other.line(1, R"({"type":"snapshot","product_id":"ACME","bids":[["1","2"]],"asks":[]})")
        .line(1, R"({"type":"snapshot","product_id":"OTHER","bids":[["1","2"]],"asks":[]})");
    ReplayOptions options = json_of({capture(), write("other.jsonl", other)});
    const Ran both = run(options);
    EXPECT_THAT(both.out, HasSubstr("\"venue\": null"));
    EXPECT_THAT(both.out, HasSubstr("\"bybit:ACME\": {"));
    EXPECT_THAT(both.out, HasSubstr("\"coinbase-exchange:ACME\": {"));
    EXPECT_THAT(both.out, HasSubstr("\"OTHER\": {"));
    options.symbols = {"coinbase-exchange:ACME", "NONE"};
    const Ran one = run(options);
    EXPECT_THAT(one.out, Not(HasSubstr("\"bybit:ACME\"")));
    EXPECT_THAT(one.out, HasSubstr("\"coinbase-exchange:ACME\": {"));
    EXPECT_THAT(one.err, HasSubstr("no instrument NONE"));
    EXPECT_THAT(one.err, Not(HasSubstr("ACME")));
}

TEST_F(JsonReplayOptions, PrintATable) {
    ReplayOptions options = json_of({capture()});
    options.json = false;
    const Ran table = run(options);
    EXPECT_THAT(table.out, HasSubstr("5 frames, 0 HTTP answers, 0 sent"));
    EXPECT_THAT(table.out, HasSubstr("ACME"));
    EXPECT_THAT(table.out, HasSubstr("in sync"));
    options.symbols = {"ACME"};
    EXPECT_THAT(run(options).out, HasSubstr("10.5"));
}

TEST_F(JsonReplayOptions, RefuseWhatCannotBe) {
    ReplayOptions options = json_of({capture()});
    options.venue = "moon";
    Ran ran = run(options);
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, HasSubstr("no JSON captures of moon"));
    options.venue = "okx";
    EXPECT_EQ(run(options).status, 2) << "the capture says another venue";
    ran = run(json_of({capture(), directory_ / "nothing.jsonl"}));
    EXPECT_EQ(ran.status, 2);
    replay::tests::write_file(directory_ / "day.itch", Day{}.start().start(1).bytes());
    ran = run(json_of({directory_ / "day.itch", capture()}));
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, HasSubstr("is a JSON capture"));
}

}  // namespace
}  // namespace tickweir::gateway::tests
