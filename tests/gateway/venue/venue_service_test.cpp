// A venue between rings, turned by hand: requests in, reports out, in every state of readers, log
// and load.
#include "gateway/venue/venue_service.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/gateway/venue/session_world.hpp"

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;
using tests::cancel;
using tests::mass_cancel;
using tests::SessionWorld;
using tests::VenueLife;
using Lines = std::vector<std::string>;

TEST(VenueServiceTest, TellsThatItIsReadyOnceAccountsHaveWhatTheyBeginWith) {
    SessionWorld world;
    VenueLife& life = world.open();
    EXPECT_FALSE(world.board.ready);
    life.settle();
    EXPECT_TRUE(world.board.ready);
    EXPECT_EQ(world.told(), Lines{"ready"});
    EXPECT_EQ(world.board.durable, number(life.last()));
}

TEST(VenueServiceTest, TellsEachEventWithItsPlaceInTheLogOnceItIsDurable) {
    SessionWorld world;
    VenueLife& life = world.open();
    life.settle();
    (void)world.told();
    world.push_buy("a", 2);
    world.push_sell("b", 1);
    EXPECT_TRUE(life.role.turn(life.now));
    EXPECT_EQ(world.told(), Lines{});  // nothing is durable
    life.settle();
    EXPECT_EQ(world.told(),
              (Lines{"4-1 accepted 1 a", "5-1 accepted 1 b", "5-2 filled 1 a", "5-3 filled 1 b"}));
}

TEST(VenueServiceTest, TellsRefusalsWithoutAPlace) {
    SessionWorld world;
    VenueLife& life = world.open();
    life.settle();
    (void)world.told();
    world.push_buy("a", 0);
    world.push(cancel("c", "x"));
    life.settle();
    EXPECT_EQ(world.told(), (Lines{"0-0 refused 1 c", "0-0 rejected 1 a"}));
}

TEST(VenueServiceTest, AnswersCancelsOfWhatWaitsAndOfWhatIsInTheBook) {
    SessionWorld world;
    VenueLife& life = world.open();
    life.settle();
    (void)world.told();
    world.push_buy("a");
    life.settle();
    world.push_buy("b");
    world.push(cancel("c", "b"));
    world.push(cancel("d", "a"));
    life.settle();
    EXPECT_EQ(world.told(), (Lines{"4-1 accepted 1 a", "withdrawn 1 b by c", "5-1 cancelled 1 a"}));
    EXPECT_EQ(life.venue().open_orders(), 0u);
}

TEST(VenueServiceTest, ExecutesAMassCancelBehindEverythingThatWasSentBefore) {
    SessionWorld world;
    VenueLife& life = world.open();
    life.settle();
    (void)world.told();
    world.push_buy("a");
    life.settle();
    world.push_buy("b");
    world.push(mass_cancel("q"));
    world.push_buy("e");
    life.settle();
    EXPECT_EQ(world.told(), (Lines{"4-1 accepted 1 a", "withdrawn 1 b by q", "5-1 cancelled 1 a",
                                   "5-2 mass_cancelled 1 q", "6-1 accepted 1 e"}));
}

TEST(VenueServiceTest, TellsOpenOrdersAfterARestart) {
    SessionWorld world;
    world.open().settle();
    for (int i = 0; i < 300; ++i) {
        world.push_buy("o" + std::to_string(i));
        if (i % 50 == 49) world.life->settle();
    }
    world.life->settle();
    world.close();
    (void)world.told();
    VenueLife& life = world.open();
    EXPECT_EQ(life.venue().open_orders(), 300u);
    life.settle();
    const Lines told = world.told();
    ASSERT_EQ(told.size(), 301u);
    EXPECT_EQ(told.front(), "order 1 o0");
    EXPECT_EQ(told[299], "order 1 o299");
    EXPECT_EQ(told.back(), "ready");
}

