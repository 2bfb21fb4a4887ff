// That a decoder allocates for the first frames and never again. An executable of its own, for it
// counts every use of operator new in the process.
#include <gtest/gtest.h>

#include <cstdint>
#include <new>
#include <string>
#include <vector>

#include "tests/codecs/json/frames.hpp"
#include "tests/support/counted_new.hpp"

namespace tickweir::codecs::json {
namespace {

/// Texts with room behind them.
class Texts {
public:
    void add(std::string_view text) {
        texts_.emplace_back(text);
        texts_.back().append(text_padding, '"');
    }
    std::size_t size() const { return texts_.size(); }
    std::string_view at(std::size_t i) const {
        return std::string_view{texts_[i]}.substr(0, texts_[i].size() - text_padding);
    }

private:
    std::vector<std::string> texts_;
};

/// Allocations of a second pass over the same frames.
std::uint64_t of_second_pass(VenueId venue, const Texts& texts) {
    FrameDecoder decoder{venue};
    MarketFrame frame;
    std::uint64_t before = 0;
    for (int pass = 0; pass < 2; ++pass) {
        before = tests::allocations();
        for (std::size_t i = 0; i < texts.size(); ++i)
            (void)decoder.decode_frame(texts.at(i), frame);
    }
    return tests::allocations() - before;
}

TEST(DecoderAllocations, AreCountedHere) {
    const std::uint64_t before = tests::allocations();
    ::operator delete(::operator new(8));
    EXPECT_EQ(tests::allocations(), before + 1);
}

TEST(DecoderAllocations, AreNoneAFrame) {
    std::string rows;
    for (int i = 0; i < 20'000; ++i)
        rows += R"(["1.5","2"],)";
    Texts texts;
    texts.add(R"({"e":"depthUpdate","E":1,"s":"A","U":1,"u":1,"a":[],"b":[)" + rows +
              R"(["1","2"]]})");
    texts.add(R"({"u":7,"s":"A","b":"1","B":"2","a":"3","A":"4"})");
    texts.add(R"({"u":7,"s":"\u0041","b":"1","B":"2","a":"3","A":"4"})");
    texts.add(R"({"e":"trade","E":1,"s":"A","t":1,"p":"1","q":"1","T":1,"m":true})");
    texts.add(R"({"e":"trade","E":1,"s":"A","t":1,"p":"1e5","q":"1","T":1,"m":true})");
    texts.add(R"({"error":{"msg":"\"no\""},"id":1})");
    texts.add(R"({"u":7,"s":"A","b":"1","B":"2)");
    EXPECT_EQ(of_second_pass(VenueId::binance_spot, texts), 0u);
}

TEST(DecoderAllocations, AreNoneAFrameOfTheRecordedOnes) {
    constexpr std::pair<const char*, VenueId> captures[] = {
        {"binance-spot_btcusdt_30s", VenueId::binance_spot},
        {"bitstamp_10sym_20220104", VenueId::bitstamp},
        {"bybit_spot_2sym_20260809", VenueId::bybit},
        {"coinbase-advanced_2sym_20260809", VenueId::coinbase_advanced},
        {"deribit_10sym_20210722", VenueId::deribit},
        {"kraken-v1_10sym_20210417", VenueId::kraken_v1},
        {"kraken-v2_10sym_20210417_derived", VenueId::kraken_v2},
        {"okx_3sym_20220513", VenueId::okx},
    };
    for (const auto& [name, venue] : captures) {
        Texts texts;
        const bool present =
            each_capture_line(name, [&](const CaptureLine& line) { texts.add(line.text); });
        if (!present) GTEST_SKIP() << "no shared data";
        EXPECT_EQ(of_second_pass(venue, texts), 0u) << name;
    }
}

}  // namespace
}  // namespace tickweir::codecs::json
