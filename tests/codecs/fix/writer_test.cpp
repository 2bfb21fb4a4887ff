// Writers and templates: what they write is read back, what they refuse leaves no trace.
#include "codecs/fix/writer.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "codecs/fix/field_kinds.hpp"
#include "codecs/fix/template.hpp"
#include "tests/codecs/fix/wire.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::codecs::fix {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

const UtcTime noon = UtcTime{sys_days{2026y / November / 21}} + 14h + 3min + 7s + 123456789ns;

/// The text that a value gets.
template <class... Value>
std::string text_of(Value... value) {
    std::array<char, 100> buffer{};
    FieldWriter writer{buffer};
    const WriteStatus status = writer.field(1, value...);
    EXPECT_EQ(writer.status(), status);
    if (status != WriteStatus::ok) return std::string{to_string(status)};
    return std::string{writer.text().substr(2, writer.text().size() - 3)};
}

TEST(FieldWriterTest, WritesValuesAsTheyAreRead) {
    EXPECT_EQ(text_of(std::string_view{"ACME"}), "ACME");
    EXPECT_EQ(text_of("ACME"), "ACME");
    EXPECT_EQ(text_of(true), "Y");
    EXPECT_EQ(text_of(false), "N");
    EXPECT_EQ(text_of('8'), "8");
    EXPECT_EQ(text_of(0), "0");
    EXPECT_EQ(text_of(-12), "-12");
    EXPECT_EQ(text_of(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
    EXPECT_EQ(text_of(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
    EXPECT_EQ(text_of(noon, TimePrecision::seconds), "20261121-14:03:07");
    EXPECT_EQ(text_of(noon), "20261121-14:03:07.123");
    EXPECT_EQ(text_of(noon, TimePrecision::microseconds), "20261121-14:03:07.123456");
    EXPECT_EQ(text_of(noon, TimePrecision::nanoseconds), "20261121-14:03:07.123456789");
    EXPECT_EQ(text_of(UtcTime{}), "19700101-00:00:00.000");
    EXPECT_EQ(text_of(sys_days{2024y / February / 9}), "20240209");
}

TEST(FieldWriterTest, WritesDecimalsExactly) {
    EXPECT_EQ(text_of(Decimal{10125, 2}), "101.25");
    EXPECT_EQ(text_of(Decimal{5, 0}), "5");
    EXPECT_EQ(text_of(Decimal{5, 3}), "0.005");
    EXPECT_EQ(text_of(Decimal{-5, 1}), "-0.5");
    EXPECT_EQ(text_of(Decimal{0, 2}), "0.00");
    EXPECT_EQ(text_of(Decimal{std::numeric_limits<std::int64_t>::min(), 18}),
              "-9.223372036854775808");
    EXPECT_EQ(text_of(Decimal{1, 18}), "0.000000000000000001");
    std::mt19937_64 random{tests::test_seed()};
    for (int round = 0; round < 20'000; ++round) {
        const auto coefficient = static_cast<std::int64_t>(random()) >> (random() % 64);
        const auto decimals = static_cast<std::uint32_t>(random() % 19);
        auto expected = Decimal{coefficient, decimals};
        while (expected.decimals != 0 && expected.coefficient % 10 == 0) {
            expected.coefficient /= 10;
            --expected.decimals;
        }
        EXPECT_EQ(*read_decimal(text_of(Decimal{coefficient, decimals})), expected);
        EXPECT_EQ(text_of(coefficient), std::to_string(coefficient));
    }
}

TEST(FieldWriterTest, RefusesWhatFixHasNoTextFor) {
    EXPECT_EQ(text_of(""), to_string(WriteStatus::empty_value));
    EXPECT_EQ(text_of(wire("a|b")), to_string(WriteStatus::soh_in_value));
    for (std::size_t length = 1; length < 40; ++length)
        for (std::size_t place = 0; place < length; ++place) {
            std::string value(length, 'x');
            value[place] = soh;
            EXPECT_EQ(text_of(value), to_string(WriteStatus::soh_in_value));
        }
    EXPECT_EQ(text_of(soh), to_string(WriteStatus::soh_in_value));
    EXPECT_EQ(text_of(Decimal{1, 19}), to_string(WriteStatus::unfit_value));
    EXPECT_EQ(text_of(UtcTime{-1ns}), to_string(WriteStatus::unfit_value));
    EXPECT_EQ(text_of(UtcTime::max()), to_string(WriteStatus::unfit_value));
    EXPECT_EQ(text_of(sys_days{2262y / January / 1}), to_string(WriteStatus::unfit_value));
}

TEST(FieldWriterTest, LeavesNoTraceOfWhatItRefuses) {
    std::array<char, 24> buffer{};
    FieldWriter writer{buffer};
    ASSERT_EQ(writer.field(55, "ACME"), WriteStatus::ok);
    const std::string before{writer.text()};
    EXPECT_EQ(writer.field(0, 1), WriteStatus::bad_tag);
    EXPECT_EQ(writer.field(0x80000000U, 1), WriteStatus::bad_tag);
    EXPECT_EQ(writer.field(58, "longer than what is left"), WriteStatus::no_room);
    EXPECT_EQ(writer.data(58, "x"), WriteStatus::not_a_pair);
    EXPECT_EQ(writer.data(95, ""), WriteStatus::empty_value);
    EXPECT_EQ(writer.data(95, "0123456789"), WriteStatus::no_room);
    EXPECT_EQ(writer.text(), before);
    EXPECT_EQ(writer.status(), WriteStatus::bad_tag);
    EXPECT_EQ(writer.field(54, '1'), WriteStatus::ok);
    EXPECT_EQ(writer.text(), wire("55=ACME|54=1|"));
}

TEST(FieldWriterTest, FillsABufferToItsLastByte) {
    std::array<char, 8> buffer{};
    FieldWriter writer{buffer};
    EXPECT_EQ(writer.field(55, "ACMEX"), WriteStatus::no_room);
    EXPECT_EQ(writer.field(55, "ACME"), WriteStatus::ok);
    EXPECT_EQ(writer.text().size(), buffer.size());
}

TEST(FieldWriterTest, GoesBackToWholeEntries) {
    std::array<char, 40> buffer{};
    FieldWriter writer{buffer};
    const auto count = writer.reserve_count(268, 3);
    std::uint32_t entries = 0;
    for (;;) {
        const auto mark = writer.mark();
        writer.field(279, '0');
        writer.field(270, Decimal{15, 1});
        if (writer.status() != WriteStatus::ok) {
            writer.back_to(mark);
            break;
        }
        ++entries;
    }
    EXPECT_EQ(writer.count(count, entries), WriteStatus::ok);
    EXPECT_EQ(writer.status(), WriteStatus::ok);
    EXPECT_EQ(writer.text(), wire("268=002|279=0|270=1.5|279=0|270=1.5|"));
    EXPECT_EQ(writer.count(count, 1000), WriteStatus::unfit_value);
    EXPECT_EQ(writer.count({}, 1), WriteStatus::no_slot);
}

TEST(WriterTest, WritesWholeMessages) {
    std::array<char, 300> buffer{};
    Writer writer{buffer};
    ASSERT_EQ(writer.begin(fix_4_4, msg_type::new_order_single, "CLIENT1", "TICKWEIR"),
              WriteStatus::ok);
    writer.field(tag::msg_seq_num, 12);
    writer.field(tag::sending_time, noon);
    writer.field(tag::cl_ord_id, "ORD-1");
    writer.field(tag::symbol, "ACME");
    writer.field(tag::side, '1');
    writer.field(tag::order_qty, 500);
    writer.field(tag::ord_type, '2');
    writer.field(tag::price, Decimal{10125, 2});
    writer.field(tag::time_in_force, '0');
    writer.field(tag::transact_time, noon);
    const Written written = writer.finish();
    EXPECT_TRUE(written);
    EXPECT_EQ(written.text, order);
}

TEST(WriterTest, FramesEveryVersionAndLengthOfBody) {
    std::vector<char> buffer(message_bytes_most);
    Writer writer{buffer};
    Message message;
    for (const std::string_view version : {fix_4_2, fix_4_4, fixt_1_1}) {
        for (const std::size_t length : {1U, 80U, 90U, 91U, 92U, 990U, 1000U, 9'990U, 65'000U}) {
            ASSERT_EQ(writer.begin(version, "B"), WriteStatus::ok);
            const std::string value(length, 'x');
            ASSERT_EQ(writer.field(tag::text, value), WriteStatus::ok);
            const Written written = writer.finish();
            ASSERT_TRUE(written);
            EXPECT_EQ(written.text, framed("35=B|58=" + value + "|", version));
            EXPECT_EQ(message.read(written.text).bytes, written.text.size());
        }
    }
}

TEST(WriterTest, RefusesAMessageOfWhichAFieldWasRefused) {
    std::array<char, 100> buffer{};
    Writer writer{buffer};
    EXPECT_EQ(writer.finish().status, WriteStatus::bad_header);
    ASSERT_EQ(writer.begin(fix_4_4, "0"), WriteStatus::ok);
    writer.field(tag::text, wire("a|b"));
    EXPECT_EQ(writer.finish().status, WriteStatus::soh_in_value);
    EXPECT_EQ(writer.begin("FIX4.4", "0"), WriteStatus::bad_header);
    EXPECT_EQ(writer.begin("FIX.4.4.4", "0"), WriteStatus::bad_header);
    EXPECT_EQ(writer.begin(fix_4_4, ""), WriteStatus::bad_header);
    EXPECT_EQ(writer.finish().status, WriteStatus::bad_header);
    EXPECT_EQ(writer.begin(fix_4_4, "0", std::string(100, 'x')), WriteStatus::no_room);
    EXPECT_EQ(writer.begin(fix_4_4, "0"), WriteStatus::ok);
    EXPECT_TRUE(writer.finish());
    std::array<char, 20> small{};
    EXPECT_EQ(Writer{small}.begin(fix_4_4, "0"), WriteStatus::no_room);
}

TEST(WriterTest, NeverWritesBeyondItsBuffer) {
    std::array<char, 200> buffer{};
    for (std::size_t length = 0; length < 100; ++length) {
        buffer.fill('#');
        Writer writer{std::span{buffer}.first(length)};
        writer.begin(fix_4_4, "D", "A", "B");
        writer.field(11, "ORD");
        writer.data(95, wire("a|b"));
        const Written written = writer.finish();
        for (std::size_t i = length; i < buffer.size(); ++i)
            ASSERT_EQ(buffer[i], '#') << length;
        Message message;
        if (written) {
            EXPECT_EQ(message.read(written.text).status, FrameStatus::whole);
        }
    }
}

TEST(WriterTest, IsReadBackWhateverIsWritten) {
    std::mt19937_64 random{tests::test_seed()};
    std::vector<char> buffer(4096);
    Writer writer{buffer};
    Message message;
    for (int round = 0; round < 3'000; ++round) {
        Fields expected;
        ASSERT_EQ(writer.begin(fix_4_4, "D"), WriteStatus::ok);
        for (auto fields = random() % 20; fields > 0; --fields) {
            const auto tag = static_cast<Tag>(random() >> (33 + random() % 31)) | 1024;
            std::string value(1 + random() % 40, ' ');
            for (char& c : value)
                c = static_cast<char>(random());
            const WriteStatus status = writer.field(tag, value);
            if (value.find(soh) != value.npos) {
                EXPECT_EQ(status, WriteStatus::soh_in_value);
                writer.back_to({writer.text().size(), WriteStatus::ok});
            } else if (field_kind(tag) != FieldKind::plain) {
                writer.back_to(
                    {writer.text().size() - value.size() - 2 - std::to_string(tag).size(),
                     WriteStatus::ok});
            } else {
                expected.emplace_back(tag, value);
            }
        }
        const Written written = writer.finish();
        ASSERT_TRUE(written);
        ASSERT_EQ(message.read(written.text).status, FrameStatus::whole);
        ASSERT_EQ(message.fault(), MessageFault::none);
        Fields read = fields_of(message);
        EXPECT_EQ(Fields(read.begin() + 3, read.end() - 1), expected);
    }
}

const std::array<Tag, 4> slots{tag::msg_seq_num, tag::sending_time, tag::cl_ord_id, tag::price};

TEST(TemplateTest, IsThePrebuiltMessageUntilItIsPatched) {
    auto made = Template::make(order, slots);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->slot_count(), 4u);
    EXPECT_EQ(made->text(), order);
}

TEST(TemplateTest, TakesValuesOfAnyWidth) {
    auto made = Template::make(order, slots);
    ASSERT_TRUE(made);
    std::mt19937_64 random{tests::test_seed()};
    Message message;
    for (int round = 0; round < 3'000; ++round) {
        const auto sequence = random() >> (random() % 64);
        const std::string id(1 + random() % 50, static_cast<char>('A' + random() % 26));
        const Decimal price{static_cast<std::int64_t>(random() >> (1 + random() % 60)),
                            static_cast<std::uint32_t>(random() % 10)};
        const UtcTime time = noon + seconds{random() % 100'000};
        ASSERT_EQ(made->set(0, sequence), WriteStatus::ok);
        ASSERT_EQ(made->set(1, time), WriteStatus::ok);
        ASSERT_EQ(made->set(2, id), WriteStatus::ok);
        ASSERT_EQ(made->set(3, price), WriteStatus::ok);
        const std::string_view text = made->text();
        ASSERT_EQ(message.read(text),
                  (Frame{FrameStatus::whole, FrameFault::none, text.size(), 0}));
        ASSERT_EQ(message.fault(), MessageFault::none);
        EXPECT_EQ(*message.get_uint(tag::msg_seq_num), sequence);
        EXPECT_EQ(*message.get_time(tag::sending_time), floor<milliseconds>(time));
        EXPECT_EQ(message.find(tag::cl_ord_id), id);
        EXPECT_EQ(message.find(tag::symbol), "ACME");
        EXPECT_EQ(message.fields().size(), 16u);
    }
}

TEST(TemplateTest, LeavesNoTraceOfWhatItRefuses) {
    auto made = Template::make(order, slots, order.size() + 20);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->set(2, ""), WriteStatus::empty_value);
    EXPECT_EQ(made->set(2, wire("a|b")), WriteStatus::soh_in_value);
    EXPECT_EQ(made->set(2, soh), WriteStatus::soh_in_value);
    EXPECT_EQ(made->set(2, std::string(100, 'x')), WriteStatus::no_room);
    EXPECT_EQ(made->set(3, Decimal{1, 19}), WriteStatus::unfit_value);
    EXPECT_EQ(made->set(1, UtcTime{-1s}), WriteStatus::unfit_value);
    EXPECT_EQ(made->set(4, 1), WriteStatus::no_slot);
    EXPECT_EQ(made->text(), order);
}

TEST(TemplateTest, IsMadeOnlyOfRightMessages) {
    const auto makes = [](std::string_view message, std::vector<Tag> tags) {
        return Template::make(message, tags).has_value();
    };
    EXPECT_TRUE(makes(order, {}));
    EXPECT_FALSE(makes("", {}));
    EXPECT_FALSE(makes(order + "x", {}));
    EXPECT_FALSE(makes(framed("35=D|x=1|"), {}));
    EXPECT_FALSE(makes(framed("35=D|58=|"), {}));
    EXPECT_FALSE(makes(order, {tag::account}));
    EXPECT_FALSE(makes(order, {tag::price, tag::price}));
    EXPECT_FALSE(makes(order, {tag::check_sum}));
    EXPECT_FALSE(makes(with_data, {tag::raw_data}));
    EXPECT_FALSE(makes(refresh, {tag::no_md_entries}));
}

}  // namespace
}  // namespace tickweir::codecs::fix
