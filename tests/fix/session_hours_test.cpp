// QuickFIX's own schedule must never end a session: no instant is outside of its hours, and a store
// made an hour ahead is of the same session as any of them.
#include <gtest/gtest.h>

#include "gateway/fix/quickfix/adapters.hpp"

namespace tickweir::tests {
namespace {

TEST(SessionHoursTest, HaveNoEndAtAnyTimeOfDay) {
    namespace quickfix = gateway::fix::quickfix;
    FIX::TimeRange hours{FIX::UtcTimeOnlyConvertor::convert(quickfix::session_start),
                         FIX::UtcTimeOnlyConvertor::convert(quickfix::session_end)};
    constexpr time_t first = 1'767'225'600;  // a midnight
    constexpr int day_s = 86'400;
    for (const int second : {0, 1, 1'800, 39'600, 43'198, 43'199, 43'200, 43'201, 82'800, 86'399}) {
        for (const int nanosecond : {0, 1, 500'000'000, 999'999'999}) {
            for (int day = 0; day < 8; ++day) {
                const FIX::UtcTimeStamp now{first + day * day_s + second, nanosecond, 9};
                FIX::UtcTimeStamp created{now};
                created += 3'600;
                EXPECT_TRUE(hours.isInRange(now)) << second << '.' << nanosecond;
                EXPECT_TRUE(hours.isInSameRange(now, created)) << second << '.' << nanosecond;
                FIX::UtcTimeStamp stepped{now};
                stepped += -60;  // the clock was set back meanwhile
                EXPECT_TRUE(hours.isInSameRange(stepped, created)) << second;
            }
        }
    }
}

}  // namespace
}  // namespace tickweir::tests
