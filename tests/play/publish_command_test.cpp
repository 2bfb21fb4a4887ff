// `tickweir publish` from its arguments to its exit status.
#include "gateway/commands/publish.hpp"

#include <gmock/gmock.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "gateway/cli.hpp"
#include "gateway/cli_publish.hpp"
#include "tests/play/feed_clients.hpp"

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;
using replay::tests::TempDir;
using testing::HasSubstr;
using testing::MatchesRegex;

std::variant<PublishOptions, std::string> parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "publish");
    const CommandLine line = parse_command_line(arguments);
    if (const auto* const options = std::get_if<PublishOptions>(&line)) return *options;
    if (const auto* const wrong = std::get_if<WrongUsage>(&line)) return wrong->line;
    if (const auto* const text = std::get_if<ShowText>(&line)) return text->text;
    return "another command";
}

PublishOptions parsed(std::vector<const char*> arguments) {
    const auto options = parse(std::move(arguments));
    if (const auto* const why = std::get_if<std::string>(&options)) ADD_FAILURE() << *why;
    const auto* const good = std::get_if<PublishOptions>(&options);
    return good != nullptr ? *good : PublishOptions{};
}

std::string complaint(std::vector<const char*> arguments) {
    const auto options = parse(std::move(arguments));
    const auto* const why = std::get_if<std::string>(&options);
    return why != nullptr ? *why : "";
}

