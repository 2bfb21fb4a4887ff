// Log lines as text, and the log as a whole into files of a directory of its own.
#include "gateway/log.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace tickweir::gateway::log {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string escaped(std::string_view text, std::size_t bytes_max = 100) {
    std::string out;
    append_escaped(out, text, bytes_max);
    return out;
}

// --------------------------------------------------------------------------- text

TEST(LogLine, HasTimeLevelAndModule) {
    const book::TimeNs time{std::chrono::sys_days{std::chrono::year{2026} / 1 / 2} + 3h + 4min +
                            5s + 6ns};
    EXPECT_EQ(line_of(time, LogLevel::warning, "serve", "a text"),
              "2026-01-02T03:04:05.000000006Z warning serve: a text");
    EXPECT_EQ(line_of(book::TimeNs{}, LogLevel::info, "x", ""),
              "1970-01-01T00:00:00.000000000Z info x: ");
    EXPECT_EQ(line_of(book::TimeNs{-1ns}, LogLevel::info, "x", ""),
              "1969-12-31T23:59:59.999999999Z info x: ");
}

TEST(LogLine, CannotBeBrokenFromOutside) {
    EXPECT_EQ(escaped("a\nb\r\tc\x1b[31m\x7f"), "a\\nb\\r\\tc\\x1b[31m\\x7f");
    EXPECT_EQ(escaped(std::string_view{"\0", 1}), "\\x00");
    EXPECT_EQ(escaped("h\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"),
              "h\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80");
}

