// Reading that fails in the middle of a capture: the operating system refuses, a file shrinks while
// it is read, compressed data are damaged. What came before is reported as if the capture ended
// there, and the place is named. A program of its own, for it replaces read().
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "gateway/commands/inspect.hpp"
#include "gateway/exit_status.hpp"
#include "gateway/market/capture_feed.hpp"
#include "replay/byte_sink.hpp"
#include "replay/simulator.hpp"
#include "tests/gateway/replay_support.hpp"

namespace tickweir::gateway::tests {
namespace {

/// What becomes of reading one file beyond some of its bytes.
struct Fault {
    enum class Kind : std::uint8_t { none, io_error, shrink };
    Kind kind = Kind::none;
    fs::path path;
    std::uint64_t after = 0;  ///< bytes of the file that are still read
};
Fault fault;

/// How many of `wanted` bytes a read may have at most; none: it fails.
std::optional<std::size_t> readable(int descriptor, std::size_t wanted) {
    struct stat opened {};
    struct stat named {};
    if (fault.kind == Fault::Kind::none || ::fstat(descriptor, &opened) != 0 ||
        ::stat(fault.path.c_str(), &named) != 0 || opened.st_ino != named.st_ino ||
        opened.st_dev != named.st_dev)
        return wanted;
    const auto at = static_cast<std::uint64_t>(::lseek(descriptor, 0, SEEK_CUR));
    if (at < fault.after) return std::min<std::uint64_t>(wanted, fault.after - at);
    if (fault.kind == Fault::Kind::io_error) return std::nullopt;
    EXPECT_EQ(::truncate(fault.path.c_str(), static_cast<off_t>(fault.after)), 0);
    return wanted;
}

}  // namespace
}  // namespace tickweir::gateway::tests

// The program's own stands before the C library's.
extern "C" ssize_t read(int descriptor, void* into, std::size_t wanted) {
    const auto most = tickweir::gateway::tests::readable(descriptor, wanted);
    if (!most) {
        errno = EIO;
        return -1;
    }
    return ::syscall(SYS_read, descriptor, into, *most);
}

namespace tickweir::gateway::tests {
namespace {

using testing::HasSubstr;

/// The frames of a simulated day, made once.
const Buffer& frames() {
    static const Buffer made = [] {
        replay::SimulatorOptions options;
        options.seed = 21;
        options.instruments = 20;
        options.messages = 60'000;
        auto simulator = std::move(*replay::Simulator::create(options));
        Buffer all;
        for (codecs::Bytes message = simulator.next(); !message.empty(); message = simulator.next())
            replay::tests::append(all, replay::tests::frame(message));
        return all;
    }();
    return made;
}

/// The day in one of three packings, some reads long each.
class ReadErrors : public testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        for (const fs::path& path : {plain_, packed_}) {
            auto sink = std::move(*replay::ByteSink::create(path));
            sink.write(frames());
            ASSERT_TRUE(sink.finish());
        }
    }
    void TearDown() override { fault = {}; }

    /// A little behind the middle, and not at a frame's end.
    std::uint64_t middle() const { return fs::file_size(packed_) / 7 * 4 + 1; }

