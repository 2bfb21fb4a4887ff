// What `tickweir verify` finds in data directories: sound ones, ones that power left, and ones that
// rotted; and that it changes nothing.
#include "gateway/commands/verify.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <sstream>

#include "gateway/commands/verify_data.hpp"
#include "gateway/venue/stored_settings.hpp"
#include "tests/engine/engine_world.hpp"
#include "tests/support/seed.hpp"
#include "txn/io/posix_files.hpp"
#include "txn/log/segment_files.hpp"
#include "txn/snapshot/snapshot_files.hpp"

namespace tickweir::gateway {
namespace {

using tests::data_path;
using tests::EngineRun;
using tests::EngineScript;
using tests::FaultFiles;
using txn::log::Lsn;

/// A directory that a venue left: two snapshots, records behind them, settings.
class VerifyTest : public testing::Test {
protected:
    VerifyTest() : script{tests::script_of(tests::test_seed(), 300)} { live(150, 300, 60); }

    /// A life that plays a part of the script.
    void live(std::size_t end_of_first, std::size_t end, std::size_t snapshot_every) {
        EngineScript part = script;
        part.commands.resize(end_of_first);
        {
            EngineRun run{files, tests::small_engine(script)};
            ASSERT_TRUE(run.opened()) << run.report.refused;
            ASSERT_TRUE(run.play(part, 0, 1, snapshot_every));
            run.follow();
            ASSERT_TRUE(run.engine->close(run.now));
        }
        part.commands.assign(script.commands.begin(),
                             script.commands.begin() + static_cast<std::ptrdiff_t>(end));
        EngineRun run{files, tests::small_engine(script)};
        ASSERT_TRUE(run.opened()) << run.report.refused;
        ASSERT_TRUE(run.play(part, end_of_first, 2));
        run.follow();
        ASSERT_TRUE(run.engine->close(run.now));
        last = run.applied();
        state_hash = hash_text(run.engine->state().hash());
        state_text = txn::state_text(*run.engine->replayer().state());
        ASSERT_EQ(write_settings(files, data_path, {script.settings, 1}), "");
    }

    /// Every file with its bytes.
    std::map<std::string, std::vector<std::byte>> contents(const std::string& directory) {
        std::map<std::string, std::vector<std::byte>> found;
        const auto listed = files.list(directory);
        for (const txn::io::DirectoryEntry& entry : *listed) {
            const std::string path = directory + '/' + entry.name;
            if (entry.is_directory)
                found.merge(contents(path));
            else
                found[path] = *files.content(path);
        }
        return found;
    }

    VerifyReport verify() {
        const auto before = contents(data_path);
        VerifyReport report = verify_data(files, data_path);
        EXPECT_EQ(contents(data_path), before);
        return report;
    }

    std::string segment(std::uint64_t number) {
        return txn::log::segment_path(txn::log::log_directory(data_path), number);
    }

