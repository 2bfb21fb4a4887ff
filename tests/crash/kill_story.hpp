// One data directory and all the lives of its venue: started, given commands, killed, started
// again, and asked what it has. Random, by a seed but for the moments of the kills.
#pragma once

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/crash/serial_twin.hpp"
#include "tests/crash/small_engine.hpp"
#include "tests/crash/venue_client.hpp"
#include "txn/engine/state_text.hpp"
#include "txn/io/posix_files.hpp"

namespace tickweir::tests {

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

class Story {
    using Clock = std::chrono::steady_clock;
    using Lsn = txn::log::Lsn;
    static constexpr std::size_t queued_bytes = 4 * 1024;
    static constexpr auto patience = std::chrono::seconds{60};

public:
    /// Of the program given.
    Story(std::string program, std::uint64_t seed, std::uint16_t shards, Tally& tally)
        : program_{std::move(program)},
          seed_{seed},
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
        VenueProcess process{program_, directory_, shards_, seed_};
        Recovered recovered;
        const auto until = Clock::now() + std::chrono::microseconds{random_() % 12'000};
        (void)process.wait_recovered(until, recovered);
        ++tally_.kills;
        ++tally_.kills_in_recovery;
        return process.kill() ? "" : "it ended by itself in its recovery";
    }

    std::string life(bool ends_well) {
        VenueProcess process{program_, directory_, shards_, seed_};
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

    std::string program_;
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

}  // namespace tickweir::tests