    /// What the report of a run has in common with one of the capture's first `messages`.
    void expect_work_up_to_there(const Ran& ran, const ReplayOptions& options) {
        std::uint64_t messages = 0;
        std::istringstream{ran.out.substr(ran.out.find("\"messages\": ") + 12)} >> messages;
        EXPECT_GT(messages, 10'000U);
        EXPECT_LT(messages, 60'000U);
        ReplayOptions whole = options;
        whole.captures = {plain_};
        whole.max_messages = messages;
        const Ran expected = run(whole);
        EXPECT_EQ(expected.status, 0);
        EXPECT_EQ(part(ran.out, "\"messages_by_type\"", "\"rejected\""),
                  part(expected.out, "\"messages_by_type\"", "\"rejected\""));
        EXPECT_EQ(part(ran.out, "\"instruments\"", ""), part(expected.out, "\"instruments\"", ""));
    }

    static std::string part(const std::string& text, std::string_view from, std::string_view to) {
        const std::size_t begin = text.find(from);
        EXPECT_NE(begin, std::string::npos) << from << " is not in " << text;
        if (begin == std::string::npos) return {};
        const std::size_t end = to.empty() ? text.size() : text.find(to, begin);
        return text.substr(begin, end - begin);
    }

    static std::uint64_t offset_in(const std::string& json) {
        std::uint64_t offset = 0;
        std::istringstream{part(json, "\"offset\": ", "").substr(10)} >> offset;
        return offset;
    }

    TempDir directory_;
    fs::path plain_ = directory_ / "day.itch";
    fs::path packed_ = directory_ / ("faulty.itch" + GetParam());
};

TEST_P(ReadErrors, AreAFailureThatNamesFileAndOffset) {
    fault = {Fault::Kind::io_error, packed_, middle()};
    for (const unsigned threads : {1U, 2U}) {
        ReplayOptions options = json_of({packed_});
        options.threads = threads;
        const Ran ran = run(options);
        EXPECT_EQ(ran.status, static_cast<int>(ExitStatus::failed));
        EXPECT_THAT(ran.out, HasSubstr("\"damage\": {\"file\": \"" + packed_.string() + "\", "));
        EXPECT_THAT(ran.out, HasSubstr("Input/output error"));
        EXPECT_THAT(ran.err, HasSubstr(packed_.string() + ": Input/output error (byte " +
                                       std::to_string(offset_in(ran.out)) + ")"));
        if (GetParam().empty()) {
            EXPECT_EQ(offset_in(ran.out), fault.after);
        }
        expect_work_up_to_there(ran, options);
    }
}

TEST_P(ReadErrors, AreAFailureOfAnInspectionAsWell) {
    fault = {Fault::Kind::io_error, packed_, middle()};
    InspectOptions options;
    options.capture = packed_;
    std::ostringstream out, err;
    EXPECT_EQ(run_inspect(options, out, err), static_cast<int>(ExitStatus::failed));
    EXPECT_THAT(out.str(), HasSubstr("Input/output error"));
    EXPECT_THAT(err.str(), HasSubstr(packed_.string() + ": Input/output error (byte "));
}

TEST_P(ReadErrors, OfTheFirstBytesMakeAFileUnreadable) {
    fault = {Fault::Kind::io_error, packed_, 0};
    const Ran ran = run(json_of({packed_}));
    EXPECT_EQ(ran.status, static_cast<int>(ExitStatus::usage));
    EXPECT_THAT(ran.err, HasSubstr(packed_.string() + ": Input/output error"));
    EXPECT_EQ(ran.out, "");
}

TEST_P(ReadErrors, DoNotComeOfAFileThatShrinksWhileItIsRead) {
    fault = {Fault::Kind::shrink, packed_, middle()};
    const ReplayOptions options = json_of({packed_});
    const Ran ran = run(options);
    EXPECT_EQ(ran.status, static_cast<int>(ExitStatus::damaged));
    EXPECT_THAT(ran.out, HasSubstr("\"damage\": {\"file\": \"" + packed_.string() + "\", "));
    EXPECT_GT(offset_in(ran.out), 0U);
    EXPECT_THAT(ran.err, HasSubstr(packed_.string()));
    expect_work_up_to_there(ran, options);
}

TEST_P(ReadErrors, AreNoMatterForTheCapturesBeforeThem) {
    fault = {Fault::Kind::io_error, packed_, middle()};
    const Ran ran = run(json_of({plain_, packed_}));
    EXPECT_EQ(ran.status, static_cast<int>(ExitStatus::failed));
    EXPECT_THAT(ran.err, HasSubstr(packed_.string() + ": Input/output error (byte "));
    std::uint64_t messages = 0;
    std::istringstream{part(ran.out, "\"messages\": ", "").substr(12)} >> messages;
    EXPECT_GT(messages, 70'000U);
}

TEST_P(ReadErrors, EndAFeedThatSaysWhere) {
    fault = {Fault::Kind::io_error, packed_, middle()};
    book::ByteRing ring{std::size_t{4} << 20};
    CaptureFeed feed{{.name = "test", .paths = {packed_}, .speed = std::nullopt},
                     {{&ring, nullptr}},
                     book::TimeNs{}};
    while (feed.turn(book::TimeNs{})) {
    }
    const FeedReport report = feed.status().load();
    EXPECT_EQ(static_cast<FeedState>(report.state), FeedState::ended);
    EXPECT_GT(report.messages, 10'000U);
    EXPECT_LT(report.messages, 60'000U);
    EXPECT_THAT(feed.trouble(), HasSubstr(packed_.string() + ": Input/output error (byte "));
}

INSTANTIATE_TEST_SUITE_P(Packed, ReadErrors, testing::Values("", ".gz", ".zst"),
                         [](const auto& packed) {
                             return packed.param.empty() ? "Not" : packed.param.substr(1);
                         });

/// Bytes that are wrong in the middle of a compressed file.
class DamagedCompression : public ReadErrors {};

TEST_P(DamagedCompression, IsToldWithFileAndOffset) {
    Buffer bytes = replay::tests::read_file(packed_);
    for (std::size_t i = 0; i < 64; ++i)
        bytes[middle() + i] = ~bytes[middle() + i];
    replay::tests::write_file(packed_, bytes);
    for (const unsigned threads : {1U, 2U}) {
        ReplayOptions options = json_of({packed_});
        options.threads = threads;
        const Ran ran = run(options);
        EXPECT_EQ(ran.status, static_cast<int>(ExitStatus::damaged));
        EXPECT_THAT(ran.out, HasSubstr("\"damage\": {\"file\": \"" + packed_.string() + "\", "));
        EXPECT_THAT(ran.err, HasSubstr(packed_.string() + ": "));
        EXPECT_THAT(ran.err, HasSubstr("(byte " + std::to_string(offset_in(ran.out)) + ")"));
        EXPECT_GT(offset_in(ran.out), 500'000U);
    }
}

INSTANTIATE_TEST_SUITE_P(Packed, DamagedCompression, testing::Values(".gz", ".zst"),
                         [](const auto& packed) { return packed.param.substr(1); });

}  // namespace
}  // namespace tickweir::gateway::tests
