// Whatever comes, in whatever order, every request is executed or answered exactly once.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "tests/gateway/venue/venue_intake_bed.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::gateway {
namespace {

using tests::cancel;
using tests::mass_cancel;
using tests::new_order;
using tests::replace;
using tests::request_time;
using tests::RequestRings;
using txn::CommandClass;

/// Whatever comes in whatever order: each request is executed or answered once, an order never
/// after a cancel that named it or a mass cancel behind it was handled.
class RandomTraffic {
public:
    explicit RandomTraffic(std::uint64_t seed) : random_{seed} {}

    void run(int steps) {
        for (int i = 0; i < steps; ++i) {
            step();
            if (testing::Test::HasFatalFailure()) return;
        }
        for (int i = 0; i < 200; ++i)
            work(64);
        for (const auto& [id, fate] : fates_)
            EXPECT_EQ(fate, 1) << id;
        EXPECT_TRUE(intake_.empty());
        EXPECT_FALSE(intake_.has_answers());
    }

private:
    int draw(int below) { return static_cast<int>(random_() % static_cast<std::uint64_t>(below)); }
    std::string known_id() { return ids_.empty() ? "none" : ids_[random_() % ids_.size()]; }
    void push(VenueRequest request) {
        const std::string id{request_id_of(request.command.body).view()};
        if (!rings_.push(std::move(request))) return;
        fates_.emplace(id, 0);
        ids_.push_back(id);
    }
    void step() {
        const std::string id = std::to_string(++count_);
        switch (draw(12)) {
            case 0:
                push(cancel(id, known_id()));
                break;
            case 1:
                push(replace(id, known_id(),
                             draw(2) == 0 ? CommandClass::order : CommandClass::risk_reducing));
                break;
            case 2:
                if (draw(10) == 0) push(mass_cancel(id));
                break;
            case 3:
                now_ += std::chrono::milliseconds{draw(60)};
                break;
            case 4:
                if (draw(10) == 0)
                    intake_.set_mode(static_cast<LoadMode>(draw(5)), ShedCause::mode);
                break;
            case 5:
            case 6:
                work(draw(8));
                break;
            default:
                push(new_order(id, 1, now_));
        }
    }
    void work(int executions) {
        (void)intake_.drain(rings_.input(), now_);
        (void)intake_.expire(now_, static_cast<std::size_t>(executions) + 1);
        for (int i = 0; i < executions; ++i) {
            const VenueRequest* const request = intake_.next(now_);
            if (request == nullptr) break;
            const auto& body = request->command.body;
            ++fates_.at(std::string{request_id_of(body).view()});
            if (draw(8) == 0 && request->command.envelope.urgency > CommandClass::risk_reducing) {
                --fates_.at(std::string{request_id_of(body).view()});
                intake_.shed(ShedCause::log_behind);
            } else {
                intake_.done();
            }
        }
        if (draw(3) != 0) (void)intake_.tell(rings_.report_ring());
        for (const VenueReport& report : rings_.reports()) {
            if (report.kind == VenueReportKind::shed) {
                ++fates_.at(std::string{report.event.request_id.view()});
                continue;
            }
            ++fates_.at(std::string{report.event.original.view()});
            // A cancel that took an order out is answered by that; it may have been taken apart.
            withdrawn_by(std::string{report.event.request_id.view()});
        }
        settle_cancels();
    }
    void withdrawn_by(const std::string& id) { takers_.push_back(id); }
    /// One that is not executed either has done its work.
    void settle_cancels() {
        for (const std::string& id : takers_)
            done_by_taking_.insert_or_assign(id, true);
        takers_.clear();
        if (!intake_.empty() || intake_.has_answers()) return;
        for (const auto& [id, unused] : done_by_taking_)
            if (fates_.at(id) == 0) fates_.at(id) = 1;
        done_by_taking_.clear();
    }

    std::mt19937_64 random_;
    RequestRings rings_{16, 8};
    VenueIntake intake_{small_settings()};
    book::TimeNs now_ = request_time;
    int count_ = 0;
    std::vector<std::string> ids_;
    std::map<std::string, int> fates_;
    std::vector<std::string> takers_;
    std::map<std::string, bool> done_by_taking_;
};

TEST(VenueIntakePropertyTest, ExecutesOrAnswersEverythingExactlyOnce) {
    RandomTraffic{tests::test_seed()}.run(20'000);
}

}  // namespace
}  // namespace tickweir::gateway
