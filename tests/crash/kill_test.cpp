// A venue in a process of its own is killed at any moment, started again, and asked what it has:
// every command that was acknowledged, none twice, nothing half, as a serial execution of its log
// has it. TICKWEIR_KILLS: how often; 50 without it.
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <set>
#include <tuple>

#include "tests/crash/serial_twin.hpp"
#include "tests/crash/small_engine.hpp"
#include "tests/crash/venue_client.hpp"
#include "tests/support/seed.hpp"
#include "txn/engine/state_text.hpp"
#include "txn/io/posix_files.hpp"

namespace tickweir::tests {
namespace {

using Clock = std::chrono::steady_clock;
using txn::log::Lsn;

constexpr std::size_t queued_bytes = 4 * 1024;
constexpr auto patience = std::chrono::seconds{60};

/// What happened in all stories of a run.
struct Tally {
    std::uint64_t kills = 0;
    std::uint64_t kills_in_recovery = 0;
    std::uint64_t ends = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t shed = 0;
    std::uint64_t resent = 0;
    std::uint64_t lost = 0;        ///< commands that nobody was told of, and that are not there
    std::uint64_t unheard_of = 0;  ///< that are
    std::uint64_t from_snapshot = 0;
    std::chrono::microseconds recovery_most{};
};

/// The client ids of orders that were accepted, and may not be accepted again before the day ends.
class AcceptedIds {
public:
    std::string hear(std::uint16_t shard, const txn::Venue& venue, const txn::Outcome& outcome) {
        for (const txn::Event& event : outcome.events) {
            if (event.kind == txn::EventKind::day_ended) start_day(shard, venue);
            if (event.kind != txn::EventKind::accepted) continue;
            if (!add(shard, event.session, event.request_id))
                return "order " + std::string{event.request_id.view()} + " is accepted twice";
        }
        return {};
    }

private:
    using Id = std::tuple<std::uint16_t, txn::SessionId, std::string>;

    bool add(std::uint16_t shard, txn::SessionId session, const txn::ClientOrderId& id) {
        return ids_.emplace(shard, session, id.view()).second;
    }
    void start_day(std::uint16_t shard, const txn::Venue& venue) {
        std::erase_if(ids_, [shard](const Id& id) { return std::get<0>(id) == shard; });
        venue.for_each_open(
            [&](const txn::OrderView& order) { add(shard, order.session, order.client_id); });
    }

    std::set<Id> ids_;
};

/// One data directory and all the lives of its venue.
class Story {
public:
    Story(std::uint64_t seed, std::uint16_t shards, Tally& tally)
        : seed_{seed},
          shards_{shards},
          tally_{tally},
          random_{seed},
          settings_{VenueStream{seed}.settings()},
          directory_{testing::TempDir() + "tickweir-kill-" + std::to_string(getpid())},
          streams_(shards, VenueStream{seed}),
          twin_{settings_, shards,
                [this](Lsn lsn, const txn::Command& command, const txn::Outcome& outcome) {
                    return hear(lsn, command, outcome);
                }} {
        std::filesystem::remove_all(directory_);
    }
    Story(const Story&) = delete;
    Story& operator=(const Story&) = delete;
    ~Story() { std::filesystem::remove_all(directory_); }