TEST(LogLine, EscapesWhatIsNoUtf8) {
    EXPECT_EQ(escaped("\xC3"), "\\xc3");
    EXPECT_EQ(escaped("\xC0\x80"), "\\xc0\\x80");                    // overlong
    EXPECT_EQ(escaped("\xE0\x80\x80"), "\\xe0\\x80\\x80");           // overlong
    EXPECT_EQ(escaped("\xED\xA0\x80"), "\\xed\\xa0\\x80");           // a surrogate
    EXPECT_EQ(escaped("\xF4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // beyond U+10FFFF
    EXPECT_EQ(escaped("\xF0\x80\x80\x80"), "\\xf0\\x80\\x80\\x80");  // overlong
    EXPECT_EQ(escaped("\xC2\x9B"), "\\xc2\\x9b");                    // a control character
    EXPECT_EQ(escaped("\xFF\x80z"), "\\xff\\x80z");
    EXPECT_EQ(escaped("\xE2\x82"), "\\xe2\\x82");
}

TEST(LogLine, IsBounded) {
    EXPECT_EQ(escaped("abcdef", 4), "abcd... (2 more bytes)");
    EXPECT_EQ(escaped("abcd", 4), "abcd");
    EXPECT_EQ(escaped("abc\xC3\xA9", 4), "abc... (2 more bytes)");
    EXPECT_EQ(escaped("\n\n\n", 2), "\\n\\n... (1 more bytes)");
    const std::string line =
        line_of(book::TimeNs{}, LogLevel::info, "x", std::string(1'000'000, '\x01'));
    EXPECT_LT(line.size(), 5 * line_text_max);
}

TEST(LogLine, QuotesTextFromOutside) {
    EXPECT_EQ(fmt::format("{}", Quoted{"a \"b\"\n"}), "\"a \\\"b\\\"\\n\"");
    EXPECT_EQ(fmt::format("{}", Quoted{"abcdef", 3}), "\"abc... (3 more bytes)\"");
    EXPECT_EQ(fmt::format("{}", Quoted{""}), "\"\"");
}

// --------------------------------------------------------------------------- the log as a whole

class Log : public testing::Test {
protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "tickweir-log-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
        config_.file = (folder_ / "t.log").string();
        config_.repeats_per_second = 1'000'000;
    }
    void TearDown() override {
        shutdown(10s);
        reconfigure(LogConfig{});
        fs::remove_all(folder_);
    }

    /// The lines of a file without their times.
    static std::vector<std::string> lines(const fs::path& path) {
        constexpr std::string_view pattern = "dddd-dd-ddTdd:dd:dd.dddddddddZ ";
        std::vector<std::string> found;
        std::ifstream file{path};
        for (std::string line; std::getline(file, line);) {
            std::string head = line.substr(0, pattern.size());
            std::ranges::replace_if(
                head, [](char c) { return c >= '0' && c <= '9'; }, 'd');
            EXPECT_EQ(head, pattern) << line;
            found.push_back(line.substr(head.size()));
        }
        return found;
    }
    std::vector<std::string> lines() const { return lines(config_.file); }

    fs::path folder_;
    LogConfig config_;
};

using Lines = std::vector<std::string>;

TEST_F(Log, WritesLinesInOrder) {
    start(config_);
    const Logger logger = module("log-test");
    logger.trace("not written");
    logger.debug("not written");
    logger.info("number {}", 5);
    logger.warning("{} and {}", std::string{"text"}, Quoted{"from\noutside"});
    logger.error("broken\nline");
    EXPECT_TRUE(shutdown(10s));
    EXPECT_EQ(lines(),
              (Lines{"info log-test: number 5", "warning log-test: text and \"from\\noutside\"",
                     "error log-test: broken\\nline"}));
}

TEST_F(Log, ObeysLevelsOfModules) {
    config_.level = LogLevel::warning;
    config_.levels = {{"log-loud", LogLevel::trace}, {"log-mute", LogLevel::off}};
    start(config_);
    module("log-plain").info("no");
    module("log-plain").warning("yes");
    module("log-loud").trace("yes");
    module("log-mute").error("no");
    EXPECT_FALSE(module("log-plain").enabled(LogLevel::info));
    EXPECT_EQ(module("log-plain").name(), "log-plain");
    config_.level = LogLevel::info;
    config_.levels = {};
    reconfigure(config_);
    module("log-plain").info("again");
    module("log-mute").info("now");
    module("log-loud").trace("no");
    EXPECT_TRUE(shutdown(10s));
    EXPECT_EQ(lines(), (Lines{"warning log-plain: yes", "trace log-loud: yes",
                              "info log-plain: again", "info log-mute: now"}));
}

TEST_F(Log, HoldsRepeatsBackAndTellsHowMany) {
    config_.repeats_per_second = 2;
    start(config_);
    const Logger logger = module("log-repeats");
    const std::uint64_t before = counts().held_back;
    const auto now = [] {
        return std::chrono::time_point_cast<std::chrono::nanoseconds>(
            std::chrono::system_clock::now());
    };
    for (int i = 0; i < 1'000; ++i)
        logger.info("number {}", i);
    logger.info("another");
    const std::uint64_t held_back = counts().held_back - before;
    on_tick(now() + 1s);
    EXPECT_TRUE(shutdown(10s));

    const Lines written = lines();
    ASSERT_GE(written.size(), 4u);
    EXPECT_EQ(written[0], "info log-repeats: number 0");
    EXPECT_EQ(written[1], "info log-repeats: number 1");
    // A loaded machine may take more than a second, and then tells in several lines.
    std::uint64_t told = 0;
    for (const std::string& line : written) {
        const std::string head = "warning log-repeats: repeated ";
        if (!line.starts_with(head)) continue;
        EXPECT_TRUE(line.ends_with(" times: number {}")) << line;
        told += std::stoull(line.substr(head.size()));
    }
    EXPECT_GT(held_back, 0u);
    EXPECT_EQ(told, held_back);
}

TEST_F(Log, TellsRepeatsAtTheEnd) {
    config_.repeats_per_second = 1;
    start(config_);
    for (int i = 0; i < 3; ++i)
        module("log-end").info("same");
    EXPECT_TRUE(shutdown(10s));
    EXPECT_EQ(lines().back(), "warning log-end: repeated 2 times: same");
}

TEST_F(Log, RotatesItsFiles) {
    config_.rotate_bytes = 1'024;
    config_.rotate_files = 2;
    start(config_);
    for (int i = 0; i < 200; ++i)
        module("log-rotate").info("a line of some length, number {}", i);
    EXPECT_TRUE(shutdown(10s));
    std::size_t files = 0;
    for (const auto& entry : fs::directory_iterator{folder_}) {
        ++files;
        EXPECT_LE(fs::file_size(entry.path()), 1'024u);
    }
    EXPECT_EQ(files, 3u);
    EXPECT_EQ(lines().back(), "info log-rotate: a line of some length, number 199");
}

TEST_F(Log, CountsEveryLineOfManyThreads) {
    config_.queue = 64;
    start(config_);
    const Counts before = counts();
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([t] {
            for (int i = 0; i < 2'000; ++i)
                module("log-threads").info("thread {} line {}", t, i);
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_TRUE(shutdown(10s));
    const Counts after = counts();
    EXPECT_EQ(after.lines - before.lines, 8'000u);
    EXPECT_EQ(lines().size() + (after.overrun - before.overrun), 8'000u);
    EXPECT_EQ(after.write_errors, before.write_errors);
}

TEST_F(Log, RefusesAFileThatCannotBeOpened) {
    config_.file = "/proc/tickweir/none.log";
    try {
        start(config_);
        FAIL() << "started";
    } catch (const std::runtime_error& error) {
        EXPECT_TRUE(std::string{error.what()}.starts_with(
            "log.file: cannot open /proc/tickweir/none.log: "))
            << error.what();
    }
}

TEST_F(Log, CountsWhatTheDiskDoesNotTake) {
    if (!fs::exists("/dev/full")) GTEST_SKIP() << "this system has no /dev/full";
    config_.file = "/dev/full";
    config_.rotate_bytes = std::uint64_t{1} << 40;
    start(config_);
    const std::uint64_t before = counts().write_errors;
    module("log-full").error("does not fit");
    EXPECT_TRUE(shutdown(10s));
    EXPECT_GT(counts().write_errors, before);
}

TEST_F(Log, CountsLinesThatCannotBeMade) {
    start(config_);
    const std::uint64_t before = counts().write_errors;
    module("log-width").info("{:{}}", 1, -1);
    EXPECT_EQ(counts().write_errors, before + 1);
}

TEST_F(Log, GoesToStderrBeforeStartAndBehindTheEnd) {
    testing::internal::CaptureStderr();
    module("log-early").info("early");
    start(config_);
    module("log-early").info("meanwhile");
    EXPECT_TRUE(shutdown(10s));
    EXPECT_TRUE(shutdown(10s));
    module("log-early").info("late");
    const std::string said = testing::internal::GetCapturedStderr();
    EXPECT_NE(said.find(" info log-early: early\n"), said.npos);
    EXPECT_NE(said.find(" info log-early: late\n"), said.npos);
    EXPECT_EQ(said.find("meanwhile"), said.npos);
    EXPECT_EQ(lines(), Lines{"info log-early: meanwhile"});
}

TEST_F(Log, GoesToStderrWithoutAFile) {
    testing::internal::CaptureStderr();
    config_.file.clear();
    start(config_);
    module("log-stderr").info("here");
    EXPECT_TRUE(shutdown(10s));
    EXPECT_NE(testing::internal::GetCapturedStderr().find(" info log-stderr: here\n"),
              std::string::npos);
}

TEST_F(Log, GivesUpOnADestinationThatHangs) {
    const fs::path pipe = folder_ / "pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    const int reader = ::open(pipe.c_str(), O_RDWR);  // so that opening it to write does not wait
    ASSERT_GE(reader, 0);
    config_.file = pipe.string();
    config_.rotate_bytes = std::uint64_t{1} << 40;
    start(config_);
    const std::string filler(1'000, 'x');
    for (int i = 0; i < 200; ++i)
        module("log-pipe").error("{} {}", i, filler);
    EXPECT_FALSE(shutdown(50ms));
    // Let it go, so that the thread that was left behind ends too.
    std::thread drain{[reader] {
        std::vector<char> bytes(65'536);
        std::size_t lines = 0;
        while (lines < 200) {
            const ssize_t length = ::read(reader, bytes.data(), bytes.size());
            if (length <= 0) break;
            lines +=
                static_cast<std::size_t>(std::count(bytes.begin(), bytes.begin() + length, '\n'));
        }
    }};
    drain.join();
    ::close(reader);
}

TEST_F(Log, SharesOneModuleBeyondItsLimit) {
    for (int i = 0; i < 100; ++i)
        module("log-many-" + std::to_string(i));
    EXPECT_EQ(module("log-one-more").name(), "other");
}

}  // namespace
}  // namespace tickweir::gateway::log
