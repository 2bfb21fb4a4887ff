// The disk stalls under an engine on its threads: what is taken in stays bounded, what is not is
// told and counted, cancels go on longest, and all that was taken is acknowledged afterwards.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <thread>

#include "tests/crash/promises.hpp"
#include "tests/crash/serial_twin.hpp"
#include "tests/crash/small_engine.hpp"
#include "tests/support/fault_files.hpp"
#include "tests/support/seed.hpp"
#include "txn/engine/engine_threads.hpp"

namespace tickweir::tests {
namespace {

using txn::ExecuteStatus;
using txn::ShedReason;
using txn::log::Lsn;

constexpr std::size_t commands_most = 200'000;  // of a loop that ends far earlier

class StalledDiskTest : public testing::Test {
protected:
    StalledDiskTest() : options_{hasty_engine(stream_.settings(), 1)} {
        // No continuations, which come before anything else and may use the cancels' reserve.
        options_.venue.limits.effects = 256;
        options_.log.stock.segment_bytes = 384 * 1024;
        options_.outbox.outcomes = 1 << 14;
        options_.outbox.events = options_.outbox.levels = 1 << 17;
    }

    void TearDown() override { disk_.let_go(); }  // threads are to end even after a failure

    void open() {
        engine_ = txn::Engine::open(disk_, "data", options_, nullptr, {}, recovery_);
        ASSERT_NE(engine_, nullptr) << recovery_.refused;
        threads_ = std::make_unique<txn::EngineThreads>(*engine_);
    }

    /// One command, once.
    txn::Executed give(txn::Command command) {
        command.envelope.sequence = promises_.next_sequence();
        promises_.sent(command);
        const txn::Executed executed = engine_->shard(0).execute(command);
        if (executed.status == ExecuteStatus::shed) ++shed_[std::size_t(executed.why)];
        return executed;
    }
    /// As the stream has it; every other one leaves a record whatever the venue is like.
    txn::Executed give_next() {
        if (++given_ % 2 == 0) return give_deposit();
        txn::Command command = stream_.next().command;
        while (is_stop(command))
            command = stream_.next().command;
        return give(command);
    }
    txn::Executed give_deposit() {
        txn::Command command;
        command.body = txn::Deposit{txn::AccountId{1}, txn::AssetId{0}, txn::Int128{1}};
        return give(command);
    }
    static bool is_stop(const txn::Command& command) {
        const auto* const order = std::get_if<txn::NewOrder>(&command.body);
        return order != nullptr &&
               (order->type == txn::OrderType::stop || order->type == txn::OrderType::stop_limit);
    }
    /// Leaves a record.
    txn::Executed give_cancel() {
        txn::Command command;
        command.envelope.urgency = txn::CommandClass::risk_reducing;
        command.body = txn::MassCancel{.client_id = {},
                                       .session = std::nullopt,
                                       .account = txn::AccountId{0},
                                       .instrument = std::nullopt,
                                       .side = std::nullopt};
        return give(command);
    }

    void give_some(std::size_t count) {
        for (std::size_t i = 0; i < count;) {
            const ExecuteStatus status = give_next().status;
            ASSERT_NE(status, ExecuteStatus::stopped);
            i += status == ExecuteStatus::done;
            hear();
        }
    }

    void hear() {
        engine_->release(0, [this](const txn::ReleasedOutcome& one) {
            heard_ = std::max(heard_, one.lsn);
            const Answer answer = answer_of(one);
            ASSERT_EQ(promises_.answered(answer), "");
            stream_.learn({answer.events, {}});
        });
    }

    /// Waits until everything that was executed is durable, and hears it.
    void catch_up() {
        ASSERT_EQ(engine_->durable().wait(engine_->shard(0).last(), std::chrono::minutes{1}),
                  txn::log::DurableLsn::Waited::durable);
        hear();
        EXPECT_EQ(engine_->outbox(0).waiting(), 0u);
    }

    std::uint64_t shed(ShedReason why) const { return shed_[std::size_t(why)]; }

