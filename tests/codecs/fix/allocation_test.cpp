// That reading and writing FIX allocates nothing a message. An executable of its own, for it counts
// every use of operator new in the process.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <new>
#include <string>

#include "codecs/fix/group.hpp"
#include "codecs/fix/log_text.hpp"
#include "codecs/fix/template.hpp"
#include "codecs/fix/writer.hpp"
#include "tests/codecs/fix/wire.hpp"
#include "tests/support/counted_new.hpp"

namespace tickweir::codecs::fix {
namespace {

TEST(FixAllocations, AreCountedHere) {
    const std::uint64_t before = tests::allocations();
    ::operator delete(::operator new(8));
    EXPECT_EQ(tests::allocations(), before + 1);
}

TEST(FixAllocations, AreNoneAMessage) {
    Message message;
    LogReader log;
    std::array<char, 512> buffer{};
    Writer writer{buffer};
    const std::array<Tag, 2> slots{tag::msg_seq_num, tag::cl_ord_id};
    auto made = Template::make(order, slots);
    ASSERT_TRUE(made);
    const std::string broken = order.substr(0, 40) + heartbeat;
    ASSERT_EQ(log.next(with_data).status, LogStatus::message);
    ASSERT_EQ(log.next(order).status, LogStatus::message);

    const std::uint64_t before = tests::allocations();
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < 1'000; ++i) {
        sum += message.read(refresh).bytes;
        Group group{message.view(), {.count = 268}};
        while (const auto entry = group.next())
            sum += static_cast<std::uint64_t>(entry->get_decimal(270).value.coefficient);
        sum += message.read(with_data).bytes + message.read(broken).bytes;
        sum += log.next(order).bytes;
        writer.begin(fix_4_4, "0", "A", "B");
        writer.field(tag::msg_seq_num, i);
        writer.data(tag::raw_data_length, "a");
        sum += writer.finish().text.size();
        made->set(0, i);
        made->set(1, "ORDER");
        sum += made->text().size();
    }
    EXPECT_EQ(tests::allocations(), before);
    EXPECT_NE(sum, 0u);
}

}  // namespace
}  // namespace tickweir::codecs::fix
