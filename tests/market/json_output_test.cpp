// Texts on their way from a feed to its market shard: JsonOutput in front of a ring, JsonAssembly
// behind it.
#include "gateway/market/json_output.hpp"

#include <gtest/gtest.h>

#include <random>

#include "gateway/market/json_assembly.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::tests {
namespace {

using gateway::JsonAssembly;
using gateway::JsonOutput;
using gateway::JsonRecordHeader;
using gateway::JsonRecordKind;
using gateway::JsonText;
using gateway::RecordTimes;
using gateway::TextSent;

RecordTimes times() {
    return {.received = book::TimeNs{std::chrono::nanoseconds{5}},
            .time = book::TimeNs{std::chrono::nanoseconds{3}},
            .shift = std::chrono::nanoseconds{2}};
}

/// What came out at the other end.
struct Taken {
    JsonRecordHeader header;
    std::string target;
    std::string text;
};

struct Line {
    explicit Line(std::size_t bytes_max = 1 << 20, book::MemoryBudget* budget = nullptr)
        : assembly{bytes_max, budget} {}

    /// One record, if there is any.
    bool take() {
        const auto record = ring.front();
        if (record.data() == nullptr) return false;
        JsonRecordHeader header;
        std::memcpy(&header, record.data(), sizeof header);
        JsonText text;
        if (assembly.take(header, record, text) == JsonAssembly::Status::whole) {
            taken.push_back({header, std::string{text.target}, std::string{text.text}});
            for (std::size_t i = 0; i < gateway::json_record_padding; ++i)
                EXPECT_EQ(text.text.data()[text.text.size() + i], '\0');
        }
        ring.advance();
        ring.release();
        return true;
    }

    template <class Send>
    void send(Send&& one) {
        TextSent sent;
        while (!one(sent)) {
            output.hand_over();
            ASSERT_TRUE(take());
        }
        output.hand_over();
        while (take()) {
        }
    }
    void frame(std::string_view text) {
        send([&](TextSent& sent) { return output.send_frame(1, text, times(), sent); });
    }
    void answer(std::string_view target, std::string_view body) {
        send([&](TextSent& sent) { return output.send_answer(2, target, body, times(), sent); });
    }

    book::ByteRing ring{1 << 18};
    JsonOutput output{{&ring, nullptr}};
    JsonAssembly assembly;
    std::vector<Taken> taken;
};

std::string text_of(std::size_t bytes) {
    std::string text(bytes, ' ');
    for (std::size_t i = 0; i < bytes; ++i)
        text[i] = static_cast<char>('a' + i % 23);
    return text;
}

TEST(JsonOutput, PassesTextsOfEveryLengthAboutThatOfAPart) {
    constexpr std::size_t part = gateway::json_part_bytes_max;
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, part - 1, part, part + 1,
                                    2 * part - 1, 2 * part, 2 * part + 1, std::size_t{1} << 20}) {
        Line line;
        const std::string text = text_of(bytes);
        line.frame(text);
        ASSERT_EQ(line.taken.size(), 1U);
        EXPECT_EQ(line.taken[0].text, text);
        EXPECT_EQ(line.taken[0].header.kind, JsonRecordKind::frame);
        EXPECT_EQ(line.taken[0].header.connection, 1);
        EXPECT_EQ(line.taken[0].header.received_ns, 5);
        EXPECT_EQ(line.taken[0].header.time_ns, 3);
        EXPECT_EQ(line.taken[0].header.shift_ns, 2);
    }
}

TEST(JsonOutput, PassesTargetsInFrontOfBodies) {
    for (const std::size_t target : {std::size_t{0}, std::size_t{30}, std::size_t{65'535},
                                     std::size_t{65'536}, std::size_t{100'000}})
        for (const std::size_t body : {std::size_t{0}, std::size_t{100}, std::size_t{70'000}}) {
            Line line;
            line.answer(text_of(target), text_of(body));
            ASSERT_EQ(line.taken.size(), 1U);
            EXPECT_EQ(line.taken[0].target, text_of(target));
            EXPECT_EQ(line.taken[0].text, text_of(body));
        }
}

TEST(JsonOutput, GoesOnWhereAFullRingStoppedIt) {
    std::mt19937_64 random{test_seed()};
    Line line;
    std::vector<std::string> sent;
    for (int i = 0; i < 200; ++i) {
        const std::size_t most = i % 10 == 0 ? 900'000 : 2'000;
        sent.push_back(text_of(random() % most));
        line.frame(sent.back());
    }
    ASSERT_EQ(line.taken.size(), sent.size());
    for (std::size_t i = 0; i < sent.size(); ++i)
        EXPECT_EQ(line.taken[i].text, sent[i]);
    EXPECT_EQ(line.assembly.dropped(), 0U);
}

TEST(JsonAssembly, DropsWhatIsTooLongAndTakesWhatFollows) {
    Line line{200'000};
    line.frame(text_of(200'001));
    EXPECT_EQ(line.assembly.dropped(), 1U);
    line.frame(text_of(200'000));
    ASSERT_EQ(line.taken.size(), 1U);
    EXPECT_EQ(line.taken[0].text.size(), 200'000U);
}

TEST(JsonAssembly, DropsWhatItsBudgetRefuses) {
    book::MemoryBudget budget{"books", 150'000};
    Line line{1 << 20, &budget};
    line.frame(text_of(300'000));
    EXPECT_EQ(line.assembly.dropped(), 1U);
    line.frame(text_of(90'000));
    EXPECT_EQ(line.taken.size(), 1U);
    EXPECT_GT(budget.used(), 90'000U);
}

}  // namespace
}  // namespace tickweir::tests
