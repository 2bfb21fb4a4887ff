// Order entry and a venue on threads of their own: what one ring says of another, and commands of
// several threads that each get their own answer.
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "gateway/venue/venue_control.hpp"
#include "gateway/venue/venue_intake.hpp"
#include "tests/gateway/venue/requests.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::gateway {
namespace {

using tests::cancel;
using tests::mass_cancel;
using tests::new_order;
using tests::request_time;
using tests::RequestRings;

/// Orders, each followed by a cancel of it; now and then a mass cancel.
void produce(RequestRings& rings, int orders, std::uint64_t seed, std::atomic<bool>& over) {
    std::mt19937_64 random{seed};
    const auto push = [&rings](const VenueRequest& request) {
        VenueRequest copy = request;
        while (!rings.push(copy))
            std::this_thread::yield();
    };
    for (int i = 0; i < orders; ++i) {
        const std::string id = std::to_string(i);
        push(new_order(id));
        if (random() % 16 == 0)
            push(mass_cancel("q" + id));
        else
            push(cancel("c" + id, id));
    }
    over.store(true, std::memory_order_release);
}

/// What the venue's thread sees, and how it comes out.
struct Seen {
    std::set<std::string> executed;  // orders that nothing has cancelled yet
    int taken_out = 0;
    int cancelled = 0;

    void execute(const txn::CommandBody& body) {
        const std::string id{request_id_of(body).view()};
        if (std::holds_alternative<txn::NewOrder>(body)) {
            executed.insert(id);
        } else if (std::holds_alternative<txn::MassCancel>(body)) {
            cancelled += static_cast<int>(executed.size());
            executed.clear();
        } else {
            // Its order came before it, so that it was executed, or would have been found.
            cancelled += static_cast<int>(executed.erase(std::string{original_of(body).view()}));
        }
    }
};

TEST(VenueRingsTest, NoOrderOutlivesACancelThatCameBehindIt) {
    constexpr int orders = 8'000;
    RequestRings rings{64, 256};
    IntakeSettings settings;
    settings.sessions = 2;
    settings.queues.classes[3] = {.capacity = 128, .age_max = {}, .age_max_loaded = {}};
    VenueIntake intake{settings};
    std::atomic<bool> over{false};
    const std::uint64_t seed = tests::test_seed();
    std::thread producer{[&] { produce(rings, orders, seed, over); }};
    Seen seen;
    std::mt19937_64 random{seed + 1};
    for (;;) {
        const bool was_over = over.load(std::memory_order_acquire);
        const bool worked = intake.drain(rings.input(), request_time);
        if (!worked) std::this_thread::yield();
        for (auto left = random() % 8; left != 0; --left) {
            const VenueRequest* const request = intake.next(request_time);
            if (request == nullptr) break;
            seen.execute(request->command.body);
            intake.done();
        }
        (void)intake.tell(rings.report_ring());
        for (const VenueReport& report : rings.reports())
            ++(report.kind == VenueReportKind::withdrawn ? seen.taken_out : seen.cancelled);
        if (was_over && !worked && intake.empty() && !intake.has_answers()) break;
    }
    producer.join();
    EXPECT_EQ(seen.executed, std::set<std::string>{});
    EXPECT_EQ(seen.taken_out + seen.cancelled, orders);
    EXPECT_GT(seen.taken_out, 0);
}

TEST(VenueRingsTest, EveryThreadThatAsksGetsItsOwnAnswer) {
    constexpr int askers = 3;
    constexpr int commands = 500;
    VenueControl control;
    std::atomic<int> asking{askers};
    std::vector<std::thread> threads;
    std::atomic<int> wrong{0};
    for (int asker = 0; asker < askers; ++asker)
        threads.emplace_back([&, asker] {
            for (int i = 0; i < commands; ++i) {
                const auto trade = static_cast<std::uint64_t>(asker * commands + i);
                auto ticket = control.request(control::Bust{trade});
                while (!ticket) {
                    std::this_thread::yield();
                    ticket = control.request(control::Bust{trade});
                }
                auto answer = control.take_answer(*ticket);
                while (!answer) {
                    std::this_thread::yield();
                    answer = control.take_answer(*ticket);
                }
                if (answer->text != std::to_string(trade)) ++wrong;
            }
            --asking;
        });
    while (asking.load() != 0) {
        if (!control.has_commands()) {
            std::this_thread::yield();
            continue;
        }
        auto taken = control.take_command();
        control::Answer answer;
        answer.text = std::to_string(std::get<control::Bust>(taken->command).trade);
        control.answer(taken->ticket, taken->asker, std::move(answer));
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace tickweir::gateway