TEST(VenueServiceTest, TellsWhatSessionsMayHaveMissedBeforeItIsReady) {
    SessionWorld world;
    world.open().settle();
    world.push_buy("a", 2);
    world.push_buy("b", 0);  // refused: not in the log
    world.push_sell("c");
    world.life->settle();
    ReportsAgainOptions options;
    options.data = "data";
    options.id = world.life->opened.engine->identity().id;
    options.last = world.life->last();
    world.close();
    (void)world.told();
    options.told = {fix::all_told, {.lsn = 4, .place = 1}};
    world.open(std::make_unique<ReportsAgain>(world.files, options)).settle();
    EXPECT_EQ(world.told(), (Lines{"order 1 a", "again 5-1 accepted 1 c", "again 5-2 filled 1 a",
                                   "again 5-3 filled 1 c", "ready"}));
}

TEST(VenueServiceTest, WaitsForReadersOfOpenOrders) {
    SessionWorld world{64, 1'024};
    world.open().settle();
    for (int i = 0; i < 400; ++i) {
        world.push_buy("o" + std::to_string(i));
        if (i % 50 == 49) world.life->settle();
    }
    world.life->settle();
    world.close();
    (void)world.told();
    // What is in the ring already leaves room for less than a part.
    for (int i = 0; i < 800; ++i)
        ASSERT_TRUE(world.rings.report_ring().try_push(VenueReport{}));
    VenueLife& life = world.open();
    life.settle();
    EXPECT_FALSE(world.board.ready);
    EXPECT_NE(life.role.stage(), VenueRole::Stage::running);
    EXPECT_EQ(world.told().size(), 800u);
    life.settle();
    EXPECT_TRUE(world.board.ready);
    EXPECT_EQ(world.told().size(), 401u);
}

TEST(VenueServiceTest, KeepsOutcomesWhileReportsHaveNoRoom) {
    SessionWorld world{64, 1'024};
    VenueLife& life = world.open();
    life.settle();
    (void)world.told();
    while (world.rings.report_ring().try_push(VenueReport{})) {
    }
    world.push_buy("a");
    life.settle();
    EXPECT_EQ(life.venue().open_orders(), 1u);
    EXPECT_EQ(life.opened.engine->outbox(0).waiting(), 1u);
    EXPECT_EQ(life.role.next_due(), life.now + 1ms);
    EXPECT_EQ(world.told().size(), 1'024u);
    life.settle();
    EXPECT_EQ(world.told(), Lines{"4-1 accepted 1 a"});
}

TEST(VenueServiceTest, KillsWhatIsStillInARingWhileReportsHaveNoRoom) {
    SessionWorld world{64, 1'024};
    for (auto& one : world.parts.intake.queues.classes)
        one.capacity = 4;
    world.parts.intake.answers = 8;
    VenueLife& life = world.open();
    life.settle();
    (void)world.told();
    while (world.rings.report_ring().try_push(VenueReport{})) {
    }
    // Refusals until the outbox is full, then orders until queues, answers and the ring are.
    const auto fill = [&](const std::string& name, std::int64_t quantity, std::size_t most) {
        std::size_t pushed = 0;
        for (int attempts = 0; attempts < 3 && pushed < most; ++attempts) {
            while (pushed < most &&
                   world.rings.push(tests::request_of(
                       tests::order_body(name + std::to_string(pushed), 100, quantity),
                       txn::CommandClass::order, 1, life.now))) {
                ++pushed;
                attempts = 0;
                life.role.turn(life.now);
                life.opened.engine->turn_log(life.now);
            }
            life.role.turn(life.now);
        }
        return pushed;
    };
    world.push_buy("open");
    life.settle();
    const std::size_t outcomes = life.opened.engine->outbox(0).limits().outcomes;
    ASSERT_EQ(fill("bad", 0, outcomes - 1), outcomes - 1);
    const std::size_t orders = fill("o", 1, 1'000);
    ASSERT_LT(orders, 1'000u);
    EXPECT_EQ(life.venue().open_orders(), 1u);
    EXPECT_EQ(world.rings.input().ordinary->size_approx(), 64u);

    const auto ticket = world.control.request(
        control::Kill{.session = {}, .account = {}, .instrument = {}, .all = true});
    life.settle();
    EXPECT_FALSE(world.control.take_answer(*ticket));
    Lines told;
    std::optional<control::Answer> answer;
    for (int i = 0; i < 20; ++i) {
        for (std::string& line : world.told())
            told.push_back(std::move(line));
        life.settle();
        if (answer) continue;
        answer = world.control.take_answer(*ticket);
        if (answer) world.push_buy("after");
    }
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->cancelled, 1u);
    EXPECT_EQ(life.venue().open_orders(), 1u);
    const auto count = [&told](std::string_view word) {
        return std::ranges::count_if(
            told, [word](const std::string& line) { return line.find(word) != line.npos; });
    };
    // What had a place in no queue was answered when it came.
    EXPECT_EQ(static_cast<std::size_t>(count("withdrawn 1 o") + count("shed queue_full 1 o")),
              orders);
    EXPECT_GE(count("withdrawn 1 o"), 64);
    EXPECT_EQ(count("accepted 1 o"), 1);
    EXPECT_EQ(count("accepted 1 after"), 1);
}

TEST(VenueServiceTest, KeepsOutcomesWhileTheMarketHasNoRoom) {
    SessionWorld world{1'024, 1'024};
    book::ByteRing records{VenueMarketOutput::ring_bytes_min};
    VenueMarketOutput market{{&records, nullptr}};
    world.parts.market = &market;
    VenueLife& life = world.open();
    life.settle();
    EXPECT_EQ(world.told(), Lines{"ready"});
    for (int i = 0; i < 950; ++i)
        world.push_buy(std::to_string(i));
    life.settle();
    EXPECT_EQ(life.venue().open_orders(), 950u);
    const std::size_t waiting = life.opened.engine->outbox(0).waiting();
    EXPECT_GT(waiting, 0u);
    EXPECT_EQ(world.told().size(), 950u - waiting);
    while (records.front().data() != nullptr)
        records.advance();
    records.release();
    life.settle();
    EXPECT_EQ(world.told().size(), waiting);
    EXPECT_EQ(life.opened.engine->outbox(0).waiting(), 0u);
}

TEST(VenueServiceTest, AnswersWhatWaitedTooLong) {
    SessionWorld world;
    VenueLife& life = world.open();
    life.settle();
    (void)world.told();
    world.push_buy("a");
    life.now += 1s;
    world.push_buy("b");
    life.settle();
    EXPECT_EQ(world.told(), (Lines{"shed queue_delay 1 a", "4-1 accepted 1 b"}));
    const VenueGauges& gauges = life.role.gauges();
    life.now += 10ms;
    life.settle();
    EXPECT_EQ(gauges.classes[3].shed[static_cast<std::size_t>(ShedCause::queue_delay)], 1u);
    EXPECT_EQ(gauges.classes[3].served, 1u);
}

TEST(VenueServiceTest, RefusesOrdersAndTakesCancelsInModeFour) {
    SessionWorld world;
    VenueLife& life = world.open();
    life.settle();
    (void)world.told();
    world.push_buy("a");
    life.settle();
    const auto ticket =
        world.control.request(control::SetMode{LoadMode::cancel_only, std::nullopt});
    ASSERT_TRUE(ticket);
    life.settle();
    EXPECT_EQ(world.control.take_answer(*ticket)->text, "L4");
    EXPECT_EQ(world.board.load_mode(), LoadMode::cancel_only);
    world.push_buy("b");
    world.push(cancel("c", "a"));
    life.settle();
    EXPECT_EQ(world.told(), (Lines{"4-1 accepted 1 a", "shed mode 1 b", "5-1 cancelled 1 a"}));
}

TEST(VenueServiceTest, AnswersEverythingOnceTheLogHasFailed) {
    SessionWorld world;
    VenueLife& life = world.open();
    life.settle();
    (void)world.told();
    const auto ticket =
        world.control.request(control::Deposit{"A", "USD", book::exact::Decimal{5, 0}});
    world.files.fail_next(txn::io::IoOperation::write, EIO);
    world.push_buy("a");
    life.settle();
    EXPECT_TRUE(life.role.faulted());
    EXPECT_EQ(world.board.load_mode(), LoadMode::stopped);
    EXPECT_FALSE(world.board.ready);
    EXPECT_EQ(world.told(), Lines{});  // what it executed is not safe, so nobody hears of it
    EXPECT_EQ(world.control.take_answer(*ticket)->status, control::Status::stopped);
    world.push_buy("b");
    world.push(cancel("c", "a"));
    life.settle();
    EXPECT_EQ(world.told(), (Lines{"shed stopped 1 b", "shed stopped 1 c"}));
    EXPECT_EQ(life.role.next_due(), std::nullopt);
}

TEST(VenueServiceTest, ShedsOrdersAndTakesCancelsFromTheReserveOfTheLogsRing) {
    using txn::log::RecordClass;
    SessionWorld world;
    VenueLife& life = world.open();
    life.settle();
    world.push_buy("a");
    world.push_buy("b");
    life.settle();
    (void)world.told();
    std::vector<txn::log::LogRing::Credit> taken;
    const auto fill = [&](RecordClass record_class) {
        while (auto credit = life.opened.engine->log().ring().take_credit(record_class))
            taken.push_back(*std::move(credit));
    };
    fill(RecordClass::ordinary);
    world.push_buy("d");
    world.push(cancel("c", "a"));
    life.settle();
    EXPECT_EQ(world.told(), (Lines{"shed log_behind 1 d", "6-1 cancelled 1 a"}));

    // Without any room a cancel waits for it; what is not one is still answered.
    fill(RecordClass::risk_reducing);
    world.push(cancel("e", "b"));
    world.push_buy("f");
    life.settle();
    EXPECT_EQ(world.told(), Lines{});
    EXPECT_EQ(life.role.next_due(), life.now + 1ms);
    life.now += 200ms;
    life.settle();
    EXPECT_EQ(world.told(), Lines{"shed queue_delay 1 f"});
    taken.clear();
    life.settle();
    EXPECT_EQ(world.told(), Lines{"7-1 cancelled 1 b"});
}

TEST(VenueServiceTest, AnswersWhatComesInWhenTheGatewayStops) {
    SessionWorld world;
    VenueLife& life = world.open();
    life.settle();
    (void)world.told();
    world.push_buy("a");
    const auto ticket = world.control.request(control::ViewAccount{"A"});
    life.role.stop(life.now);
    EXPECT_TRUE(life.role.stopped());
    EXPECT_EQ(world.told(), Lines{"shed stopped 1 a"});
    EXPECT_EQ(world.control.take_answer(*ticket)->status, control::Status::stopped);
    EXPECT_NE(world.board.load_mode(), LoadMode::stopped);
}

TEST(VenueServiceTest, ExecutesNoMoreThanABatchInATurn) {
    SessionWorld world{512, 4'096};
    world.parts.batch = 16;
    VenueLife& life = world.open();
    life.settle();
    for (int i = 0; i < 100; ++i)
        world.push_buy("o" + std::to_string(i));
    EXPECT_TRUE(life.role.turn(life.now));
    EXPECT_EQ(life.venue().open_orders(), 16u);
    EXPECT_TRUE(life.role.has_work());
    life.settle();
    EXPECT_EQ(life.venue().open_orders(), 100u);
}

}  // namespace
}  // namespace tickweir::gateway
