#include "gateway/feeds/backoff.hpp"

#include <gtest/gtest.h>

namespace tickweir::tests {
namespace {

using gateway::Backoff;
using namespace std::chrono_literals;

TEST(Backoff, DoublesUpToItsBoundAndStaysBelowEachStep) {
    Backoff backoff{100ms, 1s, 3};
    for (const auto step : {100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms}) {
        const auto wait = backoff.next();
        EXPECT_GE(wait, step / 2);
        EXPECT_LE(wait, step);
    }
    EXPECT_GE(backoff.longest(), 500ms);
    backoff.reset();
    EXPECT_LE(backoff.next(), 100ms);
}

TEST(Backoff, DiffersFromAClientToTheNext) {
    Backoff one{1s, 10s, 1};
    Backoff other{1s, 10s, 2};
    Backoff again{1s, 10s, 1};
    const auto wait = one.next();
    EXPECT_NE(wait, other.next());
    EXPECT_EQ(wait, again.next());
}

TEST(Backoff, TakesTheShortestSteps) {
    Backoff backoff{1ns, 1ns, 1};
    for (unsigned i = 0; i < 10; ++i)
        EXPECT_LE(backoff.next(), 1ns);
}

}  // namespace
}  // namespace tickweir::tests
