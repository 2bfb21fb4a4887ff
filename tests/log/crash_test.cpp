// Power fails during every single operation of a log's life, and everything not yet synced is lost,
// kept or torn: what was acknowledged is there, nothing is half there, and the log goes on.
#include <gtest/gtest.h>

#include <random>

#include "tests/log/log_world.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::txn::log {
namespace {

using tests::FaultFiles;
using tests::LogRun;
using tests::LogSettings;
using tests::Recovered;

/// What the outside knows of a log.
struct Known {
    Lsn acked{};
    Lsn submitted{};
    Lsn trimmed{1};  // records before this one are not needed
};

/// A script that meets everything: small and large batches, several segments, idleness, trimming
/// with reuse. Stops when power does.
void live(FaultFiles& files, LogSettings settings, std::uint64_t seed, int batches, Known& known) {
    LogRun run{files, settings, known.trimmed};
    if (!run.error.empty()) return;
    known.acked = std::max(known.acked, run.acked);
    std::mt19937_64 random{seed};
    for (int i = 0; i < batches; ++i) {
        const std::size_t count = 1 + random() % (i % 7 == 0 ? 60 : 4);
        const bool going = run.append(count);
        known.submitted = std::max(known.submitted, before(run.next));
        known.acked = std::max(known.acked, run.acked);
        if (!going) return;
        if (i % 5 == 4 && !run.idle()) return;
        if (i % 9 == 8) {
            known.trimmed = std::max(known.trimmed, before(run.next));
            run.carrier->trim(known.trimmed);
        }
        run.restock();
        if (files.stopped()) return;
    }
    (void)run.close();
}

Recovered read_what_is_needed(FaultFiles& files, const Known& known) {
    return read_log(files,
                    {.from = known.trimmed, .known_durable = before(known.trimmed), .up_to = {}});
}

/// What is wrong with what a crash left, whose tail may be torn; empty for nothing.
std::string check(FaultFiles& files, const Known& known) {
    const Recovered found = read_what_is_needed(files, known);
    if (found.outcome == ReadOutcome::corrupt) return "refused: " + found.finding;
    if (!found.contents_right) return "a record is not what was written";
    if (found.last() < known.acked) {
        return "ends at " + std::to_string(number(found.last())) + ", acknowledged was " +
               std::to_string(number(known.acked));
    }
    if (found.last() > known.submitted) return "more than was submitted";
    return "";
}

class LogCrash : public testing::TestWithParam<bool> {
protected:
    LogSettings settings_{.direct = GetParam()};
    std::uint64_t seed_ = tests::test_seed();
};

std::uint64_t operations_of_a_life(LogSettings settings, std::uint64_t seed, int batches) {
    FaultFiles files;
    Known known;
    live(files, settings, seed, batches, known);
    EXPECT_EQ(known.acked, known.submitted);
    EXPECT_GT(known.trimmed, Lsn{1});
    return files.operations();
}

TEST_P(LogCrash, KeepsWhatWasAcknowledgedWheneverPowerFails) {
    constexpr int batches = 30;
    const std::uint64_t operations = operations_of_a_life(settings_, seed_, batches);
    std::uint64_t torn = 0;
    for (std::uint64_t at = 0; at < operations; ++at) {
        for (std::uint64_t variant = 0; variant < 6; ++variant) {
            FaultFiles files;
            Known known;
            files.stop_at(at);
            live(files, settings_, seed_, batches, known);
            ASSERT_TRUE(files.stopped());
            files.crash(seed_ + variant, variant == 0   ? tests::Kept::nothing
                                         : variant == 1 ? tests::Kept::everything
                                                        : tests::Kept::any);
            if (!files.list(tests::log_path)) continue;  // its directory was never made
            ASSERT_EQ(check(files, known), "") << "operation " << at << ", variant " << variant;
            LogRun again{files, settings_, known.trimmed};
            ASSERT_EQ(again.error, "") << "operation " << at << ", variant " << variant;
            torn += again.recovered.torn();
            ASSERT_TRUE(again.append(3) && again.close()) << again.error;
            known.submitted = known.acked = again.acked;
            files.crash(seed_ + variant);
            ASSERT_EQ(check(files, known), "") << "operation " << at << ", variant " << variant;
        }
    }
    EXPECT_GT(torn, 0u);
}

TEST_P(LogCrash, SurvivesCrashesOfItsRecoveryAgainAndAgain) {
    std::mt19937_64 random{seed_};
    std::uint64_t torn = 0;
    for (int life = 0; life < 40; ++life) {
        FaultFiles files;
        Known known;
        for (int crash = 0; crash < 12; ++crash) {
            // Often during the opening itself, which takes some dozens of operations.
            const std::uint64_t most = random() % 2 == 0 ? 60 : 250;
            files.stop_at(files.operations() + random() % most);
            live(files, settings_, random(), 25, known);
            files.crash(random());
            if (!files.list(tests::log_path)) continue;
            ASSERT_EQ(check(files, known), "") << "life " << life << ", crash " << crash;
            torn += read_what_is_needed(files, known).torn();
            // What a reader saw is there to stay: acknowledged or not, it was made durable by the
            // next opening at the latest.
        }
    }
    EXPECT_GT(torn, 0u);
}

/// A log of five records and a torn write of more; false if this crash tore nothing.
bool tear(FaultFiles& files, LogSettings settings, std::uint64_t seed) {
    {
        LogRun run{files, settings};
        EXPECT_TRUE(run.append(5)) << run.error;
        // The next write is the batch itself.
        files.stop_at(files.operations());
        EXPECT_FALSE(run.append(60));
    }
    files.crash(seed);
    return read_log(files, {}).torn();
}

TEST_P(LogCrash, SurvivesCrashesWhileATornTailIsMended) {
    std::uint64_t torn_seed = seed_;
    const auto tears = [&] {
        FaultFiles files;
        return tear(files, settings_, torn_seed);
    };
    for (; !tears(); ++torn_seed)
        ASSERT_LT(torn_seed, seed_ + 300) << "no crash tore the batch";
    std::uint64_t still_torn = 0;
    bool stopped = true;
    for (std::uint64_t at = 0; stopped; ++at) {
        for (std::uint64_t variant = 0; variant < 4; ++variant) {
            FaultFiles files;
            ASSERT_TRUE(tear(files, settings_, torn_seed));
            files.stop_at(files.operations() + at);
            const LogRun mending{files, settings_};
            stopped = files.stopped();
            files.crash(seed_ + variant);
            LogRun again{files, settings_};
            ASSERT_EQ(again.error, "") << "operation " << at << ", variant " << variant;
            ASSERT_EQ(again.recovered.last(), Lsn{5});
            still_torn += again.recovered.torn();
            ASSERT_TRUE(again.append(3) && again.close()) << again.error;
        }
    }
    EXPECT_GT(still_torn, 0u);
}

TEST_P(LogCrash, MendsAWriteTornAtEverySector) {
    FaultFiles files;
    LogRun run{files, settings_};
    ASSERT_TRUE(run.append(5));
    const std::uint64_t offset = run.carrier->end().offset;
    ASSERT_TRUE(run.append(60));
    const std::string path = segment_path(tests::log_path, 1);
    const auto whole = *files.content(path);
    const std::size_t sectors = (run.carrier->end().offset - offset) / sector_bytes;
    ASSERT_GT(sectors, 40u);
    const auto read_with = [&](const auto& kept) {
        auto file = files.open(path, {.mode = io::OpenMode::append});
        const std::vector<std::byte> zeros(sector_bytes);
        for (std::size_t sector = 0; sector < sectors; ++sector) {
            const std::uint64_t at = offset + sector * sector_bytes;
            const Bytes bytes = Bytes{whole}.subspan(at, sector_bytes);
            EXPECT_TRUE((*file)->write_at(at, kept(sector) ? bytes : Bytes{zeros}));
        }
        LogReader reader{files, tests::log_path, tests::log_id, {}};
        RecordView record;
        ReadOutcome outcome{};
        do {
            outcome = reader.next(record);
        } while (outcome == ReadOutcome::record);
        EXPECT_EQ(before(reader.end().next),
                  Lsn{outcome == ReadOutcome::end && kept(0) ? 65u : 5u});
        return outcome;
    };
    for (std::size_t cut = 0; cut < sectors; ++cut) {
        EXPECT_EQ(read_with([&](std::size_t sector) { return sector != cut; }),
                  ReadOutcome::torn_tail);
        EXPECT_EQ(read_with([&](std::size_t sector) { return sector == cut; }),
                  ReadOutcome::torn_tail);
        EXPECT_EQ(read_with([&](std::size_t sector) { return sector < cut; }),
                  cut == 0 ? ReadOutcome::end : ReadOutcome::torn_tail);
        EXPECT_EQ(read_with([&](std::size_t sector) { return sector >= cut; }),
                  cut == 0 ? ReadOutcome::end : ReadOutcome::torn_tail);
    }
}

TEST_P(LogCrash, KeepsATornTailAside) {
    bool seen = false;
    for (std::uint64_t variant = 0; variant < 300 && !seen; ++variant) {
        FaultFiles files;
        if (!tear(files, settings_, seed_ + variant)) continue;
        seen = true;
        LogRun again{files, settings_};
        ASSERT_EQ(again.error, "");
        const auto kept = files.list(tests::log_path + "/torn");
        ASSERT_TRUE(kept);
        ASSERT_EQ(kept->size(), 1u);
        EXPECT_EQ((*kept)[0].name, "00000000000000000001-8192.torn");
        const auto bytes = files.content(tests::log_path + "/torn/" + (*kept)[0].name);
        ASSERT_TRUE(bytes);
        EXPECT_FALSE(all_zero(*bytes));
        EXPECT_EQ(again.recovered.last(), Lsn{5});
        ASSERT_TRUE(again.append(2)) << again.error;
    }
    EXPECT_TRUE(seen) << "no variant tore the batch";
}

INSTANTIATE_TEST_SUITE_P(Writing, LogCrash, testing::Values(true, false),
                         [](const auto& mode) { return mode.param ? "Direct" : "Synced"; });

}  // namespace
}  // namespace tickweir::txn::log
