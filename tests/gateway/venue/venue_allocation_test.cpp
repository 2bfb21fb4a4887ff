// That a venue's turns allocate nothing once they were as busy before, whatever becomes of
// requests.
#include <gtest/gtest.h>

#include "tests/gateway/venue/session_world.hpp"
#include "tests/support/counted_new.hpp"

namespace tickweir::gateway {
namespace {

using tests::cancel;
using tests::SessionWorld;

/// Orders that trade, rest, are cancelled in the book and in their queue, refused and shed.
std::uint64_t play(SessionWorld& world, const std::string& round) {
    tests::VenueLife& life = *world.life;
    std::uint64_t allocated = 0;
    for (int i = 0; i < 40; ++i) {
        const std::string id = round + std::to_string(i);
        world.push_buy("b" + id, i % 3);
        world.push_sell("s" + id);
        if (i % 4 == 0) world.push(cancel("c" + id, "b" + id));
        if (i % 4 == 1) world.push(cancel("c" + id, "nothing"));
        if (i % 10 == 9) life.now += std::chrono::seconds{1};
        const std::uint64_t before = tests::allocations();
        (void)life.role.turn(life.now);
        allocated += tests::allocations() - before;
        while (life.opened.engine->turn_log(life.now)) {
        }
    }
    return allocated;
}

TEST(VenueServiceAllocationTest, AllocatesNothingOnceItWasAsBusyBefore) {
    SessionWorld world;
    world.open().settle();
    (void)play(world, "x");
    (void)world.told();
    EXPECT_EQ(play(world, "y"), 0u);
    EXPECT_GT(world.told().size(), 80u);
}

}  // namespace
}  // namespace tickweir::gateway
