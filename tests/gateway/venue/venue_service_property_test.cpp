// Random requests between a venue and its readers, turned in a random order: each is answered once,
// and no order outlives a cancel that came behind it.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "tests/gateway/venue/session_world.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::gateway {
namespace {

using tests::cancel;
using tests::mass_cancel;
using tests::SessionWorld;
using txn::EventKind;

class RandomSession {
public:
    explicit RandomSession(std::uint64_t seed) : random_{seed}, world_{16, 1'024} {
        for (auto& one : world_.parts.intake.queues.classes)
            one.capacity = 8;
        world_.parts.intake.answers = 4;
        world_.parts.batch = 1 + draw(5);
        world_.open().settle();
        hear();
    }

    void run() {
        for (int i = 0; i < 3'000 && requests_ < 800; ++i)
            step();
        world_.life->now += std::chrono::milliseconds{50};
        for (int i = 0; i < 20; ++i) {
            world_.life->settle();
            hear();
        }
        for (const auto& [id, answers] : answers_)
            EXPECT_EQ(answers, 1) << id;
        world_.life->venue().for_each_open([this](const txn::OrderView& order) {
            EXPECT_FALSE(gone_.contains(std::string{order.client_id.view()}))
                << order.client_id.view();
        });
        EXPECT_EQ(world_.life->venue().open_orders(), open_.size());
    }

private:
    std::uint32_t draw(std::uint32_t below) {
        return static_cast<std::uint32_t>(random_() % below);
    }

    void step() {
        switch (draw(10)) {
            case 0:
            case 1:
            case 2:
            case 3:
                return order();
            case 4:
            case 5:
                return cancel_one();
            case 6:
                if (draw(10) == 0) cancel_all();
                return;
            case 7:
                world_.life->now += std::chrono::microseconds{draw(3'000)};
                return;
            case 8:
                (void)world_.life->opened.engine->turn_log(world_.life->now);
                return;
            default:
                (void)world_.life->role.turn(world_.life->now);
                if (draw(3) == 0) hear();
        }
    }
    /// Whether its ring took it; only then somebody waits for an answer.
    bool ask(const std::string& id, VenueRequest request) {
        request.command.envelope.arrived = world_.life->now;
        if (!world_.rings.push(std::move(request))) return false;
        answers_.emplace(id, 0);
        ++requests_;
        return true;
    }
    void order() {
        const std::string id = 'o' + std::to_string(++count_);
        txn::NewOrder body = tests::order_body(id, 95 + draw(10), 1 + draw(3));
        if (draw(2) == 0) {
            body.side = txn::Side::sell;
            body.account = txn::AccountId{1};
        }
        if (ask(id, tests::request_of(body, draw(4) == 0 ? txn::CommandClass::entitled
                                                         : txn::CommandClass::order)))
            orders_.push_back(id);
    }
    void cancel_one() {
        if (orders_.empty()) return;
        const std::string& of = orders_[draw(static_cast<std::uint32_t>(orders_.size()))];
        const std::string id = 'c' + std::to_string(++count_);
        if (ask(id, cancel(id, of))) gone_.insert(of);
    }
    void cancel_all() {
        const std::string id = 'q' + std::to_string(++count_);
        if (ask(id, mass_cancel(id))) gone_.insert(orders_.begin(), orders_.end());
    }

    void answered(const txn::ClientOrderId& id) {
        const std::string text{id.view()};
        ASSERT_TRUE(answers_.contains(text)) << text;
        ++answers_[text];
    }
    void hear() {
        for (const VenueReport& report : world_.rings.reports())
            hear(report);
    }
    void hear(const VenueReport& report) {
        const txn::Event& event = report.event;
        if (report.kind == VenueReportKind::shed) return answered(event.request_id);
        if (report.kind == VenueReportKind::withdrawn) {
            answered(event.original);
            // A mass cancel still has an answer of its own.
            if (event.request_id.view().starts_with('c')) answered(event.request_id);
            return;
        }
        if (report.kind != VenueReportKind::event) return;
        const std::string order{event.order.client_id.view()};
        switch (event.kind) {
            case EventKind::accepted:
                open_.insert(order);
                return answered(event.order.client_id);
            case EventKind::filled:
                if (event.order.leaves.lots == 0) open_.erase(order);
                return;
            case EventKind::cancelled:
                open_.erase(order);
                if (event.cancel_reason == txn::CancelReason::requested) answered(event.request_id);
                return;
            case EventKind::rejected:
            case EventKind::refused:
            case EventKind::mass_cancelled:
                return answered(event.request_id);
            default:
                return;
        }
    }

    std::mt19937_64 random_;
    SessionWorld world_;
    int count_ = 0;
    int requests_ = 0;
    std::vector<std::string> orders_;
    std::map<std::string, int> answers_;
    std::set<std::string> gone_;  // what a cancel that came behind it names
    std::set<std::string> open_;  // as reports tell
};

TEST(VenueServicePropertyTest, AnswersEachRequestOnceAndLosesNoCancel) {
    const std::uint64_t seed = tests::test_seed();
    for (std::uint64_t round = 0; round < 10 && !testing::Test::HasFailure(); ++round)
        RandomSession{seed + round}.run();
}

}  // namespace
}  // namespace tickweir::gateway
