#include "gateway/fix/market_data/body.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/fix_market_data/fix_twin.hpp"

namespace tickweir::gateway::fix::market_data {
namespace {

using tests::with_bars;

TEST(Body, PutsInFrontWhatIsKnownLast) {
    Body body;
    body.text(269, "0");
    body.decimal(270, -1'050, 2);
    body.decimal(271, 100, 2);
    body.number(346, 18'446'744'073'709'551'615U);
    body.fields("58=x\x01");
    body.prepend(268, std::uint64_t{1});
    body.prepend_fields("55=ACME\x01");
    const std::size_t front = body.front();
    body.prepend(262, "one");
    EXPECT_EQ(with_bars(body.view()),
              "262=one|55=ACME|268=1|269=0|270=-10.5|271=1|346=18446744073709551615|58=x|");
    body.back_to_front(front);
    body.prepend(262, "another");
    EXPECT_TRUE(with_bars(body.view()).starts_with("262=another|55=ACME|"));
    body.clear();
    EXPECT_TRUE(body.view().empty());
}

TEST(Body, LeavesOutWhatDoesNotFit) {
    Body body;
    const std::string part(1'000, 'x');
    std::size_t fitted = 0;
    while (true) {
        const std::size_t mark = body.mark();
        body.text(58, part);
        if (!body.overflowed()) {
            ++fitted;
            continue;
        }
        body.number(34, 1);
        EXPECT_TRUE(body.overflowed());
        body.back_to(mark);
        EXPECT_FALSE(body.overflowed());
        break;
    }
    EXPECT_EQ(body.view().size(), fitted * 1'004);
    EXPECT_GT(fitted, 55u);
    EXPECT_LE(body.view().size(), Body::bytes_max);
}

TEST(EntryTime, IsADateAndATimeOfDay) {
    EXPECT_EQ(with_bars(EntryTime{1'700'000'000'123'999'999}.fields()),
              "272=20231114|273=22:13:20.123|");
    EXPECT_EQ(with_bars(EntryTime{1}.fields()), "272=19700101|273=00:00:00.000|");
    EXPECT_EQ(with_bars(EntryTime{9'223'372'036'854'775'807}.fields()),
              "272=22620411|273=23:47:16.854|");
    EXPECT_EQ(EntryTime{0}.fields(), "");
    EXPECT_EQ(EntryTime{-5}.fields(), "");
    EXPECT_EQ(Timestamp{1'709'164'800'001'000'000}.text(), "20240229-00:00:00.001");
}

}  // namespace
}  // namespace tickweir::gateway::fix::market_data
