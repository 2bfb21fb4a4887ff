// That nothing is allocated a frame after warm-up. An executable of its own, for it counts every
// use of operator new in the process.
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/feeds/json_books.hpp"
#include "tests/support/counted_new.hpp"

namespace tickweir::gateway {
namespace {

using codecs::json::VenueId;

struct Frames {
    std::vector<std::string> texts;
    std::vector<std::size_t> lengths;

    void add(const std::string& text) {
        lengths.push_back(text.size());
        texts.push_back(text + std::string(codecs::json::text_padding, ' '));
    }
    void apply(JsonBooks& books) const {
        for (std::size_t i = 0; i < texts.size(); ++i)
            books.apply_frame(0, {texts[i].data(), lengths[i]}, book::TimeNs{}, NoJsonListener{});
    }
};

/// A made-up session, which ends where it began, so that it can be played again and again.
std::string bybit(const std::string& type, int id, const std::string& symbol, int price,
                  const std::string& quantity) {
    return R"({"topic":"orderbook.50.)" + symbol + R"(","ts":1,"type":")" + type +
           R"(","data":{"s":")" + symbol + R"(","b":[[")" + std::to_string(price) + R"(.5",")" +
           quantity + R"("]],"a":[],"u":)" + std::to_string(id) + R"(,"seq":1},"cts":1})";
}

TEST(JsonBooksAllocation, NothingIsAllocatedAFrameAfterWarmUp) {
    Frames frames;
    for (int symbol = 0; symbol < 20; ++symbol) {
        const std::string name = "A-LONG-SYMBOL-OF-A-VENUE-" + std::to_string(symbol);
        frames.add(bybit("snapshot", 1, name, 100, "1"));
        for (int i = 2; i < 200; ++i)
            frames.add(bybit("delta", i, name, 100 + i * 7 % 60, i % 3 == 0 ? "0" : "1.25"));
        frames.add(bybit("delta", 300, name, 1, "1"));  // a gap
        frames.add("{\"topic\":");                      // and a refusal
    }
    JsonBooks books{{.venue = VenueId::bybit}};
    frames.apply(books);
    const std::uint64_t before = tests::allocations();
    frames.apply(books);
    EXPECT_EQ(tests::allocations() - before, 0U);
    EXPECT_EQ(books.instruments().size(), 20U);
    EXPECT_EQ(books.instruments()[0].counts.book_updates, 2 * 198U);
}

TEST(JsonBooksAllocation, NothingIsAllocatedInARecordedSession) {
    const std::string path = TICKWEIR_DATA "/json/binance-spot_btcusdt_30s.jsonl.gz";
    gzFile file = gzopen(path.c_str(), "rb");
    if (file == nullptr) GTEST_SKIP() << "no recorded capture " << path;
    Frames frames;
    std::string target;
    std::string body;
    std::vector<char> line(std::size_t{1} << 20);
    while (gzgets(file, line.data(), static_cast<int>(line.size())) != nullptr) {
        std::string text{line.data()};
        if (text.ends_with('\n')) text.pop_back();
        const std::size_t blank = text.find(' ');
        if (text.starts_with('#') || blank == std::string::npos) continue;
        text.erase(0, blank + 1);
        const std::size_t end = text.find(' ', 4);
        if (!text.starts_with("GET ")) {
            frames.add(text);
        } else {
            target = text.substr(4, end - 4);
            body = text.substr(end + 1);
        }
    }
    gzclose(file);
    const std::string padded = body + std::string(codecs::json::text_padding, ' ');
    JsonBooks books{{.venue = VenueId::binance_spot}};
    // The second time everything has been as large as it gets.
    for (const bool warm : {false, true}) {
        books.on_connection_lost(0, book::TimeNs{}, NoJsonListener{});
        const std::uint64_t before = tests::allocations();
        books.apply_answer(0, target, {padded.data(), body.size()}, book::TimeNs{},
                           NoJsonListener{});
        frames.apply(books);
        if (warm) {
            EXPECT_EQ(tests::allocations() - before, 0U);
        }
    }
    EXPECT_EQ(books.instruments()[0].counts.book_updates, 2 * 297U);
    EXPECT_EQ(books.instruments()[0].counts.gaps, 0U);
}

}  // namespace
}  // namespace tickweir::gateway
