// Numbers out of /proc and /metrics, and out of texts that have none.
#include <gtest/gtest.h>

#include <array>
#include <string_view>

#include "bench/load/trading/proc_text.hpp"

namespace tickweir::tests {
namespace {

using bench::kib_line;
using bench::metric_sum;
using bench::socket_bytes;

constexpr std::string_view status =
    "Name:\ttickweir\nVmPeak:\t 9000 kB\nVmHWM:\t   20 kB\nVmRSS:\t   10 kB\n";

TEST(ProcTextTest, FindsALineByItsWholeName) {
    EXPECT_EQ(kib_line(status, "VmRSS"), 10'240U);
    EXPECT_EQ(kib_line(status, "VmHWM"), 20'480U);
    EXPECT_EQ(kib_line(status, "VmR"), 0U);
    EXPECT_EQ(kib_line("VmRSS", "VmRSS"), 0U);
    EXPECT_EQ(kib_line("VmRSS: much", "VmRSS"), 0U);
    EXPECT_EQ(kib_line("", "VmRSS"), 0U);
}

TEST(ProcTextTest, AddsThePagesOfAllProtocols) {
    constexpr std::string_view sockstat =
        "sockets: used 33\nTCP: inuse 5 orphan 0 tw 2 alloc 6 mem 3\nUDP: inuse 1 mem 2\n"
        "RAW: inuse 0\nFRAG: inuse 0 memory 0\n";
    EXPECT_EQ(socket_bytes(sockstat, 4'096), 5 * 4'096U);
    EXPECT_EQ(socket_bytes("", 4'096), 0U);
}

constexpr std::string_view metrics =
    "# TYPE shed counter\n"
    "shed{class=\"P0\",cause=\"mode\"} 1\n"
    "shed{class=\"P1\",cause=\"mode\"} 2\n"
    "shed{class=\"P1\",cause=\"age\"} 4\n"
    "shed_else 100\n"
    "used 1.5e3\n"
    "cut{class=\"P1\"\n";

TEST(ProcTextTest, AddsTheSamplesThatHaveAllLabels) {
    using Labels = std::array<std::string_view, 1>;
    EXPECT_EQ(metric_sum(metrics, "shed"), 7);
    EXPECT_EQ(metric_sum(metrics, "shed", Labels{"class=\"P1\""}), 6);
    EXPECT_EQ(metric_sum(metrics, "shed",
                         std::array<std::string_view, 2>{"class=\"P1\"", "cause=\"age\""}),
              4);
    EXPECT_EQ(metric_sum(metrics, "used"), 1'500);
}

TEST(ProcTextTest, SaysThatThereIsNoSuchSample) {
    EXPECT_EQ(metric_sum(metrics, "she"), std::nullopt);
    EXPECT_EQ(metric_sum(metrics, "cut"), std::nullopt);
    EXPECT_EQ(metric_sum(metrics, "shed", std::array<std::string_view, 1>{"class=\"P9\""}),
              std::nullopt);
}

}  // namespace
}  // namespace tickweir::tests