TEST(PublishCommand, UnderstandsAllItsOptions) {
    const PublishOptions plain = parsed({"x.itch", "--mold", "udp://239.255.0.1:26477"});
    EXPECT_EQ(plain.capture, "x.itch");
    EXPECT_EQ(plain.speed, 1'000'000u);
    EXPECT_EQ(plain.mold->port, 26'477);
    EXPECT_FALSE(plain.rerequest || plain.soup || plain.mold_b || plain.loop);
    EXPECT_EQ(plain.linger, 3s);
    const PublishOptions full = parsed({"x.itch",
                                        "--mold",
                                        "udp://239.255.0.1:1",
                                        "--mold-b",
                                        "udp://239.255.0.2:1",
                                        "--rerequest",
                                        "0",
                                        "--soup",
                                        "7000",
                                        "--speed",
                                        "2.5",
                                        "--loss",
                                        "0.01",
                                        "--reorder",
                                        "0.02",
                                        "--duplicate",
                                        "0.03",
                                        "--seed",
                                        "9",
                                        "--delay-b",
                                        "250",
                                        "--stall-every",
                                        "5",
                                        "--stall-ms",
                                        "100",
                                        "--linger",
                                        "0.25",
                                        "--session",
                                        "ABC",
                                        "--loop",
                                        "--start-delay",
                                        "500",
                                        "--rerequest-loss",
                                        "0.5",
                                        "--rerequest-mute",
                                        "--rerequest-rate",
                                        "77",
                                        "--soup-user",
                                        "me",
                                        "--soup-password",
                                        "pw",
                                        "--bind",
                                        "0.0.0.0",
                                        "--interface",
                                        "10.0.0.1",
                                        "--ttl",
                                        "3",
                                        "--archive-bytes",
                                        "2000000",
                                        "--format",
                                        "itch"});
    EXPECT_EQ(full.speed, 2'500'000u);
    EXPECT_EQ(full.faults.loss.billionths, 10'000'000u);
    EXPECT_EQ(full.faults.reorder.billionths, 20'000'000u);
    EXPECT_EQ(full.faults.duplicate.billionths, 30'000'000u);
    EXPECT_EQ(full.delay_b, 250us);
    EXPECT_EQ(full.stall_every, 5s);
    EXPECT_EQ(full.stall, 100ms);
    EXPECT_EQ(full.linger, 250ms);
    EXPECT_EQ(full.session, "ABC");
    EXPECT_EQ(full.start_delay, 500ms);
    EXPECT_EQ(full.rerequest, 0);
    EXPECT_EQ(full.rerequest_rate, 77u);
    EXPECT_TRUE(full.rerequest_mute && full.loop);
    EXPECT_EQ(full.soup, 7000);
    EXPECT_EQ(full.soup_user, "me");
    EXPECT_EQ(full.soup_password, "pw");
    EXPECT_EQ(full.bind, Ipv4{0});
    EXPECT_EQ(full.interface, Ipv4{0x0A'00'00'01});
    EXPECT_EQ(full.ttl, 3);
    EXPECT_EQ(full.archive_bytes, 2'000'000u);
    EXPECT_EQ(parsed({"x", "--soup", "0", "--speed", "max"}).speed, std::nullopt);
    EXPECT_EQ(parsed({"x", "--soup", "0", "--rate", "5"}).rate, 5u);
}

TEST(PublishCommand, SaysWhatMakesNoSense) {
    const char* const mold = "udp://1.2.3.4:5";
    EXPECT_THAT(complaint({}), HasSubstr("CAPTURE"));
    EXPECT_THAT(complaint({"x"}), HasSubstr("--mold or --soup is missing"));
    EXPECT_THAT(complaint({"x", "--mold", "1.2.3.4:5"}), HasSubstr("'1.2.3.4:5'"));
    EXPECT_THAT(complaint({"x", "--mold", mold, "--mold-b", mold}),
                HasSubstr("are both udp://1.2.3.4:5"));
    EXPECT_THAT(complaint({"x", "--mold", mold, "--speed", "2", "--rate", "2"}),
                HasSubstr("exclude"));
    EXPECT_THAT(complaint({"x", "--mold", mold, "--speed", "0"}), HasSubstr("0 is not between"));
    EXPECT_THAT(complaint({"x", "--mold", mold, "--speed", "fast"}), HasSubstr("'fast'"));
    EXPECT_THAT(complaint({"x", "--mold", mold, "--rate", "0"}), HasSubstr("0 is not between"));
    EXPECT_THAT(complaint({"x", "--mold", mold, "--linger", "-1"}), HasSubstr("-1"));
    EXPECT_THAT(complaint({"x", "--mold", mold, "--linger", "1h"}), HasSubstr("'1h'"));
    EXPECT_THAT(complaint({"x", "--mold", mold, "--stall-ms", "5"}), HasSubstr("go together"));
    EXPECT_THAT(complaint({"x", "--mold", mold, "--stall-ms", "1000", "--stall-every", "1"}),
                HasSubstr("not shorter"));
    EXPECT_THAT(complaint({"x", "--mold", mold, "--delay-b", "5"}), HasSubstr("--mold-b"));
    EXPECT_THAT(complaint({"x", "--mold", mold, "--delay-b", "x"}), HasSubstr("'x'"));
    EXPECT_THAT(complaint({"x", "--soup", "1", "--loss", "0.1"}), HasSubstr("need --mold"));
    EXPECT_THAT(complaint({"x", "--mold", mold, "--rerequest-mute"}), HasSubstr("--rerequest"));
    EXPECT_THAT(complaint({"x", "--mold", mold, "--soup-user", "u"}), HasSubstr("need --soup"));
    EXPECT_THAT(complaint({"x", "--soup", "1", "--soup-user", "seven77"}), HasSubstr("1 to 6"));
    EXPECT_THAT(complaint({"x", "--soup", "70000"}), HasSubstr("70000"));
    EXPECT_THAT(complaint({"x", "--soup", "1", "--session", "a b"}), HasSubstr("'a b'"));
    EXPECT_THAT(complaint({"x", "--soup", "1", "--session", "SEVENSS", "--loop"}),
                HasSubstr("more than 6"));
    EXPECT_THAT(complaint({"x", "--soup", "1", "--stall-every", "x"}), HasSubstr("'x'"));
    EXPECT_THAT(complaint({"x", "--soup", "1", "--bind", "localhost"}), HasSubstr("'localhost'"));
}

TEST(PublishCommand, HelpNamesEveryOption) {
    const std::string help = complaint({"--help"});
    for (const char* option :
         {"CAPTURE",          "--mold ",       "--mold-b",         "--rerequest ",
          "--soup ",          "--speed",       "--rate",           "--loss",
          "--reorder",        "--duplicate",   "--seed",           "--delay-b",
          "--stall-every",    "--stall-ms",    "--linger",         "--session",
          "--loop",           "--start-delay", "--rerequest-loss", "--rerequest-mute",
          "--rerequest-rate", "--soup-user",   "--soup-password",  "--bind",
          "--interface",      "--ttl",         "--archive-bytes",  "--format"})
        EXPECT_THAT(help, HasSubstr(option));
}

struct Published {
    int status;
    std::string out;
    std::string err;
};

Published run(const PublishOptions& options) {
    std::ostringstream out;
    std::ostringstream err;
    const int status = run_publish(options, out, err);
    return {status, out.str(), err.str()};
}

TEST(PublishCommand, SaysWhereAndWhatItPublished) {
    const TempDir directory;
    const auto day = tests::simulated_day(500);
    tests::write_itch(directory / "day.itch", day);
    tests::Receiver a;
    tests::Receiver b;
    PublishOptions options;
    options.capture = directory / "day.itch";
    options.mold = a.address;
    options.mold_b = b.address;
    options.rerequest = 0;
    options.soup = 0;
    options.speed = std::nullopt;
    options.linger = 0ms;
    options.session = "TODAY";
    const Published got = run(options);
    EXPECT_EQ(got.status, 0);
    EXPECT_EQ(got.err, "");
    EXPECT_THAT(got.out,
                MatchesRegex("publishing mold=udp://127.0.0.1:[0-9]+ mold_b=udp://127.0.0.1:[0-9]+ "
                             "rerequest=127.0.0.1:[0-9]+ soup=127.0.0.1:[0-9]+ session=TODAY\n"
                             "published sessions=1 messages=500 bytes=[0-9]+ left_out=0 "
                             "missing_in_capture=0 packets=[0-9]+ lost=0 duplicated=0 reordered=0 "
                             "not_sent=0 requests=0 requests_answered=0 requests_limited=0 "
                             "requests_refused=0 answer_packets=0 answer_messages=0 "
                             "answers_lost=0 soup_connections=0 soup_messages=0 soup_refused=0 "
                             "soup_dropped=0 seconds=[0-9]+\\.[0-9]+\n"));
    a.drain();
    b.drain();
    tests::expect_day(a.sessions.at("TODAY"), day);
    tests::expect_day(b.sessions.at("TODAY"), day);
}

TEST(PublishCommand, ExitStatusesAreThoseOfTheProgram) {
    const TempDir directory;
    PublishOptions options;
    options.capture = directory / "absent.itch";
    options.soup = 0;
    options.speed = std::nullopt;
    options.linger = 0ms;
    const Published absent = run(options);
    EXPECT_EQ(absent.status, 2);
    EXPECT_EQ(absent.out, "");
    EXPECT_THAT(absent.err, HasSubstr("tickweir publish: "));
    EXPECT_THAT(absent.err, HasSubstr("absent.itch"));

    tests::write_itch(directory / "cut.itch", tests::simulated_day(100));
    std::filesystem::resize_file(directory / "cut.itch",
                                 std::filesystem::file_size(directory / "cut.itch") - 1);
    options.capture = directory / "cut.itch";
    const Published cut = run(options);
    EXPECT_EQ(cut.status, 3);
    EXPECT_THAT(cut.out, HasSubstr("messages=99 "));
    EXPECT_THAT(cut.err, HasSubstr("cut.itch: "));

    tests::write_itch(directory / "day.itch", tests::simulated_day(100));
    options.capture = directory / "day.itch";
    options.mold = UdpAddress{Ipv4{0xFFFF'FFFF}, 9};
    const Published refused = run(options);
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.err, HasSubstr("udp://255.255.255.255:9: "));
}

/// Reads lines of a pipe, each within ten seconds.
class Lines {
public:
    explicit Lines(int fd) : fd_{fd} {}
    std::string next() {
        while (text_.find('\n') == std::string::npos) {
            pollfd ready{fd_, POLLIN, 0};
            std::array<char, 4096> bytes;
            if (::poll(&ready, 1, 10'000) != 1) return "nothing came";
            const ssize_t got = ::read(fd_, bytes.data(), bytes.size());
            if (got <= 0) return "closed";
            text_.append(bytes.data(), static_cast<std::size_t>(got));
        }
        const std::string line = text_.substr(0, text_.find('\n'));
        text_.erase(0, line.size() + 1);
        return line;
    }

private:
    int fd_;
    std::string text_;
};

TEST(PublishCommand, ASignalEndsTheSessionAndTheCommand) {
    const TempDir directory;
    tests::write_itch(directory / "day.itch", tests::simulated_day(500));
    tests::Receiver a;
    PublishOptions options;
    options.capture = directory / "day.itch";
    options.mold = a.address;
    options.loop = true;
    options.linger = 20ms;
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const Descriptor read_end{pipe[0]};
    int status = -1;
    std::thread runner{[&, write_end = Descriptor{pipe[1]}] {
        std::ofstream out{"/proc/self/fd/" + std::to_string(write_end.get())};
        std::ostringstream err;
        status = run_publish(options, out, err);
    }};
    Lines lines{read_end.get()};
    EXPECT_THAT(lines.next(), testing::StartsWith("publishing mold=udp://127.0.0.1:"));
    pollfd ready{a.get(), POLLIN, 0};
    EXPECT_EQ(::poll(&ready, 1, 10'000), 1) << "the feed flows";
    EXPECT_EQ(pthread_kill(runner.native_handle(), SIGTERM), 0);
    runner.join();
    EXPECT_EQ(status, 0);
    EXPECT_THAT(lines.next(), testing::StartsWith("published sessions="));
    a.drain();
    EXPECT_GE(a.ends, 1u);
}

}  // namespace
}  // namespace tickweir::gateway
