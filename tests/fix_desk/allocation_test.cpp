// Once it is warm, the desk allocates nothing for a request or a report.
#include "gateway/fix/orders/desk/order_desk.hpp"
#include "tests/fix_desk/desk_bed.hpp"
#include "tests/support/counted_new.hpp"

namespace tickweir::tests {
namespace {

TEST(OrderDeskAllocationTest, AllocatesNothingForARequestOrItsReports) {
    DeskBed bed;
    bed.output.remembers = false;
    codecs::fix::Message order;
    codecs::fix::Message replace;
    codecs::fix::Message cancel;
    std::size_t allocated = 0;
    for (int i = 0; i < 2'000; ++i) {
        const std::string n = std::to_string(10'000 + i);
        const auto wire = [&](const std::string& type, const std::string& body) {
            return framed("35=" + type + "|49=C|56=TICKWEIR|34=" + std::to_string(i + 2) +
                          "|52=20260102-10:00:00.000|" + body);
        };
        const std::string texts[] = {wire("D", limit_order_text("d" + n)),
                                     wire("G", replace_text("g" + n, "d" + n, "99.00")),
                                     wire("F", cancel_text("f" + n, "g" + n))};
        ASSERT_EQ(order.read(texts[0]).status, codecs::fix::FrameStatus::whole);
        ASSERT_EQ(replace.read(texts[1]).status, codecs::fix::FrameStatus::whole);
        ASSERT_EQ(cancel.read(texts[2]).status, codecs::fix::FrameStatus::whole);
        for (const codecs::fix::Message* message : {&order, &replace, &cancel}) {
            const std::size_t before = allocations();
            bed.desk->on_message(client1, *message, bed.now, bed.output);
            const std::size_t after = allocations();
            bed.shard.run();
            const std::size_t turn = allocations();
            bed.desk->turn(bed.now, bed.output);
            if (i >= 1'000) allocated += after - before + allocations() - turn;
        }
    }
    EXPECT_EQ(allocated, 0U);
    EXPECT_EQ(bed.output.forgotten, 6'000U);
}

}  // namespace
}  // namespace tickweir::tests
