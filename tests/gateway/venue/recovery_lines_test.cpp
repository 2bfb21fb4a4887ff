// When the log is told how far recovery is.
#include "gateway/venue/recovery_lines.hpp"

#include <gtest/gtest.h>

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;

TEST(RecoveryLinesTest, ComeOnceASecond) {
    const RecoveryLines::Clock::time_point start{};
    RecoveryLines lines{start};
    const txn::RecoveryProgress progress{txn::log::Lsn{7}, txn::log::Lsn{16'391}, 16'384};
    EXPECT_EQ(lines.at(start, progress), std::nullopt);
    EXPECT_EQ(lines.at(start + 1s - 1ns, progress), std::nullopt);
    EXPECT_EQ(lines.at(start + 1s, progress), "16384 records behind LSN 7, at LSN 16391");
    EXPECT_EQ(lines.at(start + 1s, progress), std::nullopt);
    EXPECT_EQ(lines.at(start + 3s, {}), "0 records behind LSN 0, at LSN 0");
    EXPECT_EQ(lines.at(start + 4s - 1ns, progress), std::nullopt);
}

}  // namespace
}  // namespace tickweir::gateway
