// `tickweir inspect` of JSON captures written by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "gateway/commands/inspect.hpp"
#include "tests/replay/support.hpp"

namespace tickweir::gateway {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Inspected {
    int status = -1;
    std::string out;
    std::string err;
};

class InspectJsonCapture : public testing::Test {
protected:
    Inspected inspect(const std::string& text, bool json, std::uint64_t messages = 0) const {
        InspectOptions options;
        options.capture = directory_ / "capture.jsonl";
        options.json = json;
        options.messages = messages;
        replay::tests::write_file(options.capture, replay::tests::to_bytes(text));
        std::ostringstream out;
        std::ostringstream err;
        const int status = run_inspect(options, out, err);
        return {status, out.str(), err.str()};
    }

    static std::string book(const std::string& type, int id) {
        return R"({"topic":"orderbook.50.ACME","ts":1,"type":")" + type +
               R"(","data":{"s":"ACME","b":[["10","1"]],"a":[],"u":)" + std::to_string(id) +
               R"(,"seq":1},"cts":1})" + "\n";
    }

    const std::string head = "# venue: bybit\n1704153600000000000 SEND {\"op\":\"subscribe\"}\n";
    const std::string whole = head + "1704153601000000000 " + book("snapshot", 7) +
                              "1704153602000000000 " + book("delta", 8);
    const std::string lossy =
        whole + "1704153603000000000 {\"topic\"\n" + "1704153602000000000 " + book("delta", 10);
    replay::tests::TempDir directory_;
};

TEST_F(InspectJsonCapture, TellsLinesTimesAndInstruments) {
    const Inspected text = inspect(whole, false);
    EXPECT_EQ(text.status, 0) << text.err;
    EXPECT_THAT(text.out, HasSubstr("venue             bybit"));
    EXPECT_THAT(text.out, HasSubstr("2 frames, 0 HTTP answers, 1 sent"));
    EXPECT_THAT(text.out, HasSubstr("first             2024-01-02T00:00:00.000000000Z"));
    EXPECT_THAT(text.out, HasSubstr("ACME"));
    const Inspected json = inspect(whole, true);
    EXPECT_THAT(json.out, HasSubstr(R"("frames": 2, "http_answers": 0, "sends": 1)"));
    EXPECT_THAT(json.out, HasSubstr(R"({"symbol": "ACME", "snapshots": 1, "book_updates": 1, )"));
    EXPECT_THAT(json.out, HasSubstr(R"("damage": null)"));
}

TEST_F(InspectJsonCapture, TellsWhereSomethingWasRefusedOrLost) {
    const Inspected json = inspect(lossy, true);
    EXPECT_EQ(json.status, 0) << json.err;
    EXPECT_THAT(json.out, HasSubstr(R"("times_that_go_back": 1)"));
    EXPECT_THAT(json.out, HasSubstr(R"({"offset": )" + std::to_string(whole.size()) +
                                    R"(, "reason": "malformed")"));
    EXPECT_THAT(json.out, HasSubstr(R"(, "symbol": "ACME", "reason": "gap"})"));
    const Inspected text = inspect(lossy, false);
    EXPECT_THAT(text.out, HasSubstr("byte " + std::to_string(whole.size()) + ": malformed"));
    EXPECT_THAT(text.out, HasSubstr("books lost        1"));
}

TEST_F(InspectJsonCapture, ShowsTheFirstLines) {
    const Inspected text = inspect(whole, false, 2);
    EXPECT_THAT(text.out, HasSubstr("SEND  {\"op\":\"subscribe\"}"));
    EXPECT_THAT(text.out, HasSubstr("frame  {\"topic\""));
    EXPECT_THAT(text.out, Not(HasSubstr("\"u\":8")));
    EXPECT_THAT(inspect(whole, true, 1).out,
                HasSubstr(R"("kind": "SEND", "text": "{\"op\":\"subscribe\"}")"));
}

TEST_F(InspectJsonCapture, TellsDamageWithItsOffset) {
    const Inspected json = inspect(whole + "rubbish\n", true);
    EXPECT_EQ(json.status, 3);
    EXPECT_THAT(json.out, HasSubstr(R"("damage": {"offset": )" + std::to_string(whole.size())));
    EXPECT_THAT(json.err, HasSubstr("(byte " + std::to_string(whole.size()) + ")"));
}

}  // namespace
}  // namespace tickweir::gateway
