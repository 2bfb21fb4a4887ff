// Sessions' numbers in a real log, what is read of them when it opens again, and which reports are
// told again.
#include "gateway/venue/session_log.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "gateway/venue/reports_again.hpp"
#include "gateway/venue/session_history.hpp"
#include "tests/gateway/venue/resync_world.hpp"

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;
using fix::NumberBlock;
using fix::ReportPlace;
using fix::SessionId;
using tests::FaultFiles;
using tests::limit_order;
using tests::noon;
using tests::VenueLife;
using Step = ReportsAgain::Step;

constexpr SessionId first{0};
constexpr SessionId second{1};

fix::StoredSession stored(std::string name, book::TimeNs numbering = noon) {
    fix::StoredSession session;
    session.name = std::move(name);
    session.numbering = numbering;
    return session;
}
std::vector<fix::StoredSession> crashed_sessions() {
    std::vector<fix::StoredSession> sessions{stored("S"), stored("T")};
    for (fix::StoredSession& session : sessions)
        session.crashed = true;
    return sessions;
}

/// A venue with a log of sessions, opened over what lies there.
struct Bed {
    explicit Bed(FaultFiles& given, std::vector<fix::StoredSession> sessions = crashed_sessions())
        : files{given}, venue{files, tests::resync_config()} {
        log.set_sessions(std::move(sessions));
        read = read_history(files, recovered(), log.stored(), engine().state().settings(), {});
        log.open(engine().log().ring(), engine().durable(), 1, read.resumed, read.blocks);
        venue.settle();
    }
    txn::Engine& engine() { return *venue.opened.engine; }
    RecoveredLog recovered() {
        return {"data", engine().identity().id, venue.opened.report.snapshot,
                engine().durable().load()};
    }
    /// An order, durably; the LSN of its record.
    txn::log::Lsn order(std::uint32_t session, const std::string& id, std::uint64_t sequence,
                        std::int64_t price = 10, book::TimeNs arrived = noon + 1s) {
        txn::Command command = limit_order(id.c_str(), price, 1, venue.now);
        command.envelope.session = txn::SessionId{session};
        command.envelope.sequence = sequence;
        command.envelope.arrived = arrived;
        const txn::Executed executed = engine().shard(0).execute(command);
        EXPECT_EQ(executed.status, txn::ExecuteStatus::done);
        venue.settle();
        return executed.lsn;
    }
    ReadHistory read_again(const std::vector<fix::StoredSession>& sessions) {
        return read_history(files, recovered(), sessions, engine().state().settings(), {});
    }
    std::vector<std::string> again(std::vector<ReportPlace> told, txn::log::Lsn from = {}) {
        ReportsAgain reports{files,
                             {.data = "data",
                              .id = engine().identity().id,
                              .first = from,
                              .last = engine().durable().load(),
                              .told = std::move(told),
                              .records_per_step = 2,
                              .done = {}}};
        std::vector<std::string> texts;
        VenueReport report;
        for (Step step{}; (step = reports.next(report)) != Step::over;) {
            EXPECT_NE(step, Step::failed) << reports.fault();
            if (step == Step::failed) break;
            if (step != Step::report) continue;
            EXPECT_EQ(report.kind, VenueReportKind::again);
            texts.push_back(std::string{report.event.order.client_id.view()} + " " +
                            std::to_string(number(report.lsn)) + "-" +
                            std::to_string(report.place));
        }
        return texts;
    }

    FaultFiles& files;
    VenueLife venue;
    SessionLog log{venue.role};
    ReadHistory read;
};

// ------------------------------------------------------------------------------------- reserving

