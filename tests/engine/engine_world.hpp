// An engine over the fault file system, as one thread runs it, and a script of commands whose
// states are known from a venue without any log.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/support/fault_files.hpp"
#include "tests/support/venue_stream.hpp"
#include "txn/engine/engine.hpp"
#include "txn/engine/state_text.hpp"

namespace tickweir::tests {

using txn::log::Lsn;

inline const std::string data_path = "data";

/// What a venue says to a list of commands, one after another, and what it is after each record.
struct EngineScript {
    /// After some record of a run without crashes.
    struct Place {
        txn::Uint128 hash = 0;
        std::vector<txn::Int128> deposited;  ///< less what was withdrawn; by asset
        std::size_t next = 0;                ///< the command to be given then
    };

    txn::VenueSettings settings;
    std::uint64_t mark_every = 0;
    std::vector<txn::Command> commands;
    std::vector<Place> places;  ///< by LSN
    std::uint64_t refusals = 0;
    std::uint64_t continuations = 0;
    std::uint64_t fees = 0;  ///< fills that had one
    Lsn last_told{};         ///< of the last record that is no mark

    /// Most commands are accepted, and enough of them trade for another fee to be seen.
    bool lively() const { return refusals <= commands.size() / 2 && fees >= commands.size() / 50; }

    const Place& at(Lsn lsn) const { return places.at(number(lsn)); }
    Lsn last() const { return Lsn{places.size() - 1}; }
};

inline txn::Uint128 hash_of(const txn::Venue& venue) {
    return venue.state_hash();
}

/// Writes a script while a venue plays it.
class ScriptWriter {
public:
    ScriptWriter(std::uint64_t seed, std::uint64_t mark_every)
        : stream_{seed}, venue_{small(stream_.settings())} {
        script_.settings = venue_.settings();
        script_.mark_every = mark_every;
        deposited_.resize(script_.settings.assets.size());
        note();
    }

    EngineScript write(std::size_t commands) {
        while (script_.commands.size() + 1 < commands)
            take(stream_.next().command);
        // The last one is accepted: a refusal moves a venue's clock, and no record tells of it.
        txn::Command tick;
        tick.body = txn::Tick{};
        take(tick);
        return std::move(script_);
    }

private:
    /// So that a venue is made at once: tests make thousands.
    static txn::VenueSettings small(txn::VenueSettings settings) {
        settings.limits.client_ids = std::min<std::size_t>(settings.limits.client_ids, 4096);
        return settings;
    }

    void take(txn::Command command) {
        command.envelope.time = time_ = std::max(time_, command.envelope.time);
        script_.commands.push_back(command);
        execute(command);
        while (venue_.continuation_pending())
            go_on();
        if (records_ - marked_ < script_.mark_every) return;
        marked_ = records_;
        note();
    }
    void execute(const txn::Command& command) {
        venue_.execute(command, outcome_);
        stream_.learn(outcome_);
        if (txn::is_refused(outcome_)) {
            ++script_.refusals;
            // What comes next is the same with and without it.
            script_.places.back().next = script_.commands.size();
            return;
        }
        if (const auto* deposit = std::get_if<txn::Deposit>(&command.body))
            deposited_[static_cast<std::size_t>(deposit->asset)] += deposit->amount;
        if (const auto* withdraw = std::get_if<txn::Withdraw>(&command.body))
            deposited_[static_cast<std::size_t>(withdraw->asset)] -= withdraw->amount;
        for (const txn::Event& event : outcome_.events)
            script_.fees += event.fill.fee != 0;
        ++records_;
        note();
        script_.last_told = script_.last();
    }
    void go_on() {
        txn::Command command;
        command.envelope.time = time_;
        command.body = txn::Continue{};
        execute(command);
        ++script_.continuations;
    }
    void note() {
        script_.places.push_back({hash_of(venue_), deposited_, script_.commands.size()});
    }

