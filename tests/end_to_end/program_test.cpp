// The program's frame as a user meets it: help, versions, exit statuses, one line for each mistake.
#include <gmock/gmock.h>

#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "tests/end_to_end/run_program.hpp"

namespace tickweir::tests {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

TEST(Program, HelpAndVersionGoToStdout) {
    const Finished version = run_program({"--version"});
    EXPECT_EQ(version.status, 0);
    EXPECT_THAT(version.out, MatchesRegex("tickweir [0-9]+\\.[0-9]+\\.[0-9]+\n"));
    EXPECT_EQ(version.err, "");
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--help"},
                                                      {"replay", "--help"},
                                                      {"inspect", "--help"},
                                                      {"simulate", "--help"}}) {
        const Finished help = run_program(arguments);
        EXPECT_EQ(help.status, 0);
        EXPECT_THAT(help.out, HasSubstr("Usage: tickweir "));
        EXPECT_EQ(help.err, "");
    }
}

TEST(Program, MistakesAreOneLineOnStderrAndStatusTwo) {
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{},
          {"frob"},
          {"--frob"},
          {"inspect"},
          {"replay", "--depth", "x"},
          {"inspect", "/nonexistent/x.itch"},
          {"replay", "/nonexistent/x.itch"},
          {"simulate", "--out", "x", "--format", "fix"},
          {"simulate", "--out", "x", "--messages", "3"}}) {
        const Finished run = run_program(arguments);
        EXPECT_EQ(run.status, 2) << run.err;
        EXPECT_EQ(run.out, "");
        EXPECT_THAT(run.err, MatchesRegex("tickweir[^\n]+\n"));
    }
}

TEST(Program, FailsWhenItsOutputCannotBeWritten) {
    if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
    const Finished run = run_program({"--help"}, "/dev/full");
    EXPECT_EQ(run.status, 1);
    EXPECT_EQ(run.err, "tickweir: cannot write to stdout\n");
}

TEST(Program, ShowsNoProgressWhereStderrIsNoTerminal) {
    const replay::tests::TempDir directory;
    const std::string out = directory / "x.itch";
    const Finished simulated = run_program({"simulate", "--out", out, "--messages", "500000"});
    EXPECT_EQ(simulated.status, 0);
    EXPECT_EQ(simulated.err, "");
    const Finished inspected = run_program({"inspect", out});
    EXPECT_EQ(inspected.status, 0);
    EXPECT_EQ(inspected.err, "");
    EXPECT_THAT(inspected.out, HasSubstr("500000 messages, 1 session\n"));
}

TEST(Program, LeavesNothingBehindWhenAFileCannotBeFinished) {
    const replay::tests::TempDir directory;
    const Finished run = run_program({"simulate", "--out", directory / "absent/x.itch"});
    EXPECT_EQ(run.status, 1);
    EXPECT_THAT(run.err, MatchesRegex("tickweir simulate: [^\n]*absent/x\\.itch[^\n]*\n"));
    EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST(Program, TidiesUpWhenItIsInterrupted) {
    for (const char* const name : {"x.itch", "x.pcap"}) {
        const replay::tests::TempDir directory;
        const auto child =
            start_program({"simulate", "--out", directory / name, "--messages", "1000000000000"},
                          "/dev/null", "/dev/null");
        ASSERT_TRUE(child);
        while (std::filesystem::is_empty(directory.path()) && !has_ended(*child))
            std::this_thread::yield();
        ::kill(*child, SIGINT);
        EXPECT_EQ(wait_for(*child), 128 + SIGINT);
        EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
    }
}

}  // namespace
}  // namespace tickweir::tests
