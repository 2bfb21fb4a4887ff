// Real FIX: a feed that is right throughout, and a log of which lengths and sums are not.
#include <gtest/gtest.h>
#include <zlib.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "codecs/fix/log_text.hpp"
#include "codecs/fix/message.hpp"
#include "tests/codecs/fix/wire.hpp"
#include "tests/support/naive_fix.hpp"

namespace tickweir::codecs::fix {
namespace {

const std::string folder = std::string{TICKWEIR_DATA} + "/fix/";

std::string unzipped(const std::string& path) {
    std::string bytes;
    const gzFile file = gzopen(path.c_str(), "rb");
    if (file == nullptr) return bytes;
    std::array<char, 65536> piece;
    for (int length = 0; (length = gzread(file, piece.data(), piece.size())) > 0;)
        bytes.append(piece.data(), static_cast<std::size_t>(length));
    gzclose(file);
    return bytes;
}

TEST(FixCaptureTest, ReadsEveryMessageOfAFeed) {
    const std::string feed = unzipped(folder + "index-feed-2011-11-24.fix.gz");
    if (feed.empty()) GTEST_SKIP() << "no recorded FIX in " << folder;
    Message message;
    Message plain;
    std::map<std::string, int> types;
    for (std::string_view rest = feed; !rest.empty();) {
        const Frame frame = message.read(rest);
        ASSERT_EQ(frame.status, FrameStatus::whole);
        ASSERT_EQ(message.fault(), MessageFault::none);
        ASSERT_FALSE(message.has_empty_value());
        ASSERT_EQ(plain.read_plainly(rest), frame);
        ASSERT_EQ(fields_of(plain), fields_of(message));
        ASSERT_EQ(tests::naive_message(message.text()), fields_of(message));
        ASSERT_TRUE(message.get_time(tag::sending_time));
        ++types[std::string{message.msg_type()}];
        rest.remove_prefix(frame.bytes);
    }
    EXPECT_EQ(types, (std::map<std::string, int>{{"0", 2523}, {"X", 11365}}));
}

TEST(FixCaptureTest, RefusesAnUncheckedLogAndReadsItLeniently) {
    std::ifstream file{folder + "orders-unchecked.log", std::ios::binary};
    const std::string log{std::istreambuf_iterator<char>{file}, {}};
    if (log.empty()) GTEST_SKIP() << "no recorded FIX in " << folder;
    for (std::string_view rest = log; !rest.empty();) {
        const Frame frame = find_frame(rest);
        if (frame.status == FrameStatus::partial) break;
        ASSERT_EQ(frame.status, FrameStatus::garbled);
        rest.remove_prefix(frame.bytes);
    }
    LogReader reader;
    for (std::size_t at = 0; at < log.size();) {
        const LogEntry entry = reader.next(std::string_view{log}.substr(at));
        at += entry.bytes;
        if (entry.status == LogStatus::end) break;
        ASSERT_EQ(entry.status, LogStatus::message);
        EXPECT_TRUE(reader.message().has(tag::cl_ord_id));
    }
    EXPECT_EQ(reader.counts().messages, 100u);
    EXPECT_EQ(reader.counts().wrong_body_lengths, 100u);
    EXPECT_EQ(reader.counts().wrong_checksums, 100u);
    EXPECT_EQ(reader.counts().damaged, 0u);
}

}  // namespace
}  // namespace tickweir::codecs::fix
