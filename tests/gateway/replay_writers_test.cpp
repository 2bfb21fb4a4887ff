// What a replay writes beside its result: JSON, digests, events, samples.
#include <gtest/gtest.h>

#include "book/book_set.hpp"
#include "gateway/commands/bbo_digest.hpp"
#include "gateway/commands/crc32.hpp"
#include "gateway/commands/event_writer.hpp"
#include "gateway/commands/top_sampler.hpp"
#include "gateway/json_writer.hpp"
#include "tests/gateway/replay_support.hpp"

namespace tickweir::gateway::tests {
namespace {

using namespace std::chrono_literals;
using book::Level;
using book::Price;
using book::Quantity;
using book::Side;

// ---------------------------------------------------------------------------------------
// JsonWriter

TEST(JsonWriter, PutsCommasBetweenAndNowhereElse) {
    std::string text;
    JsonWriter json{text};
    json.begin_object();
    json.key("a");
    json.begin_array();
    json.number(1U);
    json.number(-2);
    json.begin_array();
    json.end_array();
    json.null();
    json.end_array();
    json.key("b");
    json.boolean(true);
    json.line_break();
    json.key("c");
    json.seconds(0.5);
    json.key("p");
    json.price({2'341'000}, 4);
    json.key("q");
    json.quantity({1}, 8);
    json.end_object();
    EXPECT_EQ(text,
              "{\"a\": [1, -2, [], null], \"b\": true,\n \"c\": 0.500000, "
              "\"p\": \"234.1\", \"q\": \"0.00000001\"}");
}

std::string json_text(std::string_view text) {
    std::string out;
    JsonWriter{out}.string(text);
    return out;
}

TEST(JsonWriter, EscapesWhatMustBe) {
    using namespace std::string_view_literals;
    EXPECT_EQ(json_text("a\"b\\c/\n\r\t"), R"("a\"b\\c/\n\r\t")");
    EXPECT_EQ(json_text("\0\x01\x1f\x7f"sv), R"("\u0000\u0001\u001f\u007f")");
}

TEST(JsonWriter, KeepsUtf8AndWritesOtherBytesAsCharacters) {
    const std::string good = "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x99\x82 \xed\x9f\xbf";
    EXPECT_EQ(json_text(good), '"' + good + '"');
    EXPECT_EQ(json_text("\xff"), R"("\u00ff")");
    EXPECT_EQ(json_text("\xc0\xaf"), R"("\u00c0\u00af")") << "overlong";
    EXPECT_EQ(json_text("\xe0\x9f\xbf"), R"("\u00e0\u009f\u00bf")") << "overlong";
    EXPECT_EQ(json_text("\xed\xa0\x80"), R"("\u00ed\u00a0\u0080")") << "a surrogate";
    EXPECT_EQ(json_text("\xf4\x90\x80\x80"), R"("\u00f4\u0090\u0080\u0080")") << "beyond 10ffff";
    EXPECT_EQ(json_text("\xe2\x82"), R"("\u00e2\u0082")") << "cut off";
}

// ------------------------------------------------------------------------------------------
// digests

TEST(Crc32, AgreesWithKnownValues) {
    static_assert(Crc32{}.value() == 0);
    const auto crc_of = [](std::string_view text) {
        Crc32 crc;
        crc.add(text);
        return crc.value();
    };
    EXPECT_EQ(crc_of("123456789"), 0xcbf43926U);
    EXPECT_EQ(crc_of("a"), 0xe8b7be43U);
    EXPECT_EQ(crc_of("The quick brown fox jumps over the lazy dog"), 0x414fa339U);
}

TEST(Crc32, DoesNotCareHowATextIsCut) {
    const std::string text = "B 234.69 9469\nA 231.05 216\n";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        Crc32 crc;
        crc.add(text.substr(0, cut));
        crc.add(text.substr(cut));
        EXPECT_EQ(crc.value(), 0x7b6398e9U) << cut;
    }
}

constexpr BboDigest::Name acme{'A', 'C', 'M', 'E', ' ', ' ', ' ', ' '};
constexpr book::InstrumentId seven{7};

book::Quote quote(std::optional<Level> bid, std::optional<Level> ask) {
    return {bid, ask, 0};
}

TEST(BboDigest, NotesATouchThatDiffersFromTheLastOne) {
    BboDigest digest{4, 0};
    EXPECT_EQ(digest.value(seven), (BboDigest::Value{0, 0}));
    const Level bid{Price{2'346'900}, Quantity{9469}, 1};
    const Level ask{Price{2'310'500}, Quantity{216}, 1};
    digest.note(seven, acme, quote(bid, {}));
    digest.note(seven, acme, quote(bid, ask));
    digest.note(seven, acme, quote(bid, ask));
    // Orders are not part of the text.
    digest.note(seven, acme, quote(Level{bid.price, bid.open, 2}, ask));
    digest.note(seven, acme, quote({}, {}));
    // "234.69 9469 - -\n" "234.69 9469 231.05 216\n" "- - - -\n"
    EXPECT_EQ(digest.value(seven), (BboDigest::Value{3, 0xd009d381}));
    EXPECT_EQ(digest.value(book::InstrumentId{6}), (BboDigest::Value{0, 0}));
}

TEST(BboDigest, NotesTheFirstTouchEvenIfEmpty) {
    BboDigest digest{4, 0};
    digest.note(seven, acme, quote({}, {}));
    EXPECT_EQ(digest.value(seven).changes, 1U);
}

TEST(BboDigest, StartsAfreshForAnotherName) {
    BboDigest digest{4, 0};
    digest.note(seven, acme, quote(Level{Price{1}, Quantity{1}, 1}, {}));
    digest.note(seven, {'B'}, quote({}, {}));
    EXPECT_EQ(digest.value(seven).changes, 1U);
}

// -------------------------------------------------------------------------------------------
// events

constexpr book::TimeNs now{5ns};

TEST(EventWriter, WritesEveryKindOfLine) {
    const TempDir directory;
    auto writer = EventWriter::create(directory / "events");
    ASSERT_TRUE(writer.has_value());
    book::BookChange change;
    change.touch_changed = true;
    change.level_count = 1;
    change.price = {2'346'900};
    change.quantity = {10};
    change.left = {10};
    change.levels[0] = {Side::buy, {{2'346'900}, {30}, 2}};
    writer->on_change({'F', seven, 5, book::OrderId{7}, {}}, now, "ACME", change);
    change.quantity = {4};
    change.left = {6};
    writer->on_change({'X', seven, 5, book::OrderId{7}, {}}, now, "ACME", change);
    change.quantity = {6};
    change.left = {20};
    change.level_count = 2;
    change.levels[0].level = {{2'346'900}, {0}, 0};
    change.levels[1] = {Side::buy, {{2'350'000}, {20}, 1}};
    writer->on_change({'U', seven, 5, book::OrderId{7}, book::OrderId{8}}, now, "ACME", change);
    writer->on_trade({'E', seven, 5, book::OrderId{8}, {}}, now, "ACME",
                     {{2'350'000}, {3}, 12, Side::sell});
    writer->on_trade({'P', seven, 5, {}, {}}, now, "ACME", {{2'350'000}, {3}, 13, {}});
    writer->on_clear();
    writer->on_lost(3);
    ASSERT_TRUE(writer->finish().has_value());
    const std::string head = R"({"time": 5, "symbol": "ACME", "action": )";
    EXPECT_EQ(text_of(directory / "events"),
              head +
                  R"("add", "order_id": "7", "side": "buy", "price": "234.69", )"
                  R"("quantity": "10", "left": "10", )"
                  R"("levels": [["buy", "234.69", "30", 2]], "touch": true})"
                  "\n" +
                  head +
                  R"("reduce", "order_id": "7", "side": "buy", "price": "234.69", )"
                  R"("quantity": "4", "left": "6", )"
                  R"("levels": [["buy", "234.69", "30", 2]], "touch": true})"
                  "\n" +
                  head +
                  R"("replace", "order_id": "7", "new_order_id": "8", "side": "buy", )"
                  R"("price": "235", "quantity": "20", "previous_price": "234.69", )"
                  R"("previous_quantity": "6", "left": "20", )"
                  R"("levels": [["buy", "234.69", "0", 0], ["buy", "235", "20", 1]], )"
                  R"("touch": true})"
                  "\n" +
                  head +
                  R"("trade", "order_id": "8", "price": "235", "quantity": "3", )"
                  R"("side": "sell", "trade_id": "12"})"
                  "\n" +
                  head +
                  R"("trade", "price": "235", "quantity": "3", "side": null, )"
                  R"("trade_id": "13"})"
                  "\n"
                  R"({"action": "clear"})"
                  "\n"
                  R"({"action": "lost", "messages": 3})"
                  "\n");
}

TEST(EventWriter, NamesAFileThatCannotBe) {
    const TempDir directory;
    const auto writer = EventWriter::create(directory / "no" / "such" / "events");
    ASSERT_FALSE(writer.has_value());
    EXPECT_THAT(writer.error(), testing::HasSubstr((directory / "no/such/events").string()));
}

// ------------------------------------------------------------------------------------------
// samples

TEST(TopSampler, IsDueAtMultiplesFromTheFirstMessageOn) {
    const TempDir directory;
    auto sampler = TopSampler::create(directory / "top.csv", 100ns, 1);
    ASSERT_TRUE(sampler.has_value());
    EXPECT_EQ(sampler->due_ns(), std::nullopt);
    sampler->begin(101);
    EXPECT_EQ(sampler->due_ns(), 200U);
    sampler->advance();
    EXPECT_EQ(sampler->due_ns(), 300U);
    sampler->begin(100);
    EXPECT_EQ(sampler->due_ns(), 100U);
    sampler->stop();
    EXPECT_EQ(sampler->due_ns(), std::nullopt);
}

TEST(TopSampler, WritesAsManyLevelsAsAskedFor) {
    const TempDir directory;
    auto sampler = TopSampler::create(directory / "top.csv", 1s, 2);
    ASSERT_TRUE(sampler.has_value());
    book::BookSet books;
    const book::InstrumentId one{1};
    EXPECT_TRUE(books.add(one, book::OrderId{1}, Side::buy, {1'000'000}, {10}).ok());
    EXPECT_TRUE(books.add(one, book::OrderId{2}, Side::sell, {1'000'100}, {20}).ok());
    EXPECT_TRUE(books.add(one, book::OrderId{3}, Side::sell, {1'010'000}, {30}).ok());
    EXPECT_TRUE(books.add(one, book::OrderId{4}, Side::sell, {1'020'000}, {40}).ok());
    sampler->row(now, "ACME", {books, one}, 4, 0);
    sampler->row(now, "A,\"B", {books, book::InstrumentId{2}}, 4, 0);
    ASSERT_TRUE(sampler->finish().has_value());
    EXPECT_EQ(text_of(directory / "top.csv"),
              "time,symbol,bid_price_1,bid_quantity_1,ask_price_1,ask_quantity_1,"
              "bid_price_2,bid_quantity_2,ask_price_2,ask_quantity_2\n"
              "5,ACME,100,10,100.01,20,,,101,30\n"
              "5,\"A,\"\"B\",,,,,,,,\n");
}

}  // namespace
}  // namespace tickweir::gateway::tests
