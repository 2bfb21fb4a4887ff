// Instruments of feeds that tell levels and no orders, and whose numbers become finer on the way.
#include <gmock/gmock.h>

#include <string>

#include "tests/serve/hub/hub_bed.hpp"
#include "tests/serve/hub/truth.hpp"

namespace tickweir::tests {
namespace {

using book::Side;

constexpr const char* l2 = R"({"op":"subscribe","id":2,"channel":"l2","symbols":["ACME"]})";

TEST(HubLevelsOnly, RefusesOrdersOfInstrumentsThatHaveNone) {
    HubBed bed;
    bed.market.list("XBT", "kraken", false);
    bed.turn();
    const auto client = bed.open();
    EXPECT_EQ(
        bed.answer(*client, R"({"op":"subscribe","id":1,"channel":"l3","symbols":["XBT","ACME"]})"),
        R"({"type":"ack","id":1,"op":"subscribe","accepted":[{"channel":"l3","venue":)"
        R"("nasdaq","symbol":"ACME"}],"rejected":[{"symbol":"XBT","code":404,"reason":)"
        R"("its feed has levels, no single orders: use l2"}],"subscriptions":1})");
    bed.answer(*client, R"({"op":"subscribe","id":2,"channel":"l3","symbols":["*"]})");
    bed.market.list("ETH", "kraken", false);
    bed.market.list("HOOLI");
    bed.turn();
    bed.drain(*client);
    EXPECT_NE(client->twin.find("l3", "HOOLI"), nullptr);
    EXPECT_EQ(client->twin.find("l3", "XBT", "kraken"), nullptr);
    EXPECT_EQ(client->twin.find("l3", "ETH", "kraken"), nullptr);
    expect_no_complaints(client->twin);
}

TEST(HubLevelsOnly, GivesASnapshotInTheSameChainWhenNumbersBecomeFiner) {
    HubBed bed;
    const auto client = bed.open();
    client->twin.keep_all = true;
    bed.market.add(HubBed::acme, 1, Side::buy, 18'995, 300);
    bed.answer(*client, l2);
    bed.market.rescale(HubBed::acme, 3, 1);
    bed.market.add(HubBed::acme, 2, Side::sell, 19'000'001, 5);
    bed.turn();
    bed.drain(*client);
    const auto& all = client->twin.all_messages();
    ASSERT_EQ(all.size(), 4u);
    EXPECT_THAT(all[2], testing::HasSubstr(R"("seq":1,)"));
    EXPECT_THAT(all[2], testing::HasSubstr(R"("bids":[["189.95","300",1]],"asks":[])"));
    EXPECT_THAT(all[3], testing::HasSubstr(R"("prev":1,"seq":2,)"));
    EXPECT_THAT(all[3], testing::HasSubstr(R"("asks":[["190.00001","0.5",1]])"));
    expect_no_complaints(client->twin);
}

TEST(HubLevelsOnly, MixesNoScalesForThoseWhoWaitForATick) {
    HubBed bed;
    const auto client = bed.open();
    bed.market.add(HubBed::acme, 1, Side::buy, 18'995, 300);
    bed.answer(*client, R"({"op":"subscribe","id":2,"channel":"l2","symbols":["ACME"],)"
                        R"("conflate_ms":100})");
    bed.market.add(HubBed::acme, 2, Side::buy, 18'990, 7);
    bed.turn();
    bed.market.rescale(HubBed::acme, 2, 0);
    bed.market.add(HubBed::acme, 3, Side::buy, 1'899'075, 9);
    bed.pass(200ms);
    bed.drain(*client);
    const TwinStream* const stream = client->twin.find("l2", "ACME");
    ASSERT_NE(stream, nullptr);
    EXPECT_EQ(stream->bids,
              (std::map<std::string, TwinStream::Row>{
                  {"189.95", {"300", 1}}, {"189.9", {"7", 1}}, {"189.9075", {"9", 1}}}));
    expect_no_complaints(client->twin);
}

TEST(HubLevelsOnly, AsksForALevelBookAgainWhoseScaleIsAnother) {
    HubBed bed;
    const auto client = bed.open();
    bed.market.add(HubBed::acme, 1, Side::buy, 18'995, 300);
    bed.answer(*client, l2);
    bed.market.send_level_of_another_scale(HubBed::acme);
    bed.turn();
    bed.market.add(HubBed::acme, 2, Side::buy, 18'990, 7);
    bed.turn();
    bed.drain(*client);
    const TwinStream* const stream = client->twin.find("l2", "ACME");
    ASSERT_NE(stream, nullptr);
    EXPECT_EQ(stream->bids.size(), 2u);
    expect_no_complaints(client->twin);
}

}  // namespace
}  // namespace tickweir::tests