TEST(SessionLogTest, CountsWhatIsDurableAndNothingElse) {
    FaultFiles files;
    Bed bed{files};
    const NumberBlock block{noon, 1'001, {}};
    EXPECT_EQ(bed.log.bound(first, noon), 0u);
    ASSERT_TRUE(bed.log.reserve(first, block));
    EXPECT_EQ(bed.log.bound(first, noon), 0u);
    bed.venue.settle();
    EXPECT_EQ(bed.log.bound(first, noon), 1'001u);
    EXPECT_EQ(bed.log.bound(first, noon + 1ns), 0u) << "of another numbering";
    EXPECT_EQ(bed.log.bound(second, noon), 0u) << "of another session";
    ASSERT_TRUE(bed.log.reserve(first, {noon, 2'001, {}}));
    EXPECT_EQ(bed.log.bound(first, noon), 1'001u);
    bed.venue.settle();
    EXPECT_EQ(bed.log.bound(first, noon), 2'001u);
    EXPECT_EQ(bed.log.reserved(), 2u);
}

TEST(SessionLogTest, TakesNoMoreThanAFewBlocksAheadOfTheDisk) {
    FaultFiles files;
    Bed bed{files};
    std::uint64_t taken = 0;
    while (taken < 100 && bed.log.reserve(first, {noon, 1'000 * (taken + 1), {}}))
        ++taken;
    EXPECT_EQ(taken, 4u);
    bed.venue.settle();
    EXPECT_EQ(bed.log.bound(first, noon), 4'000u);
    EXPECT_TRUE(bed.log.reserve(first, {noon, 5'000, {}}));
}

TEST(SessionLogTest, HoldsNobodyBackOnceTheLogHasFailed) {
    FaultFiles files;
    Bed bed{files};
    files.fail_next(txn::io::IoOperation::write, EIO);
    ASSERT_TRUE(bed.log.reserve(first, {noon, 1'001, {}}));
    (void)bed.engine().turn_log(noon);
    ASSERT_TRUE(bed.engine().durable().failed());
    EXPECT_EQ(bed.log.bound(first, noon), std::numeric_limits<std::uint64_t>::max());
    EXPECT_FALSE(bed.log.reserve(first, {noon, 2'001, {}}));
    bed.log.close();
    EXPECT_FALSE(bed.log.reserve(first, {noon, 2'001, {}}));
}

TEST(SessionLogTest, RefusesANameThatFitsNoRecord) {
    const VenueRole role;
    SessionLog log{role};
    EXPECT_THROW(log.set_sessions({stored("")}), std::runtime_error);
    EXPECT_THROW(log.set_sessions({stored(std::string(256, 'x'))}), std::runtime_error);
}

TEST(SessionLogTest, WritesTheCopyAgainWhereTheDiskRefusedIt) {
    FaultFiles files;
    Bed bed{files};
    EXPECT_EQ(bed.log.write_copy(files, "data"), "");
    EXPECT_FALSE(files.content("data/venue.sessions"));
    ASSERT_TRUE(bed.log.reserve(first, {noon, 1'001, {}}));
    files.fail_next(txn::io::IoOperation::rename, EIO);
    EXPECT_NE(bed.log.write_copy(files, "data"), "");
    EXPECT_EQ(bed.log.write_copy(files, "data"), "");
    EXPECT_EQ(read_blocks(files, "data").blocks, (SessionBlocks{{"S", {noon, 1'001, {}}}}));
}

// ------------------------------------------------------------------------------------- reading

TEST(SessionHistoryTest, KnowsTheLastBlockAndRequestOfANumbering) {
    FaultFiles files;
    Bed bed{files};
    ASSERT_TRUE(bed.log.reserve(first, {noon, 1'001, {3, 1}}));
    bed.order(1, "a", 5);
    bed.order(1, "b", 9);
    bed.order(2, "c", 77);
    ASSERT_TRUE(bed.log.reserve(first, {noon, 2'001, {3, 1}}));
    bed.venue.settle();
    const ReadHistory read = bed.read_again(crashed_sessions());
    ASSERT_EQ(read.fault, "");
    ASSERT_EQ(read.resumed.size(), 2u);
    EXPECT_EQ(read.resumed[0], (fix::ResumedSession{noon, 2'001, 10, {3, 1}, {3, 1}}));
    EXPECT_EQ(read.resumed[1].next_outbound, 1u) << "without a block nothing was sent";
    EXPECT_EQ(read.resumed[1].next_inbound, 78u);
    EXPECT_EQ(read.told, (std::vector<ReportPlace>{fix::all_told, {3, 1}, {}}))
        << "and what was asked for has still to be answered";
}

TEST(SessionHistoryTest, KnowsOfNobodyWhoIsNotInTheLog) {
    FaultFiles files;
    Bed bed{files};
    ASSERT_TRUE(bed.log.reserve(first, {noon, 1'001, {}}));
    bed.venue.settle();
    const ReadHistory read = bed.read_again(crashed_sessions());
    EXPECT_EQ(read.resumed[1], (fix::ResumedSession{noon, 1, 1, {}, fix::all_told}));
}

TEST(SessionHistoryTest, CountsNoRequestOfAnEarlierNumbering) {
    FaultFiles files;
    Bed bed{files};
    ASSERT_TRUE(bed.log.reserve(first, {noon + 2s, 1'001, {}}));
    // It waited in a queue while numbers began anew, or came in the very same turn.
    bed.order(1, "a", 5'000, 10, noon + 1s);
    bed.order(1, "b", 4'000, 10, noon + 2s);
    bed.order(1, "c", 3, 10, noon + 3s);
    EXPECT_EQ(bed.read_again(crashed_sessions()).resumed[0].next_inbound, 4u);
}

TEST(SessionHistoryTest, TellsWhoGetsCopiesOfReportsToo) {
    FaultFiles files;
    Bed bed{files};
    ASSERT_TRUE(bed.log.reserve(first, {noon, 1'001, {}}));
    ASSERT_TRUE(bed.log.reserve(second, {noon, 1'001, {}}));
    bed.venue.settle();
    auto sessions = crashed_sessions();
    sessions[0].told = {9, 1};
    sessions[1].told = {4, 1};
    EXPECT_EQ(bed.read_again(sessions).told,
              (std::vector<ReportPlace>{fix::all_told, {9, 1}, {4, 1}}));
    sessions[1].copies_of = {"S"};
    EXPECT_EQ(bed.read_again(sessions).told,
              (std::vector<ReportPlace>{fix::all_told, {4, 1}, {4, 1}}));
}

TEST(SessionHistoryTest, ReadsLittleWhereFilesWereClosed) {
    FaultFiles files;
    Bed bed{files};
    ASSERT_TRUE(bed.log.reserve(first, {noon, 1'001, {}}));
    ASSERT_TRUE(bed.log.reserve(second, {noon, 1'001, {}}));
    for (int i = 0; i < 50; ++i)
        bed.order(1, "o" + std::to_string(i), 2);
    ASSERT_EQ(bed.log.write_copy(files, "data"), "");
    std::vector<fix::StoredSession> closed{stored("S"), stored("T")};
    const std::uint64_t last = number(bed.engine().durable().load());
    closed[0].told = ReportPlace{last - 3, 1};
    closed[0].next_outbound = 51;
    const ReadHistory read = bed.read_again(closed);
    EXPECT_EQ(read.records, 4u);
    EXPECT_EQ(read.resumed[0].next_outbound, 51u);
    EXPECT_EQ(read.told, (std::vector<ReportPlace>{fix::all_told, {last - 3, 1}, {last - 3, 1}}))
        << "who has an older report has all that there were for it";
    // Without the copy all of the log is needed to know who was ever there.
    ASSERT_TRUE(files.remove("data/venue.sessions"));
    EXPECT_EQ(bed.read_again(closed).records, last);
    EXPECT_EQ(bed.read_again(closed).resumed[0], read.resumed[0]);
}

TEST(SessionHistoryTest, RemembersASessionThatIsNotInTheLogAnyMore) {
    FaultFiles files;
    {
        Bed bed{files};
        ASSERT_EQ(write_blocks(files, "data", {{"S", {noon, 7'001, {2, 1}}}}), "");
    }
    Bed bed{files};
    EXPECT_EQ(bed.read.resumed[0], (fix::ResumedSession{noon, 7'001, 1, {2, 1}, {2, 1}}));
    // And what it knows is written again, for sessions that nobody configures now, too.
    ASSERT_EQ(write_blocks(files, "data", {}), "");
    EXPECT_EQ(bed.log.write_copy(files, "data"), "");
    EXPECT_EQ(read_blocks(files, "data").blocks.at("S").bound, 7'001u);
}

TEST(SessionHistoryTest, SaysWhatOfTheLogCannotBeRead) {
    FaultFiles files;
    Bed bed{files};
    bed.order(1, "a", 2);
    ASSERT_TRUE(files.flip_bit("data/log/00000000000000000001.log", 8 * 4'200));
    ReadHistory read = bed.read_again(crashed_sessions());
    EXPECT_NE(read.fault.find("00000000000000000001.log at byte 4096"), std::string::npos)
        << read.fault;
    RecoveredLog behind = bed.recovered();
    behind.snapshot = behind.last;
    read = read_history(files, behind, crashed_sessions(), bed.engine().state().settings(), {});
    EXPECT_EQ(read.fault, "") << "recovery did not need it";
    EXPECT_NE(read.note.find("is not known"), std::string::npos) << read.note;
    EXPECT_EQ(read.first, after(behind.last));
}

TEST(SessionHistoryTest, GivesUpWhenItIsToldTo) {
    FaultFiles files;
    Bed bed{files};
    for (std::uint64_t bound = 1; bound <= 4'200; ++bound)
        for (int i = 0; i < 4 && !bed.log.reserve(first, {noon, bound, {}}); ++i) {
            (void)bed.engine().turn_stock();
            (void)bed.engine().turn_log(noon);
        }
    bed.venue.settle();
    struct Stop {};
    EXPECT_THROW((void)read_history(files, bed.recovered(), crashed_sessions(),
                                    bed.engine().state().settings(), [] { throw Stop{}; }),
                 Stop);
}

// ------------------------------------------------------------------------------------- again

TEST(ReportsAgainTest, TellsWhatIsBehindWhatEachSessionHas) {
    FaultFiles files;
    Bed bed{files};
    const std::uint64_t a = number(bed.order(1, "a", 2));
    const std::uint64_t b = number(bed.order(2, "b", 2));
    const std::uint64_t c = number(bed.order(1, "c", 3));
    const auto at = [](const char* id, std::uint64_t lsn) {
        return std::string{id} + " " + std::to_string(lsn) + "-1";
    };
    using Texts = std::vector<std::string>;
    const ReportPlace all = fix::all_told;
    EXPECT_EQ(bed.again({all, {}, {}}), (Texts{at("a", a), at("b", b), at("c", c)}));
    EXPECT_EQ(bed.again({all, {a, 1}, {}}), (Texts{at("b", b), at("c", c)}));
    EXPECT_EQ(bed.again({all, {a, 0}, all}), (Texts{at("a", a), at("c", c)}));
    EXPECT_EQ(bed.again({all, {c, 1}, {b, 1}}), Texts{});
    EXPECT_EQ(bed.again({all, {}}), (Texts{at("a", a), at("c", c)})) << "of sessions in the list";
    EXPECT_EQ(bed.again({all, all, all}), Texts{});
    EXPECT_EQ(bed.again({}), Texts{});
    EXPECT_EQ(bed.again({all, {}, {}}, txn::log::Lsn{c}), Texts{at("c", c)});
}

TEST(ReportsAgainTest, KeepsTheLogUntilItIsReadAndSaysSoOnce) {
    FaultFiles files;
    Bed bed{files};
    bed.order(1, "a", 2);
    int done = 0;
    const auto options = [&](ReportPlace told) {
        return ReportsAgainOptions{.data = "data",
                                   .id = bed.engine().identity().id,
                                   .last = bed.engine().durable().load(),
                                   .told = {fix::all_told, told},
                                   .done = [&done] { ++done; }};
    };
    { const ReportsAgain nothing{files, options(fix::all_told)}; }
    EXPECT_EQ(done, 1);
    {
        ReportsAgain reports{files, options({})};
        VenueReport report;
        EXPECT_EQ(reports.next(report), Step::report);
        EXPECT_EQ(done, 1);
        EXPECT_EQ(reports.next(report), Step::over);
        EXPECT_EQ(done, 2);
        EXPECT_EQ(reports.next(report), Step::over);
        EXPECT_EQ(reports.reports(), 1u);
    }
    { const ReportsAgain unread{files, options({})}; }
    EXPECT_EQ(done, 3);
}

TEST(ReportsAgainTest, SaysWhereTheLogCannotBeRead) {
    FaultFiles files;
    Bed bed{files};
    bed.order(1, "a", 2);
    ASSERT_TRUE(files.flip_bit("data/log/00000000000000000001.log", 8 * 8'300));
    ReportsAgain reports{files,
                         {.data = "data",
                          .id = bed.engine().identity().id,
                          .last = bed.engine().durable().load(),
                          .told = {fix::all_told, {}},
                          .done = {}}};
    VenueReport report;
    EXPECT_EQ(reports.next(report), Step::failed);
    EXPECT_NE(reports.fault().find("00000000000000000001.log at byte "), std::string::npos);
    EXPECT_EQ(reports.next(report), Step::failed);
}

}  // namespace
}  // namespace tickweir::gateway
