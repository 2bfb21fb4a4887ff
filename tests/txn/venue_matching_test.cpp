#include <gtest/gtest.h>

#include "tests/support/venue_script.hpp"

namespace tickweir::tests {
namespace {

TEST(VenueMatching, TakesTheBestPriceFirstThenTheOldestOrder) {
    check(R"(
        A1 sell 10 @ 10.00 as s1
        A2 sell 5 @ 10.01 as s2
        A3 sell 3 @ 10.00 as s3
        A4 buy 15 @ 10.01 as b1
            -> b1 accepted
            -> s1 makes 10 @ 10.00, 0 left; b1 takes 10 @ 10.00, 5 left
            -> s3 makes 3 @ 10.00, 0 left; b1 takes 3 @ 10.00, 2 left
            -> s2 makes 2 @ 10.01, 3 left; b1 takes 2 @ 10.01, 0 left
        asks -> 10.01 x 3 (1)
        bids -> none
    )");
}

}  // namespace
}  // namespace tickweir::tests