    VenueStream stream_;
    txn::Venue venue_;
    txn::Outcome outcome_;
    EngineScript script_;
    std::vector<txn::Int128> deposited_;
    txn::TimeNs time_{};
    std::uint64_t records_ = 0;
    std::uint64_t marked_ = 0;
};

/// The first lively one from this seed on: some settings let hardly anything trade.
inline EngineScript script_of(std::uint64_t seed, std::size_t commands,
                              std::uint64_t mark_every = 40) {
    for (;; ++seed) {
        EngineScript script = ScriptWriter{seed, mark_every}.write(commands);
        if (script.lively()) return script;
    }
}

/// What takers would pay in another venue; far from what they pay.
inline std::int32_t another_fee(const EngineScript& script) {
    return script.settings.fees.taker_millionths < 25'000 ? 50'000 : 0;
}

/// Small segments and rings, snapshots as often as it is asked for.
inline txn::EngineOptions small_engine(const EngineScript& script) {
    txn::EngineOptions options;
    options.venue = script.settings;
    options.log.stock = {.segment_bytes = 192 * 1024, .ready_wanted = 4, .step_bytes = 192 * 1024};
    options.log.carrier = {.batch_bytes_max = txn::log::least_batch_bytes_max, .margin_bytes = 0};
    options.log.ring = {.bytes = 128 * 1024, .reserve_bytes = 0};
    options.outbox = {.outcomes = 512, .events = 1100, .levels = 1100};
    options.shard.mark_every = script.mark_every;
    options.shard.continuations_per_turn = 1'000'000;
    options.replayer.records_per_turn = 7;
    options.replayer.snapshot_every = std::chrono::hours{10'000};
    txn::log::Identity identity{};
    identity.id.bytes[3] = std::byte{77};
    identity.log_number = script.settings.log_number;
    options.new_identity = identity;
    return options;
}

/// What the outside was told.
struct Told {
    Lsn acked{};                 ///< the highest record whose outcome was released
    std::uint64_t outcomes = 0;  ///< released
    bool early = false;          ///< one was released before its record was durable
};

/// One life of an engine.
class EngineRun {
public:
    EngineRun(FaultFiles& files, txn::EngineOptions options)
        : files_{files},
          engine{txn::Engine::open(files, data_path, std::move(options), nullptr, {}, report)} {}

    bool opened() const { return engine != nullptr; }
    const txn::Venue& venue() const { return engine->state().venue(0); }
    Lsn applied() const { return engine->shard(0).last(); }

    void tick() { now += std::chrono::milliseconds{1}; }

    /// The log's thread has its turn, and what is durable then is told.
    void log_turn() {
        engine->turn_log(now);
        release();
    }
    void release() {
        const Lsn durable = engine->durable().load();
        engine->release(0, [&](const txn::ReleasedOutcome& one) {
            told.acked = std::max(told.acked, one.lsn);
            told.early = told.early || one.lsn > durable;
            ++told.outcomes;
        });
    }

    /// Gives a command until it is taken; false once nothing is executed any more.
    bool execute(const txn::Command& command) {
        for (int attempts = 0; attempts < 1'000; ++attempts) {
            const txn::Executed executed = engine->shard(0).execute(command);
            if (executed.status == txn::ExecuteStatus::stopped) return false;
            if (executed.status == txn::ExecuteStatus::done ||
                executed.status == txn::ExecuteStatus::refused)
                return settle();
            log_turn();
            engine->turn_stock();
        }
        // Without power no segment is made ready, and the log waits for one.
        EXPECT_TRUE(files_.stopped()) << "a command is never taken";
        return false;
    }

    /// Continuations and marks come where the script has them: before the next command.
    bool settle() {
        txn::ShardExecutor& shard = engine->shard(0);
        for (int attempts = 0; shard.pending() && !shard.stopped(); ++attempts) {
            if (attempts == 1'000) {
                EXPECT_TRUE(files_.stopped()) << "what a command has begun never ends";
                return false;
            }
            shard.turn({});
            if (!shard.pending()) break;
            log_turn();
            engine->turn_stock();
        }
        return true;
    }

    /// Plays a script from its command `next` on, in batches as the seed has it; snapshots every
    /// so many commands. False once the log has failed.
    bool play(const EngineScript& script, std::size_t next, std::uint64_t seed,
              std::size_t snapshot_every = 0) {
        std::mt19937_64 random{seed};
        for (; next < script.commands.size(); ++next) {
            tick();
            if (!execute(script.commands[next])) return false;
            if (random() % 2 == 0) log_turn();
            if (engine->durable().failed()) return false;
            if (random() % 8 == 0) engine->turn_stock();
            if (snapshot_every == 0 || next % snapshot_every != snapshot_every - 1) continue;
            log_turn();
            follow();
            engine->replayer().snapshot_now(now);
            while (engine->turn_stock()) {
            }
        }
        log_turn();
        return !engine->durable().failed();
    }

    void follow() {
        while (engine->turn_replayer(now)) {
        }
    }

private:
    FaultFiles& files_;

public:
    txn::EngineRecovery report;
    std::unique_ptr<txn::Engine> engine;
    txn::log::TimeNs now{};
    Told told;
};

/// What is wrong with a state that should be the script's behind the record it is at; empty for
/// nothing.
inline std::string fault_of(const EngineScript& script, const txn::EngineState& state) {
    const Lsn applied = state.applied();
    if (applied > script.last()) return "more than the script has";
    const EngineScript::Place& place = script.at(applied);
    const txn::Venue& venue = state.venue(0);
    for (std::uint32_t asset = 0; asset < script.settings.assets.size(); ++asset) {
        txn::Int128 total = 0;
        for (std::uint32_t account = 0; account < script.settings.accounts.size(); ++account)
            total += venue.balance(txn::AccountId{account}, txn::AssetId{asset}).total;
        if (total != place.deposited[asset])
            return "asset " + std::to_string(asset) + " is not conserved";
    }
    return hash_of(venue) == place.hash ? "" : "another state";
}

}  // namespace tickweir::tests
