// The crash rule of sessions, whole: whatever power failure or kill interrupts, a client that
// resynchronises has every report that the log has for it, none as new twice, and no number ever
// means two messages.
#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <set>
#include <string>

#include "gateway/runtime/host.hpp"
#include "tests/gateway/venue/resync_world.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::tests {
namespace {

using namespace std::chrono_literals;

/// Clients that trade with each other, and what happens to them.
class ResyncStory {
public:
    explicit ResyncStory(std::uint64_t seed) : random_{seed}, now_{gateway::wall_clock_now()} {
        clients_.emplace_back("S");
        clients_.emplace_back("T");
    }

    void live(bool last) {
        ResyncLife life{files_, config_, now_, clients_};
        if (testing::Test::HasFailure()) return;
        told_again_ += life.told_again();
        if (last) return finish(life);
        const std::uint64_t steps = random_() % 60;
        const bool power_fails = random_() % 3 == 0;
        if (power_fails) files_.stop_at(files_.operations() + random_() % 300);
        for (std::uint64_t i = 0; i < steps && !files_.stopped(); ++i)
            step(life);
        now_ = life.now + 1s;
        if (power_fails || random_() % 4 != 0)
            life.crash(random_(), random_() % 2 == 0 ? Kept::any : Kept::everything);
        else
            life.close();
    }

    std::uint64_t told_again() const { return told_again_; }
    std::uint64_t reports() const { return reports_; }

private:
    void step(ResyncLife& life) {
        const std::size_t client = random_() % clients_.size();
        const std::uint64_t choice = random_() % 20;
        if (!life.connected(client)) {
            if (choice < 8) log_on(life, client);
        } else if (choice == 0) {
            life.disconnect(client);
        } else if (choice == 1) {
            reset(life, client);
        } else {
            life.say(client, request(client));
        }
        if (random_() % 3 != 0) life.turn_log();
        if (random_() % 4 != 0) life.turn(random_() % 5 != 0);
        if (random_() % 16 == 0) life.write_copy();
    }

    void log_on(ResyncLife& life, std::size_t client) {
        if (clients_[client].gives_up())
            for (const std::string& id : life.logged(client))
                given_up_.insert(clients_[client].name() + id);
        if (!files_.stopped()) life.log_on(client);
    }

    /// Numbers begin anew, once nothing is missing: a client that does otherwise gives it up.
    void reset(ResyncLife& life, std::size_t client) {
        life.settle();
        if (files_.stopped() || !life.connected(client) || !clients_[client].is_whole()) return;
        life.disconnect(client);
        life.log_on(client, true);
        life.turn();
    }

    std::string request(std::size_t client) {
        const std::string id = "c" + std::to_string(++ids_);
        if (ids_ > 5 && random_() % 4 == 0)
            return clients_[client].message(
                "F", "11=" + id + "|41=c" + std::to_string(ids_ - random_() % 5) + "|");
        return clients_[client].message("D", "1=" + std::string{client == 0 ? "A" : "B"} + "|11=" +
                                                 id + "|54=" + std::to_string(1 + random_() % 2) +
                                                 "|44=" + std::to_string(99 + random_() % 3) +
                                                 "|38=" + std::to_string(1 + random_() % 3) + "|");
    }

    void finish(ResyncLife& life) {
        for (std::size_t i = 0; i < clients_.size(); ++i)
            log_on(life, i);
        life.settle();
        for (std::size_t i = 0; i < clients_.size(); ++i) {
            EXPECT_TRUE(life.connected(i)) << clients_[i].name();
            EXPECT_TRUE(clients_[i].is_whole()) << clients_[i].name();
            for (const std::string& logged : life.logged(i)) {
                const std::string id = logged.substr(3, logged.size() - 4);
                const auto told = clients_[i].told().find(id);
                if (told == clients_[i].told().end()) {
                    if (given_up_.contains(clients_[i].name() + logged)) continue;
                    ADD_FAILURE() << clients_[i].name() << " was never told of " << id;
                    continue;
                }
                EXPECT_LE(told->second.plain, 1) << clients_[i].name() << ": " << id;
                ++reports_;
            }
        }
    }

    FaultFiles files_;
    gateway::Config config_ = resync_config();
    std::mt19937_64 random_;
    book::TimeNs now_;
    std::deque<ResyncClient> clients_;
    std::set<std::string> given_up_;  // client and ExecID
    std::uint64_t ids_ = 0;
    std::uint64_t told_again_ = 0;
    std::uint64_t reports_ = 0;
};

TEST(ResyncTest, LeavesNobodyWithoutAReportHoweverItCrashes) {
    std::uint64_t seed = test_seed();
    std::uint64_t told_again = 0;
    std::uint64_t reports = 0;
    for (int story = 0; story < 25 && !testing::Test::HasFailure(); ++story, ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        ResyncStory told{seed};
        for (int life = 0; life < 5 && !testing::Test::HasFailure(); ++life)
            told.live(life == 4);
        told_again += told.told_again();
        reports += told.reports();
    }
    // Enough has happened for the claim to be one.
    EXPECT_GT(reports, 150u);
    EXPECT_GT(told_again, 15u);
}

}  // namespace
}  // namespace tickweir::tests
