// An intake between its rings in tests: what is pushed, executed and told.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gateway/venue/venue_intake.hpp"
#include "tests/gateway/venue/requests.hpp"

namespace tickweir::gateway {

inline IntakeSettings small_settings(std::size_t sessions = 3) {
    IntakeSettings settings;
    for (auto& one : settings.queues.classes)
        one = {.capacity = 4,
               .age_max = std::chrono::milliseconds{100},
               .age_max_loaded = std::chrono::milliseconds{4}};
    settings.queues.classes[0].age_max = settings.queues.classes[0].age_max_loaded = std::nullopt;
    settings.queues.classes[1].age_max = settings.queues.classes[1].age_max_loaded = std::nullopt;
    settings.sessions = sessions;
    settings.seed = 7;
    settings.answers = 8;
    return settings;
}

inline txn::MassCancel kill_of(std::uint32_t session) {
    txn::MassCancel kill;
    kill.session = txn::SessionId{session};
    return kill;
}

class VenueIntakeTest : public testing::Test {
protected:
    void drain() { (void)intake_.drain(rings_.input(), now_); }
    void push(VenueRequest request) { ASSERT_TRUE(rings_.push(std::move(request))); }
    /// The ClOrdIDs of what is executed, in that order.
    std::vector<std::string> executed() {
        std::vector<std::string> ids;
        while (const VenueRequest* request = intake_.next(now_)) {
            ids.emplace_back(request_id_of(request->command.body).view());
            intake_.done();
        }
        return ids;
    }
    std::vector<std::string> told() {
        EXPECT_TRUE(intake_.tell(rings_.report_ring()));
        std::vector<std::string> lines;
        for (const VenueReport& report : rings_.reports())
            lines.push_back(tests::line_of(report));
        return lines;
    }

    tests::RequestRings rings_;
    VenueIntake intake_{small_settings()};
    book::TimeNs now_ = tests::request_time;
};

}  // namespace tickweir::gateway