    /// Whatever was told is in the log, and what comes back is what a serial twin has.
    void close_and_judge() {
        ASSERT_TRUE(threads_->close());
        hear();
        EXPECT_EQ(engine_->replayer().alarm(), "");
        EXPECT_EQ(engine_->counts({}).shed[std::size_t(ShedReason::ring_full)],
                  shed(ShedReason::ring_full));
        EXPECT_EQ(engine_->counts({}).shed[std::size_t(ShedReason::cancels_only)],
                  shed(ShedReason::cancels_only));
        threads_.reset();
        engine_.reset();
        disk_.crash(1, Kept::nothing);
        engine_ = txn::Engine::open(disk_, "data", options_, nullptr, {}, recovery_);
        ASSERT_NE(engine_, nullptr) << recovery_.refused;
        SerialTwin twin{options_.venue, 1,
                        [this](Lsn lsn, const txn::Command& command, const txn::Outcome& outcome) {
                            return promises_.executed(lsn, command, outcome);
                        }};
        const Lsn end = engine_->state().applied();
        EXPECT_EQ(twin.follow(disk_, "data", options_.new_identity->id, end), "");
        EXPECT_EQ(promises_.judge(end), "");
        EXPECT_EQ(engine_->state().hash(), twin.state().hash());
    }

    VenueStream stream_{test_seed()};
    txn::EngineOptions options_;
    FaultFiles disk_;
    txn::EngineRecovery recovery_;
    std::unique_ptr<txn::Engine> engine_;
    std::unique_ptr<txn::EngineThreads> threads_;
    Promises promises_;
    std::uint64_t given_ = 0;
    Lsn heard_{};
    std::array<std::uint64_t, txn::shed_reasons> shed_{};
};

TEST_F(StalledDiskTest, ShedsWhatTheRingCannotHoldAndAcknowledgesTheRestAfterwards) {
    open();
    for (int stall = 0; stall < 3; ++stall) {
        give_some(200);
        catch_up();
        disk_.hold(txn::io::IoOperation::write);
        ASSERT_EQ(give_cancel().status, ExecuteStatus::done);
        disk_.wait_until_held();
        const Lsn durable = engine_->durable().load();
        // Segments that were used up just before are not made either: then the disk is short, too.
        const auto refused = [this] {
            return shed(ShedReason::ring_full) + shed(ShedReason::cancels_only);
        };
        const std::uint64_t before = refused();
        for (std::size_t i = 0; refused() < before + 20; ++i) {
            const txn::Executed executed = give_next();
            ASSERT_LT(i, commands_most)
                << "nothing bounds what is taken: status " << int(executed.status) << ", "
                << to_string(executed.why) << ' ' << engine_->shard(0).fault();
        }
        std::size_t cancels = 0;
        while (give_cancel().status == ExecuteStatus::done)
            ASSERT_LT(++cancels, commands_most);
        EXPECT_GT(cancels, 50u) << "they have a reserve";
        hear();
        EXPECT_LE(heard_, durable) << "told before it is durable";
        const txn::EngineCounts counts = engine_->counts({});
        EXPECT_LE(counts.log_lag, options_.log.ring.bytes / 64);
        EXPECT_LE(counts.outcomes_waiting, options_.outbox.outcomes);
        disk_.let_go();
        catch_up();
    }
    close_and_judge();
}

TEST_F(StalledDiskTest, TakesNothingForWhichTheOutboxHasNoRoom) {
    options_.outbox.outcomes = 100;
    options_.log.ring = {.bytes = 1 << 20, .reserve_bytes = 1 << 18};
    options_.log.stock.segment_bytes = options_.log.stock.step_bytes = 3 << 19;
    open();
    give_some(50);
    catch_up();
    disk_.hold(txn::io::IoOperation::write);
    ASSERT_EQ(give_cancel().status, ExecuteStatus::done);
    disk_.wait_until_held();
    txn::Executed executed;
    for (std::size_t i = 0; executed.why != ShedReason::outbox_full; ++i) {
        ASSERT_LT(i, commands_most);
        executed = give_next();
    }
    EXPECT_EQ(executed.status, ExecuteStatus::busy);
    EXPECT_LE(engine_->outbox(0).waiting(), 100u);
    disk_.let_go();
    catch_up();
    give_some(50);
    catch_up();
    close_and_judge();
}

TEST_F(StalledDiskTest, TakesOnlyCancelsWhileNoSegmentsAreMadeAndGoesOnAfterwards) {
    open();
    give_some(100);
    disk_.hold(txn::io::IoOperation::preallocate);
    std::size_t done = 0;
    while (shed(ShedReason::cancels_only) == 0 || !disk_.holds()) {
        ASSERT_LT(done, commands_most);
        done += give_next().status == ExecuteStatus::done;
        catch_up();  // a batch each, so that segments are used up
    }
    EXPECT_EQ(give_cancel().status, ExecuteStatus::done);
    disk_.let_go();
    give_some(100);
    catch_up();
    close_and_judge();
}

}  // namespace
}  // namespace tickweir::tests
