// That a message read and a report written allocate nothing. An executable of its own, for it
// counts every use of operator new in the process.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/fix_orders/orders_bed.hpp"
#include "tests/support/counted_new.hpp"

namespace tickweir::tests {
namespace {

std::vector<std::string> messages() {
    const std::string long_symbol(300, 's');
    std::vector<std::string> texts;
    for (const std::string& body :
         {"35=D|34=5|" + good_new, "35=D|34=5|" + good_new + "59=6|432=20270101|111=1|18=6|",
          "35=D|34=5|" + with(good_new, "ACME", long_symbol),
          "35=D|34=5|" + with(good_new, "44=1.50", "44=1.505"), "35=G|34=5|" + good_replace,
          "35=F|34=5|" + good_cancel, std::string{"35=q|34=5|11=M|530=7|"},
          std::string{"35=H|34=5|11=N1|55=NOPE|54=1|"}, std::string{"35=AF|34=5|584=Q|585=7|"}})
        texts.push_back(framed(body));
    return texts;
}

std::uint64_t say(OrdersBed& bed, const std::vector<std::string>& texts) {
    txn::Event event;
    event.session = txn::SessionId{2};
    event.order.order = txn::OrderId{1};
    event.order.client_id = txn::ClientOrderId{"N1"};
    event.order.quantity = txn::Quantity{10};
    event.order.filled = txn::Quantity{3};
    event.order.notional = 1'000;
    event.fill.trade = txn::TradeId{1};
    event.fill.fee = 1;
    orders::ReportContext context;
    context.requested = context.named = &event.order;
    std::uint64_t bytes = 0;
    for (const std::string& text : texts) {
        if (bed.message.read(text).status != codecs::fix::FrameStatus::whole) return 0;
        const orders::OrderFault* const fault = bed.reader.read(bed.message, client1);
        if (fault != nullptr)
            bytes += bed.writer.refusal(bed.reader.head(), *fault, "CLIENT1", context).body.size();
        bytes += bed.writer.no_order(bed.reader.head(), {}).body.size();
    }
    for (int kind = 0; kind <= static_cast<int>(txn::EventKind::day_ended); ++kind) {
        event.kind = static_cast<txn::EventKind>(kind);
        bytes += bed.writer.event(event, context).body.size();
    }
    bytes += bed.writer.status(event.order, {}, {}).body.size();
    bytes += bed.writer.withdrawn(event, context).body.size();
    return bytes + bed.writer.shed(event, shield::ShedCause::mode, context).body.size();
}

TEST(OrderEntryAllocations, AreNone) {
    OrdersBed bed;
    const std::vector<std::string> texts = messages();
    const std::uint64_t first = say(bed, texts);
    const std::uint64_t before = allocations();
    const std::uint64_t again = say(bed, texts);
    EXPECT_EQ(allocations(), before);
    EXPECT_EQ(again, first);
    EXPECT_GT(first, 2'000u);
}

}  // namespace
}  // namespace tickweir::tests
