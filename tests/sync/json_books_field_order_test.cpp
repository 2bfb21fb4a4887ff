// Venues promise no order of fields: every session here is fed with the members of all its objects
// shuffled, and what is heard must be the same each time.
#include <algorithm>
#include <random>

#include "tests/support/seed.hpp"
#include "tests/sync/books_bed.hpp"

namespace tickweir::gateway::tests {
namespace {

/// Makes objects whose members stand in random order.
class Shuffler {
public:
    explicit Shuffler(std::uint64_t seed) : random_{seed} {}

    std::string operator()(std::vector<std::string> members) {
        std::ranges::shuffle(members, random_);
        std::string text;
        for (const std::string& member : members)
            text += (text.empty() ? "" : ",") + member;
        return "{" + text + "}";
    }

private:
    std::mt19937_64 random_;
};

using Session = std::vector<std::string>;

Session binance(Shuffler& object) {
    const auto depth = [&](const std::string& first, const std::string& last,
                           const std::string& previous, const std::string& bids) {
        return object(
            {R"("stream":"x@depth")",
             R"("data":)" + object({R"("e":"depthUpdate")", R"("E":1)", R"("s":"X")",
                                    R"("U":)" + first, R"("u":)" + last, R"("pu":)" + previous,
                                    R"("b":[)" + bids + "]", R"("a":[])"})});
    };
    return {depth("11", "12", "10", row("9", "1")), depth("13", "15", "12", row("10", "2")),
            object({R"("e":"trade")", R"("E":1)", R"("s":"X")", R"("t":7)", R"("p":"10")",
                    R"("q":"1")", R"("T":1)", R"("m":true)"}),
            depth("16", "17", "14", "")};
}

Session kraken(Shuffler& object) {
    const auto level = [&](const std::string& price, const std::string& quantity) {
        return object({R"("price":)" + price, R"("qty":)" + quantity});
    };
    const auto book = [&](const std::string& type, const std::string& bids) {
        return object({R"("channel":"book")", R"("type":")" + type + R"(")",
                       R"("data":[)" +
                           object({R"("symbol":"X")", R"("bids":[)" + bids + "]", R"("asks":[])"}) +
                           "]"});
    };
    return {
        object({R"("method":"subscribe")",
                R"("result":)" + object({R"("channel":"book")", R"("depth":2)", R"("symbol":"X")"}),
                R"("success":true)"}),
        book("snapshot", level("10.5", "1.00") + "," + level("9.0", "2.00")),
        book("update", level("11.0", "1.50"))};
}

Session coinbase(Shuffler& object) {
    const auto book = [&](const std::string& sequence, const std::string& type,
                          const std::string& price) {
        const std::string update =
            object({R"("side":"bid")", R"("event_time":"x")", R"("price_level":")" + price + R"(")",
                    R"("new_quantity":"1")"});
        const std::string event = object({R"("type":")" + type + R"(")", R"("product_id":"X")",
                                          R"("updates":[)" + update + "]"});
        return object({R"("channel":"l2_data")", R"("timestamp":"1970-01-01T00:00:01Z")",
                       R"("sequence_num":)" + sequence, R"("events":[)" + event + "]"});
    };
    return {book("4", "snapshot", "10"), book("5", "update", "11"), book("5", "update", "12"),
            book("7", "update", "13")};
}

Session okx(Shuffler& object) {
    const auto book = [&](const std::string& action, const std::string& previous,
                          const std::string& id, const std::string& price) {
        const std::string data =
            object({R"("asks":[])", R"("bids":[[")" + price + R"(","1","0","1"]])", R"("ts":"1")",
                    R"("checksum":0)", R"("prevSeqId":)" + previous, R"("seqId":)" + id});
        return object({R"("arg":)" + object({R"("channel":"books")", R"("instId":"X")"}),
                       R"("action":")" + action + R"(")", R"("data":[)" + data + "]"});
    };
    return {book("snapshot", "-1", "4", "10"), book("update", "4", "9", "11"),
            book("update", "8", "10", "12")};
}

Session bitmex(Shuffler& object) {
    const auto book = [&](const std::string& action, const std::string& id,
                          const std::vector<std::string>& rest) {
        std::vector<std::string> members{R"("symbol":"X")", R"("id":)" + id, R"("side":"Buy")"};
        members.insert(members.end(), rest.begin(), rest.end());
        return object({R"("table":"orderBookL2")", R"("action":")" + action + R"(")",
                       R"("data":[)" + object(members) + "]"});
    };
    return {book("partial", "3", {R"("size":1)", R"("price":10)"}),
            book("insert", "4", {R"("size":2)", R"("price":10.5)"}),
            book("update", "3", {R"("size":7)"}), book("delete", "4", {})};
}

std::vector<std::string> heard_of(VenueId venue, const Session& session) {
    BooksBed bed{venue};
    if (venue == VenueId::binance_usdm)
        bed.answer("/fapi/v1/depth?symbol=X", R"({"lastUpdateId":10,"bids":[],"asks":[]})");
    for (const std::string& text : session)
        EXPECT_EQ(bed.frame(text), FrameStatus::ok) << text;
    return bed.heard();
}

TEST(JsonBooks, DoNotCareAboutTheOrderOfFields) {
    const std::uint64_t seed = tickweir::tests::test_seed();
    const std::vector<std::pair<VenueId, Session (*)(Shuffler&)>> sessions{
        {VenueId::binance_usdm, binance},
        {VenueId::kraken_v2, kraken},
        {VenueId::coinbase_advanced, coinbase},
        {VenueId::okx, okx},
        {VenueId::bitmex, bitmex}};
    for (const auto& [venue, session] : sessions) {
        Shuffler first{seed};
        const std::vector<std::string> heard = heard_of(venue, session(first));
        EXPECT_GE(heard.size(), 5U) << to_string(venue);
        for (std::uint64_t i = 1; i <= 50; ++i) {
            Shuffler other{seed + i};
            ASSERT_EQ(heard_of(venue, session(other)), heard) << to_string(venue);
        }
    }
}

}  // namespace
}  // namespace tickweir::gateway::tests