    EngineScript script;
    FaultFiles files;
    Lsn last{};
    std::string state_hash;
    std::string state_text;
};

TEST_F(VerifyTest, FindsASoundDirectorySound) {
    const VerifyReport report = verify();
    EXPECT_EQ(report.problems, std::vector<std::string>{});
    EXPECT_EQ(report.verdict, Verdict::sound);
    EXPECT_EQ(report.identity.log_number, script.settings.log_number);
    EXPECT_EQ(report.snapshots.size(), 2u);
    EXPECT_EQ(report.log.last, last);
    EXPECT_EQ(report.log.outcome, txn::log::ReadOutcome::end);
    EXPECT_EQ(report.log.counts.records,
              report.log.commands + report.log.marks + report.log.counts.aborted);
    EXPECT_GT(report.log.marks, 0u);
    EXPECT_FALSE(report.log.segments.empty());
    EXPECT_GT(report.log.spare, 0u);
    ASSERT_TRUE(report.execution);
    EXPECT_EQ(report.execution->snapshot, report.snapshots.back().lsn);
    EXPECT_EQ(report.execution->state_hash, state_hash);
    EXPECT_GT(report.execution->counts.compared, 0u);
}

TEST_F(VerifyTest, ChecksWithoutExecutingWhereThereAreNoSettings) {
    ASSERT_TRUE(files.remove(settings_path(data_path)));
    const VerifyReport report = verify();
    EXPECT_EQ(report.verdict, Verdict::sound);
    EXPECT_FALSE(report.execution);
    EXPECT_EQ(report.not_executed, "no settings lie in data");
}

TEST_F(VerifyTest, TellsOfATornTailAndFindsItSound) {
    {
        EngineRun run{files, tests::small_engine(script)};
        ASSERT_TRUE(run.opened());
        files.fail_next(txn::io::IoOperation::write, EIO);
        (void)run.play(script, 300 - 8, 3);
    }
    files.crash(tests::test_seed(), tests::Kept::any);
    VerifyReport report = verify();
    EXPECT_EQ(report.verdict, Verdict::sound) << report.problems.front();
    // Whatever power left of the write: what was there before is.
    EXPECT_GE(report.log.last, last);
    EXPECT_NE(report.log.outcome, txn::log::ReadOutcome::corrupt);
}

TEST_F(VerifyTest, NamesFileAndPlaceOfAFlippedBit) {
    const std::vector<std::byte> bytes = *files.content(segment(1));
    std::uint64_t used = bytes.size();
    while (bytes[used - 1] == std::byte{})
        --used;
    for (std::uint64_t at = 100; at < used; at += used / 37) {
        ASSERT_TRUE(files.flip_bit(segment(1), at * 8));
        const VerifyReport report = verify();
        EXPECT_EQ(report.verdict, Verdict::damaged) << "byte " << at;
        ASSERT_FALSE(report.problems.empty());
        EXPECT_EQ(report.problems.front().rfind(segment(1) + " at byte ", 0), 0u)
            << report.problems.front();
        ASSERT_TRUE(files.flip_bit(segment(1), at * 8));
    }
    EXPECT_EQ(verify().verdict, Verdict::sound);
}

TEST_F(VerifyTest, GoesOnFromTheOlderSnapshotAndSaysThatTheNewerIsDamaged) {
    const VerifyReport before = verify();
    const std::string newest = before.snapshots.back().path;
    ASSERT_TRUE(files.flip_bit(newest, 8 * 200));
    const VerifyReport report = verify();
    EXPECT_EQ(report.verdict, Verdict::damaged);
    ASSERT_EQ(report.problems.size(), 1u);
    EXPECT_EQ(report.problems[0].rfind(newest + " at byte ", 0), 0u) << report.problems[0];
    ASSERT_TRUE(report.execution);
    EXPECT_EQ(report.execution->snapshot, before.snapshots.front().lsn);
    EXPECT_EQ(report.execution->state_hash, state_hash);
}

TEST_F(VerifyTest, SeesThatRecordsDoSomethingElseUnderOtherSettings) {
    txn::VenueSettings other = script.settings;
    for (txn::InstrumentSettings& instrument : other.instruments)
        instrument.quantity_max = txn::Quantity{1};
    ASSERT_EQ(write_settings(files, data_path, {other, 1}), "");
    const VerifyReport report = verify();
    EXPECT_EQ(report.verdict, Verdict::damaged);
    ASSERT_FALSE(report.problems.empty());
    EXPECT_NE(report.problems.back().find("LSN "), std::string::npos) << report.problems.back();
    EXPECT_NE(report.problems.back().find("(in " + txn::log::log_directory(data_path)),
              std::string::npos)
        << report.problems.back();
    EXPECT_TRUE(report.execution->state_hash.empty());
}

TEST_F(VerifyTest, SaysThatAConfigurationDoesNotFit) {
    const Config config;  // of other instruments, for one
    const VerifyReport report = verify_data(files, data_path, &config);
    EXPECT_EQ(report.verdict, Verdict::refused);
    EXPECT_NE(report.refused, "");
    // Without the stored ones it has nothing to be held against but the snapshots.
    ASSERT_TRUE(files.remove(settings_path(data_path)));
    const VerifyReport alone = verify_data(files, data_path, &config);
    EXPECT_EQ(alone.verdict, Verdict::refused);
    EXPECT_NE(alone.refused.find(".snapshot"), std::string::npos) << alone.refused;
}

TEST_F(VerifyTest, SeesDamagedSettings) {
    ASSERT_TRUE(files.flip_bit(settings_path(data_path), 8 * 60));
    const VerifyReport report = verify();
    EXPECT_EQ(report.verdict, Verdict::damaged);
    ASSERT_EQ(report.problems.size(), 1u);
    EXPECT_EQ(report.problems[0].rfind(settings_path(data_path) + ": ", 0), 0u);
}

TEST_F(VerifyTest, RefusesADirectoryThatAProcessHas) {
    const auto lock = files.lock_directory(data_path);
    ASSERT_TRUE(lock);
    const VerifyReport report = verify();
    EXPECT_EQ(report.verdict, Verdict::refused);
    EXPECT_EQ(report.refused, "data is in use by another process: stop it first");
}

TEST_F(VerifyTest, KeepsNobodyOut) {
    (void)verify();
    EXPECT_TRUE(files.lock_directory(data_path));
}

TEST_F(VerifyTest, RefusesWhatIsNoDataDirectory) {
    EXPECT_EQ(verify_data(files, "nowhere").refused, "nowhere is empty or not there");
    ASSERT_TRUE(files.make_directories("foreign/photographs"));
    const VerifyReport foreign = verify_data(files, "foreign");
    EXPECT_EQ(foreign.verdict, Verdict::refused);
    EXPECT_NE(foreign.refused.find("photographs"), std::string::npos) << foreign.refused;
    // The version of the identity stands behind its first word.
    ASSERT_TRUE(files.flip_bit(data_path + "/tickweir.id", 8 * 8 + 1));
    const VerifyReport newer = verify_data(files, data_path);
    EXPECT_EQ(newer.verdict, Verdict::refused);
    EXPECT_NE(newer.refused.find("has version 3"), std::string::npos) << newer.refused;
}

TEST_F(VerifyTest, SaysThatAnIdentityIsDamaged) {
    ASSERT_TRUE(files.flip_bit(data_path + "/tickweir.id", 8 * 20));
    const VerifyReport report = verify_data(files, data_path);
    EXPECT_EQ(report.verdict, Verdict::damaged);
    ASSERT_EQ(report.problems.size(), 1u);
}

TEST_F(VerifyTest, DumpsTheStateOfAnyRecordThatIsThere) {
    std::string fault;
    EXPECT_EQ(dump_state(files, data_path, nullptr, last, fault), state_text) << fault;
    const Lsn oldest = verify().snapshots.front().lsn;
    const auto earlier = dump_state(files, data_path, nullptr, oldest, fault);
    ASSERT_TRUE(earlier) << fault;
    EXPECT_EQ(earlier->rfind("lsn " + std::to_string(number(oldest)) + ' ', 0), 0u);
    EXPECT_FALSE(dump_state(files, data_path, nullptr, after(last), fault));
    EXPECT_EQ(fault, "the log ends at LSN " + std::to_string(number(last)));
    EXPECT_FALSE(dump_state(files, "nowhere", nullptr, last, fault));
}

TEST_F(VerifyTest, IsReportedAsTextAndAsJson) {
    const VerifyReport report = verify();
    std::ostringstream text;
    print_text(report, text);
    EXPECT_NE(text.str().find("state hash " + state_hash + " at LSN " +
                              std::to_string(number(last)) + '\n'),
              std::string::npos)
        << text.str();
    EXPECT_TRUE(text.str().ends_with("\nsound\n")) << text.str();
    std::ostringstream json;
    print_json(report, json);
    simdjson::dom::parser parser;
    const auto document = parser.parse(json.str());
    EXPECT_EQ(std::string_view{document["verdict"]}, "sound");
    EXPECT_EQ(std::string_view{document["execution"]["state_hash"]}, state_hash);
    EXPECT_EQ(std::uint64_t{document["log"]["last_lsn"]}, number(last));
    EXPECT_EQ(document["snapshots"].get_array().size(), 2u);
    EXPECT_TRUE(document["log"]["damage"].is_null());
    EXPECT_TRUE(document["history"].is_null());
}

TEST(VerifyCommandTest, EndsWithAStatusThatTells) {
    const std::string data =
        std::filesystem::temp_directory_path() / ("tickweir-verify-" + std::to_string(getpid()));
    std::filesystem::create_directory(data);
    std::ostringstream out;
    std::ostringstream err;
    EXPECT_EQ(run_verify({data, false, {}, {}}, out, err), 2);
    EXPECT_EQ(err.str(), "tickweir verify: " + data + " is empty or not there\n");
    txn::io::PosixFiles files;
    auto made = txn::log::create_data_directory(files, data, {txn::log::LogId{}, 7});
    EXPECT_EQ(run_verify({data, false, {}, {}}, out, err), 2);  // it has the lock
    EXPECT_NE(err.str().find("is in use by "), std::string::npos);
    made.lock.reset();
    EXPECT_EQ(run_verify({data, true, {}, {}}, out, err), 0);
    EXPECT_NE(out.str().find("\"log_number\": 7"), std::string::npos) << out.str();
    EXPECT_EQ(run_verify({data, true, 1, {}}, out, err), 1);
    std::filesystem::resize_file(data + "/tickweir.id", 30);
    EXPECT_EQ(run_verify({data, false, {}, {}}, out, err), 1);
    std::filesystem::remove_all(data);
}

}  // namespace
}  // namespace tickweir::gateway