    /// What is wrong after so many kills; empty: nothing.
    std::string live(std::uint64_t kills) {
        std::string fault;
        for (std::uint64_t end = tally_.kills + kills; tally_.kills < end && fault.empty();) {
            fault = random_() % 6 == 0 ? recovery_killed() : life(random_() % 8 == 0);
        }
        if (fault.empty()) fault = life(true);
        tally_.acknowledged += promises_.acknowledged();
        tally_.shed += promises_.shed();
        return fault;
    }

private:
    /// Dies before it has said anything, or just then.
    std::string recovery_killed() {
        VenueProcess process{VENUE_PROCESS, directory_, shards_, seed_};
        Recovered recovered;
        const auto until = Clock::now() + std::chrono::microseconds{random_() % 12'000};
        (void)process.wait_recovered(until, recovered);
        ++tally_.kills;
        ++tally_.kills_in_recovery;
        return process.kill() ? "" : "it ended by itself in its recovery";
    }

    std::string life(bool ends_well) {
        VenueProcess process{VENUE_PROCESS, directory_, shards_, seed_};
        Recovered recovered;
        if (!process.wait_recovered(Clock::now() + patience, recovered))
            return "it does not recover";
        if (std::string fault = judge(recovered); !fault.empty()) return fault;
        to_.assign(shards_, resend());
        from_.assign(shards_, {});
        const auto until = Clock::now() + std::chrono::microseconds{random_() % 40'000};
        std::string fault;
        while (fault.empty() && Clock::now() < until) {
            send();
            if (!process.exchange(to_, from_, until)) return "it ended by itself";
            fault = listen();
        }
        return fault.empty() ? end(process, ends_well) : fault;
    }

    std::string end(VenueProcess& process, bool well) {
        if (!well) {
            ++tally_.kills;
            if (!process.kill()) return "it ended by itself before it was killed";
            process.drain(from_);
            return listen();
        }
        ++tally_.ends;
        while (std::ranges::any_of(to_, [](const Frame& frame) { return !frame.empty(); }))
            if (!process.exchange(to_, from_, Clock::now() + patience)) return "it ended too early";
        if (const int status = process.finish(from_); status != 0)
            return "it ended with status " + std::to_string(status);
        if (std::string fault = listen(); !fault.empty()) return fault;
        for (const auto& [sequence, sent] : promises_.all())
            if (std::holds_alternative<txn::NewOrder>(sent.command.body) && !sent.answer)
                return "it ended well, but never answered " + txn::command_text(sent.command);
        return {};
    }

    std::string judge(const Recovered& recovered) {
        tally_.recovery_most = std::max(tally_.recovery_most, recovered.took);
        tally_.from_snapshot += recovered.snapshot != Lsn{};
        if (recovered.bad_snapshots != 0) return "a snapshot is bad";
        txn::io::PosixFiles files;
        std::string fault =
            twin_.follow(files, directory_, test_identity(settings_).id, recovered.lsn);
        if (fault.empty()) fault = promises_.judge(recovered.lsn);
        if (fault.empty()) fault = twin_.conservation_fault(twin_.state().ledger());
        if (fault.empty())
            fault = txn::first_different_line(recovered.state, txn::state_text(twin_.state()));
        return fault;
    }

    /// Orders of which nothing was heard are sent again, as FIX has it: known ones are ignored.
    Frame resend() {
        std::vector<txn::Command> again;
        for (const auto& [sequence, sent] : promises_.all()) {
            if (sent.answer) continue;
            const bool there = sent.executed != Lsn{};
            ++(there ? tally_.unheard_of : tally_.lost);
            if (std::holds_alternative<txn::NewOrder>(sent.command.body))
                again.push_back(sent.command);
        }
        promises_.settle();
        Frame frame;
        if (shards_ != 1) return frame;  // which shard's socket it was is not remembered
        for (txn::Command& command : again) {
            std::get<txn::NewOrder>(command.body).possible_resend = true;
            give(frame, command);
            ++tally_.resent;
        }
        return frame;
    }

    void give(Frame& frame, txn::Command& command) {
        command.envelope.sequence = promises_.next_sequence();
        promises_.sent(command);
        put_command(frame, command);
    }

    void send() {
        for (std::uint16_t shard = 0; shard < shards_; ++shard) {
            while (to_[shard].size() < queued_bytes) {
                txn::Command command = streams_[shard].next().command;
                command.envelope.shard = shard;
                auto* const order = std::get_if<txn::NewOrder>(&command.body);
                // No instrument is traded by two shards.
                if (shards_ > 1 && order != nullptr && std::size_t(order->instrument) < shards_)
                    order->instrument = txn::InstrumentId{shard};
                give(to_[shard], command);
            }
        }
    }

    std::string listen() {
        for (std::uint16_t shard = 0; shard < shards_; ++shard) {
            while (const auto answer = from_[shard].next_answer()) {
                if (std::string fault = promises_.answered(*answer); !fault.empty()) return fault;
                streams_[shard].learn({answer->events, {}});
            }
        }
        return {};
    }

    std::string hear(Lsn lsn, const txn::Command& command, const txn::Outcome& outcome) {
        std::string fault = promises_.executed(lsn, command, outcome);
        const std::uint16_t shard = command.envelope.shard;
        if (fault.empty()) fault = accepted_.hear(shard, twin_.state().venue(shard), outcome);
        return fault;
    }

    std::uint64_t seed_;
    std::uint16_t shards_;
    Tally& tally_;
    std::mt19937_64 random_;
    txn::VenueSettings settings_;
    std::string directory_;
    std::vector<VenueStream> streams_;
    Promises promises_;
    AcceptedIds accepted_;
    SerialTwin twin_;
    std::vector<Frame> to_;  // by shard
    std::vector<FrameReader> from_;
};

std::uint64_t kills_wanted() {
    const char* const given = std::getenv("TICKWEIR_KILLS");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : 50;
}

TEST(KilledVenueTest, HasEverythingThatWasAcknowledgedOnce) {
    const std::uint64_t seed = test_seed();
    const std::uint64_t wanted = kills_wanted();
    constexpr std::uint64_t kills_of_a_story = 25;
    Tally tally;
    for (std::uint64_t i = 0; tally.kills < wanted; ++i) {
        const std::uint16_t shards = i % 2 == 0 ? 1 : 2;
        Story story{seed + i, shards, tally};
        ASSERT_EQ(story.live(std::min(kills_of_a_story, wanted - tally.kills)), "")
            << "story " << i << ", shards " << shards << ", kills " << tally.kills;
    }
    std::printf(
        "%llu kills, %llu of them in recovery; %llu commands acknowledged, %llu shed; of "
        "those nobody was told of %llu were there and %llu not; %llu sent again; %llu "
        "recoveries from snapshots, the longest took %lld us\n",
        static_cast<unsigned long long>(tally.kills),
        static_cast<unsigned long long>(tally.kills_in_recovery),
        static_cast<unsigned long long>(tally.acknowledged),
        static_cast<unsigned long long>(tally.shed),
        static_cast<unsigned long long>(tally.unheard_of),
        static_cast<unsigned long long>(tally.lost), static_cast<unsigned long long>(tally.resent),
        static_cast<unsigned long long>(tally.from_snapshot),
        static_cast<long long>(tally.recovery_most.count()));
    EXPECT_GT(tally.acknowledged, wanted);
    EXPECT_GT(tally.lost + tally.unheard_of, 0u);
    EXPECT_GT(tally.from_snapshot, 0u);
}

}  // namespace
}  // namespace tickweir::tests
